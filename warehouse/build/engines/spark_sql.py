"""Statements as Spark is given them: texts as the standard has them, and what a statement names and reads more than once made first.

Spark plans a part that is named in `with` anew for each place that reads it; parts that read each other double at every step, and a
statement of a few thousand rows is planned to hundreds of scans. Kept apart, each is planned and run once.
"""

import re
from dataclasses import dataclass

from warehouse.build.engines.statements import PASSED_OVER, closing, shown

_WITH = re.compile(r"\s*with\s+(?!recursive\b)", re.IGNORECASE)
_PART = re.compile(r"\s*(\w+)\s+as\s*\(", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """One part of a statement that is made first: its name and its own statement."""

    name: str
    sql: str


def standard_literals(sql: str) -> str:
    """The statement with a backslash in a text meaning itself, as the standard and DuckDB have it; to Spark it begins an escape."""
    return PASSED_OVER.sub(_doubled, sql)


def in_parts(sql: str) -> tuple[list[Part], str]:
    """The parts of a statement that are read more than once, in the order in which they can be made, and what is left of it."""
    text = shown(sql)
    begin = _WITH.match(text)
    if begin is None:
        return [], sql
    named: list[tuple[str, str, str]] = []
    at = begin.end()
    while found := _PART.match(text, at):
        end = closing(text, found.end())
        if end is None:
            return [], sql
        named.append((found[1], sql[found.end() : end], text[found.end() : end]))
        rest = re.compile(r"\s*,").match(text, end + 1)
        if rest is None:
            return _split(named, sql[end + 1 :], text[end + 1 :])
        at = rest.end()
    return [], sql


def _split(named: list[tuple[str, str, str]], last: str, last_shown: str) -> tuple[list[Part], str]:
    parts: list[Part] = []
    kept: list[tuple[str, str]] = []
    for number, (name, text, _) in enumerate(named):
        after = [*(one for _, _, one in named[number + 1 :]), last_shown]
        reads = sum(len(re.findall(rf"\b(?:from|join)\s+{name}\b(?!\s*[.(])", later, re.IGNORECASE)) for later in after)
        if reads > 1:
            parts.append(Part(name, _whole(kept, text)))
        else:
            kept.append((name, text))
    return parts, _whole(kept, last)


def _whole(kept: list[tuple[str, str]], last: str) -> str:
    """A statement with those of the parts before it that it reads, directly or through others."""
    needed: list[tuple[str, str]] = []
    looked_at = last
    for name, text in reversed(kept):
        if re.search(rf"\b{name}\b", looked_at, re.IGNORECASE):
            needed.insert(0, (name, text))
            looked_at += text
    if not needed:
        return last
    # What begins with a `with` of its own takes those before it into it.
    own = _WITH.match(shown(last))
    before = ",\n".join(f"{name} as ({text})" for name, text in needed)
    return f"with {before},\n{last[own.end() :]}" if own else f"with {before}\n{last}"


def _doubled(found: "re.Match[str]") -> str:
    text = found[0]
    return text.replace("\\", "\\\\") if text.startswith("'") else text
