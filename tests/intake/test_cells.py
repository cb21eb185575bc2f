"""Single cells that are written oddly: repaired with a message, or their row quarantined with a message."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.intake import files
from warehouse.intake.judge import Judgement
from warehouse.settings import Settings

CASE, EVENT, SESSION = "dispute_mediation.case", "skills_to_community.event", "health_checkup.session"
CENTRE, SHIFT, BENEFIT = "dispute_mediation.centre", "model_worker_tourism.shift", "innovation_expo.benefit"
MEMBER, HALL, CHECKPOINT = "social_org_federation.member_org", "innovation_expo.hall", "vice_chair_projects.checkpoint"
ACHIEVEMENT, STUDIO, MEMBERSHIP = (
    "innovation_expo.achievement",
    "women_innovation_studios.studio",
    "gba_studio_alliance.membership",
)


@dataclass(frozen=True)
class Odd:
    """A cell as written, the code it must be reported with, and the value it becomes."""

    code: str
    table: str
    column: str
    raw: str
    value: object = None
    also: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """The name of the test."""
        return f"{self.code}-{self.column}-{self.raw[:12]!r}"


REPAIRED = [
    Odd("D16", EVENT, "residents_served", "１２３４", 1234),
    Odd("D17", EVENT, "residents_served", "1,234", 1234),
    Odd("D17", EVENT, "residents_served", "1，234", 1234),
    Odd("D17", CASE, "amount_claimed_yuan", "1,234,567.50", Decimal("1234567.50")),
    Odd("D17", CASE, "amount_claimed_yuan", "￥1,234.50", Decimal("1234.50")),
    Odd("D19", CASE, "amount_claimed_yuan", "¥ 200", Decimal("200.00")),
    Odd("D22", CASE, "amount_claimed_yuan", "约人民币300元", Decimal("300.00")),
    Odd("D19", EVENT, "residents_served", "1.2万", 12000),
    Odd("D19", BENEFIT, "benefit_yuan", "14.66亿元", Decimal("1466000000.00")),
    Odd("D19", BENEFIT, "benefit_yuan", "3万5千", Decimal("35000.00")),
    Odd("D22", EVENT, "residents_served", "50余", 50),
    Odd("D22", EVENT, "residents_served", "1000多", 1000),
    Odd("D22", BENEFIT, "benefit_yuan", "近20亿", Decimal("2000000000.00")),
    Odd("D22", BENEFIT, "benefit_yuan", "约3.3亿", Decimal("330000000.00")),
    Odd("D22", BENEFIT, "benefit_yuan", "超过3亿", Decimal("300000000.00")),
    Odd("D24", EVENT, "teachers", "十二", 12),
    Odd("D24", EVENT, "teachers", "三", 3),
    Odd("D24", EVENT, "residents_served", "壹万", 10000),
    Odd("D24", EVENT, "teachers", "两", 2),
    Odd("D25", EVENT, "service_hours", "-", None),
    Odd("D25", EVENT, "service_hours", "—", None),
    Odd("D25", EVENT, "service_hours", "/", None),
    Odd("D25", EVENT, "service_hours", "无", None),
    Odd("D25", EVENT, "service_hours", "暂无", None),
    Odd("D25", EVENT, "service_hours", "N/A", None),
    Odd("D25", CASE, "accepted_on", "待报", None, (("closed_on", ""), ("confirmed_on", ""))),
    Odd("D25", CASE, "remarks", "无", None),
    Odd("D32", EVENT, "residents_served", "'00123", 123),
    Odd("D34", CASE, "region_code", "410300.0", "410300"),
    Odd("D34", CASE, "region_code", "4103", "410300"),
    Odd("D35", EVENT, "event_date", "2024年5月22日", date(2024, 5, 22)),
    Odd("D35", EVENT, "event_date", "二〇二四年五月二十二日", date(2024, 5, 22)),
    Odd("D36", EVENT, "event_date", "2024.5.22", date(2024, 5, 22)),
    Odd("D36", EVENT, "event_date", "2024/5/22", date(2024, 5, 22)),
    Odd("D36", EVENT, "event_date", "20240522", date(2024, 5, 22)),
    Odd("D36", EVENT, "event_date", "22/05/2024", date(2024, 5, 22)),
    Odd("D36", CHECKPOINT, "due_period", "2024年5月", "2024-05"),
    Odd("D36", CHECKPOINT, "due_period", "２０２４Q2", "2024Q2"),
    Odd("D36", CHECKPOINT, "due_period", "2024年上半年", "2024H1"),
    Odd("D37", EVENT, "event_date", "45434", date(2024, 5, 22)),
    Odd("D43", EVENT, "event_date", "2024-05-22 00:00:00", date(2024, 5, 22)),
    Odd("D43", EVENT, "event_date", "2024-05-21T16:00:00Z", date(2024, 5, 22)),
    Odd("D16", EVENT, "event_date", "２０２４-05-22", date(2024, 5, 22)),
    Odd("D36", EVENT, "report_period", "2024/5", "2024-05"),
    Odd("D36", EVENT, "report_period", "202405", "2024-05"),
    Odd("D35", EVENT, "report_period", "2024年5月", "2024-05"),
    Odd("D44", CASE, "province_code", "豫", "41"),
    Odd("D44", CASE, "province_code", "河 南 省", "41"),
    Odd("D44", CASE, "province_code", "41", "41"),
    Odd("D44", CASE, "province_code", "410000", "41"),
    Odd("D44", CASE, "province_code", "HA", "41"),
    Odd("D44", CASE, "province_code", "Henan", "41"),
    Odd("D48", CASE, "region_code", "偃师市", "410307"),
    Odd("D48", CASE, "region_code", "410381", "410307"),
    Odd("D49", CASE, "region_code", "410171", "410100"),
    Odd("D50", SESSION, "worker_group", "新业态形态劳动者", "其他新就业形态"),
    Odd("D50", SESSION, "worker_group", "新就业形态劳动者", "其他新就业形态"),
    Odd("D50", STUDIO, "level", "国家级", "全国"),
    Odd("D59", EVENT, "community", "幸福\n社区", "幸福 社区"),
    Odd("D61", SESSION, "worker_group", "“快递员”", "快递员"),
    Odd("D61", EVENT, "province_code", "“河南省”", "41"),
    Odd("D61", EVENT, "service_item", "“茶艺”", "茶艺"),
    Odd("D61", EVENT, "event_date", "“2024-05-22”", date(2024, 5, 22)),
    Odd("D61", EVENT, "residents_served", "“12”", 12),
    Odd("D16", CASE, "region_code", "４１０３００", "410300"),
    Odd("D63", EVENT, "community", "幸福\u200b社区", "幸福社区"),
    Odd("D63", EVENT, "community", "\u00a0幸福社区", "幸福社区"),
    Odd("D63", EVENT, "community", "幸福社区\u3000", "幸福社区"),
    Odd("D63", EVENT, "residents_served", "12\u200b", 12),
    Odd("D67", EVENT, "community", "<script>alert(1)</script>", "<script>alert(1)</script>"),
    Odd("D81", EVENT, "service_item", "茶艺、插花", "茶艺、插花"),
    Odd("D81", EVENT, "service_item", "插花,茶艺;其他", "插花、茶艺、其他"),
    Odd("D83", CENTRE, "has_station", "√", True),
    Odd("D83", CENTRE, "has_station", "×", False),
    Odd("D83", CENTRE, "has_station", "1", True),
    Odd("D83", CENTRE, "has_station", "0", False),
    Odd("D83", CENTRE, "has_station", "Y", True),
    Odd("D83", CENTRE, "has_station", "有", True),
    Odd("D83", CENTRE, "has_station", "无", False),
]

QUARANTINED = [
    Odd("D10", CASE, "province_code", ""),
    Odd("D18", EVENT, "residents_served", "1,23"),
    Odd("D18", CASE, "amount_claimed_yuan", "￥1,23"),
    Odd("D100", EVENT, "residents_served", "￥12"),
    Odd("D23", EVENT, "residents_served", "4~5"),
    Odd("D23", EVENT, "residents_served", "4-5家"),
    Odd("D26", EVENT, "residents_served", "#REF!"),
    Odd("D26", EVENT, "event_date", "#VALUE!"),
    Odd("D26", EVENT, "community", "#N/A"),
    Odd("D26", EVENT, "service_item", "####"),
    Odd("D29", EVENT, "teachers", "12.5"),
    Odd("D30", EVENT, "teachers", "-5"),
    Odd("D30", CASE, "subsidy_yuan", "-300"),
    Odd("D31", EVENT, "teachers", "(1,234)"),
    Odd("D33", MEMBER, "org_uscc", "9.14E+17"),
    Odd("D33", CASE, "case_no", "9.14E+17"),
    Odd("D38", EVENT, "event_date", "5月22日"),
    Odd("D38", EVENT, "event_date", "2024年5月"),
    Odd("D39", EVENT, "event_date", "05/06/2024"),
    Odd("D39", EVENT, "report_period", "2024.1"),
    Odd("D40", EVENT, "event_date", "2024-02-30"),
    Odd("D40", EVENT, "event_date", "2023-02-29"),
    Odd("D40", EVENT, "event_date", "若干"),
    Odd("D41", EVENT, "event_date", "2025-12-31"),
    Odd("D42", CASE, "closed_on", "2024-05-01", None, (("confirmed_on", ""),)),
    Odd("D45", CASE, "province_code", "HN"),
    Odd("D45", CASE, "province_code", "HB"),
    Odd("D45", CASE, "province_code", "SX"),
    Odd("D46", CASE, "region_code", "南昌"),
    Odd("D46", CASE, "region_code", "360100"),
    Odd("D46", CASE, "region_code", "火星区"),
    Odd("D46", CASE, "region_code", "419999"),
    Odd("D51", CASE, "province_code", "大湾区"),
    Odd("D51", CASE, "province_code", "全国"),
    Odd("D51", CASE, "province_code", "火星省"),
    Odd("D65", EVENT, "community", "=cmd|'/c calc'!A1"),
    Odd("D65", EVENT, "community", "+1+1"),
    Odd("D65", EVENT, "community", "@SUM(A1)"),
    Odd("D65", EVENT, "community", "-2+3"),
    Odd("D65", EVENT, "community", "\t=1"),
    Odd("D65", EVENT, "residents_served", "=1+1"),
    Odd("D65", EVENT, "service_item", "=茶艺"),
    Odd("D66", EVENT, "community", "长" * 501),
    Odd("D66", EVENT, "reporting_unit", "长" * 61),
    Odd("D68", EVENT, "community", "张三110101199003070011"),
    Odd("D68", EVENT, "remarks", "１１０１０１１９９００３０７００１１"),
    Odd("D68", EVENT, "remarks", "110101 19900307 0011"),
    Odd("D68", EVENT, "remarks", "11010519491231002X"),
    Odd("D68", EVENT, "residents_served", "110101199003070011"),
    Odd("D68", EVENT, "remarks", "410302800101123"),
    Odd("D69", EVENT, "community", "13800138000"),
    Odd("D69", EVENT, "remarks", "联系138 0013 8000"),
    Odd("D69", EVENT, "remarks", "电话0379-63212345"),
    Odd("D69", EVENT, "remarks", "卡号6222021234567890128"),
    Odd("D69", EVENT, "remarks", "6222 0202 0011 1224"),
    Odd("D69", EVENT, "remarks", "622202 0200111223349"),
    Odd("D69", EVENT, "students", "13800138000"),
    Odd("D69", EVENT, "community", "138\u200b00138000"),
    Odd("D80", EVENT, "satisfied_n", "999"),
    Odd("D81", CASE, "source", "法院、当事人申请"),
    Odd("D82", CASE, "outcome", "基本成功"),
    Odd("D82", HALL, "hall_no", "18号"),
    Odd("D82", CHECKPOINT, "due_period", "2024年13月"),
    Odd("D82", CENTRE, "has_station", "大概"),
    Odd("D99", EVENT, "report_period", ""),
    Odd("D99", EVENT, "community", ""),
    Odd("D99", EVENT, "community", "—"),
    Odd("D99", CASE, "region_code", ""),
    Odd("D99", CHECKPOINT, "result_grade", "", None, (("checkpoint_type", "年评估"),)),
    Odd("D100", EVENT, "teachers", "若干"),
    Odd("D102", MEMBER, "org_uscc", "51410300MJ00000019"),
    Odd("D103", EVENT, "report_period", "2024-07"),
    Odd("D104", SHIFT, "volunteer_hours", "500", None, (("volunteers", "5"),)),
    Odd("D104", SHIFT, "volunteers", "0", None, (("volunteer_hours", "0.1"),)),
    Odd("D104", BENEFIT, "benefit_year", "1980"),
    Odd("D104", CENTRE, "mediators", "0", None, (("union_legal_workers", "0"),)),
]


@pytest.mark.parametrize("odd", REPAIRED, ids=[odd.label for odd in REPAIRED])
def test_odd_cell_is_repaired_and_told(odd: Odd, settings: Settings) -> None:
    judgement = _judge_with(odd, settings)

    assert (odd.code, odd.column) in _told(judgement, odd), judgement.receipt.messages
    assert files.frame_of(judgement).filter(pl.col("line") == 3)[odd.column].to_list() == [odd.value]
    assert judgement.receipt.rows_accepted == 3


@pytest.mark.parametrize("odd", QUARANTINED, ids=[odd.label for odd in QUARANTINED])
def test_bad_cell_quarantines_its_row_and_says_where(odd: Odd, settings: Settings) -> None:
    judgement = _judge_with(odd, settings)

    receipt = judgement.receipt
    stopping = [message for message in receipt.messages if message.severity == "quarantine"]
    assert [(message.code, message.row) for message in stopping] == [(odd.code, 3)], receipt.messages
    assert "第3行" in stopping[0].zh
    if odd.code in ("D26", "D30", "D33", "D65", "D80", "D102", "D104"):
        assert odd.raw.strip().removesuffix(".0") in stopping[0].zh
    assert (receipt.status, receipt.rows_accepted, receipt.rows_quarantined) == ("warned", 2, 1)
    assert files.frame_of(judgement)["line"].to_list() == [2, 4]


@pytest.mark.parametrize(
    ("raw", "sign"), [("50余", "≥"), ("50多", "≥"), ("超过50", "≥"), ("不少于50", "≥"), ("近50", "≤"), ("约50", "≈")]
)
def test_word_of_a_cell_is_kept_as_its_sign(raw: str, sign: str, settings: Settings) -> None:
    judgement = _judge_with(Odd("D22", EVENT, "residents_served", raw), settings)

    assert files.frame_of(judgement)["inexact"].to_list() == [None, f"residents_served{sign}", None]


def test_quality_of_a_row_counts_for_its_other_measures(settings: Settings) -> None:
    table = files.table_of(EVENT)
    rows = files.valid_rows(table)
    for row in rows:
        row.update(service_hours="", satisfaction_n="", satisfied_n="", students="约7")
    rows[1]["value_qualifier"] = "余"
    judgement = _judge_rows(EVENT, rows, settings)

    assert files.frame_of(judgement)["inexact"].to_list() == [
        "students≈",
        "teachers≥;students≈;residents_served≥",
        "students≈",
    ]


@pytest.mark.parametrize(
    ("province", "region", "expected"),
    [
        ("广东", "广州市", "440100"),
        ("广东省", "广州", "440100"),
        ("广东省", "广东省", "440000"),
        ("广东省", "440000", "440000"),
        ("辽宁", "沈阳市铁西区", "210106"),
        ("辽宁", "辽宁省沈阳市铁西区", "210106"),
        ("吉林", "四平市铁西区", "220302"),
        ("吉林", "铁西区", "220302"),
        ("吉林", "吉林市", "220200"),
        ("青海", "海南", "632500"),
        ("海南", "海南", "460000"),
        ("河南", "济源市", "419001"),
        ("河南", "济源示范区", "419001"),
        ("北京", "海淀区", "110108"),
        ("廣東", "深圳", "440300"),
        ("浙江", "下城区", "330105"),
        ("浙江", "330103", "330105"),
        ("河北", "130371", "130300"),
        ("香港", "香港", "810000"),
        ("台湾", "710000", "710000"),
    ],
)
def test_place_is_recognised(province: str, region: str, expected: str, settings: Settings) -> None:
    judgement = _judge_place(province, region, settings)

    assert files.frame_of(judgement)["region_code"].to_list() == [expected, expected], judgement.receipt.messages


@pytest.mark.parametrize(
    ("province", "region", "code"),
    [
        ("辽宁", "铁西区", "D47"),
        ("吉林", "吉林", "D45"),
        ("山东", "莱芜市", "D48"),
        ("山东", "371200", "D48"),
        ("广东", "南昌", "D46"),
        ("江西", "朝阳区", "D46"),
    ],
)
def test_ambiguous_place_is_quarantined_with_its_choices(
    province: str, region: str, code: str, settings: Settings
) -> None:
    judgement = _judge_place(province, region, settings)

    stopping = [message for message in judgement.receipt.messages if message.severity == "quarantine"]
    assert [message.code for message in stopping] == [code, code]
    assert judgement.receipt.status == "refused"


def test_alliance_may_say_greater_bay_area_and_leave_the_region_blank(settings: Settings) -> None:
    table = files.table_of(MEMBERSHIP)
    rows = files.valid_rows(table)
    for row, (province, region, studio) in zip(
        rows, [("大湾区", "", "810000"), ("广东省", "", "广州市"), ("香港", "", "澳门")], strict=True
    ):
        row.update(province_code=province, region_code=region, studio_region=studio)
    judgement = _judge_rows(MEMBERSHIP, rows, settings)

    frame = files.frame_of(judgement).select(pl.col("province_code", "region_code", "studio_region").cast(pl.String))
    assert frame.rows() == [("00", "000000", "810000"), ("44", "440000", "440100"), ("81", "810000", "820000")]


def test_studio_outside_the_alliance_is_quarantined(settings: Settings) -> None:
    judgement = _judge_with(Odd("D46", MEMBERSHIP, "studio_region", "360100"), settings)

    assert "D46" in files.codes(judgement)
    assert judgement.receipt.rows_quarantined == 1


def test_nothing_is_an_allowed_value_where_the_contract_lists_it(settings: Settings) -> None:
    judgement = _judge_with(Odd("", ACHIEVEMENT, "patent_status", "无"), settings)

    assert files.frame_of(judgement)["patent_status"].cast(pl.String).to_list()[1] == "无"
    assert files.codes(judgement) == []


def test_brackets_of_either_width_mean_the_same_value(settings: Settings) -> None:
    judgement = _judge_with(Odd("", CENTRE, "centre_level", "市（示范区）"), settings)

    assert files.frame_of(judgement)["centre_level"].cast(pl.String).to_list()[1] == "市(示范区)"


def test_all_rows_bad_makes_the_file_refused(settings: Settings) -> None:
    rows = files.valid_rows(files.table_of(EVENT))
    for row in rows:
        row["teachers"] = "若干"

    receipt = _judge_rows(EVENT, rows, settings).receipt

    assert (receipt.status, receipt.rows_in, receipt.rows_accepted, receipt.rows_quarantined) == ("refused", 3, 0, 3)


def _judge_with(odd: Odd, settings: Settings) -> Judgement:
    rows = files.valid_rows(files.table_of(odd.table))
    rows[1].update(dict(odd.also))
    rows[1][odd.column] = odd.raw
    return _judge_rows(odd.table, rows, settings)


def _judge_rows(name: str, rows: list[files.Row], settings: Settings) -> Judgement:
    table = files.table_of(name)
    path: Path = settings.seeds / table.programme / f"演示_{table.name_zh}.csv"
    return files.judged(files.write_text(path, files.to_text(files.grid_of(table, rows))), settings)


def _judge_place(province: str, region: str, settings: Settings) -> Judgement:
    rows = files.valid_rows(files.table_of(CASE), 2)
    for row in rows:
        row.update(province_code=province, region_code=region)
    return _judge_rows(CASE, rows, settings)


def _told(judgement: Judgement, odd: Odd) -> list[tuple[str, str]]:
    header = files.table_of(odd.table).column(odd.column).header
    return [
        (message.code, odd.column)
        for message in judgement.receipt.messages
        if message.column == header and message.row == 3
    ]
