"""What the data reach to and which release this is."""

from dashboard import formatting, links
from dashboard.components import markup
from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.data import periods, releases
from dashboard.i18n import t


def show(selection: Selection) -> None:
    """数据至 2024-05-31 · 版本 0601-3f2a, and the sentence about the period when it was not chosen."""
    data_to = periods.data_to(selection.release_id, selection.mode, selection.programme, selection.period)
    markup.show(
        tag(
            "div",
            tag("span", cls="ub-live", aria_hidden="true"),
            tag("span", t("data_to", date=data_to or "—"), cls="ub-nowrap"),
            tag("span", "·", aria_hidden="true"),
            markup.link(
                links.Target(page="releases"),
                t("release_short", id=releases.short_id(selection.release_id)),
                cls="ub-quiet ub-nowrap",
            ),
            cls="ub-release",
            title=selection.release_id,
        ),
        key="release_line",
    )


def period_sentence(selection: Selection) -> str:
    """Says that the latest period with data is shown; empty when the reader chose another."""
    reached = periods.data_to(selection.release_id, selection.mode, selection.programme)
    if not selection.is_latest_period or reached is None:
        return ""
    said = "latest_period_sentence" if selection.programme else "latest_common_sentence"
    return t(said, period=formatting.period_name(selection.period))
