"""Which office a 填报单位 is: the province that tells it from others of its name, and the region that its name says."""

import re

import polars as pl

from warehouse.contracts import Table
from warehouse.intake import marks
from warehouse.intake.places import ALLIANCE_PROVINCE, EXTRA_NAMES, NATION
from warehouse.intake.reference import Reference

OFFICE_PROVINCE = "office_province"

_REMARKS = re.compile(r"\([^()]*\)|\s+")
_JOINTS = "-·/—"
# What follows a place's short name where it is the place that is meant: 郑州总工会, not 中原油田工会.
_OFFICE_WORDS = ("总工会", "工会", "工联")


def office_provinces(table: Table) -> pl.Expr:
    """For each row of a table the two-digit province of its office, as `office_province`.

    It is the province the row names. Offices of one name in two provinces (two 市总工会) are two offices. An alliance
    reaches over provinces: its offices are the same wherever a row lies.
    """
    if table.is_of_alliance:
        return pl.lit(ALLIANCE_PROVINCE).alias(OFFICE_PROVINCE)
    return pl.col("province_code").cast(pl.String).alias(OFFICE_PROVINCE)


def office_province(table: Table, province: str) -> str:
    """As `office_provinces`, for one row."""
    return ALLIANCE_PROVINCE if table.is_of_alliance else province


def unit_region(unit: str, province: str, reference: Reference) -> str:
    """The six-digit code of the region that an office's name says, inside its province (two digits).

    郑州市总工会 in 41 is 410100, 河南省郑州市金水区总工会 is 410105, 海港区总工会 is the county if the province has one of that
    name only. A name that says no place, or one that several bear, is the province itself. Where the province is none
    (`00`), the name is looked up in the whole country and is 000000 when it says no place.
    """
    name = _REMARKS.sub("", marks.fold(unit))
    if province in reference.provinces:
        return _inside(name, province, reference) or reference.provinces[province].code
    found = {code for one in reference.provinces if (code := _inside(name, one, reference)) is not None}
    return found.pop() if len(found) == 1 else NATION


def _inside(name: str, province: str, reference: Reference) -> str | None:
    """The region of this province that a name begins with, the province itself included; None when it names none of them."""
    top = reference.provinces[province]
    if _is_meant(name, top.short_name):
        # 吉林总工会 may be the province's or the city's.
        return top.code
    found = _longest(name, province, reference, None)
    if found is not None:
        return found
    for own in (top.name, top.short_name):
        if name.startswith(own):
            rest = name.removeprefix(own).lstrip(_JOINTS)
            found = _longest(rest, province, reference, None)
            if found is not None or own == top.name:
                return found or top.code
    return None


def _longest(name: str, province: str, reference: Reference, within: str | None) -> str | None:
    """The region with the longest name at the beginning, a county of the prefecture `within` where one is given; None if several."""
    for length in range(len(name), 0, -1):
        begin, rest = name[:length], name[length:].lstrip(_JOINTS)
        full, short = _bearing(begin, province, reference, within)
        if len(full) > 1:
            return None
        code = full[0] if full else short[0] if len(short) == 1 else None
        if code is None:
            continue
        is_prefecture = within is None and code in reference.regions and reference.regions[code].level == "prefecture"
        below = _longest(rest, province, reference, code) if is_prefecture and rest else None
        if full or below or _is_meant(name, begin):
            return below or code
    return None


def _bearing(
    text: str, province: str, reference: Reference, within: str | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The regions whose full name, present or former, is this text, and those whose short name it is."""
    full = reference.names.get(province, {}).get(text, ())
    if not full and EXTRA_NAMES.get(text, "").startswith(province):
        full = (EXTRA_NAMES[text],)
    short = reference.short_names.get(province, {}).get(text, ())
    if within is not None:
        return _counties(full, within, reference), _counties(short, within, reference)
    former = reference.former_names.get(province, {}).get(text, ())
    zone = reference.zone_parents.get(reference.zone_names.get(text, ""), "")
    full = full or tuple(code for code in former if code[:2] == province)
    return full or ((zone,) if zone.startswith(province) else ()), short


def _counties(codes: tuple[str, ...], prefecture: str, reference: Reference) -> tuple[str, ...]:
    return tuple(code for code in codes if reference.regions[code].prefecture == prefecture)


def _is_meant(name: str, begin: str) -> bool:
    rest = name.removeprefix(begin)
    return name.startswith(begin) and (not rest or rest.startswith(_OFFICE_WORDS))
