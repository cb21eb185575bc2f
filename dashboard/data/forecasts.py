"""What is expected at the dates of targets: of one KPI in one region, worked out once a release (`warehouse/releases/forecasts`)."""

from dataclasses import dataclass

from dashboard.data import connection, kpis, origins, regions, values
from dashboard.data.caching import per_release
from dashboard.data.kpis import Kpi
from warehouse.answers import telling
from warehouse.answers.telling import Standing
from warehouse.releases import period_changes
from warehouse.releases.forecasts.of_values import last_day
from warehouse.releases.forecasts.outlook import Aim, Kind, Known, Outlook, Placed, aim_of, look


@per_release(2048)
def outlook(release_id: str, kpi: str, region: str, origin: str) -> Outlook | None:
    """What is expected at the date of the target that holds here now; None without one, and where nothing can be foretold."""
    placed = _targets(release_id).get(kpi, ())
    defined = kpis.find(release_id, kpi)
    if not placed or defined is None:
        return None
    series = values.series(release_id, region, defined.grain, origin, defined.programme).get(kpi, ())
    last = next((value for value in reversed(series) if value.value is not None), None)
    if last is None:
        return None
    lineage = [one.code for one in reversed(regions.lineage(release_id, region))]
    kind = _kind(release_id, defined)
    aim = aim_of(lineage, placed, last_day(period_changes.months_of(last.period)[1]), kind)
    found = look(kind, aim, [_known(value) for value in series]) if aim is not None else None
    return found if isinstance(found, Outlook) else None


def at(release_id: str, value: values.Value | None) -> Outlook | None:
    """What is expected from a value on: None of a period that is past, because what was expected then is not what is known now."""
    if value is None or value.value is None or value.period == "all":
        return None
    found = outlook(release_id, value.kpi, value.region, value.origin)
    if found is None or period_changes.months_of(value.period)[1] < period_changes.months_of(found.of)[1]:
        return None
    return found


@dataclass(frozen=True)
class Expected:
    """A target with a date, where it stands, and what is expected of it."""

    kpi: Kpi
    region: regions.Region
    value: values.Value
    outlook: Outlook


@per_release(64)
def expected(release_id: str, region: str, mode: str) -> tuple[Expected, ...]:
    """The targets with a date that hold in a region, and those set for regions within it; furthest off first.

    Of programmes of the leading origin only, as everything that takes programmes together.
    """
    found = []
    for code, placed in _targets(release_id).items():
        kpi = kpis.find(release_id, code)
        if kpi is None or not kpi.is_card or origins.is_apart(release_id, kpi.programme, mode):
            continue
        origin = origins.shown(release_id, kpi.programme, mode)
        set_within = {one.region for one in placed if one.aim.end and _lies_in(release_id, one.region, region)}
        for where in sorted(set_within | {region}):
            ahead, place = outlook(release_id, code, where, origin), regions.find(release_id, where)
            if ahead is None or place is None:
                continue
            at_hand = values.series(release_id, where, kpi.grain, origin, kpi.programme).get(code, ())
            now = next(value for value in at_hand if value.period == ahead.of)
            found.append(Expected(kpi, place, now, ahead))
    return tuple(
        telling.foretold(
            Standing(
                one, one.value.status, target=one.value.target, verdict=one.outlook.verdict, expected=one.outlook.value
            )
            for one in found
        )
    )


def _lies_in(release_id: str, inner: str, outer: str) -> bool:
    return any(one.code == outer for one in regions.lineage(release_id, inner))


@per_release(4)
def _targets(release_id: str) -> dict[str, tuple[Placed, ...]]:
    """By KPI, of those that have a target with a date."""
    found: dict[str, list[Placed]] = {}
    for row in connection.rows(
        release_id,
        "select kpi, region_code, scope, target, target_upper, period_start, period_end from fct_kpi_targets",
    ):
        aim = Aim(row["target"], row["target_upper"], row["period_start"], row["period_end"])
        found.setdefault(row["kpi"], []).append(Placed(row["region_code"], row["scope"] == "within", aim))
    return {kpi: tuple(placed) for kpi, placed in found.items() if any(one.aim.end for one in placed)}


@per_release(4)
def _may_pass_one(release_id: str) -> frozenset[str]:
    found = connection.rows(release_id, "select kpi from dim_kpi where may_pass_one")
    return frozenset(row["kpi"] for row in found)


def _kind(release_id: str, kpi: Kpi) -> Kind:
    return Kind(
        kpi.grain,
        kpi.basis,
        kpi.is_ratio,
        kpi.is_additive_over_time,
        kpi.direction,
        kpi.unit == "percent",
        kpi.code in _may_pass_one(release_id),
    )


def _known(value: values.Value) -> Known:
    return Known(
        value.period,
        value.value,
        value.qualifier,
        value.is_masked,
        value.is_backfilled,
        value.provinces_reported,
        value.reported_units,
        value.due_units,
    )
