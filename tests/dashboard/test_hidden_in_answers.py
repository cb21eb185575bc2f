"""Whatever pages may be told of the shipped data, asked for every hidden cell: values, series, comparisons, pictures, records.

Pages ask by the functions of `dashboard/data` alone (tests/test_architecture.py). That what is shown gives nothing away by
subtraction is shown in tests/kpis/test_small_counts.py for exactly the cells that are looked for here.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TypeVar

import pytest

from dashboard.data import comparisons, connection, cross_checks, kpis, pictures, records, regions, values
from dashboard.data.kpis import Kpi
from dashboard.data.origins import WITH_DEMONSTRATION
from dashboard.data.pictures import Chosen
from dashboard.data.regions import NATION
from dashboard.data.values import Value
from warehouse.releases import release
from warehouse.settings import Settings

ORIGIN = "demonstration"
FACTS = {"dispute_mediation": "fct_dispute_mediation_cases", "health_checkup": "fct_health_checkup_sessions"}
T = TypeVar("T")
GRAINS = ("month", "quarter", "year", "all")

# What a value says besides which cell it is of.
TELLING = [
    field.name
    for field in dataclasses.fields(Value)
    if field.name not in ("kpi", "region", "period", "origin", "category", "is_masked", "is_beside_few")
]
SILENT = {"qualifier": "", "status": "no_data", "is_backfilled": False}


@dataclasses.dataclass(frozen=True)
class Hidden:
    """The hidden cells of one programme's fact in the shipped release: the periods of each region, and those with records."""

    release_id: str
    programme: str
    kpis: tuple[Kpi, ...]
    periods: dict[str, frozenset[str]]
    with_values: tuple[tuple[str, str], ...]

    def told(self, found: Iterable[Value]) -> list[Value]:
        """The values of hidden cells that say anything."""
        codes = {kpi.code for kpi in self.kpis}
        return [
            value
            for value in found
            if value.kpi in codes
            and value.period in self.periods.get(value.region, ())
            and (not value.is_masked or any(getattr(value, name) != SILENT.get(name) for name in TELLING))
        ]


@pytest.fixture
def hidden(shipped: Settings, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Hidden:
    monkeypatch.setenv("UNIONBOARD_SEEDS", str(shipped.seeds))
    monkeypatch.setenv("UNIONBOARD_HOME", str(shipped.home))
    monkeypatch.setenv("UNIONBOARD_TODAY", shipped.today.isoformat())
    programme = request.param
    release_id = str(release.current_id(shipped))
    of_fact = tuple(kpi for kpi in kpis.of_programme(release_id, programme) if kpi.fact_model == FACTS[programme])
    rows = connection.rows(
        release_id,
        f"select region, period, has_values from mart_{programme}_hidden_cells where origin = ? order by region, period",
        (ORIGIN,),
    )
    periods = defaultdict(set)
    for row in rows:
        periods[row["region"]].add(row["period"])
    with_values = tuple((row["region"], row["period"]) for row in rows if row["has_values"])
    assert len(rows) > 100 and len(of_fact) > 5
    return Hidden(
        release_id, programme, of_fact, {key: frozenset(found) for key, found in periods.items()}, with_values
    )


programmes = pytest.mark.parametrize("hidden", sorted(FACTS), indirect=True)


def thinned(found: Iterable[T], about: int) -> list[T]:
    """Evenly chosen, about so many; all of them where they are few. Asked one by one, all 65 000 cells would take too long."""
    everything = list(found)
    return everything[:: max(1, len(everything) // about)]


@programmes
def test_series_of_a_region_say_nothing_of_hidden_cells(hidden: Hidden) -> None:
    seen = 0
    for region in thinned(hidden.periods, 200):
        for grain in GRAINS:
            found = values.series(hidden.release_id, region, grain, ORIGIN, hidden.programme)
            everything = [value for line in found.values() for value in line]
            seen += sum(value.is_masked for value in everything)
            assert hidden.told(everything) == []
    assert seen > 1000


@programmes
def test_rankings_and_cards_say_nothing_of_any_hidden_cell(hidden: Hidden) -> None:
    release_id = hidden.release_id
    parents = {
        one.parent_code
        for region in hidden.periods
        if (one := regions.find(release_id, region)) is not None and one.parent_code is not None
    }
    for period in sorted({period for found in hidden.periods.values() for period in found if ".." not in period}):
        assert hidden.told(values.of_provinces(release_id, period, ORIGIN)) == []
        for kpi in hidden.kpis:
            assert hidden.told(values.of_kpi_by_province(release_id, kpi.code, period, ORIGIN).values()) == []
            for parent in parents:
                assert hidden.told(values.by_region(release_id, kpi.code, parent, period, ORIGIN).values()) == []
    for region, period in thinned(hidden.with_values, 15):
        assert hidden.told(values.by_kpi(release_id, region, period, ORIGIN).values()) == []
        assert hidden.told(values.by_kpi(release_id, region, period, ORIGIN, hidden.programme).values()) == []
        for kpi in hidden.kpis:
            assert values.by_category(release_id, kpi.code, region, period, ORIGIN) == ()
            assert values.is_masked_at(release_id, kpi.code, region, period, ORIGIN)


@programmes
def test_no_change_tells_of_a_hidden_cell(hidden: Hidden) -> None:
    """Neither of a hidden value nor of a shown one that is held against a hidden one."""
    defined = {kpi.code: kpi for kpi in hidden.kpis}
    across = 0
    for region, periods in thinned(hidden.periods.items(), 150):
        for grain in ("month", "quarter", "year"):
            for code, line in values.series(hidden.release_id, region, grain, ORIGIN, hidden.programme).items():
                for value in line if code in defined else ():
                    at = values.of_other_periods(hidden.release_id, value, line)
                    for compare in (comparisons.year_on_year, comparisons.on_previous):
                        compared = compare(value, defined[code], at)
                        before = compared.before if compared is not None else None
                        is_told_of = value.period in periods or (before is not None and before.period in periods)
                        if compared is None or not is_told_of:
                            continue
                        across += 1
                        change = compared.change
                        assert (change.difference, change.relative) == (None, None), value
                        assert before is None or before.period not in periods or change.before is None, value
                        assert change.reason is not None
    assert across > 50


@programmes
def test_records_of_hidden_cells_are_neither_listed_nor_counted(hidden: Hidden) -> None:
    for region, period in thinned(hidden.with_values, 25):
        for kpi in hidden.kpis:
            if values.period_of(kpi.grain, period) not in hidden.periods[region]:
                continue
            assert records.behind(hidden.release_id, kpi, region, period, ORIGIN) is None, (kpi.code, region, period)
            assert records.page(hidden.release_id, kpi, region, period, ORIGIN, 0, 1000) == ()
            assert records.left_out(hidden.release_id, kpi, region, period, ORIGIN) == records.LeftOut(0, 0)


@programmes
def test_records_listed_for_shown_cells_lie_in_no_hidden_one(hidden: Hidden) -> None:
    release_id = hidden.release_id
    nation = NATION
    shown = [nation, *(region.code for region in regions.provinces(release_id)[::6])]
    listed = 0
    for kpi in hidden.kpis:
        for region in shown:
            for period in ("all", "2024-03"):
                behind = records.behind(release_id, kpi, region, period, ORIGIN)
                if behind is None:
                    continue
                rows = records.page(release_id, kpi, region, period, ORIGIN, 0, 10_000)
                listed += len(rows)
                for row in (dict(zip(behind.columns, values_, strict=True)) for values_ in rows):
                    months = {f"{day:%Y-%m}" for day in row.values() if isinstance(day, date)}
                    overlap = months & hidden.periods.get(row["region_code"], frozenset())
                    assert not overlap, (kpi.code, region, period, row["file_name"], row["row_number"])
    assert listed > (0 if hidden.programme == "dispute_mediation" else 1000)


@pytest.mark.parametrize("hidden", ["dispute_mediation"], indirect=True)
def test_funnel_of_a_hidden_cell_is_not_told(hidden: Hidden) -> None:
    cells = [cell for cell in hidden.with_values if ".." not in cell[1]]
    for region, period in thinned(cells, 500):
        told = pictures.answer(hidden.release_id, "dispute_mediation", "dm_funnel", Chosen(region, period, ORIGIN))
        assert told is not None and told.is_hidden and not told.rows
    shown = pictures.answer(hidden.release_id, "dispute_mediation", "dm_funnel", Chosen(NATION, "2024", ORIGIN))
    assert shown is not None and not shown.is_hidden and shown.rows["rows"]


@pytest.mark.parametrize("hidden", ["health_checkup"], indirect=True)
def test_pictures_of_check_ups_leave_hidden_months_out(hidden: Hidden) -> None:
    declared = {one.name: one for one in pictures.of_programme(hidden.release_id, "health_checkup")}
    found: dict[str, int] = defaultdict(int)
    for region, periods in hidden.periods.items():
        for year in ("2022", "2023", "2024"):
            for name in ("hc_pace", "hc_mix"):
                told = pictures.answer(hidden.release_id, "health_checkup", name, Chosen(region, year, ORIGIN))
                assert told is not None
                columns = declared[name].asked["rows"]
                month, is_hidden = columns.index("month"), columns.index("is_hidden")
                number = columns.index("persons" if name == "hc_pace" else "coalesce(total, 0)")
                for row in told.rows["rows"]:
                    if row[month] in periods:
                        found[name] += 1
                        assert row[is_hidden] and not row[number]
    assert found["hc_pace"] > 20 and found["hc_mix"] > 20


@programmes
def test_cross_checks_of_hidden_cells_have_no_figures(hidden: Hidden) -> None:
    checks = cross_checks.found(hidden.release_id, NATION, "all", WITH_DEMONSTRATION)
    for check in checks:
        if check.programme == hidden.programme and check.period in hidden.periods.get(check.region, ()):
            assert (check.left_value, check.right_value, check.row_count, check.row_number) == (None,) * 4, check
