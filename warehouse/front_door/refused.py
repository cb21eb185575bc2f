"""Files that came and were refused, and what they were meant for: their senders are not silent."""

from collections.abc import Callable
from typing import Any

from warehouse import contracts
from warehouse.answers.owed import RefusedFile
from warehouse.answers.periods import SUBMITTED
from warehouse.front_door import accept
from warehouse.intake import filename, reference
from warehouse.intake.folder import latest_receipts
from warehouse.settings import Settings


def files(settings: Settings, is_told: Callable[[str], bool] = lambda _: True) -> tuple[RefusedFile, ...]:
    """Those refused at the last refresh, or when they were offered; those whose programme or province is unknown are left out."""
    lists, tables = reference.load(settings.reference), contracts.all_tables()
    last = [one for one in latest_receipts.files(settings) if one["status"] == "refused"]
    last.sort(key=lambda one: str(one["file"]))
    found: dict[str, RefusedFile] = {}
    for receipt in (*accept.refused_offers(settings), *last):
        if not is_told(receipt["file"]):
            continue
        name = receipt["file"].rpartition("/")[2]
        named = filename.parse(name, lists, tables)
        programme = receipt.get("programme") or named.programme
        if programme is None or named.province_code is None or named.origin != SUBMITTED:
            continue
        found[name] = RefusedFile(
            name,
            programme,
            receipt.get("table") or named.table,
            named.province_code,
            named.report_period,
            named.reporting_unit,
            _reason(receipt.get("messages", [])),
        )
    return tuple(found.values())


def _reason(messages: list[dict[str, Any]]) -> str:
    for severity in ("refuse", "quarantine"):
        for one in messages:
            if one["severity"] == severity:
                return str(one["message"])
    return ""
