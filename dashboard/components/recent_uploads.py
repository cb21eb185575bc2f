"""The last uploads, each with the button that undoes it: first the numbers that go back, then the word that they shall."""

from dataclasses import dataclass

import streamlit as st

from dashboard.components import impact, job_progress, markup, taken_back
from dashboard.components.markup import tag
from dashboard.data import handed_in, releases
from dashboard.data.handed_in import RecentUpload
from dashboard.i18n import t
from dashboard.jobs import Job

SHOWN = 5
SHOWN_FILES = 5
SHOWN_CHANGES = 12
_UNDOING = "_upload_undoing"
_SAID = "_upload_undo_said"


@dataclass
class _Undoing:
    """An upload that is about to be undone: what that would change, then the undoing itself."""

    upload: str
    when: str
    look: Job
    do: Job | None = None


def show(release_id: str) -> None:
    """The list; nothing before the first upload."""
    said = st.session_state.pop(_SAID, None)
    if said is not None:
        (st.success if said[0] else st.error)(said[1])
    undoing: _Undoing | None = st.session_state.get(_UNDOING)
    if undoing is not None:
        _show_undoing(undoing, release_id)
        return
    found = handed_in.recent(SHOWN)
    if not found:
        return
    heading = tag("h3", t("uploads_recent"), tag("small", t("uploads_hint")))
    markup.show(tag("section", heading, cls="ub-section"), key="uploads_recent")
    for number, one in enumerate(found):
        with st.container(horizontal=True, vertical_alignment="center", key=f"upload_line_{number}"):
            _show_line(one, number)


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
    if not releases.may_operate():
        return
    if one.inside:
        st.button(t("upload_undo"), key=f"upload_undo_{number}", on_click=_look, args=(one,))
    else:
        st.button(t("let_in"), key=f"upload_let_in_{number}", on_click=taken_back.let_in, args=(one.outside,))


def _look(one: RecentUpload) -> None:
    job = Job(["undo", one.id, "--dry-run"], may_be_ended=True)
    st.session_state[_UNDOING] = _Undoing(one.id, one.when, job)


def _show_undoing(undoing: _Undoing, release_id: str) -> None:
    if undoing.do is not None:
        if undoing.do.is_running:
            job_progress.follow(undoing.do, t("upload_undoing"))
            return
        said = (undoing.do.document or {}).get("reason") or undoing.do.said
        st.session_state[_SAID] = (undoing.do.exit_code == 0, said)
        st.session_state[_UNDOING] = None
        st.rerun()
    if undoing.look.is_running:
        job_progress.follow(undoing.look, t("upload_undo_looking"))
        return
    if undoing.look.document is None:
        st.session_state[_SAID] = (False, undoing.look.said)
        st.session_state[_UNDOING] = None
        st.rerun()
    changes = impact.changes_of(undoing.look.document or {})
    with st.container(key="upload_undo"):
        title = t("upload_undo_title", when=undoing.when)
        impact.show_briefly(changes, release_id, title, t("upload_undo_nothing"), SHOWN_CHANGES)
        # Stays in sight below a long table.
        with st.container(horizontal=True, key="upload_undo_decide"):
            st.button(t("upload_undo_do"), key="upload_undo_do", type="primary", on_click=_do, args=(undoing,))
            st.button(t("upload_undo_not"), key="upload_undo_not", on_click=_leave)


def _do(undoing: _Undoing) -> None:
    undoing.do = Job(["undo", undoing.upload, "--reason", t("upload_undo_reason")], may_be_ended=False)


def _leave() -> None:
    undoing: _Undoing | None = st.session_state.get(_UNDOING)
    if undoing is not None:
        undoing.look.end()
    st.session_state[_UNDOING] = None
