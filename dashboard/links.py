"""Where a click leads: pages and views as targets, their addresses, and what happens when one is followed."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import streamlit as st

HOME = "home"
FILTERS = ("region", "period", "origin", "as_of", "lang")
PENDING_PAGE = "_go_to_page"
PENDING_SOURCE = "_show_source"

Here = tuple[tuple[str, str], ...]
_here: ContextVar[Here | None] = ContextVar("here", default=None)


@dataclass(frozen=True)
class Target:
    """A page (its url path, `home`, or None to stay) and what to change there; None keeps what is chosen now."""

    page: str | None = None
    region: str | None = None
    period: str | None = None
    origin: str | None = None
    kpi: str | None = None
    release: str | None = None
    source: str | None = None
    regions: str | None = None
    kpis: str | None = None
    peers: str | None = None
    status: str | None = None
    as_of: str | None = None

    def as_payload(self) -> dict[str, str]:
        """What travels with a click."""
        return {name: value for name, value in vars(self).items() if value is not None}


def programme_page(programme: str, **changes: str) -> Target:
    """The page of a programme."""
    return Target(page=page_path(programme), **changes)


def side_by_side(kpi: str, *regions: str) -> Target:
    """The page that sets regions side by side, with a KPI and these regions chosen."""
    return Target(page="side-by-side", kpis=kpi, regions=",".join(dict.fromkeys(regions)) or None)


def page_path(programme: str) -> str:
    """A programme's url path: its code with dashes."""
    return programme.replace("_", "-")


def href(target: Target) -> str:
    """The address of a target with codes as parameters; the filters chosen now go along."""
    chosen = dict(here())
    current = chosen.pop("page", HOME)
    chosen |= target.as_payload()
    chosen.pop("source", None)
    page = chosen.pop("page", current)
    path = "./" if page == HOME else page
    query = "&".join([_parameter(key, value) for key, value in chosen.items() if value])
    return f"{path}?{query}" if query else path


@lru_cache(maxsize=4096)
def _parameter(key: str, value: str) -> str:
    # The links of a page differ in one of these; writing the others out again would take most of its time.
    return urlencode({key: value})


def here() -> Here:
    """The page shown and what its filters are set to, as codes; what is at its default is left out."""
    known = _here.get()
    if known is not None:
        return known
    chosen = {key: st.session_state.get(f"_{key}_code") for key in FILTERS}
    chosen["page"] = st.session_state.get("_page_path", HOME)
    return tuple((key, value) for key, value in chosen.items() if value)


def note_page(path: str) -> None:
    """Remember which page is drawn now; the frame says so before it draws it."""
    st.session_state["_has_arrived"] = st.session_state.get("_page_path") != path
    st.session_state["_page_path"] = path


def has_arrived() -> bool:
    """Whether the run before showed another page."""
    return bool(st.session_state.get("_has_arrived"))


@contextmanager
def at(place: Here) -> Iterator[None]:
    """Inside the block `here` is this, without asking the session for every link."""
    token = _here.set(place)
    try:
        yield
    finally:
        _here.reset(token)


def follower(key: str) -> Callable[[], None]:
    """The callback of an element with links under this key."""

    def follow_clicked() -> None:
        clicked = getattr(st.session_state.get(key), "go", None)
        if clicked:
            follow(json.loads(clicked))

    return follow_clicked


def follow(payload: dict[str, Any]) -> None:
    """Take over what a click asks for; the frame goes to the page in the run that follows."""
    for name in ("region", "period", "origin", "as_of"):
        if name in payload:
            st.session_state[name] = payload[name]
    if "source" in payload:
        st.session_state[PENDING_SOURCE] = payload["source"]
        return
    query = {
        name: payload[name] for name in ("kpi", "release", "regions", "kpis", "peers", "status") if name in payload
    }
    if "page" in payload:
        st.session_state[PENDING_PAGE] = (payload["page"], query)
        return
    if query:
        st.query_params.update(query)
