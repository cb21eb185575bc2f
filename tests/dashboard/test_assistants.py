"""An assistant asks through a real client: every answer carries what must be said, and sixty questions have their right answers."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import yaml
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.types import TextContent, TextResourceContents

from tests.hosts.machines import free_port
from tests.support import running
from warehouse.access import audit
from warehouse.answers.scope import Scope
from warehouse.assistants.server import server
from warehouse.settings import Settings

QUESTIONS = yaml.safe_load((Path(__file__).with_name("assistant_questions.yml")).read_text(encoding="utf-8"))
Conversation = Callable[[Client], Coroutine[Any, Any, Any]]


def talk(to: Any, conversation: Conversation) -> Any:
    async def run() -> Any:
        async with Client(to) as client:
            return await conversation(client)

    return running.run(run())


async def call(client: Client, tool: str, **arguments: Any) -> tuple[bool, Any]:
    """Whether it was refused, and the document or the sentence."""
    told = await client.call_tool(tool, arguments)
    [first, *_] = told.content
    assert isinstance(first, TextContent)
    text = first.text
    return bool(told.is_error), text if told.is_error else json.loads(text)


def at(document: Any, path: str) -> Any:
    """What stands at a path like data.0.value."""
    for part in path.split("."):
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def test_set_has_sixty_questions_in_both_languages() -> None:
    asked = [one["ask"] for one in QUESTIONS]
    assert len(set(asked)) == len(asked) >= 60
    chinese = [
        text for text in asked if any("一" <= letter <= "鿿" for letter in text.split("“")[0] + text.rpartition("”")[2])
    ]
    assert min(len(chinese), len(asked) - len(chinese)) >= 20


def test_replayed_calls_give_the_right_answers(house: Settings) -> None:
    wrong: list[tuple[object, ...]] = []

    async def replay(client: Client) -> None:
        for question in QUESTIONS:
            for one in question["calls"]:
                is_refused, told = await call(client, one["tool"], **one["arguments"])
            if "refused" in question:
                if not is_refused or question["refused"] not in told:
                    wrong.append((question["ask"], told))
                continue
            if is_refused:
                wrong.append((question["ask"], told))
                continue
            for path, expected in question["expect"].items():
                if path == "caveats":
                    ok = set(expected) <= {caveat["code"] for caveat in told["caveats"]}
                else:
                    found = at(told, path)
                    ok = found == (pytest.approx(expected) if isinstance(expected, float) else expected)
                if not ok:
                    wrong.append((question["ask"], path, expected))
            if "data" in told and not (told["release"] and told["data_to"]):
                wrong.append((question["ask"], "no release"))

    talk(server(house), replay)
    assert wrong == []


def test_assistant_within_a_scope_learns_of_nothing_else(house: Settings) -> None:
    async def ask(client: Client) -> None:
        for arguments in ({"kpi": "dm_success_rate", "region": "000000"}, {"programme": "health_checkup"}):
            is_refused, said = await call(client, "kpi_values", **arguments)
            assert is_refused and "没有" in said
        _, regions = await call(client, "find_regions", level="province")
        assert [row["region_code"] for row in regions["data"]] == ["410000"]
        [kept] = (await client.read_resource("unionboard://glossary")).contents
        assert isinstance(kept, TextResourceContents)
        glossary = kept.text
        assert {row["programme"] for row in json.loads(glossary)["data"]} == {"dispute_mediation"}

    talk(server(house, Scope(frozenset({"dispute_mediation"}), frozenset({"410000"}))), ask)


def test_tools_and_resources_say_what_they_are_for(house: Settings) -> None:
    async def ask(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert all(tool.description and len(tool.description) > 20 for tool in tools)
        assert not [tool.name for tool in tools if "sql" in tool.name or "query" in tool.name]
        assert client.instructions and "不相加" in client.instructions
        assert len((await client.list_resources()).resources) == 3

    talk(server(house), ask)


def test_sql_is_for_analysts_and_reaches_the_rows_of_the_scope_only(house: Settings) -> None:
    with pytest.raises(ValueError, match="只限于一个项目"):
        server(house, Scope(frozenset({"dispute_mediation"})), with_sql=True)

    async def ask(client: Client) -> None:
        sql = "select distinct left(region, 2) as province from mart_kpi_values where region <> '000000' order by all"
        is_refused, told = await call(client, "run_sql", sql=sql)
        assert not is_refused and told["data"] == [["41"]] and told["release"] and told["data_to"]
        _, told = await call(client, "run_sql", sql="select count(*) from mart_kpi_values where region = '000000'")
        assert told["data"] == [[0]]
        # Of what is hidden the cell is told and nothing else; the records behind it are not there.
        hidden = "select count(*), count(value), count(numerator) from mart_kpi_values where is_hidden"
        _, told = await call(client, "run_sql", sql=hidden)
        assert told["data"][0][0] > 0 and told["data"][0][1:] == [0, 0]
        assert {"hidden", "not_reported"} <= {one["code"] for one in told["caveats"]}
        for wrong, said in (
            ("select * from fct_dispute_mediation_cases", "no such table"),
            ("select * from read_csv('/etc/passwd')", "no such"),
            ("drop table dim_kpi", "only a SELECT"),
            ("select 1; select 2", "one statement"),
            ("attach '/tmp/x' as x", "only a SELECT"),
            ("select 1" + " " * 30_000, "too much SQL"),
            ("selec 1", ""),
        ):
            is_refused, found = await call(client, "run_sql", sql=wrong)
            assert is_refused and said in str(found), (wrong, found)

    talk(server(house, Scope(regions=frozenset({"410000"})), with_sql=True), ask)
    asked = [entry["about"]["sql"] for entry in audit.read(house, action="assistant.sql")]
    assert "drop table dim_kpi" in asked


def test_command_serves_on_standard_input_and_output(house: Settings) -> None:
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "warehouse.command.cli", "mcp", "--home", str(house.home), "--seeds", str(house.seeds)],
        env={**os.environ},
    )

    async def ask(client: Client) -> Any:
        return await call(client, "kpi_values", kpi="dm_success_rate", region="410300", period="2024-05")

    is_refused, told = talk(command, ask)
    assert not is_refused
    assert told["data"][0]["value"] == 0.625


def test_command_serves_over_http_at_the_machine(house: Settings) -> None:
    port = free_port()

    async def run() -> Any:
        command = [
            sys.executable,
            "-m",
            "warehouse.command.cli",
            "mcp",
            "--http",
            "--port",
            str(port),
            "--home",
            str(house.home),
        ]
        process = await asyncio.create_subprocess_exec(
            *command, "--seeds", str(house.seeds), stderr=asyncio.subprocess.DEVNULL
        )
        try:
            for _ in range(300):
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    break
                except OSError:
                    await asyncio.sleep(0.2)
            async with Client(f"http://127.0.0.1:{port}/mcp") as client:
                return await call(client, "may_be_added", kpi="dm_success_rate", over="regions")
        finally:
            process.terminate()
            await process.wait()

    is_refused, told = running.run(run())
    assert not is_refused
    assert told["allowed"] is False
