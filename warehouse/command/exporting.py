"""`unionboard export`: the release as a dataset for other tools."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from warehouse.command.options import Installation, with_installation


@with_installation
def export(
    at: Installation,
    form: Annotated[str, typer.Option("--format", help="parquet、csv 或 duckdb", metavar="FORMAT")] = "parquet",
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹", metavar="DIR", readable=False)] = Path("导出"),
    programme: Annotated[
        list[str] | None, typer.Option("--programme", help="只要这个项目；可写几次", metavar="CODE")
    ] = None,
    region: Annotated[list[str] | None, typer.Option("--region", help="只要这个地区；可写几次", metavar="CODE")] = None,
    release: Annotated[
        str | None, typer.Option("--release", help="哪个版本；不写为当前版本", metavar="RELEASE")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="在标准输出打印一个 JSON 文档")] = False,
) -> None:
    """当前版本的数据集，连同数据字典和指标登记，给 Excel、Power BI、Superset 等读。（The dataset with its dictionary.）"""
    from warehouse.answers.asked import AskedError
    from warehouse.answers.source import NoReleaseError, source
    from warehouse.exporting import dataset

    console = at.console
    narrowed = {"programme": programme or [], "region": region or []}
    try:
        with console.working() as say:
            found = source(at.settings, release)
            written = dataset.write(found, out, form, narrowed, say)
    except (dataset.ExportError, AskedError, NoReleaseError) as error:
        console.fail(str(error))
    console.say(f"已导出版本 {found.release.id}，{len(written)} 个文件，在 {out}。")
    if as_json:
        files = [str(path) for path in written]
        sys.stdout.write(
            json.dumps({"release": found.release.id, "format": form, "files": files}, ensure_ascii=False) + "\n"
        )
    else:
        for path in written:
            typer.echo(path)
