"""Statements as text: what of them is shown to a search, and where a bracket closes."""

import re

# Comments and quoted names, which are passed over, and texts.
PASSED_OVER = re.compile(r"""--[^\n]*|/\*.*?\*/|"[^"]*"|`[^`]*`|'(?:[^']|'')*'""", re.DOTALL)


def shown(sql: str) -> str:
    """The statement as long as it is, with blanks for what is passed over and for texts."""
    return PASSED_OVER.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), sql)


def closing(text: str, at: int) -> int | None:
    """Where the bracket closes that was opened right before `at`, in a statement as it is shown."""
    depth = 1
    for found in re.compile(r"[()]").finditer(text, at):
        depth += 1 if found[0] == "(" else -1
        if depth == 0:
            return found.start()
    return None
