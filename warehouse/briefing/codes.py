"""Verification codes of what was printed: a code leads back to the release, the region and the period, or says why it does not.

A code is eight letters drawn at random and four that only this installation can work out from them, so that one that was altered or made
up is refused without a look at the list.
"""

import base64
import hmac
import json
import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from warehouse.briefing.content import Briefing
from warehouse.intake.folder import set_aside
from warehouse.releases import release
from warehouse.settings import Settings
from warehouse.system.durable import replacing

FOLDER = "briefings"
KEY = "code.key"
# Without letters that are mistaken for each other on paper.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE = re.compile(f"[{_LETTERS}]{{12}}")


class CodeError(Exception):
    """A code that nothing here was printed with; the message says why."""


@dataclass(frozen=True)
class Printed:
    """What a code stands for. `problem` says why the release cannot be shown any more, None where it can."""

    code: str
    release: str
    region: str
    period: str
    programme: str | None
    made_at: str
    problem: str | None = None

    @property
    def page(self) -> str:
        """The address of the page as it was, below the dashboard's own."""
        place = self.programme.replace("_", "-") if self.programme else ""
        return f"/{place}?region={self.region}&period={self.period}&as_of={self.release}"

    def as_json(self) -> dict[str, Any]:
        """What `verify --json` prints."""
        return {**vars(self), "page": self.page if self.problem is None else None}


def give(settings: Settings, briefing: Briefing) -> str:
    """A new code for a briefing, kept under home before it is printed."""
    core = "".join(secrets.choice(_LETTERS) for _ in range(8))
    code = core + _check(settings, core)
    document = {
        "release": briefing.source.release.id,
        "region": briefing.selection.region,
        "period": briefing.period,
        "programme": briefing.selection.programme,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with replacing(settings.home / FOLDER / f"{core}.json") as path:
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return written(code)


def look_up(settings: Settings, text: str) -> Printed:
    """What a code stands for, however it was typed. Raises CodeError for one that was altered, or that is not known here."""
    code = re.sub(r"[\s\-－—]", "", text).upper()
    if not _CODE.fullmatch(code):
        raise CodeError("核对码是 12 个字母和数字（没有 0、1、I、O），请照简报上的写。")
    core, check = code[:8], code[8:]
    if not hmac.compare_digest(_check(settings, core).encode(), check.encode()):
        raise CodeError("核对码不对：不是这里给出的，或抄错、改动过。请对照简报再写一次。")
    try:
        document = json.loads((settings.home / FOLDER / f"{core}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CodeError("核对码的记录不在了，无法核对。请联系管理员从备份恢复。") from None
    named = document["release"]
    return Printed(written(code), problem=_problem(settings, named), **document)


def written(code: str) -> str:
    """A code in three groups, as it is printed."""
    return "-".join(code[at : at + 4] for at in range(0, 12, 4))


def _problem(settings: Settings, named: str) -> str | None:
    taken = set_aside.withdrawn(settings).get(named)
    if taken is not None:
        return f"这份简报所用的版本 {named} 已于 {taken.when()} 撤回：{taken.said}。请不要再引用其中的数"
    try:
        found = release.find(settings, named)
    except release.ReleaseError:
        return f"这份简报所用的版本 {named} 已清理，不能再打开；编号是真的"
    problem = found.problem()
    return None if problem is None else f"这份简报所用的版本 {named} 不能打开：{problem}"


def _check(settings: Settings, core: str) -> str:
    digest = hmac.new(_key(settings.home / FOLDER / KEY), core.encode(), sha256).digest()
    number = int.from_bytes(digest[:4], "big")
    return "".join(_LETTERS[number >> shift & 31] for shift in (0, 5, 10, 15))


def _key(path: Path) -> bytes:
    """The installation's own key, made at first use and never again."""
    try:
        return base64.b64decode(path.read_bytes())
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            # Whoever comes second reads what the first wrote.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return base64.b64decode(path.read_bytes())
        with os.fdopen(descriptor, "wb") as file:
            key = secrets.token_bytes(32)
            file.write(base64.b64encode(key))
            file.flush()
            os.fsync(file.fileno())
        return key
