"""Every line of docs/units-read.md is what the intake does."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from tests.intake import files
from warehouse.contracts import Table
from warehouse.settings import CHECKOUT, Settings

# What the tables are about: the contract's table, the column's header and its name.
SUBJECTS = {
    "Amounts": ("innovation_expo.benefit", "经济效益", "benefit_yuan"),
    "Counts": ("skills_to_community.event", "服务居民", "residents_served"),
}
PLACES = {
    "header", "title", "note", "sheet name", "file name", "row of units", "column of units", "remark", "cell", "number format",
    "comment on the header", "comment on the amount", "comment on a title", "text box", "input message",
}  # fmt: skip
IN_WORKBOOKS = {
    "sheet name",
    "number format",
    "comment on the header",
    "comment on the amount",
    "comment on a title",
} | {
    "text box",
    "input message",
}
_KEPT = re.compile(r"(?P<kept>[0-9]+|row set aside|file refused)(?P<warned>, warned)?(?: \((?P<code>D[0-9]+)\))?")


def lines() -> list[tuple[str, str, str, str]]:
    """Subject, place, words and what is kept, of every line of the tables."""
    found: list[tuple[str, str, str, str]] = []
    subject = ""
    for line in (CHECKOUT / "docs" / "units-read.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            subject = line.removeprefix("## ")
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if subject in SUBJECTS and line.startswith("|") and len(cells) == 3 and cells[0] not in ("place", "---"):
            found.append((subject, cells[0], cells[1].strip("`"), cells[2]))
    return found


def test_tables_hold_lines_for_every_place() -> None:
    assert {place for _, place, _, _ in lines()} == PLACES
    assert len(lines()) > 100


@pytest.mark.parametrize(("subject", "place", "written", "kept"), lines(), ids=lambda text: text)
def test_line_of_the_document_is_what_is_read(
    subject: str, place: str, written: str, kept: str, settings: Settings
) -> None:
    name, header, column = SUBJECTS[subject]
    table = files.table_of(name)
    said = _KEPT.fullmatch(kept)
    assert said is not None, kept

    judgement = files.judged(_file(settings, table, header, place, written), settings)

    receipt = judgement.receipt
    if said["kept"].isdigit():
        assert (receipt.rows_accepted, files.frame_of(judgement)[column].to_list()) == (1, [Decimal(said["kept"])])
    else:
        assert (receipt.rows_accepted, receipt.status) == (0, "refused")
    severity = {"row set aside": "quarantine", "file refused": "refuse"}.get(said["kept"], "info")
    severity = "warning" if said["warned"] else severity
    telling = [
        m.code for m in receipt.messages if m.code in _UNITS and (m.severity == severity or said["code"] is None)
    ]
    assert said["code"] in telling if said["code"] else telling == []


# Codes that tell of units; others, such as D08 for a title, are of no interest here.
_UNITS = {"D19", "D20", "D21", "D55", "D100", "D115", "D116"}


def _file(settings: Settings, table: Table, header: str, place: str, written: str) -> Path:
    """A file of one row with 100 in the column, and these words in this place."""
    rows = files.valid_rows(table, 1)
    column = next(one for one in table.columns if one.header == header)
    rows[0].update({column.name: "100", "satisfaction_n": "", "satisfied_n": ""})
    grid = files.grid_of(table, rows)
    index = grid[0].index(header)
    path = files.place(settings, table)
    if place == "header":
        grid[0][index] = written
    elif place == "title":
        grid.insert(0, [written])
    elif place == "note":
        grid.append([written, *[""] * (len(grid[0]) - 1)])
    elif place == "row of units":
        grid.insert(1, [written if number == index else "" for number in range(len(grid[0]))])
    elif place == "column of units":
        grid = [[*row[: index + 1], cell, *row[index + 1 :]] for row, cell in zip(grid, ("单位", written), strict=True)]
    elif place == "remark":
        grid[1][grid[0].index("备注")] = written
    elif place == "cell":
        grid[1][index] = written
    elif place == "file name":
        path = path.with_name(path.name.replace(table.name_zh, written))
    if place not in IN_WORKBOOKS:
        return files.write_text(path, files.to_text(grid))
    return _workbook(path.with_suffix(".xlsx"), table, index, place, written, rows)


def _workbook(path: Path, table: Table, index: int, place: str, written: str, rows: list[files.Row]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet(written if place == "sheet name" else "Sheet1")
        style = book.add_format({"num_format": written}) if place == "number format" else None
        for number, row in enumerate(files.typed_grid(table, rows)):
            for at, cell in enumerate(row):
                if cell != "":
                    page.write(number, at, cell, style if number and at == index else None)
        if place.startswith("comment"):
            page.write_comment(int(place.endswith("amount")), 0 if place.endswith("title") else index, written)
        elif place == "text box":
            page.insert_textbox(8, 1, written)
        elif place == "input message":
            page.data_validation(
                1, index, 9, index, {"validate": "any", "input_title": "填写", "input_message": written}
            )
    return path
