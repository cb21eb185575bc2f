"""What became of the dropped files: a count, and each file the reader asks for with every remark by line and column."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from dashboard import uploads
from dashboard.components import data_table, empty_state, fix_it, markup
from dashboard.components.markup import Markup, tag
from dashboard.data.files import Message, Receipt, Receipts
from dashboard.i18n import t

STATES = ("open", "all", "refused", "partly", "warned", "waiting", "accepted")
KINDS = ("error", "check", "converted", "note")
SHOWN_FILES = 60
SHOWN_MESSAGES = 40
MARKS = {"refused": "✕", "partly": "◐", "warned": "!", "waiting": "…", "accepted": "●"}


def show(receipts: Receipts, names: Mapping[str, str], units: Mapping[str, tuple[str, ...]], seeds: Path) -> None:
    """Counts of all files, then those that the reader chose, each with every remark on it; workbooks and lists to take along."""
    heading = tag("h3", t("files_in"), tag("small", t("files_at", at=(receipts.at or "—")[:16].replace("T", " "))))
    if not receipts.files:
        empty_state.show(t("files_none"), [t("how_to_begin")], key="receipts_none")
        return
    markup.show(tag("section", heading, _counts(receipts.files), cls="ub-panel"), key="receipts")
    chosen = _chosen(receipts.files, names, units)
    if not chosen:
        is_first_look = all(one.status == "accepted" for one in receipts.files)
        words = t("files_nothing_open") if is_first_look else t("files_none_chosen")
        markup.show(tag("p", words, cls="ub-hint"), key="receipts_none_chosen")
        return
    more = len(chosen) - SHOWN_FILES
    markup.show(
        tag(
            "section",
            [_file(one, names, is_open=one.state in ("refused", "partly")) for one in chosen[:SHOWN_FILES]],
            tag("p", t("files_more", count=more), cls="ub-hint") if more > 0 else None,
            cls="ub-panel",
        ),
        key="receipts_chosen",
    )
    # A copy has no files of its own; the writer makes the workbook from those it has.
    is_elsewhere = uploads.are_elsewhere()
    there = {one.file: path for one in chosen if (path := seeds / one.file).is_file() or is_elsewhere}
    fix_it.offer(chosen, there, key="receipts_fix")
    header = [
        t("file"),
        t("programme"),
        t("reporting_unit"),
        t("line"),
        t("column"),
        t("severity"),
        "code",
        t("messages"),
    ]
    rows = [
        [
            one.file,
            names.get(one.programme or "", one.programme),
            t("comma").join(units.get(one.file, ())),
            told.row,
            told.column,
            t(f"message_{told.severity}"),
            told.code,
            told.text,
        ]
        for one in chosen
        for told in one.messages
    ]
    data_table.downloads(header, rows, t("files_in"), key="receipts")


def _chosen(files: Sequence[Receipt], names: Mapping[str, str], units: Mapping[str, tuple[str, ...]]) -> list[Receipt]:
    """The files that the reader wants to see; at first those that need something done."""
    with st.container(key="receipt_filters", horizontal=True):
        state = st.selectbox(
            t("file_status"),
            STATES,
            format_func=lambda one: (
                t("files_all") if one == "all" else t("files_open") if one == "open" else t(f"file_status_{one}")
            ),
            key="receipt_state",
        )
        programme = st.selectbox(
            t("programme"),
            [None, *(code for code in names if any(one.programme == code for one in files))],
            format_func=lambda code: t("all_programmes") if code is None else names[code],
            key="receipt_programme",
        )
        known = sorted({unit for one in files for unit in units.get(one.file, ())})
        unit = st.selectbox(
            t("reporting_unit"),
            [None, *known],
            format_func=lambda one: t("all_units") if one is None else one,
            key="receipt_unit",
        )
    return [
        one
        for one in files
        if (state == "all" or one.state == state or (state == "open" and one.status != "accepted"))
        and programme in (None, one.programme)
        and (unit is None or unit in units.get(one.file, ()))
    ]


def show_some(found: Sequence[Receipt], names: Mapping[str, str], title: str, key: str) -> None:
    """The receipts of a few files, all of them, each with its messages; open where something has to be mended."""
    shown = [_file(one, names, is_open=one.state in ("refused", "partly")) for one in found]
    markup.show(tag("section", tag("h3", title), _counts(found), shown, cls="ub-panel"), key=key)


def _counts(receipts: Sequence[Receipt]) -> Markup:
    parts = [
        (t("files"), len(receipts)),
        (t("file_status_refused"), sum(one.status == "refused" for one in receipts)),
        (t("file_status_partly"), sum(one.state == "partly" for one in receipts)),
        (t("file_status_warned"), sum(one.state == "warned" for one in receipts)),
        (t("rows_accepted"), sum(one.rows_accepted or 0 for one in receipts)),
        (t("rows_quarantined"), sum(one.rows_quarantined for one in receipts)),
        (t("rows_ignored"), sum(one.rows_ignored for one in receipts)),
    ]
    return tag("ul", [tag("li", tag("b", f"{number:,}"), tag("span", name)) for name, number in parts], cls="ub-counts")


def _file(receipt: Receipt, names: Mapping[str, str], is_open: bool) -> Markup:
    summary = tag(
        "summary",
        tag(
            "span",
            tag("span", MARKS.get(receipt.state, "!"), cls="ub-mark"),
            t(_status(receipt)),
            cls=f"ub-status ub-file-{receipt.state}",
        ),
        tag("span", receipt.file, cls="ub-file-name"),
        tag(
            "small",
            t("rows_summary_hidden", quarantined=receipt.rows_quarantined)
            if receipt.rows_accepted is None
            else t(
                "rows_summary",
                accepted=receipt.rows_accepted,
                quarantined=receipt.rows_quarantined,
                all=receipt.rows_in,
            ),
        ),
    )
    kinds = [(kind, [one for one in receipt.messages if one.kind == kind]) for kind in KINDS]
    return tag(
        "details", summary, [_of_kind(kind, found) for kind, found in kinds if found], cls="ub-file", open=is_open
    )


def _of_kind(kind: str, found: Sequence[Message]) -> Markup:
    """The remarks of one kind under their name; open are those that ask for something."""
    more = len(found) - SHOWN_MESSAGES
    return tag(
        "details",
        tag("summary", tag("b", t(f"messages_{kind}")), tag("small", t("messages_count", count=len(found)))),
        tag("ul", [_message(one) for one in found[:SHOWN_MESSAGES]], cls="ub-messages"),
        tag("p", t("more_messages", count=more), cls="ub-hint") if more > 0 else None,
        cls=f"ub-kind ub-kind-{kind}",
        open=kind in ("error", "check"),
    )


def _status(receipt: Receipt) -> str:
    """The word for where a file stands: what waits, waits to be wholly written or for a second person (D126)."""
    is_for_somebody = receipt.status == "waiting" and any(one.code == "D126" for one in receipt.messages)
    return "countersign_waiting" if is_for_somebody else f"file_status_{receipt.state}"


def _message(message: Message) -> Markup:
    """Where and what; the code, which only analysts look up, is in the tip and in the table that can be downloaded."""
    place = [
        t("line_number", line=message.row) if message.row else t("whole_file"),
        f"“{message.column}”" if message.column else None,
    ]
    return tag(
        "li",
        tag("span", " ".join(filter(None, place)), cls="ub-hint"),
        tag("span", message.text),
        title=message.code,
    )
