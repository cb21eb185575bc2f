"""A small house with everything a page can meet: submitted records, demonstration records, published figures, and nothing."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import TODAY
from tests.support.files import case, centre, write_csv
from tests.support.once import made_once
from warehouse import settings as settings_module
from warehouse.refresh import refresh
from warehouse.settings import CHECKOUT, Settings

MEDIATION = "dispute_mediation"
SHIPPED = (
    "gba_studio_alliance",
    "health_checkup",
    "innovation_expo",
    "model_worker_tourism",
    "station_health_talks",
    "vice_chair_projects",
    "women_innovation_studios",
)
MARKED_NAME = "洛阳市总工会<b>权益部</b>"
CASES = f"{MEDIATION}/河南_劳动争议裁调对接_案件表_202405.csv"


def copied(factory: pytest.TempPathFactory) -> Settings:
    """A small house of one's own, built once for all processes of a test run."""
    root = made_once(factory, "house", build)
    return settings_module.load(seeds=root / "seeds", home=root / "home", today=TODAY)


def build(root: Path) -> Settings:
    """Mediation cases of three cities of Henan as submitted, what is shipped of some others as demonstration, one file refused."""
    settings = settings_module.load(seeds=root / "seeds", home=root / "home", today=TODAY)
    _submit_mediation(settings.seeds / MEDIATION)
    for shipped in SHIPPED:
        shutil.copytree(CHECKOUT / "seeds" / shipped, settings.seeds / shipped)
    refused = settings.seeds / "health_checkup" / "西藏_免费体检_体检场次_202405.csv"
    refused.write_text("甲,乙\n1,2\n", encoding="utf-8")
    result = refresh(settings)
    assert result.published, result.reason
    return settings


def _submit_mediation(folder: Path) -> None:
    zhengzhou = {"region_code": "410100", "reporting_unit": "郑州市总工会"}
    kaifeng = {"region_code": "410200", "reporting_unit": "开封市总工会"}
    luanchuan = {"region_code": "410324", "reporting_unit": "栾川县总工会", "centre_level": "县(市、区)"}
    write_csv(
        folder / "河南_劳动争议裁调对接_调解中心_202405.csv",
        MEDIATION,
        "centre",
        [
            centre(reporting_unit=MARKED_NAME),
            centre("ZZ001", mediators=2, **zhengzhou),
            centre("KF001", **kaifeng),
            centre("LC001", **luanchuan),
        ],
    )
    may = [case(f"M{number}", reporting_unit=MARKED_NAME) for number in range(10)]
    may += [case(f"F{number}", outcome="调解不成", reporting_unit=MARKED_NAME) for number in range(6)]
    april = [
        case(
            f"A{number}",
            reporting_unit=MARKED_NAME,
            referred_on="2024-04-02",
            accepted_on="2024-04-03",
            closed_on="2024-04-20",
            outcome="调解成功" if number < 5 else "调解不成",
        )
        for number in range(10)
    ]
    few = [case(f"Z{number}", centre_id="ZZ001", **zhengzhou) for number in range(3)]
    # The smallest beside the few: hidden with them, so that Luoyang is shown.
    beside = [case(f"K{number}", centre_id="KF001", **kaifeng) for number in range(7)]
    orphan = [case("O1", centre_id="无此中心", reporting_unit=MARKED_NAME)]
    write_csv(
        folder / "河南_劳动争议裁调对接_案件表_202405.csv", MEDIATION, "case", [*may, *april, *few, *orphan, *beside]
    )
