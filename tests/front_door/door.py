"""What the tests of the front door share: one installation, and the command line run in this process."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from typer.testing import CliRunner

from warehouse.command.cli import app
from warehouse.settings import Settings

FOLDER = "dispute_mediation"


@dataclass(frozen=True)
class Door:
    """An installation and the desk from which files are offered."""

    settings: Settings
    desk: Path

    def run(self, *arguments: object) -> tuple[int, Any, str]:
        """Exit status, the JSON document, and what was said to people."""
        where = ["--seeds", self.settings.seeds, "--home", self.settings.home, "--today", self.settings.today]
        done = CliRunner().invoke(app, [str(part) for part in (*arguments, *where, "--json")])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, json.loads(done.stdout) if done.stdout.strip() else None, done.stderr

    def seeds(self) -> list[str]:
        """The files of the seeds folder, hidden ones included."""
        return sorted(
            path.relative_to(self.settings.seeds).as_posix()
            for path in self.settings.seeds.rglob("*")
            if path.is_file()
        )


def mend(workbook: Path, changes: Mapping[str, Any]) -> None:
    """Type values into cells of a workbook and save it, as an office would."""
    book = openpyxl.load_workbook(workbook)
    sheet = book.active
    assert sheet is not None
    for place, value in changes.items():
        sheet[place] = value
    book.save(workbook)


def comments(workbook: Path) -> dict[str, str]:
    """The comments of a workbook's first sheet by cell."""
    sheet = openpyxl.load_workbook(workbook).active
    assert sheet is not None
    return {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}


def column_of(workbook: Path, header: str) -> str:
    """The letter of a column, by the header in the first row."""
    sheet = openpyxl.load_workbook(workbook).active
    assert sheet is not None
    return str(next(cell.column_letter for cell in sheet[1] if cell.value == header))
