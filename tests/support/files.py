"""Files as offices would drop them, made from the contract's headers."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

from warehouse import contracts

COMMON = {
    "province_code": "河南省",
    "region_code": "410300",
    "reporting_unit": "洛阳市总工会",
    "report_period": "2024-05",
    "as_of_date": "2024-05-31",
    "data_basis": "本期",
}


def grid(programme: str, table: str, rows: Sequence[Mapping[str, object]]) -> list[list[str]]:
    """Header and rows as text; columns that no row fills are left out unless they are required."""
    contract = contracts.find(programme, table)
    filled = [{**COMMON, **row} for row in rows]
    columns = [c for c in contract.columns if c.required or any(c.name in row for row in filled)]
    body = [["" if row.get(c.name) is None else str(row.get(c.name, "")) for c in columns] for row in filled]
    return [[c.header for c in columns], *body]


def write_csv(
    path: Path, programme: str, table: str, rows: Sequence[Mapping[str, object]], encoding: str = "utf-8"
) -> Path:
    """A comma-separated file in this encoding."""
    text = io.StringIO()
    csv.writer(text).writerows(grid(programme, table, rows))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, programme: str, table: str, rows: Sequence[Mapping[str, object]]) -> Path:
    """A workbook with one sheet of text cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("Sheet1")
        for number, row in enumerate(grid(programme, table, rows)):
            sheet.write_row(number, 0, row)
    return path


def centre(centre_id: str = "LY001", **changes: object) -> dict[str, object]:
    """One mediation centre that is in place."""
    return {
        "centre_id": centre_id,
        "centre_level": "市(示范区)",
        "established_on": "2024-03-01",
        "org_in_place": "是",
        "staff_in_place": "是",
        "funds_in_place": "是",
        "mediators": 3,
        "union_legal_workers": 1,
        "data_basis": "时点",
        **changes,
    }


def case(case_no: str, **changes: object) -> dict[str, object]:
    """One case of that centre, closed as settled."""
    return {
        "case_no": case_no,
        "centre_id": "LY001",
        "source": "仲裁委委派",
        "referred_on": "2024-05-06",
        "accepted_on": "2024-05-07",
        "closed_on": "2024-05-17",
        "outcome": "调解成功",
        "dispute_type": "劳动报酬",
        "workers_involved": 2,
        **changes,
    }
