"""What publishing would change: each fact in one line with its value before and after, the difference, and the rows behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.components import change_rows, data_table, markup
from dashboard.components.markup import tag
from dashboard.data import changes as changed
from dashboard.data import regions
from dashboard.data.changes import Change
from dashboard.i18n import t

SHOWN = 100


def changes_of(document: Mapping[str, Any]) -> list[Change]:
    """The changes of what `preview --json` printed."""
    return changed.of(document.get("changes"))


def show_origins(document: Mapping[str, Any]) -> None:
    """One sentence for each programme that no longer shows demonstration data once this is published."""
    for one in document.get("origins") or []:
        st.warning(one["sentence"])


def show(changes: Sequence[Change], release_id: str) -> None:
    """A sentence with the counts, then a line a fact; every value to take along."""
    heading = tag("h3", t("impact"), tag("small", counted(changes) if changes else ""))
    if not changes:
        markup.show(
            tag("section", heading, tag("p", t("impact_none"), cls="ub-hint"), cls="ub-panel"), key="impact_none"
        )
        return
    markup.show(tag("section", heading, tag("p", t("impact_order"), cls="ub-hint"), cls="ub-section"), key="impact")
    lines = change_rows.lines(changes, release_id)
    with st.container(key="impact_box"):
        data_table.show_only(change_rows.header(), lines[:SHOWN], key="impact")
        data_table.downloads_of(
            change_rows.header(),
            lambda: [change_rows.taken(one, release_id) for one in changes],
            t("impact"),
            key="impact",
        )
    if len(lines) > SHOWN:
        markup.show(tag("p", t("impact_more", count=f"{len(lines) - SHOWN:,}"), cls="ub-hint"), key="impact_more")


def counted(changes: Sequence[Change]) -> str:
    """How many values and statuses change, of how many KPIs and regions."""
    return t(
        "impact_count",
        values=f"{sum(one.before != one.after for one in changes):,}",
        statuses=f"{sum(one.status_before != one.status_after for one in changes):,}",
        kpis=len({one.kpi for one in changes}),
        regions=len({one.region for one in changes}),
    )


def show_briefly(changes: Sequence[Change], release_id: str, title: str, nothing: str, most: int) -> None:
    """The widest and largest changes only, the nation first: what goes back when an upload is undone."""
    said = t(
        "upload_undo_count",
        values=f"{len(changes):,}",
        kpis=len({one.kpi for one in changes}),
        regions=len({one.region for one in changes}),
        shown=min(most, len(changes)),
    )
    told = tag("small", said) if changes else tag("p", nothing, cls="ub-hint")
    markup.show(tag("section", tag("h3", title), told, cls="ub-section"), key="impact_brief")
    if changes:
        widest = sorted(changes, key=lambda one: len(regions.lineage(release_id, one.region)))
        columns = 7
        shown = [change_rows.row(one, release_id)[:columns] for one in widest[:most]]
        taken = [change_rows.taken(one, release_id)[:columns] for one in widest]
        data_table.show(change_rows.header()[:columns], shown, taken, title, key="impact_brief_table")
