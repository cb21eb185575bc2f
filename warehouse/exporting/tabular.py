"""Rows of an answer as CSV, Arrow and JSON: numbers stay numbers, and no text becomes a formula."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from warehouse.answers import columns as kinds
from warehouse.answers.columns import Column

# What a spreadsheet takes for a formula, in full-width letters too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A comparison is one object in JSON and so many columns where there are only columns.
CHANGE_PARTS = (
    ("before", kinds.NUMBER),
    ("difference", kinds.NUMBER),
    ("relative", kinds.NUMBER),
    ("comparable", kinds.FLAG),
    ("reason", kinds.TEXT),
)
_ARROW = {
    kinds.TEXT: pa.string(),
    kinds.NUMBER: pa.float64(),
    kinds.WHOLE: pa.int64(),
    kinds.FLAG: pa.bool_(),
    kinds.DAY: pa.date32(),
    kinds.MOMENT: pa.string(),
    kinds.LIST: pa.string(),
}


def flat(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns as a table has them: a comparison comes apart."""
    found: list[Column] = []
    for column in columns:
        if column.kind != kinds.CHANGE:
            found.append(column)
            continue
        found += [Column(f"{column.name}_{part}", kind, f"{column.about}（{part}）") for part, kind in CHANGE_PARTS]
    return tuple(found)


def flat_rows(columns: Sequence[Column], rows: Iterable[dict[str, Any]]) -> Iterable[list[Any]]:
    """The cells of each row in the order of `flat`; lists as JSON."""
    for row in rows:
        cells: list[Any] = []
        for column in columns:
            value = row.get(column.name)
            if column.kind == kinds.CHANGE:
                cells += [None if value is None else value[part] for part, _ in CHANGE_PARTS]
            elif column.kind == kinds.LIST:
                cells.append(None if value is None else json.dumps(value, ensure_ascii=False))
            else:
                cells.append(value)
        yield cells


def as_csv(columns: Sequence[Column], rows: Iterable[dict[str, Any]]) -> bytes:
    """UTF-8 with the mark that Excel and WPS need, lines ended as they expect; true and false in small letters."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.name for column in flat(columns)])
    writer.writerows([_cell(value) for value in cells] for cells in flat_rows(columns, rows))
    return text.getvalue().encode("utf-8-sig")


def as_arrow(columns: Sequence[Column], rows: Sequence[dict[str, Any]]) -> bytes:
    """An Arrow IPC stream, each column with what it means as metadata."""
    table = arrow_table(columns, rows)
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)
    return out.getvalue()


def arrow_table(columns: Sequence[Column], rows: Sequence[dict[str, Any]]) -> pa.Table:
    """The same as a table in memory."""
    fields = list(schema(columns))
    by_column: list[list[Any]] = [[] for _ in fields]
    for cells in flat_rows(columns, rows):
        for place, value in enumerate(cells):
            by_column[place].append(value)
    arrays = [_array(values, field) for values, field in zip(by_column, fields, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema(columns))


def schema(columns: Sequence[Column]) -> pa.Schema:
    """The columns as Arrow types, each with what it means."""
    return pa.schema(
        [pa.field(one.name, _ARROW[one.kind], metadata={"description": one.about}) for one in flat(columns)]
    )


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _array(values: list[Any], field: pa.Field) -> pa.Array:
    if field.type == pa.date32():
        return pa.array(values, pa.string()).cast(pa.date32())
    return pa.array(values, field.type)


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return harmless(value)
    return str(value).lower() if isinstance(value, bool) else value
