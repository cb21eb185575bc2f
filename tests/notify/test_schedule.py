"""The schedule of notices: what is due when, and each mistake by file, line and key."""

from datetime import datetime

import pytest

from tests.notify import plans
from warehouse.notify import schedule
from warehouse.notify.lined import ScheduleError
from warehouse.notify.schedule import When
from warehouse.settings import TIME_ZONE, Settings

HEAD = """\
mail: {host: smtp.example.org, from: 看板 <board@example.org>}
recipients:
  领导: {mail: leader@example.org}
  河南: {mail: henan@example.org, region: 410000}
"""


def said(installation: Settings, text: str) -> str:
    plans.write(installation, text)
    with pytest.raises(ScheduleError) as caught:
        schedule.load(installation)
    return str(caught.value)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TIME_ZONE)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("briefing: []", "第 5 行 briefing：不认识这个键，是不是 briefings？"),
        ("briefings:\n  - name: 月报\n    to: 领道\n    when: {every: day}", "第 7 行 briefings[1].to：没有收件人“领道”，是不是 领导？"),
        ("briefings:\n  - name: 月报\n    to: 领导", "第 6 行 briefings[1].when：必须写什么时候"),
        ("briefings:\n  - name: 月报\n    to: 领导\n    when: {every: month, at: 25:00}", "第 8 行 briefings[1].when.at：要写成 08:30"),
        ("briefings:\n  - name: 月报\n    to: 领导\n    when: {every: month, day: 0}", "when.day：要写 1 到 31 的整数，现为“0”"),
        ("briefings:\n  - {name: 月报, to: 河南, when: {every: day}, region: 440000}", "“河南”只看 410000，不能收 440000 的"),
        ("briefings:\n  - {name: 月报, to: 河南, when: {every: day}, format: ps}", "format：只能是 pdf、docx、pptx、xlsx，现为“ps”"),
        ("alerts:\n  - {name: 低, on: kpi, to: 领导, kpi: dm_succes_rate, under: 1}", "没有指标“dm_succes_rate”，是不是 dm_success_rate？"),
        ("alerts:\n  - {name: 低, on: kpi, to: 领导, kpi: dm_success_rate}", "under、over、status 写一个，也只写一个"),
        ("alerts:\n  - {name: 低, on: kpi, to: 领导, kpi: dm_success_rate, under: 很低}", "under：要写一个数，现为“很低”"),
        ("alerts:\n  - {name: 迟, on: late, to: 领导}", "on：只能是 kpi、stale、overdue、refused、held，现为“late”"),
        ("alerts:\n  - {name: 迟, on: held, to: 领导}\n  - {name: 迟, on: held, to: 领导}", "第 7 行 alerts[2].name：“迟”用过了"),
        ("reminders:\n  - {name: 催, to: 领导, when: {every: day}}", "催报要知道“领导”是哪个地区的"),
        ("reminders: 每天", "第 5 行 reminders：要写成列表"),
        ("alerts:\n  - {name: a, on: held, to: 领导, to: 河南}", "alerts[1].to：写了两次，第一次在第 6 行"),
        ("alerts:\n  - {name: a, on: refused, to: 领导, programme: 不存在}", "没有项目“不存在”"),
    ],
)  # fmt: skip
def test_mistake_is_told_by_file_line_and_key(installation: Settings, lines: str, expected: str) -> None:
    told = said(installation, HEAD + lines + "\n")
    assert told.startswith("notify.yml 第 ") and expected in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("recipients:\n  甲: {mail: 'a@example.org\\r\\nBcc: x@example.org'}", "甲.mail：文件里没有 mail 一节"),
        ("mail: {host: h, from: b@example.org}\nrecipients:\n  甲: {mail: \"a@x.org\\nBcc: x@x.org\"}", "甲.mail：不是邮件地址"),
        ("mail: {host: h, from: b@x.org}\nrecipients: {甲: {mail: a@x.org}}\nboard: ftp://x", "board：要写看板的地址"),
        ("mail: {host: h, security: none, from: b@x.org}\nrecipients: {甲: {mail: a@x.org}}", "none 只能用于本机"),
        ("mail: {host: h, from: b@x.org, user: u}\nrecipients: {甲: {mail: a@x.org}}", "user 和 password_file 要一起写"),
        ("recipients: {群: {robot: dingtalk, url: http://oapi.example.org/}}", "要写机器人给的 https:// 地址"),
        ("recipients: {群: {robot: slack, url: https://x.org/}}", "robot：只能是 wecom、dingtalk、feishu"),
        ("mail: {host: h, from: b@x.org}\nrecipients: {甲: {mail: a@x.org}, 乙: {mail: A@x.org}}", "与“甲”是同一个地址"),
        ("recipients: &a {甲: *a}", "用了 & 和 * 引用"),
        ("recipients:\n\t- 甲", "notify.yml 第 2 行第 1 列不是合格的 YAML"),
        ("- 甲", "要写成 mail、recipients"),
        ("", "recipients：一个收件人也没有"),
    ],
)  # fmt: skip
def test_mistake_in_servers_and_recipients_is_told(installation: Settings, text: str, expected: str) -> None:
    assert expected in said(installation, text)


def test_all_mistakes_are_told_together(installation: Settings) -> None:
    told = said(installation, HEAD + "alerts:\n  - {name: 甲, on: x, to: y}\n  - {on: stale, days: -1, to: 领导}\n")
    assert [line.partition("：")[0] for line in told.splitlines()] == [
        "notify.yml 第 6 行 alerts[1].on",
        "notify.yml 第 6 行 alerts[1].to",
        "notify.yml 第 7 行 alerts[2].name",
        "notify.yml 第 7 行 alerts[2].days",
    ]


def test_passwords_that_others_may_read_are_refused(installation: Settings) -> None:
    installation.home.mkdir()
    (installation.home / "password").write_text("x")
    (installation.home / "password").chmod(0o644)
    text = "mail: {host: h, from: b@x.org, user: u, password_file: password}\nrecipients: {甲: {mail: a@x.org}}\n"
    assert "别人也能读，请 chmod 600" in said(installation, text)


def test_no_file_is_no_schedule(installation: Settings) -> None:
    assert schedule.load(installation) is None


@pytest.mark.parametrize(
    ("when", "now", "expected"),
    [
        (When("month", 5, 1, 18, 30), "2024-06-05T18:29", None),
        (When("month", 5, 1, 18, 30), "2024-06-05T18:30", "2024-06-05T18:30"),
        (When("month", 5, 1, 8, 0), "2024-06-08T07:00", "2024-06-05T08:00"),
        (When("month", 5, 1, 8, 0), "2024-06-09T08:00", None),
        # February 2024 has 29 days.
        (When("month", 31, 1, 8, 0), "2024-02-29T09:00", "2024-02-29T08:00"),
        (When("quarter", 10, 1, 8, 0), "2024-07-10T09:00", "2024-07-10T08:00"),
        (When("quarter", 10, 1, 8, 0), "2024-08-10T09:00", None),
        (When("year", 2, 3, 8, 0), "2024-03-02T09:00", "2024-03-02T08:00"),
        # 2024-06-14 is a Friday.
        (When("week", 5, 1, 8, 0), "2024-06-15T09:00", "2024-06-14T08:00"),
        (When("day", 1, 1, 8, 0), "2024-06-15T07:59", "2024-06-14T08:00"),
    ],
)
def test_latest_moment_that_is_due(when: When, now: str, expected: str | None) -> None:
    assert when.last(at(now)) == (at(expected) if expected else None)


def test_time_without_quotes_is_read_as_written(installation: Settings) -> None:
    plans.write(installation, HEAD + "briefings:\n  - {name: a, to: 领导, when: {every: day, at: 18:30}}\n")
    found = schedule.load(installation)
    assert found is not None and found.rules[0].when == When("day", 1, 1, 18, 30)
    assert found.recipients["河南"].masked == "h***@example.org"
