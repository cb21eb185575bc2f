"""What one cell was read as, and the marks that stand for a blank."""

import re
from dataclasses import dataclass
from decimal import Decimal

from warehouse.intake.note import Note

_PLACEHOLDERS = frozenset(
    {
        "/",
        "//",
        "无",
        "暂无",
        "待报",
        "未报",
        "未填",
        "不详",
        "待补",
        "N/A",
        "NA",
        "NULL",
        "NONE",
        "NIL",
        # What programs write for a missing value.
        "NAN",
        "NAT",
        "<NA>",
        "\\N",
        "(NULL)",
        "空",
        "……",
        "...",
    }
)
_DASHES = re.compile(r"[-—–―－_﹣]+")
_ERRORS = re.compile(
    r"#(?:REF!|DIV/0!|N/A|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|FIELD!|BLOCKED!|UNKNOWN!)|#{2,}"
)

# Cells that only a workbook can hold: a formula whose result was never saved.
NO_RESULT = "\x02无结果公式"


@dataclass(frozen=True)
class Cell:
    """A value (None for blank or refused), what was noted, how it is not exact, the number it reads as anyway, and the scale
    that the cell itself states (10000 for 万, 1 for 元; 0 where it states none)."""

    value: object = None
    notes: tuple[Note, ...] = ()
    sign: str = ""
    readable: Decimal | None = None
    states_scale: int = 0

    @property
    def is_refused(self) -> bool:
        """Whether the row cannot be taken in because of this cell."""
        return any(note.stops_row for note in self.notes)


BLANK = Cell()


def placeholder(text: str) -> bool:
    """Whether a cell only says that there is nothing: -, —, /, 无, N/A, 待报 …"""
    return text.upper() in _PLACEHOLDERS or bool(_DASHES.fullmatch(text))


def excel_error(text: str) -> bool:
    """Whether a cell holds an error of Excel's, such as #REF! or ####."""
    return bool(_ERRORS.fullmatch(text))
