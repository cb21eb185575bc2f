"""`unionboard audit`: list what was done and seen, and verify that nobody has changed the record of it."""

import csv
import json
import sys
from datetime import date
from typing import Annotated

import typer

from warehouse.access import audit, syslog, verifying
from warehouse.command.options import Installation, with_installation
from warehouse.releases import pointed
from warehouse.settings import day

app = typer.Typer(
    name="audit", no_args_is_help=True, help="审计：谁在什么时候看了、做了什么，记录有没有被动过。（The audit.）"
)

Json = Annotated[bool, typer.Option("--json", help="在标准输出打印一个 JSON 文档")]
FORMATS = ("json", "jsonl", "csv")


@app.command()
@with_installation
def verify(at: Installation, as_json: Json = False) -> None:
    """核对审计记录：改动、缺行、整天不见、换了次序都会指出在哪里；有问题时退出码为 1。（Verify the chain.）"""
    verdict = verifying.verify(at.settings)
    for fault in verdict.faults:
        at.console.say(f"{fault.file}{f' 第 {fault.line} 行' if fault.line else ''}：{fault.problem}。")
    if verdict.is_whole:
        at.console.say(f"审计记录完整：{verdict.days} 天，{verdict.entries} 条。")
    else:
        at.console.say(f"审计记录有 {len(verdict.faults)} 处问题。")
    moved = pointed.problem(at.settings)
    if moved is not None:
        at.console.say(moved)
    if as_json:
        faults = [fault.as_json() for fault in verdict.faults]
        counted = {"whole": verdict.is_whole, "entries": verdict.entries, "days": verdict.days}
        document = {**counted, "faults": faults, "pointer": moved}
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    raise typer.Exit(0 if verdict.is_whole and moved is None else 1)


@app.command(name="list")
@with_installation
def list_entries(
    at: Installation,
    since: Annotated[str | None, typer.Option("--since", help="从哪一天起", metavar="YYYY-MM-DD")] = None,
    until: Annotated[str | None, typer.Option("--until", help="到哪一天止", metavar="YYYY-MM-DD")] = None,
    who: Annotated[str | None, typer.Option("--who", help="谁：账号的标识或名字", metavar="WHO")] = None,
    action: Annotated[
        str | None, typer.Option("--action", help="做了什么，可只写前半，例如 release", metavar="ACTION")
    ] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", help="done、refused 或 failed", metavar="OUTCOME")] = None,
    shape: Annotated[
        str | None, typer.Option("--format", help="导出为 json、jsonl 或 csv（标准输出）", metavar="FORMAT")
    ] = None,
    as_json: Json = False,
) -> None:
    """列出审计记录，可按日期、人、动作筛选，可导出。（List and export entries.）"""
    if shape is not None and shape not in FORMATS:
        at.console.fail(f"--format 只能是 {'、'.join(FORMATS)}，现为“{shape}”。")
    if outcome is not None and outcome not in (audit.DONE, audit.REFUSED, audit.FAILED):
        at.console.fail(f"--outcome 只能是 done、refused 或 failed，现为“{outcome}”。")
    try:
        first, last = _day(since, "--since"), _day(until, "--until")
    except ValueError as error:
        at.console.fail(str(error))
    found = audit.read(at.settings, first, last, who, action, outcome)
    if as_json or shape == "json":
        sys.stdout.write(json.dumps(list(found), ensure_ascii=False) + "\n")
    elif shape == "jsonl":
        for entry in found:
            sys.stdout.write(json.dumps(entry, ensure_ascii=False) + "\n")
    elif shape == "csv":
        lines = csv.writer(sys.stdout)
        lines.writerow(("number", "at", "subject", "name", "action", "outcome", "about"))
        for entry in found:
            lines.writerow([_plain(cell) for cell in _cells(entry)])
    else:
        names = ("number", "at", "subject", "name", "action", "outcome", "about")
        at.console.table([dict(zip(names, _cells(entry), strict=True)) for entry in found])


@app.command()
@with_installation
def ship(at: Installation) -> None:
    """把还没发出的审计记录发给 UNIONBOARD_AUDIT_SYSLOG 的日志服务器。（Send what was not sent yet.）"""
    try:
        if syslog.address() is None:
            at.console.fail(f"没有设 {syslog.ADDRESS}，不知道发给谁。")
        sent = syslog.ship(at.settings)
    except (OSError, ValueError) as error:
        at.console.fail(f"没有发出：{error}。下次再发，不会丢。")
    at.console.say(f"发出 {sent} 条。")


def _day(text: str | None, name: str) -> date | None:
    return day(text, name) if text else None


def _cells(entry: dict[str, object]) -> tuple[object, ...]:
    who = entry["who"]
    subject, name = (who.get("subject"), who.get("name")) if isinstance(who, dict) else ("", "")
    about = syslog.as_text(entry)
    return (entry["number"], entry["at"], subject, name, entry["action"], entry["outcome"], about)


def _plain(cell: object) -> object:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" else cell
