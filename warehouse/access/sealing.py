"""The seal of a day: how many entries it holds, from which to which, and the hash of its file."""

import hashlib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from warehouse.access import chain
from warehouse.access.chain import Link

SEALS = "seals.jsonl"


def seal(place: Path, day: str, last: Link, secret: bytes, now: datetime) -> None:
    """Seal a day, with which the chain stands at `last`. Call it under the audit's lock only."""
    path = place / f"{day}.jsonl"
    content = path.read_bytes() if path.exists() else b""
    earlier = seals(place)
    told: dict[str, Any] = {
        "day": day,
        "entries": content.count(b"\n"),
        "last": last.number,
        "last_mark": last.mark,
        "sha256": hashlib.sha256(content).hexdigest(),
        "sealed_at": now.isoformat(timespec="seconds"),
        "previous": earlier[-1].get("mark", chain.BEGINNING) if earlier else chain.BEGINNING,
    }
    told["mark"] = chain.mark_of(told, secret)
    descriptor = os.open(place / SEALS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, chain.written(told) + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def seals(place: Path) -> list[dict[str, Any]]:
    """The seals as they stand, oldest first; a line that is none is an empty one."""
    try:
        lines = (place / SEALS).read_bytes().splitlines()
    except FileNotFoundError:
        return []
    return [_parsed(line) for line in lines]


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
