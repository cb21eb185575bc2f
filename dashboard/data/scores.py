"""KPIs held against their targets: which are met, on track or behind, and how many of them in each province."""

from dataclasses import dataclass

from dashboard.data import kpis, origins, programmes, values
from dashboard.data.caching import per_release
from dashboard.data.kpis import Kpi
from dashboard.data.programmes import Programme
from dashboard.data.values import Value
from warehouse.answers import telling
from warehouse.answers.telling import WITH_TARGET

GOOD = ("met", "on_track")


@dataclass(frozen=True)
class Judged:
    """A KPI that has a target, with its value and programme."""

    programme: Programme
    kpi: Kpi
    value: Value

    @property
    def gap(self) -> float:
        """How far the value is from its target, as a share of the target; 0 when met."""
        return 0.0 if self.value.status == "met" else telling.short_of(self.value.value, self.value.target)


@dataclass(frozen=True)
class Score:
    """Of the KPIs with a target and a value, how many are met or on track."""

    good: int
    judged: int


@per_release(64)
def judged(release_id: str, region: str, period: str, mode: str) -> tuple[Judged, ...]:
    """Every card KPI with a target and a value to be shown, in one region and period, furthest behind first.

    Of programmes of the leading origin only: made-up and submitted numbers are never counted together.
    """
    found = []
    for programme in programmes.all_programmes(release_id):
        if origins.is_apart(release_id, programme.code, mode):
            continue
        origin = origins.shown(release_id, programme.code, mode)
        shown = values.by_kpi(release_id, region, period, origin)
        for kpi in kpis.of_programme(release_id, programme.code):
            value = shown.get(kpi.code)
            if kpi.is_card and value is not None and value.status in WITH_TARGET and not value.is_masked:
                found.append(Judged(programme, kpi, value))
    return tuple(sorted(found, key=lambda one: (one.value.status != "behind", -one.gap)))


@per_release(64)
def by_province(release_id: str, period: str, mode: str) -> dict[str, Score]:
    """Each province's score over the card KPIs of all ranked programmes of the leading origin; provinces without any are missing."""
    ranked = {one.code for one in programmes.all_programmes(release_id) if one.is_ranked}
    shown = {
        kpi.code: origins.shown(release_id, kpi.programme, mode)
        for kpi in kpis.all_kpis(release_id)
        if kpi.is_card and kpi.programme in ranked and not origins.is_apart(release_id, kpi.programme, mode)
    }
    counted: dict[str, list[bool]] = {}
    for origin in sorted(set(shown.values())):
        for value in values.of_provinces(release_id, period, origin):
            if shown.get(value.kpi) == origin and value.status in WITH_TARGET and not value.is_masked:
                counted.setdefault(value.region, []).append(value.status in GOOD)
    return {region: Score(sum(good), len(good)) for region, good in counted.items()}
