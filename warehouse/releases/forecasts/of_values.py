"""The outlooks of a release's KPI values, for the command line."""

import calendar
from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb

from warehouse.releases import period_changes
from warehouse.releases.forecasts.outlook import Aim, Kind, Known, Outlook, Placed, aim_of, look

_NEEDED = {"fct_kpi_targets", "dim_region", "dim_kpi"}
_HISTORY = "kpi, region, origin, period, value, qualifier, is_hidden, is_backfilled, provinces_reported, reported_units, due_units"


def tell(connection: duckdb.DuckDBPyConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Puts `forecast` into every row: what is expected at its target's date, or None.

    Rows of periods that are past have none: what was expected then is not what is known now.
    """
    for row in rows:
        row["forecast"] = None
    asked = [
        row for row in rows if row["target"] is not None and row["category"] is None and row["origin"] != "published"
    ]
    targets = _targets(connection) if asked else {}
    asked = [row for row in asked if row["kpi"] in targets]
    if not asked:
        return
    kinds = _kinds(connection, sorted(targets))
    parents = dict(connection.execute("select region_code, parent_code from dim_region").fetchall())
    histories = _histories(connection, kinds, sorted({row["region"] for row in asked}))
    known: dict[tuple[str, str, str], tuple[str, dict[str, object] | None]] = {}
    for row in asked:
        place = (row["kpi"], row["region"], row["origin"])
        if place not in known:
            known[place] = _told(
                kinds[row["kpi"]], targets[row["kpi"]], _lineage(parents, row["region"]), histories.get(place, [])
            )
        reached, forecast = known[place]
        if row["period"] != "all" and period_changes.months_of(row["period"])[1] >= reached:
            row["forecast"] = forecast


def _told(
    kind: Kind, targets: Sequence[Placed], lineage: Sequence[str], history: Sequence[Known]
) -> tuple[str, dict[str, object] | None]:
    """The last month known and what is expected."""
    last = next((one.period for one in reversed(history) if one.value is not None), None)
    if last is None:
        return "9999-12", None
    month = period_changes.months_of(last)[1]
    aim = aim_of(lineage, targets, last_day(month), kind)
    found = look(kind, aim, history) if aim is not None else None
    return month, found.as_json() if isinstance(found, Outlook) else None


def last_day(month: str) -> date:
    """The last day of a month (YYYY-MM)."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


def _lineage(parents: dict[str, str | None], region: str) -> list[str]:
    found: list[str] = []
    code: str | None = region
    while code and code not in found:
        found.append(code)
        code = parents.get(code)
    return found


def _targets(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Placed]]:
    """By KPI, of those that have a target with a date; none in a release of a programme that did not keep the list."""
    there = {
        row[0] for row in connection.execute("select distinct table_name from information_schema.tables").fetchall()
    }
    if not there >= _NEEDED:
        return {}
    found: dict[str, list[Placed]] = {}
    for kpi, region, scope, target, upper, start, end in connection.execute(
        "select kpi, region_code, scope, target, target_upper, period_start, period_end from fct_kpi_targets"
    ).fetchall():
        found.setdefault(kpi, []).append(Placed(region, scope == "within", Aim(target, upper, start, end)))
    return {kpi: placed for kpi, placed in found.items() if any(one.aim.end for one in placed)}


def _kinds(connection: duckdb.DuckDBPyConnection, kpis: Sequence[str]) -> dict[str, Kind]:
    sql = (
        "select kpi, grain, basis, is_ratio, is_additive_over_time, direction, unit = 'percent', may_pass_one from dim_kpi"
        " where list_contains(?, kpi)"
    )
    return {kpi: Kind(*rest) for kpi, *rest in connection.execute(sql, [list(kpis)]).fetchall()}


def _histories(
    connection: duckdb.DuckDBPyConnection, kinds: dict[str, Kind], regions: Sequence[str]
) -> dict[tuple[str, str, str], list[Known]]:
    sql = (
        f"select {_HISTORY} from mart_kpi_values"  # noqa: S608 - a constant of this module
        " where list_contains(?, kpi) and list_contains(?, region) and category is null and origin <> 'published'"
        " and period_grain = ? order by period"
    )
    found: dict[tuple[str, str, str], list[Known]] = {}
    for grain in {kind.grain for kind in kinds.values()}:
        of_grain = [kpi for kpi, kind in kinds.items() if kind.grain == grain]
        for kpi, region, origin, period, value, qualifier, hidden, *rest in connection.execute(
            sql, [of_grain, list(regions), grain]
        ).fetchall():
            # What pages do not show is not foretold from here either, so that both say the same.
            known = Known(period, None if hidden else value, qualifier or "", bool(hidden), *rest)
            found.setdefault((kpi, region, origin), []).append(known)
    return found
