"""What was taken back and stays out: rollbacks and undone uploads with their reasons, their files, and the way in again."""

from collections.abc import Sequence

import streamlit as st

from dashboard.components import job_progress, markup
from dashboard.components.markup import tag
from dashboard.data import releases
from dashboard.i18n import t
from dashboard.jobs import Job
from warehouse.access import scopes
from warehouse.intake.folder.set_aside import ROLLBACK, AsideFile, Taken

_JOB = "_let_in_job"
_SAID = "_let_in_said"
SHOWN_FILES = 30
SHOWN_ENDED = 5


def show(taken: Sequence[Taken]) -> None:
    """Those in force with a button for each file, then the last few that are over. Nothing while nothing was ever taken back."""
    show_job()
    in_force = [one for one in taken if one.is_in_force]
    for number, one in enumerate(in_force):
        _show_one(one, f"taken_back_{number}")
    ended = [one for one in taken if not one.is_in_force][:SHOWN_ENDED]
    if ended:
        lines = [tag("li", _title(one), " ", tag("span", t("taken_back_over"), cls="ub-hint")) for one in ended]
        markup.show(tag("section", tag("ul", lines), cls="ub-panel ub-taken-back"), key="taken_back_over")


def let_in(files: Sequence[AsideFile]) -> None:
    """Begin to let files in; `show` tells how it goes."""
    st.session_state[_JOB] = Job(["readmit", *(file.sha256 for file in files)], may_be_ended=False)


def _show_one(one: Taken, key: str) -> None:
    with st.container(key=key):
        facts = [tag("p", t("taken_back_why", reason=one.reason or t("no_reason"), when=one.when()))]
        if one.kind == ROLLBACK:
            names = t("comma").join(releases.short_id(name) for name in one.releases)
            facts.append(tag("p", t("taken_back_releases", releases=names), cls="ub-hint"))
        if one.out:
            facts.append(tag("p", t("taken_back_files", count=len(one.out)), cls="ub-hint"))
        markup.show(tag("section", tag("h3", _title(one)), facts, cls="ub-panel ub-taken-back"), key=f"{key}_text")
        is_free = releases.may_operate(scopes.UNDO, scopes.ROLL_BACK) and st.session_state.get(_JOB) is None
        for number, file in enumerate(one.out[:SHOWN_FILES]):
            with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_file_{number}"):
                markup.show(tag("span", file.file.rpartition("/")[2], cls="ub-file-name"), key=f"{key}_name_{number}")
                if is_free:
                    st.button(t("let_in"), key=f"{key}_let_in_{number}", on_click=let_in, args=([file],))
        if len(one.out) > SHOWN_FILES:
            markup.show(tag("p", t("and_more", count=len(one.out)), cls="ub-hint"), key=f"{key}_more")
        if is_free and len(one.out) > 1:
            st.button(t("let_all_in", count=len(one.out)), key=f"{key}_let_all_in", on_click=let_in, args=(one.out,))


def _title(one: Taken) -> str:
    if one.kind == ROLLBACK:
        return t("taken_back_rollback", release=releases.short_id(one.release or ""), when=one.when())
    return t("taken_back_undo", when=one.when())


def show_job() -> None:
    """What letting in does, until it is done, and then what came of it."""
    job: Job | None = st.session_state.get(_JOB)
    if job is not None and job.is_running:
        job_progress.follow(job, t("letting_in"))
        return
    if job is not None:
        st.session_state[_JOB] = None
        st.session_state[_SAID] = (job.exit_code == 0, (job.document or {}).get("reason") or job.said)
    is_done, said = st.session_state.pop(_SAID, (True, ""))
    if said:
        (st.success if is_done else st.error)(said)
