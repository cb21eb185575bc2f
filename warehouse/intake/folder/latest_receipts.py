"""`<home>/receipts/latest.json`: what the last refresh made of every file in the seeds folder. Read and written here alone."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.intake.receipt import Receipt
from warehouse.settings import Settings
from warehouse.system.durable import write_text

# Crashes, limits of memory and time, no right to read; and whatever else keeps what was taken from a file before.
_UNJUDGED = frozenset({"D98", "D107"})


def path(settings: Settings) -> Path:
    """Where it stands, for whoever keeps what was read of it by its state on disk."""
    return settings.receipts / "latest.json"


def load(settings: Settings) -> dict[str, Any]:
    """`at` (UTC) and `files`, each a receipt as JSON; nothing at all before the first refresh, and where the file is damaged."""
    try:
        document: dict[str, Any] = json.loads(path(settings).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"at": None, "files": []}
    return document


def files(settings: Settings) -> list[dict[str, Any]]:
    """The receipts alone."""
    found: list[dict[str, Any]] = load(settings)["files"]
    return found


def unjudged(settings: Settings) -> list[str]:
    """Which dropped files could not be judged, by their names in receipts, for those who watch over the house."""
    return [file["file"] for file in files(settings) if any(one["code"] in _UNJUDGED for one in file["messages"])]


def write(settings: Settings, receipts: Sequence[Receipt]) -> None:
    """What became of every file in the folder, as of now."""
    put(
        settings,
        {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "files": [receipt.as_json() for receipt in receipts],
        },
    )


def put(settings: Settings, document: dict[str, Any]) -> None:
    """The document as `load` gave it, with what was changed in it."""
    write_text(path(settings), json.dumps(document, ensure_ascii=False))
