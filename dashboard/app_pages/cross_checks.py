"""交叉核对: figures that cannot all be right, each as a sentence with the rows behind it."""

from collections.abc import Sequence

from dashboard import links
from dashboard.components import apart_hint, data_table, empty_state, filters, markup, page_title
from dashboard.components.markup import Markup, tag
from dashboard.data import cross_checks, origins, programmes
from dashboard.data.cross_checks import CrossCheck
from dashboard.i18n import pick, t, zh

# More sentences than these nobody reads; the files carry all of them.
_SHOWN = 100
_MARKS = {"error": ("▼", "ub-behind"), "warning": ("!", "ub-check")}


def show() -> None:
    """The page."""
    selection = filters.current()
    page_title.show(t("cross_checks"), t("cross_checks_question"))
    names = {one.code: pick(one.short_name_zh, one.name_en) for one in programmes.all_programmes(selection.release_id)}
    apart_hint.show(selection)
    found = [
        one
        for one in cross_checks.found(selection.release_id, selection.region, selection.period, selection.mode)
        if not origins.is_apart(selection.release_id, one.programme, selection.mode)
    ]
    if not found:
        empty_state.show(t("cross_checks_none"), [t("cross_checks_none_detail")], key="cross_checks_none")
        return
    markup.show(tag("p", t("cross_checks_count", count=len(found)), cls="ub-hint"), key="cross_checks_count")
    for rule in dict.fromkeys(one.rule for one in found):
        _rule(rule, [one for one in found if one.rule == rule], names)


def _rule(rule: str, found: Sequence[CrossCheck], names: dict[str, str]) -> None:
    """One rule with what contradicts it."""
    heading = tag("h3", _rule_name(rule), " ", tag("small", t("cross_checks_count", count=len(found))))
    markup.show(tag("section", heading, cls="ub-section"), key=f"{rule}_title")
    header = [t("cross_check_sentence"), t("severity"), t("programme"), t("rows_behind")]
    # On screens the rows stand under their sentence, in files in a column of their own.
    heads = [tag("span", name) for name in header[:3]]
    shown = [
        [
            tag(
                "span",
                pick(one.sentence_zh, one.sentence_en or one.sentence_zh),
                tag("small", _rows_behind(one), cls="ub-hint ub-below"),
                cls="ub-wrap",
            ),
            _severity(one.severity),
            markup.link(
                links.programme_page(one.programme, region=one.region, period=one.period), names[one.programme]
            ),
        ]
        for one in found[:_SHOWN]
    ]
    taken = [
        [
            pick(one.sentence_zh, one.sentence_en or one.sentence_zh),
            t(f"severity_{one.severity}"),
            names[one.programme],
            _rows_behind(one),
        ]
        for one in found
    ]
    data_table.show(header, shown, taken, t("cross_checks"), key=f"cross_check_{rule}", heads=heads)


def _rule_name(rule: str) -> str:
    """What a rule is called; a programme may bring rules of its own, which go by their code."""
    return t(f"cross_check_{rule}") if f"cross_check_{rule}" in zh.WORDS else rule.replace("_", " ")


def _severity(severity: str) -> Markup:
    mark, colour = _MARKS[severity]
    return tag(
        "span",
        tag("span", mark, cls="ub-mark", aria_hidden="true"),
        t(f"severity_{severity}"),
        cls=f"ub-status {colour}",
    )


def _rows_behind(check: CrossCheck) -> str:
    """How many records, and where one of them stands."""
    if check.row_count is None:
        return t("reason_masked")
    if check.file_name is None:
        return t("rows_behind_count", count=check.row_count)
    return t("rows_behind_example", count=check.row_count, file=check.file_name, row=check.row_number)
