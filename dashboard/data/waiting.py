"""Records that wait for their parent: a number that is missing although rows of it have come."""

from dashboard.data import connection, periods, regions
from dashboard.data.caching import per_release
from dashboard.data.kpis import Kpi
from dashboard.data.values import period_of

# programme, table, origin
Table = tuple[str, str, str]
_NEEDED = {"region_code", "report_period", "parent_table_zh", "parent_table"}


@per_release(256)
def rows(release_id: str, kpi: Kpi, region: str, period: str, origin: str) -> dict[tuple[str, str], int]:
    """How many rows of a KPI's table wait in a region and period, by the parent they wait for (Chinese name, table)."""
    waiting = _by_table(release_id).get((kpi.programme, kpi.table_name or "", origin), ())
    shown = period_of(kpi.grain, period)
    found: dict[tuple[str, str], int] = {}
    for code, month, parent_zh, parent, count in waiting:
        is_here = any(one.code == region for one in regions.lineage(release_id, code))
        if is_here and (month is None or periods.contains_month(shown, month)):
            found[parent_zh, parent] = found.get((parent_zh, parent), 0) + count
    return found


def of_programme(release_id: str, programme: str, origin: str) -> dict[tuple[str, str], int]:
    """How many rows of a programme wait anywhere, by the parent they wait for (Chinese name, table)."""
    found: dict[tuple[str, str], int] = {}
    for (its_programme, _, its_origin), rows_ in _by_table(release_id).items():
        if (its_programme, its_origin) == (programme, origin):
            for _, _, parent_zh, parent, count in rows_:
                found[parent_zh, parent] = found.get((parent_zh, parent), 0) + count
    return found


@per_release(4)
def _by_table(release_id: str) -> dict[Table, tuple[tuple[str, str | None, str, str, int], ...]]:
    """Region, month, parent in Chinese, parent and count of what waits; nothing where a release does not say what for."""
    there = connection.rows(release_id, "select column_name from duckdb_columns() where table_name = 'mart_orphans'")
    if not {row["column_name"] for row in there} >= _NEEDED:
        return {}
    found = connection.rows(
        release_id,
        """
        select programme, table_name, origin, region_code, report_period, parent_table_zh, parent_table, count(*) as rows
        from mart_orphans
        where region_code is not null and parent_table is not null
        group by all
        order by all
        """,
    )
    together: dict[Table, list[tuple[str, str | None, str, str, int]]] = {}
    for row in found:
        table = (row["programme"], row["table_name"], row["origin"])
        parent = (row["parent_table_zh"] or row["parent_table"], row["parent_table"])
        together.setdefault(table, []).append((row["region_code"], row["report_period"], *parent, row["rows"]))
    return {table: tuple(rows_) for table, rows_ in together.items()}
