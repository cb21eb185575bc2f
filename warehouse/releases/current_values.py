"""Read the current release: KPI values by code, and any read-only query."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from tempfile import TemporaryFile
from typing import Any

import duckdb

from warehouse.releases import alike_values, in_use, period_changes, question, release
from warehouse.releases.forecasts import of_values as forecasts
from warehouse.releases.period_changes import Point
from warehouse.settings import Settings

ORIGINS = ("submitted", "published", "demonstration")

KPI_COLUMNS = (
    "kpi", "programme", "region", "period", "origin", "numerator", "denominator", "value", "value_upper", "qualifier", "unit",
    "target", "target_upper", "status", "rows", "as_of",
)  # fmt: skip

# What a release of an earlier programme does not say, and what stands there then.
LATER_COLUMNS = {
    "provinces_reported": "null::integer",
    "is_backfilled": "false",
    "reported_units": "null::integer",
    "due_units": "null::integer",
    "is_hidden": "false",
    "reported_from": "null::varchar",
    "reported_to": "null::varchar",
}
# What a comparison needs and the command does not print; `grain` is the KPI's own.
_NOT_PRINTED = ("provinces_reported", "reported_from", "reported_to", "grain")
_KEY = ("kpi", "region", "origin", "category")
_place = itemgetter(*_KEY)
NO_RELEASE = "还没有版本。请先运行 unionboard refresh。"
_REFUSED = {
    "one_statement": "要写一条语句，也只能写一条。请去掉分号后面的，或分几次查。",
    "too_long": "超过 {seconds} 秒，已停止。请缩小范围、先汇总，或用 --seconds 给更多时间。",
}
_ENDED = "查询所要的内存超出本机所有，已停止。请缩小范围或先汇总。"
# Beyond so many regions a list of them is slower than reading all.
_FEW_ENOUGH_TO_NAME = 500
_COMPARED = (
    ("year", period_changes.on_year_before, period_changes.held_against_year),
    ("period", period_changes.on_period_before, period_changes.held_against_previous),
)


class ReadingError(Exception):
    """A question that has no answer; the message says why and what would have one."""


@dataclass(frozen=True)
class Selection:
    """Which KPI values; None means any. `categories` adds the values by category (worker group, benefit type)."""

    programme: str | None = None
    kpi: str | None = None
    region: str | None = None
    period: str | None = None
    origin: str | None = None
    categories: bool = False


def connect(settings: Settings) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the current release that cannot reach any other file.

    Raises ReadingError without a release, and when another program has it open for writing.
    """
    current = release.current(settings)
    if current is None:
        raise ReadingError(NO_RELEASE)
    try:
        return duckdb.connect(
            str(current.path), read_only=True, config={"enable_external_access": "false", "lock_configuration": "true"}
        )
    except duckdb.IOException as error:
        raise ReadingError(_locked_or(str(error))) from error


def kpi_values(settings: Settings, selection: Selection) -> list[dict[str, Any]]:
    """The values selected, with the keys of KPI_COLUMNS, who is in them, and how they compare with the year and the period before.

    `category` is there where one is selected or where a KPI has nothing else. A KPI, region and period that nobody has reported give
    one row whose value is None. Raises ReadingError for an unknown code.
    """
    with connect(settings) as connection:
        _check(connection, selection)
        # Hidden cells have rows for KPIs without a value, so that pages tell none by its absence; here they say nothing.
        conditions, parameters = ["mart_kpi_values.rows is not null"], []
        for column in ("programme", "kpi", "region", "period", "origin"):
            wanted = getattr(selection, column)
            if wanted is not None:
                conditions.append(f"mart_kpi_values.{column} = ?")
                parameters.append(wanted)
        if not selection.categories:
            conditions.append("(category is null or dim_kpi.is_category_only)")
        columns = [f"mart_kpi_values.{column}" for column in KPI_COLUMNS] + later_columns(connection, "mart_kpi_values")
        found = rows_of(
            connection.execute(
                # Only column names of this module are put into the text; values are bound.
                f"select {', '.join(columns)}, dim_kpi.grain, category"  # noqa: S608
                " from mart_kpi_values inner join dim_kpi on mart_kpi_values.kpi = dim_kpi.kpi"
                f" where {' and '.join(conditions)}"
                " order by dim_kpi.programme, dim_kpi.sort_order, region, period, origin, category",
                parameters,
            )
        )
        if not found and selection.kpi and selection.region and selection.period:
            found = [_not_reported(connection, selection)]
        compare(connection, found, is_every_period=selection.period is None)
        forecasts.tell(connection, found)
    for row in found:
        for column in _NOT_PRINTED:
            del row[column]
        if row["category"] is None:
            del row["category"]
        if row["as_of"] is not None:
            row["as_of"] = row["as_of"].isoformat()
    return found


@contextmanager
def query(settings: Settings, sql: str, seconds: float = 10.0) -> Iterator[Iterator[dict[str, Any]]]:
    """The rows of one read-only statement, which is put in a process of its own and ended after so many seconds.

    Rows wait on the disk, not in memory. Raises ReadingError with the reason or the engine's message.
    """
    current = release.current(settings)
    if current is None:
        raise ReadingError(NO_RELEASE)
    with TemporaryFile(prefix="unionboard-") as rows:
        try:
            answer = question.put(current.path, sql, question.Limits(seconds), rows, guarded=False)
        except question.Failed as failed:
            # The process knows no path; people need the whole of it.
            told = str(failed).replace(f'"{current.path.name}"', f'"{current.path}"')
            raise ReadingError(_locked_or(told)) from failed
        except question.Refused as refused:
            raise ReadingError(_REFUSED.get(refused.kind, _ENDED).format(seconds=f"{seconds:g}")) from refused
        yield (dict(zip(answer.columns, row, strict=True)) for row in question.rows_in(rows))


def rows_of(cursor: Any) -> list[dict[str, Any]]:
    """All rows of an executed cursor as dictionaries."""
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _locked_or(told: str) -> str:
    conflict = in_use.conflict_in(told)
    return f"查询出错：{told}" if conflict is None else conflict.zh


def _check(connection: duckdb.DuckDBPyConnection, selection: Selection) -> None:
    for what, value, sql in (
        ("项目", selection.programme, "select programme from dim_programme order by sort_order"),
        ("指标", selection.kpi, "select kpi from dim_kpi order by programme, sort_order"),
        ("地区", selection.region, "select region_code from dim_region order by region_code"),
        ("统计期", selection.period, "select period from dim_period order by period_end desc, period"),
    ):
        if value is None:
            continue
        known = [row[0] for row in connection.execute(sql).fetchall()]
        if value not in known:
            shown = known if len(known) <= 100 else [*known[:35], "……"]
            raise ReadingError(f"没有{what} {value}。现有{what}：{'、'.join(shown)}")
    if selection.origin is not None and selection.origin not in ORIGINS:
        raise ReadingError(f"没有来源 {selection.origin}。可用：{'、'.join(ORIGINS)}")


def compare(
    connection: duckdb.DuckDBPyConnection,
    found: Sequence[dict[str, Any]],
    *,
    is_every_period: bool,
    is_shown: bool = False,
) -> None:
    """Adds change_year, change_period and what stands for them where others reported (like_for_like_…) to every row.

    A row has the columns of KPI_COLUMNS and LATER_COLUMNS, its grain and category.
    Rows of one KPI and region stand together; `is_every_period` says that all their periods do. With `is_shown` the number of a hidden cell
    is no part of a comparison either.
    """
    earlier = _earlier(connection, found, is_every_period=is_every_period, is_shown=is_shown)
    alike: list[alike_values.Asked] = []
    for _, rows in groupby(found, key=itemgetter("kpi", "region")):
        together = [(row, _point(row, is_shown=is_shown)) for row in rows]
        beside = {(*_place(row), point.period): point for row, point in together}
        for row, now in together:
            place = _place(row)

            def at(period: str, place: tuple[Any, ...] = place, beside: dict[Any, Point] = beside) -> Point | None:
                asked = (*place, period)
                return beside.get(asked) or earlier.get(asked)

            for name, compare, held_against in _COMPARED:
                change = compare(now, row["grain"], at)
                row[f"change_{name}"] = change.as_json() if change is not None else None
                row[f"like_for_like_{name}"] = None
                if change is None or change.reason != "coverage" or row["region"] != alike_values.NATION:
                    continue
                if (asked := held_against(now.period, now.reported_to, row["grain"])) is not None:
                    alike.append(alike_values.Asked(row, asked, change, f"like_for_like_{name}"))
    alike_values.tell(connection, alike, partial(_relations, connection))


def _earlier(
    connection: duckdb.DuckDBPyConnection, found: Sequence[dict[str, Any]], *, is_every_period: bool, is_shown: bool
) -> dict[tuple[Any, ...], Point]:
    """The values that comparisons ask for and that are not among those found: of other periods, and of parts of a year or quarter."""
    asked: dict[str, set[str]] = {}
    # Thousands of rows ask for the same.
    kinds = {(row["programme"], row["period"], row["reported_to"], row["grain"]) for row in found}
    for programme, period, reported_to, grain in kinds:
        wanted = period_changes.looked_up(Point(period, None, reported_to=reported_to), grain)
        asked.setdefault(programme, set()).update(one for one in wanted if not is_every_period or ".." in one)
    known: dict[tuple[Any, ...], Point] = {}
    for programme, periods in asked.items():
        conditions, parameters = ["list_contains(?, period)"], [sorted(periods)]
        for column in ("kpi", "region", "origin"):
            only = {row[column] for row in found if row["programme"] == programme}
            if len(only) <= _FEW_ENOUGH_TO_NAME:
                conditions.append(f"list_contains(?, {column})")
                parameters.append(sorted(only))
        for relation in _relations(connection, programme) if periods else ():
            columns = ", ".join([*_KEY, "period", "value", "qualifier", *later_columns(connection, relation)])
            sql = f'select {columns} from "{relation}" where {" and ".join(conditions)}'  # noqa: S608 - names of the release
            known |= {
                (*_place(row), row["period"]): _point(row, is_shown=is_shown)
                for row in _each(connection.execute(sql, parameters))
            }
    return known


def _relations(connection: duckdb.DuckDBPyConnection, programme: str) -> list[str]:
    """A programme's own values, which hold parts of years and quarters too, and the published ones."""
    names = (f"mart_{programme}_kpi_values", "mart_published_kpi_values")
    sql = "select distinct table_name from information_schema.tables where list_contains(?, table_name)"
    return sorted(row[0] for row in connection.execute(sql, [list(names)]).fetchall())


def later_columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    """The columns that not every release has (LATER_COLUMNS), in the words of a select."""
    sql = "select column_name from information_schema.columns where table_name = ?"
    there = {row[0] for row in connection.execute(sql, [relation]).fetchall()}
    return [
        f'coalesce("{relation}".{column}, false) as {column}'
        if instead == "false" and column in there
        else f'"{relation}".{column}'
        if column in there
        else f"{instead} as {column}"
        for column, instead in LATER_COLUMNS.items()
    ]


def _point(row: dict[str, Any], *, is_shown: bool) -> Point:
    number = None if is_shown and row["is_hidden"] else row["value"]
    return Point(
        row["period"], number, row["qualifier"] or "", row["provinces_reported"],
        row["is_backfilled"], row["is_hidden"], row["reported_from"], row["reported_to"],
    )  # fmt: skip


def _each(cursor: Any) -> Iterator[dict[str, Any]]:
    names = [column[0] for column in cursor.description]
    while batch := cursor.fetchmany(10_000):
        yield from (dict(zip(names, row, strict=True)) for row in batch)


def _not_reported(connection: duckdb.DuckDBPyConnection, selection: Selection) -> dict[str, Any]:
    [(programme, unit, grain)] = connection.execute(
        "select programme, unit, grain from dim_kpi where kpi = ?", [selection.kpi]
    ).fetchall()
    row: dict[str, Any] = dict.fromkeys((*KPI_COLUMNS, *LATER_COLUMNS, "category"))
    row.update(
        is_backfilled=False, is_hidden=False, grain=grain,
        kpi=selection.kpi, programme=programme, region=selection.region, period=selection.period,
        origin=selection.origin or "submitted", qualifier="", unit=unit, status="no_data", rows=0,
    )  # fmt: skip
    return row
