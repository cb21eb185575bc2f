"""A drop makes again what it touches: the release is the one that a build from nothing makes, row by row."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.support.files import case, centre, write_csv
from warehouse import settings as settings_module
from warehouse.build import candidate as building
from warehouse.build.candidate import DATABASE_FILE, Base, BuildResult
from warehouse.build.engines import narrow, partials
from warehouse.intake.folder.take_in import take_in
from warehouse.sample import write_sample
from warehouse.settings import CHECKOUT, Settings

PROGRAMME = "dispute_mediation"
MARTS = [f"+mart_{PROGRAMME}_{name}" for name in ("kpi_values", "hidden_cells", "funnel", "coverage", "cross_checks")]
CASES, VALUES = f"fct_{PROGRAMME}_cases", f"mart_{PROGRAMME}_cases_kpi_values"
CENTRES, CENTRE_VALUES = f"fct_{PROGRAMME}_centres", f"mart_{PROGRAMME}_centres_kpi_values"
PLACES = {
    "河南省": ("410300", "洛阳市总工会"),
    "湖北省": ("420100", "武汉市总工会"),
    "四川省": ("510100", "成都市总工会"),
}


@dataclass
class House:
    """Seeds with cases of three provinces, and the release that was made of them."""

    settings: Settings
    base: Base

    def path(self, name: str) -> Path:
        """Where a file of this name lies."""
        return self.settings.seeds / PROGRAMME / f"{name}.csv"

    def write(self, name: str, province: str, rows: list[dict[str, object]], table: str = "case") -> None:
        """Put a file of the province's office into the folder."""
        region, unit = PLACES[province]
        of_place = {"province_code": province, "region_code": region, "reporting_unit": unit}
        write_csv(self.path(name), PROGRAMME, table, [{**of_place, **row} for row in rows])


def cases(province: str, numbers: range, period: str = "2024-05", **changes: object) -> list[dict[str, object]]:
    """Cases of the province's centre, some settled, some not, some open, handling times all different."""
    centre_id = PLACES[province][0]
    outcomes = ("调解成功", "调解不成", "在办")
    return [
        case(
            f"{period}-{number}",
            centre_id=centre_id,
            report_period=period,
            as_of_date=None,
            referred_on=f"{period}-02",
            accepted_on=f"{period}-03",
            closed_on=f"{period}-{4 + number % 24:02}" if number % 3 < 2 else None,
            outcome=outcomes[number % 3],
        )
        | changes
        for number in numbers
    ]


def made(
    settings: Settings, folder: Path, base: Base | None = None, select: Sequence[str] = MARTS
) -> tuple[Base, BuildResult]:
    folder.mkdir()
    result = building.build(settings, folder / DATABASE_FILE, select=select, base=base)
    assert result.failures == ()
    return Base(folder / DATABASE_FILE, result.keys, result.partitions, result.made_of), result


def differences(one: Path, other: Path) -> dict[str, int]:
    """By table, the rows that are in one database and not in the other."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        names = connection.execute("select distinct table_name from duckdb_tables()").fetchall()
        found = {}
        for (name,) in names:
            [(count,)] = connection.execute(
                f"select (select count(*) from (from one.{name} except all select * from other.{name}))"
                f" + (select count(*) from (from other.{name} except all select * from one.{name}))"
            ).fetchall()
            found[name] = count
    return {name: count for name, count in found.items() if count}


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("narrow")
    settings = settings_module.load(seeds=folder / "seeds", home=folder / "home", today=date(2024, 6, 15))
    shutil.copytree(CHECKOUT / "seeds" / "reference", settings.seeds / "reference")
    house = House(settings, Base(folder, {}))
    for province, (region, _) in PLACES.items():
        register = [
            centre(region, report_period=f"2024-{month}", as_of_date=f"2024-{month}-30") for month in ("03", "05")
        ]
        house.write(f"{province}_劳动争议裁调对接_调解中心_202405", province, register, "centre")
        house.write(f"{province}_劳动争议裁调对接_案件表_202403", province, cases(province, range(40), "2024-03"))
        house.write(f"{province}_劳动争议裁调对接_案件表_202405", province, cases(province, range(30, 70)))
    take_in(settings)
    house.base, _ = made(settings, folder / "base")
    return house


@pytest.fixture
def house(ground: House, tmp_path: Path) -> Iterator[House]:
    """The house, put back afterwards as it was."""
    shutil.copytree(ground.settings.seeds, tmp_path / "seeds")
    yield ground
    shutil.rmtree(ground.settings.seeds)
    shutil.copytree(tmp_path / "seeds", ground.settings.seeds)


def one_more_file(house: House) -> None:
    """Of an earlier month; two of its cases are of a centre that nobody has reported."""
    rows = cases("河南省", range(100, 105), "2024-04") + cases("河南省", range(2), "2024-04", centre_id="不在册")
    house.write("河南省_劳动争议裁调对接_案件表_202404", "河南省", rows)


def corrections(house: House) -> None:
    """One file is corrected by another, and in one a row is written over."""
    later = cases("湖北省", range(30, 68), closed_on="2024-05-30", outcome="调解不成")
    house.write("湖北省_劳动争议裁调对接_案件表_202405_更正", "湖北省", later)
    rows = cases("湖北省", range(40), "2024-03")
    house.write("湖北省_劳动争议裁调对接_案件表_202403", "湖北省", [rows[0] | {"outcome": "撤回"}, *rows[1:]])


def removed_file(house: House) -> None:
    house.path("四川省_劳动争议裁调对接_案件表_202403").unlink()


def record_again(house: House) -> None:
    """A case that was open in May is closed by a file of June."""
    rows = [*cases("河南省", range(32, 33), closed_on="2024-06-03", outcome="调解成功", report_period="2024-06")]
    house.write("河南省_劳动争议裁调对接_案件表_202406", "河南省", rows)


def changed_register(house: House) -> None:
    rows = [centre("420100", funds_in_place="否")]
    house.write("湖北省_劳动争议裁调对接_调解中心_202405_更正", "湖北省", rows, "centre")


def changed_target(house: House) -> None:
    path = house.settings.seeds / "reference" / "targets.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("dm_"))
    columns = lines[0].split(",")
    values = lines[at].split(",")
    values[columns.index("target")] = "0.123"
    path.write_text("\n".join([*lines[:at], ",".join(values), *lines[at + 1 :]]) + "\n", encoding="utf-8")


# What is done to the folder, and what may be made in part of the two facts and their values.
DROPS: dict[Callable[[House], None], set[str]] = {
    one_more_file: {CASES, VALUES},
    corrections: {CASES, VALUES},
    removed_file: {CASES, VALUES},
    # The data go on for a month: every value of a stock has one more.
    record_again: {CASES},
    # Cases are made whole, because their parents changed; none of them came out otherwise, so none of their values is made.
    changed_register: {CENTRES, CENTRE_VALUES, VALUES},
    changed_target: set(),
}


@pytest.mark.parametrize("drop", DROPS, ids=lambda drop: drop.__name__)
def test_drop_makes_the_release_that_a_build_from_nothing_makes(
    drop: Callable[[House], None], house: House, tmp_path: Path
) -> None:
    drop(house)
    take_in(house.settings)
    now, result = made(house.settings, tmp_path / "now", house.base)
    anew, _ = made(house.settings, tmp_path / "anew")
    assert differences(now.path, anew.path) == {}
    assert now.keys == anew.keys
    assert now.partitions == anew.partitions
    assert result.in_part == DROPS[drop]
    # Without this an equal release would say nothing.
    assert differences(now.path, house.base.path) != {}


def test_table_made_in_pieces_is_the_one_made_at_once(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrow, "ROWS_AT_ONCE", 60)
    monkeypatch.setattr(narrow, "RECORDS_AT_ONCE", 60)
    pieces, result = made(house.settings, tmp_path / "pieces")
    assert differences(pieces.path, house.base.path) == {}
    # 210 cases, 60 of them at once.
    assert result.in_pieces == {CASES, VALUES}


def test_sums_kept_by_province_give_the_release_that_reading_every_row_gives(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partials, "ROWS", 1)
    monkeypatch.setattr(partials, "MOST", 10)
    base, _ = made(house.settings, tmp_path / "base")
    assert differences(base.path, house.base.path) == {}
    name = f"model.unionboard.{VALUES} by province"
    before = base.partitions[name]
    # The five placements of the cases' KPIs: closed, closed and answered, open, days, referred.
    assert sorted(before) == [f"placed_{number}" for number in range(1, 6)]
    files = partials.folder_of(house.settings)
    assert {f"{digest}.parquet" for digest in before.values()} <= {path.name for path in files.iterdir()}

    one_more_file(house)
    take_in(house.settings)
    # One of them rots and one is lost; the rows of the cases are read instead.
    (files / f"{before['placed_1']}.parquet").write_bytes(b"rot")
    (files / f"{before['placed_2']}.parquet").unlink()
    now, result = made(house.settings, tmp_path / "now", base)
    anew, _ = made(house.settings, tmp_path / "anew")
    assert result.in_part == {CASES, VALUES}
    assert differences(now.path, anew.path) == {}
    assert now.partitions == anew.partitions
    # New cases of April, referred and closed in it: all sums have changed.
    assert all(now.partitions[name][placed] != before[placed] for placed in before)

    corrections(house)
    take_in(house.settings)
    later, result = made(house.settings, tmp_path / "later", now)
    anew, _ = made(house.settings, tmp_path / "anew_later")
    assert result.in_part == {CASES, VALUES}
    assert differences(later.path, anew.path) == {}
    assert later.partitions == anew.partitions


def test_table_by_place_keeps_the_rows_of_regions_that_no_fact_changed_in(tmp_path: Path) -> None:
    settings = settings_module.load(seeds=tmp_path / "seeds", home=tmp_path / "home", today=date(2024, 6, 15))
    shutil.copytree(CHECKOUT / "seeds" / "reference", settings.seeds / "reference")
    written = write_sample(300, "women_innovation_studios", settings.seeds, 1, settings)
    results = next(path for path in written if "成果表" in path.name)
    header, *rows = results.read_text(encoding="utf-8").splitlines(keepends=True)
    results.write_text("".join([header, *rows[5:]]), encoding="utf-8")
    take_in(settings)
    select = ["+mart_women_innovation_studios_money"]
    base, _ = made(settings, tmp_path / "base", select=select)
    later = [row.replace("总工会", "职工技协") for row in rows[:5]]
    results.with_name("演示_女职工创新工作室_成果表_补报.csv").write_text("".join([header, *later]), encoding="utf-8")
    take_in(settings)
    now, result = made(settings, tmp_path / "now", base, select)
    anew, _ = made(settings, tmp_path / "anew", select=select)
    assert differences(now.path, anew.path) == {}
    assert result.in_part == {"fct_women_innovation_studios_results", "mart_women_innovation_studios_money"}
    assert differences(now.path, base.path)["mart_women_innovation_studios_money"] == 5
