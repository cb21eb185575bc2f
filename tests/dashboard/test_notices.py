"""What is due by the schedule, of the small house: the text of the page, within what each recipient may see, and once."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.conftest import TODAY
from tests.dashboard.reader import read
from tests.notify.plans import write
from tests.notify.servers import mail_server
from warehouse import settings as settings_module
from warehouse.command.cli import app
from warehouse.notify import run
from warehouse.settings import Settings

# 15 June 2024 is a Saturday and the day taken as today.
PLAN = """\
mail: {{host: 127.0.0.1, port: {port}, security: none, from: board@example.org}}
board: https://board.example.org
recipients:
  领导: {{mail: leader@example.org}}
  河南: {{mail: henan@example.org, region: 410000}}
  西藏: {{mail: xizang@example.org, region: 540000}}
briefings:
  - {{name: 月报, to: 河南, when: {{every: month, day: 15}}, programme: dispute_mediation, format: docx}}
alerts:
  - {{name: 低, on: kpi, kpi: dm_success_rate, under: 90%, to: [领导, 河南]}}
  - {{name: 高, on: kpi, kpi: dm_success_rate, over: 90%, to: 领导}}
  - {{name: 久, on: stale, days: 10, to: 领导}}
  - {{name: 新, on: stale, days: 20, to: 领导}}
  - {{name: 迟, on: overdue, programme: dispute_mediation, to: [领导, 河南]}}
  - {{name: 退, on: refused, to: [领导, 河南, 西藏]}}
reminders:
  - {{name: 催, to: 河南, when: {{every: week, day: 6}}}}
"""


@pytest.fixture
def telling(house: Settings, tmp_path: Path) -> Settings:
    """The house with an outbox of its own."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("releases", "receipts", "keys"):
        shutil.copytree(house.home / name, home / name)
    return settings_module.load(seeds=house.seeds, home=home, today=TODAY)


def test_everything_due_is_told_within_each_scope_and_once(telling: Settings, at_house: Settings) -> None:
    del at_house
    with mail_server() as (mails, port):
        write(telling, PLAN.format(port=port))
        plan = run.needed(telling)
        would, _ = run.would(telling, plan)
        assert not (telling.home / "notify").exists()
        run.send(telling, plan)
        run.send(telling, plan)
        assert run.would(telling, plan) == ([], [])
    assert len(mails.received) == len(would) == 9
    by_subject = {(str(one["To"]).split()[0], str(one["Subject"])): one for one in mails.received}
    texts = {key: body.get_content() for key, one in by_subject.items() if (body := one.get_body()) is not None}
    # May: ten of sixteen in Luoyang, all three in Zhengzhou, all seven in Kaifeng: 20 of 26; April five of ten, where it began.
    low = texts["领导", "指标提醒：低"]
    assert "全国 调解成功率 2024年5月为 76.9%，低于 90.0%；自2024年4月起。" in low
    assert "河南省 调解成功率 2024年5月为 76.9%" in texts["河南", "指标提醒：低"]
    assert ("领导", "指标提醒：高") not in texts and ("领导", "数据久未更新：新") not in texts
    assert "报送数据只到 2024-05-31，已有 15 天没有更新" in texts["领导", "数据久未更新：久"]
    late = texts["领导", "逾期未报：迟（61 项）"]
    # 30 provinces have no cases, all 31 no centres of March.
    assert (
        "案件表（2024年5月）应于 2024-06-10 前报送，已逾期 1 天：北京市、" in late
        and "河南省" not in late.split("\n")[0]
    )
    own = texts["河南", "逾期未报：迟"]
    assert "河南省" in own and "北京市" not in own
    refused = texts["西藏", "文件被退回：退"]
    assert "西藏_免费体检_体检场次_202405.csv，没有认出表头" in refused and ("河南", "文件被退回：退") not in texts
    [attached] = by_subject["河南", "【简报】河南省 · 劳动争议裁调对接 · 2024年5月"].iter_attachments()
    assert str(attached.get_filename()).endswith("_简报.docx")
    reminder = next(text for (_, subject), text in texts.items() if subject.startswith("【催报】"))
    # The words are those of the page.
    page = read("reminders").choose("to_province", "41")
    said = reminder.replace("\r\n", "\n")
    assert page.app.code[0].value in said and said.startswith("河南：\n截至 2024-06-11，以下 9 项")


def test_command_shows_sends_and_lists(telling: Settings) -> None:
    place = ["--home", str(telling.home), "--seeds", str(telling.seeds), "--today", TODAY.isoformat()]
    runner = CliRunner()
    missing = runner.invoke(app, ["notify", *place])
    assert missing.exit_code == 1 and "没有通知计划" in missing.stderr
    write(telling, "recipients: {甲: {mail: x}}\n")
    wrong = runner.invoke(app, ["notify", "--dry-run", *place])
    assert wrong.exit_code == 1 and "notify.yml 第 1 行 recipients.甲.mail" in wrong.stderr
    with mail_server() as (mails, port):
        text = PLAN.format(port=port).partition("briefings:")[0]
        write(telling, text + "alerts: [{name: 久, on: stale, days: 10, to: 领导}]\n")
        dry = json.loads(runner.invoke(app, ["notify", "--dry-run", "--json", *place]).stdout)
        assert [(one["recipient"], one["to"]) for one in dry["would_send"]] == [("领导", "l***@example.org")]
        assert mails.received == []
        mails.rcpt["leader@example.org"] = "550 no such user"
        sent = runner.invoke(app, ["notify", "--json", *place])
        assert sent.exit_code == 2 and json.loads(sent.stdout)["open"][0]["state"] == "given_up"
        del mails.rcpt["leader@example.org"]
        name = dry["would_send"][0]["id"]
        assert runner.invoke(app, ["notify", "--again", name[:5], *place]).exit_code == 0
        assert len(mails.received) == 1
    listed = json.loads(runner.invoke(app, ["notify", "--list", "--json", *place]).stdout)
    assert [(one["id"], one["state"]) for one in listed["parcels"]] == [(name, "sent")]
