"""Whatever style a valid table is written in, the same rows come back; whatever bytes come, nothing breaks."""

import csv
import io
import os
import random
import re
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import cn2an
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.intake import files
from warehouse import contracts
from warehouse.contracts import Column, Table
from warehouse.intake.judge import Judgement
from warehouse.settings import Settings

NAMES = [f"{table.programme}.{table.name}" for table in contracts.all_tables()]
EVENT = files.table_of("skills_to_community.event")
QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


@dataclass(frozen=True)
class Style:
    """How an office might write a table."""

    encoding: str
    delimiter: str
    line_end: str
    date: str
    number: str
    quoting: Literal[0, 1]
    shuffle: int
    titles: int
    is_decorated: bool
    has_last_line_end: bool


STYLES = st.builds(
    Style,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"]),
    delimiter=st.sampled_from([",", "\t", ";", "，", "|"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    date=st.sampled_from(
        ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "serial", "%Y-%m-%d 00:00:00", "full width"]
    ),
    number=st.sampled_from(["plain", "thousands", "full width", "apostrophe", "quoted", "with unit", "Chinese"]),
    quoting=st.sampled_from((0, 1)),
    shuffle=st.integers(0, 1 << 16),
    titles=st.integers(0, 3),
    is_decorated=st.booleans(),
    has_last_line_end=st.booleans(),
)


@pytest.fixture(scope="module")
def home() -> Settings:
    return files.make_settings(Path(tempfile.mkdtemp()))


@QUICK
@given(name=st.sampled_from(NAMES), count=st.integers(1, 12), style=STYLES, numbers=st.randoms(use_true_random=False))
def test_valid_table_in_any_style_reads_back_the_same(
    name: str, count: int, style: Style, numbers: random.Random, home: Settings
) -> None:
    table = files.table_of(name)
    rows = _rows(table, count, numbers)
    plain = _judge(files.to_text(files.grid_of(table, rows)).encode(), table, home)

    styled = _judge(written(table, rows, style), table, home)

    assert styled.receipt.rows_accepted == count, styled.receipt.messages
    assert {message.severity for message in styled.receipt.messages} <= {"info"}
    assert _content(styled).equals(_content(plain))


@QUICK
@given(data=st.binary(max_size=400), suffix=st.sampled_from([".csv", ".xlsx", ".txt", ""]), is_headed=st.booleans())
def test_arbitrary_bytes_are_never_taken_and_break_nothing(
    data: bytes, suffix: str, is_headed: bool, home: Settings
) -> None:
    head = (",".join(files.header_of(EVENT)) + "\n").encode() if is_headed else b""

    judgement = _judge(head + data, EVENT, home, suffix)

    _assert_accounted(judgement)
    assert judgement.receipt.rows_accepted == 0
    assert judgement.frame is None


@QUICK
@given(style=STYLES, cuts=st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(max_size=6)), min_size=1, max_size=4))
def test_damaged_files_break_nothing(style: Style, cuts: list[tuple[int, bytes]], home: Settings) -> None:
    data = bytearray(written(EVENT, files.valid_rows(EVENT, 4), style))
    for place, piece in cuts:
        start = place % (len(data) + 1)
        data[start : start + len(piece) // 2] = piece

    _assert_accounted(_judge(bytes(data), EVENT, home))


@QUICK
@given(cells=st.lists(st.text(max_size=30), min_size=1, max_size=6), column=st.integers(0, 100))
def test_any_text_in_any_cell_breaks_nothing(cells: list[str], column: int, home: Settings) -> None:
    rows = files.valid_rows(EVENT, len(cells))
    name = EVENT.columns[column % len(EVENT.columns)].name
    for row, cell in zip(rows, cells, strict=True):
        row[name] = cell.replace("\0", "")
    text = files.to_text(files.grid_of(EVENT, rows)).encode("utf-8", "replace")

    judgement = _judge(text, EVENT, home)

    _assert_accounted(judgement)
    assert judgement.receipt.rows_in == len(cells) or judgement.receipt.status == "refused"


def _assert_accounted(judgement: Judgement) -> None:
    receipt = judgement.receipt
    assert judgement.problems == ()
    assert receipt.rows_in == receipt.rows_accepted + receipt.rows_quarantined + receipt.rows_ignored
    assert min(receipt.rows_accepted, receipt.rows_quarantined, receipt.rows_ignored) >= 0
    assert (receipt.status == "refused") <= (receipt.rows_accepted == 0)
    if judgement.frame is not None:
        assert judgement.frame.height == receipt.rows_accepted


def _rows(table: Table, count: int, numbers: random.Random) -> list[files.Row]:
    rows = files.valid_rows(table, count)
    for row in rows:
        for column in table.columns:
            if column.type == "text" and column.name not in table.primary_key and not column.pattern:
                row[column.name] = numbers.choice(["甲", "幸福社区", "A，B、C", "第3小组", "①号", "a b"]) or "甲"
            if column.name == "reporting_unit":
                row[column.name] = "洛阳市总工会"
            if column.name == "remarks":
                row[column.name] = numbers.choice(["", "正常", "含“引号”、顿号"])
        if "amount_claimed_yuan" in row:
            row["amount_claimed_yuan"] = str(Decimal(numbers.randint(0, 10**9)) / 100)
    return rows


def written(table: Table, rows: list[files.Row], style: Style) -> bytes:
    """The rows in one office's style."""
    order = list(table.columns)
    random.Random(style.shuffle).shuffle(order)
    grid = [[column.header for column in order]]
    grid += [[_styled(column, row[column.name], style) for column in order] for row in rows]
    if style.is_decorated:
        grid = [["序号", *row] if number == 0 else [str(number), *row] for number, row in enumerate(grid)]
    buffer = io.StringIO(newline="")
    for title in ("2024年5月情况统计表", "报送：办公室", "")[: style.titles]:
        buffer.write(title + style.line_end)
    csv.writer(buffer, delimiter=style.delimiter, lineterminator=style.line_end, quoting=style.quoting).writerows(grid)
    if style.is_decorated:
        buffer.write(style.line_end + "填表人：王某" + style.line_end)
    text = buffer.getvalue() if style.has_last_line_end else buffer.getvalue().removesuffix(style.line_end)
    return ("\ufeff" if style.encoding == "utf-16-be" else "").encode(style.encoding) + text.encode(style.encoding)


def _styled(column: Column, value: str, style: Style) -> str:
    if not value:
        return value
    if column.type == "date" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return value
        if style.date == "full width":
            return value.translate(FULL_WIDTH)
        return str((day - date(1899, 12, 30)).days) if style.date == "serial" else day.strftime(style.date)
    if column.is_number and style.number == "thousands" and re.fullmatch(r"[0-9.]+", value):
        return f"{Decimal(value):,}"
    if column.is_number and style.number == "full width":
        return value.translate(FULL_WIDTH)
    if column.is_number and style.number == "apostrophe":
        return "'" + value
    if column.is_number and style.number == "quoted":
        return f"“{value}”"
    if column.is_number and style.number == "with unit" and column.unit in ("元", "人", "人次"):
        return value + column.unit
    if column.is_number and style.number == "Chinese" and value.isdigit() and len(value) < 3:
        return str(cn2an.an2cn(value))
    return value


def _content(judgement: Judgement) -> pl.DataFrame:
    return files.frame_of(judgement).drop("line").with_columns(pl.col(pl.Enum).cast(pl.String))


def _judge(data: bytes, table: Table, home: Settings, suffix: str = ".csv") -> Judgement:
    path = home.seeds / table.programme / f"演示_{table.name_zh}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    before = time.time() - 60
    os.utime(path, (before, before))
    return files.judged(path, home)
