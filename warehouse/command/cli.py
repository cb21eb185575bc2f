"""The `unionboard` command: people, the upload page, tests and monitoring all go through the same functions behind it.

Text for people goes to stderr in Chinese (English with --lang en), data to stdout; --json prints exactly one JSON document.
"""

import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.exceptions import TyperException

from warehouse.access import sign_in
from warehouse.command import audit as audit_commands
from warehouse.command import usage
from warehouse.command.assistants import mcp
from warehouse.command.briefing import brief, chart, verify
from warehouse.command.comments import comments
from warehouse.command.console import Console
from warehouse.command.countersign import countersign
from warehouse.command.exporting import export
from warehouse.command.notify import notify
from warehouse.command.options import Installation, Language, installed, with_installation
from warehouse.command.reasons import sentence
from warehouse.command.release_key import release_key
from warehouse.command.tokens import tokens_app
from warehouse.settings import Settings, engine_named
from warehouse.system import tls

if TYPE_CHECKING:
    from warehouse.desk.skeleton import Written
    from warehouse.front_door.undo import Done
    from warehouse.releases.compare import Compared
    from warehouse.releases.release import Release

app = typer.Typer(
    name="unionboard",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="工会项目看板：办公室交来的文件，变成领导可以相信的数字。（Dropped files in, numbers to trust out.）",
)


def _version(asked: bool) -> None:
    """Prints the version of this installation and ends."""
    if asked:
        from importlib.metadata import version

        print(f"unionboard {version('unionboard')}")
        raise typer.Exit


@app.callback()
def main_options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本号（the version）")
    ] = False,
) -> None:
    """What goes before any command."""


app.add_typer(audit_commands.app)

# More than anybody reads at a terminal; all of them go into JSON.
QUERY_ROWS_SHOWN = 10_000
Json = Annotated[bool, typer.Option("--json", help="在标准输出打印一个 JSON 文档")]
ProgrammeOption = Annotated[str | None, typer.Option("--programme", help="项目代码", metavar="CODE")]
EngineOption = Annotated[
    str | None, typer.Option("--engine", help="模型在哪里运行：duckdb（本机）或 spark（集群）", metavar="ENGINE")
]
Replace = Annotated[bool, typer.Option("--replace", help="确认更正：行数少了一半以上也照样替换")]
Reason = Annotated[str | None, typer.Option("--reason", help="为什么撤回，写在“版本”页上", metavar="TEXT")]
AllowHost = Annotated[
    list[str] | None,
    typer.Option("--allow-host", help="除本机外，看板还应答的主机名或地址；可写几次", metavar="NAME"),
]
Everything = Annotated[bool, typer.Option("--all", help="逐行列出每一个变化的值；不写则只列最大的")]
TlsCert = Annotated[
    Path | None,
    typer.Option(
        "--tls-cert", help="用 HTTPS：证书（PEM，服务器的在最前，后面接中间证书）", metavar="FILE", readable=False
    ),
]
TlsKey = Annotated[
    Path | None, typer.Option("--tls-key", help="证书的私钥（PEM，不加密码）", metavar="FILE", readable=False)
]
NoSignIn = Annotated[bool, typer.Option("--insecure-no-sign-in", help="监听外面的地址也不用登录；每一页都会写明")]
Steps = Annotated[bool, typer.Option("--steps", help="把进度逐行写到标准错误（给调用本命令的程序看）")]


@app.command()
@with_installation
def up(
    at: Installation,
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口", min=1, max=65535)] = 8501,
    allow_host: AllowHost = None,
    no_watch: Annotated[bool, typer.Option("--no-watch", help="不监视文件夹")] = False,
    insecure: NoSignIn = False,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
) -> None:
    """刷新、监视文件夹并打开看板；Ctrl-C 全部停止。（Refresh, watch, serve.）"""
    from warehouse.command.up import run

    settings = _answering_to(at, allow_host)
    _without_sign_in(insecure)
    tls.tell(tls_cert, tls_key)
    raise typer.Exit(run(settings, host, port, at.console, watch=not no_watch))


@app.command()
@with_installation
def serve(
    at: Installation,
    source: Annotated[
        str, typer.Option("--from", help="发布主机的地址，或它的生成物文件夹（挂载的或同步来的）", metavar="URL|DIR")
    ],
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口", min=1, max=65535)] = 8501,
    allow_host: AllowHost = None,
    token_file: Annotated[
        Path | None,
        typer.Option("--token-file", help="令牌文件，权限 0600，与发布主机的内容相同", metavar="FILE", readable=False),
    ] = None,
    writer: Annotated[
        str | None,
        typer.Option("--writer", help="上报转到哪台发布主机；不写就是 --from 的地址", metavar="URL"),
    ] = None,
    insecure: NoSignIn = False,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
) -> None:
    """只看的看板：跟随发布主机的版本，自己不收文件、不构建；上报转给发布主机。（A dashboard host that follows one writer.）"""
    from warehouse.command.serve import run, token_file_of

    settings = _answering_to(at, allow_host)
    _without_sign_in(insecure)
    tls.tell(tls_cert, tls_key)
    raise typer.Exit(run(settings, source, writer, token_file_of(token_file), host, port, at.console))


@app.command()
@with_installation
def refresh(
    at: Installation,
    confirm: Annotated[bool, typer.Option("--confirm", help="超出发布限度也发布；数据文件夹变空也当真")] = False,
    engine: EngineOption = None,
    as_json: Json = False,
) -> None:
    """收文件、构建、检查、比较、发布；检查不过就不发布，超出限度就等待确认。（Intake, build, test, compare, publish.）"""
    from warehouse import refresh as refreshing
    from warehouse.releases.limits import LimitsError
    from warehouse.system.lock import LockedError

    console, settings = at.console, _on(engine, at)
    try:
        with console.working() as say:
            result = refreshing.refresh(settings, say, confirm)
    except (LimitsError, LockedError, OSError) as error:
        reason = sentence(error)
        if as_json:
            _print_json(refreshing.stopped(settings, reason))
        console.fail(reason)
    console.receipts(result.receipts)
    console.say(result.reason)
    if as_json:
        _print_json(result.as_json())
    raise typer.Exit(result.exit_code)


@app.command()
@with_installation
def check(
    at: Installation,
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹", metavar="PATH…", readable=False)],
    programme: ProgrammeOption = None,
    steps: Steps = False,
    as_json: Json = False,
) -> None:
    """像刷新那样判断文件，但什么也不写。（Judge files as refresh would, write nothing.）"""
    from warehouse.system import workers

    # It reads its modules while this process reads its own.
    workers.begin()
    from warehouse.front_door import check as checking

    console, settings = at.console, at.settings
    _all_there(console, paths)
    with console.working(steps) as say:
        receipts = checking.check(settings, paths, programme, say)
    console.receipts(receipts)
    if as_json:
        _print_json({"files": [receipt.as_json(console.language) for receipt in receipts]})
    raise typer.Exit(2 if any(receipt.status != "accepted" for receipt in receipts) else 0)


@app.command()
@with_installation
def accept(
    at: Installation,
    paths: Annotated[list[Path], typer.Argument(help="文件、文件夹或ZIP压缩包", metavar="PATH…", readable=False)],
    programme: ProgrammeOption = None,
    replace: Replace = False,
    steps: Steps = False,
    as_json: Json = False,
) -> None:
    """检查文件，放进数据文件夹，刷新；拒收的不放。（Check, copy into the seeds folder, refresh.）"""
    from warehouse.system import workers

    workers.begin()
    from warehouse import refresh as refreshing
    from warehouse.front_door import accept as accepting
    from warehouse.releases.limits import LimitsError
    from warehouse.system.lock import LockedError

    console, settings = at.console, at.settings
    _all_there(console, paths)
    try:
        with console.working(steps) as say:
            done = accepting.accept(settings, paths, programme, replace, say)
    except (LimitsError, LockedError, OSError) as error:
        reason = sentence(error)
        if as_json:
            _print_json(refreshing.stopped(settings, reason))
        console.fail(reason)
    console.receipts(done.offered)
    for turn in done.turns:
        console.say(turn.sentence(console.language))
    console.say(done.result.reason)
    if as_json:
        _print_json(done.as_json(console.language))
    raise typer.Exit(done.exit_code)


@app.command()
@with_installation
def fix(
    at: Installation,
    file: Annotated[
        Path,
        typer.Argument(
            help="有问题的文件，也可以写回执里的名字；压缩包里的写成 包.zip/文件名", metavar="FILE", readable=False
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹", metavar="DIR")] = Path("."),
    programme: ProgrammeOption = None,
    steps: Steps = False,
    as_json: Json = False,
) -> None:
    """改错表：原来的行写成XLSX，只在要改的格上色并加批注；改好再交即替换。（The fix-it workbook.）"""
    from warehouse.front_door import fix_it, offer

    console, settings = at.console, at.settings
    if not file.exists() and (settings.seeds / file).is_file():
        file = settings.seeds / file
    try:
        with console.working(steps) as say, offer.one_of(file) as found:
            _all_there(console, [found or file])
            say(f"检查 {file.name}")
            written = fix_it.write_fix_it(found or file, settings, out, programme)
    except (fix_it.FixItError, offer.NoMemberError) as error:
        console.fail(str(error))
    if written is None:
        console.say(f"{file.name} 里没有要改的地方。")
    if as_json:
        _print_json({"workbook": None if written is None else str(written)})
    elif written is not None:
        typer.echo(written)


@app.command()
@with_installation
def status(
    at: Installation,
    as_json: Json = False,
) -> None:
    """当前版本、它的年龄、各项目的文件和行数、什么被拒收及原因。（What stands now.）"""
    from warehouse.command import status as statuses

    console = at.console
    report = statuses.status(at.settings)
    if as_json:
        _print_json(report)
    else:
        console.status(report)
    raise typer.Exit(1 if report["release"] is None else 0)


@app.command()
@with_installation
def kpi(
    at: Installation,
    programme: ProgrammeOption = None,
    kpi: Annotated[str | None, typer.Option("--kpi", help="指标代码", metavar="CODE")] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="六位行政区划代码，全国为 000000", metavar="CODE")
    ] = None,
    period: Annotated[str | None, typer.Option("--period", help="2024、2024Q2、2024-05 或 all", metavar="P")] = None,
    origin: Annotated[
        str | None, typer.Option("--origin", help="submitted、published 或 demonstration", metavar="O")
    ] = None,
    categories: Annotated[bool, typer.Option("--categories", help="连同分类的值（人群、效益类型）一起给出")] = False,
    as_json: Json = False,
) -> None:
    """当前版本的指标值。（KPI values from the current release.）"""
    from warehouse.releases import current_values

    console, settings = at.console, at.settings
    selection = current_values.Selection(programme, kpi, region, period, origin, categories)
    try:
        values = current_values.kpi_values(settings, selection)
    except current_values.ReadingError as error:
        console.fail(str(error))
    if as_json:
        _print_json(values)
    else:
        console.kpi_values(values)


@app.command()
@with_installation
def query(
    at: Installation,
    sql: Annotated[str, typer.Argument(help="一条只读 SQL", metavar="SELECT …")],
    seconds: Annotated[float, typer.Option("--seconds", help="最多查多少秒，到时停止", min=0.1, metavar="N")] = 10.0,
    as_json: Json = False,
) -> None:
    """在当前版本上只读查询。（Read-only SQL on the current release.）"""
    from warehouse.releases import current_values

    console = at.console
    try:
        with current_values.query(at.settings, sql, seconds) as rows:
            if as_json:
                _print_json_list(rows)
            else:
                shown = list(islice(rows, QUERY_ROWS_SHOWN))
                more = sum(1 for _ in rows)
                console.table(shown)
                if more:
                    console.say(f"……还有 {more:,} 行没有列出；全部请加 --json。")
    except current_values.ReadingError as error:
        console.fail(str(error))


@app.command()
@with_installation
def releases(
    at: Installation,
    as_json: Json = False,
) -> None:
    """列出各个版本。（List releases.）"""
    from warehouse.intake.folder import set_aside
    from warehouse.releases import release as releasing
    from warehouse.releases import retention

    console, settings = at.console, at.settings
    current = releasing.current_id(settings)
    gone = set_aside.withdrawn(settings)
    rows = [
        {
            "release": item.id,
            "current": item.id == current,
            "created_at": item.created_at.isoformat(),
            "size_bytes": item.path.stat().st_size,
            "files": item.manifest.get("files"),
            "changes": item.manifest.get("changes_total"),
            "previous": item.manifest.get("previous"),
            "pinned": retention.is_pinned(item),
            "problem": item.problem(),
            "withdrawn": gone[item.id].said if item.id in gone else None,
        }
        for item in releasing.list_releases(settings)
    ]
    if as_json:
        _print_json(rows)
    elif rows:
        # The first release changed nothing: there was nothing before it.
        console.table([{**row, "changes": row["changes"] if row["previous"] else None} for row in rows])
    else:
        console.say("还没有版本。运行 unionboard refresh 生成第一个。")


@app.command()
@with_installation
def rollback(
    at: Installation,
    release: Annotated[
        str | None, typer.Argument(help="版本号，可只写开头；不写则退回上一个", metavar="[RELEASE]")
    ] = None,
    reason: Reason = None,
    as_json: Json = False,
) -> None:
    """退回到更早的版本，并把撤下的文件放在一边；指回撤下的版本就是取消撤回。（Point back to an earlier release.）"""
    from warehouse.releases import release as releasing
    from warehouse.releases import rollback as rolling
    from warehouse.system.lock import writer_lock

    console, settings = at.console, at.settings
    if reason is None and not as_json and console.can_ask():
        reason = console.ask("撤回原因（会写在“版本”页上）")
    try:
        with writer_lock(settings.home, on_wait=console.say):
            target, taken = rolling.roll_back(settings, release, reason or "")
    except releasing.ReleaseError as error:
        console.fail(str(error))
    console.say(f"当前版本：{target.id}。")
    if taken is not None:
        console.say(f"已撤回 {'、'.join(taken.releases)}，原因：{taken.said}。")
        for file in taken.files:
            console.say(f"放在一边：{file.file}")
        console.say("以后的刷新都不带这些文件；要让它们进来，运行 unionboard readmit，或在“版本”页点“放进来”。")
    if as_json:
        told = taken.as_json() if taken else {"reason": None, "releases": [], "files": []}
        _print_json({"release": target.id, **{name: told[name] for name in ("reason", "releases", "files")}})


@app.command()
@with_installation
def readmit(
    at: Installation,
    files: Annotated[list[str] | None, typer.Argument(help="文件名、路径或 SHA-256 的开头", metavar="[FILE…]")] = None,
    everything: Annotated[bool, typer.Option("--all", help="放在一边的全部放进来")] = False,
    steps: Steps = False,
    as_json: Json = False,
) -> None:
    """把撤回或撤销时放在一边的文件放进来，并刷新；什么都不写就列出它们。（Let files in that were set aside.）"""
    from warehouse.front_door import undo
    from warehouse.intake.folder import set_aside

    console, settings = at.console, at.settings
    if not files and not everything:
        rows = [
            {"file": file.file, "sha256": file.sha256, "at": taken.at, "reason": taken.said}
            for file, taken in set_aside.out(set_aside.load(settings)).values()
        ]
        if as_json:
            _print_json(rows)
        else:
            console.table(rows)
        return
    with console.working(steps) as say:
        try:
            done = undo.let_in(settings, files or [], everything, say)
        except undo.AsideError as error:
            console.fail(str(error))
    for file in done.files:
        console.say(f"放进来：{file.file}")
    _tell_done(console, done, as_json)


@app.command(name="undo")
@with_installation
def undo_upload(
    at: Installation,
    upload: Annotated[
        str | None, typer.Argument(help="上报的编号，可只写开头；不写则是最近一次", metavar="[UPLOAD]")
    ] = None,
    reason: Reason = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看哪些指标值会退回，什么也不改")] = False,
    steps: Steps = False,
    as_json: Json = False,
) -> None:
    """撤销一次上报：它的文件放在一边，不带它们重新发布。（Undo one upload.）"""
    from warehouse.build.candidate import BuildError
    from warehouse.front_door import preview as previewing
    from warehouse.front_door import undo
    from warehouse.front_door.handed_in import UploadError
    from warehouse.intake.folder import set_aside
    from warehouse.releases.release import ReleaseError

    console, settings = at.console, at.settings
    try:
        with console.working(steps) as say:
            if dry_run:
                found, files = undo.chosen(settings, upload, set_aside.load(settings))
                changes = previewing.preview_without(settings, undo.as_taken(settings, files, reason or ""), say)
            else:
                done = undo.undo(settings, upload, reason or "", say)
    except (UploadError, BuildError, ReleaseError) as error:
        console.fail(str(error))
    if not dry_run:
        for file in done.files:
            console.say(f"放在一边：{file.file}")
        _tell_done(console, done, as_json)
    for file in files:
        console.say(f"将放在一边：{file.file}")
    console.say(f"{len(changes)} 个指标值会退回。")
    if as_json:
        named = [{"file": one.file, "sha256": one.sha256} for one in files]
        _print_json({"upload": found.id, "set_aside": named, "changes": changes})
    else:
        console.table(changes)


@app.command()
@with_installation
def uploads(at: Installation, as_json: Json = False) -> None:
    """最近的上报，最新的在前；编号可用于 unionboard undo。（Recent uploads.）"""
    from warehouse.front_door import handed_in, waiting
    from warehouse.intake.folder import set_aside

    out = set_aside.out(set_aside.load(at.settings))
    rows = [one.as_json(out) for one in handed_in.uploads(at.settings)]
    # What waits for a second person's word, was returned or withdrawn: not in the folder, so nothing that `undo` could take out.
    rows += [one.as_upload() for one in reversed(waiting.every(at.settings)) if one.state != waiting.SIGNED]
    if as_json:
        _print_json(rows)
        return
    at.console.table([{**row, "files": "、".join(file["file"] for file in row["files"])} for row in rows])


@app.command(name="compile")
@with_installation
def compile_models(
    at: Installation,
    as_json: Json = False,
) -> None:
    """编译模型并做单元测试，不读文件、不发布；改了模型先用它看看。（Compile and unit-test the models.）"""
    from warehouse.build import plan as planning
    from warehouse.build.dbt import dbt_process
    from warehouse.build.project import BuildError

    console, settings = at.console, at.settings
    try:
        with console.working() as say, dbt_process(settings) as dbt:
            say("编译模型")
            dbt.begin()
            dbt.compile()
            say("单元测试")
            failures = dbt.run_unit_tests()
    except BuildError as error:
        console.fail(f"模型编译失败：{error}")
    plan = planning.load(settings)
    nodes = len(plan.nodes) if plan else 0
    if failures:
        console.say(f"{len(failures)} 项单元测试未通过：{'；'.join(failures)}")
    else:
        console.say(f"模型已编译，单元测试通过（{nodes} 个节点）。")
    if as_json:
        _print_json({"nodes": nodes, "unit_tests": {"failures": failures}})
    raise typer.Exit(1 if failures else 0)


@app.command()
@with_installation
def confirm(
    at: Installation,
    release: Annotated[str | None, typer.Argument(help="等待确认的版本号，可只写开头", metavar="[RELEASE]")] = None,
    as_json: Json = False,
) -> None:
    """发布因超出限度而等待确认的版本。（Publish the release that waits for a word.）"""
    from warehouse import refresh as refreshing
    from warehouse.releases import release as releasing

    console, settings = at.console, at.settings
    try:
        published = refreshing.confirm_held(settings, release)
    except releasing.ReleaseError as error:
        console.fail(str(error))
    console.say(f"已确认并发布 {published.id}。")
    if as_json:
        _print_json({"release": published.id, "published": True})


@app.command()
@with_installation
def backup(
    at: Installation,
    file: Annotated[Path, typer.Argument(help="备份写到哪个文件", metavar="FILE", readable=False)],
    as_json: Json = False,
) -> None:
    """备份一切不能重新生成的东西；看板开着也可以做。（Back up everything that cannot be made again.）"""
    from warehouse.front_door import backup as backing
    from warehouse.system.lock import LockedError

    console, settings = at.console, at.settings
    try:
        with console.working() as say:
            held = backing.back_up(settings, file, say)
    except (backing.BackupError, LockedError) as error:
        console.fail(str(error))
    console.say(f"已备份 {len(held['files'])} 个文件到 {file}。里面有密钥和全部交来的文件，请像原件一样保管。")
    if as_json:
        _print_json({"file": str(file), "at": held["at"], "files": len(held["files"])})


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="备份文件", metavar="FILE", readable=False)],
    seeds: Annotated[Path | None, typer.Option("--seeds", help="交来的文件放回哪里", metavar="DIR")] = None,
    home: Annotated[Path | None, typer.Option("--home", help="生成物放回哪里", metavar="DIR")] = None,
    lang: Language = "zh",
    as_json: Json = False,
) -> None:
    """从备份恢复到空的文件夹；之后运行 unionboard refresh。（Put a machine back from a backup.）"""
    from warehouse import settings as settings_module
    from warehouse.front_door import backup as backing

    console = Console(lang)
    _all_there(console, [file])
    settings = settings_module.load(seeds, home)
    try:
        with console.working() as say:
            held = backing.restore(settings, file, say)
    except backing.BackupError as error:
        console.fail(str(error))
    console.say(f"已从 {held['at']} 的备份恢复 {len(held['files'])} 个文件。请运行 unionboard refresh 重新生成版本。")
    if as_json:
        _print_json({"file": str(file), "at": held["at"], "files": len(held["files"])})


@app.command()
@with_installation
def pin(
    at: Installation,
    release: Annotated[str, typer.Argument(help="版本号，可只写开头", metavar="RELEASE")],
    as_json: Json = False,
) -> None:
    """长期保留一个版本，不随数量和年龄清理。（Keep a release for good.）"""
    from warehouse.releases import retention

    _keep(retention.pin, release, "长期保留", at, as_json)


@app.command()
@with_installation
def unpin(
    at: Installation,
    release: Annotated[str, typer.Argument(help="版本号，可只写开头", metavar="RELEASE")],
    as_json: Json = False,
) -> None:
    """不再长期保留一个版本。（Let a release go when its time comes.）"""
    from warehouse.releases import retention

    _keep(retention.unpin, release, "不再长期保留", at, as_json)


@app.command()
@with_installation
def diff(
    at: Installation,
    before: Annotated[str, typer.Argument(help="较早的版本", metavar="A")],
    after: Annotated[str, typer.Argument(help="较晚的版本", metavar="B")],
    everything: Everything = False,
    as_json: Json = False,
) -> None:
    """两个版本之间有什么不同：先说改了什么、动了哪些指标，再列最大的变化。（What differs between two releases.）"""
    from warehouse.releases import compare
    from warehouse.releases import release as releasing

    console, settings = at.console, at.settings
    try:
        first, second = (releasing.whole(settings, name).path for name in (before, after))
    except releasing.ReleaseError as error:
        console.fail(str(error))
    with console.working() as say:
        say("比较")
        found = compare.compared(first, second)
    _tell_changes(console, found, as_json, everything, dict)


@app.command()
@with_installation
def preview(
    at: Installation,
    paths: Annotated[
        list[Path] | None, typer.Argument(help="文件；不写则只看模型改动的影响", metavar="[PATH…]", readable=False)
    ] = None,
    programme: ProgrammeOption = None,
    replace: Replace = False,
    engine: EngineOption = None,
    steps: Steps = False,
    everything: Everything = False,
    as_json: Json = False,
) -> None:
    """加入这些文件（或改了模型）之后哪些指标值会变；什么也不发布。（What would change.）"""
    from warehouse.system import workers

    workers.begin()
    from warehouse.build.candidate import BuildError
    from warehouse.front_door import preview as previewing
    from warehouse.releases.release import ReleaseError

    console, settings = at.console, _on(engine, at)
    _all_there(console, paths or [])
    try:
        with console.working(steps) as say:
            result = previewing.preview(settings, paths or [], programme, say, replace)
    except (BuildError, ReleaseError) as error:
        console.fail(str(error))
    console.receipts(result.receipts)
    for turn in result.turns:
        console.say(turn.sentence(console.language))
    _tell_changes(console, result.compared, as_json, everything, lambda: result.as_json(console.language))
    raise typer.Exit(2 if any(receipt.status != "accepted" for receipt in result.receipts) else 0)


@app.command()
def template(
    programme: Annotated[str, typer.Argument(help="项目代码", metavar="PROGRAMME")],
    table: Annotated[str | None, typer.Argument(help="表代码；不写则全部", metavar="[TABLE]")] = None,
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹", metavar="DIR")] = Path("."),
    lang: Language = "zh",
) -> None:
    """办公室填报用的模板：只有表头的 CSV，和带下拉选项的 XLSX。（The files offices fill in.）"""
    from warehouse.front_door import template as templates

    console = Console(lang)
    try:
        written = templates.write_template(programme, table, out)
    except ValueError as error:
        console.fail(str(error))
    for path in written:
        typer.echo(path)


@app.command()
@with_installation
def sample(
    at: Installation,
    rows: Annotated[
        int | None,
        typer.Option(
            "--rows", help="每个项目最大的事件表多少行，名册按比例；不写则与随附的演示数据一样", min=1, metavar="N"
        ),
    ] = None,
    programme: ProgrammeOption = None,
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹", metavar="DIR")] = Path("演示数据"),
    seed: Annotated[int, typer.Option("--seed", help="随机种子，同一种子结果相同", metavar="S")] = 1,
) -> None:
    """任意规模的演示记录，文件名以 演示_ 开头。（Synthetic, clearly labelled records.）"""
    from warehouse.sample import write_sample

    console, settings = at.console, at.settings
    try:
        written = write_sample(rows, programme, out, seed, settings)
    except ValueError as error:
        console.fail(str(error))
    for path in written:
        typer.echo(path)


new = typer.Typer(
    no_args_is_help=True, help="写出新项目、新指标的样板，能直接构建；要人填的地方标着“待填”。（Skeletons.）"
)
app.add_typer(new, name="new")


@new.command(name="programme")
@with_installation
def new_programme(
    at: Installation,
    code: Annotated[str, typer.Argument(help="项目代码：小写字母、数字和下划线", metavar="CODE")],
    name: Annotated[str | None, typer.Option("--name", help="中文名称，也是文件名里的项目名", metavar="名称")] = None,
    name_en: Annotated[str | None, typer.Option("--name-en", help="英文名称", metavar="NAME")] = None,
    table: Annotated[str, typer.Option("--table", help="表代码，单数", metavar="CODE")] = "record",
    as_json: Json = False,
) -> None:
    """新项目：契约、模型、指标和 programmes.csv 里的一行。（A programme's folder and its row.）"""
    from warehouse.desk import skeleton

    try:
        written = skeleton.new_programme(at.settings, code, name, name_en, table)
    except skeleton.SkeletonError as error:
        at.console.fail(str(error))
    _tell_written(at.console, written, as_json, f"unionboard template {code} --out .")


@new.command(name="kpi")
@with_installation
def new_kpi(
    at: Installation,
    programme: Annotated[str, typer.Argument(help="项目代码", metavar="PROGRAMME")],
    code: Annotated[str, typer.Argument(help="指标代码：小写字母、数字和下划线", metavar="CODE")],
    fact: Annotated[
        str | None, typer.Option("--fact", help="数哪个事实表；不写则是项目的第一个", metavar="MODEL")
    ] = None,
    as_json: Json = False,
) -> None:
    """新指标：事实表 YAML 里的一条。（One entry in the fact's YAML.）"""
    from warehouse.desk import skeleton

    try:
        written = skeleton.new_kpi(programme, code, fact)
    except skeleton.SkeletonError as error:
        at.console.fail(str(error))
    _tell_written(at.console, written, as_json, "unionboard preview")


app.command(name="export")(export)
app.command(name="brief")(brief)
app.command(name="verify")(verify)
app.command(name="chart")(chart)
app.command(name="notify")(notify)
app.command(name="mcp")(mcp)
app.add_typer(tokens_app, name="token")
app.command(name="release-key")(release_key)
app.command(name="countersign")(countersign)
app.command(name="comments")(comments)


def main() -> None:
    """Entry point of the console script: what goes wrong is one Chinese sentence and an exit status, never a traceback."""
    from warehouse.access.audit import AuditError
    from warehouse.contracts import ContractError
    from warehouse.releases.current_values import ReadingError
    from warehouse.releases.limits import LimitsError
    from warehouse.system.lock import LockedError

    try:
        status = app(standalone_mode=False, prog_name="unionboard")
    except TyperException as error:
        # Without arguments the help has been shown, and nothing is left to say.
        if said := error.format_message():
            is_english = re.search(r"--lang[= ]en\b", " ".join(sys.argv[1:])) is not None
            Console("zh").say(said if is_english else usage.sentence(error))
        sys.exit(error.exit_code)
    except typer.Abort:
        sys.exit(1)
    except AuditError as error:
        Console("zh").fail(f"{error}。")
    except (ContractError, LimitsError, LockedError, ReadingError, OSError) as error:
        Console("zh").fail(sentence(error))
    except Exception as error:
        from warehouse.releases import in_use

        if (conflict := in_use.conflict_of(error)) is not None:
            Console("zh").fail(conflict.zh)
        # A mistake of ours: the sentence is for people, the traceback for the log.
        Console("zh").fail(f"程序内部出错：{type(error).__name__}: {error}。{_noted()}已发布的版本不受影响。")
    sys.exit(status if isinstance(status, int) else 0)


def _noted() -> str:
    """Where the traceback stands, if the disk took it."""
    path = installed().logs / "error.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(traceback.format_exc(), encoding="utf-8")
    except OSError:
        return ""
    return f"详情在 {path}，"


def _keep(action: "Callable[[Settings, str], Release]", name: str, said: str, at: Installation, as_json: bool) -> None:
    from warehouse.releases import release as releasing
    from warehouse.system.lock import writer_lock

    console, settings = at.console, at.settings
    try:
        with writer_lock(settings.home, on_wait=console.say):
            found = action(settings, name)
    except releasing.ReleaseError as error:
        console.fail(str(error))
    console.say(f"{said} {found.id}。")
    if as_json:
        _print_json({"release": found.id, "pinned": found.path.with_suffix(".pin").exists()})


def _answering_to(at: Installation, names: list[str] | None) -> Settings:
    """The installation, answering to these names besides those of the variable."""
    from warehouse.system import host_names

    try:
        told = [host_names.told(name, "--allow-host") for name in names or ()]
    except ValueError as error:
        at.console.fail(str(error))
    return replace(at.settings, allow_hosts=tuple(dict.fromkeys((*at.settings.allow_hosts, *told))))


def _without_sign_in(is_meant: bool) -> None:
    """Told to the servers that this command starts."""
    if is_meant:
        os.environ[sign_in.INSECURE] = "1"


def _tell_done(console: Console, done: "Done", as_json: bool) -> NoReturn:
    """What letting in or undoing did, and its exit status: 1 when nothing could be published."""
    console.say(done.result.reason)
    if as_json:
        _print_json(done.as_json())
    else:
        console.table(done.changes)
    raise typer.Exit(1 if done.result.is_stopped else 0)


def _tell_written(console: Console, written: "Written", as_json: bool, following: str) -> None:
    """The files, what is to be filled in, and what comes next."""
    for blank in written.blanks:
        console.say(f"{blank.file.name} 第 {blank.line} 行：{blank.text}")
    console.say(f"填好以后：unionboard compile，{following}，unionboard refresh。")
    if as_json:
        _print_json(written.as_json())
    else:
        for path in written.files:
            typer.echo(path)


def _tell_changes(
    console: Console, compared: "Compared", as_json: bool, everything: bool, document: Callable[[], dict[str, Any]]
) -> None:
    """What changes: how much in one sentence, then as JSON, or the summary, or every line."""
    from warehouse.releases import summary, told

    short = summary.of(compared)
    console.say(f"{short.sentence(console.language)}{'.' if console.language == 'en' else '。'}")
    if as_json:
        _print_json({"summary": short.as_json(), "changes": compared.changes, **document()})
        return
    for line in told.sentences(compared, console.language):
        typer.echo(line)
    if everything:
        console.table(told.rows(compared, console.language))
        return
    for title, rows in told.tables(short, compared, console.language):
        if rows:
            typer.echo(f"\n{title}")
            console.table(rows)
    if compared.changes:
        told_all = f"{short.lines:,} 处变化，共 {len(compared.changes):,} 行；逐行列出请加 --all，程序读取请加 --json。"
        in_english = (
            f"{short.lines:,} changes in {len(compared.changes):,} rows; --all lists each, --json is for programs."
        )
        console.say(in_english if console.language == "en" else told_all)


def _on(engine: str | None, at: Installation) -> Settings:
    """The settings, with the engine that the command line names for all programmes."""
    if engine is None:
        return at.settings
    try:
        return replace(at.settings, engine=engine_named(engine, "--engine"), is_engine_forced=True)
    except ValueError as error:
        at.console.fail(str(error))


def _all_there(console: Console, paths: Sequence[Path]) -> None:
    missing = [path for path in paths if not path.exists()]
    if missing:
        console.fail(f"找不到：{'、'.join(str(path) for path in missing)}。请检查路径。")


def _print_json_list(rows: Iterable[Any]) -> None:
    """The same for a list that is too long to be held at once."""
    between = "["
    for row in rows:
        sys.stdout.write(between + json.dumps(row, ensure_ascii=False, default=str))
        between = ", "
    sys.stdout.write("[]\n" if between == "[" else "]\n")


def _print_json(document: Any) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, default=str) + "\n")


if __name__ == "__main__":
    main()
