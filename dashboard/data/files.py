"""The dropped files: what became of each, what is set aside and why, which records miss their parent."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from dashboard.data import connection, masking, sight
from dashboard.data.caching import per_release
from warehouse import contracts
from warehouse import settings as warehouse_settings
from warehouse.access import scopes
from warehouse.answers.owed import RefusedFile
from warehouse.front_door import refused
from warehouse.intake import filename, reference
from warehouse.intake.folder.latest_receipts import path as receipts_path
from warehouse.intake.messages import CONVERSIONS, QUARANTINE, REFUSE, WARNING
from warehouse.intake.receipt import state_of


@dataclass(frozen=True)
class Message:
    """One remark on a file; `row` is the line a person sees, None for the whole file."""

    code: str
    severity: str
    row: int | None
    column: str | None
    text: str

    @property
    def kind(self) -> str:
        """error (set aside or refused), check (somebody should look), converted (read in another form), note (nothing to do)."""
        if self.severity in (REFUSE, QUARANTINE):
            return "error"
        return "check" if self.severity == WARNING else "converted" if self.code in CONVERSIONS else "note"


@dataclass(frozen=True)
class Receipt:
    """What became of one file at the last refresh; `rows_in` and `rows_accepted` are None where they may not be shown."""

    file: str
    programme: str | None
    table: str | None
    status: str
    encoding: str | None
    rows_in: int | None
    rows_accepted: int | None
    rows_quarantined: int
    rows_ignored: int
    messages: tuple[Message, ...]

    @property
    def state(self) -> str:
        """The status, `partly` where rows of a file that was taken in were set aside: something has to be mended."""
        return state_of(self.status, self.rows_quarantined)


@dataclass(frozen=True)
class Receipts:
    """The receipts of the last refresh and when that was; empty before the first."""

    at: str | None
    files: tuple[Receipt, ...]


@dataclass(frozen=True)
class Totals:
    """Files and rows of one programme and origin in the release."""

    programme: str
    origin: str
    files: int
    refused: int
    rows_accepted: int
    rows_quarantined: int
    last_seen_at: datetime | None


@dataclass(frozen=True)
class Orphan:
    """A record whose parent has not been reported; it is in no KPI."""

    programme: str
    table_name: str
    origin: str
    file_name: str
    row_number: int
    column_name: str
    missing_key: str


def refused_files() -> tuple[RefusedFile, ...]:
    """Files refused at the last refresh, or when they were offered; a scope of some regions is told of its own."""
    return refused.files(warehouse_settings.load(), sight.is_own_file)


def latest_receipts() -> Receipts:
    """The receipts of the last refresh, refused and warned files first; a scope of some regions is told of its own files."""
    path = receipts_path(warehouse_settings.load())
    try:
        found = path.stat()
    except FileNotFoundError:
        return Receipts(None, ())
    latest = _latest(path, (found.st_size, found.st_mtime_ns, found.st_ino))
    if scopes.current().is_everything:
        return latest
    return Receipts(latest.at, tuple(one for one in latest.files if sight.is_own_file(one.file)))


@lru_cache(maxsize=4)
def _latest(path: Path, _state: tuple[int, int, int]) -> Receipts:
    """Read once for each state of the file: of ten thousand files it is megabytes, and several pages ask at every run."""
    content = json.loads(path.read_text(encoding="utf-8"))
    order = {"refused": 0, "partly": 1, "waiting": 2, "warned": 3, "accepted": 4}
    receipts = sorted(map(receipt_of, content.get("files", [])), key=lambda one: (order.get(one.state, 0), one.file))
    return Receipts(content.get("at"), tuple(receipts))


def without_small_counts(release_id: str, receipts: Receipts) -> Receipts:
    """The same receipts without the rows of tables whose records may be too few to show: a file is often one office and one month."""
    hiding = masking.hiding_tables(release_id)
    shown = (
        replace(one, rows_in=None, rows_accepted=None) if (one.programme, one.table) in hiding else one
        for one in receipts.files
    )
    return Receipts(receipts.at, tuple(shown))


@per_release(4)
def totals(release_id: str) -> tuple[Totals, ...]:
    """Files and rows by programme and origin."""
    found = connection.rows(
        release_id,
        """
        select files.programme, files.origin, count(*) as files, count(*) filter (where files.status = 'refused') as refused,
            coalesce(sum(files.rows_accepted), 0)::bigint as rows_accepted,
            coalesce(sum(files.rows_quarantined), 0)::bigint as rows_quarantined,
            max(files.first_seen_at) as last_seen_at
        from dim_file as files
        inner join dim_programme as programmes on files.programme = programmes.programme
        group by files.programme, files.origin, programmes.sort_order
        order by programmes.sort_order, files.origin
        """,
    )
    return tuple(Totals(**row) for row in found)


def units_of(release_id: str, receipts: Sequence[Receipt]) -> dict[str, tuple[str, ...]]:
    """By file, the reporting units in it: from its rows, else from its name; files that tell neither are missing."""
    lists, tables = None, contracts.all_tables()
    known = _units_in_release(release_id)
    found: dict[str, tuple[str, ...]] = {}
    for receipt in receipts:
        if receipt.file in known:
            found[receipt.file] = known[receipt.file]
            continue
        lists = lists or reference.load(warehouse_settings.load().reference)
        named = filename.parse(receipt.file.rpartition("/")[2], lists, tables)
        if named.reporting_unit:
            found[receipt.file] = (named.reporting_unit,)
    return found


@per_release(4)
def _units_in_release(release_id: str) -> dict[str, tuple[str, ...]]:
    found = connection.rows(
        release_id,
        """
        select files.file_name, list(distinct submissions.reporting_unit order by submissions.reporting_unit) as units
        from fct_submissions as submissions
        inner join dim_file as files on submissions.report_id = files.report_id
        group by files.file_name
        """,
    )
    return {row["file_name"]: tuple(row["units"]) for row in found}


@per_release(4)
def orphans(release_id: str) -> tuple[Orphan, ...]:
    """Records that wait for their parent, file by file."""
    found = connection.rows(
        release_id,
        "select programme, table_name, origin, file_name, row_number, column_name, missing_key from mart_orphans"
        " order by programme, table_name, file_name, row_number",
    )
    return tuple(Orphan(**row) for row in found)


def receipt_of(content: dict[str, Any]) -> Receipt:
    """The receipt of one file as the command line prints it."""
    messages = tuple(
        Message(one["code"], one["severity"], one.get("row"), one.get("column"), one["message"])
        for one in content.get("messages", [])
    )
    return Receipt(
        file=content["file"],
        programme=content.get("programme"),
        table=content.get("table"),
        status=content["status"],
        encoding=content.get("encoding"),
        rows_in=content.get("rows_in") or 0,
        rows_accepted=content.get("rows_accepted") or 0,
        rows_quarantined=content.get("rows_quarantined") or 0,
        rows_ignored=content.get("rows_ignored") or 0,
        messages=messages,
    )
