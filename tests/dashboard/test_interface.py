"""The interface for programs: same numbers, own door, and nothing that must not be shown."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from starlette.applications import Starlette
from typer.testing import CliRunner

from dashboard import hosts
from tests.support.asgi import Told, ask
from warehouse.access import audit, people, scopes
from warehouse.access.people import Person
from warehouse.command.cli import app as command
from warehouse.interface import routes, tokens
from warehouse.interface.describe import ROOT
from warehouse.releases import release
from warehouse.settings import Settings

LUOYANG, ZHENGZHOU = "410300", "410100"


@pytest.fixture(scope="module")
def api(house: Settings) -> Starlette:
    return Starlette(routes=routes.routes(house, hosts.is_at_machine))


@pytest.fixture
def own(house: Settings, tmp_path: Path) -> Settings:
    """The house with a home of its own for tokens and the audit; the releases are the house's."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("releases", "receipts"):
        (home / name).symlink_to(house.home / name)
    return replace(house, home=home)


@pytest.fixture
def door(own: Settings) -> Starlette:
    """The interface of that home."""
    return Starlette(routes=routes.routes(own, hosts.is_at_machine))


def values(api: Starlette, **query: str) -> Told:
    return ask(api, f"{ROOT}/values", query)


def test_value_is_told_with_its_parts_and_its_release(api: Starlette, house: Settings) -> None:
    told = values(api, kpi="dm_success_rate", region=LUOYANG, period="2024-05")
    assert told.status == 200
    document = told.json()
    assert document["release"] == release.current_id(house)
    [row] = document["data"]
    # Of Luoyang's sixteen cases closed in May, ten were settled.
    assert (row["numerator"], row["denominator"], row["value"], row["origin"]) == (10, 16, 0.625, "submitted")
    assert "change_year" not in row


def test_hidden_value_has_no_number_in_any_form(api: Starlette) -> None:
    # Three cases of Zhengzhou are few; of the KPIs that count cases not one says anything, those without a value neither.
    known = ask(api, f"{ROOT}/kpis", {"programme": "dispute_mediation"}).json()["data"]
    few = [kpi["kpi"] for kpi in known if kpi["small_count_limit"] and not kpi["is_category_only"]]
    query = {"kpi": ",".join(few), "region": ZHENGZHOU, "period": "2024-05", "origin": "submitted"}
    for form in ("json", "csv"):
        told = values(
            api, **query, format=form, fields="kpi,value,numerator,rows,status,is_hidden,target,change_period"
        )
        rows = (
            told.json()["data"] if form == "json" else list(csv.DictReader(io.StringIO(told.body.decode("utf-8-sig"))))
        )
        assert len(rows) == len(few) > 1
        for row in rows:
            assert str(row["is_hidden"]).lower() == "true"
            assert not any(row[name] for name in ("value", "numerator", "rows", "target"))
            assert row["status"] == "no_data"
        assert "hidden" in told.headers["x-unionboard-caveats"]


def test_pages_together_are_the_whole(api: Starlette) -> None:
    query = {"programme": "dispute_mediation", "period": "2024-05"}
    whole = values(api, **query).json()
    assert whole["total"] == len(whole["data"]) > 10
    gathered, following = [], f"{ROOT}/values?programme=dispute_mediation&period=2024-05&limit=7"
    while following:
        path, _, text = following.partition("?")
        told = ask(api, path, text).json()
        gathered += told["data"]
        following = told["next"]
    assert gathered == whole["data"]


def test_answer_is_kept_until_the_next_release(api: Starlette, house: Settings) -> None:
    first = values(api, kpi="dm_success_rate")
    assert first.headers["etag"].startswith(f'"{release.current_id(house)}')
    again = ask(api, f"{ROOT}/values", {"kpi": "dm_success_rate"}, {"if-none-match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    other = ask(api, f"{ROOT}/values", {"kpi": "dm_cases"}, {"if-none-match": first.headers["etag"]})
    assert other.status != 304


def test_arrow_has_types_and_meanings(api: Starlette) -> None:
    told = ask(api, f"{ROOT}/values", {"kpi": "dm_success_rate"}, {"accept": "application/vnd.apache.arrow.stream"})
    table = pa.ipc.open_stream(told.body).read_all()
    assert (table.schema.field("value").type, table.schema.field("as_of").type) == (pa.float64(), pa.date32())
    assert table.schema.field("value").metadata[b"description"]
    assert table.num_rows == values(api, kpi="dm_success_rate").json()["total"]


def test_csv_opens_in_a_spreadsheet_without_formulas(api: Starlette) -> None:
    told = ask(api, f"{ROOT}/receipts", {"format": "csv"})
    assert told.body.startswith(b"\xef\xbb\xbf")
    assert "\r\n" in told.body.decode()
    cells = [cell for row in csv.reader(io.StringIO(told.body.decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("path", "query", "status", "parameter"),
    [
        ("values", "kpi=dm_sucess_rate", 404, "kpi"),
        ("values", "period=24-05", 400, "period"),
        ("values", "colour=red", 400, "colour"),
        ("values", "limit=0", 400, "limit"),
        ("values", "limit=%D9%A3", 400, "limit"),
        ("values", "fields=value,secret", 400, "fields"),
        ("values", "format=xml", 400, "format"),
        ("values", "release=nonsense", 404, None),
        ("values", "region=999999", 404, "region"),
        ("changes", "since=20200101T000000Z-0", 404, "since"),
        ("nothing", "", 404, None),
    ],
)
def test_mistake_is_told_as_a_problem(
    api: Starlette, path: str, query: str, status: int, parameter: str | None
) -> None:
    told = ask(api, f"{ROOT}/{path}", query)
    assert told.headers["content-type"].startswith("application/problem+json")
    problem = told.json()
    assert (told.status, problem["status"], problem.get("parameter")) == (status, status, parameter)
    assert problem["detail"]


def test_interface_only_reads(api: Starlette) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        told = ask(api, f"{ROOT}/values", method=method)
        assert (told.status, told.headers["allow"]) == (405, "GET, HEAD")


def test_what_comes_from_elsewhere_needs_a_token(door: Starlette, own: Settings) -> None:
    assert ask(door, f"{ROOT}/kpis").status == 200
    refused = ask(door, f"{ROOT}/kpis", client="192.0.2.7")
    assert (refused.status, refused.headers["www-authenticate"].split()[0]) == (401, "Bearer")
    # A proxy at the machine speaks for somebody else.
    assert ask(door, f"{ROOT}/kpis", headers={"x-forwarded-for": "192.0.2.7"}).status == 401
    assert ask(door, f"{ROOT}/kpis", headers={"host": "board.example"}).status == 401
    _, text = tokens.new(own, "统计处", 1)
    assert ask(door, f"{ROOT}/kpis", headers={"authorization": f"Bearer {text}"}, client="192.0.2.7").status == 200
    for wrong in (f"Bearer {text}x", f"Basic {text}", "Bearer", text, f"Bearer {text[:-1]}"):
        assert ask(door, f"{ROOT}/kpis", headers={"authorization": wrong}).status == 401


def test_revoked_and_expired_tokens_end_at_once(door: Starlette, own: Settings) -> None:
    token, text = tokens.new(own, "对接", 2)
    bearer = {"authorization": f"Bearer {text}"}
    assert ask(door, f"{ROOT}/kpis", headers=bearer).status == 200
    tokens.revoke(own, token.id)
    assert ask(door, f"{ROOT}/kpis", headers=bearer).status == 401
    short, _ = tokens.new(own, "短期", 1)
    assert short.is_valid(datetime.now(UTC))
    assert not short.is_valid(datetime.now(UTC) + timedelta(days=1, seconds=1))


def test_token_is_kept_as_a_digest_only(door: Starlette, own: Settings) -> None:
    token, text = tokens.new(own, "对接", 2)
    kept = (own.home / "interface" / "tokens.json").read_text(encoding="utf-8")
    assert token.id in kept
    assert text.rpartition(f"{token.id}_")[2] not in kept
    assert (own.home / "interface" / "tokens.json").stat().st_mode & 0o077 == 0


def test_who_signs_in_sees_what_the_scope_allows(
    door: Starlette, own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(scopes.SIGN_IN, "signed-in.toml")
    # At the machine too: where people sign in, being there is no name.
    assert ask(door, f"{ROOT}/kpis").status == 401
    with people.as_person(Person("h1", "河南")), scopes.inside(scopes.Scope(regions=("410000",))):
        told = ask(door, f"{ROOT}/values", {"programme": "dispute_mediation", "limit": "5000"})
        assert {str(row["region"])[:2] for row in told.json()["data"]} == {"41"}
    with people.as_person(Person("o1")), scopes.inside(scopes.Scope(may=frozenset())):
        assert ask(door, f"{ROOT}/values", {"programme": "dispute_mediation"}).status == 403
    _, text = tokens.new(own, "报表", 1)
    assert ask(door, f"{ROOT}/kpis", headers={"authorization": f"Bearer {text}"}).status == 200
    written = [entry for path in audit.day_files(own) for entry in map(json.loads, path.read_text().splitlines())]
    assert {"h1", "token:"} <= {entry["who"]["subject"][:6] for entry in written if entry["action"] == "interface.read"}


def test_scope_of_a_token_holds_in_every_answer(door: Starlette, own: Settings) -> None:
    _, text = tokens.new(own, "河南", 1, ["dispute_mediation"], ["410000"])
    bearer = {"authorization": f"Bearer {text}"}

    def rows(name: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = ask(door, f"{ROOT}/{name}", {"limit": "5000"}, bearer).json()["data"]
        return found

    assert {row["programme"] for row in rows("values")} == {"dispute_mediation"}
    assert {str(row["region"])[:2] for row in rows("values")} == {"41"}
    assert {row["programme"] for row in rows("kpis")} == {"dispute_mediation"}
    assert {str(row["region_code"])[:2] for row in rows("regions")} == {"41"}
    assert {row["region"] for row in rows("reporting")} <= {"410000"}
    assert {row["programme"] for row in rows("receipts")} == {"dispute_mediation"}
    assert {str(row["region_code"])[:2] for row in rows("figures")} <= {"41"}
    for query in ({"region": "000000"}, {"programme": "health_checkup"}, {"below": "000000"}):
        assert ask(door, f"{ROOT}/values", query, bearer).status == 404


def test_description_names_every_address_and_column(api: Starlette) -> None:
    document = ask(api, f"{ROOT}/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    for path, item in document["paths"].items():
        needed = {"kpi": "dm_success_rate", "region": LUOYANG, "period": "2024-05"} if path == "/sources" else {}
        told = ask(api, f"{ROOT}{path}", {"limit": "1", **needed})
        assert told.status == 200, path
        schema = document["components"]["schemas"][item["get"]["operationId"]]
        for row in told.json()["data"]:
            assert set(row) <= set(schema["properties"]), path


def test_page_of_the_interface_asks_nobody_outside(api: Starlette) -> None:
    told = ask(api, f"{ROOT}/docs")
    text = told.body.decode()
    assert "default-src 'none'" in told.headers["content-security-policy"]
    assert "<script" not in text
    assert "http://" not in text and "https://" not in text
    assert "/api/v1/values" in text


def test_token_command_shows_the_token_once(own: Settings) -> None:
    at = ["--home", str(own.home), "--seeds", str(own.seeds)]
    run = CliRunner().invoke
    made = json.loads(run(command, ["token", "new", "报表", "--region", "410000", "--json", *at]).stdout)
    assert made["token"].startswith(f"ub_{made['id']}_")
    listed = run(command, ["token", "list", "--json", *at]).stdout
    assert made["token"] not in listed
    assert [one["regions"] for one in json.loads(listed)] == [["410000"]]
    assert run(command, ["token", "revoke", "报表", *at]).exit_code == 0
    assert run(command, ["token", "new", "x", "--region", "41", *at]).exit_code == 1
