"""改错表: the fix-it workbook of a file to take along, made only when somebody asks for it."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from dashboard import uploads
from dashboard.components import markup
from dashboard.components.markup import tag
from dashboard.data.files import Receipt
from dashboard.i18n import t
from warehouse import settings as warehouse_settings
from warehouse.front_door.offer import next_correction

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# Whole files that were understood well enough to mark where the fault is, and those that were not.
_MARKED_ANYWAY = frozenset({"D55", "D56", "D57", "D70", "D76", "D85", "D92", "D93"})
_NOT_UNDERSTOOD = frozenset({"D04", "D05", "D06", "D64", "D84", "D87", "D88", "D96", "D97", "D98"})


def can_be_made(receipt: Receipt) -> bool:
    """Whether a workbook of this file can be made and has something to say."""
    told = [one for one in receipt.messages if one.severity != "info"]
    if any(one.severity == "refuse" and one.code in _NOT_UNDERSTOOD for one in told):
        return False
    return any(one.row is not None or one.code in _MARKED_ANYWAY for one in told)


def offer(receipts: Sequence[Receipt], paths: Mapping[str, Path], key: str) -> None:
    """A choice of file and the button; nothing where no file needs mending. `paths` by the receipts' names."""
    wanted = [one.file for one in receipts if can_be_made(one) and one.file in paths]
    if not wanted:
        return
    with st.container(key=f"{key}_box", horizontal=True, vertical_alignment="bottom"):
        chosen = wanted[0]
        if len(wanted) > 1:
            chosen = st.selectbox(t("fix_it_file"), wanted, key=f"{key}_file") or wanted[0]
        st.download_button(
            t("fix_it_download"),
            data=partial(uploads.fix_it, paths[chosen]),
            file_name=_name_of(chosen, receipts),
            mime=XLSX_TYPE,
            on_click="ignore",
            key=f"{key}_download",
        )
    markup.show(tag("p", t("fix_it_hint", file=Path(chosen).name), cls="ub-hint"), key=f"{key}_hint")


def _name_of(chosen: str, receipts: Sequence[Receipt]) -> str:
    """The name under which the mended workbook replaces the file, as the command line gives it."""
    programme = next((one.programme for one in receipts if one.file == chosen), None)
    return next_correction(warehouse_settings.load().seeds / (programme or ""), Path(chosen).name, ".xlsx")
