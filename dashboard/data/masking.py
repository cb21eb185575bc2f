"""What the release says must not be shown: cells (region × period × origin) of a fact with too few persons or cases, and why.

Nothing is decided here. `mart_<programme>_hidden_cells` holds the decision, complementary hiding included; values, records, pictures
and the copy that analysts ask read it (docs/decisions/0015-small-counts.md).
"""

from collections.abc import Mapping

from dashboard.data import connection, kpis
from dashboard.data.caching import per_release
from dashboard.data.kpis import Kpi

FEW = "few"
BESIDE = "beside"


def cells_of(kpi: Kpi) -> str | None:
    """The table of the cells that are hidden of the KPI's fact, None where nothing of it is."""
    return f"mart_{kpi.programme}_hidden_cells" if kpi.small_count_limit is not None else None


@per_release(4)
def hiding_tables(release_id: str) -> frozenset[tuple[str, str]]:
    """The tables (programme, table) whose rows count persons or cases that may be too few to show."""
    found = (kpi for kpi in kpis.all_kpis(release_id) if kpi.small_count_limit is not None and kpi.table_name)
    return frozenset((kpi.programme, kpi.table_name or "") for kpi in found)


@per_release(4)
def _hiding_programmes(release_id: str) -> frozenset[str]:
    return frozenset(kpi.programme for kpi in kpis.all_kpis(release_id) if kpi.small_count_limit is not None)


@per_release(256)
def hidden_periods(release_id: str, programme: str, region: str, origin: str) -> Mapping[str, str]:
    """The periods in which the numbers of a region are hidden, each with the reason: few, or beside the few."""
    if programme not in _hiding_programmes(release_id):
        return {}
    found = connection.rows(
        release_id,
        f"select period, reason from mart_{programme}_hidden_cells where region = $region and origin = $origin",  # noqa: S608
        {"region": region, "origin": origin},
    )
    return {row["period"]: row["reason"] for row in found}


def is_hidden(release_id: str, kpi: Kpi, region: str, period: str, origin: str) -> bool:
    """Whether nothing of the KPI's fact may be shown in this region and period."""
    if kpi.small_count_limit is None:
        return False
    return period in hidden_periods(release_id, kpi.programme, region, origin)
