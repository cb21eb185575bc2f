"""`unionboard mcp`: the server for assistants, on standard input and output or over HTTP at the machine itself."""

from typing import Annotated

import typer

from warehouse.command.options import Installation, with_installation


@with_installation
def mcp(
    at: Installation,
    http: Annotated[
        bool, typer.Option("--http", help="用 HTTP（streamable HTTP）而不是标准输入输出；只听本机")
    ] = False,
    port: Annotated[
        int, typer.Option("--port", help="HTTP 的端口，地址是 http://127.0.0.1:端口/mcp", min=1, max=65535)
    ] = 8765,
    programme: Annotated[
        list[str] | None, typer.Option("--programme", help="只给这个项目；可写几次", metavar="CODE")
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option("--region", help="只给这个地区和其下级；可写几次", metavar="CODE")
    ] = None,
    sql: Annotated[
        bool, typer.Option("--sql", help="给分析人员：另加一条只读 SQL 的工具，范围与限度同“查询”页")
    ] = False,
) -> None:
    """给智能助手的接口（MCP）：问指标、值、未报、来源、变化，答案都带须转述的说明。（Model Context Protocol server.）"""
    from warehouse.answers.scope import Scope
    from warehouse.assistants.server import server

    scope = Scope(frozenset(programme) if programme else None, frozenset(region) if region else None)
    try:
        made = server(at.settings, scope, with_sql=sql)
    except ValueError as error:
        at.console.fail(f"{error}。")
    if not http:
        # Standard output belongs to the protocol.
        made.run("stdio")
        return
    at.console.say(f"MCP 在 http://127.0.0.1:{port}/mcp，Ctrl-C 停止。")
    made.run("streamable-http", host="127.0.0.1", port=port)
