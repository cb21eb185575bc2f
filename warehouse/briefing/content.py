"""What a briefing says, before it has a form: the selection, sentences made from the numbers, and the tables of each programme."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from warehouse.answers import telling
from warehouse.answers.answer import Answer, Caveat, Row
from warehouse.answers.asked import PERIOD, AskedError, check
from warehouse.answers.periods import DEMONSTRATION, period_of, shown_origin
from warehouse.answers.questions import put
from warehouse.answers.source import Source
from warehouse.answers.telling import Standing
from warehouse.briefing import words

NATION = "000000"
GRAINS = ("month", "quarter", "year")
_COMPARED = frozenset({"change_year", "change_period", "forecast"})
# As many as one page takes.
_TOLD = 5
_MONTHS = 13


@dataclass(frozen=True)
class Selection:
    """What a briefing is about; `programme` None means all of them."""

    region: str = NATION
    period: str | None = None
    programme: str | None = None


@dataclass(frozen=True)
class Figure:
    """One KPI of a programme with its value in the period, in its own rhythm; `row` is None where the release says nothing."""

    kpi: dict[str, Any]
    period: str
    row: Row | None

    @property
    def status(self) -> str:
        """met, on_track, behind, no_target or no_data."""
        return self.row["status"] if self.row is not None else "no_data"


@dataclass(frozen=True)
class Chapter:
    """One programme: its KPIs, the one that stands for it by region below and over time, and who has not reported."""

    programme: Row
    origin: str
    figures: tuple[Figure, ...]
    headline: Figure | None
    below: tuple[tuple[str, Row], ...]
    months: tuple[Row, ...]
    published: tuple[Row, ...]
    missing: tuple[Row, ...]


@dataclass(frozen=True)
class Briefing:
    """Everything a briefing says. `code` is what a reader checks it by, None where none was given out."""

    source: Source
    selection: Selection
    region: Row
    period: str
    chapters: tuple[Chapter, ...]
    sentences: tuple[tuple[str, tuple[str, ...]], ...]
    caveats: tuple[Caveat, ...]
    code: str | None = None
    address: str | None = None
    reader: str | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def title(self) -> str:
        """工会项目简报：河南省 · 劳动争议裁调对接 · 2024年5月."""
        parts = [self.region["region_name"]]
        if self.selection.programme is not None:
            parts.append(self.chapters[0].programme["programme_name_zh"])
        return " · ".join([*parts, words.period(self.period)])

    @property
    def is_demonstration(self) -> bool:
        """Whether any number is of demonstration records."""
        return any(chapter.origin == DEMONSTRATION for chapter in self.chapters)


def compose(source: Source, selection: Selection, say: Callable[[str], None] = lambda _: None) -> Briefing:
    """The briefing of a selection. Raises AskedError for an unknown code or a period that is none."""
    check("region", [selection.region], source.regions)
    if selection.programme is not None:
        check("programme", [selection.programme], source.programmes)
    period = selection.period or (source.data_to or "2024-01")[:7]
    if period == "all" or not _is_period(period):
        raise AskedError("period", f"简报的期间写一个月、季度或年：2024-05、2024Q2 或 2024，现为“{period}”。")
    programmes = [row for row in put(source, "programmes").rows if selection.programme in (None, row["programme"])]
    chapters = []
    for number, programme in enumerate(programmes, 1):
        say(f"{number}/{len(programmes)} {programme['programme_name_zh']}")
        chapters.append(_chapter(source, programme, selection.region, period))
    return Briefing(
        source,
        selection,
        source.regions[selection.region],
        period,
        tuple(chapters),
        _sentences(source, chapters),
        _caveats(chapters),
    )


def _is_period(text: str) -> bool:
    return re.fullmatch(PERIOD, text) is not None


def _chapter(source: Source, programme: Row, region: str, period: str) -> Chapter:
    code = programme["programme"]
    origin = shown_origin(source, code)
    kpis = [kpi for kpi in source.kpis.values() if kpi["programme"] == code and not kpi["is_category_only"]]
    own = {kpi["kpi"]: period_of(kpi["grain"], period) for kpi in kpis}
    wanted = sorted(set(own.values()))
    base = {"programme": [code], "origin": [origin]}
    here = _values(source, {**base, "region": [region], "period": wanted}, _COMPARED)
    rows = {row["kpi"]: row for row in here.rows if row["period"] == own.get(row["kpi"])}
    figures = tuple(Figure(kpi, own[kpi["kpi"]], rows.get(kpi["kpi"])) for kpi in kpis)
    headline = next((one for one in figures if one.kpi["is_headline"] and one.row), None) or next(
        (one for one in figures if one.row is not None), None
    )
    below, months = [], []
    if headline is not None:
        name = headline.kpi["kpi"]
        found = _values(source, {"kpi": [name], "origin": [origin], "below": [region], "period": [headline.period]})
        below = [(_place(source, {**row, "region_name": None}), row) for row in found.rows]
        grain = headline.kpi["grain"] if headline.kpi["grain"] in GRAINS else "month"
        series = _values(source, {"kpi": [name], "origin": [origin], "region": [region], "grain": [grain]})
        months = [row for row in series.rows if row["period"] <= headline.period or grain == "month"]
        months = [row for row in months if grain != "month" or row["period"] <= _last_month(period)][-_MONTHS:]
    published = put(source, "figures", {"programme": [code], "region": [region]}).rows
    missing = _not_reported(source, code, origin)
    inside = [row for row in missing if _is_inside(source, row["region"], region)]
    return Chapter(programme, origin, figures, headline, tuple(below), tuple(months), tuple(published), tuple(inside))


def _asked_of(source: Source, programme: str, origin: str) -> tuple[object, ...]:
    return (source.release.path, source.release.id, source.scope.key, source.settings.today, programme, origin)


@cached(LRUCache(64), key=_asked_of, lock=Lock())
def _not_reported(source: Source, programme: str, origin: str) -> tuple[Row, ...]:
    """What is owed of a programme, asked once for the briefings of all provinces: it is most of what one takes."""
    return tuple(put(source, "not-reported", {"programme": [programme], "origin": [origin]}).rows)


def _values(source: Source, given: dict[str, list[str]], extra: frozenset[str] = frozenset()) -> Answer:
    return put(source, "values", given, extra=extra)


def _last_month(period: str) -> str:
    if "Q" in period:
        return f"{period[:4]}-{int(period[5]) * 3:02d}"
    return period if "-" in period else f"{period}-12"


def _is_inside(source: Source, province: str, region: str) -> bool:
    """Whether what a province owes concerns a region: it is the nation's, the province's own, or that of what lies in it."""
    return region == NATION or province[:2] == region[:2]


def _sentences(source: Source, chapters: Sequence[Chapter]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The one page: the answer, what is behind, what moved, who has not reported, whether targets will be met."""
    figures = [(chapter, one) for chapter in chapters for one in chapter.figures if one.row is not None]
    return (
        ("总的情况", _answer(chapters, figures)),
        ("落后的", _behind(figures)),
        ("变化大的", _moved(figures)),
        ("还没有报的", _missing(source, chapters)),
        ("目标能否完成", _outlook(figures)),
    )


Pairs = Sequence[tuple[Chapter, Figure]]


def _standings(figures: Pairs) -> list[Standing[tuple[Chapter, Figure]]]:
    """What is told first is chosen as the pages choose it."""
    found = []
    for chapter, one in figures:
        row = one.row or {}
        year, ahead = row.get("change_year") or {}, row.get("forecast") or {}
        relative = year.get("relative") if year.get("comparable") else None
        aims = (row.get("value"), row.get("target"), relative, ahead.get("verdict"), ahead.get("value"))
        found.append(Standing((chapter, one), one.status, *aims))
    return found


def _answer(chapters: Sequence[Chapter], figures: Pairs) -> tuple[str, ...]:
    said = []
    valued = [pair for pair in figures if pair[1].row and pair[1].row["value"] is not None]
    by_status = telling.counted(_standings(figures))
    judged = sum(by_status.values())
    said.append(
        f"{len(chapters)}个项目、{sum(len(chapter.figures) for chapter in chapters)}项指标中，{len(valued)}项有数。"
    )
    if judged:
        said.append(
            f"有目标的{judged}项：达成{by_status['met']}项，按进度{by_status['on_track']}项，落后{by_status['behind']}项。"
        )
    else:
        said.append("本期没有可与目标对照的指标。")
    shown = [chapter.programme["programme_name_zh"] for chapter in chapters if chapter.origin == DEMONSTRATION]
    if shown:
        said.append(f"{'、'.join(shown[:4])}{'等' if len(shown) > 4 else ''}为演示记录，不是报送的结果。")
    return tuple(said)


def _behind(figures: Pairs) -> tuple[str, ...]:
    behind = telling.behind(_standings(figures))
    said = [
        f"{_named(chapter, one)}：{words.value(one.row, one.kpi)}，目标{words.target(one.row, one.kpi)}。"
        for chapter, one in behind[:_TOLD]
        if one.row is not None
    ]
    if len(behind) > _TOLD:
        said.append(f"另有{len(behind) - _TOLD}项，见各项目。")
    return tuple(said) or ("没有落后于目标的指标。",)


def _moved(figures: Pairs) -> tuple[str, ...]:
    said = []
    for chapter, one in telling.moved(_standings(figures))[:_TOLD]:
        row = one.row or {}
        told = words.change(row["change_year"], one.kpi)
        said.append(f"{_named(chapter, one)}：同比{told}，为{words.value(row, one.kpi)}。")
    return tuple(said) or ("没有可与上年同期比较的变化。",)


def _missing(source: Source, chapters: Sequence[Chapter]) -> tuple[str, ...]:
    said = []
    for chapter in chapters:
        by_table: dict[tuple[str, str], list[Row]] = {}
        for row in chapter.missing:
            by_table.setdefault((row["table_name_zh"], row["report_period"]), []).append(row)
        for (table, period), rows in by_table.items():
            places = list(dict.fromkeys(_place(source, row) for row in rows))
            listed = "、".join(places[:8]) + (f"等{len(places)}省" if len(places) > 8 else "")
            longest = max(row["days_overdue"] for row in rows)
            name = chapter.programme["programme_name_zh"]
            said.append(f"{name}“{table}”（{words.period(period)}）：{listed}未报，最长超期{longest}天。")
    if len(said) > _TOLD:
        said = [*said[:_TOLD], f"另有{len(said) - _TOLD}张表有未报，见各项目。"]
    return tuple(said) or ("应报的都已报。",)


def _place(source: Source, row: Row) -> str:
    known = source.regions.get(row["region"])
    return str((known and known["short_name"]) or row["region_name"] or row["region"])


def _outlook(figures: Pairs) -> tuple[str, ...]:
    judged = [(chapter, one) for chapter, one in figures if one.status in telling.WITH_TARGET]
    if not judged:
        return ("没有数值目标，不作判断。",)
    foretold = telling.foretold(_standings(judged))
    said = [f"{_named(chapter, one)}：{words.forecast(one.row or {}, one.kpi)}。" for chapter, one in foretold[:_TOLD]]
    rest = [pair for pair in judged if pair not in foretold]
    groups = {
        name: [_named(chapter, one) for chapter, one in rest if one.status == name] for name in ("on_track", "behind")
    }
    if groups["on_track"]:
        said.append(f"不作预计、现在按进度的：{_listed(groups['on_track'])}。")
    if groups["behind"]:
        said.append(f"不作预计、现在落后的：{_listed(groups['behind'])}。")
    return tuple(said) or ("有目标的都已达成。",)


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:_TOLD]) + (f"等{len(names)}项" if len(names) > _TOLD else "")


def _named(chapter: Chapter, one: Figure) -> str:
    return f"{chapter.programme['programme_name_zh']} · {one.kpi['label_zh']}"


def _caveats(chapters: Sequence[Chapter]) -> tuple[Caveat, ...]:
    from warehouse.answers import caveats

    rows = [one.row for chapter in chapters for one in chapter.figures if one.row is not None]
    rows += [row for chapter in chapters for _, row in chapter.below]
    found = []
    if any(row["origin"] == DEMONSTRATION for row in rows):
        found.append(caveats.DEMONSTRATION)
    if any(chapter.published for chapter in chapters):
        found.append(caveats.PUBLISHED)
    for caveat, is_there in (
        (caveats.BOUND, any(row["qualifier"] for row in rows)),
        (caveats.HIDDEN, any(row["is_hidden"] for row in rows)),
        (caveats.BACKFILLED, any(row["is_backfilled"] for row in rows)),
        (caveats.PARTIAL, any((row["due_units"] or 0) > (row["reported_units"] or 0) for row in rows)),
    ):
        if is_there:
            found.append(caveat)
    return (*found, caveats.NOT_REPORTED)
