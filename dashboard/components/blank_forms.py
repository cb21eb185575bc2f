"""The templates to take along: for a table a workbook with lists and checks, or a CSV with the headers."""

from functools import partial
from pathlib import Path

import streamlit as st

from dashboard.components import filling, markup
from dashboard.components.filters import Selection
from dashboard.components.fix_it import XLSX_TYPE
from dashboard.components.markup import tag
from dashboard.i18n import t
from warehouse.contracts import Table
from warehouse.front_door import template
from warehouse.system import scratch


def show(selection: Selection) -> None:
    """A choice of table and its two files, made when somebody asks for them."""
    heading = tag("h3", t("templates"), tag("small", t("templates_note")))
    markup.show(tag("section", heading, cls="ub-section"), key="templates")
    with st.container(horizontal=True, vertical_alignment="bottom", key="templates_box"):
        table = filling.choose_table(selection, "template")
        if table is None:
            return
        for suffix, mime in (("xlsx", XLSX_TYPE), ("csv", "text/csv")):
            st.download_button(
                t("template_download", kind=suffix.upper()),
                data=partial(_made, table, suffix),
                file_name=f"{table.name_zh}_模板.{suffix}",
                mime=mime,
                on_click="ignore",
                key=f"template_{suffix}",
            )


def _made(table: Table, suffix: str) -> bytes:
    with scratch.folder() as folder:
        written = template.write_template(table.programme, table.name, Path(folder))
        return next(path for path in written if path.suffix == f".{suffix}").read_bytes()
