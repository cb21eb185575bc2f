"""What has been read from a release is kept in memory: a release never changes, so its id and the scope of whoever reads make the key."""

from collections.abc import Callable
from threading import Condition
from typing import Any, TypeVar

from cachetools import LRUCache, cached
from cachetools.keys import hashkey

from warehouse.access import scopes

Function = TypeVar("Function", bound=Callable[..., Any])


def per_release(entries: int) -> Callable[[Function], Function]:
    """Keeps the last so many answers of a function whose arguments name the release; who asks while one is being made waits for it.

    Streamlit's own caches take a fifth of a millisecond to make a key, and a page asks a hundred times.
    """

    def keeping(function: Function) -> Function:
        kept: LRUCache[Any, Any] = LRUCache(maxsize=entries)
        return cached(kept, key=_key, condition=Condition())(function)  # type: ignore[return-value]

    return keeping


def _key(*arguments: Any, **named: Any) -> Any:
    """Nothing that was read for one scope is given to another; whoever reads for nobody gets nothing, kept or not."""
    return hashkey(scopes.current().key, *arguments, **named)
