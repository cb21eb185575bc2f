"""The shipped data under attack: nothing of a hidden cell of a health or dispute fact comes out of what is shown."""

import shutil

import duckdb
import pytest

from dashboard.data import asking
from tests.support import attack
from warehouse.releases import release
from warehouse.settings import Settings

FACTS = {
    "dispute_mediation": ("fct_dispute_mediation_cases", ("closed_on", "referred_on", "accepted_on")),
    "health_checkup": ("fct_health_checkup_sessions", ("session_date",)),
}
ORIGIN = "demonstration"


@pytest.fixture(scope="module")
def shipped_release(shipped: Settings, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    current = release.current(shipped)
    assert current is not None
    # A copy: pages asked in this process may have the release open with other settings.
    return duckdb.connect(shutil.copy(current.path, tmp_path_factory.mktemp("attacked")), read_only=True)


@pytest.fixture(scope="module", params=sorted(FACTS))
def attacked(request: pytest.FixtureRequest, shipped_release: duckdb.DuckDBPyConnection) -> attack.Lattice:
    fact, dates = FACTS[request.param]
    return attack.lattice(shipped_release, request.param, fact, dates, ORIGIN)


def test_subtraction_over_regions_and_periods_gives_no_hidden_cell(attacked: attack.Lattice) -> None:
    assert len(attacked.hidden) > 100
    assert attack.by_subtraction(attacked) == set()


def test_all_sums_together_give_no_hidden_cell(attacked: attack.Lattice) -> None:
    assert attack.by_solving(attacked) == set()


def test_attack_finds_what_is_hidden_alone(shipped_release: duckdb.DuckDBPyConnection) -> None:
    """The attack is worth something: with only the few hidden it finds hundreds of them."""
    fact, dates = FACTS["health_checkup"]
    rows = "select region, period from mart_health_checkup_hidden_cells where origin = ? and reason = 'few'"
    few = frozenset(shipped_release.execute(rows, [ORIGIN]).fetchall())
    whole = attack.lattice(shipped_release, "health_checkup", fact, dates, ORIGIN, only=few)
    assert len(attack.by_solving(whole)) > 20
    assert attack.by_subtraction(whole) <= attack.by_solving(whole)


def test_every_few_cell_is_hidden(shipped_release: duckdb.DuckDBPyConnection) -> None:
    found = shipped_release.execute(
        """
        select count(*) filter (not is_hidden), count(*)
        from mart_kpi_values as counts
        inner join dim_kpi as kpis on counts.kpi = kpis.kpi
        inner join dim_region as regions on counts.region = regions.region_code
        where kpis.small_count_limit is not null and counts.origin <> 'published'
            and (counts.programme = 'health_checkup' or regions.region_level not in ('nation', 'province'))
            and (
                kpis.unit in ('percent', 'count') and counts.numerator > 0 and counts.numerator < 5
                or kpis.kpi not in ('dm_mediated_share', 'hc_target_progress') and counts.denominator > 0 and counts.denominator < 5
                or counts.programme = 'dispute_mediation' and counts.rows > 0 and counts.rows < 5
            )
        """
    ).fetchone()
    assert found is not None and found[0] == 0 and found[1] > 10_000


@pytest.mark.parametrize("programme", sorted(FACTS))
def test_no_table_that_can_be_asked_holds_a_number_of_a_hidden_cell(
    programme: str, shipped: Settings, shipped_release: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNIONBOARD_HOME", str(shipped.home))
    current = release.current_id(shipped)
    assert current is not None
    fact = FACTS[programme][0]
    relations = {one.name: one for one in asking.relations(current)}
    telling = [one.name for one in relations["mart_kpi_values"].columns if one.name not in asking.KEYS]
    nulls = " or ".join(f'"{name}" is not null' for name in telling)
    # Runs of months are not among the values that can be asked.
    sql = f"select region, period from mart_{programme}_hidden_cells where period not like '%..%'"
    cells = set(shipped_release.execute(sql).fetchall())
    asked = (
        f"select {{}} from mart_kpi_values where origin = '{ORIGIN}' and programme = '{programme}'"
        f" and kpi in (select kpi from dim_kpi where fact_model = '{fact}')"
    )
    assert asking.ask(
        current, asked.format("count(*)") + f" and is_hidden and ({nulls} or category is not null)"
    ).rows == ((0,),)
    told = asking.ask(current, asked.format("count(*), count(distinct region || period)") + " and is_hidden").rows[0]
    assert told[1] == len(cells)
    # Regions that reported nothing stand there like the others: as many rows for each cell.
    assert told[0] % told[1] == 0
    others = [
        name
        for name, one in relations.items()
        if name != "mart_kpi_values"
        and (name == fact or name.startswith((f"stg_{programme}", f"mart_{programme}")) or name == "fct_submissions")
    ]
    assert others == []
    files = f"select count(*) from dim_file where programme = '{programme}' and table_name in" + (
        " (select table_name from dim_kpi where small_count_limit is not null) and"
        " coalesce(rows_in, rows_accepted, rows_quarantined, rows_ignored) is not null"
    )
    assert asking.ask(current, files).rows == ((0,),)


@pytest.mark.parametrize(
    ("programme", "picture", "columns"),
    [
        (
            "dispute_mediation",
            "mart_dispute_mediation_funnel",
            ("referred", "accepted", "settled", "confirmed", "subsidised"),
        ),
        ("health_checkup", "mart_health_checkup_pace", ("month_persons",)),
    ],
)
def test_what_pictures_count_is_hidden_with_the_cell_it_is_of(
    programme: str, picture: str, columns: tuple[str, ...], shipped_release: duckdb.DuckDBPyConnection
) -> None:
    few = " or ".join(f"({name} > 0 and {name} < 5)" for name in columns)
    found = shipped_release.execute(
        f"""
        select count(*) from {picture} as counts
        inner join dim_region as regions on counts.region_code = regions.region_code
        left join mart_{programme}_hidden_cells as cells
            on counts.origin = cells.origin and counts.region_code = cells.region and counts.period = cells.period
        where ({few}) and cells.region is null
            and ('{programme}' = 'health_checkup' or regions.region_level not in ('nation', 'province'))
        """
    ).fetchone()
    assert found == (0,)


def test_what_the_rule_costs(shipped_release: duckdb.DuckDBPyConnection) -> None:
    """As decision 15 says."""
    found = shipped_release.execute(
        """
        select counts.programme, regions.region_level, count(counts.value), count(counts.value) filter (not is_hidden)
        from mart_kpi_values as counts
        inner join dim_kpi as kpis on counts.kpi = kpis.kpi
        inner join dim_region as regions on counts.region = regions.region_code
        where kpis.small_count_limit is not null and counts.origin = 'demonstration'
        group by all
        order by all
        """
    ).fetchall()
    shares = {(programme, level): shown / everything for programme, level, everything, shown in found}
    assert {key for key, share in shares.items() if share == 1} == {
        ("dispute_mediation", "nation"),
        ("dispute_mediation", "province"),
        ("health_checkup", "nation"),
    }
    assert all(shares["health_checkup", level] > 0.9 for level in ("province", "prefecture", "county"))
    assert shares["dispute_mediation", "prefecture"] < 0.01
