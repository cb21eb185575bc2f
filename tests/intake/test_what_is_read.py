"""The tables of what is read and what is not, each of whose lines is handed in as an office would."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from tests.intake import files
from warehouse.intake.judge import Judgement
from warehouse.settings import CHECKOUT, Settings

EVENT = "skills_to_community.event"
# The part of a page, the table it speaks of, and the column.
PARTS = (
    ("numbers-read.md", "Counts (whole numbers: 人次, 件, 家)", EVENT, "residents_served"),
    ("numbers-read.md", "Numbers that need not be given", EVENT, "satisfaction_n"),
    ("numbers-read.md", "Amounts (元)", "innovation_expo.benefit", "benefit_yuan"),
    ("dates-read.md", "Dates", EVENT, "event_date"),
    ("dates-read.md", "Periods (统计期)", EVENT, "report_period"),
)
_LINE = re.compile(r"^\| `(?P<written>.+?)` \| (?P<read>[^|]*?) *\|(?: (?P<code>D\d+))? *\|", re.MULTILINE)


@dataclass(frozen=True)
class Line:
    """One line of a table: what is written, what it is read as, and the code it is told with."""

    written: str
    read: str
    code: str


@pytest.mark.parametrize(("page", "part", "name", "column"), PARTS, ids=[part for _, part, _, _ in PARTS])
@pytest.mark.parametrize("is_workbook", [False, True], ids=["CSV", "XLSX"])
def test_table_of_what_is_read_says_what_the_intake_does(
    page: str, part: str, name: str, column: str, is_workbook: bool, settings: Settings
) -> None:
    lines = list(lines_of(page, part))
    assert len(lines) > 5

    judgement = _handed_in(name, column, [line.written for line in lines], is_workbook, settings)

    read = {row: (value, sign) for row, value, sign in _values(judgement, column)}
    header = files.table_of(name).column(column).header
    told = [(m.row, m.code) for m in judgement.receipt.messages if m.column == header and m.code != "D106"]
    # In a workbook every number that is written as text is told as such.
    codes = {
        (row, code)
        for row, code in told
        if row is not None and not (is_workbook and code == "D32" and "'" not in lines[row - 2].written)
    }
    for number, line in enumerate(lines, start=2):
        value, sign = read.get(number, ("set aside", ""))
        assert (line.written, f"{value} ({sign})" if sign else value) == (line.written, line.read)
        found = {code for row, code in codes if row == number}
        assert line.code in found if line.code else not found, (line, found)


def lines_of(page: str, part: str) -> Iterator[Line]:
    """The lines of the table under a heading."""
    text = (CHECKOUT / "docs" / page).read_text(encoding="utf-8")
    below = text.split(f"## {part}\n", 1)[1].split("\n## ", 1)[0]
    for found in _LINE.finditer(below):
        yield Line(found["written"], found["read"], found["code"] or "")


def _handed_in(name: str, column: str, written: list[str], is_workbook: bool, settings: Settings) -> Judgement:
    table = files.table_of(name)
    rows = files.valid_rows(table, len(written))
    for row, text in zip(rows, written, strict=True):
        row |= {"satisfaction_n": "", "satisfied_n": ""} if name == EVENT else {}
        row[column] = text
    path = Path(settings.seeds) / table.programme / "演示_表"
    grid = files.grid_of(table, rows)
    if is_workbook:
        return files.judged(files.write_workbook(path.with_suffix(".xlsx"), grid), settings)
    return files.judged(files.write_text(path.with_suffix(".csv"), files.to_text(grid)), settings)


def _values(judgement: Judgement, column: str) -> Iterator[tuple[int, str, str]]:
    frame = files.frame_of(judgement).with_columns(pl.col(column).cast(pl.String))
    for row, value, inexact in frame.select("line", column, "inexact").iter_rows():
        sign = (inexact or "").removeprefix(column)
        shown = "blank" if value is None else re.sub(r"(\.\d*?)0+$", r"\1", value).rstrip(".")
        yield row, shown, sign
