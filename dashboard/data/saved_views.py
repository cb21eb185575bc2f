"""Saved views as whoever looks may open, save and remove them."""

from warehouse import saved_views
from warehouse import settings as warehouse_settings
from warehouse.access import people, scopes
from warehouse.access.people import Person
from warehouse.saved_views import SavedView


def seen() -> tuple[SavedView, ...]:
    """One's own and the shared ones, the latest first. Raises OSError where the list is damaged."""
    return saved_views.seen(warehouse_settings.load(), _who())


def find(name: str) -> SavedView | None:
    """The one of this id, if whoever looks may open it."""
    try:
        return next((one for one in seen() if one.id == name), None)
    except OSError:
        return None


def is_own(view: SavedView) -> bool:
    """Whether whoever looks has saved it."""
    return view.is_of(_who())


def save(name: str, query: dict[str, str], is_shared: bool) -> str:
    """Keep a view. Raises SavedViewError, AuditError, NotAllowedError and OSError with a sentence for the reader."""
    scopes.require(scopes.SQL)
    return saved_views.save(warehouse_settings.load(), name, query, is_shared, _who())


def remove(name: str) -> None:
    """Take one's own off the list. Raises as `save`."""
    saved_views.remove(warehouse_settings.load(), name, _who())


def _who() -> Person:
    return people.acting() if scopes.is_enforced() else people.ANYBODY
