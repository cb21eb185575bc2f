"""Releases are signed: what was changed after it was published is not shown, whatever lies beside it."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from typer.testing import CliRunner

from warehouse import settings as settings_module
from warehouse.access import audit
from warehouse.command.cli import app
from warehouse.releases import held, pointed, release, rollback, signing
from warehouse.releases.limits import Excess
from warehouse.settings import Settings
from warehouse.system import integrity

FIRST, SECOND = "20240601T000000Z-aaaaaaaa", "20240602T000000Z-bbbbbbbb"
EXCESS = Excess("rows_fall", "dispute_mediation", "fct_x", "", 200, 10, 0.5, "少了", "fewer")


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return settings_module.load(home=tmp_path / "home")


def candidate(home: Settings, value: int) -> Path:
    path = release.candidate_path(home, "unionboard.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create table numbers as select {value} as n")
    return path


def publish(home: Settings, name: str, value: int = 1, **more: Any) -> release.Release:
    return release.publish(home, candidate(home, value), name, {"created_at": "2024-06-01T00:00:00+00:00", **more})


def forge(one: release.Release, change: Callable[[dict[str, Any]], None] = lambda _: None) -> None:
    """Another content in the file, and every checksum beside it made to fit."""
    with duckdb.connect(str(one.path)) as connection:
        connection.execute("update numbers set n = 999")
    rewrite(one.path, change)


def rewrite(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    told = json.loads(path.with_suffix(".json").read_text())
    told |= {"sha256": integrity.sha256_of(path), "size_bytes": path.stat().st_size}
    change(told)
    path.with_suffix(".json").write_text(json.dumps(integrity.signed(told)))


def signed_by(key: ed25519.Ed25519PrivateKey, home: Settings, name: str) -> Callable[[dict[str, Any]], None]:
    """Signs as the house does, with another key."""
    other = replace(home, home=home.home.parent / "elsewhere")
    (other.home / "keys").mkdir(parents=True)
    signing.key_path(other).write_bytes(pem(key))

    def change(told: dict[str, Any]) -> None:
        told |= signing.signed(other, name, {k: v for k, v in told.items() if k != signing.SIGNATURE})

    return change


def pem(key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def unsigned(told: dict[str, Any]) -> None:
    del told[signing.SIGNATURE]


def shown(home: Settings) -> str | None:
    now = release.current(home, again=True)
    return now.id if now else None


def test_first_release_makes_the_key_and_is_signed_with_it(home: Settings) -> None:
    published = publish(home, FIRST)
    assert shown(home) == FIRST
    assert signing.key_path(home).stat().st_mode & 0o777 == 0o600
    assert set(published.manifest[signing.SIGNATURE]) == {"key", "value"}
    assert signing.public_pem(home).startswith("-----BEGIN PUBLIC KEY-----")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _: None, "与签名不符"),
        (unsigned, "没有签名"),
        (lambda told: told.update(signature={"key": told["signature"]["key"], "value": "!"}), "与签名不符"),
        (lambda told: told.update(signature="yes"), "与签名不符"),
        (lambda told: told.update(signature={"key": "AAAA", "value": ""}), "不认识的密钥"),
    ],
)
def test_changed_file_is_not_shown_though_its_checksums_fit(home: Settings, change: Any, said: str) -> None:
    publish(home, FIRST)
    forge(publish(home, SECOND, 2), change)
    assert shown(home) == FIRST
    assert said in str(release.problem_of_current(home))
    with pytest.raises(release.ReleaseError, match=said):
        rollback.roll_back(home, SECOND)
    with pytest.raises(release.ReleaseError, match=said):
        release.whole(home, SECOND)


def test_release_signed_with_a_key_of_the_forger_is_not_shown(home: Settings) -> None:
    publish(home, FIRST)
    forge(publish(home, SECOND, 2), signed_by(ed25519.Ed25519PrivateKey.generate(), home, SECOND))
    assert shown(home) == FIRST
    assert "不认识的密钥" in str(release.problem_of_current(home))


def test_signed_release_does_not_stand_for_another(home: Settings) -> None:
    first, second = publish(home, FIRST), publish(home, SECOND, 2)
    shutil.copy(first.path, second.path)
    shutil.copy(first.path.with_suffix(".json"), second.path.with_suffix(".json"))
    assert shown(home) == FIRST
    assert "与签名不符" in str(release.problem_of_current(home))


def test_manifest_is_signed_as_a_whole(home: Settings) -> None:
    publish(home, FIRST)
    rewrite(publish(home, SECOND, changes_total=1).path, lambda told: told.update(changes_total=7))
    assert shown(home) == FIRST


def test_changed_file_is_noticed_though_its_time_was_set_back(home: Settings) -> None:
    publish(home, FIRST)
    second = publish(home, SECOND, 2)
    assert release.current(home) == second
    found = second.path.stat()
    content = bytearray(second.path.read_bytes())
    content[len(content) // 2] ^= 1
    second.path.write_bytes(content)
    os.utime(second.path, ns=(found.st_atime_ns, found.st_mtime_ns))
    now = release.current(home)
    assert now is not None
    assert now.id == FIRST


def test_release_of_before_is_signed_when_the_key_is_made(home: Settings) -> None:
    first, second = publish(home, FIRST), publish(home, SECOND, 2)
    for one in (first, second):
        rewrite(one.path, unsigned)
    signing.key_path(home).unlink()
    # No key yet: as an earlier programme left it.
    assert shown(home) == SECOND
    with duckdb.connect(str(first.path)) as connection:
        connection.execute("update numbers set n = 5")
    release.begin_signing(home)
    assert signing.SIGNATURE in json.loads(second.path.with_suffix(".json").read_text())
    assert shown(home) == SECOND
    # What was damaged by then is not made good by signing it.
    assert signing.SIGNATURE not in json.loads(first.path.with_suffix(".json").read_text())
    assert "没有签名" in str(release.find(home, FIRST).problem())
    rewrite(second.path, unsigned)
    assert shown(home) is None


def test_lost_key_is_replaced_and_signs_what_stood_without_it(home: Settings) -> None:
    first, second = publish(home, FIRST), publish(home, SECOND, 2)
    signing.key_path(home).unlink()
    # Releases copied by hand, without their key: the next publication makes one.
    third = publish(home, "20240603T000000Z-cccccccc", 3)
    assert [release.find(home, one.id).problem() for one in (first, second, third)] == [None] * 3
    assert len({one.manifest["signature"]["key"] for one in release.list_releases(home)}) == 1


def test_release_of_another_key_comes_back_by_a_word(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(home, FIRST)
    named = home.home.parent / "named.key"
    named.write_bytes(pem(ed25519.Ed25519PrivateKey.generate()))
    monkeypatch.setenv(signing.KEY_FILE, str(named))
    release.begin_signing(home)
    assert "不认识的密钥" in str(release.find(home, FIRST).problem())
    assert release.sign(home, FIRST).problem() is None
    assert shown(home) == FIRST


def test_damaged_release_is_not_signed_by_a_word(home: Settings) -> None:
    first = publish(home, FIRST)
    with duckdb.connect(str(first.path)) as connection:
        connection.execute("update numbers set n = 5")
    with pytest.raises(release.ReleaseError, match=r"校验和不符|被截短或改写"):
        release.sign(home, FIRST)


def test_waiting_candidate_that_was_changed_is_not_published(home: Settings) -> None:
    first = publish(home, FIRST)
    told = {"created_at": "2024-06-02T00:00:00+00:00", "previous": first.id}
    kept = held.keep_aside(home, candidate(home, 2), SECOND, told, [EXCESS])
    assert held.current(home) == kept
    with duckdb.connect(str(kept.path)) as connection:
        connection.execute("update numbers set n = 999")
    rewrite(kept.path, lambda _: None)
    assert held.current(home) is None
    with pytest.raises(release.ReleaseError, match="没有等待确认的版本"):
        held.confirm(home)


def test_named_key_signs_and_its_public_half_is_enough_to_read(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    key, named = ed25519.Ed25519PrivateKey.generate(), home.home.parent / "named.key"
    named.write_bytes(pem(key))
    monkeypatch.setenv(signing.KEY_FILE, str(named))
    publish(home, FIRST)
    assert not (home.home / "keys").exists()
    told = home.home.parent / "named.pub"
    told.write_text(signing.public_pem(home))
    monkeypatch.delenv(signing.KEY_FILE)
    monkeypatch.setenv(signing.PUBLIC_KEY_FILE, str(told))
    assert shown(home) == FIRST
    other = replace(home, home=home.home.parent / "other")
    told.write_text(public_of_new_key(other) + told.read_text())
    # Two keys: of before and of now.
    assert shown(home) == FIRST
    told.write_text(public_of_new_key(replace(home, home=home.home.parent / "third")))
    assert shown(home) is None


def public_of_new_key(home: Settings) -> str:
    signing.begin(home)
    return signing.public_pem(home)


@pytest.mark.parametrize("variable", [signing.KEY_FILE, signing.PUBLIC_KEY_FILE])
@pytest.mark.parametrize("content", [None, b"", b"no key", pem(rsa.generate_private_key(65537, 2048))])
def test_named_key_that_is_none_is_told_and_nothing_is_believed(
    home: Settings, monkeypatch: pytest.MonkeyPatch, variable: str, content: bytes | None
) -> None:
    publish(home, FIRST)
    named = home.home.parent / "named.pem"
    if content is not None:
        named.write_bytes(content)
    monkeypatch.setenv(variable, str(named))
    assert str(named) in str(signing.problem_of_keys(home))
    assert shown(home) is None
    if variable == signing.KEY_FILE:
        with pytest.raises(signing.SigningError, match="私钥"):
            publish(home, SECOND)


def test_pointer_moved_to_an_older_release_by_hand_is_told_by_the_audit(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    settings = settings_module.load(seeds=tmp_path / "seeds", home=tmp_path / "home")
    older, newer = "20240601T000000Z-00000001", "20240602T000000Z-00000002"
    settings.releases.mkdir(parents=True)
    pointer = settings.releases / "CURRENT"
    for name in (older, newer):
        pointer.write_text(f"{name}\n")
        audit.write(settings, "release.publish", release=name)
    audit.write(settings, "release.publish", audit.FAILED, release=older)
    at = ["--seeds", str(settings.seeds), "--home", str(settings.home), "--json"]
    assert CliRunner().invoke(app, ["audit", "verify", *at]).exit_code == 0

    pointer.write_text(f"{older}\n")

    told = CliRunner().invoke(app, ["audit", "verify", *at])
    document = json.loads(told.stdout)
    assert (
        told.exit_code == 1
        and document["whole"] is True
        and older in document["pointer"]
        and newer in document["pointer"]
    )
    audit.write(settings, "release.roll_back", release=older)
    assert pointed.problem(settings) is None
