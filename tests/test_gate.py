"""What the gate looks for besides mistakes: secrets in what git keeps, advisories against what is locked, and one version of uv."""

import re
import runpy
import subprocess
import sys
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


@pytest.mark.parametrize("content", [None, "{}", "not json"])
def test_gate_says_loudly_where_no_advisories_can_be_had_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    loaded = runpy.run_path(str(ROOT / ".ci" / "advisories"))
    place = tmp_path / "index.json"
    if content is not None:
        place.write_text(content)
    loaded["main"].__globals__["ADVISORIES"] = place.as_uri()
    assert loaded["main"]() == 0
    assert "ADVISORIES WERE NOT CHECKED" in capsys.readouterr().err


def test_advisory_stops_the_gate_and_what_was_left_out_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = runpy.run_path(str(ROOT / ".ci" / "advisories"))
    (tmp_path / "index.json").write_text('{"vulnerabilities": []}')
    # What pip-audit prints, of a package that is known and of one that is not; no index here tells advisories.
    (tmp_path / "pip-audit").write_text(
        "#!/bin/sh\necho '"
        '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]},'
        ' {"name": "b", "skip_reason": "unknown"}]}'
        "'\nexit 1\n"
    )
    (tmp_path / "pip-audit").chmod(0o755)

    loaded["main"].__globals__["ADVISORIES"] = (tmp_path / "index.json").as_uri()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert loaded["main"]() == 1
    told = capsys.readouterr()
    assert "a 1: PYSEC-1, mended in 2" in told.out and "1 of 2 packages are not known" in told.err


def test_uv_is_one_version_wherever_it_is_installed() -> None:
    pins = {
        name: re.findall(r"uv==([\d.]+)", (ROOT / name).read_text(encoding="utf-8"))
        for name in ("Makefile", "deploy/Containerfile")
    }
    assert [len(found) for found in pins.values()] == [1, 1]
    assert len({found[0] for found in pins.values()}) == 1
