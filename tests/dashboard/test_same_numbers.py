"""Whatever passes numbers on says what `unionboard kpi` says, cell by cell; of a hidden cell it says nothing."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from starlette.applications import Starlette

from dashboard import hosts
from tests.support.asgi import ask
from warehouse.answers import columns as kinds
from warehouse.answers.values import COLUMNS, EXTRA, TELLING
from warehouse.interface import routes
from warehouse.interface.describe import ROOT
from warehouse.releases import current_values
from warehouse.releases.current_values import Selection
from warehouse.settings import Settings

# One with submitted and hidden values, one of the whole nation, and what was published of them.
PROGRAMMES = ("dispute_mediation", "gba_studio_alliance")
KEY = ("kpi", "region", "period", "origin", "category")
KINDS = {column.name: column.kind for column in (*COLUMNS, *EXTRA)}
Rows = dict[tuple[Any, ...], dict[str, Any]]


def by_key(rows: list[dict[str, Any]]) -> Rows:
    found = {tuple(row.get(name) or None for name in KEY): row for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.fixture(scope="module")
def of_command(house: Settings) -> Rows:
    """What `unionboard kpi --categories` prints of the programmes."""
    rows = [
        row for one in PROGRAMMES for row in current_values.kpi_values(house, Selection(programme=one, categories=True))
    ]
    assert {row["origin"] for row in rows} == {"submitted", "demonstration", "published"}
    assert any(row["is_hidden"] for row in rows)
    return by_key(rows)


def same(said: Rows, of_command: Rows) -> None:
    """Every cell; what is told beyond the command is hidden cells without anything in them."""
    hidden = {key for key, row in of_command.items() if row["is_hidden"]}
    assert {key for key in of_command if key not in said} == {key for key in hidden if key[4] is not None}
    for key, row in said.items():
        if row["is_hidden"]:
            assert key in hidden or key not in of_command
            assert not [name for name in TELLING if name in row and row[name] is not None], key
            continue
        expected = of_command[key]
        assert not expected["is_hidden"]
        for name, value in row.items():
            if name not in expected:
                continue
            known = expected[name]
            if KINDS[name] == kinds.CHANGE and known is not None and known["reason"] == "hidden":
                # The command tells owners what was hidden before.
                known = {**known, "before": value["before"]}
            assert value == known, (key, name)


def plain(column: str, text: str) -> Any:
    """A cell of a CSV as what it was."""
    if text == "":
        return "" if column == "qualifier" else None
    kind = KINDS.get(column)
    read: dict[str, Callable[[str], object]] = {
        kinds.NUMBER: float,
        kinds.WHOLE: int,
        kinds.FLAG: lambda word: word == "true",
    }
    return read.get(kind or "", str)(text)


@pytest.fixture(scope="module")
def api(house: Settings) -> Starlette:
    return Starlette(routes=routes.routes(house, hosts.is_at_machine))


QUERY = {"programme": ",".join(PROGRAMMES), "categories": "true", "limit": "100000"}


def test_interface_says_what_the_command_says(api: Starlette, of_command: Rows) -> None:
    fields = ",".join((*kinds.names(COLUMNS), *kinds.names(EXTRA)))
    told = ask(api, f"{ROOT}/values", {**QUERY, "fields": fields}).json()
    assert told["total"] == len(told["data"])
    same(by_key(told["data"]), of_command)


def test_interface_says_the_same_as_csv_and_arrow(api: Starlette, of_command: Rows) -> None:
    text = ask(api, f"{ROOT}/values", {**QUERY, "format": "csv"}).body.decode("utf-8-sig")
    rows = [{name: plain(name, cell) for name, cell in row.items()} for row in csv.DictReader(io.StringIO(text))]
    same(by_key(rows), of_command)
    table = pa.ipc.open_stream(ask(api, f"{ROOT}/values", {**QUERY, "format": "arrow"}).body).read_all().to_pylist()
    for row in table:
        row["as_of"] = row["as_of"].isoformat() if row["as_of"] else None
    same(by_key(table), of_command)


def test_comparisons_come_apart_in_tables(api: Starlette, of_command: Rows) -> None:
    query = {**QUERY, "fields": ",".join((*KEY, "is_hidden", "change_year")), "format": "arrow"}
    table = pa.ipc.open_stream(ask(api, f"{ROOT}/values", query).body).read_all().to_pylist()
    for row in table:
        known = None if row["is_hidden"] else of_command[tuple(row[name] for name in KEY)]["change_year"]
        if known is None or known["reason"] == "hidden":
            continue
        assert {name: row[f"change_year_{name}"] for name, _ in kinds.PARTS[kinds.CHANGE]} == {
            name: known[name] for name, _ in kinds.PARTS[kinds.CHANGE]
        }
