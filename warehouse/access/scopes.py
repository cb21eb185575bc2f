"""Whose numbers may be read here and now: a scope of regions and of what may be done, without which nothing is read where people sign in.

A scope is found by whoever reads, not handed along: first the one of the block, then the one of the page or request that asks. Where people
sign in and neither is there, reading fails: nobody can forget to narrow a question.
"""

import contextlib
import contextvars
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

SIGN_IN = "UNIONBOARD_SIGN_IN"
NATION = "000000"

# What a scope may do besides looking at numbers.
EXPORT, RECORDS, SQL, PREVIEW, CONFIRM = "export", "records", "sql", "preview", "confirm"
COMMENT, ANSWER = "comment", "answer"
HAND_IN, UNDO, PUBLISH, ROLL_BACK, PIN, AUDIT = "hand_in", "undo", "publish", "roll_back", "pin", "audit"
COUNTERSIGN = "countersign"
ACTIONS = frozenset(
    {
        EXPORT,
        RECORDS,
        SQL,
        PREVIEW,
        CONFIRM,
        HAND_IN,
        UNDO,
        PUBLISH,
        ROLL_BACK,
        PIN,
        AUDIT,
        COMMENT,
        ANSWER,
        COUNTERSIGN,
    }
)


class NoScopeError(Exception):
    """Something is read where people sign in, and nobody has said for whom."""


class NotAllowedError(Exception):
    """Something that whoever asks may not do; the message is a Chinese sentence without a full stop."""


@dataclass(frozen=True)
class Scope:
    """The regions whose rows are there, with all below them; None is every region, () is none.

    `has_nation` adds the nation's own values as a line of reference, where they give no other region away. `may` is what may be done,
    `units` are the reporting units for which files may be handed in, `hands_in` the regions, and `signs` the provinces whose uploads may be
    countersigned (None: any); these hold where their role does, whatever else is seen in other regions.
    """

    regions: tuple[str, ...] | None = None
    has_nation: bool = True
    may: frozenset[str] = ACTIONS
    units: tuple[str, ...] | None = None
    hands_in: tuple[str, ...] | None = None
    signs: tuple[str, ...] | None = None
    key: str = field(init=False, default="")

    def __post_init__(self) -> None:
        # What rows are there hangs on these two alone; everybody who sees all shares what is kept.
        said = "" if self.regions is None else f"{','.join(sorted(self.regions))}|{self.has_nation}"
        object.__setattr__(self, "key", hashlib.sha256(said.encode()).hexdigest()[:16] if said else "")

    @property
    def is_everything(self) -> bool:
        """Whether every row is there."""
        return self.regions is None

    def allows(self, *actions: str) -> bool:
        """Whether one of these may be done."""
        return not self.may.isdisjoint(actions)


EVERYTHING = Scope()
# What the server reads for itself: that a release can be read at all.
OF_THE_SERVER = Scope(may=frozenset())
NOTHING = Scope(regions=(), has_nation=False, may=frozenset())

_scope: contextvars.ContextVar[Scope | None] = contextvars.ContextVar("scope", default=None)
_finders: list[Callable[[], Scope | None]] = []


def is_enforced() -> bool:
    """Whether people sign in here."""
    return bool(os.environ.get(SIGN_IN))


def current() -> Scope:
    """The scope of whoever reads. Raises NoScopeError where people sign in and nobody has said who reads."""
    found = _scope.get()
    if found is not None:
        return found
    if not is_enforced():
        return EVERYTHING
    for find in _finders:
        if (found := find()) is not None:
            return found
    raise NoScopeError("没有说明是替谁读数，所以什么也不给")


def require(*actions: str) -> None:
    """Raises NotAllowedError where whoever asks may do none of these."""
    if not current().allows(*actions):
        raise NotAllowedError("您的账号没有这项权限")


@contextlib.contextmanager
def inside(scope: Scope) -> Iterator[None]:
    """Inside the block this scope reads."""
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


def find_with(find: Callable[[], Scope | None]) -> None:
    """Ask this function for the scope where no block has set one: it knows whose page or request is being answered."""
    if find not in _finders:
        _finders.append(find)
