"""Headers that name data of persons refuse a table, in both languages; those of the contracts never do."""

import pytest

from tests.intake import files
from warehouse import contracts
from warehouse.intake import privacy
from warehouse.settings import Settings

PERSONAL = [
    "姓名", "劳动者姓名", "身份证号", "联系电话", "手机号码", "住址", "诊断结果", "联系人", "联系人及方式",
    "联系方式", "当事人", "申请人", "被申请人", "家庭地址", "家庭住址", "通讯地址", "户籍所在地", 
    "出生日期", "出生年月", "生日", "病情", "病情说明", "既往病史", "疾病名称", "证件号码", "护照号", "微信",
    "微信号", "邮箱", "电子邮件", "QQ号", "QQ", "银行卡号", "开户行", "工号", "患者", "名字", "姓　名",
    "联 系 人", "联系\n人", "当事人（签字）", "Name", "Full name", "first_name", "Contact", "Contact person",
    "contact_phone", "Applicant", "Applicant ID", "Address", "Home Address", "home_address", "Date of birth",
    "DOB", "Birthday", "Diagnosis", "Illness", "ID number", "ID No.", "id card", "Passport No", "WeChat",
    "E-mail", "email", "Telephone", "Mobile", "mobile phone", "Bank account", "Patient",
]  # fmt: skip
OTHERS = [
    "申请人数", "当事人人数", "联系人次", "申请人满意度", "当事人满意率", "Number of applicants",
    "applicants count", "Contact hours", "申报单位", "所在单位", "编号", "团队名称", "site_name",
    "studio name", "备注", "活动地点", "驿站地址", "状态", "联系点数量", "问诊人次", "Mobile station", "residents served",
]  # fmt: skip


@pytest.mark.parametrize("header", PERSONAL)
def test_table_with_a_column_of_personal_data_is_refused_and_its_values_not_told(
    header: str, settings: Settings
) -> None:
    table = files.table_of("skills_to_community.event")
    grid = files.grid_of(table, files.valid_rows(table))
    path = files.place(settings, table)
    files.write_text(path, files.to_text([[*grid[0], header], *([*row, "赵测试"] for row in grid[1:])]))
    judgement = files.judged(path, settings)
    assert judgement.receipt.status == "refused"
    assert "D70" in files.codes(judgement)
    assert "赵测试" not in str(judgement.receipt)
    # A column without a value names nobody.
    files.write_text(path, files.to_text([[*grid[0], header], *([*row, " "] for row in grid[1:])]))
    assert "D70" not in files.codes(files.judged(path, settings))


@pytest.mark.parametrize("header", OTHERS)
def test_column_that_counts_or_names_no_person_is_no_personal_data(header: str) -> None:
    assert privacy.sensitive_headers([header]) == []


def test_no_name_of_any_contract_is_taken_for_personal_data() -> None:
    names = [
        name
        for table in contracts.all_tables()
        for column in table.file_columns
        for name in (column.name, column.header, *column.synonyms)
    ]
    assert len(names) > 400
    assert [names[index] for index in privacy.sensitive_headers(names)] == []


def test_list_of_persons_of_nobodys_table_is_told_as_such(settings: Settings) -> None:
    path = settings.seeds / "dispute_mediation" / "名单.csv"
    files.write_text(path, files.to_text([["序号", "申请人", "家庭地址", "病情"], ["1", "赵测试", "某路1号", "某病"]]))
    told = files.judged(path, settings).receipt.messages
    assert [message.code for message in told] == ["D70", "D121"]
    assert all((one.zh.count("申请人"), "赵测试" in one.zh) == (1, False) for one in told)
