"""A province's workbook opened in LibreOffice: each column of numbers summed there, beside the sum of what the file holds.

Needs `soffice` (Debian: libreoffice-calc-nogui); not in the gate.
"""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter

from warehouse import settings as settings_module
from warehouse.answers.source import source
from warehouse.briefing import make
from warehouse.briefing.content import Selection
from warehouse.refresh import refresh

_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Opened:
    """What LibreOffice made of a workbook; `wrong` names columns whose sum differs."""

    region: str
    sheets: int
    columns: int
    wrong: tuple[str, ...]

    def line(self) -> str:
        """One line of the report."""
        return f"workbook of {self.region}: {self.sheets} sheets, {self.columns} columns summed, wrong: {', '.join(self.wrong) or 'none'}"


def run() -> list[Opened]:
    """The nation's workbook and a province's."""
    program = shutil.which("soffice")
    if program is None:
        raise SystemExit("soffice is not installed: LibreOffice is what this looks with")
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_module.load(home=Path(os.environ.get("BENCHMARK_HOME") or f"{folder}/home"))
        refresh(settings)
        found = []
        for region in ("000000", "410000"):
            _, content = make.brief(settings, source(settings), Selection(region), "xlsx")
            path = Path(folder) / f"{region}.xlsx"
            path.write_bytes(content)
            found.append(_opened(program, region, path))
        return found


def _opened(program: str, region: str, path: Path) -> Opened:
    book = openpyxl.load_workbook(path)
    expected: dict[tuple[str, str], float] = {}
    for sheet in book.worksheets:
        last = sheet.max_row
        for number in range(1, sheet.max_column + 1):
            letter = get_column_letter(number)
            cells = [sheet.cell(row, number).value for row in range(1, last + 1)]
            numbers = [cell for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]
            if numbers:
                expected[sheet.title, f"{letter}{last + 3}"] = sum(numbers)
                sheet[f"{letter}{last + 3}"] = f"=SUM({letter}1:{letter}{last})"
    book.save(path)
    out = path.with_suffix("")
    subprocess.run(
        [program, f"-env:UserInstallation=file://{out}-profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
         "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    summed = openpyxl.load_workbook(out / path.name, data_only=True)
    wrong = [
        f"{title}!{cell}: {summed[title][cell].value} for {value}"
        for (title, cell), value in expected.items()
        if not isinstance(summed[title][cell].value, int | float)
        or abs(summed[title][cell].value - value) > _TOLERANCE * max(1.0, abs(value))
    ]
    return Opened(region, len(book.worksheets), len(expected), tuple(wrong))
