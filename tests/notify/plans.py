"""Schedules for tests, and letters to send by them."""

from pathlib import Path
from typing import Any

from warehouse.notify import schedule
from warehouse.notify.outbox import Letter
from warehouse.notify.schedule import Schedule
from warehouse.settings import Settings


def write(settings: Settings, text: str) -> Path:
    """The schedule of an installation."""
    settings.home.mkdir(parents=True, exist_ok=True)
    path = settings.home / "notify.yml"
    path.write_text(text, encoding="utf-8")
    return path


def by_mail(settings: Settings, port: int, **mail: Any) -> Schedule:
    """Two recipients of a server on the loopback."""
    lines = {"host": "127.0.0.1", "port": port, "security": "none", "from": "工会看板 <board@example.org>", **mail}
    listed = "\n".join(f"  {name}: {value}" for name, value in lines.items())
    recipients = "recipients:\n  甲: {mail: a@example.org}\n  乙: {mail: b@example.org}\n"
    write(settings, f"mail:\n{listed}\n{recipients}")
    return _loaded(settings)


def by_robot(settings: Settings, robot: str, url: str, secret: str | None = None) -> Schedule:
    """One group."""
    line = f"robot: {robot}, url: '{url}'"
    if secret is not None:
        settings.home.mkdir(parents=True, exist_ok=True)
        (settings.home / "robot.secret").write_text(secret)
        (settings.home / "robot.secret").chmod(0o600)
        line += ", secret_file: robot.secret"
    write(settings, f"recipients:\n  群: {{{line}}}\n")
    return _loaded(settings)


def letter(recipient: str = "甲", occasion: str = "held/规则/1", **changes: Any) -> Letter:
    """A letter of one occasion."""
    given: dict[str, Any] = {
        "recipient": recipient,
        "rule": "规则",
        "kind": "held",
        "occasions": (occasion,),
        "subject": "新版本等待确认",
        "text": "第一行\n.一行以点开头",
    }
    return Letter(**{**given, **changes})


def _loaded(settings: Settings) -> Schedule:
    found = schedule.load(settings)
    assert found is not None
    return found
