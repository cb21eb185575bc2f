"""The options that every command about an installation takes, declared once: where things live, what day it is, the language."""

import functools
import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from warehouse import settings as settings_module
from warehouse.command.console import Console
from warehouse.settings import Settings

Language = Annotated[str, typer.Option("--lang", help="提示文字的语言：zh 或 en", rich_help_panel="位置")]


@dataclass(frozen=True)
class Installation:
    """What a command is about, and the console it speaks through."""

    console: Console
    settings: Settings


def with_installation(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the shared options behind its own; its first parameter gets the installation they name."""

    @functools.wraps(command)
    def run(**given: Any) -> None:
        shared = {name: given.pop(name) for name in _SHARED}
        command(_installation(**shared), **given)

    own = list(inspect.signature(command).parameters.values())[1:]
    parameters = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in (*own, *_SHARED.values())]
    # Typer reads the options off the signature and the annotations.
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def installed() -> Settings:
    """The installation that the running command is about; the one of the variables before a command has named any."""
    return _named[-1] if _named else settings_module.load()


_named: list[Settings] = []


def _installation(
    seeds: Annotated[
        Path | None,
        # Typer would tell what is not readable in English, and as a wrong command line.
        typer.Option(
            "--seeds", help="交来的文件和参考表所在的文件夹", metavar="DIR", readable=False, rich_help_panel="位置"
        ),
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option("--home", help="一切生成物所在的文件夹", metavar="DIR", readable=False, rich_help_panel="位置"),
    ] = None,
    today: Annotated[
        str | None,
        typer.Option("--today", help="把哪一天当作今天（测试与重放用）", metavar="YYYY-MM-DD", rich_help_panel="位置"),
    ] = None,
    max_file_mb: Annotated[
        int | None, typer.Option("--max-file-mb", help="收下的最大文件，MB", min=1, metavar="N", rich_help_panel="位置")
    ] = None,
    lang: Language = "zh",
) -> Installation:
    console = Console(lang)
    try:
        settings = settings_module.load(
            seeds, home, settings_module.day(today, "--today") if today else None, max_file_mb
        )
    except ValueError as error:
        console.fail(str(error))
    if not settings.seeds.is_dir():
        console.fail(f"找不到文件夹 {settings.seeds}。请用 --seeds 指定交来的文件所在的文件夹。")
    if not os.access(settings.seeds, os.R_OK | os.X_OK):
        console.fail(f"没有权限读文件夹 {settings.seeds}。请改好它的权限，或换一个用户运行。")
    _named.append(settings)
    return Installation(console, settings)


_SHARED = dict(inspect.signature(_installation).parameters)
