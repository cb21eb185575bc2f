"""The lists that officials own, as intake needs them: provinces, regions, former codes, functional zones, programmes."""

import csv
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from warehouse.settings import CHECKOUT

# Letters that stand for more than one province (D45).
AMBIGUOUS_LETTERS = {"HN": ("湖南省", "河南省", "海南省"), "HB": ("湖北省", "河北省"), "SX": ("山西省", "陕西省")}
_FILES = ("provinces.csv", "regions.csv", "former_regions.csv", "functional_zones.csv", "programmes.csv")


@dataclass(frozen=True)
class Region:
    """One division: `level` is province, prefecture or county."""

    code: str
    name: str
    short_name: str
    level: str
    province: str
    prefecture: str | None


@dataclass(frozen=True)
class Reference:
    """Look-ups over the reference lists; `digest` changes when any list does."""

    digest: str
    provinces: dict[str, Region]
    province_aliases: dict[str, str]
    regions: dict[str, Region]
    names: dict[str, dict[str, tuple[str, ...]]]
    short_names: dict[str, dict[str, tuple[str, ...]]]
    former_codes: dict[str, tuple[str, ...]]
    former_names: dict[str, dict[str, tuple[str, ...]]]
    zone_parents: dict[str, str]
    zone_names: dict[str, str]
    programmes: dict[str, str]
    programme_words: dict[str, str]
    countersigned: frozenset[str]
    """Programmes whose uploads wait for a second person; by the column `countersign` of the list."""

    def province_code(self, text: str) -> str | None:
        """The two-digit code of a province-level name, alias or code, else None."""
        return self.province_aliases.get(text.strip().upper())

    def province_name(self, code: str) -> str:
        """`44` → 广东省; the code itself when unknown."""
        return self.provinces[code].name if code in self.provinces else code

    def programme_of_word(self, text: str) -> str | None:
        """The programme of a file word or Chinese name."""
        return self.programme_words.get(text)

    def full_name(self, code: str) -> str:
        """`210106` → 沈阳市铁西区."""
        region = self.regions[code]
        if region.level == "county" and region.prefecture and region.prefecture in self.regions:
            return self.regions[region.prefecture].name + region.name
        return region.name


def load(folder: Path) -> Reference:
    """The lists of this folder; a list that is missing there is the shipped one. Reads again only what has changed."""
    stamps = []
    for name in _FILES:
        path = _place(folder, name)
        stamps.append((path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else (0, 0))
    return _load(folder.resolve(), tuple(stamps))


def _place(folder: Path, name: str) -> Path:
    """The folder's own list, else the one that is shipped."""
    own = folder / name
    return own if own.exists() else CHECKOUT / "seeds" / "reference" / name


@lru_cache(maxsize=8)
def _load(folder: Path, _stamps: tuple[tuple[int, int], ...]) -> Reference:
    digest = hashlib.sha256()
    for name in _FILES:
        path = _place(folder, name)
        digest.update(path.read_bytes() if path.exists() else b"-")
    provinces, aliases = _provinces(_rows(_place(folder, "provinces.csv")))
    regions = dict(_region(row) for row in _rows(_place(folder, "regions.csv")))
    regions.update({region.code: region for region in provinces.values()})
    regions.pop("000000", None)
    names: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    shorts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows(_place(folder, "regions.csv")):
        region = regions.get(row["region_code"])
        if region is None or region.level == "province":
            continue
        names[region.province][region.name].append(region.code)
        for alias in {region.short_name, *filter(None, (row.get("aliases") or "").split("|"))} - {region.name}:
            shorts[region.province][alias].append(region.code)
    former = defaultdict(list)
    former_names: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows(_place(folder, "former_regions.csv")):
        former[row["former_code"]].append(row["successor_code"])
        former_names[row["former_code"][:2]][row["former_name"]].append(row["successor_code"])
    zones = _rows(_place(folder, "functional_zones.csv"))
    programmes = _rows(_place(folder, "programmes.csv"))
    words = {
        row[key]: row["programme"] for row in programmes for key in ("file_word", "programme_name_zh") if row.get(key)
    }
    return Reference(
        digest=digest.hexdigest(),
        provinces=provinces,
        province_aliases=aliases,
        regions=regions,
        names=_frozen(names),
        short_names=_frozen(shorts),
        former_codes={code: tuple(dict.fromkeys(to)) for code, to in former.items() if code not in regions},
        former_names=_frozen(former_names),
        zone_parents={row["region_code"]: row["parent_code"] for row in zones},
        zone_names={row["region_name"]: row["region_code"] for row in zones},
        programmes={row["programme"]: row.get("programme_name_zh") or row["programme"] for row in programmes},
        programme_words=words,
        countersigned=frozenset(row["programme"] for row in programmes if _is_said(row.get("countersign"))),
    )


def _is_said(cell: str | None) -> bool:
    """Whether a cell asks for something; a word that is not known asks rather than not."""
    return (cell or "").strip().lower() not in ("", "no", "none", "false", "0", "否", "无", "不")


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _provinces(rows: list[dict[str, str]]) -> tuple[dict[str, Region], dict[str, str]]:
    provinces, aliases = {}, {}
    for row in rows:
        code = row["province_code"]
        provinces[code] = Region(row["region_code"], row["province_name"], row["short_name"], "province", code, None)
        for alias in (row["province_name"], row["short_name"], code, row["region_code"], *row["aliases"].split("|")):
            if alias.strip():
                aliases[alias.strip().upper()] = code
    return provinces, {alias: code for alias, code in aliases.items() if alias not in AMBIGUOUS_LETTERS}


def _region(row: dict[str, str]) -> tuple[str, Region]:
    return row["region_code"], Region(
        row["region_code"],
        row["region_name"],
        row["short_name"] or row["region_name"],
        row["region_level"],
        row["province_code"],
        row["prefecture_code"] or None,
    )


def _frozen(index: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, tuple[str, ...]]]:
    return {key: {name: tuple(dict.fromkeys(codes)) for name, codes in inner.items()} for key, inner in index.items()}
