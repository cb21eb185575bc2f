"""The list of dated events, held against regions, programmes, KPIs and published figures before anything is built."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from warehouse.build.plan import Plan
from warehouse.build.project import BuildError

KINDS = ("policy", "opening", "meeting", "activity", "data")
PUBLISHED, DEMONSTRATION = "published", "demonstration"
# A line below a picture is no report.
LONGEST = 60


def check(plan: Plan, lists: Mapping[str, Path]) -> None:
    """Hold each line of events.csv against the other lists and the plan's KPIs. Raises BuildError with a line for each mistake."""
    path = lists.get("events")
    if path is None or not any(node.name == "events" for node in plan.nodes):
        return
    # A programme is a folder of models.
    kpis = {kpi.name: Path(node.file).parent.name for node in plan.nodes for kpi in node.kpis}
    known = {
        "region_code": _column(lists["regions"], "region_code"),
        "programme": _column(lists["programmes"], "programme"),
        "source_figure_id": _column(lists["published_figures"], "figure_id"),
    }
    found = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            event = {key: (value or "").strip() for key, value in row.items() if key}
            found += [f"{path.name} 第 {reader.line_num} 行：{said}" for said in _mistakes(event, known, kpis)]
    if found:
        raise BuildError("\n".join(found))


def _column(path: Path, column: str) -> frozenset[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return frozenset(row[column] for row in csv.DictReader(file))


def _mistakes(event: Mapping[str, str], known: Mapping[str, frozenset[str]], kpis: Mapping[str, str]) -> Iterator[str]:
    try:
        date.fromisoformat(event.get("happened_on", ""))
    except ValueError:
        yield f"happened_on 写的是 {event.get('happened_on') or '（空）'}，不是日期；请按 2024-05-22 的样子填。"
    if event.get("region_code") not in known["region_code"]:
        yield f"没有代码为 {event.get('region_code') or '（空）'} 的地区。请改正 region_code 一栏（六位代码，全国是 000000）。"
    programme, kpi = event.get("programme", ""), event.get("kpi", "")
    if programme and programme not in known["programme"]:
        yield f"没有项目 {programme}。请改正 programme 一栏，全部项目的留空。"
    if kpi and kpi not in kpis:
        yield f"没有指标 {kpi}。请改正 kpi 一栏，全部指标的留空。"
    elif kpi and programme and kpis[kpi] != programme:
        yield f"指标 {kpi} 不属于项目 {programme}。请改正其中一栏，或把 programme 留空。"
    for column, choices in (("kind", KINDS), ("origin", (PUBLISHED, DEMONSTRATION))):
        if event.get(column) not in choices:
            yield f"{column} 写的是 {event.get(column) or '（空）'}，只能是 {'、'.join(choices)}。"
    for column in ("label_zh", "label_en"):
        if not event.get(column):
            yield f"{column} 是空的。请写上事件是什么，中文和英文都要。"
        elif len(event[column]) > LONGEST * (1 if column == "label_zh" else 2):
            yield f"{column} 太长了，图下放不下。请不超过 {LONGEST * (1 if column == 'label_zh' else 2)} 个字。"
    yield from _against_source(event, known["source_figure_id"])


def _against_source(event: Mapping[str, str], figures: frozenset[str]) -> Iterator[str]:
    source = event.get("source_figure_id", "")
    if source and source not in figures:
        yield f"没有编号为 {source} 的公开数字。请改正 source_figure_id 一栏。"
    if event.get("origin") == PUBLISHED and not source:
        yield "公开报道过的事没有写出处。请在 source_figure_id 一栏填公开数字的编号；虚构的请把 origin 写成 demonstration。"
    if event.get("origin") == DEMONSTRATION and source:
        yield "演示事件是虚构的，不能有出处。请清空 source_figure_id，或把 origin 写成 published。"
