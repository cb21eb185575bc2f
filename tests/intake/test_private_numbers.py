"""What counts as a number of a person and what does not, each value made up; and how the door sees it in a whole column."""

import csv

import polars as pl
import pytest

from tests.intake import files
from warehouse import contracts
from warehouse.intake import check_digits, privacy
from warehouse.intake.source import LOOKED_AT_ROWS
from warehouse.settings import CHECKOUT

_MATHEMATICAL = "".join(chr(0x1D7CE + int(digit)) for digit in "110101199003070011")
_ARABIC = "".join(chr(0x660 + int(digit)) for digit in "13800138000")

IDENTITIES = [
    "110101199003070011",
    "11010519491231002X",
    "11010519491231002x",
    "证号11010519491231002 X",
    "１１０１０１１９９００３０７００１１",
    _MATHEMATICAL,
    "110101.19900307.0011",
    "110101/19900307/0011",
    "110101_19900307_0011",
    "110101,19900307,0011",
    "110101·19900307·0011",
    "110101\u00a019900307\u20090011",
    "110101\u200b19900307\u20600011",
    "1 1 0 1 0 1 1 9 9 0 0 3 0 7 0 0 1 1",
    "11O1O1199OO3O7OO11",
    "ll0101199003070011",
    "I1010l199003070011",
    "一一〇一〇一一九九〇〇三〇七〇〇一一",
    "张三110101199003070011，洛阳",
    "410302800101123",
    "410302-800101-123",
    "110101~19900307~0011",
    "110101|19900307;0011",
    "11O1O1l99OO3O7OO1l",
    "810000199408230021",
    "830000199201300022",
    "911124198108030024",
]
PHONES = [
    "13800138000",
    "+8613800138000",
    "+86 138 0013 8000",
    "0086-13800138000",
    "008613800138000",
    "8613800138000",
    "86-138-0013-8000",
    "013800138000",
    _ARABIC,
    "138.0013.8000",
    "138/0013/8000",
    "138_0013_8000",
    "138,0013,8000",
    "138·0013·8000",
    "138 00138000",
    "(138)00138000",
    "1380013 8000",
    "1 3 8 0 0 1 3 8 0 0 0",
    "l38OO138OOO",
    "138O0138000",
    "13800138000.0",
    "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣",
    "一三八零零一三八零零零",
    "电话13800138000联系",
    "⑴⑶⑻⓪⓪⑴⑶⑻⓪⓪⓪",
    "¹³⁸⁰⁰¹³⁸⁰⁰⁰",
    "I39ooI39ooo",
    "+86(0371)63212345",
    "13800138000/13900139000",
    "138-0013-8000 139-0013-9000",
    "tel13800138000",
    "0379-63212345",
    "0379 63212345",
    "0379.6321.2345",
    "(0379)63212345",
    "（０３７９）６３２１２３４５",
    "0379—63212345-8001",
    "010-62345678",
    "+86 10 62345678",
    "86-379-63212345",
    "电话：63212345",
    "联系电话 6321-2345",
    "6222021234567890128",
    "6222 0212 3456 7890 128",
    "6222.0212.3456.7890.128",
    "622202 1234567890128",
    "6222_0212_3456_7890_128",
]
PERMITS = [
    "护照E12345678",
    "澳门居民身份证1234567(8)",
    "护照号：EA1234567",
    "passport no. G12345678",
    "Passport: X1234567",
    "港澳通行证C12345678",
    "回乡证 H12345678",
    "来往内地通行证H1234567800",
    "台胞证12345678",
    "台湾居民来往大陆通行证号码：01234567",
    "A123456(3)",
    "AB987654(3)",
    "A１２３４５６（３）",
    "CHN110059031703",
    "E123456782CHN8001014M3001019<<<<<<<<<<<<<<04",
    "军官证：军字第1234567号",
    "E12345678",
    "A123456789",
]
ACCOUNTS = [
    "zhang.san@example.com",
    "zhang_san＠example.cn",
    "zhangsan @ example . com",
    "zhangsan(at)example.com",
    "QQ邮箱：12345678",
    "微信：zhangsan_01",
    "微信号zhangsan",
    "微信zhangsan88",
    "WeChat: zhangsan88",
    "wechat id zhangsan88",
    "vx：abc12345",
    "VX zs_12345",
    "wx:zhangsan",
    "加V：zhangsan88",
    "加微zhangsan88",
    "微信12345678",
    "QQ12345678",
    "QQ号：12345678",
    "qq 12345678",
    "扣扣：１２３４５６７８",
]
ALLOWED = [
    "洛阳市第3小学",
    "DM-2024-05-000123",
    "20240510000123",
    "HN20240510000123",
    "E20240001",
    "WX20240001",
    "2024-05-10 13:45:30",
    "2024年5月10日13时30分",
    "2024/05/10、2024/05/11、2024/05/12",
    "2024.05.01-2024.05.31",
    "20240501-20240531",
    "13,800,138,000",
    "1,234,567.89",
    "138.00138000",
    "0.3333333333333333",
    "0.1234567890123456",
    "15000-100000元",
    "150、200、300、400人",
    "150/3000",
    "1380013-8000元",
    "经费13800138000元",
    "手机摄影大赛20240510",
    "编号：100000000000000",
    "豫劳人仲案字〔2024〕1001号",
    "91410300MA40000012",
    "统一社会信用代码：{credit}",
    "410300410301410302",
    "410300、410301、410302",
    "410300,410301,410302",
    "130100130200",
    "110101199003070012",
    "110101199013070013",
    "410302800132123",
    "410300240510001",
    "6222021234567890127",
    "12800138000",
    "138001380001234",
    "咨询热线12351",
    "服务热线400-123-4567",
    "电话咨询2000人次",
    "微信公众号推送12篇",
    "微信推送120000人次",
    "微信群3个",
    "QQ群12345",
    "扣扣子3个",
    "护照办理咨询1200人次",
    "居住证办理12345678人",
    "居住证政策宣讲",
    "A123456(4)",
    "A123456788",
    "一二三四五六",
    "第一、二、三、四期",
    "安全生产1-2-3-4-5班",
    "1.2.3.4.5.6.7.8.9.10.11",
    "Olympic 2024 lIlIl",
    "@工会会员",
    "24小时驿站（3号楼2单元101室）",
]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        *(("D68", text) for text in IDENTITIES),
        *(("D69", text) for text in PHONES),
        *(("D122", text) for text in PERMITS),
        *(("D123", text) for text in ACCOUNTS),
    ],
)
def test_number_of_a_person_is_found_in_free_text_and_starred_out_of_a_name(code: str, text: str) -> None:
    assert privacy.kind_of(text, "text") == code
    assert privacy.kinds(pl.Series(["甲", text, None, "乙"]), "text") == {text: code}
    assert privacy.may_identify(text)
    if privacy.kind_of(text, "id") is not None:
        assert privacy.kind_of(privacy.masked(f"{text}.csv"), "id") is None


@pytest.mark.parametrize("text", ALLOWED)
def test_what_is_no_number_of_a_person_is_let_by(text: str) -> None:
    text = text.replace("{credit}", files.credit_code(7))
    found = {kind: privacy.kind_of(text, kind) for kind in ("text", "id", "code", "date", "enum")}
    assert found == dict.fromkeys(found)
    assert privacy.kinds(pl.Series([text] * 3), "text") == {}


@pytest.mark.parametrize(
    ("text", "column_type", "code"),
    [
        # An amount of many digits is one, whatever its separators; a bare mobile number in it is a mobile number.
        ("13,800,138,000", "decimal", None),
        ("13,800,138,000.50", "decimal", None),
        ("6222021234567890128", "decimal", None),
        ("13800138000", "decimal", "D69"),
        ("13800138000.0", "decimal", "D69"),
        ("110101199003070011", "decimal", "D68"),
        ("13800138000", "int", "D69"),
        ("12345678901", "int", "D69"),
        ("1234567890", "int", None),
        ("138,001,380", "int", None),
        # The number that an office gives may look like a passport's.
        ("E12345678", "id", None),
        ("A123456789", "id", None),
        ("C1234567", "id", None),
        ("13800138000", "id", "D69"),
    ],
)
def test_what_a_number_is_depends_on_its_column(text: str, column_type: str, code: str | None) -> None:
    assert privacy.kind_of(text, column_type) == code
    assert privacy.kinds(pl.Series([text]), column_type) == ({text: code} if code else {})


def test_check_digits_are_those_of_known_examples() -> None:
    # The example of GB 11643, one of ICAO 9303, the usual examples of the cards of Hong Kong and Taiwan.
    assert check_digits.is_identity_number("11010519491231002X")
    assert not check_digits.is_identity_number("110105194912310021")
    assert check_digits.is_passport_line("L898902C36UTO7408122F1204159ZE184226B<<<<<10")
    assert not check_digits.is_passport_line("L898902C37UTO7408122F1204159ZE184226B<<<<<10")
    assert check_digits.is_hong_kong_card("A", "123456", "3")
    assert not check_digits.is_hong_kong_card("A", "123456", "4")
    assert check_digits.is_taiwan_card("A123456789")
    assert check_digits.passes_luhn("4111111111111111")


def test_nothing_in_the_shipped_records_is_a_number_of_a_person() -> None:
    tables = contracts.all_tables()
    paths = [path for path in sorted((CHECKOUT / "seeds").rglob("*.csv")) if path.parent.name != "reference"]
    assert len(paths) > LOOKED_AT_ROWS // 2
    for path in paths:
        table = next(
            one for one in tables if one.programme == path.parent.name and path.stem.split("_")[2] == one.name_zh
        )
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        assert privacy.sensitive_headers(header) == []
        for index, name in enumerate(header):
            column = next((one for one in table.file_columns if one.header == name), None)
            cells = pl.Series([row[index] for row in rows])
            assert privacy.kinds(cells, privacy.type_of(column, table)) == {}
            # Nor would it be if nothing were known of the column but that it is no amount.
            if column is None or not column.is_number:
                assert privacy.kinds(cells, "text") == {}
