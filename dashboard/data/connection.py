"""The release file, opened once for reading for each scope, and questions put to it: the only door to what a release holds."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import streamlit as st

from warehouse import settings as warehouse_settings
from warehouse.access import scopes
from warehouse.access.scopes import Scope
from warehouse.releases import earlier_releases, release, scoped

# A session may still ask the release before while another has already moved to the next.
OPEN_RELEASES = 3
# One for each set of regions: the provinces and a few more.
OPEN_SCOPES = 48


def rows(release_id: str, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
    """The result as one dict a row, of the rows that whoever asks may see. Values go in as bound parameters only.

    Raises duckdb.Error when the release has no such relation, ReleaseError when it is damaged or not what was signed, NoScopeError where
    people sign in and nobody has said who asks.
    """
    with _database_for(release_id, scopes.current()).cursor() as cursor:
        cursor.execute(sql, parameters or None)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def whole(release_id: str) -> Path:
    """The file of a release that is as it was signed. Raises ReleaseError."""
    return release.whole(warehouse_settings.load(), release_id).path


def _database_for(release_id: str, scope: Scope) -> duckdb.DuckDBPyConnection:
    if scope.is_everything:
        return _database(release_id)
    return _scoped(release_id, scope.key, scope)


def _close(database: duckdb.DuckDBPyConnection) -> None:
    database.close()


@st.cache_resource(max_entries=OPEN_RELEASES, on_release=_close, show_spinner=False)
def _database(release_id: str) -> duckdb.DuckDBPyConnection:
    path = whole(release_id)
    database = duckdb.connect(
        str(path),
        read_only=True,
        config={"enable_external_access": "false", "lock_configuration": "true"},
    )
    if not earlier_releases.is_earlier(database):
        return database
    database.close()
    return earlier_releases.opened(path)


@st.cache_resource(max_entries=OPEN_SCOPES, on_release=_close, show_spinner=False)
def _scoped(release_id: str, key: str, _scope: Scope) -> duckdb.DuckDBPyConnection:
    # Streamlit leaves names that begin with _ out of what it keeps things by: the key says which scope it is.
    return scoped.opened(whole(release_id), _scope)
