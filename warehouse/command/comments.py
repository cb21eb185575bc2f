"""`unionboard comments`: 批示 and their answers, as text or JSON."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from warehouse.command.options import Installation, with_installation


@with_installation
def comments(
    at: Installation,
    programme: Annotated[str | None, typer.Option("--programme", help="只列一个项目的", metavar="CODE")] = None,
    region: Annotated[str | None, typer.Option("--region", help="只列一个地区的", metavar="CODE")] = None,
    only_open: Annotated[bool, typer.Option("--open", help="只列没有办结的")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="在标准输出打印一个 JSON 文档")] = False,
) -> None:
    """批示：写在哪个数上、说了什么、怎么答复的、办结没有，最新的在前。（Comments on numbers.）"""
    from warehouse import comments as written

    try:
        listed = written.load(at.settings)
    except OSError as error:
        at.console.fail(f"{error}。")
    found = [
        one
        for one in listed
        if programme in (None, one.number.programme)
        and region in (None, one.number.region)
        and not (only_open and one.closed is not None)
    ]
    if as_json:
        sys.stdout.write(json.dumps([asdict(one) for one in found], ensure_ascii=False) + "\n")
        return
    at.console.table(
        [
            {
                "id": one.id,
                "at": one.written.at[:16],
                "kpi": one.number.kpi,
                "region": one.number.region,
                "period": one.number.period,
                "text": one.written.text,
                "answers": len(one.answers),
                "closed": one.closed.at[:16] if one.closed else "",
            }
            for one in found
        ]
    )
