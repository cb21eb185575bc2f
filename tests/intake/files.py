"""Builds the files that offices drop: valid rows of any table, written in any encoding, delimiter or as a workbook."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from warehouse import contracts
from warehouse.contracts import Column, Table
from warehouse.intake.credit_code import check_character
from warehouse.intake.folder.one_file import judge
from warehouse.intake.judge import Judgement, judge_as, label_of, programme_of
from warehouse.settings import CHECKOUT, Settings

TODAY = date(2024, 6, 30)
Row = dict[str, str]

_SPECIAL = {
    "province_code": "河南省",
    "region_code": "410300",
    "reporting_unit": "洛阳市总工会",
    "report_period": "2024-05",
    "data_basis": "本期",
    "value_qualifier": "精确",
    "remarks": "",
    "studio_region": "440300",
    "term_end": "2026-05-10",
    "due_period": "2024-05",
    "quarter": "2024Q2",
    "funding_yuan": "50000",
    "outcome": "调解成功",
}


def make_settings(folder: Path, today: date = TODAY, **options: Any) -> Settings:
    """An installation of its own whose reference lists are those of the checkout."""
    seeds = folder / "seeds"
    seeds.mkdir(parents=True, exist_ok=True)
    if not (seeds / "reference").exists():
        (seeds / "reference").symlink_to(CHECKOUT / "seeds" / "reference")
    return Settings(seeds=seeds, home=folder / "home", today=today, **options)


def table_of(name: str) -> Table:
    """`dispute_mediation.case` as a contract."""
    programme, _, table = name.partition(".")
    return contracts.find(programme, table)


def valid_rows(table: Table, count: int = 3) -> list[Row]:
    """Clean rows by column name; every value as the template wants it."""
    return [{column.name: _value(table, column, number) for column in table.columns} for number in range(1, count + 1)]


def header_of(table: Table) -> list[str]:
    """The template's header row."""
    return [column.header for column in table.columns]


def grid_of(table: Table, rows: Iterable[Mapping[str, str]]) -> list[list[str]]:
    """Header and rows as the template has them."""
    return [header_of(table), *([row[column.name] for column in table.columns] for row in rows)]


def to_text(grid: Sequence[Sequence[str]], delimiter: str = ",", line_end: str = "\r\n") -> str:
    """The grid as delimited text."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=line_end).writerows(grid)
    return buffer.getvalue()


def write_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Writes text under `path`, in this encoding, exactly as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def write_workbook(path: Path, grid: Sequence[Sequence[object]], sheet: str = "Sheet1") -> Path:
    """Writes a workbook of one sheet: dates and numbers as Excel keeps them, everything else as text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(grid):
            for index, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(number, index, cell) if cell else None
                else:
                    page.write(number, index, cell)
    return path


def typed_grid(table: Table, rows: Iterable[Mapping[str, str]]) -> list[list[object]]:
    """Header and rows as a workbook keeps them: real dates and numbers."""
    return [list(header_of(table)), *([_typed(column, row[column.name]) for column in table.columns] for row in rows)]


def place(settings: Settings, table: Table, suffix: str = ".csv", mark: str = "", period: str = "202405") -> Path:
    """Where an office drops a file of this table, with a proper name."""
    words = {
        "dispute_mediation": "劳动争议裁调对接",
        "women_innovation_studios": "女职工创新工作室",
        "health_checkup": "免费体检",
        "vice_chair_projects": "兼职副主席项目",
        "innovation_expo": "创新成果交流",
        "model_worker_tourism": "劳模荐游",
        "social_org_federation": "社会组织工联会",
        "skills_to_community": "社区服务",
        "culture_block": "文化街区",
        "station_health_talks": "健康进驿站",
        "gba_studio_alliance": "大湾区联盟",
    }
    name = f"河南_{words[table.programme]}_{table.name_zh}_洛阳市总工会_{period}{mark}{suffix}"
    return settings.seeds / table.programme / name


def judged(path: Path, settings: Settings) -> Judgement:
    """The judgement of a file that is not junk."""
    judgement = judge(path, settings)
    assert judgement is not None
    return judgement


def judged_here(path: Path, settings: Settings) -> Judgement:
    """The judgement made in this process instead of a worker, which does not see what a test has changed in the code."""
    judgement = judge_as(path, label_of(path), settings, programme_of(path, settings))
    assert judgement is not None
    return judgement


def codes(judgement: Judgement) -> list[str]:
    """The codes of a judgement's messages, without repetition."""
    return list(dict.fromkeys(message.code for message in judgement.receipt.messages))


def frame_of(judgement: Judgement) -> pl.DataFrame:
    """The accepted rows."""
    assert judgement.frame is not None
    return judgement.frame


def credit_code(number: int) -> str:
    """A valid unified social credit code."""
    body = f"51410300MJ{number:07d}"
    return body + check_character(body)


def _value(table: Table, column: Column, number: int) -> str:
    if column.name in _SPECIAL:
        return _SPECIAL[column.name]
    if column.type == "date":
        return "2024-05-10"
    if column.type == "int":
        return str(2010 + number) if column.max == "current_year" or "year" in column.name else str(4 + number)
    if column.type == "decimal":
        return str(4 + number)
    if column.type == "bool":
        return "是"
    if column.type in ("enum", "multi"):
        return column.allowed[0]
    if column.name == "hall_no":
        return f"{number}号"
    if column.type == "code":
        return credit_code(number)
    return f"{column.header}{number}" if column.name in table.primary_key else f"{column.header}甲"


def _typed(column: Column, value: str) -> object:
    if value and column.type == "date":
        return date.fromisoformat(value)
    if value and column.is_number:
        return float(value) if "." in value else int(value)
    if value and column.type == "region":
        return int(value)
    return value
