"""版本: the releases, newest first, and what each changed."""

import streamlit as st

from dashboard import formatting, links
from dashboard.components import data_table, empty_state, filters, markup, page_title, release_actions
from dashboard.components.markup import Markup, tag
from dashboard.data import kpis, regions, releases, values
from dashboard.data.kpis import Kpi
from dashboard.data.releases import Change, ReleaseNote
from dashboard.i18n import pick, t


def show() -> None:
    """The page; `?release=` shows the changes of one release, by default those of the current one."""
    selection = filters.current()
    page_title.show(t("releases"), t("releases_question"))
    notes = releases.all_notes()
    asked = st.query_params.get("release", "")
    chosen = next((note for note in notes if note.id == asked), None) or next(
        note for note in notes if note.id == selection.release_id
    )
    release_actions.show_waiting(releases.waiting())
    markup.show(
        tag(
            "section",
            tag("ol", [_entry(note, note.id == chosen.id) for note in notes], cls="ub-releases"),
            cls="ub-panel",
        ),
        key="releases",
    )
    release_actions.show_disk()
    release_actions.show_for(chosen, notes)
    _changes(chosen, selection.release_id)


def _entry(note: ReleaseNote, is_chosen: bool) -> Markup:
    facts = [
        t("tests", passed=f"{note.tests_passed:,}"),
        t("changes_count", count=f"{note.changes_total:,}"),
        t("took", seconds=formatting.trimmed(note.seconds, 1)) if note.seconds is not None else None,
    ]
    return tag(
        "li",
        tag("b", formatting.minute(note.created_at)),
        tag("span", t("current_release"), cls="ub-tag") if note.is_current else None,
        tag("span", t("pinned_release"), cls="ub-tag") if note.is_pinned else None,
        tag("span", t("damaged_tag"), cls="ub-tag") if note.problem else None,
        tag("span", note.reason),
        tag("span", " · ".join(fact for fact in facts if fact), cls="ub-hint"),
        markup.link(links.Target(release=note.id), note.id, cls="ub-quiet"),
        cls="ub-chosen" if is_chosen else None,
    )


def _changes(note: ReleaseNote, release_id: str) -> None:
    heading = tag(
        "h3",
        t("changes_of", release=releases.short_id(note.id)),
        tag("small", t("changes_note", shown=len(note.changes), all=f"{note.changes_total:,}")),
    )
    if not note.changes:
        empty_state.show(
            t("changes_of", release=releases.short_id(note.id)),
            [t("first_release_plain") if note.previous is None else t("nothing_changed")],
        )
        return
    markup.show(tag("section", heading, cls="ub-section"), key="changes_title")
    header = [t("kpi"), t("region"), t("period"), t("origin"), t("before"), t("after"), t("files")]
    rows = [_change_row(change, release_id) for change in note.changes]
    data_table.show(header, rows, rows, f"{t('releases')}_{note.id}", key="changes")


def _change_row(change: Change, release_id: str) -> list[str | int]:
    kpi = kpis.find(release_id, change.kpi)
    region = regions.find(release_id, change.region)
    hidden = kpi is not None and kpi.mask_below is not None and _is_small(change, kpi, release_id)
    return [
        pick(kpi.label_zh, kpi.label_en) if kpi else change.kpi,
        formatting.region_name(region) if region else change.region,
        formatting.period_name(change.period),
        t(f"name_{change.origin}") if change.origin else "",
        t("masked") if hidden else _amount(change.before, kpi),
        t("masked") if hidden else _amount(change.after, kpi),
        t("comma").join(change.files[:3]) + (t("and_more", count=len(change.files)) if len(change.files) > 3 else ""),
    ]


def _is_small(change: Change, kpi: Kpi, release_id: str) -> bool:
    """Small counts stay hidden: where the value is masked, and a count that is or was below the limit."""
    limit = kpi.mask_below or 0
    counts = [] if kpi.is_ratio else [number for number in (change.before, change.after) if number is not None]
    return any(0 < number < limit for number in counts) or values.is_masked_at(
        release_id, change.kpi, change.region, change.period, change.origin
    )


def _amount(number: float | None, kpi: Kpi | None) -> str:
    if number is None:
        return t("missing")
    return formatting.amount(number, kpi).text if kpi else formatting.trimmed(number, 4)
