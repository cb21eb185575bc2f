"""The supervision calendar and the pledge ledger of the vice-chair projects, as a reader sees them."""

from dashboard.data import connection, values
from tests.dashboard.reader import read
from tests.support.declared import table
from warehouse.settings import Settings

PAGE = "vice-chair-projects"
NATION = ("000000", "2024-05", "demonstration")


def test_calendar_says_what_the_kpi_says(at_house: Settings, release_id: str) -> None:
    month = values.by_kpi(release_id, *NATION)["vc_checkpoint_completion"]
    year = values.by_kpi(release_id, "000000", "2024", "demonstration")["vc_checkpoint_completion"]
    text = read(PAGE, term="各届").text
    assert f"个项目已应办 {year.denominator:.0f} 次" in text
    assert f"其中2024年5月应办 {month.denominator:.0f} 次，办了 {month.numerator:.0f} 次" in text


def test_calendar_has_nineteen_columns_and_words_behind_its_marks(at_house: Settings) -> None:
    grid = read(PAGE).markup.partition('<table class="ub-state-grid">')[2].partition("</table>")[0]
    head, _, first = grid.partition("<tbody>")
    assert head.count('scope="col"') == 1 + 19
    assert "应办未办" in first
    assert first.partition("</tr>")[0].count("<td") == 19


def test_calendar_shows_the_worst_first_and_lists_all(at_house: Settings) -> None:
    page = read(PAGE)
    rows = table(page.markup.partition("督导日历")[2])
    missed = [int(row[4]) for row in rows]
    assert len(rows) > 12 and missed == sorted(missed, reverse=True)
    assert f"图中是最该督办的 12 个，其余 {len(rows) - 12} 个在表格里" in page.text
    # The one that held least is named, with how often.
    name, region, *_ = rows[0]
    assert f"{region} {name}（{missed[0]} 次）" in page.text


def test_ledger_of_a_term_adds_up_its_projects(at_house: Settings, release_id: str) -> None:
    [first] = connection.rows(
        release_id,
        "select sum(measures_done) as done, sum(measures_planned) as planned, count(*) as projects"
        " from fct_vice_chair_projects_projects where term_no = 1 and has_measures and valid_to is null",
    )
    text = read(PAGE, term="第1届（2020–2021）").text
    assert f"{first['projects']} 个项目承诺 {first['planned']} 条，已兑现 {first['done']} 条" in text
    assert "到期未兑现" in text


def test_ledger_of_all_terms_says_what_the_kpi_says(at_house: Settings, release_id: str) -> None:
    kpi = values.by_kpi(release_id, *NATION)["vc_measure_fulfilment"]
    assert f"承诺 {kpi.denominator:.0f} 条，已兑现 {kpi.numerator:.0f} 条" in read(PAGE, term="各届").text


def test_before_the_second_term_the_first_is_shown(at_house: Settings) -> None:
    page = read(PAGE, period="2021年3月")
    assert page.errors == []
    assert "2021年，项目 × 应办期" in page.text
    assert "T1N" not in page.text


def test_region_without_projects_is_not_reported(at_house: Settings) -> None:
    page = read(PAGE, region="台湾")
    assert page.errors == []
    assert "没有报送不等于零" in page.text


def test_pictures_speak_english(at_house: Settings) -> None:
    page = read(PAGE, lang="EN")
    assert page.errors == []
    assert "Supervision calendar" in page.text
    assert "checkpoints of" in page.text
