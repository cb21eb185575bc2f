"""The like-for-like comparisons of KPI values of a release, for those whose whole is not comparable because others reported."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from warehouse.releases import period_changes
from warehouse.releases.like_for_like import Kind, Part, worked_out
from warehouse.releases.period_changes import Change

NATION = "000000"
_KEY = ("kpi", "origin", "category")
_COLUMNS = "numerator, denominator, value, qualifier, reported_from, reported_to"


@dataclass(frozen=True)
class Asked:
    """A row of the nation, the period it was held against, and what came of it; the answer goes to the row under `key`."""

    row: dict[str, Any]
    earlier: str
    change: Change
    key: str


def tell(connection: duckdb.DuckDBPyConnection, asked: Sequence[Asked], relations: Callable[[str], list[str]]) -> None:
    """Puts under each row's key what the provinces in both periods say, or None. `relations` names a programme's tables of values."""
    if not asked:
        return
    kinds = {
        kpi: Kind(is_ratio, is_additive)
        for kpi, is_ratio, is_additive in connection.execute(
            "select kpi, is_ratio, is_additive_over_regions from dim_kpi"
        ).fetchall()
    }
    known: dict[tuple[Any, ...], dict[str, Part]] = {}
    for programme in {one.row["programme"] for one in asked}:
        periods = {period for one in asked if one.row["programme"] == programme for period in _periods(one)}
        for relation in relations(programme):
            for key, region, part in _parts(connection, relation, sorted(periods)):
                known.setdefault(key, {})[region] = part
    for one in asked:
        sides = [known.get((*(one.row[name] for name in _KEY), period), {}) for period in _periods(one)]
        one.row[one.key] = _as_json(one, kinds[one.row["kpi"]], sides)


def _as_json(one: Asked, kind: Kind, sides: Sequence[dict[str, Part]]) -> dict[str, Any] | None:
    now, before = (side.get(NATION) for side in sides)
    if now is None or before is None:
        return None
    provinces = [{code: part for code, part in side.items() if code != NATION} for side in sides]
    begins = one.earlier.split("..")[0] if ".." in one.earlier else period_changes.months_of(one.earlier)[0]
    found = worked_out(kind, (now, before), (provinces[0], provinces[1]), one.change.span, begins)
    return found.as_json() if found is not None else None


def _periods(one: Asked) -> tuple[str, str]:
    return one.row["period"], one.earlier


def _parts(
    connection: duckdb.DuckDBPyConnection, relation: str, periods: Sequence[str]
) -> Iterator[tuple[tuple[Any, ...], str, Part]]:
    there = connection.execute(
        "select count(*) from information_schema.columns where table_name = ? and column_name = 'is_hidden'", [relation]
    ).fetchall()
    # A release of an earlier programme hides nothing by cell.
    hidden = "is_hidden" if there[0][0] else "false"
    sql = (
        f'select {", ".join(_KEY)}, period, region, {hidden}, {_COLUMNS} from "{relation}"'  # noqa: S608 - names of the release
        " where list_contains(?, period)"
        " and (region = ? or region in (select region_code from dim_region where region_level = 'province'))"
    )
    for *key, region, is_hidden, numerator, denominator, value, qualifier, begun, reached in connection.execute(
        sql, [list(periods), NATION]
    ).fetchall():
        yield (
            tuple(key),
            region,
            Part(value, numerator, denominator, qualifier or "", bool(is_hidden), begun, reached),
        )
