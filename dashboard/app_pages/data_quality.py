"""数据质量: which files came in, which rows were refused and why, who has reported, which records miss their parent."""

from dashboard.components import apart_hint, data_table, filters, markup, page_title, receipts, reporting_matrix
from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.data import files, origins, periods, programmes, regions, reporting
from dashboard.data.files import Orphan
from dashboard.i18n import pick, t
from warehouse import settings as warehouse_settings
from warehouse.answers import owed


def show() -> None:
    """The page."""
    selection = filters.current()
    page_title.show(t("data_quality"), t("data_quality_question"))
    names = {one.code: pick(one.short_name_zh, one.name_en) for one in programmes.all_programmes(selection.release_id)}
    latest = files.without_small_counts(selection.release_id, files.latest_receipts())
    units = files.units_of(selection.release_id, latest.files)
    receipts.show(latest, names, units, warehouse_settings.load().seeds)
    apart_hint.show(selection)
    reporting_matrix.show(
        owed.with_refused(
            reporting.of_leading(
                selection.release_id,
                selection.mode,
                reporting.latest_due(selection.release_id, selection.mode, periods.last_month(selection.period)),
            ),
            files.refused_files(),
        ),
        [province for province in regions.provinces(selection.release_id) if province.is_mainland],
        names,
        warehouse_settings.load().today,
    )
    _orphans(selection, names)


def _orphans(selection: Selection, names: dict[str, str]) -> None:
    found = [
        one
        for one in files.orphans(selection.release_id)
        if one.origin == origins.shown(selection.release_id, one.programme, selection.mode)
        and not origins.is_apart(selection.release_id, one.programme, selection.mode)
    ]
    heading = tag("h3", t("orphans"), tag("small", t("orphans_note", count=len(found))))
    markup.show(tag("section", heading, cls="ub-section"), key="orphans_title")
    if not found:
        markup.show(tag("p", t("no_orphans"), cls="ub-hint"), key="orphans_none")
        return
    header = [t("file"), t("line"), t("programme"), t("column"), t("missing_key")]
    rows = [_orphan_row(one, names) for one in found]
    data_table.show(header, rows[:100], rows, t("orphans"), key="orphans")


def _orphan_row(orphan: Orphan, names: dict[str, str]) -> list[str | int]:
    programme = names.get(orphan.programme, orphan.programme)
    return [orphan.file_name, orphan.row_number, programme, orphan.column_name, orphan.missing_key]
