"""Whom this run of a page is for: found before anything is drawn, and what is looked at is written down before it is shown."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from dashboard.access import visits
from dashboard.access.visits import Visit
from dashboard.components import empty_state, markup
from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.i18n import t
from warehouse import settings as warehouse_settings
from warehouse.access import audit, people, scopes
from warehouse.access.audit import AuditError
from warehouse.access.roles import PROGRAMME
from warehouse.access.sign_in import INSECURE

_VISIT, _SEEN = "_visit", "_audit_seen"
# Pages whose rows are read by one kind of role only: in its regions, whatever else is seen in others.
_NARROWER = {"records": scopes.RECORDS, "ask": scopes.SQL}


class SignedOutError(Exception):
    """Nobody is signed in any more."""


@contextmanager
def reading() -> Iterator[None]:
    """The run is for whoever is signed in. Raises SignedOutError where nobody is any more."""
    if not scopes.is_enforced():
        yield
        return
    visit = visits.of_page(is_active=True)
    if visit is None:
        raise SignedOutError
    if st.session_state.get(_VISIT, visit.id) != visit.id:
        # Another person at the same browser finds nothing of the one before.
        st.session_state.clear()
    st.session_state[_VISIT] = visit.id
    with people.as_person(visit.person), scopes.inside(visit.scope):
        yield


def has_page(path: str, is_of_programme: bool = False) -> bool:
    """Whether whoever is signed in has a page; everybody has every page where nobody signs in."""
    visit = _visit()
    return visit is None or visit.access.has_page(PROGRAMME if is_of_programme else path)


@contextmanager
def at_page(path: str) -> Iterator[None]:
    """Inside the block only what may be read on this page is there."""
    visit, action = _visit(), _NARROWER.get(path)
    if visit is None or action is None:
        yield
        return
    with scopes.inside(visit.access.scope(action)):
        yield


def note(path: str, selection: Selection | None) -> bool:
    """Writes down what is looked at, once for each page and selection; False where that failed and nothing may be shown."""
    about: dict[str, Any] = {"page": path or "home"}
    if selection is not None:
        chosen = {"release": selection.release_id, "region": selection.region, "period": selection.period}
        about |= {**chosen, "origin": selection.mode}
    about |= {name: st.query_params.get(name) for name in ("kpi", "way", "sql")}
    if st.session_state.get(_SEEN) == about:
        return True
    visit = _visit()
    try:
        audit.record(warehouse_settings.load(), "page.view", who=visit.person if visit else people.ANYBODY, **about)
    except AuditError as error:
        empty_state.show(t("audit_stops_title"), [str(error)], key="audit_stops")
        return False
    st.session_state[_SEEN] = about
    return True


def show_signed_out() -> None:
    """That the session has ended, and the way in."""
    way = tag("p", tag("a", t("sign_in"), href="access/sign-in", target="_self", cls="ub-button"))
    markup.show(
        tag("section", tag("h1", t("signed_out")), tag("p", t("signed_out_sentence")), way, cls="ub-panel"),
        key="signed_out",
    )


def show_person() -> None:
    """In the side bar: who is signed in, as what, and the way out; where nobody signs in beyond the machine, that it is so."""
    visit = _visit()
    if visit is not None:
        roles = t("comma").join(t(f"role_{role}") for role in visit.access.roles)
        out = tag("a", t("sign_out"), href="access/sign-out", target="_self")
        name = visit.person.name or visit.person.subject
        markup.show(tag("p", tag("b", name), " · ", roles, " · ", out, cls="ub-hint"), key="person")


def show_warning() -> None:
    """Over every page of a server that anybody may reach without signing in."""
    if os.environ.get(INSECURE):
        words = [tag("strong", t("no_sign_in")), tag("span", t("no_sign_in_sentence"))]
        markup.show(tag("div", words, cls="ub-banner", role="alert"), key="no_sign_in")


def _visit() -> Visit | None:
    return visits.of_page() if scopes.is_enforced() else None
