"""`unionboard notify`: tell people what is due; show what would go out, and what became of what went."""

import json
import sys
from typing import Annotated, Any

import typer

from warehouse.command.options import Installation, with_installation

Json = Annotated[bool, typer.Option("--json", help="在标准输出打印一个 JSON 文档")]
# Some of it did not arrive, or nobody knows.
NOT_ALL = 2


@with_installation
def notify(
    at: Installation,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只显示会发什么，不写也不发")] = False,
    is_list: Annotated[bool, typer.Option("--list", help="发件箱里的每一封和它的状态")] = False,
    again: Annotated[
        str | None, typer.Option("--again", help="未定或放弃的一封，再发一次；写编号（可只写开头）", metavar="ID")
    ] = None,
    settle: Annotated[
        str | None, typer.Option("--settle", help="未定、放弃或没发成的一封，不再发", metavar="ID")
    ] = None,
    as_json: Json = False,
) -> None:
    """按通知计划发简报、提醒和催报：邮件，或企业微信、钉钉、飞书群。（Send what is due by the schedule.）"""
    from warehouse.access.audit import AuditError
    from warehouse.notify import outbox, run
    from warehouse.notify.lined import ScheduleError
    from warehouse.notify.outbox import BusyError

    console, settings = at.console, at.settings
    try:
        if is_list:
            _told(console, as_json, list(outbox.read(settings).values()))
            return
        plan = run.needed(settings)
        if again or settle:
            moved = run.settle(settings, again or settle or "", is_again=bool(again))
            console.say(f"{moved.id} {moved.subject}：{run.WORDS[moved.state]}。")
            if again is None:
                if as_json:
                    _print({"parcels": [moved.as_json()]})
                return
        if dry_run:
            letters, waiting = run.would(settings, plan)
            _would(at, as_json, letters, waiting, plan)
            return
        done = run.send(settings, plan, console.say)
    except (ScheduleError, BusyError, AuditError) as error:
        console.fail(str(error))
    except KeyError as error:
        console.fail(str(error.args[0]))
    except OSError as error:
        console.fail(f"{error.strerror or error}。没有发，下次再发。")
    if not done.parcels:
        console.say("没有到时候的，也没有等着发的。")
    for one in done.open:
        console.say(f"要人看：{one.id} {one.recipient}《{one.subject}》{run.WORDS[one.state]}，{one.reason}。")
    if done.open:
        console.say("查明没收到就 unionboard notify --again 编号，收到了或不要了就 --settle 编号。")
    if as_json:
        _print(
            {"parcels": [one.as_json() for one in done.parcels], "open": [one.as_json() for one in done.open]},
        )
    is_all = all(one.state == outbox.SENT for one in done.parcels) and not done.open
    raise typer.Exit(0 if is_all else NOT_ALL)


def _would(at: Installation, as_json: bool, letters: Any, waiting: Any, plan: Any) -> None:
    if as_json:
        told = [
            {
                "id": one.id, "recipient": one.recipient, "to": plan.recipients[one.recipient].masked, "rule": one.rule,
                "kind": one.kind, "occasions": list(one.occasions), "subject": one.subject, "text": one.text,
            }
            for one in letters
        ]  # fmt: skip
        _print({"would_send": told, "waiting": [one.as_json() for one in waiting]})
        return
    for one in letters:
        typer.echo(f"—— {one.recipient}（{plan.recipients[one.recipient].masked}）{one.subject}\n{one.text}\n")
    for one in waiting:
        typer.echo(f"—— 等着发：{one.id} {one.recipient} {one.subject}")
    at.console.say(f"会发 {len(letters)} 封，另有 {len(waiting)} 封等着发。什么也没有发出。")


def _told(console: Any, as_json: bool, parcels: Any) -> None:
    from warehouse.notify.run import WORDS

    if as_json:
        _print({"parcels": [one.as_json() for one in parcels]})
        return
    console.table(
        [
            {"id": one.id, "at": one.at, "recipient": one.recipient, "subject": one.subject, "state": WORDS[one.state],
             "reason": one.reason or ""}
            for one in parcels
        ]
    )  # fmt: skip


def _print(document: object) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
