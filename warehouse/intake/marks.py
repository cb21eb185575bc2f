"""Tells digits from marks that only look like them: circled, raised, lowered, dotted and Roman numerals, fractions."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# What a compatibility form must not turn into: a number that nobody wrote as one.
_NUMERALS = frozenset("0123456789〇一二三四五六七八九十百千万亿两")
# A number, a date or a name is shorter; what is longer is not looked at closely.
LONGEST = 200
_RAISED = "¹²³⁰⁴⁵⁶⁷⁸⁹"
_LOWERED = "₀₁₂₃₄₅₆₇₈₉"
_TO_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_TO_LOWERED = str.maketrans("0123456789", _LOWERED)
# Numbers in a circle, black or double, in brackets, with a dot, and circled or bracketed 一, 二: what notes are numbered with.
_RINGED = "①-⑳⓪⓫-⓿❶-➓㉑-㉟㊱-㊿㉈-㉏⑴-⒇㈠-㈩㊀-㊉"
_DOTTED = "⒈-⒛🄀-🄊"
_OPEN, _CLOSE = r"[(（\[【〔{]", r"[)）\]】〕}]"
_NOTE_WORD = r"(?:注释|注)?"
_BEHIND = re.compile(
    rf"\s*(?:{_OPEN}\s*{_NOTE_WORD}[{_RINGED}{_RAISED}{_LOWERED}]+\s*{_CLOSE}|{_NOTE_WORD}[{_RINGED}{_DOTTED}{_RAISED}{_LOWERED}]+)\s*$"
)
_BEFORE = re.compile(rf"^\s*[{_RINGED}]+[、.．:：\s]*")
# What a raised number behind it may raise to a power: one digit, or 10, 100 … alone or behind a sign of multiplication.
_BASE = re.compile(r"(?:^|.*[×xX*·✕])\s*(?:[0-9０-９]|[1１][0０]+)")


@dataclass(frozen=True)
class Split:
    """A text without the marks before and behind it, and those marks."""

    text: str
    marks: str


@lru_cache(maxsize=1 << 12)
def is_mark(character: str) -> bool:
    """Whether a character is a number's likeness and no digit: ①, ², ₂, ⒈, ½, Ⅳ, ㈠, ㋄, ㎡. Full-width digits are digits."""
    if character.isascii() or character == "〇":
        return False
    category = unicodedata.category(character)
    if category == "Nd":
        return False
    if category in ("No", "Nl"):
        return True
    plain = unicodedata.normalize("NFKC", character)
    # Radicals, which PDF readers write for 一 and 十, are the same sign; what is circled or squared is not.
    is_same_sign = len(plain) == 1 and not unicodedata.decomposition(character).startswith(("<circle>", "<square>"))
    return not is_same_sign and not _NUMERALS.isdisjoint(plain)


# ❶00 is no 0 with a mark before it.
_ZEROS = re.compile(r"\s*0[0-9]")


def fold(text: str) -> str:
    """The text in its plain form (NFKC): full width becomes half width, and marks stay what they are."""
    if text.isascii():
        return text
    if not any(map(is_mark, text)):
        return unicodedata.normalize("NFKC", text)
    parts = re.split(f"([{re.escape(marks_in(text))}])", text)
    return "".join(part if index % 2 else unicodedata.normalize("NFKC", part) for index, part in enumerate(parts))


def has_wide_digits(text: str) -> bool:
    """Whether a text holds digits of another form than 0–9: full width, mathematical."""
    return not text.isascii() and any(character.isdecimal() and not character.isascii() for character in text)


def marks_in(text: str) -> str:
    """The marks of a text, each once."""
    return "".join(dict.fromkeys(filter(is_mark, text)))


def apart(text: str) -> Split | None:
    """The text without the note marks that stand before or behind it; None when others are left, or nothing else."""
    if len(text) > LONGEST:
        return None
    before = _BEFORE.match(text)
    rest = text[before.end() :] if before else text
    behind = _BEHIND.search(rest)
    shown = (before.group().strip() if before else "") + (behind.group().strip() if behind else "")
    rest = rest[: behind.start()] if behind else rest
    if before and _ZEROS.match(fold(rest)):
        # No number begins like this: the mark before it is its first digit.
        return None
    return Split(rest.strip(), shown) if shown and rest.strip() and not marks_in(rest) else None


def may_be_power(split: Split) -> bool:
    """Whether raised digits behind a number may be its power: 10³, 1.2×10⁴, 5²; a first power is the number itself."""
    raised_ones = all(character in _RAISED for character in split.marks)
    return raised_ones and split.marks != "¹" and _BASE.fullmatch(split.text) is not None


def raised(text: str) -> str:
    """A text with its digits raised."""
    return text.translate(_TO_RAISED)


def lowered(text: str) -> str:
    """A text with its digits lowered."""
    return text.translate(_TO_LOWERED)


def without_notes(text: str) -> str:
    """A name without the note marks behind it."""
    if text.isascii() or len(text) > LONGEST:
        return text
    return _BEHIND.sub("", text) or text
