"""What publishing would change: every KPI value that differs, old, new and the difference, with the rows behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import formatting
from dashboard.components import data_table, markup
from dashboard.components.markup import tag
from dashboard.data import kpis, regions, releases, sight
from dashboard.data.kpis import Kpi
from dashboard.i18n import pick, t

SHOWN = 100


@dataclass(frozen=True)
class Change:
    """One KPI value before and after; `is_small` hides the numbers, `lines` are those of the files in this region."""

    kpi: str
    region: str
    period: str
    origin: str
    category: str | None
    before: float | None
    after: float | None
    is_small: bool
    files: tuple[str, ...]
    rows: int
    lines: str


def changes_of(document: Mapping[str, Any]) -> list[Change]:
    """The changes of what `preview --json` printed, largest relative change first: those that whoever looks may see."""
    told = [
        Change(
            kpi=one["kpi"],
            region=one["region"],
            period=one["period"],
            origin=one.get("origin", ""),
            category=one.get("category"),
            before=one["before"],
            after=one["after"],
            is_small=bool(one.get("is_small")),
            files=tuple(one.get("files") or ()),
            rows=one.get("rows") or 0,
            lines=one.get("lines") or "",
        )
        for one in document.get("changes") or []
    ]
    current = releases.current_id()
    return list(sight.of_own_regions(current, told)) if current is not None else told


def show_origins(document: Mapping[str, Any]) -> None:
    """One sentence for each programme that no longer shows demonstration data once this is published."""
    for one in document.get("origins") or []:
        st.warning(one["sentence"])


def show(changes: Sequence[Change], release_id: str) -> None:
    """A sentence with the counts, then the table; all of it to take along."""
    counted = t(
        "impact_count",
        values=f"{len(changes):,}",
        kpis=len({one.kpi for one in changes}),
        regions=len({one.region for one in changes}),
    )
    heading = tag("h3", t("impact"), tag("small", counted if changes else ""))
    if not changes:
        markup.show(
            tag("section", heading, tag("p", t("impact_none"), cls="ub-hint"), cls="ub-panel"), key="impact_none"
        )
        return
    markup.show(tag("section", heading, tag("p", t("impact_order"), cls="ub-hint"), cls="ub-section"), key="impact")
    header = [
        t("kpi"),
        t("region"),
        t("period"),
        t("before"),
        t("after"),
        t("difference"),
        t("impact_rows"),
        t("origin"),
    ]
    rows = [_row(one, release_id) for one in changes]
    with st.container(key="impact_box"):
        data_table.show(header, rows[:SHOWN], rows, t("impact"), key="impact")
    if len(rows) > SHOWN:
        markup.show(tag("p", t("impact_more", count=f"{len(rows) - SHOWN:,}"), cls="ub-hint"), key="impact_more")


def show_briefly(changes: Sequence[Change], release_id: str, title: str, nothing: str, most: int) -> None:
    """The widest and largest changes only, the nation first: what goes back when an upload is undone."""
    counted = t(
        "upload_undo_count",
        values=f"{len(changes):,}",
        kpis=len({one.kpi for one in changes}),
        regions=len({one.region for one in changes}),
        shown=min(most, len(changes)),
    )
    said = tag("small", counted) if changes else tag("p", nothing, cls="ub-hint")
    markup.show(tag("section", tag("h3", title), said, cls="ub-section"), key="impact_brief")
    if changes:
        header = [t("kpi"), t("region"), t("period"), t("before"), t("after"), t("difference")]
        widest = sorted(changes, key=lambda one: len(regions.lineage(release_id, one.region)))
        rows = [_row(one, release_id)[: len(header)] for one in widest]
        data_table.show(header, rows[:most], rows, title, key="impact_brief_table")


def _row(one: Change, release_id: str) -> list[str | int]:
    kpi = kpis.find(release_id, one.kpi)
    region = regions.find(release_id, one.region)
    name = pick(kpi.label_zh, kpi.label_en) if kpi else one.kpi
    numbers = (_amount(one.before, kpi), _amount(one.after, kpi), _difference(one, kpi))
    return [
        f"{name}（{one.category}）" if one.category else name,
        formatting.region_name(region) if region else one.region,
        formatting.period_name(one.period),
        *((t("masked"),) * 3 if one.is_small else numbers),
        _source(one),
        t(f"name_{one.origin}") if one.origin else "",
    ]


def _source(one: Change) -> str:
    names = t("comma").join(file.rpartition("/")[2] for file in one.files[:2])
    more = t("and_more", count=len(one.files)) if len(one.files) > 2 else ""
    if not one.rows:
        return names + more
    return t("impact_source", files=names + more, rows=one.rows, lines=one.lines)


def _amount(number: float | None, kpi: Kpi | None) -> str:
    if number is None:
        return t("missing")
    return formatting.amount(number, kpi).text if kpi else formatting.trimmed(number, 4)


def _difference(one: Change, kpi: Kpi | None) -> str:
    if one.before is None or one.after is None:
        return t("impact_new") if one.before is None else t("impact_gone")
    if kpi is None:
        return formatting.trimmed(one.after - one.before, 4)
    change = one.after - one.before
    sign = "+" if change > 0 else ""
    if kpi.unit in ("count", "yuan"):
        return sign + formatting.amount(change, kpi).text
    return formatting.difference(one.after, one.before, kpi)
