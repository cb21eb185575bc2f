"""`unionboard token`: who may ask the interface from other machines."""

import json
import sys
from typing import Annotated

import typer

from warehouse.command.options import Installation, with_installation

tokens_app = typer.Typer(
    no_args_is_help=True, help="给别的程序的令牌：谁可以从别的机器读接口、看哪些、到何时。（Tokens of the interface.）"
)
Json = Annotated[bool, typer.Option("--json", help="在标准输出打印一个 JSON 文档")]


@tokens_app.command(name="new")
@with_installation
def new_token(
    at: Installation,
    name: Annotated[str, typer.Argument(help="给谁、做什么用", metavar="NAME")],
    days: Annotated[int, typer.Option("--days", help="有效多少天", metavar="N")] = 90,
    programme: Annotated[
        list[str] | None, typer.Option("--programme", help="只给这个项目；可写几次", metavar="CODE")
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option("--region", help="只给这个地区和其下级，六位代码；可写几次", metavar="CODE")
    ] = None,
    as_json: Json = False,
) -> None:
    """发一个令牌；令牌只在这时显示一次。（A new token, shown this once.）"""
    from warehouse.answers import source
    from warehouse.answers.asked import AskedError, check
    from warehouse.interface import tokens

    console, settings = at.console, at.settings
    try:
        try:
            known = source.source(settings)
        except source.NoReleaseError:
            known = None
        if known is not None:
            check("--programme", programme or (), known.programmes)
            check("--region", region or (), known.regions)
        token, text = tokens.new(settings, name, days, programme, region)
    except (tokens.TokenError, AskedError) as error:
        console.fail(str(error))
    console.say(
        f"令牌 {token.id}（{token.name}）到 {token.expires_at} 为止。下面这一行只显示这一次，请马上交给用它的人："
    )
    if as_json:
        _print({**token.as_json(), "token": text})
    else:
        typer.echo(text)


@tokens_app.command(name="list")
@with_installation
def list_tokens(at: Installation, as_json: Json = False) -> None:
    """发过的令牌，过期和撤销的也在内。（Every token.）"""
    from warehouse.interface import tokens

    try:
        known = [one.as_json() for one in tokens.all_tokens(at.settings)]
    except tokens.TokenError as error:
        at.console.fail(str(error))
    if as_json:
        _print(known)
    else:
        at.console.table([_shown(row) for row in known])


@tokens_app.command(name="revoke")
@with_installation
def revoke_token(
    at: Installation,
    token: Annotated[str, typer.Argument(help="令牌的编号（可只写开头）或名字", metavar="TOKEN")],
    as_json: Json = False,
) -> None:
    """撤销一个令牌，立即生效。（Revoke a token at once.）"""
    from warehouse.interface import tokens

    try:
        ended = tokens.revoke(at.settings, token)
    except tokens.TokenError as error:
        at.console.fail(str(error))
    at.console.say(f"已撤销令牌 {ended.id}（{ended.name}）。")
    if as_json:
        _print(ended.as_json())


def _shown(token: dict[str, object]) -> dict[str, object]:
    scope = {
        name: "、".join(value) if isinstance(value := token[name], tuple) else "全部"
        for name in ("programmes", "regions")
    }
    return {**token, **scope, "revoked_at": token["revoked_at"] or ""}


def _print(document: object) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
