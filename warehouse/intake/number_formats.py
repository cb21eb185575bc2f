"""Shows a number as a workbook's number format does: 1 under `"T"000` is T001, under `00-000` it is 00-001."""

import operator
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from functools import lru_cache

# Quoted text, an escaped character, a blank as wide as a character, a filling character, a bracket, or one character.
_TOKEN = re.compile(r'"([^"]*)"|[\\!](.)|_(.)|\*(.)|\[([^\]]*)\]|(General|G/通用格式)|(.)', re.IGNORECASE | re.DOTALL)
_CURRENCY = re.compile(r"\$([^\-]*)(?:-[0-9A-Fa-fx]+)?")
_COLOUR = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|黑色|蓝色|红色|绿色)", re.IGNORECASE
)
# Signs that say nothing about what a number counts, and need no showing.
_SIGNS = frozenset(" -+()")
_TEXT = "@"
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)")
_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
# What is left of a format of dates without its texts and brackets; and a number shown with an exponent, which is no other number.
_ASIDE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|General', re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[ymdhsa]", re.IGNORECASE)
_EXPONENT = re.compile(r"[0#?]+(?:\.[0#?]+)?E[+-][0#?]+", re.IGNORECASE)
# The longest format that Excel takes, and digits enough to show any number under it.
_LONGEST = 255
_DIGITS = 600


@dataclass(frozen=True)
class _Section:
    """One part of a format: literals, and digits as the characters 0, #, ? and `.`; `divisor` for commas behind the digits."""

    items: tuple[tuple[str, bool], ...]
    divisor: int = 1
    has_groups: bool = False
    is_general: bool = False
    is_text: bool = False
    condition: tuple[str, str] | None = None

    @property
    def words(self) -> str:
        return "".join(text for text, is_digit in self.items if not is_digit and text != _TEXT)


def is_telling(code: str) -> bool:
    """Whether a cell of this format shows more than its plain number: leading zeros, words, a currency, thousands cut off."""
    sections = _sections(code)
    if sections is None:
        return False
    first = sections[0]
    zeros = "".join(text for text, is_digit in first.items if is_digit).partition(".")[0].count("0")
    if any(section.condition for section in sections):
        return True
    return zeros > 1 or first.divisor > 1 or any(set(section.words) - _SIGNS for section in sections)


@lru_cache(maxsize=1 << 10)
def is_unclear(code: str) -> bool:
    """Whether nobody here can tell what a number looks like under it: Chinese numerals, fractions, shares."""
    if _sections(code) is not None or _EXPONENT.fullmatch(code):
        return False
    return not _DATE_LETTERS.search(_ASIDE.sub("", code)) and not re.search(r"\[[hms]+\]", code, re.IGNORECASE)


def shown(value: str, code: str, is_number: bool = True) -> str | None:
    """What a cell shows; None where the format cannot be followed (dates, fractions, Chinese numerals)."""
    sections = _sections(code)
    if sections is None:
        return None
    with localcontext(prec=_DIGITS):
        return _shown(value, sections, is_number)


def _shown(value: str, sections: tuple[_Section, ...], is_number: bool) -> str | None:
    if not is_number:
        section = next((one for one in sections if one.is_text), None)
        return (
            None if section is None else "".join(value if text == _TEXT else text for text, _ in section.items).strip()
        )
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > _DIGITS // 2:
        return None
    numeric = [section for section in sections if not section.is_text]
    if not numeric:
        return value
    section, sign = numeric[0], "-" if number < 0 else ""
    if any(one.condition for one in numeric):
        met = next((one for one in numeric if _is_met(one, number)), None)
        return None if met is None else sign + _filled(met, abs(number))
    if number < 0 and len(numeric) > 1:
        section, sign = numeric[1], ""
    elif number == 0 and len(numeric) > 2:
        section = numeric[2]
    return sign + _filled(section, abs(number))


def _is_met(section: _Section, number: Decimal) -> bool:
    if section.condition is None:
        return True
    compare, bound = section.condition
    return bool(_COMPARE[compare](number, Decimal(bound)))


def _filled(section: _Section, number: Decimal) -> str:
    digits = "".join(text for text, is_digit in section.items if is_digit)
    if section.is_general or not digits:
        general = f"{number.normalize():f}" if section.is_general else ""
        return "".join(general if is_digit else text for text, is_digit in section.items).strip()
    whole, _, fraction = digits.partition(".")
    rounded = (number / section.divisor).quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    left, _, right = f"{rounded:f}".partition(".")
    left = left.lstrip("0")
    if section.has_groups:
        padded = left.rjust(whole.count("0"), "0")
        groups = f"{int(padded):,}" if padded else ""
        return _put(section, [*[""] * (len(whole) - 1), groups] if whole else [], right, fraction).strip()
    # Digits fill the places from the right; what is left over stands before the first place.
    places: list[str] = []
    for kind in reversed(whole):
        places.insert(0, left[-1:] or ("0" if kind == "0" else ""))
        left = left[:-1]
    if places:
        places[0] = left + places[0]
    return _put(section, places, right, fraction).strip()


def _put(section: _Section, whole: list[str], right: str, fraction: str) -> str:
    kept = right
    while kept and fraction[len(kept) - 1] in "#?" and kept[-1] == "0":
        kept = kept[:-1]
    places = iter(whole)
    decimals = iter(kept)
    is_whole = True
    parts: list[str] = []
    for text, is_digit in section.items:
        if not is_digit:
            parts.append(text)
        elif text == ".":
            is_whole = False
            parts.append("." if kept else "")
        else:
            parts.append(next(places if is_whole else decimals, ""))
    return "".join(parts)


@lru_cache(maxsize=1 << 10)
def _sections(code: str) -> tuple[_Section, ...] | None:
    """The parts of a format; None for formats of dates and others that are not followed."""
    if len(code) > _LONGEST:
        return None
    parts: list[list[re.Match[str]]] = [[]]
    for token in _TOKEN.finditer(code):
        if token.group(7) == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    sections = [_section(tokens) for tokens in parts[:4]]
    found = tuple(section for section in sections if section is not None)
    return found if len(found) == len(sections) and found else None


def _section(tokens: list[re.Match[str]]) -> _Section | None:
    items: list[tuple[str, bool]] = []
    is_general = is_text = has_groups = False
    commas = percents = 0
    condition: tuple[str, str] | None = None
    for token in tokens:
        quoted, escaped, wide, _, bracket, general, plain = token.groups()
        if bracket is not None:
            currency, compared = _CURRENCY.fullmatch(bracket), _CONDITION.fullmatch(bracket)
            if compared is not None:
                condition = (compared[1], compared[2])
                continue
            if currency is None and not _COLOUR.fullmatch(bracket):
                return None
            if currency is not None and currency.group(1):
                items.append((currency.group(1), False))
        elif quoted is not None or escaped is not None:
            items.append((quoted if quoted is not None else escaped, False))
        elif wide is not None:
            items.append((" ", False))
        elif general is not None:
            is_general = True
            items.append(("0", True))
        elif plain is None:
            continue
        elif plain in "0#?":
            has_groups |= commas > 0
            commas = 0
            items.append((plain, True))
        elif plain == "." and not any(text == "." and is_digit for text, is_digit in items):
            items.append((plain, True))
        elif plain == "," and any(is_digit for _, is_digit in items):
            commas += 1
        elif plain == _TEXT:
            is_text = True
            items.append((plain, False))
        elif plain == "%":
            percents += 1
            items.append((plain, False))
        elif plain.isascii() and (plain.isalpha() or plain in "/."):
            return None
        else:
            items.append((plain, False))
    if percents:
        return None
    return _Section(tuple(items), 1000**commas, has_groups, is_general, is_text, condition)
