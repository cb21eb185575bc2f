"""Finds identity numbers, phone numbers and bank cards, so that their rows can be stopped and their values forgotten."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

import polars as pl

from warehouse.intake.credit_code import is_credit_code

SENSITIVE_HEADERS = ("姓名", "身份证", "电话", "手机", "住址", "诊断")
# A longer text, or one with digits, is a sentence or a value, not the name of a column.
_LONGEST_LABEL = 12

# What people put between groups of digits: up to two blanks, line breaks or dashes.
_GAP = r"[\s\-‐–—]{0,2}"
_BIRTH = r"(?:1[89]|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_PROVINCES = {
    *range(11, 16),
    *range(21, 24),
    *range(31, 38),
    *range(41, 47),
    *range(50, 55),
    *range(61, 66),
    71,
    81,
    82,
    83,
}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

# Rough patterns in Rust's regex dialect (no look-around): what they miss holds no secret, what they hit is looked at closely.
ROUGH_IDENTITY = rf"[1-8](?:{_GAP}[0-9]){{16}}{_GAP}[0-9Xx]"
ROUGH_CONTACT = (
    r"(?:^|[^0-9]|86)1[3-9][0-9]{9}(?:$|[^0-9])"
    r"|(?:^|[^0-9]|86)1[3-9][0-9][\s\-‐–—]{1,2}[0-9]{4}[\s\-‐–—]{1,2}[0-9]{4}(?:$|[^0-9])"
    r"|(?:^|[^0-9])0[0-9]{2,3}-[0-9]{7,8}(?:$|[^0-9])"
    r"|[(]0[0-9]{2,3}[)] ?[0-9]{7,8}"
    r"|[0-9]{15,19}"
    r"|[0-9]{4}(?:[ \-][0-9]{4}){2}[ \-][0-9]{4}|[0-9]{6} [0-9]{10}"
)
# Digits in full width, or with something invisible between them.
ODD_DIGITS = r"[０-９]|[0-9][\x{00ad}\x{200b}-\x{200f}\x{2060}\x{feff}]+[0-9]"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")

_IDENTITY = re.compile(rf"(?<![0-9A-Za-z])[1-8](?:{_GAP}[0-9]){{16}}{_GAP}[0-9Xx](?![0-9A-Za-z])")
_IDENTITY_INSIDE = re.compile(rf"(?<![0-9])[1-8][0-9]{{5}}{_BIRTH}[0-9]{{3}}[0-9Xx](?![0-9])")
_OLD_IDENTITY = re.compile(r"(?<![0-9])[1-8][0-9]{14}(?![0-9])")
_MOBILE = re.compile(
    r"(?<![0-9])(?:86)?1[3-9][0-9]{9}(?![0-9])"
    r"|(?<![0-9\-])(?:86[\s\-]?)?1[3-9][0-9][\s\-‐–—]{1,2}[0-9]{4}[\s\-‐–—]{1,2}[0-9]{4}(?![0-9\-])"
)
_LANDLINE = re.compile(
    r"(?<![0-9\-])0[1-9][0-9]{1,2}-[0-9]{7,8}(?![0-9\-])|[(]0[1-9][0-9]{1,2}[)] ?[0-9]{7,8}(?![0-9])"
)
# Too much like other numbers to stop a row, but not shown either.
_BARE_LANDLINE = re.compile(r"(?<![0-9])0[1-9][0-9]{8,10}(?![0-9])")
_CARD = re.compile(
    r"(?<![0-9])[0-9]{16,19}(?![0-9])|(?<![0-9])[0-9]{4}(?:[ \-][0-9]{4}){3}(?:[ \-][0-9]{1,3})?(?![0-9])"
    r"|(?<![0-9])[0-9]{4}(?:[ \-][0-9]{4}){2}[ \-][0-9]{5,7}(?![0-9])|(?<![0-9])[0-9]{6} [0-9]{10,13}(?![0-9])"
)
# No number of a person is shorter: a mobile number, a landline with its dash. Most cells are, dates among them.
_SHORTEST = 11
# What an amount looks like, whatever its size.
_AMOUNT = re.compile(r"[0-9][0-9,]*(?:\.[0-9]*)?")
_MAYBE = re.compile(rf"[0-9](?:{_GAP}[0-9]){{10}}|[0-9]{{3}}[)-]")


def may_identify(text: str) -> bool:
    """Whether a text must not be shown: it holds what is, or nearly is, a number of a person."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return bool(_MAYBE.search(plain)) and (
        bool(_IDENTITY.search(plain))
        or bool(_IDENTITY_INSIDE.search(plain))
        or bool(_OLD_IDENTITY.search(plain))
        or bool(_MOBILE.search(plain))
        or bool(_LANDLINE.search(plain))
        or bool(_CARD.search(plain))
        or bool(_BARE_LANDLINE.search(plain))
    )


def kind_of(text: str, column_type: str) -> str | None:
    """`D68` for an identity number, `D69` for a phone or card number, else None.

    Identity numbers count in any column. So do the others, but for amounts: a plain number of many digits is one, unless
    it is a mobile number and nothing else.
    """
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    if is_credit_code(plain.strip().upper()):
        return None
    candidates = [*_IDENTITY.findall(plain), *_IDENTITY_INSIDE.findall(plain)]
    if any(is_identity_number(re.sub(r"[^0-9Xx]", "", found)) for found in candidates):
        return "D68"
    if column_type == "decimal" and _AMOUNT.fullmatch(plain.strip()):
        return "D69" if _MOBILE.fullmatch(plain.strip()) else None
    if any(is_old_identity_number(found) for found in _OLD_IDENTITY.findall(plain)):
        return "D68"
    if _MOBILE.search(plain) or _LANDLINE.search(plain):
        return "D69"
    if column_type == "int" and re.fullmatch(r"[0-9]{11,}", plain.strip()):
        return "D69"
    if any(passes_luhn(re.sub(r"[ \-]", "", found)) for found in _CARD.findall(plain)):
        return "D69"
    return None


def masked(text: str) -> str:
    """A name with the digits of personal numbers starred out; a name without any stays as it is."""
    if kind_of(text, "text") is None:
        return text
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    for pattern in (_IDENTITY, _IDENTITY_INSIDE, _OLD_IDENTITY, _MOBILE, _LANDLINE, _CARD):
        plain = pattern.sub(lambda found: "＊" * len(found.group()), plain)
    return plain


def is_identity_number(number: str) -> bool:
    """GB 11643: a possible province and birth date, and the right check digit."""
    if len(number) != 18 or not number[:17].isascii() or not number[:17].isdigit():
        return False
    if int(number[:2]) not in _PROVINCES or not _is_birth_date(number[6:14]):
        return False
    check = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True)) % 11
    return "10X98765432"[check] == number[17].upper()


def is_old_identity_number(number: str) -> bool:
    """The 15-digit form: a possible province and birth date; it has no check digit."""
    return int(number[:2]) in _PROVINCES and _is_birth_date("19" + number[6:12])


def passes_luhn(number: str) -> bool:
    """The check digit of bank cards."""
    total = 0
    for position, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and number.strip("0") != ""


def suspects(cells: pl.Series, column_type: str) -> pl.Series:
    """A boolean mask of the cells that `kind_of` should look at; `column_type` is the contract's, or `text`."""
    rough = f"{ROUGH_IDENTITY}|{ROUGH_CONTACT}|{ODD_DIGITS}"
    if column_type == "int":
        rough += "|[0-9]{11}"
    mask = pl.repeat(False, len(cells), eager=True)
    # Looking at length first is what keeps this off the clock for a million rows.
    at = (cells.str.len_bytes() >= _SHORTEST).arg_true()
    return mask.scatter(at.filter(cells.gather(at).str.contains(rough)), True) if len(at) else mask


def sensitive_headers(headers: list[str]) -> list[int]:
    """Positions of the headers that name personal data."""
    return [index for index, header in enumerate(headers) if any(word in header for word in SENSITIVE_HEADERS)]


def words_of_a_roster(rows: Sequence[Sequence[str]]) -> list[str]:
    """What kinds of personal data a table without a known header holds, as words of ours; empty where none is seen.

    A row names them when a short label in it has one of the words and something stands below it; an identity number
    speaks for itself. The words are never the file's own text.
    """
    words = [
        word
        for place, row in enumerate(rows)
        for column, cell in enumerate(row)
        if _is_label(cell) and any(len(below) > column and below[column].strip() for below in rows[place + 1 :])
        for word in SENSITIVE_HEADERS
        if word in _plain(cell)
    ]
    if any(kind_of(cell, "text") == "D68" for row in rows for cell in row):
        words.append("身份证")
    return list(dict.fromkeys(words))


def _plain(cell: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", _INVISIBLE.sub("", cell)))


def _is_label(cell: str) -> bool:
    plain = _plain(cell)
    return 0 < len(plain) <= _LONGEST_LABEL and not any(character.isdigit() for character in plain)


def _is_birth_date(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1850 <= born.year <= 2100
