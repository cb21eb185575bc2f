"""Unified social credit codes (GB 32100-2015): 18 characters with a check character."""

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def is_credit_code(code: str) -> bool:
    """Whether these 18 characters carry the right check character."""
    if len(code) != 18 or any(character not in _VALUES for character in code):
        return False
    return check_character(code[:17]) == code[17]


def check_character(body: str) -> str:
    """The check character of the first 17; KeyError for a character outside the alphabet."""
    total = sum(weight * _VALUES[character] for weight, character in zip(_WEIGHTS, body, strict=True))
    return _ALPHABET[(31 - total % 31) % 31]
