"""The release file, opened once for reading, and questions put to it."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import streamlit as st

from dashboard.data import earlier_releases
from warehouse import settings as warehouse_settings

# A session may still ask the release before while another has already moved to the next.
OPEN_RELEASES = 3


def rows(release_id: str, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
    """The result as one dict a row. Values go in as bound parameters only.

    Raises duckdb.Error when the release has no such relation.
    """
    with _database(release_id).cursor() as cursor:
        cursor.execute(sql, parameters or None)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _close(database: duckdb.DuckDBPyConnection) -> None:
    database.close()


@st.cache_resource(max_entries=OPEN_RELEASES, on_release=_close, show_spinner=False)
def _database(release_id: str) -> duckdb.DuckDBPyConnection:
    path = warehouse_settings.load().releases / f"{release_id}.duckdb"
    database = duckdb.connect(
        str(path),
        read_only=True,
        config={"enable_external_access": "false", "lock_configuration": "true"},
    )
    if not earlier_releases.is_earlier(database):
        return database
    database.close()
    return earlier_releases.opened(path)
