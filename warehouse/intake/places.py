"""Recognises provinces and regions in cells: codes, names, aliases, former divisions and functional zones."""

import re

from warehouse.intake import marks
from warehouse.intake.note import Note
from warehouse.intake.reference import AMBIGUOUS_LETTERS, Reference, Region
from warehouse.intake.values import BLANK, Cell, placeholder

# The alliance's own heading: it stands in 省份 of alliance tables and belongs to the nation.
ALLIANCE_NAMES = frozenset({"大湾区", "粤港澳大湾区", "粤港澳"})
ALLIANCE_PROVINCE = "00"
NATION = "000000"

_SPACE = re.compile(r"\s+")
_FLOAT_CODE = re.compile(r"(\d{2,6})\.0+")
EXTRA_NAMES = {"济源示范区": "419001", "济源产城融合示范区": "419001"}


def read_province(raw: str, reference: Reference, takes_alliance: bool) -> Cell:
    """The two-digit code of a province cell; ambiguous letters are D45, anything that is no province D51."""
    text = _SPACE.sub("", marks.fold(raw))
    if not text:
        return BLANK
    if placeholder(text):
        return Cell(None, (Note("D25", {"raw": raw}),))
    found = _FLOAT_CODE.fullmatch(text)
    code = reference.province_code(found.group(1) if found else text) or reference.province_code(raw)
    if code:
        region = reference.provinces[code]
        if raw.strip() in (region.name, region.short_name):
            return Cell(code)
        return Cell(code, (Note("D44", {"raw": raw, "val": f"{code} {region.name}"}),))
    if text.upper() in AMBIGUOUS_LETTERS:
        return Cell(None, (Note("D45", {"raw": raw, "choices": "/".join(AMBIGUOUS_LETTERS[text.upper()])}),))
    if takes_alliance and text in ALLIANCE_NAMES:
        return Cell(ALLIANCE_PROVINCE)
    return Cell(None, (Note("D51", {"raw": raw}),))


def read_region(raw: str, province: str | None, reference: Reference, allowed: tuple[str, ...] = ()) -> Cell:
    """The six-digit code of a region cell, which has to lie in `province` (or one of `allowed`, or anywhere).

    Repairs: codes with `.0`, names, aliases, paths such as 沈阳市铁西区, former divisions with one successor,
    functional zones. Refused: ambiguous (D45, D47), elsewhere or unknown (D46), former with several successors (D48).
    """
    text = _SPACE.sub("", marks.fold(raw))
    if not text:
        return BLANK
    if placeholder(text):
        return Cell(None, (Note("D25", {"raw": raw}),))
    provinces = (province,) if province else allowed or tuple(reference.provinces)
    where = "、".join(reference.province_name(code) for code in provinces) if len(provinces) <= 3 else "全国"
    if re.fullmatch(r"[0-9.]+", text):
        return _by_code(raw, text, provinces, where, reference)
    return _by_name(raw, text, provinces, where, reference)


def _by_code(raw: str, text: str, provinces: tuple[str, ...], where: str, reference: Reference) -> Cell:
    found = _FLOAT_CODE.fullmatch(text)
    code = found.group(1) if found else text
    if len(code) in (9, 12) and not code[6:].strip("0"):
        code = code[:6]
    if len(code) in (2, 4):
        code = code.ljust(6, "0")
    notes: tuple[Note, ...] = () if code == text else (Note("D34", {"raw": raw, "val": code}),)
    if marks.has_wide_digits(raw):
        notes = (Note("D16", {"raw": raw, "val": code}),)
    return _known_code(raw, code, provinces, where, reference, notes)


def _known_code(
    raw: str, code: str, provinces: tuple[str, ...], where: str, reference: Reference, notes: tuple[Note, ...] = ()
) -> Cell:
    if code in reference.regions:
        if reference.regions[code].province not in provinces:
            return Cell(None, (Note("D46", {"raw": raw, "province": where}),))
        return Cell(code, notes)
    if code in reference.former_codes:
        return _former(raw, reference.former_codes[code], provinces, where, reference)
    if code in reference.zone_parents:
        parent = reference.zone_parents[code]
        if parent[:2] not in provinces:
            return Cell(None, (Note("D46", {"raw": raw, "province": where}),))
        return Cell(parent, (Note("D49", {"raw": raw, "val": reference.full_name(parent)}),))
    if len(code) == 6 and code[4:] >= "71" and code[4:] <= "80" and code[:4] + "00" in reference.regions:
        return _known_zone(raw, code[:4] + "00", provinces, where, reference)
    key = "D46" if len(code) == 6 and code[:2] in reference.provinces and code[:2] not in provinces else "D46.unknown"
    return Cell(None, (Note(key, {"raw": raw, "province": where}),))


def _known_zone(raw: str, parent: str, provinces: tuple[str, ...], where: str, reference: Reference) -> Cell:
    if parent[:2] not in provinces:
        return Cell(None, (Note("D46", {"raw": raw, "province": where}),))
    return Cell(parent, (Note("D49", {"raw": raw, "val": reference.full_name(parent)}),))


def _by_name(raw: str, text: str, provinces: tuple[str, ...], where: str, reference: Reference) -> Cell:
    choices = _named(text, provinces, reference)
    if not choices:
        choices = _path(text, provinces, reference)
    if len(choices) == 1:
        return Cell(choices[0])
    if choices:
        return _several(raw, text, choices, reference)
    former = [code for province in provinces for code in reference.former_names.get(province, {}).get(text, ())]
    if former:
        return _former(raw, tuple(dict.fromkeys(former)), provinces, where, reference)
    if text in reference.zone_names:
        return _known_code(raw, reference.zone_names[text], provinces, where, reference)
    elsewhere = _named(text, tuple(set(reference.provinces) - set(provinces)), reference)
    return Cell(None, (Note("D46" if elsewhere else "D46.unknown", {"raw": raw, "province": where}),))


def _named(text: str, provinces: tuple[str, ...], reference: Reference) -> tuple[str, ...]:
    """Regions of these provinces that a name fits: full names first; a short name fits whatever bears it."""
    if text in EXTRA_NAMES and EXTRA_NAMES[text][:2] in provinces:
        return (EXTRA_NAMES[text],)
    full = [reference.provinces[code].code for code in provinces if reference.provinces[code].name == text]
    full += [code for province in provinces for code in reference.names.get(province, {}).get(text, ())]
    if full:
        return tuple(dict.fromkeys(full))
    alias = reference.province_code(text)
    short = [reference.provinces[alias].code] if alias in provinces and not text.isdigit() else []
    short += [code for province in provinces for code in reference.short_names.get(province, {}).get(text, ())]
    return tuple(dict.fromkeys(short))


def _path(text: str, provinces: tuple[str, ...], reference: Reference) -> tuple[str, ...]:
    """Regions that a path of names leads to: 辽宁省沈阳市铁西区, 沈阳铁西区."""
    found: list[str] = []
    for province in provinces:
        top = reference.provinces[province]
        rest = _after(text, top) if _after(text, top) is not None else text
        if rest and rest != text:
            found += _named(rest, (province,), reference)
        for region in _prefectures(province, reference):
            below = _after(rest or "", region)
            if below:
                found += [code for code in _named(below, (province,), reference) if _lies_in(code, region, reference)]
    return tuple(dict.fromkeys(found))


def _after(text: str, region: Region) -> str | None:
    for name in (region.name, region.short_name):
        if text.startswith(name) and len(text) > len(name):
            return text[len(name) :].lstrip("-·/—")
    return None


def _prefectures(province: str, reference: Reference) -> list[Region]:
    return [
        region
        for codes in reference.names.get(province, {}).values()
        for region in (reference.regions[code] for code in codes)
        if region.level == "prefecture"
    ]


def _lies_in(code: str, region: Region, reference: Reference) -> bool:
    found = reference.regions[code]
    return found.level == "county" and found.prefecture == region.code


def _several(raw: str, text: str, choices: tuple[str, ...], reference: Reference) -> Cell:
    names = [reference.full_name(code) for code in choices]
    levels = {reference.regions[code].level for code in choices}
    if len(levels) > 1:
        return Cell(None, (Note("D45", {"raw": raw, "choices": "/".join(names)}),))
    return Cell(None, (Note("D47", {"raw": raw, "n": len(choices), "choices": "、".join(names)}),))


def _former(
    raw: str, successors: tuple[str, ...], provinces: tuple[str, ...], where: str, reference: Reference
) -> Cell:
    here = [code for code in successors if code[:2] in provinces and code in reference.regions]
    if not here:
        return Cell(None, (Note("D46", {"raw": raw, "province": where}),))
    if len(here) > 1:
        choices = "、".join(f"{code}{reference.full_name(code)}" for code in here)
        return Cell(None, (Note("D48.several", {"raw": raw, "choices": choices}),))
    return Cell(here[0], (Note("D48", {"raw": raw, "val": f"{here[0]}{reference.full_name(here[0])}"}),))
