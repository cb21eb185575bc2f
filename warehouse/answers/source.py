"""A release, opened for reading within a scope: the one door through which every question of this room reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
from cachetools import LRUCache, cached

from warehouse.answers.scope import EVERYTHING, Scope
from warehouse.releases import current_values, in_use, release
from warehouse.releases.release import Release, ReleaseError
from warehouse.settings import Settings

# A reader may still ask the release before while others have moved on.
OPEN_RELEASES = 3


class NoReleaseError(Exception):
    """There is no release to read, or not the one asked for; the message says what to do."""


@dataclass(frozen=True)
class Source:
    """One release and who asks. Rows come through `rows`; what a scope leaves out, each question leaves out by the conditions below."""

    settings: Settings
    release: Release
    scope: Scope = EVERYTHING

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
        """The result as one dict a row; values go in as bound parameters only."""
        with self.cursor() as cursor:
            return current_values.rows_of(cursor.execute(sql, parameters or None))

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of the asker's own to the release, to be closed."""
        try:
            return _database(self.release.path).cursor()
        except duckdb.IOException as error:
            conflict = in_use.conflict_in(str(error))
            raise NoReleaseError(conflict.zh if conflict else f"版本 {self.release.id} 打不开。") from error

    @property
    def programmes(self) -> tuple[str, ...]:
        """The programmes that may be told of, in the registry's order."""
        return tuple(code for code in _lists(self.release.path).programmes if self.scope.has_programme(code))

    @property
    def kpis(self) -> dict[str, dict[str, Any]]:
        """The definitions of their KPIs by code, in the registry's order."""
        allowed = frozenset(self.programmes)
        return {code: kpi for code, kpi in _lists(self.release.path).kpis.items() if kpi["programme"] in allowed}

    @property
    def regions(self) -> dict[str, dict[str, Any]]:
        """The regions that may be told of, by code, in official order."""
        known = _lists(self.release.path).regions
        if self.scope.regions is None:
            return known
        return {code: region for code, region in known.items() if self.has_region(code)}

    @property
    def hiding_tables(self) -> frozenset[tuple[str, str]]:
        """The tables (programme, table) whose rows may be too few to be counted in public."""
        kpis = _lists(self.release.path).kpis.values()
        return frozenset(
            (kpi["programme"], kpi["table_name"])
            for kpi in kpis
            if kpi["small_count_limit"] is not None and kpi["table_name"]
        )

    def has_region(self, code: str | None) -> bool:
        """Whether a region may be told of: it lies in one of the scope's."""
        allowed = self.scope.regions
        if allowed is None:
            return True
        known = _lists(self.release.path).regions
        while code is not None:
            if code in allowed:
                return True
            code = known[code]["parent_code"] if code in known else None
        return False

    def has_relation(self, name: str) -> bool:
        """Whether the release has a table or view of this name."""
        return name in _lists(self.release.path).relations

    @property
    def data_to(self) -> str | None:
        """The last day that records in the release reach to, YYYY-MM-DD."""
        return _lists(self.release.path).data_to


def source(settings: Settings, release_id: str | None = None, scope: Scope = EVERYTHING) -> Source:
    """The current release, or the one of this id, as somebody with this scope may read it. Raises NoReleaseError without one."""
    try:
        found = release.current(settings) if release_id is None else release.whole(settings, release_id)
    except ReleaseError as error:
        raise NoReleaseError(str(error)) from error
    if found is None:
        raise NoReleaseError(current_values.NO_RELEASE)
    return Source(settings, found, scope)


@dataclass(frozen=True)
class _Lists:
    """What a release knows in lists; a few thousand rows, asked at every question."""

    programmes: tuple[str, ...]
    kpis: dict[str, dict[str, Any]]
    regions: dict[str, dict[str, Any]]
    relations: frozenset[str]
    data_to: str | None


_lock = Lock()


class _Open(LRUCache[Any, Any]):
    """Closes what falls out."""

    def popitem(self) -> tuple[Any, Any]:
        path, database = super().popitem()
        database.close()
        return path, database


@cached(_Open(OPEN_RELEASES), lock=_lock)
def _database(path: Path) -> duckdb.DuckDBPyConnection:
    # The same settings as pages use: one process opens one file in one way.
    return duckdb.connect(
        str(path), read_only=True, config={"enable_external_access": "false", "lock_configuration": "true"}
    )


@cached(LRUCache(OPEN_RELEASES), lock=Lock())
def _lists(path: Path) -> _Lists:
    with _database(path).cursor() as cursor:

        def rows(sql: str) -> list[dict[str, Any]]:
            return current_values.rows_of(cursor.execute(sql))

        programmes = [row["programme"] for row in rows("select programme from dim_programme order by sort_order")]
        kpis = rows(
            "select dim_kpi.* from dim_kpi left join dim_programme using (programme)"
            " order by dim_programme.sort_order, dim_kpi.sort_order"
        )
        regions = rows("select * from dim_region order by sort_order")
        relations = rows("select table_name from information_schema.tables")
        ends = rows("select max(as_of) as data_to from mart_kpi_values where origin <> 'published'")
    return _Lists(
        tuple(programmes),
        {row["kpi"]: row for row in kpis},
        {row["region_code"]: row for row in regions},
        frozenset(row["table_name"] for row in relations),
        ends[0]["data_to"].isoformat() if ends[0]["data_to"] else None,
    )
