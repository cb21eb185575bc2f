"""这些数从哪来: the files behind a page, and the rows behind one number."""

import streamlit as st

from dashboard import formatting, links
from dashboard.components import data_table, markup, notes, record_table
from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.data import files, kpis, origins, records, regions, releases, values
from dashboard.data.kpis import Kpi
from dashboard.data.programmes import Programme
from dashboard.i18n import pick, t


def show(programme: Programme, selection: Selection) -> None:
    """A paragraph: how many files and rows, when the last came, what is set aside, where to look."""
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    file_count, quarantined, last_seen = records.quarantined_rows(selection.release_id, programme.code, origin)
    missing = [
        one for one in files.orphans(selection.release_id) if one.programme == programme.code and one.origin == origin
    ]
    if file_count:
        sentence = tag(
            "p",
            t("from_files", origin=t(f"name_{origin}"), files=file_count, last=formatting.minute(last_seen)),
            markup.link(links.Target(page="data-quality"), t("set_aside", rows=quarantined)),
            t("orphaned", rows=len(missing)),
        )
    else:
        sentence = tag("p", t("from_no_files"))
    markup.show(
        tag(
            "section",
            tag("h3", t("provenance")),
            sentence,
            tag("p", t("provenance_hint"), cls="ub-hint"),
            tag(
                "p",
                t("release_line", release=releases.short_id(selection.release_id)),
                " ",
                markup.link(_this_view(selection), t("permalink")),
                cls="ub-hint",
            ),
            cls="ub-panel",
        ),
        key="provenance",
    )


def show_asked(selection: Selection) -> None:
    """Open the dialog if the reader asked for the source of a number."""
    asked = st.session_state.pop(links.PENDING_SOURCE, None)
    kpi = kpis.find(selection.release_id, asked) if asked else None
    if kpi is not None:
        st.dialog(t("source_of", kpi=pick(kpi.label_zh, kpi.label_en)), width="large")(_show_behind)(kpi, selection)


def _this_view(selection: Selection) -> links.Target:
    return links.Target(region=selection.region, period=selection.period, origin=selection.mode)


def _show_behind(kpi: Kpi, selection: Selection) -> None:
    if links.PENDING_PAGE in st.session_state:
        # A click in the dialog runs the dialog alone; the frame has to see where it leads.
        st.rerun()
    release_id = selection.release_id
    origin = origins.shown(release_id, kpi.programme, selection.mode)
    value = values.by_kpi(release_id, selection.region, selection.period, origin, kpi.programme).get(kpi.code)
    region = regions.find(release_id, selection.region)
    where = formatting.region_name(region) if region else selection.region
    period = formatting.period_name(value.period if value else selection.period)
    heading = tag(
        "p",
        tag("b", where, " · ", period, " · ", t(f"name_{origin}")),
        tag("br"),
        t("value_is", value=formatting.value_amount(value, kpi).text),
        t("in_brackets", text=words) if (words := notes.text(value, kpi)) else "",
        cls="ub-lead",
    )
    definition = tag("p", pick(kpi.definition_zh, kpi.definition_en))
    everything = tag("p", markup.link(links.Target(page="records", kpi=kpi.code), t("to_records")))
    markup.show(tag("div", heading, definition, everything), key="behind_head")
    if value is None or value.is_masked:
        markup.show(tag("p", t("reason_masked") if value else t("nothing_reported"), cls="ub-hint"), key="behind_none")
        return
    behind = records.behind(release_id, kpi, selection.region, selection.period, origin)
    if behind is None or not behind.rows:
        markup.show(tag("p", t("no_records"), cls="ub-hint"), key="behind_none")
        return
    _show_files(kpi, behind)
    _show_sample(kpi, behind)
    markup.show(
        tag(
            "p",
            t("release_short", id=releases.short_id(release_id)),
            cls="ub-hint",
        ),
        key="behind_foot",
    )


def _show_files(kpi: Kpi, behind: records.Behind) -> None:
    header = [t("file"), t("rows"), t("lines"), t("reporting_unit"), "SHA-256", t("first_seen")]
    shown = [
        [
            one.file_name,
            f"{one.rows:,}",
            tag("span", one.lines if len(one.lines) <= 60 else one.lines[:57] + "…", title=one.lines),
            one.reporting_units,
            tag("code", (one.sha256 or "")[:12], title=one.sha256),
            formatting.minute(one.first_seen_at),
        ]
        for one in behind.files
    ]
    taken = [
        [one.file_name, one.rows, one.lines, one.reporting_units, one.sha256, formatting.minute(one.first_seen_at)]
        for one in behind.files
    ]
    caption = t("behind_files", rows=f"{behind.rows:,}", files=behind.file_count)
    data_table.show(header, shown, taken, f"{kpi.code}_files", key="behind_files", caption=caption)


def _show_sample(kpi: Kpi, behind: records.Behind) -> None:
    header = record_table.header(kpi, behind.columns)
    taken = [[record_table.cell(cell) for cell in row] for row in behind.sample]
    with st.expander(t("behind_sample", rows=len(behind.sample))):
        data_table.show(
            header,
            [[record_table.text(cell) for cell in row] for row in behind.sample],
            taken,
            f"{kpi.code}_sample",
            key="behind_sample",
        )
