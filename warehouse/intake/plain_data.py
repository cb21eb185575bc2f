"""Turns our dataclasses into plain data and back, so that JSON is all that passes between a worker and its parent."""

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from warehouse import contracts
from warehouse.contracts import Table


def plain(value: object, without: frozenset[str] = frozenset()) -> Any:
    """A value as JSON takes it; mappings become lists of pairs, so that their keys may be anything. Fields named in `without` are left out.

    Raises TypeError for what has no plain form.
    """
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | Path):
        return str(value)
    if isinstance(value, Table):
        return [value.programme, value.name]
    if is_dataclass(value):
        names = [one.name for one in fields(value) if one.name not in without]
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return [[plain(key), plain(one)] for key, one in value.items()]
    if isinstance(value, tuple | list | set | frozenset):
        return [plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no plain form")


def restored(kind: Any, data: Any) -> Any:
    """The value of this type whose plain form is `data`; fields that were left out have their defaults."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if data is None or kind is Any or kind is object:
        return data
    if origin in (typing.Union, types.UnionType):
        [wanted] = [one for one in arguments if one is not type(None)] if len(arguments) == 2 else [Any]
        return restored(wanted, data)
    if origin is tuple:
        each = arguments[:1] * len(data) if len(arguments) == 2 and arguments[1] is Ellipsis else arguments
        return tuple(restored(one, item) for one, item in zip(each, data, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {restored(arguments[0], key): restored(arguments[1], item) for key, item in data}
    if origin in (set, frozenset, list):
        return origin(restored(arguments[0], item) for item in data)
    if origin is Sequence:
        return tuple(restored(arguments[0], item) for item in data)
    if kind in (date, datetime):
        return kind.fromisoformat(data)
    if kind in (Decimal, Path):
        return kind(data)
    if kind is Table:
        return contracts.find(*data)
    if isinstance(kind, type) and is_dataclass(kind):
        known = _hints(kind)
        return kind(**{name: restored(known[name], item) for name, item in data.items()})
    return data


_hints = cache(typing.get_type_hints)
