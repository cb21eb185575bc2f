"""Figures that cannot all be right, as the cross-checks found them."""

from dataclasses import dataclass

from dashboard.data import connection, origins
from dashboard.data.caching import per_release


@dataclass(frozen=True)
class CrossCheck:
    """One contradiction: its sentence in both languages, the two figures, and an example of the rows behind it, if there is one.

    Of a hidden cell it has neither figures nor rows."""

    programme: str
    rule: str
    severity: str
    region: str
    period: str
    left_value: str | None
    right_value: str | None
    sentence_zh: str
    sentence_en: str | None
    file_name: str | None
    row_number: int | None
    row_count: int | None


@per_release(64)
def found(release_id: str, region: str, period: str, mode: str) -> tuple[CrossCheck, ...]:
    """Contradictions inside this region and overlapping this period, under this choice of origin; errors first.

    A release made before there were cross-checks has none.
    """
    if not connection.rows(
        release_id, "select 1 as there from information_schema.tables where table_name = 'mart_cross_checks'"
    ):
        return ()
    rows = connection.rows(
        release_id,
        """
        select checks.programme, rule, severity, checks.region, checks.period, left_value, right_value, sentence_zh, sentence_en,
            file_name, row_number, row_count, origin
        from mart_cross_checks as checks
        inner join dim_programme as programmes on checks.programme = programmes.programme
        inner join dim_period as periods on checks.period = periods.period
        inner join dim_period as chosen on chosen.period = $period
        where periods.period_start <= chosen.period_end and periods.period_end >= chosen.period_start
            and checks.region in (select region_code from bridge_region_ancestor where ancestor_code = $region)
        order by severity, programmes.sort_order, rule, checks.region, checks.period desc, file_name, row_number
        """,
        {"region": region, "period": period},
    )
    return tuple(
        CrossCheck(**row) for row in rows if row.pop("origin") == origins.shown(release_id, row["programme"], mode)
    )
