"""Compares a candidate with the release before against the limits of release_limits.csv: what is beyond them needs a person's word."""

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from warehouse.settings import CHECKOUT, Settings

FILE = "release_limits.csv"
ROWS_FALL, KPI_SWING = "rows_fall", "kpi_swing"


class LimitsError(Exception):
    """A limit that cannot be read; the message names file, line and column."""


@dataclass(frozen=True)
class Limit:
    """One line of the file: from `from_rows` rows on, `limit` is a share of rows (rows_fall) or a factor (kpi_swing)."""

    check: str
    programme: str
    limit: float
    from_rows: int


@dataclass(frozen=True)
class Excess:
    """One thing beyond its limit; `before` and `after` are rows (rows_fall) or KPI values (kpi_swing)."""

    check: str
    programme: str
    subject: str
    period: str
    before: float
    after: float
    limit: float
    zh: str
    en: str

    def as_json(self) -> dict[str, Any]:
        """As it stands in manifests and in what `refresh --json` prints."""
        return asdict(self)


def read(settings: Settings) -> list[Limit]:
    """The limits in force: the installation's own file, else the shipped one. Raises LimitsError for a line that makes no sense."""
    path = settings.reference / FILE
    if not path.is_file():
        path = CHECKOUT / "seeds" / "reference" / FILE
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [_limit(row, path, line) for line, row in enumerate(csv.DictReader(file), start=2)]


def beyond(
    before: Path,
    after: Path,
    limits: Sequence[Limit],
    built: Collection[str] | None = None,
    aside: Collection[str] = (),
) -> list[Excess]:
    """What the candidate `after` changes beyond the limits, worst first within each check; both are release files.

    Only records that offices submitted are judged. Rows whose file was removed, replaced or corrected are meant to go, and what was
    corrected is meant to change: neither is an excess. `built` names the relations of `after` that are not copies of those of
    `before`; without it everything is compared. `aside` are the hashes of files that somebody took back: those are removed too.
    """
    with duckdb.connect() as connection:
        connection.execute("create temp table set_aside (report_id varchar)")
        if aside:
            connection.executemany("insert into set_aside values (?)", [(sha256[:12],) for sha256 in aside])
        for name, path in (("before_release", before), ("after_release", after)):
            quoted = str(path).replace("'", "''")
            connection.execute(f"attach '{quoted}' as {name} (read_only)")
        connection.execute(_REPLACED)
        programmes = [row[0] for row in connection.execute(_PROGRAMMES).fetchall()]
        chosen = {
            programme: _chosen(limits, programme)
            for programme in programmes
            if built is None or any(name.startswith((f"fct_{programme}_", f"mart_{programme}_")) for name in built)
        }
        if not chosen:
            return []
        return [*_fallen(connection, chosen), *_swung(connection, chosen)]


_PROGRAMMES = """
select distinct programme from before_release.main.fct_submissions where origin = 'submitted' order by programme
"""

# Facts of dropped rows that both releases have.
_FACTS = """
select table_name
from duckdb_columns()
where database_name in ('before_release', 'after_release') and column_name = 'submission_id'
    and table_name like 'fct\\_%' escape '\\' and table_name <> 'fct_submissions'
group by table_name
having count(*) = 2
order by table_name
"""

# Submissions in whose place another one stands now. An office is its name and its province; an alliance, whose submissions belong to the
# nation, its name.
_REPLACED = """
create temp view replaced as
select earlier.submission_id, earlier.programme
from before_release.main.fct_submissions as earlier
inner join after_release.main.fct_submissions as later
    on earlier.origin = later.origin and earlier.programme = later.programme and earlier.table_name = later.table_name
    and earlier.reporting_unit = later.reporting_unit and earlier.report_period = later.report_period
    and (earlier.province_code = later.province_code or later.region_code = '000000')
where earlier.submission_id <> later.submission_id
"""

# Rows that nobody took away: their file is there with the same bytes and their submission is not replaced.
_MEANT_TO_STAY = """
select count(*) from before_release.main.{fact} as facts
where facts.origin = 'submitted'
    and facts.report_id in (select report_id from after_release.main.dim_file where report_id is not null)
    and facts.report_id not in (select report_id from set_aside)
    and facts.submission_id not in (select submission_id from replaced)
"""

# Programmes in which files were removed, replaced or corrected: their values are meant to change.
_CORRECTED = """
select programme from before_release.main.dim_file
where programme is not null and (
    report_id not in (select report_id from after_release.main.dim_file where report_id is not null)
    or report_id in (select report_id from set_aside)
)
union
select programme from replaced
"""

# An amount is judged by what it is per row, so that more rows alone are no swing; a ratio is per row by itself.
# Where the rows more than double, the new ones speak for themselves.
_SWINGS = """
with pairs as (
    select
        before_values.programme, before_values.kpi, before_values.period, kpis.label_zh, kpis.label_en,
        before_values.value as value_before, after_values.value as value_after,
        case when kpis.is_ratio then before_values.value else before_values.value / before_values.rows end as mean_before,
        case when kpis.is_ratio then after_values.value else after_values.value / after_values.rows end as mean_after
    from before_release.main.mart_kpi_values as before_values
    inner join after_release.main.mart_kpi_values as after_values
        on before_values.kpi = after_values.kpi and before_values.region = after_values.region
        and before_values.period = after_values.period and before_values.origin = after_values.origin
    inner join after_release.main.dim_kpi as kpis on before_values.kpi = kpis.kpi
    where before_values.origin = 'submitted' and before_values.region = '000000' and before_values.programme = ?
        and before_values.category is null and after_values.category is null
        and before_values.rows >= ? and after_values.rows between before_values.rows / 2 and before_values.rows * 2
        and before_values.value > 0 and after_values.value > 0
)
select kpi, label_zh, label_en, period, value_before, value_after,
    greatest(mean_after / mean_before, mean_before / mean_after) as factor
from pairs
where greatest(mean_after / mean_before, mean_before / mean_after) > ?
order by factor desc, kpi, period
limit 20
"""


def _fallen(connection: duckdb.DuckDBPyConnection, chosen: Mapping[str, Mapping[str, Limit]]) -> list[Excess]:
    found = []
    for (fact,) in connection.execute(_FACTS).fetchall():
        programme = next((name for name in chosen if fact.startswith(f"fct_{name}_")), None)
        limit = chosen[programme].get(ROWS_FALL) if programme else None
        if programme is None or limit is None:
            continue
        held, after = (_count(connection, side, fact) for side in ("before_release", "after_release"))
        if held < limit.from_rows or after >= held * (1 - limit.limit):
            continue
        # Names come from the database's own catalogue.
        [(stay,)] = connection.execute(_MEANT_TO_STAY.format(fact=fact)).fetchall()
        if stay < limit.from_rows or after >= stay * (1 - limit.limit):
            continue
        share = f"{1 - after / stay:.0%}"
        zh = f"{fact}：文件没有变，行数却从 {stay:,} 降到 {after:,}（少了 {share}，限度 {limit.limit:.0%}）"
        en = f"{fact}: files did not change, yet rows fell from {stay:,} to {after:,} ({share} fewer, limit {limit.limit:.0%})"
        found.append(Excess(ROWS_FALL, programme, fact, "", stay, after, limit.limit, zh, en))
    return found


def _swung(connection: duckdb.DuckDBPyConnection, chosen: Mapping[str, Mapping[str, Limit]]) -> list[Excess]:
    corrected = {row[0] for row in connection.execute(_CORRECTED).fetchall()}
    found = []
    for programme, limits in chosen.items():
        limit = limits.get(KPI_SWING)
        if limit is None or programme in corrected:
            continue
        rows = connection.execute(_SWINGS, [programme, limit.from_rows, limit.limit]).fetchall()
        for kpi, label_zh, label_en, period, before, after, factor in rows:
            numbers = f"{before:,.10g} → {after:,.10g}"
            zh = f"{label_zh}（{period}，全国）{numbers}，每行平均相差 {factor:,.0f} 倍（限度 {limit.limit:g} 倍）"
            en = f"{label_en} ({period}, nation) {numbers}, {factor:,.0f} times per row (limit {limit.limit:g})"
            found.append(Excess(KPI_SWING, programme, kpi, period, before, after, limit.limit, zh, en))
    return found


def _count(connection: duckdb.DuckDBPyConnection, side: str, fact: str) -> int:
    [(count,)] = connection.execute(
        f"select count(*) from {side}.main.{fact} where origin = 'submitted'"  # noqa: S608
    ).fetchall()
    return int(count)


def _chosen(limits: Sequence[Limit], programme: str) -> dict[str, Limit]:
    """By check, the limit of this programme: its own line, else the line for all."""
    found: dict[str, Limit] = {}
    for limit in limits:
        if limit.programme == programme or (limit.programme == "" and limit.check not in found):
            found[limit.check] = limit
    return found


def _limit(row: Mapping[str, str | None], path: Path, line: int) -> Limit:
    check = (row.get("check_name") or "").strip()
    if check not in (ROWS_FALL, KPI_SWING):
        raise LimitsError(f"{path} 第{line}行 check_name 列：没有这种检查 {check!r}。可用：{ROWS_FALL}、{KPI_SWING}。")
    try:
        limit, from_rows = float(row.get("limit_value") or ""), int(row.get("from_rows") or "")
    except ValueError:
        raise LimitsError(f"{path} 第{line}行 limit_value、from_rows 列：应当是数字。") from None
    if not (0 < limit <= 1 if check == ROWS_FALL else limit > 1):
        wanted = "大于 0、不大于 1 的份额" if check == ROWS_FALL else "大于 1 的倍数"
        raise LimitsError(f"{path} 第{line}行 limit_value 列：{check} 应当是{wanted}，现为 {limit:g}。")
    return Limit(check, (row.get("programme") or "").strip(), limit, from_rows)
