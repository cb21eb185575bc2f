"""Views with a name: the list with a link to each, and the box that saves the view one looks at."""

from urllib.parse import urlencode

import streamlit as st

from dashboard.components import markup
from dashboard.components.filters import Address
from dashboard.components.markup import tag
from dashboard.components.unfollowed import Unfollowed
from dashboard.data import saved_views
from dashboard.i18n import t
from warehouse.access.audit import AuditError
from warehouse.access.scopes import NotAllowedError
from warehouse.saved_views import LONGEST_NAME, SavedView, SavedViewError

PARAMETER = "saved"
_SAID = "_saved_view_said"
_SHOWN = 50


def opened(query: dict[str, str]) -> Address | None:
    """The address that a saved view stands for; None for an address that names none."""
    name = query.get(PARAMETER)
    if not name:
        return None
    rest = {key: value for key, value in query.items() if key != PARAMETER}
    found = saved_views.find(name)
    return Address(rest, (Unfollowed(PARAMETER, name),)) if found is None else Address({**rest, **found.query})


def show(query: dict[str, str]) -> None:
    """The list, and the box for the view as it stands; `query` is what its address would hold, empty where there is nothing to save."""
    try:
        found = saved_views.seen()
    except OSError as error:
        markup.show(tag("p", str(error), cls="ub-hint", role="alert"), key="saved_damaged")
        return
    said = st.session_state.pop(_SAID, None)
    with st.expander(t("saved_views", count=len(found)), expanded=bool(said), key="saved_views"):
        if said:
            markup.show(tag("p", said, cls="ub-lead", role="status"), key="saved_said")
        if query:
            _box(query)
        elif not found:
            markup.show(tag("p", t("saved_none"), cls="ub-hint"), key="saved_none")
        for number, one in enumerate(found[:_SHOWN]):
            with st.container(horizontal=True, vertical_alignment="center", key=f"saved_line_{number}"):
                _line(one, query)
                if saved_views.is_own(one):
                    st.button(t("saved_remove"), key=f"saved_remove_{one.id}", on_click=_remove, args=(one,))


def _box(query: dict[str, str]) -> None:
    with (
        st.form("saved_form", border=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        name = st.text_input(t("saved_name"), max_chars=LONGEST_NAME, key="saved_name")
        is_shared = st.checkbox(t("saved_shared"), value=True, key="saved_shared")
        if st.form_submit_button(t("saved_save")):
            _keep(name, query, is_shared=is_shared)
            st.rerun()


def _line(one: SavedView, query: dict[str, str]) -> None:
    way = t("ask_sql") if "sql" in one.query else t("ask_pivot")
    about = " · ".join(filter(None, (way, one.who, one.at[:10], "" if one.is_shared else t("saved_own"))))
    now = tag("span", t("saved_now"), cls="ub-tag") if one.query == query else None
    # A real address: it opens in a new tab, and can be copied and sent.
    way_there = tag("a", one.name, href=f"ask?{urlencode({PARAMETER: one.id})}", target="_self")
    markup.show(tag("p", way_there, " ", now, tag("small", about), cls="ub-upload-line"), key=f"saved_text_{one.id}")


def _keep(name: str, query: dict[str, str], *, is_shared: bool) -> None:
    try:
        saved_views.save(name, query, is_shared)
    except (SavedViewError, NotAllowedError, AuditError, OSError) as error:
        st.session_state[_SAID] = str(error)
        return
    st.session_state[_SAID] = t("saved_done", name=name.strip())


def _remove(one: SavedView) -> None:
    try:
        saved_views.remove(one.id)
    except (SavedViewError, AuditError, OSError) as error:
        st.session_state[_SAID] = str(error)
