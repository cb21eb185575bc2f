"""Personal numbers handed in anywhere, in any form: whatever is left under home holds none of them."""

import unicodedata
from collections.abc import Callable, Iterable

import openpyxl
import polars as pl
import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from tests.intake import files
from warehouse.contracts import Table
from warehouse.intake.folder.take_in import Intake, take_in
from warehouse.settings import Settings

EVENT, SESSION, CASE = "skills_to_community.event", "health_checkup.session", "dispute_mediation.case"
NUMBERS = {
    "identity": "110101199003070011",
    "identity with X": "11010519491231002X",
    "identity with x": "11010519491231002x",
    "identity in full width": "１１０１０１１９９００３０７００１１",
    "identity with blanks": "110101 19900307 0011",
    "identity with dashes": "110101-19900307-0011",
    "identity over lines": "110101\n19900307\n0011",
    "identity with hidden signs": "110101\u200b199003070011",
    "old identity": "410302800101123",
    "mobile": "13800138000",
    "mobile with blanks": "138 0013 8000",
    "mobile abroad": "+8613800138000",
    "mobile in full width": "１３８００１３８０００",
    "landline": "0379-63212345",
    "landline with brackets": "(0379)63212345",
    "card": "6222021234567890128",
    "card with blanks": "6222 0212 3456 7890 128",
}
DIGITS = frozenset(
    {
        "110101199003070011", "11010519491231002", "410302800101123", "13800138000", "63212345", "6222021234567890128",
    }
)  # fmt: skip


@pytest.fixture
def table() -> Table:
    return files.table_of(EVENT)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_personal_number_in_any_column_leaves_nothing(encoding: str, settings: Settings) -> None:
    expected = 0
    for name in (EVENT, SESSION, CASE):
        table = files.table_of(name)
        plain = files.valid_rows(table, 1)[0]
        rows = [plain]
        for number in NUMBERS.values():
            for column in table.columns:
                alone = number if column.type in ("int", "decimal", "date", "period") else f"张三{number}"
                rows.append({**plain, column.name: alone})
                expected += 1
        path = files.place(settings, table)
        files.write_text(path, files.to_text(files.grid_of(table, rows)), encoding)

    intake = take_in(settings)

    assert sum(receipt.rows_quarantined for receipt in intake.receipts) == expected, _codes(intake)
    assert sum(receipt.rows_accepted for receipt in intake.receipts) == 3
    _assert_nothing_left(settings, intake)


def test_personal_number_outside_the_rows_leaves_nothing(table: Table, settings: Settings) -> None:
    grid = files.grid_of(table, files.valid_rows(table))
    blank = [""] * (len(grid[0]) - 1)
    numbers = list(NUMBERS.values())[::3]
    for kind, number in enumerate(numbers):
        sheets = (
            [[f"填表人张三{number}", *blank], *grid],
            [*grid, ["合计", *blank[1:], number], [f"填表人：张三{number}", *blank]],
            [[*grid[0], f"联系{number}"], *([*row, "1"] for row in grid[1:])],
            [[*grid[0], f"联系{number}", f"联系{number}"], *([*row, "1", "1"] for row in grid[1:])],
            [["序号", *grid[0]], *([number, *row] for row in grid[1:])],
            [[*grid[0], "联系电话"], *([*row, number] for row in grid[1:])],
        )
        for position, sheet in enumerate(sheets):
            files.write_text(files.place(settings, table, mark=f"_更正{10 * kind + position}"), files.to_text(sheet))

    intake = take_in(settings)

    assert len(intake.receipts) == 6 * len(numbers)
    _assert_nothing_left(settings, intake)


def test_personal_number_in_a_workbook_leaves_nothing(table: Table, settings: Settings) -> None:
    for kind, number in enumerate(NUMBERS.values()):
        book = openpyxl.Workbook()
        page = book.active
        assert isinstance(page, Worksheet)
        page.title = "".join(character for character in f"张{number}" if character.isalnum())[:31]
        for row in files.typed_grid(table, files.valid_rows(table)):
            page.append(row)
        page.cell(2, 1).comment = Comment(f"找张三{number}", f"张三{number}")
        page.cell(3, 1 + _at(table, "students")).value = f'=LEN("{number}")'
        page.cell(4, 1 + _at(table, "community")).value = f"张三{number}"
        book.properties.creator = f"张三{number}"
        book.create_sheet("说明").cell(1, 1).value = f"联系张三{number}"
        # Every other one is named like a text file, so that its sheet is told (D05).
        path = files.place(settings, table, (".xlsx", ".csv")[kind % 2], mark=f"_更正{kind}")
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)

    intake = take_in(settings)

    assert sum(receipt.rows_quarantined for receipt in intake.receipts) >= 2 * len(NUMBERS)
    _assert_nothing_left(settings, intake)


def test_file_named_with_a_personal_number_is_refused_and_its_name_not_kept(table: Table, settings: Settings) -> None:
    names = 0
    for number in (number for number in NUMBERS.values() if "\n" not in number):
        for suffix in (".csv", ".xlsx", ".csv.tmp"):
            for mark in ("", "_更正1"):
                path = files.place(settings, table, mark=mark)
                name = path.name.replace("洛阳市总工会", f"张三{number}").removesuffix(".csv") + suffix
                files.write_text(path.with_name(name), files.to_text(files.grid_of(table, files.valid_rows(table))))
                names += 1

    intake = take_in(settings)

    assert len({receipt.file for receipt in intake.receipts}) == names
    assert {(".tmp" in r.file, r.status) for r in intake.receipts} == {(True, "waiting"), (False, "refused")}
    _assert_nothing_left(settings, intake)


def _assert_nothing_left(settings: Settings, intake: Intake) -> None:
    """Looks into every file under home: its bytes in the encodings in use, and what parquet files hold."""
    kept = [repr(intake)]
    for path in settings.home.rglob("*"):
        kept.append(str(path))
        if path.suffix == ".parquet":
            frame = pl.read_parquet(path)
            kept.append(frame.select(pl.all().cast(pl.String)).write_csv())
        if path.is_file():
            data = path.read_bytes()
            kept += [data.decode(encoding, "ignore") for encoding in ("utf-8", "gb18030", "utf-16-le")]
    for text in kept:
        assert not _found(text), _found(text)


def _found(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text)
    shapes: Iterable[Callable[[str], str]] = (
        lambda text: text,
        lambda text: text.replace(" ", "").replace("\u200b", "").replace("\n", ""),
    )
    return [number for shape in shapes for number in DIGITS if number in shape(plain)]


def _codes(intake: Intake) -> list[tuple[str, int | None, str | None]]:
    return [(m.code, m.row, m.column) for receipt in intake.receipts for m in receipt.messages]


def _at(table: Table, column: str) -> int:
    return [found.name for found in table.columns].index(column)
