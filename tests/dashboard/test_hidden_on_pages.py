"""Pages over the shipped data show nothing of a hidden cell: no number, no count of rows, no record."""

import re

import pytest

from dashboard.data import connection, kpis
from tests.dashboard.reader import read
from warehouse.releases import release
from warehouse.settings import Settings

PAGES = {
    "dispute_mediation": ("dispute-mediation", "dm_success_rate"),
    "health_checkup": ("health-checkup", "hc_abnormal_rate"),
}
# A KPI on a card, and one in the table of the others.
KPI = re.compile(r'<(article|tr)[^>]*aria-label="([^"]*)"[^>]*>(.*?)</\1>', re.S)


@pytest.fixture
def at_shipped(shipped: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("UNIONBOARD_SEEDS", str(shipped.seeds))
    monkeypatch.setenv("UNIONBOARD_HOME", str(shipped.home))
    monkeypatch.setenv("UNIONBOARD_TODAY", shipped.today.isoformat())
    return shipped


def hidden_cells(settings: Settings, programme: str) -> list[tuple[str, str]]:
    """A few cells that are hidden and hold records: of each reason one month, one quarter, one year."""
    found = connection.rows(
        str(release.current_id(settings)),
        f"select min(region) as region, min_by(period, region) as period from mart_{programme}_hidden_cells"
        " where has_values and origin = 'demonstration' and period not like '%..%' and period <> 'all'"
        " group by reason, length(period) order by 1, 2",
    )
    return [(row["region"], row["period"]) for row in found]


@pytest.mark.parametrize("programme", PAGES)
def test_cards_and_records_of_a_hidden_cell_say_nothing_of_it(at_shipped: Settings, programme: str) -> None:
    path, code = PAGES[programme]
    cells = hidden_cells(at_shipped, programme)
    assert len(cells) >= 3
    release_id = str(release.current_id(at_shipped))
    labels = {kpi.label_zh for kpi in kpis.of_programme(release_id, programme) if kpi.small_count_limit is not None}
    for region, period in cells:
        page = read(path, region=region, period=period)
        assert page.errors == []
        cards = {label: body for _, label, body in KPI.findall(page.markup) if label in labels}
        assert cards, (region, period)
        for label, body in cards.items():
            words = re.sub(r"<[^>]+>", " ", body)
            assert "不显示" in words or "不单列" in words, (region, period, label, words)
            # Hidden is not unreported.
            assert "未报" not in words.partition("在口径页中查看")[2], (region, period, label)
            assert not re.search(r"计入 [\d,]+ 行|数据至", words), (region, period, label, words)
        records = read("records", kpi=code, region=region, period=period)
        assert records.errors == []
        assert "记录" not in records.markup.partition("<tbody>")[2]
        assert "<tbody>" not in records.markup, (region, period)
