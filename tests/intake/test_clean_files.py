"""A clean file of every table is taken in whole, in every encoding and as a workbook."""

from decimal import Decimal

import polars as pl
import pytest

from tests.intake import files
from warehouse import contracts
from warehouse.contracts import Table
from warehouse.intake.folder.take_in import take_in
from warehouse.settings import Settings

TABLES = contracts.all_tables()
NAMES = [f"{table.programme}.{table.name}" for table in TABLES]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "xlsx"])
@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_clean_file_is_accepted_whole(table: Table, encoding: str, settings: Settings) -> None:
    rows = files.valid_rows(table)
    if encoding == "xlsx":
        path = files.write_workbook(files.place(settings, table, ".xlsx"), files.typed_grid(table, rows))
    else:
        text = files.to_text(files.grid_of(table, rows))
        path = files.write_text(files.place(settings, table), text, encoding)

    judgement = files.judged(path, settings)

    receipt = judgement.receipt
    expected = {"utf-8-sig": ["D02"], "gb18030": ["D01"]}.get(encoding, [])
    assert (files.codes(judgement), receipt.status) == (expected, "accepted"), receipt.messages
    assert (receipt.programme, receipt.table, receipt.encoding) == (table.programme, table.name, encoding)
    assert (receipt.rows_in, receipt.rows_accepted, receipt.rows_quarantined, receipt.rows_ignored) == (3, 3, 0, 0)
    assert files.frame_of(judgement)["line"].to_list() == [2, 3, 4]


def test_values_are_the_same_in_csv_and_workbook(settings: Settings) -> None:
    for table in TABLES:
        rows = files.valid_rows(table)
        text = files.write_text(files.place(settings, table), files.to_text(files.grid_of(table, rows)))
        book = files.write_workbook(files.place(settings, table, ".xlsx"), files.typed_grid(table, rows))

        first, second = files.judged(text, settings), files.judged(book, settings)

        assert files.frame_of(first).equals(files.frame_of(second)), table.key


def test_landing_has_typed_rows_with_file_and_line(settings: Settings) -> None:
    table = files.table_of("dispute_mediation.case")
    path = files.write_text(
        files.place(settings, table), files.to_text(files.grid_of(table, files.valid_rows(table))), "gb18030"
    )

    intake = take_in(settings)

    [receipt] = intake.receipts
    landed = pl.read_parquet(settings.landing / "dispute_mediation" / "case" / f"{receipt.report_id}.parquet")
    assert landed.columns[:5] == ["origin", "submission_id", "report_id", "file_name", "row_number"]
    assert landed.columns[5:] == [*(column.name for column in table.columns), "inexact"]
    first = landed.row(0, named=True)
    assert first["file_name"] == f"dispute_mediation/{path.name}"
    assert (first["row_number"], first["origin"], first["province_code"]) == (2, "submitted", "41")
    assert (first["region_code"], first["report_period"]) == ("410300", "2024-05")
    assert first["amount_claimed_yuan"] == Decimal("5.00")
    assert first["inexact"] is None


def test_every_table_has_a_schema_file_even_without_rows(settings: Settings) -> None:
    take_in(settings)

    for table in TABLES:
        found = pl.read_parquet(settings.landing / table.programme / table.name / "schema.parquet")
        assert found.height == 0
        assert found.columns[-1] == "inexact"


def test_receipt_as_json_has_exactly_the_promised_keys(settings: Settings) -> None:
    table = files.table_of("skills_to_community.event")
    rows = files.valid_rows(table)
    rows[1]["event_date"] = "2024-12-31"
    path = files.write_text(files.place(settings, table), files.to_text(files.grid_of(table, rows)), "gb18030")

    document = files.judged(path, settings).receipt.as_json()

    message = document["messages"][-1]
    assert list(document) == [
        "file",
        "programme",
        "table",
        "status",
        "rows_in",
        "rows_accepted",
        "rows_quarantined",
        "rows_ignored",
        "encoding",
        "messages",
    ]
    assert (document["status"], document["rows_accepted"], document["rows_quarantined"]) == ("warned", 2, 1)
    assert list(message) == ["code", "severity", "row", "column", "message"]
    assert (message["code"], message["severity"], message["row"], message["column"]) == (
        "D41",
        "quarantine",
        3,
        "活动日期",
    )
    assert message["message"].startswith("第3行“活动日期”")
