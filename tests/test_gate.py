"""What the gate looks for besides mistakes: secrets in what git keeps, advisories against what is locked, and one version of uv."""

import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Put together here, so that this file has none.
AWS = "AKIA" + "QYLPMN5HHHFPZAM2"
KEY = "-----BEGIN " + "PRIVATE KEY-----"
LOGIN = "https://somebody:" + "hunter2hunter2@db.example.org/"


def test_secret_in_what_git_keeps_is_found_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main = runpy.run_path(str(ROOT / ".ci" / "secrets"))["main"]
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "settings.py").write_text(f"first = 1\nkey = '{AWS}'\n")
    (tmp_path / "id.pem").write_text(f"{KEY}\nabc\n")
    (tmp_path / "notes.md").write_text(f"{LOGIN}\n")
    (tmp_path / "example.md").write_text(f"{LOGIN} <!-- pragma: allowlist secret -->\n")
    (tmp_path / "untracked.py").write_text(f"'{AWS}'\n")
    subprocess.run(["git", "add", "settings.py", "id.pem", "notes.md", "example.md"], cwd=tmp_path, check=True)
    assert main(tmp_path) == 1
    told = capsys.readouterr().out.splitlines()
    assert sorted(line.rpartition(":")[0] for line in told) == ["id.pem:1", "notes.md:1", "settings.py:2"]
    subprocess.run(["git", "rm", "-q", "--cached", "settings.py", "id.pem", "notes.md"], cwd=tmp_path, check=True)
    assert main(tmp_path) == 0


@pytest.mark.parametrize(
    "answer", ['{"dependencies": [{"name": "jinja2", "skip_reason": "unknown"}]}', "{}", "not json"]
)
def test_gate_says_loudly_where_no_advisories_can_be_had_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    main = _main_beside(tmp_path, monkeypatch, of_known=answer, of_lock="")
    assert main() == 0
    assert "ADVISORIES WERE NOT CHECKED" in capsys.readouterr().err


def test_advisory_stops_the_gate_and_what_was_left_out_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of a package that is known and of one that is not.
    of_lock = (
        '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]},'
        ' {"name": "b", "skip_reason": "unknown"}]}'
    )
    of_known = (
        '{"dependencies": [{"name": "jinja2", "version": "2.4.1", "vulns": [{"id": "PYSEC-0", "fix_versions": []}]}]}'
    )
    assert _main_beside(tmp_path, monkeypatch, of_known, of_lock)() == 1
    told = capsys.readouterr()
    assert "a 1: PYSEC-1, mended in 2" in told.out and "1 of 2 packages are not known" in told.err


def _main_beside(folder: Path, monkeypatch: pytest.MonkeyPatch, of_known: str, of_lock: str) -> Callable[[], int]:
    """The script beside what pip-audit prints of the release that has advisories, and of the lock: no index here tells any."""
    (folder / "pip-audit").write_text(
        f"#!/bin/sh\ncase \"$*\" in *requirements.lock*) echo '{of_lock}';; *) echo '{of_known}';; esac\nexit 1\n"
    )
    (folder / "pip-audit").chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    main: Callable[[], int] = runpy.run_path(str(ROOT / ".ci" / "advisories"))["main"]
    return main


def test_uv_is_one_version_wherever_it_is_installed() -> None:
    pins = {
        name: re.findall(r"uv==([\d.]+)", (ROOT / name).read_text(encoding="utf-8"))
        for name in ("Makefile", "deploy/Containerfile")
    }
    assert [len(found) for found in pins.values()] == [1, 1]
    assert len({found[0] for found in pins.values()}) == 1


def test_base_image_is_pinned_by_digest() -> None:
    lines = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8").splitlines()
    [base] = [line for line in lines if line.startswith("ARG BASE=")]
    assert re.fullmatch(r"ARG BASE=\S+:3\.\d+-slim@sha256:[0-9a-f]{64}", base)
    assert {line.split()[1] for line in lines if line.startswith("FROM ")} == {"${BASE}"}
