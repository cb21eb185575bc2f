"""版本比较: what two releases say differently, in the region and of the programme chosen."""

from dataclasses import replace

import streamlit as st

from dashboard import links
from dashboard.components import (
    change_rows,
    data_table,
    empty_state,
    filters,
    impact,
    markup,
    page_title,
    what_changed,
)
from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.data import kpis, origins, programmes, regions, releases
from dashboard.data.changes import Change
from dashboard.i18n import pick, t
from warehouse.releases.what_changed import WhatChanged

SHOWN = 200


def show() -> None:
    """The page; `?release=` is the earlier release to begin with, `before` and `after` the two that were chosen."""
    selection = filters.current()
    page_title.show(t("compare"), t("compare_question"))
    ids = releases.ids()
    if len(ids) < 2:
        empty_state.show(t("compare_nothing"), [t("compare_nothing_detail")], key="compare_nothing")
        return
    before, after, programme = _choices(selection, ids)
    if before == after:
        empty_state.show(t("compare_same"), [t("compare_same_detail")], key="compare_same")
        return
    damaged = next(((one, damage) for one in (before, after) if (damage := releases.damage_of(one)) is not None), None)
    if damaged is not None:
        sentence = t("damaged_compared", asked=_label(damaged[0]), damage=damaged[1])
        empty_state.show(t("damaged_earlier"), [sentence], key="compare_damaged")
        return
    found = [
        change
        for change in releases.differences(before, after)
        if _is_meant(change, selection) and (programme in ("", _programme(change, selection.release_id)))
    ]
    lines = change_rows.lines(found, selection.release_id)
    counted = tag(
        "p", impact.counted(found), tag("br"), t("compare_count", count=f"{len(lines):,}", shown=min(SHOWN, len(lines)))
    )
    each = tag(
        "p",
        markup.link(links.Target(page=links.HOME, as_of=before), t("open_release", when=releases.minute_of(before))),
        " · ",
        markup.link(links.Target(page=links.HOME, as_of=after), t("open_release", when=releases.minute_of(after))),
        cls="ub-hint",
    )
    markup.show(tag("div", counted if found else None, each), key="compare_count")
    what_changed.show(_of_programme(releases.done_between(before, after), programme), selection.release_id)
    if not found:
        empty_state.show(t("compare_none"), [t("compare_none_detail")], key="compare_none")
        return
    data_table.show_only(change_rows.header(), lines[:SHOWN], key="compare")
    data_table.downloads_of(
        change_rows.header(),
        lambda: [change_rows.taken(change, selection.release_id) for change in found],
        f"{t('compare')}_{releases.short_id(before)}_{releases.short_id(after)}",
        key="compare",
    )


def _of_programme(what: WhatChanged, programme: str) -> WhatChanged:
    """What was done in one programme and in what all share; all of it without a programme."""
    if not programme:
        return what
    mine = {one.kpi for one in what.definitions if one.programme == programme}
    return replace(
        what,
        definitions=tuple(one for one in what.definitions if one.programme == programme),
        targets=tuple(
            one
            for one in what.targets
            if one.kpi in mine or _programme_of(one.kpi, releases.current_id() or "") == programme
        ),
        code=tuple(
            one
            for one in what.code
            if not one.path.startswith("dbt_project/models/") or f"/{programme}/" in one.path or "/core/" in one.path
        ),
        files=tuple(one for one in what.files if one.programme == programme),
    )


def _choices(selection: Selection, ids: tuple[str, ...]) -> tuple[str, str, str]:
    asked = st.query_params.get("release", "")
    begin = asked if asked in ids else next((one for one in ids if one != selection.release_id), ids[-1])
    end = releases.current_id()
    with st.container(horizontal=True, key="compare_choices"):
        before = st.selectbox(
            t("compare_before"), ids, index=ids.index(begin), format_func=_label, key="before", bind="query-params"
        )
        after = st.selectbox(
            t("compare_after"),
            ids,
            index=ids.index(end) if end in ids else 0,
            format_func=_label,
            key="after",
            bind="query-params",
        )
        names = {
            one.code: pick(one.short_name_zh, one.name_en) for one in programmes.all_programmes(selection.release_id)
        }
        programme = st.selectbox(
            t("programme"),
            ["", *names],
            format_func=lambda code: names.get(code, t("all_programmes")),
            key="programme",
            bind="query-params",
        )
    return before, after, programme


def _label(release_id: str) -> str:
    return f"{releases.minute_of(release_id)} · {releases.short_id(release_id)}"


def _programme(change: Change, release_id: str) -> str:
    return _programme_of(change.kpi, release_id)


def _programme_of(code: str, release_id: str) -> str:
    kpi = kpis.find(release_id, code)
    return kpi.programme if kpi else ""


def _is_meant(change: Change, selection: Selection) -> bool:
    """Inside the region chosen, and of the origin that this reader sees."""
    if not selection.is_nation:
        path = regions.lineage(selection.release_id, change.region)
        if all(region.code != selection.region for region in path):
            return False
    programme = _programme(change, selection.release_id)
    return change.origin == origins.shown(selection.release_id, programme, selection.mode)
