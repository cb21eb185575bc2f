"""版本: the releases, newest first, and what each changed."""

import streamlit as st

from dashboard import formatting, links
from dashboard.components import (
    change_rows,
    copy_notice,
    data_table,
    empty_state,
    filters,
    markup,
    page_title,
    release_actions,
    taken_back,
)
from dashboard.components.markup import Markup, tag
from dashboard.data import releases
from dashboard.data.releases import ReleaseNote
from dashboard.i18n import t


def show() -> None:
    """The page; `?release=` shows the changes of one release, by default those of the current one."""
    selection = filters.current()
    page_title.show(t("releases"), t("releases_question"))
    notes = releases.all_notes()
    asked = st.query_params.get("release", "")
    chosen = next((note for note in notes if note.id == asked), None) or next(
        note for note in notes if note.id == selection.release_id
    )
    release_actions.show_waiting(releases.waiting())
    taken_back.show(releases.taken_back())
    markup.show(
        tag(
            "section",
            tag("ol", [_entry(note, note.id == chosen.id) for note in notes], cls="ub-releases"),
            cls="ub-panel",
        ),
        key="releases",
    )
    copy_notice.show_where()
    release_actions.show_disk()
    release_actions.show_for(chosen, notes)
    _changes(chosen, selection.release_id)


def _entry(note: ReleaseNote, is_chosen: bool) -> Markup:
    facts = [
        t("tests", passed=f"{note.tests_passed:,}"),
        t("changes_count", count=f"{note.changes_total:,}") if note.previous else t("first_release_short"),
        t("took", seconds=formatting.trimmed(note.seconds, 1)) if note.seconds is not None else None,
    ]
    return tag(
        "li",
        tag("b", formatting.minute(note.created_at)),
        tag("span", t("current_release"), cls="ub-tag") if note.is_current else None,
        tag("span", t("pinned_release"), cls="ub-tag") if note.is_pinned else None,
        tag("span", t("damaged_tag"), cls="ub-tag") if note.problem else None,
        tag("span", t("withdrawn_tag"), cls="ub-tag ub-tag-behind") if note.withdrawn is not None else None,
        tag("span", t("withdrawn_because", reason=note.withdrawn or t("no_reason")))
        if note.withdrawn is not None
        else None,
        tag("span", note.reason),
        tag("span", " · ".join(fact for fact in facts if fact), cls="ub-hint"),
        None if note.is_current else markup.link(links.Target(page=links.HOME, as_of=note.id), t("open_as_it_was")),
        None
        if note.is_current
        else markup.link(links.Target(page="compare", release=note.id), t("compare_with_current")),
        markup.link(links.Target(release=note.id), note.id, cls="ub-quiet"),
        cls="ub-chosen" if is_chosen else None,
    )


def _changes(note: ReleaseNote, release_id: str) -> None:
    heading = tag(
        "h3",
        t("changes_of", release=releases.short_id(note.id)),
        tag("small", t("changes_note", shown=len(note.changes), all=f"{note.changes_total:,}")),
    )
    if not note.changes:
        empty_state.show(
            t("changes_of", release=releases.short_id(note.id)),
            [t("first_release_plain") if note.previous is None else t("nothing_changed")],
        )
        return
    markup.show(tag("section", heading, cls="ub-section"), key="changes_title")
    data_table.show_only(change_rows.header(), change_rows.lines(note.changes, release_id), key="changes")
    rows = [change_rows.taken(change, release_id) for change in note.changes]
    data_table.downloads(change_rows.header(), rows, f"{t('releases')}_{note.id}", key="changes")
