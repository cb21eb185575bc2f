"""What became of the dropped files: a count, and each refused or warned file with its messages by line and column."""

from collections.abc import Mapping

from dashboard.components import data_table, markup
from dashboard.components.markup import Markup, tag
from dashboard.data.files import Message, Receipt, Receipts
from dashboard.i18n import t

SHOWN_FILES = 60
SHOWN_MESSAGES = 12
MARKS = {"refused": "✕", "warned": "!", "waiting": "…", "accepted": "●"}


def show(receipts: Receipts, names: Mapping[str, str]) -> None:
    """Files with something to say first; the files taken in whole are only counted."""
    heading = tag("h3", t("files_in"), tag("small", t("files_at", at=(receipts.at or "—")[:16].replace("T", " "))))
    markup.show(
        tag(
            "section",
            heading,
            _counts(receipts),
            [_file(one, names) for one in _telling(receipts)[:SHOWN_FILES]],
            cls="ub-panel",
        ),
        key="receipts",
    )
    header = [
        t("file"),
        t("programme"),
        t("file_status"),
        t("rows_in"),
        t("rows_accepted"),
        t("rows_quarantined"),
        t("rows_ignored"),
        t("encoding"),
        t("messages"),
    ]
    data_table.downloads(header, [_plain(one, names) for one in receipts.files], t("files_in"), key="receipts")


def _telling(receipts: Receipts) -> list[Receipt]:
    return [one for one in receipts.files if one.status != "accepted"]


def _counts(receipts: Receipts) -> Markup:
    parts = [
        (t("files"), len(receipts.files)),
        (t("file_status_refused"), sum(one.status == "refused" for one in receipts.files)),
        (t("file_status_warned"), sum(one.status == "warned" for one in receipts.files)),
        (t("rows_accepted"), sum(one.rows_accepted for one in receipts.files)),
        (t("rows_quarantined"), sum(one.rows_quarantined for one in receipts.files)),
        (t("rows_ignored"), sum(one.rows_ignored for one in receipts.files)),
    ]
    return tag("ul", [tag("li", tag("b", f"{number:,}"), tag("span", name)) for name, number in parts], cls="ub-counts")


def _file(receipt: Receipt, names: Mapping[str, str]) -> Markup:
    summary = tag(
        "summary",
        tag(
            "span",
            tag("span", MARKS.get(receipt.status, "!"), cls="ub-mark"),
            t(f"file_status_{receipt.status}"),
            cls=f"ub-status ub-file-{receipt.status}",
        ),
        tag("span", receipt.file, cls="ub-file-name"),
        tag(
            "small",
            t(
                "rows_summary",
                accepted=receipt.rows_accepted,
                quarantined=receipt.rows_quarantined,
                all=receipt.rows_in,
            ),
        ),
    )
    shown = receipt.messages[:SHOWN_MESSAGES]
    more = len(receipt.messages) - len(shown)
    return tag(
        "details",
        summary,
        tag("ul", [_message(one) for one in shown], cls="ub-messages"),
        tag("p", t("more_messages", count=more), cls="ub-hint") if more > 0 else None,
        cls="ub-file",
        open=receipt.status == "refused",
    )


def _message(message: Message) -> Markup:
    place = [
        t("line_number", line=message.row) if message.row else t("whole_file"),
        f"“{message.column}”" if message.column else None,
    ]
    return tag(
        "li",
        tag("code", message.code),
        tag("span", " ".join(filter(None, place)), cls="ub-hint"),
        tag("span", message.text),
    )


def _plain(receipt: Receipt, names: Mapping[str, str]) -> list[data_table.Cell]:
    text = "\n".join(
        f"{one.code} {t('line_number', line=one.row) if one.row else t('whole_file')} {one.column or ''} {one.text}"
        for one in receipt.messages
    )
    return [
        receipt.file,
        names.get(receipt.programme or "", receipt.programme),
        t(f"file_status_{receipt.status}"),
        receipt.rows_in,
        receipt.rows_accepted,
        receipt.rows_quarantined,
        receipt.rows_ignored,
        receipt.encoding,
        text,
    ]
