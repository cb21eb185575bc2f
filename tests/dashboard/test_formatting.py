"""Numbers, periods and dates as readers write them."""

from dataclasses import replace

import pytest

from dashboard import formatting
from dashboard.data.figures import Figure
from dashboard.data.kpis import Kpi
from dashboard.data.values import Value
from dashboard.i18n import CHINESE, ENGLISH, using

KPI = Kpi(
    code="x",
    programme="p",
    label_zh="指标",
    label_en="KPI",
    definition_zh="",
    definition_en="",
    numerator_zh=None,
    numerator_en=None,
    denominator_zh=None,
    denominator_en=None,
    trap_zh=None,
    trap_en=None,
    unit="count",
    unit_zh="人次",
    unit_en="times",
    direction="higher",
    basis="period",
    grain="month",
    is_ratio=False,
    is_additive_over_regions=True,
    is_additive_over_time=True,
    is_ranked=True,
    is_headline=False,
    is_card=True,
    is_category_only=False,
    small_count_limit=5,
    small_count_noun_zh="件",
    small_count_noun_en="cases",
    fact_model="f",
    table_name="t",
    definition_path="f.yml",
    numerator_sql="count(*)",
    denominator_sql=None,
    row_filter_sql=None,
    rows_basis="period",
    rows_date_column="d",
    rows_from_column=None,
    rows_to_column=None,
)
VALUE = Value(
    kpi="x",
    region="000000",
    period="2024-05",
    origin="submitted",
    category=None,
    numerator=1.0,
    denominator=None,
    value=1.0,
    value_upper=None,
    qualifier="",
    target=None,
    target_upper=None,
    status="no_target",
    rows=1,
    as_of=None,
    provinces_reported=1,
    is_masked=False,
)
PERCENT = replace(KPI, unit="percent", unit_zh="%", unit_en="%", is_ratio=True)
DAYS = replace(KPI, unit="days", unit_zh="天", unit_en="days")
FIGURE = Figure(
    "P1",
    "标题",
    "p",
    "410000",
    "河南省",
    "",
    "数",
    "1",
    None,
    "元",
    "余",
    "",
    "2024",
    None,
    False,
    "quantity",
    None,
    True,
    None,
)


@pytest.mark.parametrize(
    ("number", "chinese", "english"),
    [
        (0, "0 人次", "0 times"),
        (9_999, "9,999 人次", "9,999 times"),
        (10_000, "1 万人次", "10,000 times"),
        (15_400, "1.54 万人次", "15,400 times"),
        (183_700, "18.4 万人次", "183,700 times"),
        (1_466_000_000, "14.7 亿人次", "1.47 billion times"),
        (-23_000, "−2.3 万人次", "−23,000 times"),
    ],
)
def test_counts_come_in_wan_and_yi_or_millions(number: float, chinese: str, english: str) -> None:
    with using(CHINESE):
        assert formatting.amount(number, KPI).text == chinese
    with using(ENGLISH):
        assert formatting.amount(number, KPI).text == english


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        (0.764, "76.4"),
        (1, "100"),
        (0.9996, "99.9"),
        (0, "0"),
        (0.0002, "<0.1"),
        (0.8, "80.0"),
        (-0.1, "−10.0"),
        (1.2, "120.0"),
    ],
)
def test_percent_is_never_rounded_up_to_100_nor_down_to_0(ratio: float, shown: str) -> None:
    assert formatting.percent(ratio) == shown


@pytest.mark.parametrize(
    ("now", "before", "kpi", "shown"),
    [
        (0.764, 0.743, PERCENT, "+2.1 pp"),
        (0.7, 0.8, PERCENT, "−10 pp"),
        (21, 27, DAYS, "−6 天"),
        (112, 100, KPI, "+12%"),
        (88, 100, KPI, "−12%"),
        (3, 0, KPI, "+3"),
        (5, 5, KPI, "0%"),
    ],
)
def test_differences_are_in_points_days_or_percent(now: float, before: float, kpi: Kpi, shown: str) -> None:
    with using(CHINESE):
        assert formatting.difference(now, before, kpi) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "未报"),
        (replace(VALUE, value=None), "未报"),
        (replace(VALUE, value=None, is_masked=True), "少于5件，不显示"),
        (replace(VALUE, value=None, is_masked=True, is_beside_few=True), "不单列"),
        (replace(VALUE, value=50.0, qualifier="≥"), "≥50 人次"),
        (replace(VALUE, value=2e9, qualifier="≤"), "≤20 亿人次"),
        (replace(VALUE, value=4.0, value_upper=5.0), "4–5 人次"),
    ],
)
def test_missing_masked_bounded_and_ranged_values_have_their_own_look(value: Value | None, shown: str) -> None:
    with using(CHINESE):
        assert formatting.value_amount(value, KPI).text == shown


def test_ratio_without_denominator_says_so() -> None:
    with using(CHINESE):
        assert formatting.value_amount(replace(VALUE, value=None, numerator=3.0), PERCENT).text == "无分母"


def test_target_has_no_decimals_that_say_nothing() -> None:
    with using(CHINESE):
        value = replace(VALUE, target=0.8, target_upper=1.0)
        assert formatting.target_text(value, PERCENT) == "目标 80–100%"
        assert formatting.target_text(VALUE, PERCENT) == "无目标"


@pytest.mark.parametrize(
    ("period", "chinese", "english"),
    [
        ("2024-05", "2024年5月", "May 2024"),
        ("2024Q2", "2024年二季度", "Q2 2024"),
        ("2024", "2024年", "2024"),
        ("all", "累计", "All time"),
    ],
)
def test_periods_have_names(period: str, chinese: str, english: str) -> None:
    with using(CHINESE):
        assert formatting.period_name(period) == chinese
    with using(ENGLISH):
        assert formatting.period_name(period) == english


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"value": "1466000000"}, "14.66 亿元"),
        ({"value": "2000000000", "sign": "≤"}, "≤20 亿元"),
        ({"value": "4", "value_upper": "5", "unit_zh": "家"}, "4–5 家"),
        ({"value": "0.32", "unit_zh": "比例"}, "32.0%"),
        ({"value": "2024-05-22", "unit_zh": "日期"}, "2024-05-22"),
        ({"value": "2020", "unit_zh": "年"}, "2020 年"),
        ({"value": "1", "unit_zh": "布尔"}, "有"),
        ({"value": None}, "原文无数"),
        ({"value": None, "is_publishable": False}, "推算，不作数字展示"),
    ],
)
def test_published_figures_are_shown_as_given(changes: dict[str, str | None], shown: str) -> None:
    with using(CHINESE):
        assert formatting.figure_amount(replace(FIGURE, **changes)).text == shown  # type: ignore[arg-type]


COVERAGE = replace(PERCENT, code="dm_coverage_county", reference_measure="county_units")


def test_statistic_that_is_not_there_is_no_denominator_and_no_rows_are_not_reported() -> None:
    """The engine writes both sides of a missing ratio as nothing."""
    empty = replace(VALUE, value=None, numerator=None, denominator=None, rows=7)
    share = replace(PERCENT, reference_measure="dispute_closures")
    with using(CHINESE):
        assert formatting.value_amount(empty, share).text == "无分母"
        assert formatting.value_amount(replace(empty, rows=0), share).text == "未报"
        assert formatting.value_amount(empty, PERCENT).text == "未报"
        assert formatting.value_amount(empty, COVERAGE).text == "未报"
        assert formatting.value_amount(None, share).text == "未报"


def test_small_bound_has_one_sign_only() -> None:
    with using(CHINESE):
        assert formatting.value_amount(replace(VALUE, value=0.00035, qualifier="≥"), COVERAGE).text == "≥0.035%"
