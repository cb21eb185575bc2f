"""`unionboard countersign`: what waits for a second person; sign it, return it with a reason, withdraw it, or see what it would change."""

import json
import sys
from typing import Annotated, Any

import typer

from warehouse.command.options import Installation, with_installation
from warehouse.command.reasons import sentence

Json = Annotated[bool, typer.Option("--json", help="在标准输出打印一个 JSON 文档")]


@with_installation
def countersign(
    at: Installation,
    name: Annotated[
        str | None, typer.Argument(help="编号，可只写开头；不写就列出在等的和刚办过的", metavar="[ID]")
    ] = None,
    reason: Annotated[str | None, typer.Option("--return", help="不签，退回，写明原因", metavar="REASON")] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="撤回（由交来的单位）")] = False,
    look: Annotated[bool, typer.Option("--preview", help="只看签了会变什么，什么也不改")] = False,
    sha256: Annotated[str | None, typer.Option("--sha256", help="只在文件仍是这些字节时才签", metavar="HASH")] = None,
    steps: Annotated[bool, typer.Option("--steps", hidden=True)] = False,
    as_json: Json = False,
) -> None:
    """会签：上报要由本省另一个人签了才发布的项目，在这里签或退回。（Countersign what waits for a second person.）"""
    from warehouse.build.candidate import BuildError
    from warehouse.front_door import countersign as signing
    from warehouse.front_door import waiting
    from warehouse.releases.limits import LimitsError
    from warehouse.releases.release import ReleaseError
    from warehouse.system import workers
    from warehouse.system.lock import LockedError

    workers.begin()
    console, settings = at.console, at.settings
    if sum((reason is not None, withdraw, look)) > 1:
        console.fail("--return、--withdraw、--preview 只能写一个。")
    if name is None:
        listed = waiting.every(settings)
        if as_json:
            _print([one.as_json() for one in listed])
        else:
            names = ("id", "state", "file", "programme", "subject", "at")
            console.table([{key: one.as_json()[key] for key in names} for one in listed])
        return
    try:
        if reason is not None or withdraw:
            decided = signing.withdraw(settings, name) if withdraw else signing.send_back(settings, name, reason or "")
            console.say(f"{'已撤回' if withdraw else '已退回'}：{decided.as_json()['file']}")
            if as_json:
                _print({"countersign": decided.as_json()})
            return
        with console.working(steps) as say:
            if look:
                found = signing.preview(settings, name, say)
            else:
                done, is_signed = signing.sign(settings, name, sha256, say)
    except (signing.CountersignError, BuildError, ReleaseError, LimitsError, LockedError, OSError) as error:
        console.fail(str(error) if isinstance(error, signing.CountersignError) else sentence(error))
    if look:
        console.receipts(found.receipts)
        console.say(f"会变 {len(found.changes)} 个指标值。")
        if as_json:
            _print(found.as_json(console.language))
        else:
            console.table(found.changes)
        return
    console.receipts(done.offered)
    console.say(done.result.reason if is_signed else f"没有签成，仍在等会签：{done.result.reason}")
    if as_json:
        signed = next(one for one in waiting.every(settings) if one.id.startswith(name))
        _print({**done.as_json(console.language), "countersign": signed.as_json()})
    raise typer.Exit(done.exit_code if is_signed else 1)


def _print(document: Any) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, default=str) + "\n")
