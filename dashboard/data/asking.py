"""Questions of analysts: SELECT on a copy that holds what may be asked, in a process with limits of time, memory, rows and bytes."""

import io
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from dashboard.data import connection, descriptions
from dashboard.data.caching import per_release
from warehouse import settings as warehouse_settings
from warehouse.access import scopes
from warehouse.releases import asking_copy, question
from warehouse.releases.asking_copy import KEYS as KEYS

# So many questions at once; who comes then waits so long for a place.
PLACES = 2
WAIT_SECONDS = 15.0
# How the Chinese half of a model's description begins.
_CHINESE = "每行是"
_places = threading.BoundedSemaphore(PLACES)


class Refused(Exception):
    """A question that is not answered; the message says why, `about` which name it is about."""

    def __init__(self, kind: str, about: str = "") -> None:
        super().__init__(kind)
        self.about = about


class Failed(Exception):
    """What the engine says of a question that it cannot answer."""


@dataclass(frozen=True)
class Answer:
    """An answer, numbers and texts; `cut` says that there were more than so many `rows` or `bytes`.

    Kept as it came, because a session keeps it: as values it is ten times as large.
    """

    columns: tuple[str, ...]
    lines: bytes
    cut: str | None
    seconds: float

    @property
    def rows(self) -> tuple[tuple[Any, ...], ...]:
        """The rows, made anew each time they are asked for."""
        return tuple(tuple(row) for row in question.rows_in(io.BytesIO(self.lines)))

    @property
    def is_cut(self) -> bool:
        """Whether there were more rows."""
        return self.cut is not None


@dataclass(frozen=True)
class Column:
    """A column that can be asked for, with its type and what it means."""

    name: str
    data_type: str
    description: str

    def says(self, in_english: bool) -> str:
        """What it means; in English its name in words where the models describe it in Chinese only."""
        if not in_english:
            return self.description
        return self.description if self.description.isascii() else self.name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Relation:
    """A table that can be asked, with what one row is."""

    name: str
    description: str
    columns: tuple[Column, ...]

    def says(self, in_english: bool) -> str:
        """What one row is. Models say it in English first and then in Chinese; one that does not is told as it stands."""
        english, mark, chinese = self.description.partition(_CHINESE)
        if not mark:
            return self.description
        return english.strip() if in_english else f"{mark}{chinese}".rstrip("。")


class Asked:
    """A question on its way, so that a page can show that it runs and take it back."""

    def __init__(self, release_id: str, sql: str, seconds: float = question.PERSON.seconds) -> None:
        """Asks at once."""
        self.release_id, self.sql = release_id, sql
        self._seconds = seconds
        # The thread has no page of its own to be asked for one.
        self._scope = scopes.current()
        self._begun = time.monotonic()
        self._cancelled = threading.Event()
        self._answer: Answer | Exception | None = None
        self._thread = threading.Thread(target=self._run, name="question", daemon=True)
        self._thread.start()

    def is_done(self, within: float = 0.0) -> bool:
        """Whether there is an answer, at the latest `within` so many seconds."""
        self._thread.join(within)
        return not self._thread.is_alive()

    @property
    def seconds(self) -> float:
        """How long ago it was asked."""
        return time.monotonic() - self._begun

    def cancel(self) -> None:
        """Take it back: its process is ended."""
        self._cancelled.set()

    def answer(self) -> Answer:
        """Waits for the answer. Raises Refused and Failed as `ask` does."""
        self._thread.join()
        if isinstance(self._answer, Answer):
            return self._answer
        raise self._answer or Refused("cancelled")

    def _run(self) -> None:
        try:
            with scopes.inside(self._scope):
                self._answer = ask(self.release_id, self.sql, self._seconds, self._cancelled)
        except Exception as error:
            self._answer = error


def ask(
    release_id: str,
    sql: str,
    seconds: float = question.PERSON.seconds,
    cancelled: threading.Event | None = None,
    wait: float = WAIT_SECONDS,
) -> Answer:
    """The answer to one SELECT.

    Raises Refused when it is not a single SELECT of what may be asked, takes more than the limits, finds no place for `wait` seconds
    or is `cancelled`; Failed when the engine cannot answer it.
    """
    if not scopes.current().allows(scopes.SQL):
        raise Refused("not_allowed")
    if len(sql) > question.LONGEST_SQL:
        raise Refused("too_much_sql")
    copy = _copy(release_id)
    limits = replace(question.PERSON, seconds=seconds)
    cancelled = cancelled or threading.Event()
    _take_a_place(cancelled, wait)
    try:
        rows = io.BytesIO()
        answer = question.put(copy, sql, limits, rows, guarded=True, cancelled=cancelled)
    except question.Refused as refused:
        raise Refused(refused.kind, refused.about) from None
    except question.Failed as failed:
        raise Failed(str(failed)) from None
    finally:
        _places.release()
    return Answer(answer.columns, rows.getvalue(), answer.cut, answer.seconds)


@per_release(2)
def relations(release_id: str) -> tuple[Relation, ...]:
    """What can be asked, marts first, with the words of the models' YAML."""
    sql = "select table_name, column_name, data_type from duckdb_columns() where not internal order by table_name, column_index"
    with duckdb.connect(str(_copy(release_id)), read_only=True, config={"enable_external_access": "false"}) as database:
        found = database.execute(sql).fetchall()
    described = descriptions.of_models()
    columns: dict[str, list[Column]] = {}
    for table, column, data_type in found:
        words = described.get(table, ("", {}))[1]
        columns.setdefault(table, []).append(Column(column, data_type, words.get(column, "")))
    first = (*asking_copy.MARTS, *asking_copy.DIMENSIONS, *asking_copy.FACTS)
    order = {name: place for place, name in enumerate(first)}
    return tuple(
        Relation(name, described.get(name, ("", {}))[0], tuple(columns[name]))
        for name in sorted(columns, key=lambda name: (order.get(name, len(order)), name))
    )


def _take_a_place(cancelled: threading.Event, wait: float) -> None:
    until = time.monotonic() + wait
    while not _places.acquire(timeout=min(0.1, max(0.0, until - time.monotonic()))):
        if cancelled.is_set():
            raise Refused("cancelled")
        if time.monotonic() >= until:
            raise Refused("busy", str(PLACES))


def _copy(release_id: str) -> Path:
    """The copy of a release for whoever asks."""
    try:
        return asking_copy.of(warehouse_settings.load(), release_id, connection.whole(release_id), scopes.current())
    except asking_copy.CopyError as error:
        raise Failed(str(error)) from None
