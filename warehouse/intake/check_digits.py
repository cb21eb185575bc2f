"""The check digits of numbers that persons bear: identity numbers, bank cards, the Hong Kong card, passports' printed lines."""

from datetime import date

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
# Numbers of 15 digits were given until 1999; a later year in one is the date of a record, not of a birth.
_OLD_YEARS = range(30, 100)
_FOREIGNER = "9"


def is_province(code: str) -> bool:
    """Whether two digits are those of a province (GB/T 2260), Hong Kong, Macao and Taiwan included."""
    return int(code) in _PROVINCES


def is_identity_number(number: str) -> bool:
    """GB 11643: a possible province and birth date, and the right check digit; residence permits of 81, 82, 83 and 9 included."""
    body = number[:17]
    if len(number) != 18 or not (body.isascii() and body.isdigit()):
        return False
    # The permanent residence card: 9, the province that took the request, the country, then as all others.
    place = number[1:3] if number.startswith(_FOREIGNER) else number[:2]
    if not is_province(place) or not _is_birth_date(number[6:14]):
        return False
    check = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True)) % 11
    return "10X98765432"[check] == number[17].upper()


def is_old_identity_number(number: str) -> bool:
    """The 15-digit form: a possible province and birth date; it has no check digit."""
    return len(number) == 15 and is_province(number[:2]) and is_birth_date_of_century(number[6:12])


def passes_luhn(number: str) -> bool:
    """The check digit of bank cards."""
    total = 0
    for position, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and number.strip("0") != ""


def is_hong_kong_card(letters: str, digits: str, check: str) -> bool:
    """The Hong Kong identity card, `A123456(3)`: one or two letters, six digits, and the check character in brackets."""
    values = [*(ord(letter) - 55 for letter in letters.rjust(2, "[")), *(int(digit) for digit in digits)]
    # A missing first letter counts 36, which is what `[` comes to.
    total = sum(weight * value for weight, value in zip(range(9, 1, -1), values, strict=True))
    return "0A987654321"[total % 11] == check


def is_taiwan_card(number: str) -> bool:
    """The identity card of Taiwan: a letter, nine digits, the last one a check digit."""
    place = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(number[0]) + 10
    values = (place // 10, place % 10, *(int(digit) for digit in number[1:]))
    return (
        sum(weight * value for weight, value in zip((1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), values, strict=True)) % 10 == 0
    )


def is_birth_date_of_century(digits: str) -> bool:
    """Whether six digits are a day of the last century, year first."""
    return int(digits[:2]) in _OLD_YEARS and _is_birth_date("19" + digits)


def is_passport_line(line: str) -> bool:
    """The second printed line of a passport (ICAO 9303): number, birth and expiry each with its right check digit."""
    parts = ((line[:9], line[9]), (line[13:19], line[19]), (line[21:27], line[27]))
    return len(line) >= 28 and all(check.isdigit() and _icao(text) == int(check) for text, check in parts)


def _icao(text: str) -> int:
    values = (0 if sign == "<" else int(sign) if sign.isdigit() else ord(sign) - 55 for sign in text)
    return sum(value * (7, 3, 1)[position % 3] for position, value in enumerate(values)) % 10


def _is_birth_date(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1850 <= born.year <= 2100
