"""What was done between two releases: definitions, targets, lists, code and files, with the words before and after."""

from collections.abc import Iterable

from dashboard import formatting
from dashboard.components import data_table, markup
from dashboard.components.markup import tag
from dashboard.data import kpis, regions
from dashboard.data.kpis import Kpi
from dashboard.i18n import pick, t
from warehouse.releases.what_changed import FIELDS, Code, Target, WhatChanged

SHOWN = 60
# Lines of code that stand in a cell.
_CODE_SHOWN = 6

Row = list[str | int]


def show(what: WhatChanged, release_id: str) -> None:
    """A table, one row a word that is another; nothing where nothing was done."""
    rows = list(_rows(what, release_id))
    if not rows:
        return
    heading = tag("h3", t("what_changed"), tag("small", t("what_changed_count", count=len(rows))))
    markup.show(tag("section", heading, cls="ub-section"), key="what_changed")
    header = [t("change_cause"), t("what_changed_where"), t("before"), t("after")]
    data_table.show_only(header, rows[:SHOWN], key="what_changed")
    if len(rows) > SHOWN:
        markup.show(tag("p", t("impact_more", count=f"{len(rows) - SHOWN:,}"), cls="ub-hint"), key="what_changed_more")


def _rows(what: WhatChanged, release_id: str) -> Iterable[Row]:
    for one in what.definitions:
        name = pick(one.label_zh, one.label_en)
        if not one.words:
            yield [t("cause_definition"), name, *_there(one.what, one.kpi)]
        for field, before, after in one.words:
            yield [t("cause_definition"), f"{name} · {pick(*FIELDS[field])}", before or "—", after or "—"]
    for target in what.targets:
        yield [t("cause_target"), *_target(target, release_id)]
    for code in what.code:
        yield [t("cause_code"), code.path, _code(code, "-"), _code(code, "+")]
    for listed in what.lists:
        yield [t("cause_list"), listed.name, t("lines_gone", count=listed.removed), t("lines_new", count=listed.added)]
    for file in what.files:
        yield [t("cause_file"), file.file, *_there(file.what, t("rows_of_file", count=f"{file.rows:,}"))]


def _there(what: str, told: str) -> tuple[str, str]:
    """What came, went or is another, under before and after."""
    if what == "added":
        return "—", told
    if what == "removed":
        return told, "—"
    how = t(f"what_{what}")
    return "", f"{how}：{told}"


def _target(target: Target, release_id: str) -> tuple[str, str, str]:
    kpi = kpis.find(release_id, target.kpi)
    region = regions.find(release_id, target.region)
    where = [
        pick(kpi.label_zh, kpi.label_en) if kpi else target.kpi,
        formatting.region_name(region) if region else target.region,
        f"{target.period_start}–{target.period_end}" if target.period_start else "",
    ]
    before, after = (_said(side, kpi) for side in (target.before, target.after))
    return " · ".join(part for part in where if part), before, after


def _said(side: dict[str, object] | None, kpi: Kpi | None) -> str:
    if side is None:
        return "—"
    numbers = [side[name] for name in ("target", "target_upper") if isinstance(side.get(name), float | int)]
    said = "–".join(
        formatting.target_amount(number, kpi).text if kpi else formatting.trimmed(number, 4)
        for number in numbers
        if isinstance(number, float | int)
    )
    rest = [str(side[name]) for name in ("pace", "baseline", "baseline_date") if side.get(name) is not None]
    return " · ".join([said, *rest])


def _code(code: Code, sign: str) -> str:
    lines = [line[1:].strip() for line in code.lines if line.startswith(sign)]
    shown = " ".join(line for line in lines[:_CODE_SHOWN] if line)
    more = code.removed if sign == "-" else code.added
    if more > _CODE_SHOWN or code.what != "changed":
        return t("lines_gone" if sign == "-" else "lines_new", count=more) if more else "—"
    return shown or "—"
