"""What there is to see before the first release: what to do."""

from dashboard.components import empty_state, page_title
from dashboard.data import releases
from dashboard.i18n import t


def show() -> None:
    """The page; where releases are there but damaged, it says so."""
    problem = releases.damage_now()
    if problem is not None:
        page_title.show(t("product"), t("no_whole_release"))
        empty_state.show(t("damaged_release"), [problem, t("no_whole_release_sentence")])
        return
    copy = releases.copy()
    if copy is not None:
        page_title.show(t("product"), t("no_release"))
        empty_state.show(t("copy_waits"), [t("copy_coming"), t("copy_then")])
        return
    page_title.show(t("product"), t("no_release"))
    empty_state.show(t("no_release_title"), [t("no_release_step_1"), t("no_release_step_2"), t("no_release_step_3")])
