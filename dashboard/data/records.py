"""The rows behind a number: which files they came from, on which lines, and a sample of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dashboard.data import connection, kpis, masking, periods
from dashboard.data.caching import per_release
from dashboard.data.kpis import Kpi
from dashboard.data.regions import NATION
from dashboard.data.values import period_of
from warehouse.access import scopes

SAMPLE_ROWS = 20
# More than this nobody reads in a spreadsheet; the page says when a file stops here.
TAKEN_ROWS = 50_000
LISTED_FILES = 200
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*")
_DATA_END = (
    "(select last_day(cast(max(report_period) || '-01' as date)) from fct_submissions"
    " where programme = $programme and origin = $origin)"
)
_STATE_STAYS = f"(facts.valid_to is null or facts.valid_to > least($end::date, {_DATA_END}))"
# Whether the office of a row has reported the table that a ratio to a register waits for.
_TOLD = (
    "exists (select 1 from fct_submissions as told where told.programme = $programme and told.table_name = $answer_table"
    " and told.origin = facts.origin and told.reporting_unit = facts.reporting_unit and told.report_month "
)
_ANSWERED = {
    "period": _TOLD + "between $start::date and $end::date)",
    "year_to_date": _TOLD + "between $year_start::date and $end::date)",
    "stock": _TOLD + "<= $end::date)",
}
# What says where a row is kept rather than what it says.
_TECHNICAL = frozenset(
    {
        "origin",
        "submission_id",
        "submission_order",
        "report_id",
        "inexact",
        "data_to_date",
        "is_orphan",
        "unit_region_code",
        "owner_region_code",
        "reported_region_code",
        "parent_unit",
        "is_claimed_twice",
        "is_first_state",
    }
)
_FIRST = ("file_name", "row_number", "province_code", "region_code")


@dataclass(frozen=True)
class FileRows:
    """The rows of one file that count: how many, on which lines, and the file's fingerprint."""

    file_name: str
    rows: int
    lines: str
    sha256: str | None
    reporting_units: str
    first_seen_at: datetime | None


@dataclass(frozen=True)
class Behind:
    """What stands behind a number and may be listed; `columns` and `sample` show the first rows, small counts left empty.

    `unlisted` says that rows of hidden cells are counted and not listed.
    """

    rows: int
    file_count: int
    files: tuple[FileRows, ...]
    columns: tuple[str, ...]
    sample: tuple[tuple[Any, ...], ...]
    unlisted: bool = False


def behind(release_id: str, kpi: Kpi, region: str, period: str, origin: str) -> Behind | None:
    """The fact rows that a KPI counts in one region and period; None when its fact is not in the release or the cell is hidden.

    Who may not see records sees which files they are in.
    """
    found = _behind(release_id, kpi, region, period, origin)
    return found if found is None or scopes.current().allows(scopes.RECORDS) else replace(found, sample=())


@per_release(64)
def _behind(release_id: str, kpi: Kpi, region: str, period: str, origin: str) -> Behind | None:
    types = _column_types(release_id, kpi.fact_model)
    if not types or masking.is_hidden(release_id, kpi, region, period_of(kpi.grain, period), origin):
        return None
    counted = _condition(kpi, types, region, period, origin)
    condition, parameters = _listed(release_id, kpi, *counted)
    files = connection.rows(
        release_id,
        f"""
        select facts.file_name, count(*) as rows, list(facts.row_number order by facts.row_number)[:2000] as numbers,
            any_value(files.sha256) as sha256, string_agg(distinct facts.reporting_unit, '、') as reporting_units,
            any_value(files.first_seen_at) as first_seen_at
        from {kpi.fact_model} as facts
        left join dim_file as files on facts.report_id = files.report_id
        where {condition}
        group by facts.file_name
        order by facts.file_name
        """,  # noqa: S608 - names come from the release itself, values are bound
        parameters,
    )
    columns = _columns(types)
    sample = _shown_rows(release_id, kpi, types, columns, (condition, parameters), f"limit {SAMPLE_ROWS}")
    rows = sum(row["rows"] for row in files)
    return Behind(
        rows=rows,
        file_count=len(files),
        files=tuple(
            FileRows(
                row["file_name"],
                row["rows"],
                ranges(row["numbers"]),
                row["sha256"],
                row["reporting_units"],
                row["first_seen_at"],
            )
            for row in files[:LISTED_FILES]
        ),
        columns=columns,
        sample=sample,
        unlisted=condition != counted[0] and _count(release_id, kpi, counted) != rows,
    )


@dataclass(frozen=True)
class LeftOut:
    """Rows of the same region and period that a KPI does not count: orphans, and those its condition leaves out."""

    orphans: int
    not_meant: int


@per_release(64)
def left_out(release_id: str, kpi: Kpi, region: str, period: str, origin: str) -> LeftOut:
    """How many rows of the fact lie in the region and period and are not counted, by reason."""
    types = _column_types(release_id, kpi.fact_model)
    if not types or masking.is_hidden(release_id, kpi, region, period_of(kpi.grain, period), origin):
        return LeftOut(0, 0)
    orphan = "coalesce(facts.is_orphan, false)" if "is_orphan" in types else "false"
    meant = f"coalesce(({kpi.row_filter_sql}), false)" if kpi.row_filter_sql else "true"
    condition, parameters = _condition(kpi, types, region, period, origin, counted_only=False)
    found = connection.rows(
        release_id,
        f"select count(*) filter (where {orphan}) as orphans, count(*) filter (where not {orphan} and not {meant}) as not_meant"  # noqa: S608
        f" from {kpi.fact_model} as facts where {condition}",
        parameters,
    )
    return LeftOut(found[0]["orphans"], found[0]["not_meant"])


def page(
    release_id: str, kpi: Kpi, region: str, period: str, origin: str, offset: int, limit: int
) -> tuple[tuple[Any, ...], ...]:
    """The counted rows from `offset` on, at most `limit`, in the columns of `Behind.columns` and in the order of files and lines."""
    if not scopes.current().allows(scopes.RECORDS):
        return ()
    return _page(release_id, kpi, region, period, origin, offset, limit)


@per_release(64)
def _page(
    release_id: str, kpi: Kpi, region: str, period: str, origin: str, offset: int, limit: int
) -> tuple[tuple[Any, ...], ...]:
    types = _column_types(release_id, kpi.fact_model)
    if masking.is_hidden(release_id, kpi, region, period_of(kpi.grain, period), origin):
        return ()
    columns = _columns(types)
    listed = _listed(release_id, kpi, *_condition(kpi, types, region, period, origin))
    return _shown_rows(release_id, kpi, types, columns, listed, f"limit {int(limit)} offset {int(offset)}")


@per_release(64)
def quarantined_rows(release_id: str, programme: str, origin: str) -> tuple[int, int, datetime | None]:
    """Files, rows set aside in them, and when the last file was first seen, of one programme and origin."""
    found = connection.rows(
        release_id,
        "select count(*) as files, coalesce(sum(rows_quarantined), 0)::bigint as quarantined, max(first_seen_at) as last_seen_at"
        " from dim_file where programme = ? and origin = ? and status <> 'refused'",
        (programme, origin),
    )
    return found[0]["files"], found[0]["quarantined"], found[0]["last_seen_at"]


def columns_of(release_id: str, kpi: Kpi) -> tuple[str, ...]:
    """The columns in which the rows behind a KPI are listed."""
    return _columns(_column_types(release_id, kpi.fact_model))


def ranges(numbers: list[int]) -> str:
    """Line numbers in short: 2–40, 45."""
    parts: list[str] = []
    start = previous = None
    for number in numbers:
        if previous is not None and number == previous + 1:
            previous = number
            continue
        if start is not None:
            parts.append(str(start) if start == previous else f"{start}–{previous}")
        start = previous = number
    if start is not None:
        parts.append(str(start) if start == previous else f"{start}–{previous}")
    return ", ".join(parts)


def _condition(
    kpi: Kpi, types: Mapping[str, str], region: str, period: str, origin: str, *, counted_only: bool = True
) -> tuple[str, dict[str, Any]]:
    shown = period_of(kpi.grain, period)
    start, end = periods.bounds(shown)
    parts = ["facts.origin = $origin"]
    parameters: dict[str, Any] = {"origin": origin}
    if counted_only and "is_orphan" in types:
        parts.append("not facts.is_orphan")
    if region != NATION:
        parts.append(
            "facts.region_code in (select region_code from dim_region where region_code = $region"
            " or prefecture_code = $region or province_code || '0000' = $region)"
        )
        parameters["region"] = region
    placed, values = _placed(kpi, types, start, end)
    parts.append(placed)
    parameters |= values
    if counted_only and kpi.row_filter_sql:
        # Written by an analyst in the fact's YAML and carried by the release; no reader's input reaches it.
        parts.append(f"({kpi.row_filter_sql})")
    condition = " and ".join(parts)
    # DuckDB refuses parameters that the statement does not name.
    return condition, {name: value for name, value in parameters.items() if f"${name}" in condition}


def _placed(kpi: Kpi, types: Mapping[str, str], start: str, end: str) -> tuple[str, dict[str, Any]]:
    """What places a row in a period, as the models do it (macros/kpis/kpi_values.sql)."""
    parts, values = _dated(kpi, types, start, end)
    if kpi.answer_table is not None:
        parts.append(_ANSWERED[kpi.answer_covers or "period"])
        given = {"programme": kpi.programme, "start": start, "end": end, "answer_table": kpi.answer_table}
        values = {**given, "year_start": f"{end[:4]}-01-01", **values}
    if "is_first_state" in types:
        # Of a record the state that was true at the end, the first one reported also before that.
        parts.append(f"(facts.is_first_state or facts.valid_from <= $end::date) and {_STATE_STAYS}")
        values |= {"end": end, "programme": kpi.programme}
    return " and ".join(parts), values


def _dated(kpi: Kpi, types: Mapping[str, str], start: str, end: str) -> tuple[list[str], dict[str, Any]]:
    if kpi.rows_basis == "running_total":
        begins, ends = f"facts.{kpi.rows_from_column}", f"facts.{kpi.rows_to_column}"
        return [f"{begins} between $start::date and $end::date and ({ends} is null or {ends} > $end::date)"], {
            "start": start,
            "end": end,
        }
    if kpi.rows_basis in ("stock", "open", "period_in_stock"):
        return _in_stock(kpi), {"start": start, "end": end, "programme": kpi.programme}
    placed, values = _by_date(kpi, types, start, end)
    return [placed], values


def _by_date(kpi: Kpi, types: Mapping[str, str], start: str, end: str) -> tuple[str, dict[str, Any]]:
    column = f"facts.{kpi.rows_date_column}"
    is_everything = start.startswith("0001")
    if "INT" in types.get(kpi.rows_date_column or "", ""):
        if is_everything:
            return f"{column} is not null", {}
        if kpi.rows_basis == "cumulative":
            return f"{column} <= $last_year", {"last_year": int(end[:4])}
        return f"{column} between $first_year and $last_year", {"first_year": int(start[:4]), "last_year": int(end[:4])}
    if kpi.rows_basis == "cumulative":
        return f"{column} <= $end::date", {"end": end}
    if kpi.rows_basis == "year_to_date" and not is_everything:
        start = f"{start[:4]}-01-01"
    return f"{column} between $start::date and $end::date", {"start": start, "end": end}


def _in_stock(kpi: Kpi) -> list[str]:
    """Rows that had begun by the end and were still there: at the end, or for `open` at the beginning."""
    leaves = f"facts.{kpi.rows_to_column}"
    stays = {
        "open": f"{leaves} >= $start::date",
        # A stock is as of the last month anybody has reported, however late the period ends.
        "stock": f"{leaves} > least($end::date, {_DATA_END})",
        "period_in_stock": f"{leaves} > least($end::date, {_DATA_END})",
    }[kpi.rows_basis]
    parts = [f"facts.{kpi.rows_from_column} <= $end::date"] if kpi.rows_from_column else []
    if kpi.rows_to_column:
        parts.append(f"({leaves} is null or {stays})")
    if kpi.rows_basis == "period_in_stock":
        parts.append(f"facts.{kpi.rows_date_column} between $start::date and $end::date")
    return parts


def _columns(types: Mapping[str, str]) -> tuple[str, ...]:
    """What rows say, file, line and place first; how the warehouse keeps them is left out."""
    first = [name for name in _FIRST if name in types]
    others = [name for name in types if name not in _FIRST and name not in _TECHNICAL and not name.endswith("_key")]
    return (*first, *others)


def _column_types(release_id: str, relation: str) -> dict[str, str]:
    if not _IDENTIFIER.fullmatch(relation):
        return {}
    found = connection.rows(
        release_id,
        "select column_name, data_type from information_schema.columns where table_name = ? order by ordinal_position",
        (relation,),
    )
    return {row["column_name"]: row["data_type"] for row in found if _IDENTIFIER.fullmatch(row["column_name"])}


def _listed(release_id: str, kpi: Kpi, condition: str, parameters: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The condition narrowed to rows that no hidden cell holds: whatever else is listed would count what is hidden.

    A row is in the cells of every month from its first date to its last, whichever KPI places it there.
    """
    cells = masking.cells_of(kpi)
    if cells is None:
        return condition, parameters
    first, last = _months_of_row(release_id, kpi)
    return (
        f"{condition} and not exists (select 1 from {cells} as hidden where hidden.origin = facts.origin"  # noqa: S608
        " and hidden.region = facts.region_code and length(hidden.period) = 7"
        f" and hidden.period between {first} and {last})",
        parameters,
    )


def _months_of_row(release_id: str, kpi: Kpi) -> tuple[str, str]:
    """The first and the last month in which any KPI of the fact places a row, as SQL; one that has not ended lasts."""
    of_fact = [one for one in kpis.of_programme(release_id, kpi.programme) if one.fact_model == kpi.fact_model]
    dates = {one.rows_date_column for one in of_fact} | {one.rows_from_column for one in of_fact}
    ends = {one.rows_to_column for one in of_fact} - {None}
    begun = [f"strftime(facts.{name}, '%Y-%m')" for name in sorted(filter(None, dates | ends))]
    ended = [f"coalesce(strftime(facts.{name}, '%Y-%m'), '9999-12')" for name in sorted(filter(None, ends))]
    return f"least({', '.join(begun)})", f"greatest({', '.join([*begun, *ended])})"


def _count(release_id: str, kpi: Kpi, counted: tuple[str, dict[str, Any]]) -> int:
    condition, parameters = counted
    sql = f"select count(*) as rows from {kpi.fact_model} as facts where {condition}"  # noqa: S608
    return int(connection.rows(release_id, sql, parameters)[0]["rows"])


def _shown_rows(
    release_id: str,
    kpi: Kpi,
    types: Mapping[str, str],
    columns: Sequence[str],
    listed: tuple[str, dict[str, Any]],
    limited: str,
) -> tuple[tuple[Any, ...], ...]:
    """The rows of a condition, in the order of files and lines.

    A count under the limit is left empty, and so is that column of the rows with the same region and month, whose sum is shown.
    """
    condition, parameters = listed
    counts = [name for name in columns if kpi.small_count_limit is not None and types[name] == "BIGINT"]
    month = f"date_trunc('month', {kpi.rows_date_column or kpi.rows_from_column})"
    chosen = ", ".join(
        f"case when not small.few_{name} then facts.{name} end as {name}" if name in counts else f"facts.{name}"
        for name in columns
    )
    joined = ""
    if counts:
        small = ", ".join(
            f"coalesce(bool_or({name} > 0 and {name} < {kpi.small_count_limit}), false) as few_{name}"
            for name in counts
        )
        groups = "origin as small_origin, region_code as small_region"
        joined = (
            f" left join (select {groups}, {month} as small_month, {small} from {kpi.fact_model} group by all) as small"  # noqa: S608
            " on facts.origin = small_origin and facts.region_code = small_region and small_month is not distinct from"
            f" date_trunc('month', facts.{kpi.rows_date_column or kpi.rows_from_column})"
        )
    found = connection.rows(
        release_id,
        f"select {chosen} from {kpi.fact_model} as facts{joined} where {condition}"  # noqa: S608
        f" order by facts.file_name, facts.row_number {limited}",
        parameters,
    )
    return tuple(tuple(row[name] for name in columns) for row in found)
