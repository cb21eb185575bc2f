"""会签 on the page of uploads: what waits for the reader's word, and what the reader's office has handed in that waits or was returned."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from dashboard.components import impact, job_progress, markup, receipts
from dashboard.components.markup import Markup, tag
from dashboard.data import countersign, files, programmes
from dashboard.i18n import pick, t
from dashboard.jobs import Job
from warehouse.access.scopes import NotAllowedError
from warehouse.front_door.countersign import CountersignError
from warehouse.front_door.waiting import WAITS, Waiting

SHOWN = 10
_TURN, _SAID = "_countersign_turn", "_countersign_said"


@dataclass(frozen=True)
class _Turn:
    """What is being done with one: `preview`, `sign`, `return` or `withdraw`."""

    file: str
    name: str
    kind: str
    job: Job


def show(release_id: str) -> bool:
    """What came of the last press, the inbox, then the own; False while something is being done and nothing else is to be seen."""
    turn: _Turn | None = st.session_state.get(_TURN)
    if turn is not None and turn.job.is_running:
        job_progress.follow(turn.job, f"{t(f'countersign_doing_{turn.kind}')} {turn.file}")
        return False
    names = {one.code: pick(one.short_name_zh, one.name_en) for one in programmes.all_programmes(release_id)}
    if turn is not None and turn.kind != "preview":
        _show_done(turn)
    if (said := st.session_state.pop(_SAID, None)) is not None:
        st.error(said)
    _show_inbox(names, release_id, turn)
    _show_own(names)
    return True


def _show_inbox(names: dict[str, str], release_id: str, turn: _Turn | None) -> None:
    found = countersign.inbox()
    if not found:
        return
    heading = tag("h3", t("countersign_inbox", count=len(found)), tag("small", t("countersign_hint")))
    markup.show(tag("section", heading, cls="ub-section"), key="countersign_inbox")
    for one in found[:SHOWN]:
        with st.container(key=f"countersign_{one.id}", border=True):
            markup.show(_line(one, names), key=f"countersign_line_{one.id}")
            receipts.show_some(
                [files.receipt_of({**one.receipt, "file": one.file})],
                names,
                t("upload_receipts"),
                f"countersign_receipt_{one.id}",
            )
            if turn is not None and turn.kind == "preview" and turn.name == one.id:
                _show_preview(turn, release_id)
            _show_buttons(one)
    if len(found) > SHOWN:
        markup.show(tag("p", t("countersign_more", count=len(found) - SHOWN), cls="ub-hint"), key="countersign_more")


def _show_buttons(one: Waiting) -> None:
    with st.container(horizontal=True, key=f"countersign_buttons_{one.id}"):
        st.button(
            t("countersign_sign"), type="primary", key=f"countersign_sign_{one.id}", on_click=_begin,
            args=(one, "sign", partial(countersign.sign, one.id, one.sha256)),
        )  # fmt: skip
        st.button(
            t("upload_preview"), key=f"countersign_preview_{one.id}", on_click=_begin,
            args=(one, "preview", partial(countersign.preview, one.id)),
        )  # fmt: skip
        st.download_button(
            t("countersign_file"), data=partial(countersign.content, one.id), file_name=one.file, on_click="ignore",
            key=f"countersign_file_{one.id}",
        )  # fmt: skip
    with st.form(f"countersign_form_{one.id}", border=False):
        key = f"countersign_reason_{one.id}"
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(t("countersign_reason"), key=key, max_chars=300)
            st.form_submit_button(
                t("countersign_return"), key=f"countersign_return_{one.id}", on_click=_send_back, args=(one, key)
            )


def _show_own(names: dict[str, str]) -> None:
    found = countersign.own(SHOWN)
    if not found:
        return
    heading = tag("h3", t("countersign_own"), tag("small", t("countersign_own_hint")))
    markup.show(tag("section", heading, cls="ub-section"), key="countersign_own")
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center", key=f"countersign_own_{one.id}"):
            markup.show(_line(one, names), key=f"countersign_own_line_{one.id}")
            if one.state == WAITS:
                st.button(
                    t("countersign_withdraw"), key=f"countersign_withdraw_{one.id}", on_click=_begin,
                    args=(one, "withdraw", partial(countersign.withdraw, one.id)),
                )  # fmt: skip


def _line(one: Waiting, names: dict[str, str]) -> Markup:
    """When, which file of which programme, who has handed it in, where it stands and why, and the bytes that are meant."""
    state = t(f"countersign_{one.state}")
    if one.decided is not None and one.decided.reason:
        state = t("countersign_why", state=state, reason=one.decided.reason)
    return tag(
        "p",
        tag("b", one.when(), cls="ub-number"),
        tag("span", one.file, cls="ub-file-name"),
        tag("span", names.get(one.programme, one.programme)),
        tag("span", t("comma").join(one.units)),
        tag("span", one.name or one.subject),
        tag("span", state, cls="ub-tag"),
        tag("small", f"SHA-256 {one.sha256[:12]}", title=one.sha256),
        cls="ub-upload-line",
    )


def _show_preview(turn: _Turn, release_id: str) -> None:
    document = turn.job.document
    if document is None:
        st.error(t("upload_failed", said=turn.job.said))
        return
    impact.show_origins(document)
    impact.show(impact.changes_of(document), release_id)


def _show_done(turn: _Turn) -> None:
    document = turn.job.document
    is_done = turn.job.exit_code in (0, 2) and document is not None
    reason = (document or {}).get("reason") or turn.job.said
    told = t("countersign_done", state=t(f"countersign_did_{turn.kind}"), file=turn.file, reason=reason)
    (st.success if is_done else st.error)(told if is_done else turn.job.said or reason)


def _send_back(one: Waiting, key: str) -> None:
    _begin(one, "return", partial(countersign.send_back, one.id, str(st.session_state.get(key) or "")))


def _begin(one: Waiting, kind: str, start: "partial[Job]") -> None:
    try:
        st.session_state[_TURN] = _Turn(one.file, one.id, kind, start())
    except (NotAllowedError, CountersignError) as error:
        st.session_state[_SAID] = f"{str(error).rstrip('。')}。"
