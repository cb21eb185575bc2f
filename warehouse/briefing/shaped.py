"""A briefing as the plain data that templates are given: every text written, every number a number or none."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from warehouse.answers.answer import Row
from warehouse.briefing import words
from warehouse.briefing.content import Briefing, Chapter
from warehouse.settings import TIME_ZONE

HEAD = "工会项目简报"
ORGANISATION = "总工会"


def as_data(briefing: Briefing, organisation: str = ORGANISATION, watermark: str | None = None) -> dict[str, Any]:
    """The data of `templates/briefing.typ`."""
    source = briefing.source
    if briefing.is_demonstration and watermark is None:
        watermark = "演示数据"
    return {
        "head": HEAD,
        "title": briefing.title,
        "organisation": organisation,
        "made_on": f"{datetime.now(TIME_ZONE):%Y年%-m月%-d日}",
        "release": source.release.id,
        "data_to": words.day(source.data_to),
        "scope": briefing.region["region_name"],
        "period": words.period(briefing.period),
        "code": briefing.code,
        "verify": briefing.address or "/verify",
        "watermark": watermark,
        "demonstration": briefing.is_demonstration,
        "sentences": [{"head": head, "said": list(said)} for head, said in briefing.sentences],
        "caveats": [caveat.zh for caveat in briefing.caveats],
        "chapters": [_chapter(briefing, chapter) for chapter in briefing.chapters],
        "definitions": [
            {
                "label": figure.kpi["label_zh"],
                "text": figure.kpi["definition_zh"]
                + (f" 注意：{figure.kpi['trap_zh']}" if figure.kpi["trap_zh"] else ""),
            }
            for chapter in briefing.chapters
            for figure in chapter.figures
        ],
    }


def line_of(briefing: Briefing, chapter: Chapter) -> dict[str, Any] | None:
    """The line of the KPI that stands for a programme; None where there is none."""
    headline = chapter.headline
    if headline is None or len(chapter.months) < 2:
        return None
    points = [_point(_short(row["period"]), row, headline.kpi) for row in chapter.months]
    title = f"{headline.kpi['label_zh']}（{briefing.region['short_name'] or briefing.region['region_name']}）"
    return {"kind": "line", "title": title, "note": _note(briefing, chapter), "points": points}


def bars_of(briefing: Briefing, chapter: Chapter) -> dict[str, Any] | None:
    """Its bars by region below, in official order."""
    headline = chapter.headline
    if headline is None or not chapter.below:
        return None
    points = [_point(name, row, headline.kpi) for name, row in chapter.below]
    title = f"{headline.kpi['label_zh']}，各地区，{words.period(headline.period)}"
    return {"kind": "bars", "title": title, "note": _note(briefing, chapter), "points": points}


def _chapter(briefing: Briefing, chapter: Chapter) -> dict[str, Any]:
    return {
        "name": chapter.programme["programme_name_zh"],
        "question": chapter.programme["question_zh"],
        "origin": words.ORIGINS[chapter.origin],
        "figures": [
            {
                "label": figure.kpi["label_zh"]
                + ("" if figure.period == briefing.period else f"（{words.period(figure.period)}）"),
                "value": words.value(figure.row, figure.kpi) if figure.row else words.MISSING,
                "target": words.target(figure.row, figure.kpi) if figure.row else "—",
                "status": words.HIDDEN if figure.row and figure.row["is_hidden"] else words.STATUSES[figure.status],
                "behind": figure.status == "behind",
                "year": words.change(figure.row["change_year"], figure.kpi) if figure.row else "—",
                "previous": words.change(figure.row["change_period"], figure.kpi) if figure.row else "—",
            }
            for figure in chapter.figures
        ],
        "line": line_of(briefing, chapter),
        "bars": bars_of(briefing, chapter),
        "missing": _missing(chapter.missing),
        "published": [
            {
                "name": row["metric_name_zh"] + (f"（{row['subject']}）" if row["subject"] else ""),
                "value": f"{row['sign'] or ''}{row['value'] or '—'}{row['unit_zh'] or ''}",
                "date": row["as_of"] or "",
                "source": row["headline"],
            }
            for row in chapter.published
        ],
    }


def _missing(rows: Sequence[Row]) -> list[str]:
    by_table: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        by_table.setdefault((row["table_name_zh"], row["report_period"]), []).append(
            row["region_name"] or row["region"]
        )
    return [f"“{table}”（{words.period(period)}）：{'、'.join(places)}" for (table, period), places in by_table.items()]


def _point(label: str, row: Row, kpi: dict[str, Any]) -> dict[str, Any]:
    number = None if row["is_hidden"] else row["value"]
    return {"label": label, "value": number, "written": words.value(row, kpi)}


def _note(briefing: Briefing, chapter: Chapter) -> str:
    return f"来源：{words.ORIGINS[chapter.origin]}记录；数据到 {briefing.source.data_to or '—'}；版本 {briefing.source.release.id}"


def _short(period: str) -> str:
    return period[2:] if "-" in period else period
