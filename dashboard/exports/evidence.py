"""The evidence pack of one number: a text for people, JSON for machines, and a workbook with the files and the records."""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.components import data_table
from dashboard.components.data_table import Cell
from dashboard.i18n import t


@dataclass(frozen=True)
class Evidence:
    """Everything said about one number: `facts` are pairs of name and text, the tables have a header and rows."""

    title: str
    facts: tuple[tuple[str, str], ...]
    machine: dict[str, Any]
    files_header: tuple[str, ...]
    files: tuple[tuple[Cell, ...], ...]
    records_header: tuple[str, ...]
    records: tuple[tuple[Cell, ...], ...]


def as_zip(evidence: Evidence) -> bytes:
    """The pack. The same evidence gives the same bytes."""
    content = io.BytesIO()
    sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Cell]]]] = (
        (t("evidence_summary"), (t("evidence_name"), t("evidence_text")), evidence.facts),
        (t("files"), evidence.files_header, evidence.files),
        (t("records"), evidence.records_header, evidence.records),
    )
    parts = {
        t("evidence_read_me") + ".txt": _text(evidence).encode("utf-8-sig"),
        "evidence.json": json.dumps(evidence.machine, ensure_ascii=False, indent=2, default=str).encode("utf-8"),
        f"{t('evidence')}.xlsx": data_table.as_workbook(sheets),
    }
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, part in parts.items():
            pack.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _text(evidence: Evidence) -> str:
    lines = [evidence.title, "", *(f"{name}{t('colon')}{text}" for name, text in evidence.facts), "", t("files")]
    lines += [" | ".join(evidence.files_header)]
    lines += [" | ".join("" if cell is None else str(cell) for cell in row) for row in evidence.files]
    return "\r\n".join(lines) + "\r\n"
