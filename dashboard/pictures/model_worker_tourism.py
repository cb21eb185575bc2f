"""Model-worker volunteers: which of the teams really serve, and where, week by week."""

import math
from collections.abc import Sequence
from datetime import date

from dashboard import formatting
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup
from dashboard.data import origins, values
from dashboard.data.pictures import model_worker_tourism as data
from dashboard.data.programmes import Programme
from dashboard.i18n import pick, t
from dashboard.pictures import shapes, until

ROWS_LISTED = 1000
FEW = 0.2
_LEVELS = {"省级": ("●", "line"), "市级": ("▲", "on-track"), "区县级": ("■", "check")}


def show(programme: Programme, selection: Selection) -> None:
    """Teams by activity, then visitors by site."""
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    shapes.show(lambda: _panels(selection, origin), key="model_worker_tourism_pictures")


def _panels(selection: Selection, origin: str) -> list[Markup]:
    chosen = (selection.release_id, selection.region, selection.period, origin)
    period = until.period_name(selection, "model_worker_tourism", selection.period, origin)
    rate = values.by_kpi(*chosen, "model_worker_tourism").get("mt_active_rate")
    # Where no office reported services, teams without one are not known to have had none.
    is_reported = rate is not None and rate.value is not None
    teams = data.teams(*chosen)
    shown = teams if is_reported or any(team.shifts for team in teams) else ()
    return [_teams(shown, period), _sites(data.sites(*chosen), period)]


def _teams(found: Sequence[data.Team], period: str) -> Markup:
    title, hint = t("mt_teams"), t("mt_teams_hint", period=period)
    if not found:
        return shapes.empty(title, hint)
    kinds = {level: shapes.Kind(level, *look) for level, look in _LEVELS.items()}
    gone = shapes.Kind(t("mt_gone"), "✚", "others")
    spots = [
        shapes.Spot(
            one.shifts,
            one.hours or 0,
            kinds[one.level] if one.is_on_register and one.level in kinds else gone,
            t("mt_spot", name=one.name, region=_region(one), shifts=one.shifts, hours=_hours(one)),
        )
        for one in found
        if one.shifts
    ]
    told = [one for one in found if one.is_reported]
    idle = sum(1 for one in told if not one.shifts)
    sentence = _teams_sentence(told, idle)
    if len(told) < len(found):
        sentence += t("mt_silent", count=len(found) - len(told))
    body = shapes.scatter(
        spots,
        shapes.Axis(t("mt_shifts"), lambda number: formatting.trimmed(number, 1)),
        shapes.Axis(t("mt_hours"), lambda number: formatting.trimmed(number, 1)),
        [*kinds.values(), gone],
        (t("mt_no_service"), idle),
        f"{title} {sentence}",
    )
    table = shapes.Table(
        title,
        (t("mt_team"), t("region"), t("mt_level"), t("mt_shifts"), t("mt_hours")),
        tuple(
            (
                one.name,
                _region(one),
                one.level if one.is_on_register else t("mt_gone"),
                t("missing") if not one.is_reported else f"{one.shifts:,}" if one.shifts else t("mt_no_service"),
                _hours(one),
            )
            for one in found[:ROWS_LISTED]
        ),
    )
    return shapes.panel(title, hint, body, sentence, table)


def _region(one: data.Team | data.Site) -> str:
    return pick(one.region, one.region_en)


def _hours(one: data.Team) -> str:
    return "—" if one.hours is None else one.hours_sign + formatting.trimmed(one.hours, 1)


def _teams_sentence(found: Sequence[data.Team], idle: int) -> str:
    registered = sum(1 for one in found if one.is_on_register)
    gone = len(found) - registered
    sentence = t("mt_only_gone")
    if registered:
        active = registered - idle
        sentence = t(
            "mt_teams_says",
            registered=f"{registered:,}",
            active=f"{active:,}",
            share=formatting.percent(active / registered),
            idle=f"{idle:,}",
        )
    hours = sorted((one.hours for one in found if one.hours), reverse=True)
    few = math.ceil(len(hours) * FEW)
    if len(hours) > few:
        sentence += t("mt_few", few=few, share=formatting.percent(sum(hours[:few]) / sum(hours)))
    if gone:
        sentence += t("mt_gone_says", count=gone)
    if len(found) > ROWS_LISTED:
        sentence += t("mt_cut", listed=ROWS_LISTED, count=len(found))
    return sentence


def _sites(found: data.Sites | None, period: str) -> Markup:
    title = t("mt_sites")
    if found is None:
        return shapes.empty(title, t("mt_sites_hint_week", period=period))
    places = {begins: at for at, begins in enumerate(found.times)}
    largest = max(
        (one.visitors for site in found.leaders for one in site.over_time if one.visitors is not None), default=0
    )
    whole = max((one.visitors for one in found.together.over_time if one.visitors is not None), default=0)
    rows = [
        _row(t("mt_all_sites"), t("mt_site_count", count=found.count), found.together, places, found.grain, whole),
        *(_row(site.name, _region(site), site, places, found.grain, largest) for site in found.leaders),
    ]
    sentence = _sites_sentence(found)
    body = shapes.columns_by_row(
        rows,
        len(found.times),
        (_time(found.times[0], found.grain), _time(found.times[-1], found.grain) if len(found.times) > 1 else ""),
        t("mt_uncounted_mark"),
        f"{title} {sentence}",
    )
    by_time = [{one.begins: _visits(one.visitors, one.sign) for one in site.over_time} for site in found.leaders]
    whole_by_time = {one.begins: _visits(one.visitors, one.sign) for one in found.together.over_time}
    table = shapes.Table(
        title,
        (t(f"mt_{found.grain}"), t("mt_all_sites"), *(f"{site.name} {_region(site)}" for site in found.leaders)),
        tuple(
            (_time(begins, found.grain), *(of.get(begins, "—") for of in (whole_by_time, *by_time)))
            for begins in found.times
        ),
    )
    return shapes.panel(title, t(f"mt_sites_hint_{found.grain}", period=period), body, sentence, table)


def _row(name: str, note: str, site: data.Site, places: dict[date, int], grain: str, largest: float) -> shapes.Row:
    drawn = tuple(
        shapes.Place(places[one.begins], one.visitors, f"{_time(one.begins, grain)} {_visits(one.visitors, one.sign)}")
        for one in site.over_time
    )
    return shapes.Row(name, note, drawn, _visits(site.visitors, site.sign), largest)


def _visits(visitors: int | None, sign: str) -> str:
    return t("missing") if visitors is None else f"{sign}{visitors:,}"


def _time(begins: date, grain: str) -> str:
    return formatting.day(begins) if grain == "week" else begins.isoformat()[:7]


def _sites_sentence(found: data.Sites) -> str:
    together = found.together
    if together.visitors is None:
        return t("mt_sites_uncounted", count=found.count, shifts=together.shifts)
    shown = sum(site.visitors or 0 for site in found.leaders)
    busiest = max((one for one in together.over_time if one.visitors is not None), key=lambda one: one.visitors or 0)
    sentence = t(
        "mt_sites_says",
        count=f"{found.count:,}",
        visitors=_visits(together.visitors, together.sign),
        shown=len(found.leaders),
        share=formatting.percent(shown / together.visitors) if together.visitors else "0",
        time=_time(busiest.begins, found.grain),
        busiest=_visits(busiest.visitors, busiest.sign),
    )
    return sentence + (t("mt_uncounted", count=together.uncounted) if together.uncounted else "")
