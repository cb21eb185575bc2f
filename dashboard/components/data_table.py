"""A table a person can read, print and take along as CSV or XLSX."""

import csv
import io
import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import streamlit as st
import xlsxwriter

from dashboard.components import kept, markup
from dashboard.components.markup import Markup, tag
from dashboard.i18n import spoken_now, t
from warehouse.access import scopes


@dataclass(frozen=True)
class Number:
    """A number with the way a workbook shows it, as spreadsheets write that; a CSV has the number alone."""

    value: float
    format: str


Cell = str | int | float | date | datetime | Number | None
Row = Sequence[Markup | str | int]
# What spreadsheets would take for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# The days of spreadsheets begin there.
_EARLIEST = 1900
_XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(
    header: Sequence[str],
    shown: Iterable[Row],
    taken: Sequence[Sequence[Cell]],
    file_name: str,
    key: str,
    caption: str | None = None,
    heads: Sequence[Markup] | None = None,
) -> None:
    """`shown` is what the page says, `taken` the same rows as plain values for the files; `heads` may dress up the header."""
    show_only(header, shown, key, caption, heads)
    downloads(header, taken, file_name, key)


def show_kept(
    header: Sequence[str],
    shown: Callable[[], Iterable[Row]],
    taken: Callable[[], Sequence[Sequence[Cell]]],
    file_name: str,
    key: str,
    caption: str,
    *of: Hashable,
) -> None:
    """The same for a table that depends on the selection and `of` only: its rows are asked for once a view (see `kept`)."""
    name = f"{key}_table"
    markup.show(kept.block(name, lambda: table(header, shown(), caption), *of), key=name)
    downloads_of(header, taken, file_name, key)


def show_only(
    header: Sequence[str],
    shown: Iterable[Row],
    key: str,
    caption: str | None = None,
    heads: Sequence[Markup] | None = None,
) -> None:
    """The table without files to take along."""
    markup.show(table(header, shown, caption, heads), key=f"{key}_table")


def table(
    header: Sequence[str], shown: Iterable[Row], caption: str | None = None, heads: Sequence[Markup] | None = None
) -> Markup:
    """The table as markup."""
    names = heads or header
    head = tag("tr", [tag("th", name, cls="ub-figure" if at else None, scope="col") for at, name in enumerate(names)])
    rows = [_row(row) for row in shown]
    title = tag("caption", caption) if caption else None
    drawn = tag("table", title, tag("thead", head), tag("tbody", rows), cls="ub-table")
    name = caption or (header[0] if header else "")
    return tag("div", drawn, cls="ub-table-box", tabindex=0, role="region", aria_label=name)


def downloads(header: Sequence[str], taken: Sequence[Sequence[Cell]], file_name: str, key: str) -> None:
    """The two buttons."""
    downloads_of(header, lambda: taken, file_name, key)


def downloads_of(header: Sequence[str], rows: Callable[[], Sequence[Sequence[Cell]]], file_name: str, key: str) -> None:
    """The two buttons, for those who may take numbers along; `rows` is asked only when a file is wanted."""
    if not scopes.current().allows(scopes.EXPORT):
        return
    sheet_name = t("sheet_name")
    with st.container(horizontal=True, key=f"{key}_downloads"):
        st.download_button(
            t("download_csv"),
            data=spoken_now(lambda: as_csv(header, rows())),
            file_name=f"{file_name}.csv",
            mime="text/csv",
            on_click="ignore",
            key=f"{key}_csv",
        )
        st.download_button(
            t("download_xlsx"),
            data=spoken_now(lambda: as_xlsx(header, rows(), sheet_name)),
            file_name=f"{file_name}.xlsx",
            mime=_XLSX_TYPE,
            on_click="ignore",
            key=f"{key}_xlsx",
        )


def as_csv(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with the mark that Excel and WPS need, lines ended as they expect."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_harmless(head) for head in header])
    writer.writerows([_harmless(cell.value if isinstance(cell, Number) else cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(header: Sequence[str], rows: Sequence[Sequence[Cell]], sheet_name: str) -> bytes:
    """One sheet with numbers as numbers, the first row fixed and filterable."""
    return as_workbook([(sheet_name, header, rows)])


def as_workbook(sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Cell]]]]) -> bytes:
    """One sheet for each name, header and rows; texts stay texts, whatever they begin with."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        bold = book.add_format({"bold": True})
        formats = _Formats(book)
        for name, header, rows in sheets:
            sheet = book.add_worksheet(name)
            for column, head in enumerate(header):
                sheet.write_string(0, column, head, bold)
            for number, row in enumerate(rows, 1):
                for column, cell in enumerate(row):
                    _write(sheet, number, column, cell, formats)
            sheet.freeze_panes(1, 0)
            if rows:
                sheet.autofilter(0, 0, len(rows), max(len(header) - 1, 0))
            sheet.set_column(0, max(len(header) - 1, 0), 16)
    return content.getvalue()


def _row(row: Row) -> Markup:
    """The first cell names the row; the others are figures, set to the right."""
    return tag("tr", tag("th", row[0], scope="row"), [tag("td", cell, cls="ub-figure") for cell in row[1:]])


class _Formats(dict[str, Any]):
    """The formats of a workbook by what they say, each made once."""

    def __init__(self, book: Any) -> None:
        super().__init__()
        self._book = book

    def __missing__(self, said: str) -> Any:
        made = self[said] = self._book.add_format({"num_format": said})
        return made


def _write(sheet: Any, row: int, column: int, cell: Cell, formats: _Formats) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_string(row, column, str(cell))
    elif isinstance(cell, Number):
        sheet.write_number(row, column, cell.value, formats[cell.format])
    elif isinstance(cell, int | float) and math.isfinite(cell):
        sheet.write_number(row, column, cell)
    elif isinstance(cell, date) and not isinstance(cell, datetime) and cell.year > _EARLIEST:
        sheet.write_datetime(row, column, cell, formats["yyyy-mm-dd"])
    else:
        sheet.write_string(row, column, str(cell))


def _harmless(cell: Cell) -> Cell:
    """Text that begins like a formula gets a quote in front; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
