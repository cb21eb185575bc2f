"""Values that changed, as rows of a table: one line a fact, or one row a value; small counts stay hidden."""

from collections.abc import Sequence

from dashboard import formatting
from dashboard.components import plain
from dashboard.components.data_table import Cell
from dashboard.data import changes as changed
from dashboard.data import kpis, regions, values
from dashboard.data.changes import Change
from dashboard.data.kpis import Kpi
from dashboard.i18n import pick, t
from warehouse.releases.facts_behind import Line

# Where before, after and difference stand.
_NUMBERS = (4, 5, 6)
# Between a region and the one inside it.
_INSIDE = " › "


def header() -> list[str]:
    """The heads of both kinds of rows."""
    names = (
        "kpi",
        "region",
        "period",
        "origin",
        "before",
        "after",
        "difference",
        "status",
        "change_reach",
        "impact_rows",
    )
    return [t(name) for name in names]


def lines(found: Sequence[Change], release_id: str) -> list[list[str | int]]:
    """One row for each fact, those that move the nation most first; its numbers are those of the value that tells it."""
    return [_row(found[line.shown], release_id, line) for line in changed.by_fact(found, release_id)]


def row(one: Change, release_id: str) -> list[str | int]:
    """One value, named by what this release knows, hidden where it or the release before hides it."""
    return _row(one, release_id, None)


def taken(one: Change, release_id: str) -> list[Cell]:
    """The same as files take it: before, after and difference as numbers, shares in percent and their difference in points."""
    cells: list[Cell] = [*row(one, release_id)]
    kpi = kpis.find(release_id, one.kpi)
    if kpi is None or _is_hidden(one, release_id):
        return cells
    change = one.after - one.before if one.before is not None and one.after is not None else None
    for place, number in zip(_NUMBERS, (one.before, one.after, change), strict=True):
        if number is not None:
            cells[place] = plain.amount(number, kpi)
    return cells


def _is_hidden(one: Change, release_id: str) -> bool:
    return one.is_small or values.is_masked_at(release_id, one.kpi, one.region, one.period, one.origin)


def _row(one: Change, release_id: str, line: Line | None) -> list[str | int]:
    kpi = kpis.find(release_id, one.kpi)
    name = pick(kpi.label_zh, kpi.label_en) if kpi else one.kpi
    is_hidden = _is_hidden(one, release_id)
    numbers = (_amount(one.before, kpi), _amount(one.after, kpi), _difference(one, kpi))
    return [
        f"{name}（{one.category}）" if one.category else name,
        _INSIDE.join(_region_name(code, release_id) for code in (line.regions if line else (one.region,))),
        formatting.period_name(one.period),
        t(f"name_{one.origin}") if one.origin else "",
        *((t("masked"),) * 3 if is_hidden else numbers),
        t("masked") if is_hidden else _status(one),
        _reach(line),
        _cause(one),
    ]


def _region_name(code: str, release_id: str) -> str:
    region = regions.find(release_id, code)
    return formatting.region_name(region) if region else code


def _reach(line: Line | None) -> str:
    return t("change_reached", levels=len(line.regions), grains=line.grains) if line else ""


def _status(one: Change) -> str:
    if not one.status_after:
        return ""
    now = t(f"status_{one.status_after}")
    return now if one.status_before in ("", one.status_after) else f"{t(f'status_{one.status_before}')} → {now}"


def _cause(one: Change) -> str:
    """Why, in words, and the file with its lines where a file did it."""
    names = t("comma").join(file.rpartition("/")[2] for file in one.files[:2])
    source = names + (t("and_more", count=len(one.files)) if len(one.files) > 2 else "")
    if one.rows:
        source = t("impact_source", files=source, rows=one.rows, lines=one.lines)
    words = [t(f"cause_{cause}") for cause in one.causes if cause != "file" or not source]
    return t("comma").join([*words, *([source] if source else [])])


def _amount(number: float | None, kpi: Kpi | None) -> str:
    if number is None:
        return t("missing")
    return formatting.amount(number, kpi).text if kpi else formatting.trimmed(number, 4)


def _difference(one: Change, kpi: Kpi | None) -> str:
    if one.before == one.after:
        return "0"
    if one.before is None or one.after is None:
        return t("impact_new") if one.before is None else t("impact_gone")
    if kpi is None:
        return formatting.trimmed(one.after - one.before, 4)
    change = one.after - one.before
    sign = "+" if change > 0 else ""
    if kpi.unit in ("count", "yuan"):
        return sign + formatting.amount(change, kpi).text
    return formatting.difference(one.after, one.before, kpi)
