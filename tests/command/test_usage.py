"""A command line that is wrong is told so in Chinese, with what to write instead."""

import os
import re
import sys
import tomllib

import pytest

from warehouse.command.cli import main
from warehouse.command.console import Console
from warehouse.settings import CHECKOUT

WRONG = {
    "refesh": "没有 refesh 这个命令，是不是 refresh？写法见 unionboard --help。",
    "kpi --regoin 410000": "没有 --regoin 这个选项，是不是 --region？写法见 unionboard kpi --help。",
    "refresh --zzz": "没有 --zzz 这个选项。写法见 unionboard refresh --help。",
    "kpi --region": "选项 --region 后面要写一个值。写法见 unionboard --help。",
    "diff": "缺少参数 A。写法见 unionboard diff --help。",
    "refresh extra": "多写了 extra。写法见 unionboard refresh --help。",
    "up --port abc": "--port 的值不对：要写成整数。写法见 unionboard up --help。",
    "up --port 99999999": "--port 的值不对：最大 65535。写法见 unionboard up --help。",
    "sample --rows 0": "--rows 的值不对：最小 1。写法见 unionboard sample --help。",
    "kpi --lang en --zzz": "No such option: --zzz",
    "kpi --lang=en --zzz": "No such option: --zzz",
    "kpi --programme en --zzz": "没有 --zzz 这个选项。写法见 unionboard kpi --help。",
}


@pytest.mark.parametrize("typed", WRONG)
def test_wrong_command_line_is_one_sentence_and_status_two(
    typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["unionboard", *typed.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert (out, err.strip()) == ("", WRONG[typed])


def test_version_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["unionboard", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    told = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert capsys.readouterr().out == f"unionboard {told}\n"
    # The newest section of the changelog is that version, with its day; what is not released yet may stand above it.
    sections = re.findall(r"^## (.*)$", (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    released = [one for one in sections if one != "Unreleased"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)", one) for one in released)
    assert released[0].startswith(f"{told} (")
    assert sections[:2].index(released[0]) == len(sections) - len(released)


def test_without_a_command_the_help_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["unionboard"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "refresh" in capsys.readouterr().out


def test_table_wider_than_the_terminal_cuts_nothing_off(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(os.environ, "COLUMNS", "40")
    Console("zh").table(
        [{"programme": "women_innovation_studios", "name": "女职工创新工作室", "value": 0.839869281}] * 2
    )
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert lines[2].split() == ["women_innovation_studios", "女职工创新工作室", "0.839869281"]
