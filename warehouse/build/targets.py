"""The list of targets, held against the KPIs and the regions there are before anything is built."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from warehouse.build.plan import Kpi, Plan
from warehouse.build.project import BuildError

SCOPES = ("self", "within")
PACES = ("standard", "milestone")

# Nobody plans more than ten times what was planned; a share's target above it is a percentage that was not divided by 100.
_MOST = 10.0


def check(plan: Plan, lists: Mapping[str, Path]) -> None:
    """Hold each line of targets.csv against the plan's KPIs and the list of regions. Raises BuildError with a line for each mistake."""
    kpis = {kpi.name: (kpi, node.file) for node in plan.nodes for kpi in node.kpis}
    path = lists.get("targets")
    if path is None or not kpis or not any(node.name == "targets" for node in plan.nodes):
        return
    regions = _regions(lists)
    found = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            where = f"{path.name} 第 {reader.line_num} 行"
            found += [
                f"{where}：{said}"
                for said in _mistakes({key: (value or "").strip() for key, value in row.items() if key}, kpis, regions)
            ]
    if found:
        raise BuildError("\n".join(found))


def _regions(lists: Mapping[str, Path]) -> frozenset[str]:
    with lists["regions"].open(encoding="utf-8-sig", newline="") as file:
        return frozenset(row["region_code"] for row in csv.DictReader(file))


def _mistakes(row: dict[str, str], kpis: Mapping[str, tuple[Kpi, str]], regions: frozenset[str]) -> Iterator[str]:
    name = row.get("kpi", "")
    if name not in kpis:
        near = get_close_matches(name, list(kpis), n=3, cutoff=0.6)
        yield f"没有指标 {name or '（空）'}{'；是不是 ' + '、'.join(near) if near else ''}。请改正 kpi 一栏，或删去这一行。"
        return
    kpi, file = kpis[name]
    if not kpi.takes_targets:
        yield f"指标 {name} 不接受目标，这个目标值不会用到。请在 {file} 里给它写上 target: kpi_targets，或删去这一行。"
    if row.get("region_code") not in regions:
        yield f"没有代码为 {row.get('region_code') or '（空）'} 的地区。请改正 region_code 一栏（六位代码，全国是 000000）。"
    for column, choices in (("scope", SCOPES), ("pace", PACES)):
        if row.get(column) not in choices:
            yield f"{column} 写的是 {row.get(column) or '（空）'}，只能是 {'、'.join(choices)}。"
    yield from _against_values(row, kpi)
    yield from _against_dates(row)


def _against_values(row: dict[str, str], kpi: Kpi) -> Iterator[str]:
    numbers: dict[str, float] = {}
    for column in ("target", "target_upper", "baseline"):
        if not row.get(column):
            continue
        try:
            numbers[column] = float(row[column])
        except ValueError:
            yield f"{column} 写的是 {row[column]}，不是一个数。"
    if not row.get("target"):
        yield "没有目标值。请填 target 一栏，或删去这一行。"
    if kpi.unit == "percent":
        most = _MOST if kpi.may_pass_one else 1.0
        for column, number in numbers.items():
            if not 0 <= number <= most:
                yield f"指标 {kpi.name} 是比率，{column} 写的是 {row[column]}；比率按 0 到 1 填，百分之百写 1，80% 写 0.8。"
    if kpi.direction == "range" and "target_upper" not in numbers:
        yield f"指标 {kpi.name} 的目标是一个区间，请在 target_upper 一栏填上端。"
    if "target" in numbers and "target_upper" in numbers and numbers["target_upper"] < numbers["target"]:
        yield "target_upper 小于 target，区间的上下端颠倒了。"


def _against_dates(row: dict[str, str]) -> Iterator[str]:
    dates: dict[str, date] = {}
    for column in ("period_start", "period_end", "baseline_date"):
        if not row.get(column):
            continue
        try:
            dates[column] = date.fromisoformat(row[column])
        except ValueError:
            yield f"{column} 写的是 {row[column]}，不是日期；请按 2024-12-31 的样子填。"
    if "period_start" in dates and "period_end" in dates and dates["period_end"] < dates["period_start"]:
        yield "period_end 早于 period_start，起止颠倒了。"
