"""Who is signed in: sessions kept in this process, each with its end, and the one that a page or request belongs to."""

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import cookie_parser
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from warehouse.access import rates, scopes
from warehouse.access.people import Person
from warehouse.access.roles import Access
from warehouse.access.scopes import Scope

COOKIE = "unionboard_session"
# A provider that is asked for thousands of sessions is being misused.
MOST = 20_000


@dataclass
class Visit:
    """Somebody who is signed in: who it is, what is granted, and until when."""

    id: str
    person: Person
    access: Access
    began: float
    seen: float
    provider_session: str | None = None
    id_token: str | None = None
    scope: Scope = field(init=False)

    def __post_init__(self) -> None:
        self.scope = self.access.scope()


class Visits:
    """The sessions of this process: whoever is not here is not signed in, however good the cookie looks."""

    def __init__(self, session_seconds: float, idle_seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._session_seconds, self._idle_seconds, self._now = session_seconds, idle_seconds, now
        self._lock = threading.Lock()
        self._visits: dict[str, Visit] = {}

    def begin(
        self, person: Person, access: Access, provider_session: str | None = None, id_token: str | None = None
    ) -> Visit:
        """A new session with an id that nobody can guess; a person's oldest makes room for it where there are too many."""
        now = self._now()
        visit = Visit(secrets.token_urlsafe(32), person, access, now, now, provider_session, id_token)
        with self._lock:
            self._forget_old(now)
            own = [one for one in self._visits.values() if one.person.subject == person.subject]
            for oldest in own[: max(0, len(own) + 1 - rates.SESSIONS.most())]:
                del self._visits[oldest.id]
            while len(self._visits) >= MOST:
                del self._visits[next(iter(self._visits))]
            self._visits[visit.id] = visit
        return visit

    def find(self, visit_id: str | None, is_active: bool = False) -> Visit | None:
        """The session of this id, as long as it lasts; `is_active` says that a person has done something."""
        if not visit_id:
            return None
        now = self._now()
        with self._lock:
            visit = self._visits.get(visit_id)
            if visit is None:
                return None
            if not self._is_over(visit, now):
                if is_active:
                    visit.seen = now
                return visit
            del self._visits[visit_id]
            return None

    def end(self, visit_id: str) -> Visit | None:
        """Sign one out."""
        with self._lock:
            return self._visits.pop(visit_id, None)

    def end_all(self, subject: str | None = None, provider_session: str | None = None) -> list[Visit]:
        """Sign out every session of a subject, or of one session at the provider."""
        with self._lock:
            gone = [
                visit
                for visit in self._visits.values()
                if (provider_session is not None and visit.provider_session == provider_session)
                or (provider_session is None and subject is not None and visit.person.subject == subject)
            ]
            for visit in gone:
                del self._visits[visit.id]
        return gone

    def _is_over(self, visit: Visit, now: float) -> bool:
        return now - visit.began >= self._session_seconds or now - visit.seen >= self._idle_seconds

    def _forget_old(self, now: float) -> None:
        for visit in [one for one in self._visits.values() if self._is_over(one, now)]:
            del self._visits[visit.id]


_kept: list[Visits] = []


def keep(visits: Visits) -> None:
    """These are the sessions of this process."""
    _kept[:] = [visits]
    scopes.find_with(_scope_of_page)


def of_page(is_active: bool = False) -> Visit | None:
    """The session of the page that runs: told by the cookie with which its socket came, and asked for anew each time."""
    context = get_script_run_ctx()
    if context is None:
        return None
    return of_session(context.session_id, is_active)


def of_session(session_id: str, is_active: bool = False) -> Visit | None:
    """The session behind one of Streamlit's."""
    if not _kept or not runtime.exists():
        return None
    client = runtime.get_instance().get_client(session_id)
    cookies: Mapping[str, Any] = client.client_context.cookies if client is not None and client.client_context else {}
    return _kept[0].find(cookies.get(COOKIE), is_active)


def cookies_in(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The cookies of a request."""
    found: dict[str, str] = {}
    for name, value in headers:
        if name == b"cookie":
            found |= cookie_parser(value.decode("latin-1"))
    return found


def of_headers(headers: Iterable[tuple[bytes, bytes]]) -> Visit | None:
    """The session of a request."""
    return _kept[0].find(cookies_in(headers).get(COOKIE)) if _kept else None


def _scope_of_page() -> Scope | None:
    visit = of_page()
    return visit.scope if visit is not None else None
