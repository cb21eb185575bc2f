"""The header of records that are taken along: every column has a name, and no two have one."""

import pytest

from dashboard.components import record_table
from dashboard.data import kpis, records
from warehouse import contracts
from warehouse.releases import release
from warehouse.settings import Settings

PROGRAMMES = sorted({table.programme for table in contracts.all_tables()})


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_columns_of_records_have_names_of_their_own(programme: str, at_house: Settings) -> None:
    release_id = release.current_id(at_house)
    assert release_id
    checked = 0
    for kpi in kpis.of_programme(release_id, programme):
        columns = records.columns_of(release_id, kpi)
        header = record_table.header(kpi, columns)
        assert len(set(header)) == len(header), (kpi.code, header)
        assert not {name for name in header if name in columns}, (kpi.code, header)
        checked += len(columns) > 5
    assert checked


def test_column_of_the_file_keeps_its_name_and_another_says_what_it_is(
    at_house: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    release_id = release.current_id(at_house)
    assert release_id
    kpi = kpis.of_programme(release_id, "skills_to_community")[0]
    described = {"helpers": "参与教师", "is_surveyed": "参与教师：其中答了问卷的"}
    monkeypatch.setattr(record_table, "_descriptions", lambda _: described)

    header = record_table.header(kpi, ("row_number", "teachers", "helpers", "is_surveyed"))

    assert header == ("行号", "参与教师", "参与教师 (helpers)", "参与教师：其中答了问卷的")
