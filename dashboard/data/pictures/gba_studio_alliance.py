"""What the pictures of the Greater Bay Area alliance show: exchanges by sub-alliance and quarter, and value without what counts twice."""

from dataclasses import dataclass

from dashboard.data import connection
from dashboard.data.caching import per_release
from dashboard.data.pictures import signs

HELD = "held"
NOT_HELD = "not_held"
NOT_REPORTED = "not_reported"
NOT_DUE = "not_due"


@dataclass(frozen=True)
class Exchange:
    """A sub-alliance's exchange of one quarter."""

    sub_id: str
    sub_name: str
    quarter: str
    state: str
    is_due: bool


@dataclass(frozen=True)
class Value:
    """Value in yuan that a sub-alliance (or all) declared, what member studios count of it, and what is left."""

    name: str
    declared: float
    attributed: float
    net: float
    declared_sign: str
    attributed_sign: str
    net_sign: str
    quarters: int
    unattributed_quarters: int


@per_release(64)
def exchanges(release_id: str, first: str | None, period: str, origin: str) -> tuple[Exchange, ...]:
    """Exchanges from the quarter `first` (None: from the beginning) to the end of a period, by sub-alliance and quarter.

    A quarter that runs at the end of the period is among them.
    """
    found = connection.rows(
        release_id,
        """
        select grid.sub_id, grid.sub_name, grid.quarter, grid.state, grid.is_due
        from mart_gba_studio_alliance_exchanges as grid
        inner join dim_period as periods on grid.quarter_start <= periods.period_end
        where grid.origin = $origin and periods.period = $period and grid.quarter >= coalesce($first, grid.quarter)
        order by grid.sub_id, grid.quarter
        """,
        {"origin": origin, "period": period, "first": first},
    )
    return tuple(Exchange(**row) for row in found)


@per_release(64)
def values(release_id: str, period: str, origin: str) -> tuple[Value, ...]:
    """Value by sub-alliance, the one with most that counts twice first.

    A quarter's value belongs to its last day; a month shows the quarters of its year that had ended by then.
    """
    found = connection.rows(
        release_id,
        """
        select any_value(valued.sub_name) as name, sum(valued.declared_yuan) as declared, sum(valued.attributed_yuan) as attributed,
            sum(valued.net_yuan) as net, list(distinct valued.declared_sign) as declared_sign,
            list(distinct valued.attributed_sign) as attributed_sign, list(distinct valued.net_sign) as net_sign,
            count(*) as quarters, count(*) filter (where not valued.has_attribution) as unattributed_quarters
        from mart_gba_studio_alliance_value as valued
        inner join dim_period as periods
            on valued.quarter_ends_on <= periods.period_end
            and valued.quarter_ends_on >= case
                when periods.period_grain = 'month' then date_trunc('year', periods.period_start) else periods.period_start
            end
        where valued.origin = $origin and periods.period = $period
        group by valued.sub_id order by attributed desc, declared desc, valued.sub_id
        """,
        {"origin": origin, "period": period},
    )
    written = ("declared_sign", "attributed_sign", "net_sign")
    return tuple(Value(**{**row, **{sign: signs.combined(row[sign]) for sign in written}}) for row in found)


def together(found: tuple[Value, ...]) -> Value | None:
    """All sub-alliances as one, None without any."""
    if not found:
        return None
    return Value(
        "",
        sum(one.declared for one in found),
        sum(one.attributed for one in found),
        sum(one.net for one in found),
        signs.combined(one.declared_sign for one in found),
        signs.combined(one.attributed_sign for one in found),
        signs.combined(one.net_sign for one in found),
        sum(one.quarters for one in found),
        sum(one.unattributed_quarters for one in found),
    )
