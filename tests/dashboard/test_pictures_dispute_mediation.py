"""The marts behind the pictures of dispute mediation, on a handful of rows."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import TODAY
from tests.kpis.test_dispute_mediation import HENAN, JIANXI, JIYUAN, LUOYANG, case, centre
from tests.support.landing import write_landing
from warehouse import settings as settings_module
from warehouse.build.candidate import DATABASE_FILE, build


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    settings = settings_module.load(home=home, today=TODAY)
    settled = {"closed_on": "2024-05-06", "outcome": "调解成功"}
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {
        ("dispute_mediation", "centre"): [
            centre("C1", LUOYANG),
            centre("C2", JIYUAN, funds_in_place=False),
            centre("C3", JIANXI, established_on=None),
        ],
        ("dispute_mediation", "case"): [
            case("1", **settled, confirmed_on="2024-05-07", subsidy_yuan=300),
            case("2", **settled, confirmed_on="2024-05-07"),
            # Paid without a confirmation: does not come past 调解成功.
            case("3", **settled, subsidy_yuan=300),
            case("4"),
            case("5", accepted_on=None, outcome="不予受理"),
            # Not handed over by the arbitration committee, in another month, and of a centre nobody reported.
            case("6", source="当事人申请", **settled),
            case("7", referred_on="2024-04-30"),
            case("8", centre_id="C9", **settled),
        ],
    }
    write_landing(settings.landing, rows)
    path = home / DATABASE_FILE
    marts = ["+mart_dispute_mediation_funnel", "+mart_dispute_mediation_coverage"]
    assert not build(settings, path, select=marts).failures
    return path


def test_funnel_counts_each_step_within_the_one_before(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            "select referred, accepted, settled, confirmed, subsidised from mart_dispute_mediation_funnel"
            f" where region_code = '{HENAN}' and period = '2024-05'"
        ).fetchall()
    assert found == [(5, 4, 3, 2, 1)]


def test_coverage_has_every_unit_of_the_region_list(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            "select unit_level, count(*), count(*) filter (where is_reported), count(established_on), count(*) filter (where is_ready)"
            f" from mart_dispute_mediation_coverage where province_region_code = '{HENAN}' group by unit_level order by 1"
        ).fetchall()
    # 济源示范区 stands at both levels.
    assert found == [("county", 157, 2, 1, 0), ("prefecture", 18, 2, 2, 1)]
