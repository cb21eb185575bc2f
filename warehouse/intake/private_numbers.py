"""Finds in a folded text (`plain`) the numbers that persons bear: identity, phone and card numbers, permits, accounts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from warehouse.intake import check_digits
from warehouse.intake.credit_code import is_credit_code

IDENTITY, PHONE, PERMIT, ACCOUNT = "D68", "D69", "D122", "D123"
# What people put between groups of digits.
SEPARATORS = r"\s.\-/_,·・、:()~*|;\\'+#•"
_RUN = re.compile(rf"[0-9]+(?:[{SEPARATORS}]{{1,3}}[0-9]+)*(?:[{SEPARATORS}]{{0,3}}[Xx](?![A-Za-z0-9]))?")
_GROUP = re.compile(r"[0-9]+|[Xx]")
_LONGEST = 19
_MOBILE = re.compile(r"(?:0|86|086|0086)?(1[3-9][0-9]{9})")
_COUNTRY = re.compile(r"(?:0|86|086|0086)(?=1[3-9])")
# How eleven digits of a mobile number are grouped, and by which separators: two numbers with a comma are a list, with a point a
# decimal, with a stroke a fraction.
_ANY, _NO_LIST, _BLANKS = None, frozenset(" -_·・()~*|\\'+#•"), frozenset(" ")
_MOBILE_GROUPS: dict[tuple[int, ...], frozenset[str] | None] = {
    (3, 4, 4): _ANY,
    (1,) * 11: _ANY,
    (1, 2, 4, 4): _ANY,
    (3, 4, 2, 2): _ANY,
    (3, 2, 2, 2, 2): _ANY,
    (3, 3, 5): _NO_LIST,
    (3, 5, 3): _NO_LIST,
    (4, 4, 3): frozenset(" .·・_"),
    (4, 3, 4): frozenset(" .·・_"),
    (3, 8): _NO_LIST,
    (7, 4): _NO_LIST,
    (2, 3, 3, 3): frozenset(" -._·・/~*|;\\'+#•"),
    (1, 3, 3, 4): frozenset(" -._·・/()"),
    (3, 3, 3, 2): frozenset(" -._·・/~*|;\\'+#•"),
    (5, 6): _BLANKS,
    (6, 5): _BLANKS,
}
_CARD_GROUPS = {(4, 4, 4, 4), *((4, 4, 4, 4, last) for last in (1, 2, 3)), *((4, 4, 4, last) for last in (5, 6, 7))}
_CARD_GROUPS |= {(6, last) for last in (10, 11, 12, 13)} | {(1,) * length for length in range(16, 20)}
_OLD_GROUPS = {(15,), (6, 6, 3), (6, 2, 2, 2, 3), (1,) * 15}
# The landline of rulings: any area with a dash.
_DASHED_AREA = re.compile(r"0[1-9][0-9]{1,2}")
_HALVES = ((7,), (8,), (3, 4), (4, 4))
_AREA = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})")
# A landline without a dash, and whatever is as long as an identity or card number.
_BARE = re.compile(r"0[1-9][0-9]{8,10}|[0-9]{15,19}")
# A record's own number often begins with its month.
_DATED = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])")
_DECIMAL = re.compile(r"[+-]?[0-9][0-9,]*\.[0-9]+%?")
_WHOLE_FRACTION = re.compile(r"\.0+$")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_CREDIT_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])")
_COUNTED = r"(?![0-9])(?!\s*(?:人|次|名|位|篇|条|元|万|亿|个|件|户|张|本|场|台|部|只|家|份|%|、))"

_AMOUNT_AFTER = re.compile(r"\s?(?:[万亿]?元|[万亿]|人次)")

_MAIL = re.compile(
    r"[A-Za-z0-9._%+\-]+\s?(?:@|[(\[]at[)\]])\s?[A-Za-z0-9\-]+(?:\s?\.\s?[A-Za-z0-9\-]+)*\s?\.\s?[A-Za-z]{2,}"
)
_CALLED = r"\s?(?:账号|帐号|号码?|id)?\s?"
_NAME = r"[a-z][a-z0-9_\-]{4,19}"
_ACCOUNT = re.compile(
    rf"(?:微\s?信|weixin|wechat|威信|薇信|加\s?[微v])(?:{_CALLED}[:为是]\s?(?:{_NAME}|[0-9]{{5,12}}{_COUNTED})"
    rf"|\s?(?:账号|帐号|号码?|id)\s?{_NAME}|{_CALLED}(?:(?=[a-z_\-]*[0-9_]){_NAME}|[1-9][0-9]{{4,11}}{_COUNTED}))"
    rf"|(?<![a-z0-9])(?:[vw]\s?x|v\s?信|微\s?x)(?:{_CALLED}[:为是]\s?(?:{_NAME}|[0-9]{{5,12}}{_COUNTED})"
    rf"|(?:号|\s)\s?(?=[a-z_\-]*[0-9_]){_NAME})"
    rf"|(?:(?<![a-z0-9])q\s?q|扣\s?扣|企鹅)\s?(?:账号|帐号|号码?|号|邮箱)?\s?[:为是]?\s?[1-9](?:[\s\-]?[0-9]){{4,11}}{_COUNTED}",
    re.IGNORECASE,
)
# In a column of numbers that offices give, WX and QQ may be the first letters of one.
_SAID = re.compile(r"[::为是号]|微|信|扣")
_SPOKEN_PHONE = re.compile(
    r"(?:电话|座机|手机|传真|联系方式|(?<![a-z])tel(?:ephone)?|(?<![a-z])phone|(?<![a-z])mobile)(?:号码?|no)?\s?[.:为是]{0,2}\s?"
    rf"(?!(?:400|800|95|96|123)[0-9\-]*)(?:0[0-9]{{2,3}}[\s\-]?)?[2-9][0-9]{{2,3}}[\s\-]?[0-9]{{4}}{_COUNTED}",
    re.IGNORECASE,
)

_PERMIT_WORDS = (
    r"护照|通行证|回乡证|台胞证|台湾居民|港澳居民|居留证|居留身份证|居住证|军官证|士兵证|警官证|文职证|证件|"
    r"passport|permit|travel\s?document|identity\s?card|id\s?card|mtp"
)
_SPOKEN_PERMIT = re.compile(
    rf"(?:{_PERMIT_WORDS})\s?(?:号码?|编号|no|number)?\s?[.::为是#]{{0,2}}\s?[(]?"
    rf"(?:[a-z]{{1,3}}[\s\-]?[0-9]{{6,10}}(?:\s?[(][0-9a-z]{{1,2}}[)])?|[0-9]{{8,10}}(?:\s?[(]?[a-z][)]?)?(?![0-9]){_COUNTED})",
    re.IGNORECASE,
)
_SPOKEN_OFFICER = re.compile(r"[军士警文海空武]字第?\s?[0-9]{5,8}\s?号?")
_MACAO = re.compile(r"身份证[^0-9]{0,6}[157][0-9]{6}\s?[(]\s?[0-9]\s?[)]")
_SPOKEN = (
    (PERMIT, _MACAO),
    (ACCOUNT, _MAIL),
    (ACCOUNT, _ACCOUNT),
    (PHONE, _SPOKEN_PHONE),
    (PERMIT, _SPOKEN_PERMIT),
    (PERMIT, _SPOKEN_OFFICER),
)
_HONG_KONG = re.compile(r"(?<![A-Za-z0-9])([A-Z]{1,2})\s?([0-9]{6})\s?[(]\s?([0-9A])\s?[)]")
_TAIWAN_CARD = re.compile(r"(?<![A-Za-z0-9])[A-Z][1289][0-9]{8}(?![A-Za-z0-9])")
_OLD_RESIDENCE = re.compile(r"(?<![A-Za-z0-9])[A-Z]{3}([0-9]{2})[0-9]{2}([0-9]{6})[0-9]{2}(?![A-Za-z0-9])")
_PRINTED_LINE = re.compile(r"[A-Z0-9<]{9}[0-9][A-Z<]{3}[0-9]{7}[MFX<][0-9]{7}")
# Passports (E, EA…, G, D, S, P), permits to Hong Kong and Macao (C, CA…, W), to Taiwan (L, T), and home (H, M): no check digit, so
# they count in free text only, and not where a year follows the letter as in a record's number.
_PERMIT = re.compile(
    r"(?<![A-Za-z0-9])(?:[EGDSPCWLT](?!(?:19|20)[0-9]{2})[0-9]{8}|[EC][A-HJ-NP-Z][0-9]{7}|[HM](?!(?:19|20)[0-9]{2})[0-9]{8}(?:[0-9]{2})?)"
    r"(?![A-Za-z0-9])"
)


@dataclass(frozen=True)
class Found:
    """A number of a person in a folded text: its code and where it stands."""

    code: str
    start: int
    end: int


@dataclass(frozen=True)
class _Window:
    """Some neighbouring groups of digits: what they say together, how they are grouped, what stands between and around them."""

    digits: str
    groups: tuple[int, ...]
    between: str
    before: str
    after: str
    start: int
    end: int

    @property
    def stands_alone(self) -> bool:
        """Whether it is no part of a longer list: what stands around it is not what stands between its groups."""
        around = set(self.before) | set(self.after)
        return not (around & set(self.between)) or around <= {" "}


def identities(plain: str) -> Iterator[Found]:
    """Identity numbers of 18 digits, which have a check digit, in any grouping."""
    for window in _windows(plain):
        if len(window.digits) == 18 and check_digits.is_identity_number(window.digits):
            yield Found(IDENTITY, window.start, window.end)


def others(plain: str, column_type: str) -> Iterator[Found]:
    """All other numbers; `column_type` is the contract's, `text` for free text, `id` for numbers that offices give."""
    plain = _without_codes(plain)
    alone = _WHOLE_FRACTION.sub("", plain.strip())
    if column_type in ("int", "decimal") and (_THOUSANDS.fullmatch(alone) or _DECIMAL.fullmatch(alone)):
        return
    if column_type == "decimal" and alone.isdigit():
        if _MOBILE.fullmatch(alone):
            yield Found(PHONE, 0, len(plain))
        return
    if column_type == "int" and alone.isdigit() and len(alone) >= 11:
        yield Found(PHONE, 0, len(plain))
    yield from _words(plain, column_type)
    if _DECIMAL.fullmatch(alone):
        return
    for window in _windows(plain):
        code = _code_of(window)
        if code is not None and not (code == PHONE and _AMOUNT_AFTER.match(plain, window.end)):
            yield Found(code, window.start, window.end)


def nearly(plain: str) -> bool:
    """Whether a text holds what is too much like other numbers to stop a row, but is not shown either."""
    for window in _windows(plain):
        is_one = len(window.groups) == 1
        if is_one and (_BARE.fullmatch(window.digits) or _MOBILE.fullmatch(window.digits)):
            return True
        if len(window.groups) == 3 and len(window.digits) in (15, 18):
            return True
    return False


def _words(plain: str, column_type: str) -> Iterator[Found]:
    for code, pattern in _SPOKEN:
        if pattern is not _ACCOUNT or column_type != "id" or _SAID.search(plain):
            yield from (Found(code, *found.span()) for found in pattern.finditer(plain))
    for found in _HONG_KONG.finditer(plain):
        if check_digits.is_hong_kong_card(*found.groups()):
            yield Found(PERMIT, *found.span())
    for found in _OLD_RESIDENCE.finditer(plain):
        if check_digits.is_province(found.group(1)) and check_digits.is_birth_date_of_century(found.group(2)):
            yield Found(PERMIT, *found.span())
    for found in _PRINTED_LINE.finditer(plain):
        if check_digits.is_passport_line(found.group()):
            yield Found(PERMIT, *found.span())
    if column_type == "text":
        yield from (Found(PERMIT, *found.span()) for found in _PERMIT.finditer(plain))
        for found in _TAIWAN_CARD.finditer(plain):
            if check_digits.is_taiwan_card(found.group()):
                yield Found(PERMIT, *found.span())


def _code_of(window: _Window) -> str | None:
    """What a window of digits is, apart from an identity number of 18 digits."""
    digits, groups = window.digits, window.groups
    if not digits.isdigit():
        return None
    if len(digits) == 15 and groups in _OLD_GROUPS and check_digits.is_old_identity_number(digits):
        return IDENTITY
    if _is_mobile(window) or _is_landline(window):
        return PHONE
    if 16 <= len(digits) <= _LONGEST and (len(groups) == 1 or (groups in _CARD_GROUPS and window.stands_alone)):
        is_own = _DATED.match(digits) or _is_joined_regions(digits)
        return PHONE if not is_own and check_digits.passes_luhn(digits) else None
    return None


def _is_mobile(window: _Window) -> bool:
    if len(window.groups) == 1:
        return bool(_MOBILE.fullmatch(window.digits))
    first = _COUNTRY.match(window.digits)
    extra = first.end() if first is not None and first.end() <= window.groups[0] else 0
    if not re.fullmatch(r"1[3-9][0-9]{9}", window.digits[extra:]):
        return False
    groups = (window.groups[0] - extra, *window.groups[1:]) if extra < window.groups[0] else window.groups[1:]
    if len(groups) == 1:
        return True
    if groups not in _MOBILE_GROUPS or not window.stands_alone:
        return False
    taken = _MOBILE_GROUPS[groups]
    return taken is None or set(window.between) <= taken


def _is_landline(window: _Window) -> bool:
    """An area code and seven or eight digits, with an extension or in two halves."""
    digits, groups, is_dashed = window.digits, window.groups, set(window.between) <= set("- ()")
    if is_dashed and len(groups) > 2 and digits[: groups[0]] in ("86", "0086") and digits[groups[0]] != "0":
        # Abroad the area loses its zero.
        digits, groups = "0" + digits[groups[0] :], (groups[1] + 1, *groups[2:])
    first, *rest = groups
    if not rest or not window.stands_alone:
        return False
    area = digits[:first]
    if not (_AREA.fullmatch(area) or (is_dashed and _DASHED_AREA.fullmatch(area))) or digits[first] in "01":
        return False
    return any(tuple(rest[: len(halves)]) == halves and _is_extension(rest[len(halves) :]) for halves in _HALVES)


def _is_extension(groups: list[int]) -> bool:
    return not groups or (len(groups) == 1 and groups[0] <= 5)


def _is_joined_regions(digits: str) -> bool:
    """Codes of GB/T 2260 written one after the other."""
    return len(digits) % 6 == 0 and all(
        check_digits.is_province(digits[at : at + 2]) and int(digits[at + 4 : at + 6]) < 99
        for at in range(0, len(digits), 6)
    )


def _without_codes(plain: str) -> str:
    """The text with the credit codes of organisations, which may be told, blanked out."""

    def blank(found: re.Match[str]) -> str:
        code = found.group()
        return " " * len(code) if is_credit_code(code) and not check_digits.is_identity_number(code) else code

    return _CREDIT_CODE.sub(blank, plain)


def _windows(plain: str) -> Iterator[_Window]:
    for run in _RUN.finditer(plain):
        found = list(_GROUP.finditer(run.group()))
        offset = run.start()
        gaps = [run.group()[left.end() : right.start()] for left, right in pairwise(found)]
        for first in range(len(found)):
            digits = ""
            for last in range(first, len(found)):
                digits += found[last].group()
                if len(digits) > _LONGEST:
                    break
                if len(digits) < 10:
                    continue
                yield _Window(
                    digits,
                    tuple(len(group.group()) for group in found[first : last + 1]),
                    "".join(gaps[first:last]),
                    gaps[first - 1] if first else "",
                    gaps[last] if last < len(gaps) else "",
                    offset + found[first].start(),
                    offset + found[last].end(),
                )
