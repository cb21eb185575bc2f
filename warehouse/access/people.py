"""Whoever acts: a person who has signed in, or the account of this machine that runs a command."""

import contextlib
import contextvars
import json
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass

# Handed to the commands that pages start, so that the audit names the person and not the server's account.
VARIABLE = "UNIONBOARD_ON_BEHALF_OF"


@dataclass(frozen=True)
class Person:
    """An account: the provider's subject and the name it gives; nothing else about a person is kept."""

    subject: str
    name: str = ""

    def as_variable(self) -> str:
        """As it is handed to a command."""
        return json.dumps({"subject": self.subject, "name": self.name}, ensure_ascii=False)


# Whoever looks at pages where nobody signs in.
ANYBODY = Person("anybody")

_acting: contextvars.ContextVar[Person | None] = contextvars.ContextVar("acting", default=None)


def acting() -> Person:
    """Whoever acts now: the one of the block, the one a page has named to this command, else the account of this process."""
    return _acting.get() or _named() or _account()


@contextlib.contextmanager
def as_person(person: Person) -> Iterator[None]:
    """Inside the block this one acts."""
    token = _acting.set(person)
    try:
        yield
    finally:
        _acting.reset(token)


def _named() -> Person | None:
    try:
        given = json.loads(os.environ.get(VARIABLE) or "null")
        return Person(str(given["subject"]), str(given.get("name", ""))) if given else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _account() -> Person:
    try:
        return Person(f"account:{pwd.getpwuid(os.geteuid()).pw_name}")
    except KeyError:
        return Person(f"account:{os.geteuid()}")
