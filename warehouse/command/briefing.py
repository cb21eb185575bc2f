"""`unionboard brief`, `verify` and `chart`: numbers on paper, and back from paper to the page."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from warehouse.command.options import Installation, with_installation

Json = Annotated[bool, typer.Option("--json", help="在标准输出打印一个 JSON 文档")]
Release = Annotated[str | None, typer.Option("--release", help="哪个版本；不写为当前版本", metavar="RELEASE")]


@with_installation
def brief(
    at: Installation,
    region: Annotated[str | None, typer.Option("--region", help="六位代码；不写为全国", metavar="CODE")] = None,
    programme: Annotated[
        str | None, typer.Option("--programme", help="只写一个项目；不写为全部", metavar="CODE")
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="2024-05、2024Q2 或 2024；不写为数据所到的月", metavar="P")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="pdf、docx、pptx 或 xlsx", metavar="FORMAT")] = "pdf",
    out: Annotated[Path | None, typer.Option("--out", help="写到哪个文件", metavar="FILE", readable=False)] = None,
    provinces: Annotated[bool, typer.Option("--all-provinces", help="31 个省份每省一份；--out 是文件夹")] = False,
    template: Annotated[
        Path | None, typer.Option("--template", help="自己的模板：.typ、.docx 或 .pptx", metavar="FILE", readable=False)
    ] = None,
    organisation: Annotated[str, typer.Option("--organisation", help="落款单位", metavar="NAME")] = "总工会",
    reader: Annotated[str | None, typer.Option("--reader", help="水印上的读者", metavar="NAME")] = None,
    release: Release = None,
    with_comments: Annotated[bool, typer.Option("--comments", help="附上这个地区和其下级的批示")] = False,
    as_json: Json = False,
) -> None:
    """简报：第一页是结论、落后的、变化、未报、能否完成；附核对码。（A briefing of a region or programme.）"""
    from warehouse.answers.asked import AskedError
    from warehouse.answers.source import NoReleaseError, source
    from warehouse.briefing import make
    from warehouse.briefing.content import NATION, Selection
    from warehouse.briefing.typeset import TypesetError
    from warehouse.system.durable import replacing

    console = at.console
    told = []
    try:
        found = source(at.settings, release)
        wanted = [region or NATION]
        if provinces:
            wanted = [
                code for code, one in found.regions.items() if one["region_level"] == "province" and one["is_mainland"]
            ]
        if out is not None and not provinces and out.is_dir():
            console.fail(f"{out} 是文件夹，--out 请写文件名；每省一份请加 --all-provinces。")
        if template is not None and not template.is_file():
            console.fail(f"找不到模板 {template}。")
        with console.working() as say:
            for number, code in enumerate(wanted, 1):
                step = _said_with(f"{number}/{len(wanted)} " if provinces else "", say)
                made, content = make.brief(
                    at.settings, found, Selection(code, period, programme), form, template, organisation, reader,
                    step, with_comments,
                )  # fmt: skip
                name = f"{made.title.replace(' · ', '_')}_简报.{form}"
                path = (out or Path("简报")) / name if provinces else out or Path(name)
                path.parent.mkdir(parents=True, exist_ok=True)
                with replacing(path) as temporary:
                    temporary.write_bytes(content)
                path.chmod(0o644)
                told.append(
                    {"file": str(path), "region": code, "period": made.period, "code": made.code, "bytes": len(content)}
                )
    except (make.BriefError, AskedError, NoReleaseError, TypesetError) as error:
        console.fail(str(error))
    console.say(f"版本 {found.release.id}，{len(told)} 份简报。")
    if as_json:
        _print({"release": found.release.id, "format": form, "briefings": told})
    else:
        for one in told:
            typer.echo(one["file"])


@with_installation
def verify(
    at: Installation,
    code: Annotated[str, typer.Argument(help="简报上的核对码", metavar="CODE")],
    as_json: Json = False,
) -> None:
    """核对简报上的码：是不是这里给出的，版本有没有撤回。（What a printed code stands for.）"""
    from warehouse.briefing import codes

    try:
        found = codes.look_up(at.settings, code)
    except codes.CodeError as error:
        console_text = str(error)
        if as_json:
            _print({"code": code, "problem": console_text})
        at.console.fail(console_text)
    at.console.say(
        f"{found.code}：版本 {found.release}，地区 {found.region}，期间 {found.period}，给出于 {found.made_at}。"
    )
    if found.problem is not None:
        at.console.say(f"{found.problem}。")
    if as_json:
        _print(found.as_json())
    elif found.problem is None:
        typer.echo(found.page)
    raise typer.Exit(0 if found.problem is None else 2)


@with_installation
def chart(
    at: Installation,
    programme: Annotated[str, typer.Option("--programme", help="项目代码", metavar="CODE")],
    region: Annotated[str | None, typer.Option("--region", help="六位代码；不写为全国", metavar="CODE")] = None,
    period: Annotated[str | None, typer.Option("--period", help="2024-05、2024Q2 或 2024", metavar="P")] = None,
    kind: Annotated[str, typer.Option("--kind", help="line（各期）或 bars（各地区）", metavar="KIND")] = "line",
    form: Annotated[str, typer.Option("--format", help="svg 或 png", metavar="FORMAT")] = "svg",
    out: Annotated[Path | None, typer.Option("--out", help="写到哪个文件", metavar="FILE", readable=False)] = None,
    release: Release = None,
) -> None:
    """项目代表指标的图，带标题、来源和数据到的日期，不用浏览器。（A chart as SVG or PNG, without a browser.）"""
    from warehouse.answers.asked import AskedError
    from warehouse.answers.source import NoReleaseError, source
    from warehouse.briefing import content, shaped, typeset
    from warehouse.system.durable import replacing

    console = at.console
    if form not in ("svg", "png") or kind not in ("line", "bars"):
        console.fail(f"--format 写 svg 或 png，--kind 写 line 或 bars；现为 {form}、{kind}。")
    try:
        composed = content.compose(
            source(at.settings, release), content.Selection(region or content.NATION, period, programme)
        )
        shape = shaped.line_of if kind == "line" else shaped.bars_of
        data = shape(composed, composed.chapters[0])
        if data is None:
            console.fail("没有可画的数。")
        made = typeset.typeset(typeset.TEMPLATES / "chart.typ", data, "png" if form == "png" else "svg")
    except (AskedError, NoReleaseError, typeset.TypesetError) as error:
        console.fail(str(error))
    path = out or Path(f"{programme}_{kind}.{form}")
    with replacing(path) as temporary:
        temporary.write_bytes(made)
    path.chmod(0o644)
    typer.echo(path)


def _said_with(begin: str, say: Callable[[str], None]) -> Callable[[str], None]:
    return lambda text: say(begin + text)


def _print(document: object) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
