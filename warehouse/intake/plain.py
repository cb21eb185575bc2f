"""Folds the many ways to write a digit into one, so that a number is found however it is disguised. For looking, never for values."""

import re
import unicodedata

_CHINESE = dict(zip("〇零○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "0001234567891123456789", strict=True))
# Seven in a row, as they stand in a number that is spelt out; fewer are words.
_SPELT = re.compile(rf"[{''.join(_CHINESE)}](?:[\s\-.,、·]?[{''.join(_CHINESE)}]){{6,}}")
_LOOK_ALIKE = str.maketrans("OoIl", "0011")
_HAS_LOOK_ALIKE = re.compile(r"[OoIl]")
_LETTERS_OF_OTHERS = str.maketrans("ОоΟοІі", "OoOoIi")
# Letters by name that nobody sees: the fillers of Hangul and the blank of Braille.
_FILLERS = "\u115f\u1160\u2800"
_GAP = r"[\s.\-/_,·、()~*|;\\'+#•]{0,3}"
_MIXED = re.compile(
    rf"(?:(?<![A-Za-z])[OoIl]|[0-9])(?:{_GAP}[0-9OoIl])*{_GAP}(?:[0-9]|[OoIl](?![A-Za-z]))(?:{_GAP}[Xx](?![A-Za-z0-9]))?"
)
_FEWEST_TRUE_DIGITS = 3


def folded(text: str) -> str:
    """The text with nothing invisible in it and every digit an ASCII one, be it full-width, Arabic-Indic, in circles or spelt out."""
    if text.isascii():
        return text
    # Digits in brackets first, of which NFKC makes three signs each.
    bare = "".join(sign if sign.isascii() else _digit(sign) for sign in text)
    plain = unicodedata.normalize("NFKC", bare)
    signs = []
    for sign in plain:
        if sign.isascii():
            signs.append(sign)
            continue
        kind = unicodedata.category(sign)
        if kind in ("Cf", "Mn", "Me") or sign in _FILLERS:
            continue
        signs.append("-" if kind == "Pd" or sign == "−" else sign)
    plain = "".join(signs).translate(_LETTERS_OF_OTHERS)
    return _SPELT.sub(lambda found: "".join(_CHINESE.get(sign, sign) for sign in found.group()), plain)


def _digit(sign: str) -> str:
    value = unicodedata.digit(sign, None)
    return sign if value is None else str(value)


def with_look_alikes(plain: str) -> str:
    """A folded text with O for 0 and l, I for 1 read as digits where they stand among digits; of the same length."""

    def digits(found: re.Match[str]) -> str:
        text = found.group()
        if sum(sign.isdigit() for sign in text) < _FEWEST_TRUE_DIGITS:
            return text
        return text.translate(_LOOK_ALIKE)

    return _MIXED.sub(digits, plain) if _HAS_LOOK_ALIKE.search(plain) else plain
