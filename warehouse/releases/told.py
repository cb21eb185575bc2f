"""A summary of changes as people read it at a terminal, in Chinese or English."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from warehouse.releases.compare import Compared, Kpi
from warehouse.releases.summary import Summary, difference
from warehouse.releases.what_changed import FIELDS

_CAUSES = {
    "definition": ("口径", "definition"),
    "target": ("目标", "target"),
    "code": ("代码", "code"),
    "list": ("参考表", "list"),
    "file": ("文件", "file"),
}
_STATUSES = {
    "met": ("达成", "met"),
    "on_track": ("按进度", "on track"),
    "behind": ("落后", "behind"),
    "no_target": ("无目标", "no target"),
    "no_data": ("无数据", "no data"),
}
_WHAT = {
    "added": ("新增", "new"),
    "removed": ("移除", "removed"),
    "changed": ("改了", "changed"),
    "replaced": ("替换", "replaced"),
    "refused": ("改为拒收", "now refused"),
    "accepted": ("改为收下", "now accepted"),
}
# Lines of code and files beyond these are in --json.
_CODE_LINES, _FILES, _KPIS, _TARGETS = 12, 20, 40, 20


def sentences(compared: Compared, language: str) -> Iterable[str]:
    """What was done, line by line: definitions, targets, lists, code and files, the words before and after."""
    say = _chooser(language)
    what = compared.what
    for one in what.definitions:
        yield say("口径", "Definition") + f"  {one.kpi} {say(one.label_zh, one.label_en)}：{say(*_WHAT[one.what])}"
        for field, before, after in one.words:
            yield f"    {say(*FIELDS[field])}：{before or '—'} → {after or '—'}"
    for target in what.targets[:_TARGETS]:
        kpi = compared.kpis.get(target.kpi)
        span = f"{target.period_start}–{target.period_end}" if target.period_start else say("不限期间", "any period")
        place = _region(target.region, compared, language)
        before, after = (_target(side, kpi, language) for side in (target.before, target.after))
        yield say("目标", "Target") + f"  {target.kpi} {_label(kpi, language)}，{place}，{span}：{before} → {after}"
    if len(what.targets) > _TARGETS:
        yield say(f"    另有 {len(what.targets) - _TARGETS} 条目标", f"    {len(what.targets) - _TARGETS} more targets")
    for listed in what.lists:
        yield say(
            f"参考表  {listed.name}：新增 {listed.added} 行，移除 {listed.removed} 行",
            f"List  {listed.name}: {listed.added} lines new, {listed.removed} gone",
        )
    for code in what.code:
        yield say("代码", "Code") + f"  {code.path}：{say(*_WHAT[code.what])}（+{code.added} −{code.removed}）"
        for line in code.lines[:_CODE_LINES] if code.what == "changed" else ():
            yield f"    {line[0]} {line[1:].strip()}"
    for file in what.files[:_FILES]:
        rows = say(f"{file.rows:,} 行", f"{file.rows:,} rows")
        yield say("文件", "File") + f"  {file.file}：{say(*_WHAT[file.what])}，{rows}"
    if len(what.files) > _FILES:
        more = len(what.files) - _FILES
        yield say(f"    另有 {more} 个文件", f"    {more} more files")


def tables(summary: Summary, compared: Compared, language: str) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """Title and rows: the KPIs, the nation's values, and the largest changes."""
    say = _chooser(language)
    yield (
        say("指标", "KPIs"),
        [
            {
                say("指标", "KPI"): f"{one['kpi']} {say(one['label_zh'], one['label_en'])}",
                say("值", "values"): f"{one['values']:,}",
                say("新增", "new"): f"{one['new']:,}",
                say("不再有", "gone"): f"{one['gone']:,}",
                say("状态", "statuses"): f"{one['statuses']:,}",
                say("地区", "regions"): f"{one['regions']:,}",
                say("期间", "periods"): f"{one['periods']:,}",
                say("原因", "why"): _several(one["causes"], _CAUSES, language),
                say("状态变化", "turns"): "；".join(
                    f"{say(*_STATUSES[turn['before']])}→{say(*_STATUSES[turn['after']])} {turn['count']:,}"
                    for turn in one["turns"][:4]
                ),
            }
            for one in summary.kpis[:_KPIS]
        ],
    )
    if len(summary.kpis) > _KPIS:
        yield say(f"另有 {len(summary.kpis) - _KPIS} 项指标", f"{len(summary.kpis) - _KPIS} more KPIs"), []
    yield (
        say("全国", "The nation"),
        [_row(one, compared, language) for one in summary.nation[: 4 * _KPIS]],
    )
    yield (
        say("最大的变化（按在全国中的分量）", "The largest changes, by their part in the nation"),
        [
            {
                say("指标", "KPI"): f"{one['kpi']} {_label(compared.kpis.get(one['kpi']), language)}"
                + (f"（{one['category']}）" if one["category"] else ""),
                say("地区", "region"): _region(one["region"], compared, language),
                **_numbers(one, compared, language),
                say("涉及", "reach"): say(
                    f"{len(one['regions'])} 级地区，{one['grains']} 种统计期",
                    f"{len(one['regions'])} levels, {one['grains']} kinds of period",
                ),
                say("原因", "why"): _why(one, language),
            }
            for one in summary.largest
        ],
    )


def rows(compared: Compared, language: str) -> list[dict[str, Any]]:
    """Every value that changes, one row each: what `--all` prints."""
    return [
        {**_row(one, compared, language), _chooser(language)("原因", "why"): _why(one, language)}
        for one in compared.changes
    ]


def _row(one: dict[str, Any], compared: Compared, language: str) -> dict[str, Any]:
    say = _chooser(language)
    name = f"{one['kpi']} {_label(compared.kpis.get(one['kpi']), language)}" + (
        f"（{one['category']}）" if one["category"] else ""
    )
    return {
        say("指标", "KPI"): name,
        say("地区", "region"): _region(one["region"], compared, language),
        **_numbers(one, compared, language),
    }


def _numbers(one: dict[str, Any], compared: Compared, language: str) -> dict[str, str]:
    say = _chooser(language)
    kpi = compared.kpis.get(one["kpi"])
    period = say("开始以来", "all") if one["period"] == "all" else one["period"]
    turned = one["status_before"] != one["status_after"]
    statuses = [
        say(*_STATUSES.get(one[f"status_{side}"], (one[f"status_{side}"],) * 2)) for side in ("before", "after")
    ]
    return {
        say("期间", "period"): period,
        say("数据", "origin"): one["origin"],
        say("原来", "before"): _amount(one["before"], kpi, language),
        say("现在", "after"): _amount(one["after"], kpi, language),
        say("差", "difference"): _difference(difference(one), kpi, language),
        say("状态", "status"): " → ".join(statuses) if turned else statuses[1],
    }


def _why(one: dict[str, Any], language: str) -> str:
    names = "、".join(file.rpartition("/")[2] for file in one["files"][:2]) + ("…" if len(one["files"]) > 2 else "")
    lines = f"（{one['lines']}）" if one.get("lines") else ""
    return " ".join(part for part in (_several(one["causes"], _CAUSES, language), names + lines) if part)


def _several(names: Sequence[str], words: dict[str, tuple[str, str]], language: str) -> str:
    return "、".join(_chooser(language)(*words[name]) for name in names)


def _label(kpi: Kpi | None, language: str) -> str:
    return _chooser(language)(kpi.zh, kpi.en) if kpi else ""


def _region(code: str, compared: Compared, language: str) -> str:
    region = compared.regions.get(code)
    if region is None:
        return code
    above = compared.regions.get(region.above or "")
    name = _chooser(language)(region.zh, region.en)
    is_below_province = region.level not in ("nation", "province")
    return f"{_chooser(language)(above.zh, above.en)} {name}" if above and is_below_province else name


def _target(side: dict[str, Any] | None, kpi: Kpi | None, language: str) -> str:
    if side is None:
        return _chooser(language)("无", "none")
    upper = f"–{_amount(side['target_upper'], kpi, language)}" if side.get("target_upper") is not None else ""
    begins = f"，{side['pace']}" if side.get("pace") else ""
    baseline = ""
    if side.get("baseline") is not None:
        baseline = f"，{_amount(side['baseline'], kpi, language)}@{side.get('baseline_date') or '—'}"
    return _amount(side["target"], kpi, language) + upper + begins + baseline


def _amount(number: float | None, kpi: Kpi | None, language: str) -> str:
    if number is None:
        return "—"
    if kpi is not None and kpi.unit == "percent":
        return f"{number * 100:,.2f}".rstrip("0").rstrip(".") + "%"
    text = f"{number:,.2f}".rstrip("0").rstrip(".") if number != int(number) else f"{number:,.0f}"
    return f"{text} {_chooser(language)(kpi.unit_zh, kpi.unit_en)}" if kpi else text


def _difference(number: float | None, kpi: Kpi | None, language: str) -> str:
    if number is None:
        return "—"
    sign = "+" if number > 0 else ""
    if kpi is not None and kpi.unit == "percent":
        points = f"{number * 100:,.2f}".rstrip("0").rstrip(".")
        return f"{sign}{points} " + _chooser(language)("个百分点", "points")
    return sign + _amount(number, kpi, language)


def _chooser(language: str) -> Callable[[str, str], str]:
    return lambda zh, en: en if language == "en" else zh
