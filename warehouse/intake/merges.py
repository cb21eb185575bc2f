"""Fills cells that a workbook merges downwards, where one value truly stands for all rows."""

import polars as pl

from warehouse.intake.findings import Findings
from warehouse.intake.grid import Block, column_name
from warehouse.intake.header import Header, Match
from warehouse.intake.note import Note
from warehouse.intake.workbook import Sheet


def fill_merged(block: Block, header: Header, sheet: Sheet, findings: Findings) -> Block:
    """The block with merged cells of dimension columns filled downwards (D10); numbers are never repeated."""
    if not sheet.facts.merges or not block.frame.height:
        return block
    frame, first_line, last_line = block.frame, block.lines[0], block.lines[-1]
    last_column = sheet.place(max((match.index for match in header.matches), default=0))
    for top, left, bottom, right in sheet.facts.merges:
        if bottom <= max(top, header.row.last_line) or top < first_line:
            continue
        # What a file says of its merges may lie beyond everything that is in it.
        bottom = min(bottom, last_line)
        for column in range(left, min(right, last_column) + 1):
            match = next((m for m in header.matches if sheet.place(m.index) == column), None)
            if match is None or not _stands_for_all(match, header):
                continue
            name = column_name(match.index)
            raw = frame[name][top - first_line] if top - first_line < frame.height else None
            if raw is None:
                continue
            lines = range(top + 1, bottom + 1)
            frame = frame.with_columns(
                pl.when(block.lines.is_in(list(lines))).then(pl.lit(raw)).otherwise(pl.col(name)).alias(name)
            )
            header_text = match.column.header if match.column else match.text
            findings.add_many(Note("D10.filled", {"raw": raw}), lines, header_text)
    return Block(frame, block.lines, block.over)


def _stands_for_all(match: Match, header: Header) -> bool:
    column = match.column
    if column is None or column.is_number or column.name == "remarks":
        return False
    return header.table.primary_key != (column.name,)
