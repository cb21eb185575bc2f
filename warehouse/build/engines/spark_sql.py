"""Statements as Spark is given them: texts as the standard has them, and what a statement names and reads more than once made first.

Spark plans a part that is named in `with` anew for each place that reads it; parts that read each other double at every step, and a
statement of a few thousand rows is planned to hundreds of scans. Kept apart, each is planned and run once.
"""

import re
from dataclasses import dataclass

# Comments and quoted names, which are passed over, and texts.
_PASSED_OVER = re.compile(r"""--[^\n]*|/\*.*?\*/|"[^"]*"|`[^`]*`|'(?:[^']|'')*'""", re.DOTALL)

_WITH = re.compile(r"\s*with\s+(?!recursive\b)", re.IGNORECASE)
_PART = re.compile(r"\s*(\w+)\s+as\s*\(", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """One part of a statement that is made first: its name and its own statement."""

    name: str
    sql: str


def standard_literals(sql: str) -> str:
    """The statement with a backslash in a text meaning itself, as the standard and DuckDB have it; to Spark it begins an escape."""
    return _PASSED_OVER.sub(_doubled, sql)


def in_parts(sql: str) -> tuple[list[Part], str]:
    """The parts of a statement that are read more than once, in the order in which they can be made, and what is left of it."""
    shown = _PASSED_OVER.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), sql)
    begin = _WITH.match(shown)
    if begin is None:
        return [], sql
    named: list[tuple[str, str, str]] = []
    at = begin.end()
    while found := _PART.match(shown, at):
        end = _closing(shown, found.end())
        if end is None:
            return [], sql
        named.append((found[1], sql[found.end() : end], shown[found.end() : end]))
        rest = re.compile(r"\s*,").match(shown, end + 1)
        if rest is None:
            return _split(named, sql[end + 1 :], shown[end + 1 :])
        at = rest.end()
    return [], sql


def _split(named: list[tuple[str, str, str]], last: str, last_shown: str) -> tuple[list[Part], str]:
    parts: list[Part] = []
    kept: list[tuple[str, str]] = []
    for number, (name, text, _) in enumerate(named):
        after = [*(shown for _, _, shown in named[number + 1 :]), last_shown]
        reads = sum(len(re.findall(rf"\b(?:from|join)\s+{name}\b(?!\s*[.(])", shown, re.IGNORECASE)) for shown in after)
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
    own = _WITH.match(_PASSED_OVER.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), last))
    before = ",\n".join(f"{name} as ({text})" for name, text in needed)
    return f"with {before},\n{last[own.end() :]}" if own else f"with {before}\n{last}"


def _closing(shown: str, at: int) -> int | None:
    """Where the bracket closes that was opened right before `at`."""
    depth = 1
    for found in re.compile(r"[()]").finditer(shown, at):
        depth += 1 if found[0] == "(" else -1
        if depth == 0:
            return found.start()
    return None


def _doubled(found: "re.Match[str]") -> str:
    text = found[0]
    return text.replace("\\", "\\\\") if text.startswith("'") else text
