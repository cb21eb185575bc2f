"""Whether the audit is as it was written: every edit, cut, gap and change of order is found and told with its file and line."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.access import audit, chain, sealing
from warehouse.access.chain import KeyProblem, Link
from warehouse.settings import Settings


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: a file of the audit, the line in it (None for the file), and the number of the entry where it is known."""

    file: str
    line: int | None
    number: int | None
    kind: str
    problem: str

    def as_json(self) -> dict[str, Any]:
        """As the command prints it."""
        return dict(vars(self))


@dataclass(frozen=True)
class Verdict:
    """What was found; `entries` counts the lines that are entries."""

    entries: int
    days: int
    faults: tuple[Fault, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify(settings: Settings) -> Verdict:
    """Reads the whole audit. Without any entry and any key there is nothing to be wrong."""
    place = audit.folder(settings)
    days = audit.day_files(settings)
    try:
        secret = chain.key(settings)
    except KeyProblem as problem:
        told = Fault(str(chain.key_path(settings)), None, None, "key", str(problem))
        return Verdict(0, len(days), (told,) if days else ())
    if not place.exists() and chain.is_elsewhere():
        return Verdict(0, 0, ())
    head = audit.read_head(settings, secret)
    faults: list[Fault] = []
    if head is None:
        why = f"{audit.HEAD} 不见了或被改过：不知道记录到哪里为止"
        faults.append(Fault(audit.HEAD, None, None, "head", why))
    walk = _Walk(secret, head.floor if head else chain.START, faults)
    for path in days:
        walk.read(path)
    if head is not None and walk.last != head.last and walk.last.number <= head.last.number:
        missing = head.last.number - walk.last.number
        where = days[-1].name if days else audit.HEAD
        said = f"末尾缺 {missing} 条：应到第 {head.last.number} 条，只到第 {walk.last.number} 条"
        if missing == 0:
            said = f"第 {head.last.number} 条不是记下的那一条"
        faults.append(Fault(where, walk.lines or None, head.last.number, "cut", said))
    faults += _of_seals(place, days, secret, head)
    return Verdict(walk.entries, len(days), tuple(faults))


class _Walk:
    """Goes through the days and holds each line against what must come next."""

    def __init__(self, secret: bytes, floor: Link, faults: list[Fault]) -> None:
        self.last, self.entries, self.lines = floor, 0, 0
        self._secret, self._faults = secret, faults
        self._seen: set[int] = set()

    def read(self, path: Path) -> None:
        content = path.read_bytes()
        if content and not content.endswith(b"\n"):
            self._fault(path, content.count(b"\n") + 1, None, "torn", "最后一行不完整")
        for self.lines, line in enumerate(content.split(b"\n")[:-1], 1):
            self._line(path, self.lines, line)

    def _line(self, path: Path, number: int, line: bytes) -> None:
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if not isinstance(entry, dict) or not isinstance(entry.get("number"), int):
            self._fault(path, number, None, "edit", "这一行不是一条记录")
            return
        self.entries += 1
        place, expected = entry["number"], self.last.number + 1
        if chain.written(entry) != line or not chain.is_marked(entry, self._secret):
            self._fault(path, number, place, "edit", "内容被改过，或者不是本系统写的")
            # It stands where the next one belongs; whether that one is told by what follows it.
            self.last = Link(expected, "")
            return
        if place in self._seen:
            self._fault(path, number, place, "order", f"第 {place} 条重复出现")
            return
        if place > expected:
            self._fault(path, number, place, "gap", f"前面缺第 {expected} 至第 {place - 1} 条")
        elif place < expected:
            self._fault(path, number, place, "order", f"第 {place} 条放错了位置，这里应是第 {expected} 条")
        elif self.last.mark and entry.get("previous") != self.last.mark:
            self._fault(path, number, place, "edit", f"前一条（第 {self.last.number} 条）不是原来的那一条")
        at = str(entry.get("at", ""))
        # A clock set back writes into the day that was open; half a line is told in the day it stood in.
        if at[:10] > path.stem and entry.get("action") != "audit.mended":
            self._fault(path, number, place, "order", f"{at[:10]} 的记录放进了 {path.stem} 的文件")
        self._seen.add(place)
        if place >= expected:
            self.last = Link(place, str(entry["mark"]))

    def _fault(self, path: Path, line: int, number: int | None, kind: str, problem: str) -> None:
        self._faults.append(Fault(path.name, line, number, kind, problem))


def _of_seals(place: Path, days: list[Path], secret: bytes, head: audit.Head | None) -> list[Fault]:
    faults: list[Fault] = []
    sealed: dict[str, tuple[int, dict[str, Any]]] = {}
    previous = chain.BEGINNING
    for line, seal in enumerate(sealing.seals(place), 1):
        if not seal or not chain.is_marked(seal, secret):
            faults.append(Fault(sealing.SEALS, line, None, "seal", "这一行封条被改过，或者不是本系统写的"))
        elif seal.get("previous") != previous:
            faults.append(Fault(sealing.SEALS, line, None, "seal", "前面的封条少了或换了位置"))
        previous = str(seal.get("mark", ""))
        sealed[str(seal.get("day"))] = (line, seal)
    for path in days:
        if head is not None and path.stem >= head.day:
            continue
        line_and_seal = sealed.get(path.stem)
        if line_and_seal is None:
            faults.append(Fault(path.name, None, None, "seal", "这一天没有封条"))
            continue
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != line_and_seal[1].get("sha256"):
            faults.append(Fault(path.name, None, None, "seal", "这一天的文件与封条不符，封上之后动过"))
    there = {path.stem for path in days}
    floor = head.floor.number if head else 0
    for day, (_, seal) in sealed.items():
        if day not in there and int(seal.get("last", 0)) > floor:
            faults.append(Fault(f"{day}.jsonl", None, None, "cut", "封过的这一天整天不见了"))
    return faults
