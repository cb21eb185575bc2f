"""A backup holds what cannot be made again, and a lost machine comes back from it."""

import json
import shutil
import tarfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.support.files import case, centre, write_csv
from warehouse import settings as settings_module
from warehouse.access import audit, verifying
from warehouse.command.cli import app
from warehouse.front_door import backup
from warehouse.front_door.backup import BackupError
from warehouse.refresh import refresh
from warehouse.releases import current_values, release, retention
from warehouse.settings import Settings
from warehouse.system.lock import LockedError, writer_lock


def values(settings: Settings) -> list[dict[str, object]]:
    return current_values.kpi_values(settings, current_values.Selection(programme="dispute_mediation"))


def test_a_lost_machine_comes_back_from_its_backup(installation: Settings, tmp_path: Path) -> None:
    folder = installation.seeds / "dispute_mediation"
    write_csv(folder / "河南_劳动争议裁调对接_调解中心_202405.csv", "dispute_mediation", "centre", [centre()])
    rows = [case(f"M{number}") for number in range(6)]
    write_csv(folder / "河南_劳动争议裁调对接_案件表_202405.csv", "dispute_mediation", "case", rows)
    assert refresh(installation).published
    first = release.current_id(installation)
    assert first is not None
    retention.pin(installation, first)
    before = values(installation)
    path = tmp_path / "board.tar.gz"
    at = ["--seeds", str(installation.seeds), "--home", str(installation.home)]

    done = CliRunner().invoke(app, ["backup", str(path), *at, "--json"])

    assert done.exit_code == 0, done.output
    assert path.stat().st_mode & 0o777 == 0o600
    # The machine is lost with all that is on it.
    shutil.rmtree(installation.seeds)
    shutil.rmtree(installation.home)
    assert CliRunner().invoke(app, ["restore", str(path), *at]).exit_code == 0
    # What was pinned is there at once, and shown as it was; the audit goes on where it was.
    assert [one.id for one in release.list_releases(installation)] == [first]
    assert verifying.verify(installation).is_whole
    assert [entry["action"] for entry in audit.read(installation)][-2:] == ["release.pin", "backup.restore"]
    assert refresh(installation).release is not None
    assert values(installation) == before
    assert {one.name for one in folder.iterdir()} == {
        "河南_劳动争议裁调对接_调解中心_202405.csv",
        "河南_劳动争议裁调对接_案件表_202405.csv",
    }


@pytest.fixture
def small(tmp_path: Path) -> tuple[Settings, Path]:
    """An installation with one dropped file, and its backup."""
    (tmp_path / "seeds" / "x").mkdir(parents=True)
    (tmp_path / "seeds" / "x" / "a.csv").write_text("省份\n河南\n", encoding="utf-8")
    settings = settings_module.load(seeds=tmp_path / "seeds", home=tmp_path / "home")
    audit.write(settings, "release.pin")
    path = tmp_path / "b.tar.gz"
    backup.back_up(settings, path)
    return settings, path


def elsewhere(tmp_path: Path) -> Settings:
    return settings_module.load(seeds=tmp_path / "new" / "seeds", home=tmp_path / "new" / "home")


def test_nothing_is_overwritten(small: tuple[Settings, Path], tmp_path: Path) -> None:
    settings, path = small
    with pytest.raises(BackupError, match="已经存在"):
        backup.back_up(settings, path)
    with pytest.raises(BackupError, match="在数据文件夹里"):
        backup.back_up(settings, settings.seeds / "b.tar.gz")
    other = elsewhere(tmp_path)
    (other.seeds / "x").mkdir(parents=True)
    (other.seeds / "x" / "a.csv").write_text("another")
    with pytest.raises(BackupError, match="1 个不同的文件"):
        backup.restore(other, path)
    assert (other.seeds / "x" / "a.csv").read_text() == "another" and not other.home.exists()


def test_a_damaged_or_foreign_backup_is_refused_and_writes_nothing(
    small: tuple[Settings, Path], tmp_path: Path
) -> None:
    _, path = small
    other = elsewhere(tmp_path)
    content = path.read_bytes()
    for damaged in (
        content[: len(content) // 2],
        b"",
        b"no archive",
        content[:200] + b"x" + content[201:],
    ):
        path.write_bytes(damaged)
        with pytest.raises(BackupError, match="不是完好的备份"):
            backup.restore(other, path)
    path.write_bytes(content)
    for name in ("home/../../escaped", "/etc/escaped", "elsewhere/a", "seeds"):
        forged = tmp_path / "forged.tar.gz"
        with tarfile.open(path) as source, tarfile.open(forged, "w:gz") as target:
            entry = tarfile.TarInfo(name)
            target.addfile(entry)
            for one in source:
                target.addfile(one, source.extractfile(one))
        with pytest.raises(BackupError, match="不是完好的备份"):
            backup.restore(other, forged)
    linked = tmp_path / "linked.tar.gz"
    with tarfile.open(linked, "w:gz") as target:
        entry = tarfile.TarInfo("seeds/link")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        target.addfile(entry)
    with pytest.raises(BackupError, match="不是普通文件"):
        backup.restore(other, linked)
    assert not other.seeds.exists() and not other.home.exists()


def test_a_backup_waits_for_a_writer_and_tells_no_secret(
    small: tuple[Settings, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, _ = small
    monkeypatch.setattr(backup, "writer_lock", lambda home, on_wait: writer_lock(home, 0.1, on_wait))
    with writer_lock(settings.home), pytest.raises(LockedError):
        backup.back_up(settings, tmp_path / "c.tar.gz")
    assert not (tmp_path / "c.tar.gz").exists()
    monkeypatch.setenv("UNIONBOARD_KEEP_DAYS", "30")
    monkeypatch.setenv("UNIONBOARD_OFFER_TOKEN_FILE", "/run/token")
    held = backup.back_up(settings, tmp_path / "c.tar.gz")
    assert held["settings"]["UNIONBOARD_KEEP_DAYS"] == "30" and "token" not in json.dumps(held["settings"])
