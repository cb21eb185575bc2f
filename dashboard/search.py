"""Search: pages, programmes, KPIs, regions and published figures by their names in either language, by pinyin or its initials."""

import asyncio
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import product

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from dashboard import formatting, links, navigation
from dashboard.access import visits
from dashboard.data import figures, kpis, programmes, regions, releases, sight
from dashboard.data.caching import per_release
from dashboard.data.regions import Region
from dashboard.i18n import CHINESE, ENGLISH, en, language, pick, t, using, zh
from warehouse.access.roles import PROGRAMME, Access

PATH = "/api/search"
# As many of one kind as are told, and as many characters as are looked at.
OF_A_KIND = 6
LONGEST = 60
# What the address of the page says goes along with what is found on it.
KEPT = ("region", "period", "origin", "as_of", "lang")
KINDS = ("page", "programme", "kpi_here", "kpi", "region", "figure")
# How sure a name is meant: the whole of it, its beginning, a later word, something within.
WHOLE, BEGINNING, WORD, WITHIN = 8, 6, 4, 2
Scored = tuple["Hit", int]
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Name:
    """One name as it is compared: without signs and capitals, and where its later words begin."""

    whole: str
    words: tuple[str, ...] = ()
    is_initials: bool = False


@dataclass(frozen=True)
class Hit:
    """What is found: its kind, the two lines it is shown as, where it leads, and which part of that page it is."""

    kind: str
    title: str
    hint: str
    target: links.Target
    mark: str = ""


@dataclass(frozen=True)
class Entry:
    """What may be found, and the names it goes by."""

    hit: Hit
    names: tuple[Name, ...]


def route() -> Route:
    """`/api/search?q=…`, asked by the page (static/search.js) for whoever is signed in."""
    return Route(PATH, _answer, methods=["GET"])


async def _answer(request: Request) -> JSONResponse:
    query = dict(request.query_params)
    hits = await asyncio.to_thread(partial(_hits_of, query, visits.of_headers(request.scope["headers"])))
    return JSONResponse({"hits": hits}, headers={"cache-control": "no-store"})


def _hits_of(query: dict[str, str], visit: visits.Visit | None) -> list[dict[str, object]]:
    release_id = releases.current_id()
    if release_id is None:
        return []
    here = tuple((name, query[name]) for name in KEPT if query.get(name))
    with using(ENGLISH if query.get("lang", "").upper() == "EN" else CHINESE), links.at((*here, ("page", links.HOME))):
        found = find(release_id, query.get("q", ""), visit)
        return [
            {
                "kind": t(f"find_{one.kind}"),
                "title": one.title,
                "hint": one.hint,
                "href": links.href(one.target) + (f"#{one.mark}" if one.mark else ""),
                "go": one.target.as_payload(),
                "mark": one.mark,
            }
            for one in found
        ]


def find(release_id: str, asked: str, visit: visits.Visit | None = None) -> list[Hit]:
    """What these words mean: what is called so first, then kind by kind; a region and a KPI together give that KPI in that region."""
    tokens = [token for word in asked[:LONGEST].split() if (token := plain(word))]
    if not tokens:
        return []
    may = [entry for entry in _entries(release_id, language()) if visit is None or _may_see(entry.hit, visit.access)]
    scored = [(entry.hit, score) for entry in may if (score := _score(entry, tokens))]
    parted = tokens if len(tokens) > 1 else [] if scored else _parted(may, tokens[0])
    found = [*_kpis_in_regions(may, parted), *(one for kind in KINDS for one in _best(scored, kind))]
    # sorted() leaves the kinds in their order.
    return [_led(hit, visit) for hit, _ in sorted(found, key=lambda one: one[1] < WHOLE * len(tokens))]


def plain(text: str) -> str:
    """As names are compared: 河 南 and 河南, LÜ and lv alike."""
    kept = "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())
    return kept.replace("ü", "v")


def _best(scored: Sequence[Scored], kind: str) -> list[Scored]:
    """The surest of a kind; of equally sure ones those with the shorter name, of regions the larger."""
    is_listed = kind == "region"
    of_kind = [one for one in scored if one[0].kind == kind]
    return sorted(of_kind, key=lambda one: (-one[1], 0 if is_listed or one[1] >= WHOLE else len(one[0].title)))[
        :OF_A_KIND
    ]


def _score(entry: Entry, tokens: Sequence[str]) -> int:
    """How sure all of the words are names of this; 0 when one is not."""
    total = 0
    for token in tokens:
        best = max((_score_of(name, token) for name in entry.names), default=0)
        if not best:
            return 0
        total += best
    return total


def _score_of(name: Name, token: str) -> int:
    if name.is_initials:
        if name.whole.startswith(token):
            return BEGINNING if token == name.whole else WORD
        # Two letters stand somewhere in half of all names.
        return WITHIN if len(token) > 2 and token in name.whole else 0
    if name.whole.startswith(token):
        return WHOLE if token == name.whole else BEGINNING
    if any(word.startswith(token) for word in name.words):
        return WORD
    return WITHIN if _CHINESE.search(token) and token in name.whole else 0


def _kpis_in_regions(entries: Sequence[Entry], tokens: Sequence[str]) -> list[Scored]:
    """河南 调解成功率: the KPI of one word in the region of another."""
    places = [one for one in entries if one.hit.kind == "region"]
    measures = [one for one in entries if one.hit.kind in ("kpi", "programme")]
    found: list[Scored] = []
    for place, token in enumerate(tokens):
        others = [*tokens[:place], *tokens[place + 1 :]]
        meant = _surest(places, [token], BEGINNING)
        what = _surest(measures, others) if meant and others else []
        for (region, sure), (measure, also) in product(meant, what):
            target = links.Target(page=measure.target.page, kpi=measure.target.kpi, region=region.target.region)
            found.append((Hit("kpi_here", f"{region.title} · {measure.title}", measure.hint, target), sure + also))
    return sorted(found, key=lambda one: -one[1])[:OF_A_KIND]


def _surest(entries: Sequence[Entry], tokens: Sequence[str], least: int = 1) -> list[Scored]:
    """The first few of those that are as sure as the surest."""
    scored = [(one.hit, score) for one in entries if (score := _score(one, tokens)) >= least]
    best = max((score for _, score in scored), default=0)
    return [one for one in scored if one[1] == best][:OF_A_KIND]


def _parted(entries: Sequence[Entry], token: str) -> list[str]:
    """河南调解成功率, written in one: the region with which it begins, and the rest."""
    names = {name.whole for one in entries if one.hit.kind == "region" for name in one.names if not name.is_initials}
    begun = [token[:length] for length in range(2, len(token)) if token[:length] in names]
    return [begun[-1], token[len(begun[-1]) :]] if begun else []


def _may_see(hit: Hit, access: Access) -> bool:
    is_of_programme = hit.kind in ("programme", "kpi", "figure")
    return hit.kind == "region" or access.has_page(PROGRAMME if is_of_programme else hit.target.page or "")


def _led(hit: Hit, visit: visits.Visit | None) -> Hit:
    """A region is shown on the overview to whoever has no page of one region."""
    if hit.kind != "region" or visit is None or visit.access.has_page(hit.target.page or ""):
        return hit
    return replace(hit, target=replace(hit.target, page=links.HOME))


@per_release(24)
def _entries(release_id: str, _: str) -> tuple[Entry, ...]:
    """All that the scope of whoever asks may find, in the language in force: made once for each release, scope and language."""
    return (
        *_pages(),
        *_programmes(release_id),
        *_kpis(release_id),
        *_regions(release_id),
        *_figures(release_id),
    )


def _pages() -> Iterator[Entry]:
    for key, path in navigation.searched():
        names = (*_names(zh.WORDS[key]), *_names(en.WORDS[key]), *_names(path))
        yield Entry(Hit("page", t(key), "", links.Target(page=path)), names)


def _programmes(release_id: str) -> Iterator[Entry]:
    for one in programmes.all_programmes(release_id):
        names = (*_names(one.name_zh), *_names(one.short_name_zh), *_names(one.name_en), *_names(one.code))
        question = pick(one.question_zh, one.question_en)
        yield Entry(Hit("programme", pick(one.name_zh, one.name_en), question, links.programme_page(one.code)), names)


def _kpis(release_id: str) -> Iterator[Entry]:
    of = {one.code: pick(one.short_name_zh, one.name_en) for one in programmes.all_programmes(release_id)}
    for kpi in kpis.all_kpis(release_id):
        target = links.programme_page(kpi.programme, kpi=kpi.code)
        names = (*_names(kpi.label_zh), *_names(kpi.label_en), *_names(kpi.code))
        yield Entry(Hit("kpi", pick(kpi.label_zh, kpi.label_en), of.get(kpi.programme, ""), target), names)


def _regions(release_id: str) -> Iterator[Entry]:
    """Provinces first, then prefectures, then counties, each in official order."""
    level: Sequence[Region] = regions.provinces(release_id)
    while level:
        for region in level:
            if sight.is_own_region(release_id, region.code):
                yield _region(release_id, region)
        level = [below for region in level for below in regions.children(release_id, region.code)]


def _region(release_id: str, region: Region) -> Entry:
    above = " › ".join(formatting.region_name(one) for one in regions.lineage(release_id, region.code)[1:-1])
    names = (
        *_names(region.short_name, region.name_en),
        *_names(region.name),
        *_names(region.name_en),
        Name(region.code),
    )
    target = links.Target(page="province", region=region.code)
    return Entry(Hit("region", formatting.region_name(region), above, target), tuple(dict.fromkeys(names)))


def _figures(release_id: str) -> Iterator[Entry]:
    for one in figures.all_figures(release_id):
        shown = (formatting.figure_amount(one).text, one.as_of or t("as_of_unknown"))
        target = links.Target(page=links.page_path(one.programme), kpi=one.kpi)
        hit = Hit("figure", pick(one.name_zh, one.name_en), " · ".join(shown), target, f"figure-{one.figure_id}")
        names = (one.name_zh, one.name_en, one.subject, one.headline, one.figure_id, one.value)
        yield Entry(hit, tuple(name for text in names if text for name in _names(text)))


def _names(text: str, latin: str = "") -> tuple[Name, ...]:
    """A name as it is written, in pinyin and by its initials; `latin` says how it is read."""
    written = Name(plain(text), tuple(plain(word) for word in re.split(r"[\W_]+", text)[1:] if plain(word)))
    syllables = [one for run in _CHINESE.findall(text) for one in _syllables(run, plain(latin))]
    if not syllables:
        return (written,)
    later = tuple("".join(syllables[place:]) for place in range(1, len(syllables)))
    read = [Name("".join(syllables), later), Name("".join(one[0] for one in syllables), (), is_initials=True)]
    if any("v" in one for one in syllables):
        # Who has no ü on the keyboard writes u as often as v.
        read.append(Name(read[0].whole.replace("v", "u"), tuple(one.replace("v", "u") for one in later)))
    return (written, *read)


@lru_cache(maxsize=8192)
def _syllables(text: str, latin: str = "") -> tuple[str, ...]:
    """How Chinese is read; a character with several readings is read as `latin` has it."""
    # The dictionary takes a quarter of a second to load, and is needed once for each release.
    from pypinyin import Style, lazy_pinyin, pinyin

    read = tuple(lazy_pinyin(text, v_to_u=False))
    if not latin or latin == "".join(read):
        return read
    each = [pinyin(sign, style=Style.NORMAL, heteronym=True, v_to_u=False)[0] for sign in text]
    return next((one for one in product(*each) if "".join(one) == latin), read) if len(text) < 6 else read
