"""What may be asked with a question: its parameters, how they are read from text, and why one cannot be followed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

PERIOD = r"all|[0-9]{4}(?:Q[1-4]|-(?:0[1-9]|1[0-2]))?"
MONTH = r"[0-9]{4}-(?:0[1-9]|1[0-2])"
REGION = r"[0-9]{6}"
CODE = r"[a-z][a-z0-9_]{0,99}"
RELEASE = r"[0-9]{8}T[0-9]{6}Z-[0-9a-z]{1,64}"
FLAG_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
# As many choices as a sentence names.
_NAMED = 40


class AskedError(Exception):
    """A question that cannot be followed: the parameter, and a Chinese sentence that says why and what would do."""

    def __init__(self, parameter: str, sentence: str) -> None:
        super().__init__(sentence)
        self.parameter = parameter


class UnknownError(AskedError):
    """A code that names nothing here."""


@dataclass(frozen=True)
class Parameter:
    """One thing to narrow a question by. `is_flag` takes true or false; `is_several` a list, commas between; else one word.

    What has a `pattern` is written like that.
    """

    name: str
    about: str
    example: str
    choices: tuple[str, ...] = ()
    is_flag: bool = False
    is_several: bool = True
    is_required: bool = False
    pattern: str | None = None


@dataclass(frozen=True)
class Asked:
    """A question's parameters as they were given: lists of words, flags apart."""

    words: Mapping[str, tuple[str, ...]]
    flags: Mapping[str, bool]

    def several(self, name: str) -> tuple[str, ...]:
        """The words of a parameter; none where it was not given."""
        return self.words.get(name, ())

    def one(self, name: str) -> str | None:
        """The word of a parameter that takes one."""
        given = self.several(name)
        return given[0] if given else None

    def flag(self, name: str) -> bool | None:
        """The flag, None where it was not given."""
        return self.flags.get(name)


def read(parameters: Sequence[Parameter], given: Mapping[str, Sequence[str]]) -> Asked:
    """The parameters out of texts, each given once or several times.

    Raises AskedError for what is unknown, missing, written otherwise or none of the choices.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in given:
        if name not in known:
            raise AskedError(name, f"没有参数 {name}{nearest(name, known)}。可用的参数：{'、'.join(known)}。")
    words: dict[str, tuple[str, ...]] = {}
    flags: dict[str, bool] = {}
    for name, parameter in known.items():
        parts = [
            part.strip()
            for text in given.get(name, ())
            for part in (text.split(",") if parameter.is_several else [text])
        ]
        found = tuple(dict.fromkeys(part for part in parts if part))
        if not found:
            if parameter.is_required:
                raise AskedError(name, f"要写参数 {name}（{parameter.about}），例如 {name}={parameter.example}。")
            continue
        if not parameter.is_several and len(found) > 1:
            raise AskedError(name, f"参数 {name} 只能写一个值，现为：{'、'.join(found[:5])}。")
        if parameter.is_flag:
            flags[name] = _flag(name, found[0])
            continue
        for one in found:
            if parameter.pattern and not re.fullmatch(parameter.pattern, one):
                raise AskedError(
                    name, f"参数 {name} 里的“{one[:80]}”写法不对（{parameter.about}），例如 {parameter.example}。"
                )
        if parameter.choices:
            choose(name, found, parameter.choices)
        words[name] = found
    return Asked(words, flags)


def check(name: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Raises UnknownError where a code given is not known; the sentence names what is."""
    for sentence in _unknown(name, given, known):
        raise UnknownError(name, sentence)


def choose(name: str, given: Iterable[str], choices: Iterable[str]) -> None:
    """Raises AskedError where something given is none of the choices."""
    for sentence in _unknown(name, given, choices):
        raise AskedError(name, sentence)


def nearest(one: str, known: Iterable[str]) -> str:
    """The words most like one, as the end of a sentence; empty when none is like it."""
    near = get_close_matches(one[:80], list(known), n=3, cutoff=0.6)
    return f"；是不是 {'、'.join(near)}" if near else ""


def _unknown(name: str, given: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    """What is said against each that is not known."""
    listed = known if isinstance(known, Mapping | set | frozenset) else tuple(known)
    for one in given:
        if one not in listed:
            yield f"参数 {name}：没有“{one[:80]}”{nearest(one, listed) or _those(listed)}。"


def _those(known: Iterable[str]) -> str:
    all_of = sorted(known)
    return f"；可用：{'、'.join(all_of[:_NAMED])}{'……' if len(all_of) > _NAMED else ''}"


def _flag(name: str, text: str) -> bool:
    if text.lower() not in FLAG_WORDS:
        raise AskedError(name, f"参数 {name} 要写 true 或 false，现为“{text[:80]}”。")
    return FLAG_WORDS[text.lower()]
