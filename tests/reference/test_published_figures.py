"""The published figures: all of them, with their qualifiers, and nothing invented where the source had no number."""

import re
from collections import Counter

import pytest

from tests.reference.lists import read

SIGN_OF_WORD = {"余": "≥", "多": "≥", "超过": "≥", "不少于": "≥", "等(不少于)": "≥", "近": "≤", "约": "≈"}
# Quotients of approximate figures: near over near, and two that rest on a share rounded to whole percents.
APPROXIMATE_DERIVATIONS = {"P144", "P145", "P151"}


@pytest.fixture(scope="module")
def figures() -> list[dict[str, str]]:
    return read("published_figures")


def test_figures_are_all_154_in_order(figures: list[dict[str, str]]) -> None:
    assert [figure["figure_id"] for figure in figures] == [f"P{number:03}" for number in range(1, 155)]


def test_figures_stand_in_known_regions_and_programmes(figures: list[dict[str, str]]) -> None:
    regions = {region["region_code"] for region in read("regions")}
    programmes = {programme["programme"] for programme in read("programmes")}
    for figure in figures:
        assert figure["region_code"] in regions, figure
        assert figure["region_code"][:2] == figure["province_code"]
        assert figure["programme"] in programmes
    assert {figure["programme"] for figure in figures} == programmes


def test_signs_follow_the_word_of_the_source(figures: list[dict[str, str]]) -> None:
    for figure in figures:
        word = figure["qualifier"].split("|")[0]
        expected = SIGN_OF_WORD.get(word, "") if figure["value"] else ""
        if figure["figure_id"] in APPROXIMATE_DERIVATIONS:
            expected = "≈"
        assert figure["sign"] == expected, figure


def test_figures_without_a_number_stay_blank(figures: list[dict[str, str]]) -> None:
    blank = {figure["figure_id"] for figure in figures if not figure["value"]}
    assert blank == {"P040", "P065", "P066", "P117", "P118", "P134"}


def test_figures_are_numbers_unless_they_are_dates(figures: list[dict[str, str]]) -> None:
    for figure in figures:
        if figure["unit_zh"] == "日期":
            assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", figure["value"]), figure
        elif figure["value"]:
            assert re.fullmatch(r"\d+(\.\d+)?", figure["value"]), figure


def test_ranges_keep_both_ends(figures: list[dict[str, str]]) -> None:
    ranges = {f["figure_id"]: (f["value"], f["value_upper"]) for f in figures if f["value_upper"]}
    assert ranges == {"P051": ("4", "5"), "P133": ("5", "6")}


def test_figures_not_to_be_published_are_derived_ones(figures: list[dict[str, str]]) -> None:
    hidden = {figure["figure_id"] for figure in figures if figure["is_publishable"] == "false"}
    assert hidden == {f"P{n}" for n in (129, 134, 135, 136, 141, 142, 143, 147, 148, 149)}
    assert {figure["figure_type"] for figure in figures if figure["figure_id"] in hidden} == {"derived"}


def test_periods_are_years_months_or_days(figures: list[dict[str, str]]) -> None:
    for figure in figures:
        for column in ("period_start", "as_of"):
            assert re.fullmatch(r"(\d{4}(-\d{2}){0,2})?", figure[column]), figure
        if figure["period_start"] and figure["as_of"]:
            assert figure["period_start"][:4] <= figure["as_of"][:4]


def test_figure_types_are_counted_as_documented(figures: list[dict[str, str]]) -> None:
    assert Counter(figure["figure_type"] for figure in figures) == {
        "quantity": 62,
        "derived": 36,
        "rule": 26,
        "list": 21,
        "date": 9,
    }


@pytest.mark.parametrize(
    ("figure_id", "value", "sign", "kpi"),
    [
        ("P021", "50", "≥", "vc_legal_sessions"),
        ("P032", "1466000000", "", "ie_benefit_reported"),
        ("P033", "53", "", "mt_active_teams"),
        ("P055", "150", "≥", ""),
        ("P083", "210", "", "ws_studios_provincial"),
        ("P098", "300000000", "≥", ""),
        ("P103", "330000000", "≈", ""),
        ("P111", "50", "≤", "ga_projects_closed"),
        ("P112", "2000000000", "≤", "ga_value"),
    ],
)
def test_figures_say_what_the_source_says(
    figures: list[dict[str, str]], figure_id: str, value: str, sign: str, kpi: str
) -> None:
    figure = next(figure for figure in figures if figure["figure_id"] == figure_id)
    assert (figure["value"], figure["sign"], figure["kpi"]) == (value, sign, kpi)


def test_subjects_are_organisations_and_not_persons(figures: list[dict[str, str]]) -> None:
    performers = next(figure for figure in figures if figure["figure_id"] == "P031")
    assert performers["subject"].split("、")[-1] == "一位技能大师"
