"""批示 as whoever looks may see and write them: those on numbers of the own regions."""

from dashboard.data import releases, sight
from warehouse import comments
from warehouse import settings as warehouse_settings
from warehouse.access import people, scopes
from warehouse.access.people import Person
from warehouse.access.scopes import NotAllowedError
from warehouse.comments import Comment, Number


def seen(release_id: str, programme: str | None = None) -> tuple[Comment, ...]:
    """The comments on numbers that may be seen, the latest first; of one programme. Raises OSError where the list is damaged."""
    return tuple(
        one
        for one in comments.load(warehouse_settings.load())
        if programme in (None, one.number.programme) and sight.is_own_region(release_id, one.number.region)
    )


def may_write() -> bool:
    """Whether whoever looks writes comments."""
    return releases.may_operate(scopes.COMMENT)


def may_answer() -> bool:
    """Whether whoever looks answers them."""
    return releases.may_operate(scopes.COMMENT, scopes.ANSWER)


def may_close(comment: Comment) -> bool:
    """Whether whoever looks has written it, or may see everything that it may be about."""
    is_own = not scopes.is_enforced() or comment.written.subject == people.acting().subject
    return may_write() and (is_own or scopes.current().is_everything)


def write(number: Number, text: str) -> None:
    """A comment. Raises CommentError, NotAllowedError, AuditError and OSError with a sentence for the reader."""
    _require(may_write(), number.release, number.region)
    comments.write(warehouse_settings.load(), number, text, _who())


def answer(release_id: str, name: str, text: str) -> None:
    """An answer. Raises as `write`."""
    _require(may_answer(), release_id, _one(release_id, name).number.region)
    comments.answer(warehouse_settings.load(), name, text, _who())


def close(release_id: str, name: str) -> None:
    """It is done with. Raises as `write`."""
    found = _one(release_id, name)
    _require(may_close(found), release_id, found.number.region)
    comments.close(warehouse_settings.load(), name, _who())


def _one(release_id: str, name: str) -> Comment:
    found = next((one for one in seen(release_id) if one.id == name), None)
    if found is None:
        raise NotAllowedError("没有这条批示，或不在您的范围里")
    return found


def _require(is_allowed: bool, release_id: str, region: str) -> None:
    if not is_allowed or not sight.is_own_region(release_id, region):
        raise NotAllowedError("您的账号没有这项权限")


def _who() -> Person:
    return people.acting() if scopes.is_enforced() else people.ANYBODY
