"""What a page has drawn for a view is kept for the next reader of it: building a page costs three times what sending it does."""

from collections.abc import Callable, Hashable
from threading import Condition

from cachetools import LRUCache, cached

from dashboard import i18n, links
from dashboard.components import filters
from dashboard.components.markup import Markup
from warehouse.access import scopes

# A view is made of a dozen blocks of one to a hundred thousand characters.
CHARACTERS = 50_000_000

View = tuple[str, str, str, str, str, str, bool, links.Here]


def block(name: str, build: Callable[[], Markup], *of: Hashable) -> Markup:
    """What `build` makes, made once for each release, page, selection and language.

    `name` tells the block from the others of its page; `of` is everything else its content depends on.
    """
    return _kept(name, _view(), of, build)


def forget() -> None:
    """Let everything go."""
    _kept.cache_clear()


def _view() -> View:
    selection = filters.current()
    return (
        i18n.language(),
        scopes.current().key,
        selection.release_id,
        selection.period,
        selection.region,
        selection.mode,
        selection.is_current,
        links.here(),
    )


def _key(name: str, view: View, of: tuple[Hashable, ...], _: Callable[[], Markup]) -> Hashable:
    return name, view, of


@cached(LRUCache(CHARACTERS, getsizeof=len), key=_key, condition=Condition())
def _kept(_: str, view: View, of: tuple[Hashable, ...], build: Callable[[], Markup]) -> Markup:
    with i18n.using(view[0]), links.at(view[-1]):
        return build()
