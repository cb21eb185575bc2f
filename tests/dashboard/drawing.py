"""Draws a declared picture over a release whose marts hold rows of a test's own: everything else in it, regions and periods, is real."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from dashboard.i18n import CHINESE
from tests.support.declared import draw
from warehouse.releases import release
from warehouse.settings import Settings

Marts = Mapping[str, Sequence[Mapping[str, Any]]]


class Board:
    """A copy of a release's relations; those that a test names are its own."""

    def __init__(self, settings: Settings) -> None:
        self.connection = duckdb.connect()
        path = settings.releases / f"{release.current_id(settings)}.duckdb"
        self.connection.execute(f"attach '{path}' as published (read_only)")
        for (name,) in self.connection.execute(
            "select table_name from duckdb_columns() where database_name = 'published' group by table_name"
        ).fetchall():
            self.connection.execute(f'create view "{name}" as select * from published.main."{name}"')

    def draw(
        self,
        name: str,
        marts: Marts,
        period: str = "2024-05",
        region: str = "000000",
        spoken: str = CHINESE,
        **more: Any,
    ) -> str:
        """The picture's markup; `more` is what else was chosen. Columns that a row does not name are null."""
        with self._holding(marts):
            hidden = any("hidden_cells" in mart and marts[mart] for mart in marts)
            return draw(name, self._rows, region, period, hidden=hidden, spoken=spoken, **more)

    def _rows(self, sql: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        cursor = self.connection.execute(sql, given)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @contextmanager
    def _holding(self, marts: Marts) -> Iterator[None]:
        for mart, rows in marts.items():
            self.connection.execute(f'drop view "{mart}"')
            self.connection.execute(f'create table "{mart}" as select * from published.main."{mart}" limit 0')
            for row in rows:
                given = {"origin": "submitted", **row}
                there = set(self.connection.table(mart).columns)
                columns = {name: value for name, value in given.items() if name in there}
                assert set(row) <= there, set(row) - there
                self.connection.execute(
                    f'insert into "{mart}" ({", ".join(columns)}) values ({", ".join("?" * len(columns))})',
                    list(columns.values()),
                )
        try:
            yield
        finally:
            for mart in marts:
                self.connection.execute(f'drop table "{mart}"')
                self.connection.execute(f'create view "{mart}" as select * from published.main."{mart}"')
