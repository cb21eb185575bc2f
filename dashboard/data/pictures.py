"""What programmes' pictures show: each declared beside its mart, asked of the release in one question."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import accumulate
from typing import Any

import duckdb

from dashboard.data import connection, masking, periods, releases, values
from dashboard.data.caching import per_release
from warehouse.pictures import declared, relations
from warehouse.pictures.declared import Picture

Rows = tuple[tuple[Any, ...], ...]
# Puts a statement with its parameters to a database; one dict a row.
Ask = Callable[[str, Mapping[str, Any]], list[dict[str, Any]]]


@dataclass(frozen=True)
class Chosen:
    """What a picture is asked for: region, period, origin, and what was chosen of the programme's own controls."""

    region: str
    period: str
    origin: str
    controls: tuple[tuple[str, Any], ...] = ()


@per_release(64)
def of_programme(release_id: str, programme: str) -> tuple[Picture, ...]:
    """The pictures of a programme in their order; a release made before pictures were declared is drawn by those of the current one."""
    try:
        found = _declared(release_id, programme)
    except duckdb.CatalogException:
        current = releases.current_id()
        if current is None or current == release_id:
            return ()
        return of_programme(current, programme)
    return tuple(declared.read(json.loads(row["definition"]), programme, row["mart"])[0] for row in found)


def _declared(release_id: str, programme: str) -> list[dict[str, Any]]:
    return connection.rows(
        release_id,
        "select definition, mart from dim_picture where programme = $programme order by sort_order, picture",
        {"programme": programme},
    )


@dataclass(frozen=True)
class Answer:
    """What a release says to a picture: by relation its rows, and by name what it was asked for; `is_hidden` where it may not say more."""

    rows: Mapping[str, Rows]
    chosen: Mapping[str, Any]
    is_hidden: bool = False


@per_release(512)
def answer(release_id: str, programme: str, name: str, chosen: Chosen) -> Answer | None:
    """What a picture shows of what is chosen; None where it is not for that."""
    picture = next(one for one in of_programme(release_id, programme) if one.name == name)
    if picture.instead_of and answer(release_id, programme, picture.instead_of, chosen) is not None:
        return None
    hidden = masking.hidden_periods(release_id, programme, chosen.region, chosen.origin)
    return answered(picture, chosen, partial(connection.rows, release_id), chosen.period in hidden)


def answered(picture: Picture, chosen: Chosen, ask: Ask, is_cell_hidden: bool = False) -> Answer | None:
    """The same of a picture and of any database that has its marts; `is_cell_hidden` where the region and period may not be shown."""
    given = _given(chosen)
    if picture.when and not _asked(ask, picture.asked_of_chosen(picture.when), given)[0][0]:
        return None
    if picture.hidden == declared.CELL and is_cell_hidden:
        return Answer({}, given, is_hidden=True)
    found: dict[str, list[tuple[Any, ...]]] = {relation: [] for relation in picture.asked}
    names = list(picture.asked)
    ends = [0, *accumulate(len(columns) for columns in picture.asked.values())]
    for relation, _, *cells in sorted(_asked(ask, picture.sql, given), key=lambda row: row[:2]):
        found[names[relation]].append(tuple(map(_plain, cells[ends[relation] : ends[relation + 1]])))
    is_hidden = bool(
        picture.hidden not in ("", declared.CELL)
        and _is_empty(picture, found)
        and _asked(ask, picture.asked_of_chosen(picture.hidden), given)[0][0]
    )
    return Answer({name: tuple(rows) for name, rows in found.items()}, given, is_hidden)


@per_release(128)
def options(release_id: str, programme: str, name: str, chosen: Chosen) -> Rows:
    """What a control of a programme offers: the value first, then what its words need."""
    [control] = [one.control for one in of_programme(release_id, programme) if one.control and one.control.name == name]
    return tuple(
        tuple(map(_plain, row)) for row in _asked(partial(connection.rows, release_id), control.sql, _given(chosen))
    )


def _is_empty(picture: Picture, found: Mapping[str, list[tuple[Any, ...]]]) -> bool:
    """Whether there is nothing to draw."""
    if picture.drawn and not found[picture.drawn]:
        return True
    facts = found.get(picture.facts)
    return bool(facts and isinstance(picture.empty_when, int) and facts[0][picture.empty_when])


def _given(chosen: Chosen) -> dict[str, Any]:
    """By name, what SQL and texts of a picture may ask for as $name."""
    first, last = periods.bounds(chosen.period)
    return {
        "region": chosen.region,
        "period": chosen.period,
        "origin": chosen.origin,
        "first": date.fromisoformat(first),
        "last": date.fromisoformat(last),
        "year": values.year_of(chosen.period),
        "grain": periods.grain_of(chosen.period),
        **dict(chosen.controls),
    }


def _asked(ask: Ask, sql: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    found = ask(sql, {name: given[name] for name in relations.parameters(sql)})
    return [tuple(row.values()) for row in found]


def _plain(value: Any) -> Any:
    """A value as it is drawn and written: decimals as numbers, and nothing for what cannot be computed."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
