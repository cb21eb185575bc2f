"""What is wrong with a command line as it was typed, in Chinese: Typer says it in English only."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from typer.exceptions import TyperException

# What Typer and pydantic write, and the sentence for it.
_SENTENCES = (
    (r"No such command '(.*?)'\..*", "没有 {} 这个命令"),
    (r"No such option: (\S+).*", "没有 {} 这个选项"),
    (r"Option '(.*?)' requires an argument\.", "选项 {} 后面要写一个值"),
    (r"Option '(.*?)' does not take a value\.", "选项 {} 后面不写值"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", "多写了 {}"),
    (r"Missing argument '(.*?)'\..*", "缺少参数 {}"),
    (r"Missing option '(.*?)'\..*", "缺少选项 {}"),
)
_VALUES = (
    (r"Input should be a valid integer.*", "要写成整数"),
    (r"Input should be a valid number.*", "要写成数"),
    (r"Input should be less than or equal to (\S+)", "最大 {}"),
    (r"Input should be greater than or equal to (\S+)", "最小 {}"),
    (r".*is not one of (.*?)\.?", "只能是 {}"),
    (r".*does not exist\.?", "没有这个文件或文件夹"),
)


def sentence(error: TyperException) -> str:
    """没有 --fomat 这个选项，是不是 --format？写法见 unionboard kpi --help。"""
    context: Any = getattr(error, "ctx", None)
    said = error.format_message()
    told = _translated(said, _SENTENCES) or _about_a_value(said) or said.rstrip(".。")
    near = _meant(said, context)
    place = context.command_path if context is not None else "unionboard"
    return f"{told}{f'，是不是 {near}？' if near else '。'}写法见 {place} --help。"


def _about_a_value(said: str) -> str | None:
    found = re.fullmatch(r"Invalid value for '(.*?)': (.*)", said, re.DOTALL)
    if found is None:
        return None
    return f"{found[1]} 的值不对：{_translated(found[2], _VALUES) or found[2].rstrip('.。')}"


def _translated(said: str, sentences: tuple[tuple[str, str], ...]) -> str | None:
    for pattern, chinese in sentences:
        found = re.fullmatch(pattern, said, re.DOTALL)
        if found is not None:
            return chinese.format(*found.groups())
    return None


def _meant(said: str, context: Any) -> str | None:
    """The command or option that is written nearly like the one that is not there."""
    typed = re.match(r"No such (?:command '|option: )([^\s']+)", said)
    if typed is None or context is None:
        return None
    return next(iter(get_close_matches(typed[1], list(_known(context)), n=1)), None)


def _known(context: Any) -> Iterator[str]:
    yield from getattr(context.command, "commands", {})
    for parameter in context.command.params:
        yield from parameter.opts
