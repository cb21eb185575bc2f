"""上报文件: hand files in, see what becomes of them and what they would change, then publish them or discard them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from dashboard import links, uploads
from dashboard.components import (
    blank_forms,
    countersign,
    filling,
    filters,
    fix_it,
    impact,
    job_progress,
    markup,
    page_title,
    receipts,
    recent_uploads,
    taken_back,
)
from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.data import files, programmes
from dashboard.i18n import pick, t
from dashboard.jobs import Job
from dashboard.uploads import Draft, Uploaded
from warehouse.access import rates

_DRAFT = "_upload_draft"
_ROUND = "_upload_round"
_DONE = "_upload_done"
_WAYS = ("file", "fill")


def show() -> None:
    """The page."""
    selection = filters.current()
    page_title.show(t("upload"), t("upload_question"))
    names = {one.code: pick(one.short_name_zh, one.name_en) for one in programmes.all_programmes(selection.release_id)}
    _show_done(names)
    taken_back.show_job()
    if not countersign.show(selection.release_id) or not uploads.may_offer():
        return
    if not uploads.has_a_way():
        markup.show(tag("section", tag("p", t("upload_nowhere")), cls="ub-panel"), key="upload_nowhere")
        recent_uploads.show(selection.release_id)
        return
    uploaded = _handed_over(selection)
    draft = _draft(uploaded)
    if draft is None:
        _show_steps()
        blank_forms.show(selection)
        recent_uploads.show(selection.release_id)
        recent_uploads.show_receipts(selection.release_id, names)
        return
    for name in draft.unsafe:
        st.error(t("upload_unsafe", name=name))
    if draft.check is None:
        _offer_discard(draft)
        return
    if draft.check.is_running:
        job_progress.follow(draft.check, t("upload_checking"))
        return
    if draft.check.may_be_tried_again:
        _offer_again(draft, draft.check, partial(uploads.start_check, draft))
        return
    _show_receipts(draft, names)
    if draft.accept is not None and not draft.accept.is_running and draft.accept.may_be_tried_again:
        _offer_again(draft, draft.accept, partial(uploads.start_accept, draft))
    elif draft.accept is not None:
        _show_accept(draft)
    elif draft.preview is not None:
        _show_preview(draft, selection.release_id)
    else:
        _offer_preview(draft)


def _handed_over(selection: Selection) -> Sequence[Uploaded]:
    """The files that lie on the page, or the table that was filled in there: from here on there is no difference."""
    way = st.segmented_control(
        t("upload_way"),
        _WAYS,
        default=_WAYS[0],
        required=True,
        format_func=lambda one: t(f"upload_way_{one}"),
        key="upload_way",
        label_visibility="collapsed",
    )
    turn = st.session_state.get(_ROUND, 0)
    if way == "fill":
        return filling.show(selection, turn)
    return st.file_uploader(
        t("upload_label", most=uploads.largest_mb()),
        accept_multiple_files=True,
        max_upload_size=uploads.largest_mb(),
        key=f"upload_{turn}",
    )


def _draft(uploaded: Sequence[Uploaded]) -> Draft | None:
    """The draft of the files that lie on the page now, or lay there when it was left; another choice of files begins another."""
    draft: Draft | None = st.session_state.get(_DRAFT)
    ids = tuple(file.file_id for file in uploaded)
    if draft is not None and draft.accept is not None and draft.accept.is_running:
        # What is being published cannot be taken back by taking a file off the page.
        return draft
    if draft is not None and links.has_arrived() and not ids:
        # The page was left and comes back without the files on it; those that were handed over are still here.
        draft.is_kept = True
    is_kept = draft is not None and draft.is_kept and not ids
    if draft is not None and draft.ids != ids and not is_kept:
        draft.discard()
        draft = None
    if draft is None and uploaded:
        draft = uploads.begin(uploaded)
    st.session_state[_DRAFT] = draft
    return draft


def _show_steps() -> None:
    steps = [tag("li", tag("b", t(f"upload_step_{number}")), t(f"upload_step_{number}_detail")) for number in (1, 2, 3)]
    markup.show(
        tag("section", tag("ol", steps, cls="ub-steps"), tag("p", t("upload_private"), cls="ub-hint"), cls="ub-panel"),
        key="upload_steps",
    )


def _show_receipts(draft: Draft, names: dict[str, str]) -> None:
    """The receipts: of the check first, then of the preview, which knows the other files."""
    document = (draft.preview.document if draft.preview else None) or (draft.check.document if draft.check else None)
    if document is None:
        st.error(t("upload_failed", said=draft.check.said if draft.check else ""))
        return
    receipts.show_some(_receipts_of(draft, document), names, t("upload_receipts"), key="upload_receipts")
    # The check calls files what their sender calls them; the preview, where they will lie.
    checked = _receipts_of(draft, draft.check.document) if draft.check and draft.check.document else []
    fix_it.offer(checked, uploads.bytes_of(draft, [one.file for one in checked]), key="upload_fix")


def _receipts_of(draft: Draft, document: dict[str, Any]) -> list[files.Receipt]:
    return [files.receipt_of({**one, "file": uploads.shown_name(draft, one["file"])}) for one in document["files"]]


def _offer_preview(draft: Draft) -> None:
    document = draft.check.document if draft.check else None
    judged = document["files"] if document else []
    shrunken = [one for one in judged if any(message["code"] == "D76" for message in one["messages"])]
    if shrunken:
        draft.is_confirmed = st.checkbox(t("upload_confirm_shrunken"), value=draft.is_confirmed, key="upload_confirm")
    rows, most = sum(one["rows_in"] or 0 for one in judged), rates.UPLOAD_ROWS.most()
    if rows > most:
        st.error(t("upload_too_many_rows", rows=f"{rows:,}", most=f"{most:,}"))
        _offer_discard(draft)
        return
    can_go_in = any(one["status"] in ("accepted", "warned") for one in judged) or (shrunken and draft.is_confirmed)
    if not can_go_in:
        markup.show(tag("p", t("upload_nothing_in"), cls="ub-lead"), key="upload_nothing_in")
    with st.container(horizontal=True):
        if can_go_in and st.button(t("upload_preview"), type="primary", key="upload_preview"):
            uploads.start_preview(draft)
            st.rerun()
        _discard_button(draft)


def _show_preview(draft: Draft, release_id: str) -> None:
    job = draft.preview
    if job is None:
        return
    if job.is_running:
        job_progress.follow(job, t("upload_previewing"))
        _offer_discard(draft)
        return
    if job.may_be_tried_again:
        _offer_again(draft, job, partial(uploads.start_preview, draft))
        return
    document = job.document
    if document is None:
        st.error(t("upload_failed", said=job.said))
        _offer_discard(draft)
        return
    impact.show_origins(document)
    impact.show(impact.changes_of(document), release_id)
    # Stays in sight below a long table.
    with st.container(horizontal=True, key="upload_decide"):
        # What waits for a second person is not published by this press.
        waits = any(message["code"] == "D126" for one in document["files"] for message in one["messages"])
        if st.button(t("upload_send" if waits else "upload_publish"), type="primary", key="upload_publish"):
            uploads.start_accept(draft)
            st.rerun()
        _discard_button(draft)


def _show_accept(draft: Draft) -> None:
    job = draft.accept
    if job is None:
        return
    if job.is_running:
        job_progress.follow(job, t("upload_publishing"))
        return
    st.session_state[_DONE] = (job.exit_code != 1, _without_folders(draft, job.document), job.said)
    _forget(draft)
    st.rerun()


def _without_folders(draft: Draft, document: dict[str, Any] | None) -> dict[str, Any] | None:
    """What became of the files, each called what its sender calls it or what it is called now."""
    if document is None:
        return None
    listed = [{**one, "file": uploads.shown_name(draft, one["file"])} for one in document["files"]]
    named = [uploads.shown_name(draft, name) for name in document.get("offered", ())]
    return {**document, "files": listed, "offered": named}


def _show_done(names: dict[str, str]) -> None:
    """What became of the last files that were handed in, until the next ones come."""
    is_done, document, said = st.session_state.get(_DONE, (False, None, ""))
    if not said and document is None:
        return
    reason = document["reason"] if document else said
    (st.success if is_done else st.error)(t("upload_done", reason=reason) if is_done else reason)
    named = document.get("offered", ()) if document else ()
    offered = [one for one in document["files"] if one["file"] in named] if document else []
    if offered:
        receipts.show_some([files.receipt_of(one) for one in offered], names, t("upload_receipts"), key="upload_done")


def _offer_again(draft: Draft, job: Job, start: Callable[[], None]) -> None:
    """The writer did not answer: why, and the button that tries once more with the files that are still here."""
    markup.show(tag("div", tag("span", job.said), cls="ub-banner", role="alert"), key="upload_away")
    with st.container(horizontal=True):
        st.button(t("upload_again"), type="primary", on_click=start, key="upload_again")
        _discard_button(draft)


def _offer_discard(draft: Draft) -> None:
    with st.container(horizontal=True):
        _discard_button(draft)


def _discard_button(draft: Draft) -> None:
    st.button(t("upload_discard"), on_click=partial(_discard, draft), key="upload_discard")


def _discard(draft: Draft) -> None:
    _forget(draft)
    st.session_state.pop(_DONE, None)


def _forget(draft: Draft) -> None:
    """The files are gone from the disk and from the page."""
    draft.discard()
    st.session_state[_DRAFT] = None
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
