"""Which dropped files could not be judged at the last refresh, for those who watch over the house."""

import json

from warehouse.settings import Settings

# Crashes, limits of memory and time, no right to read; and whatever else keeps what was taken from a file before.
_CODES = frozenset({"D98", "D107"})


def unjudged_files(settings: Settings) -> list[str]:
    """Their names as receipts have them; empty before the first refresh."""
    try:
        files = json.loads((settings.receipts / "latest.json").read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        return []
    return [file["file"] for file in files if any(message["code"] in _CODES for message in file["messages"])]
