"""A YAML file whose every word knows its line, so that a mistake is told by file, line and key."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ScheduleError(Exception):
    """Mistakes in the file; the message names each on a line of its own."""


@dataclass
class Faults:
    """What was found wrong in a file."""

    file: Path
    said: list[str] = field(default_factory=list)

    def add(self, line: int, key: str, sentence: str) -> None:
        """One mistake, a Chinese sentence without a full stop."""
        self.said.append(f"{self.file.name} 第 {line} 行 {key}：{sentence}。")


@dataclass(frozen=True)
class Part:
    """One mapping of the file; what it holds is texts as they were written, lists and further parts. `key` says where it stands."""

    key: str
    line: int
    given: dict[str, Any]
    lines: dict[str, int]
    faults: Faults

    def wrong(self, name: str, sentence: str) -> None:
        """Something about one key is wrong."""
        where = f"{self.key}.{name}" if self.key else name
        self.faults.add(self.lines.get(name, self.line), where, sentence)

    def text(self, name: str, is_needed: bool = False) -> str | None:
        """The text of a key, None where there is none."""
        found = self.given.get(name)
        if isinstance(found, str) and found.strip():
            return found.strip()
        if found is not None and found != "":
            self.wrong(name, "要写一个词，不是列表")
        elif is_needed:
            self.wrong(name, "必须写" if name not in self.given else "不能为空")
        return None

    def choice(self, name: str, choices: Collection[str], otherwise: str | None = None) -> str | None:
        """One of some words; `otherwise` where there is none, which is a mistake where `otherwise` is None."""
        found = self.text(name, is_needed=otherwise is None)
        if found is None:
            return otherwise
        if found not in choices:
            self.wrong(name, f"只能是 {'、'.join(choices)}，现为“{found}”{nearest(found, choices)}")
            return None
        return found

    def number(self, name: str) -> float | None:
        """The number of a key."""
        found = self.text(name)
        try:
            number = None if found is None else float(found.removesuffix("%")) / (100 if found.endswith("%") else 1)
        except ValueError:
            number = float("nan")
        if number is not None and not abs(number) < 1e15:
            self.wrong(name, f"要写一个数，现为“{found}”")
            return None
        return number

    def whole(self, name: str, least: int, most: int, otherwise: int) -> int:
        """A whole number within limits."""
        found = self.text(name)
        if found is None:
            return otherwise
        if not (found.isascii() and found.isdecimal() and least <= int(found) <= most):
            self.wrong(name, f"要写 {least} 到 {most} 的整数，现为“{found}”")
            return otherwise
        return int(found)

    def several(self, name: str, known: Collection[str] | None, what: str) -> tuple[str, ...]:
        """One word or a list of them, each among those that are known."""
        found = self.given.get(name)
        listed = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        if found is not None and not (listed and all(isinstance(one, str) and one.strip() for one in listed)):
            self.wrong(name, "要写一个词或词的列表")
            return ()
        for one in listed:
            if known is not None and one not in known:
                self.wrong(name, f"没有{what}“{one}”{nearest(one, known)}")
        return tuple(dict.fromkeys(listed))

    def parts(self, name: str) -> Iterator["Part"]:
        """The mappings in the list of a key."""
        found = self.given.get(name)
        for number, one in enumerate(found if isinstance(found, list) else [], 1):
            if isinstance(one, Part):
                yield one
            else:
                self.wrong(name, f"第 {number} 项要写成各个键")
        if found is not None and found != "" and not isinstance(found, list):
            self.wrong(name, "要写成列表，每项前有“- ”")

    def part(self, name: str) -> "Part | None":
        """The mapping of a key."""
        found = self.given.get(name)
        if found is not None and not isinstance(found, Part):
            self.wrong(name, "要写成各个键，比它多缩进两格")
        return found if isinstance(found, Part) else None

    def only(self, *names: str) -> None:
        """Every other key is a mistake."""
        for name in self.given:
            if name not in names:
                self.wrong(name, f"不认识这个键{nearest(name, names)}")


def nearest(word: str, known: Collection[str]) -> str:
    """The word most like one, as the end of a sentence."""
    found = get_close_matches(word, sorted(known), 1, 0.5)
    return f"，是不是 {found[0]}？" if found else ""


def read(path: Path) -> Part:
    """The file. Raises ScheduleError where it cannot be read at all; what is wrong in it is in the faults of its parts."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_LOADER)):
            raise ScheduleError(f"{path.name} 里用了 & 和 * 引用，请直接写出来。")
        node = yaml.compose(text, Loader=_LOADER)
    except UnicodeDecodeError:
        raise ScheduleError(f"{path} 不是 UTF-8 编码，请另存为 UTF-8。") from None
    except OSError as error:
        raise ScheduleError(f"{path} 读不了：{error.strerror}。") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark else ""
        raise ScheduleError(
            f"{path.name} {where}不是合格的 YAML（{error.problem}）：请检查缩进、冒号和引号。"
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ScheduleError(f"{path.name} 不是合格的 YAML：{error}。") from None
    faults = Faults(path)
    if node is None:
        return Part("", 1, {}, {}, faults)
    if not isinstance(node, yaml.MappingNode):
        raise ScheduleError(f"{path.name} 第 1 行：要写成 mail、recipients、briefings、alerts、reminders 各项。")
    found = _of(node, "", faults)
    assert isinstance(found, Part)
    return found


def _of(node: yaml.Node, key: str, faults: Faults) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_of(one, f"{key}[{number}]", faults) for number, one in enumerate(node.value, 1)]
    given: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for name_node, value in node.value:
        name, line = str(name_node.value), name_node.start_mark.line + 1
        where = f"{key}.{name}" if key else name
        if name in given:
            faults.add(line, where, f"写了两次，第一次在第 {lines[name]} 行")
        given[name], lines[name] = _of(value, where, faults), line
    return Part(key, node.start_mark.line + 1, given, lines, faults)
