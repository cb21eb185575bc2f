"""What is hidden beside the few, and what subtraction still tells."""

from itertools import groupby

import pytest

from dashboard.data import asking, connection, masking, values
from tests.dashboard.reader import read
from warehouse.settings import Settings

FINDINGS = ("hc_abnormal_rate", "hc_followup_rate")


def longer(period: str) -> list[tuple[str, str]]:
    """The periods that a period adds up to, each with the kind of its parts."""
    if period == "all":
        return []
    if "Q" in period:
        return [(period[:4], "quarter")]
    if "-" in period:
        return [(f"{period[:4]}Q{(int(period[5:]) + 2) // 3}", "month"), (period[:4], "month")]
    return [("all", "year")]


@pytest.mark.parametrize("kpi", FINDINGS)
def test_no_subtraction_over_regions_or_periods_gives_few_findings_away(
    kpi: str, at_house: Settings, release_id: str
) -> None:
    beside = masking.beside_few(release_id)
    rows = connection.rows(
        release_id,
        "select region, period, origin, numerator, denominator, parent_code as parent from mart_kpi_values"
        " inner join dim_region on region = region_code where kpi = $kpi and category is null and value is not null",
        {"kpi": kpi},
    )
    cells = {(row["region"], row["period"]): row for row in rows}
    assert {row["origin"] for row in rows} == {"demonstration"}

    def few(row: dict[str, float]) -> bool:
        return 0 < row["numerator"] < 5 or 0 < row["denominator"] < 5

    def hidden(region: str, period: str) -> bool:
        return few(cells[region, period]) or (kpi, "demonstration", region, period) in beside

    parts = [
        (whole, kind, place)
        for place, row in cells.items()
        for whole, kind in [
            ((row["parent"], place[1]), "region"),
            *(((place[0], period), kind) for period, kind in longer(place[1])),
        ]
        if whole in cells and row["denominator"] > 0
    ]
    looked_at = 0
    for (whole, _), group in groupby(sorted(parts), key=lambda part: part[:2]):
        places = [place for *_, place in group]
        if sum(cells[place]["denominator"] for place in places) != cells[whole]["denominator"]:
            continue
        secret = [place for place in places if hidden(*place)]
        if hidden(*whole):
            assert secret, whole
        elif secret:
            looked_at += 1
            assert len(secret) >= 2, (whole, secret)
            assert sum(cells[place]["denominator"] for place in secret) >= 10, (whole, secret)
    assert looked_at > 20
    assert any(not few(cells[region, period]) for one, _, region, period in beside if one == kpi)


def test_value_hidden_beside_few_says_so_wherever_it_stands(at_house: Settings, release_id: str) -> None:
    beside = masking.beside_few(release_id)
    kpi, origin, region, period = min(place for place in beside if place[0] == "hc_abnormal_rate" and "-" in place[3])
    value = values.by_kpi(release_id, region, period, origin)[kpi]
    assert (value.is_masked, value.is_beside_few, value.value, value.rows) == (True, True, None, None)
    history = {one.period: one for one in values.series(release_id, region, "month", origin, "health_checkup")[kpi]}
    assert history[period].is_beside_few
    page = read("records", kpi=kpi, region=region, period=period)
    assert page.errors == []
    assert "不单列" in page.text and "相减" in page.text
    assert not page.app.get("download_button")
    sql = f"select value, numerator, rows, is_masked from mart_kpi_values where kpi = '{kpi}' and region = '{region}'"
    answer = asking.ask(release_id, f"{sql} and period = '{period}' and origin = '{origin}' and category is null")
    assert answer.rows == ((None, None, None, True),)


def test_findings_of_the_nation_are_shown(at_house: Settings, release_id: str) -> None:
    hidden = {place for place in masking.beside_few(release_id) if place[2] == "000000"}
    assert hidden == set()


def test_counts_of_cases_follow_by_subtraction_as_documented(at_house: Settings, release_id: str) -> None:
    """Decision 15: what is not told of a city's cases is what the province has more than its other cities."""
    henan, luoyang, zhengzhou = (
        values.by_kpi(release_id, code, "2024-05", "submitted")["dm_success_rate"]
        for code in ("410000", "410300", "410100")
    )
    assert zhengzhou.is_masked
    assert henan.denominator is not None and luoyang.denominator is not None
    assert henan.denominator - luoyang.denominator == 3
    assert {place[0] for place in masking.beside_few(release_id)} == set(FINDINGS)


def _whole(*sizes: int) -> list[masking.Part]:
    """Cells 0, 1, 2 … of these sizes, which together are cell 100."""
    return [masking.Part(100, "region", cell, size, size, 5) for cell, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("sizes", "few", "hidden"),
    [
        ((60, 20, 3), {2}, {1}),  # the whole less the others would be the 3
        ((60, 30, 4, 4), {2, 3}, {1}),  # 8 could only be four and four
        ((60, 20, 7), set(), set()),
        ((60, 20, 4, 7), {2, 3}, set()),  # two are hidden, of 11
        ((3,), {0}, {100}),  # no part is left, so the whole goes
        ((2, 1), {100}, {1}),  # a hidden whole keeps a hidden part
    ],
)
def test_so_many_parts_are_hidden_that_none_follows(sizes: tuple[int, ...], few: set[int], hidden: set[int]) -> None:
    assert masking.beside(few, _whole(*sizes)) == hidden


def test_what_is_hidden_in_one_whole_is_looked_at_in_the_other() -> None:
    # Cell 1 is hidden beside cell 0 in their region; in its year it is then the only one, and cell 2 follows.
    year = [masking.Part(200, "month", cell, size, size, 5) for cell, size in ((1, 20), (2, 30), (3, 40))]
    assert masking.beside(
        {0},
        [
            *_whole(
                3,
                20,
            ),
            *year,
            masking.Part(100, "region", 9, 50, 50, 5),
        ],
    ) == {1, 2}
