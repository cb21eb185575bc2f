"""批示 on the number that a programme's page looks at, and the open ones of an office in one list."""

from collections.abc import Callable

import streamlit as st

from dashboard import formatting, links
from dashboard.components import markup
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, tag
from dashboard.data import comments, kpis, regions
from dashboard.data.kpis import Kpi
from dashboard.i18n import pick, t
from warehouse.access.audit import AuditError
from warehouse.access.scopes import NotAllowedError
from warehouse.comments import LONGEST, Comment, CommentError, Number, Said

_SAID, _WRITING = "_comment_said", "_comment_writing"
_TEXT = "comment_text"
_SHOWN = 5


def show(kpi: Kpi, selection: Selection, origin: str, period: str) -> None:
    """What was written on this KPI in this region, the latest first, and the way to write."""
    try:
        found = [
            one
            for one in comments.seen(selection.release_id, kpi.programme)
            if one.number.kpi == kpi.code and one.number.region == selection.region
        ]
    except OSError as error:
        markup.show(tag("p", str(error), cls="ub-hint", role="alert"), key="comments_damaged")
        return
    said = st.session_state.pop(_SAID, None)
    if not found and not comments.may_write() and said is None:
        return
    if found or said:
        entries = [tag("li", _written(one, selection.release_id)) for one in found[:_SHOWN]]
        alert = tag("p", said, role="alert") if said else None
        heading = tag("h3", t("comments"), tag("small", t("comments_note", count=len(found))))
        markup.show(
            tag("section", heading, alert, tag("ul", entries, cls="ub-comments"), cls="ub-panel"), key="comments"
        )
    for one in [one for one in found if one.closed is None][:_SHOWN]:
        _form_below(one, selection.release_id)
    if comments.may_write():
        _form(Number(selection.release_id, kpi.programme, kpi.code, selection.region, period, origin))


def show_open(selection: Selection) -> None:
    """Those that are open, of all programmes, within what whoever looks may see, with the way to each."""
    try:
        found = [one for one in comments.seen(selection.release_id) if one.closed is None]
    except OSError as error:
        markup.show(tag("p", str(error), cls="ub-hint", role="alert"), key="comments_damaged")
        return
    if not found:
        return
    heading = tag("h3", t("comments_open"), tag("small", t("comments_note", count=len(found))))
    entries = [tag("li", _written(one, selection.release_id)) for one in found[:20]]
    markup.show(tag("section", heading, tag("ul", entries, cls="ub-comments"), cls="ub-panel"), key="comments_open")


def _written(comment: Comment, release_id: str) -> Markup:
    number = comment.number
    kpi, region = kpis.find(release_id, number.kpi), regions.find(release_id, number.region)
    name = pick(kpi.label_zh, kpi.label_en) if kpi is not None else number.kpi
    place = formatting.region_name(region) if region is not None else number.region
    about = f"{place} · {name} · {formatting.period_name(number.period)}"
    # As it was seen: the same release, also after it is no longer the current one.
    target = links.Target(
        page=links.page_path(number.programme),
        region=number.region,
        period=number.period,
        kpi=number.kpi,
        as_of=number.release,
    )
    state = t("comment_closed", at=comment.closed.at[:10]) if comment.closed else t("comment_is_open")
    parts = [
        tag("p", markup.link(target, about), " ", tag("small", state)),
        *(_line(one) for one in (comment.written, *comment.answers)),
    ]
    return markup.join(parts)


def _line(said: Said) -> Markup:
    who = said.name or ("" if said.subject == "anybody" else said.subject)
    return tag("p", said.text, " ", tag("small", " ".join(filter(None, (who, said.at[:16].replace("T", " "))))))


def _form(number: Number) -> None:
    if not st.session_state.get(_WRITING):
        st.button(t("comment_write"), key="comment_begin", on_click=_begin)
        return
    with st.form("comment_form", border=True):
        st.text_area(t("comment_text"), key=_TEXT, max_chars=LONGEST, placeholder=t("comment_hint"))
        st.form_submit_button(t("comment_send"), key="comment_send", type="primary", on_click=_send, args=(number,))


def _form_below(comment: Comment, release_id: str) -> None:
    if not comments.may_answer():
        return
    key = f"comment_answer_{comment.id}"
    with st.form(f"{key}_form", border=True):
        st.text_input(t("comment_answer_to", text=comment.written.text[:20]), key=key, max_chars=LONGEST)
        with st.container(horizontal=True, key=f"{key}_buttons"):
            st.form_submit_button(
                t("comment_answer"), key=f"{key}_send", on_click=_answer, args=(release_id, comment.id, key)
            )
            if comments.may_close(comment):
                st.form_submit_button(
                    t("comment_close"),
                    key=f"{key}_close",
                    on_click=_close,
                    args=(release_id, comment.id),
                )


def _begin() -> None:
    st.session_state[_WRITING] = True


def _send(number: Number) -> None:
    if _do(comments.write, t("comment_is_written"), number, str(st.session_state.get(_TEXT) or "")):
        st.session_state[_WRITING] = False
        st.session_state[_TEXT] = ""


def _answer(release_id: str, name: str, key: str) -> None:
    if _do(comments.answer, t("comment_is_answered"), release_id, name, str(st.session_state.get(key) or "")):
        st.session_state[key] = ""


def _close(release_id: str, name: str) -> None:
    _do(comments.close, t("comment_is_closed"), release_id, name)


def _do(action: Callable[..., None], done: str, *arguments: object) -> bool:
    """Do it, and keep what is to be told; what was typed stays where it could not be done."""
    try:
        action(*arguments)
    except (CommentError, NotAllowedError, AuditError, OSError) as error:
        st.session_state[_SAID] = f"{error}。"
        return False
    st.session_state[_SAID] = done
    return True
