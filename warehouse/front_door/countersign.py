"""会签: a second person of the province signs what an office has handed in, and only then it is published; or returns it with a reason."""

import os
import shutil
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

from warehouse.access import audit, own_unit, people
from warehouse.access.own_unit import OwnUnit, holds
from warehouse.front_door import preview as previewing
from warehouse.front_door import waiting
from warehouse.front_door.accept import Acceptance, accept
from warehouse.front_door.preview import Preview
from warehouse.front_door.waiting import RETURNED, SIGNED, WAITS, WITHDRAWN, Waiting
from warehouse.intake import decode, privacy
from warehouse.intake.receipt import REFUSED, WAITING
from warehouse.settings import Settings
from warehouse.system import scratch

Say = Callable[[str], None]
_DONE = {SIGNED: "会签", RETURNED: "退回", WITHDRAWN: "撤回"}
_AN_HOUR = 3600


class CountersignError(Exception):
    """What may not be signed, returned or withdrawn; the message is a Chinese sentence."""


def sign(settings: Settings, name: str, sha256: str | None = None, say: Say | None = None) -> tuple[Acceptance, bool]:
    """Publish what waits under this id, if its bytes are those that were shown; what became of it, and whether it is signed.

    What cannot be published goes on waiting. Raises CountersignError, and what `accept` raises.
    """
    told = say or (lambda _: None)
    with waiting.locked(settings, lambda: told("另一个人正在会签，等他做完……")), scratch.folder() as room:
        one = _open(settings, name)
        _check_signer(one)
        if sha256 is not None and sha256 != one.sha256:
            raise CountersignError("这份文件不是您看到的那一份，没有签。请重新打开会签列表再看一遍。")
        earlier = next((other for other in waiting.every(settings) if _comes_before(other, one)), None)
        if earlier is not None:
            raise CountersignError(
                f"同一单位同一统计期还有较早的一份在等会签（{earlier.file}，编号 {earlier.id}）。请先会签或退回那一份。"
            )
        audit.check(settings)
        copy = _whole_copy(settings, one, Path(room))
        done = accept(settings, [copy], one.programme, one.is_confirmed, told, signed=one)
        is_signed = done.result.outcome != "failed" and all(
            receipt.status not in (REFUSED, WAITING) for receipt in done.offered
        )
        if is_signed:
            waiting.decide(settings, one, SIGNED, release=done.result.release)
        about: dict[str, Any] = {
            "waiting": one.id,
            "sha256": one.sha256,
            "handed_in_by": one.subject,
            "release": done.result.release,
        }
        outcome = audit.DONE if is_signed else audit.FAILED
        audit.record(settings, "files.countersign", outcome, **about, files=[privacy.masked(one.file)])
        return done, is_signed


def send_back(settings: Settings, name: str, reason: str) -> Waiting:
    """Return a file to whoever handed it in, who is told why. Raises CountersignError."""
    kept = privacy.masked(reason.strip())
    if not kept:
        raise CountersignError("退回要写明原因，填报单位才知道改什么。")
    with waiting.locked(settings):
        one = _open(settings, name)
        _check_signer(one)
        return _decided(settings, one, RETURNED, "files.return", kept)


def withdraw(settings: Settings, name: str) -> Waiting:
    """Take back what waits: by whoever has handed it in, or by another account of its units. Raises CountersignError."""
    with waiting.locked(settings):
        one = _open(settings, name)
        own = own_unit.of_this_command()
        if own is not None and not is_own(one, people.acting().subject, own):
            raise CountersignError("只有交来的单位能撤回这份文件。")
        return _decided(settings, one, WITHDRAWN, "files.withdraw")


def preview(settings: Settings, name: str, say: Say | None = None) -> Preview:
    """What signing would change. Raises CountersignError, and what `preview` raises."""
    with scratch.folder() as room:
        one = _open(settings, name)
        copy = _whole_copy(settings, one, Path(room))
        return previewing.preview(settings, [copy], one.programme, say, one.is_confirmed, is_signed=True)


def is_own(one: Waiting, subject: str, own: OwnUnit) -> bool:
    """Whether somebody has handed it in, or hands in for all of its units in all of its regions; for any unit nobody does."""
    there = list(product(one.units, one.regions))
    return one.subject == subject or (own.units is not None and bool(there) and not own.foreign(there))


def may_sign(one: Waiting, subject: str, provinces: tuple[str, ...] | None) -> bool:
    """Whether it is for somebody of these provinces (None: any) to decide, who has not handed it in."""
    if one.subject == subject:
        return False
    return provinces is None or (
        bool(one.regions) and all(any(holds(province, region) for province in provinces) for region in one.regions)
    )


def _check_signer(one: Waiting) -> None:
    own, person = own_unit.of_this_command(), people.acting()
    if one.subject == person.subject:
        raise CountersignError("自己交来的文件不能自己会签或退回，要由另一个人来办；要改正可以撤回。")
    if not may_sign(one, person.subject, own.signs if own is not None else None):
        raise CountersignError("这份文件不归您所在的省会签。")


def _open(settings: Settings, name: str) -> Waiting:
    there = waiting.every(settings)
    meant = [one for one in there if name and one.id.startswith(name)]
    if len(meant) != 1:
        listed = "、".join(one.id for one in there if one.state == WAITS) or "无"
        raise CountersignError(f"没有等会签的上报 {name}。在等会签的：{listed}")
    [one] = meant
    if one.state != WAITS:
        decided = one.decided
        who = f"由 {decided.name or decided.subject} " if decided else ""
        raise CountersignError(f"这份文件已经{who}{_DONE.get(one.state, one.state)}，不用再办。")
    return one


def _comes_before(other: Waiting, one: Waiting) -> bool:
    return other.state == WAITS and other.id < one.id and not set(other.keys).isdisjoint(one.keys)


def _whole_copy(settings: Settings, one: Waiting, room: Path) -> Path:
    """Its bytes where nobody else writes, so that what is checked is what is published. Raises CountersignError where they have changed."""
    copy = room / one.file
    try:
        shutil.copyfile(waiting.path_of(settings, one), copy)
    except OSError:
        raise CountersignError(f"{one.file} 在等会签期间不见了，不能签。请退回，让填报单位重交。") from None
    if decode.digest(copy)[0] != one.sha256:
        raise CountersignError(f"{one.file} 在等会签期间被改动过，不能签。请退回，让填报单位重交。")
    before = time.time() - _AN_HOUR
    os.utime(copy, (before, before))
    return copy


def _decided(settings: Settings, one: Waiting, state: str, action: str, reason: str = "") -> Waiting:
    audit.check(settings)
    decided = waiting.decide(settings, one, state, reason)
    about: dict[str, Any] = {
        "waiting": one.id,
        "sha256": one.sha256,
        "handed_in_by": one.subject,
        "reason": reason or None,
    }
    audit.record(settings, action, **about, files=[privacy.masked(one.file)])
    return decided
