"""The last uploads: one press undoes one and then says which numbers went back, one press puts it in again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dashboard.components import impact, job_progress, markup, receipts
from dashboard.components.markup import tag
from dashboard.data import files, handed_in, releases
from dashboard.data.handed_in import RecentUpload
from dashboard.i18n import t
from dashboard.jobs import Job
from warehouse.access import scopes

SHOWN = 5
SHOWN_FILES = 5
SHOWN_CHANGES = 12
_TURN = "_upload_turn"


@dataclass(frozen=True)
class _Turn:
    """An upload that is being taken back or put in again, or that just was."""

    upload: RecentUpload
    is_undoing: bool
    job: Job


def show(release_id: str) -> None:
    """What came of the last press, then the list; nothing before the first upload."""
    turn: _Turn | None = st.session_state.get(_TURN)
    if turn is not None and turn.job.is_running:
        job_progress.follow(turn.job, t("upload_undoing" if turn.is_undoing else "letting_in"))
        return
    found = handed_in.recent(SHOWN)
    if turn is not None:
        _show_turned(turn, found, release_id)
    if not found:
        return
    heading = tag("h3", t("uploads_recent"), tag("small", t("uploads_hint")))
    markup.show(tag("section", heading, cls="ub-section"), key="uploads_recent")
    for number, one in enumerate(found):
        with st.container(horizontal=True, vertical_alignment="center", key=f"upload_line_{number}"):
            _show_line(one, number)


def show_receipts(release_id: str, names: Mapping[str, str]) -> None:
    """What became of the files that came last, those that were refused on the way in among them."""
    found = files.without_small_counts(release_id, handed_in.last_receipts(SHOWN))
    if found.files:
        receipts.show_some(found.files, names, t("receipts_last"), key="receipts_last")


def _show_line(one: RecentUpload, number: int) -> None:
    files = [*one.inside, *one.outside]
    names = t("comma").join(file.file.rpartition("/")[2] for file in files[:SHOWN_FILES])
    more = t("and_more", count=len(files)) if len(files) > SHOWN_FILES else ""
    markup.show(
        tag(
            "p",
            tag("b", one.when, cls="ub-number"),
            tag("span", names + more, cls="ub-file-name"),
            tag("span", t("upload_undone"), cls="ub-tag") if not one.inside else None,
            cls="ub-upload-line",
        ),
        key=f"upload_line_text_{number}",
    )
    if releases.may_operate(scopes.UNDO, scopes.ROLL_BACK):
        _show_button(one, str(number), is_first=False)


def _show_button(one: RecentUpload, key: str, is_first: bool) -> None:
    """The way back: undoing for an upload that is in, putting in again for one that is out."""
    look: Literal["primary", "secondary"] = "primary" if is_first else "secondary"
    if one.inside:
        st.button(t("upload_undo"), key=f"upload_undo_{key}", type=look, on_click=_undo, args=(one,))
    else:
        st.button(t("upload_redo"), key=f"upload_redo_{key}", type=look, on_click=_redo, args=(one,))


def _undo(one: RecentUpload) -> None:
    job = Job(["undo", one.id, "--reason", t("upload_undo_reason")], may_be_ended=False)
    st.session_state[_TURN] = _Turn(one, True, job)


def _redo(one: RecentUpload) -> None:
    job = Job(["readmit", *(file.sha256 for file in one.outside)], may_be_ended=False)
    st.session_state[_TURN] = _Turn(one, False, job)


def _show_turned(turn: _Turn, found: Sequence[RecentUpload], release_id: str) -> None:
    """That it is done, the numbers that it changed, and the button that turns it round; stays until it is read."""
    document = turn.job.document
    said = (document or {}).get("reason") or turn.job.said
    with st.container(key="upload_turned"):
        (st.success if turn.job.exit_code == 0 else st.error)(said)
        if document is not None and turn.job.exit_code == 0:
            title = t("upload_undo_title" if turn.is_undoing else "upload_redo_title", when=turn.upload.when)
            changes = impact.changes_of(document)
            impact.show_briefly(changes, release_id, title, t("upload_undo_nothing"), SHOWN_CHANGES)
        # Stays in sight below a long table.
        with st.container(horizontal=True, key="upload_turned_decide"):
            now = next((one for one in found if one.id == turn.upload.id), None)
            if now is not None and releases.may_operate(scopes.UNDO, scopes.ROLL_BACK):
                _show_button(now, "turned", is_first=True)
            st.button(t("upload_turn_seen"), key="upload_turn_seen", on_click=_leave)


def _leave() -> None:
    st.session_state[_TURN] = None
