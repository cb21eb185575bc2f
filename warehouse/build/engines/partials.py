"""Sums by province of a large fact, kept from one build to the next: what lies above a province need not read its rows again.

A common table that groups a fact's rows by region says so (`partial_by_province`, macros/narrow.sql). Over the same rows with the
province's own code as their region it gives the province's part of whatever is above; of medians and distinct counts it has each value
once, so that nothing is approximated. These parts lie beside the compiled models in files that are named by their bytes, and a release's
manifest says which of them belong to it; a drop makes those of the provinces that it touches. Where a file is gone, the rows are read and
it is written again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from warehouse.build.engines.duckdb import DuckDb
from warehouse.build.engines.statements import closing, shown
from warehouse.build.plan import Node
from warehouse.settings import Settings
from warehouse.system import integrity
from warehouse.system.durable import put_in_place, temporary_in

# Of fewer rows a sum takes no time.
ROWS = 100_000
# What is hardly less than the rows themselves is not kept; nor is it tried again while the model stays as it is.
MOST = 0.5
_NOT_KEPT = ""

_MARKED = re.compile(r"\b(\w+) as \(\s*/\* partial by province: (\w+) \*/")
_FACT = re.compile(r"from ([^\s()]+) as facts\b")


@dataclass(frozen=True)
class Partial:
    """A common table of a statement that merges by province: its name, its own statement, and its column of the region."""

    name: str
    sql: str
    region: str
    fact: str


def partials_of(sql: str) -> list[Partial]:
    """The common tables of a statement that say so."""
    text = shown(sql)
    found = []
    for mark in _MARKED.finditer(sql):
        end = closing(text, mark.end())
        if end is not None and len(facts := _FACT.findall(own := sql[mark.end() : end])) == 1:
            found.append(Partial(mark[1], own, mark[2], facts[0]))
    return found


def kept_by(node: Node) -> str:
    """The name of a node's kept parts among the partitions of a build."""
    return f"{node.id} by province"


def folder_of(settings: Settings) -> Path:
    """Where the parts lie; what is there can be made again."""
    return settings.home / "build" / "partials"


class Partials:
    """The parts of one build: `before` are those of the release it starts from, `now` those of what it makes."""

    def __init__(
        self,
        settings: Settings,
        database: DuckDb,
        before: Mapping[str, Mapping[str, str]],
        now: dict[str, dict[str, str]],
    ) -> None:
        self._folder = folder_of(settings)
        self._database = database
        self._before = before
        self._now = now
        # The temporary tables of the kept parts of the node being made, by common table.
        self._others: dict[str, str] = {}

    def statement(self, node: Node, sql: str, part: str) -> str:
        """The node's statement over the rows of the provinces in narrow_provinces, with the kept parts of all others.

        `part` are the regions asked for. Where a part is not kept, its common table stays as it is.
        """
        self._others = {}
        for number, partial in enumerate(partials_of(sql)):
            if (path := self._path(node, partial)) is None:
                continue
            others = self._others[partial.name] = f"narrow_partial_{number}"
            casts = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in self._types(partial))
            self._database.run(
                f"create or replace temp table {others} as select {casts} from read_parquet('{_quoted(path)}')"  # noqa: S608
                f" where {_province(partial.region)} not in (select unit from narrow_provinces)"
            )
            own = _FACT.sub(
                rf"from (select * from \1 where region_code in (select region_code from {part})"  # noqa: S608
                rf" and {_province('region_code')} in (select unit from narrow_provinces)) as facts",
                partial.sql,
            )
            sql = sql.replace(partial.sql, f" select * from ({own}) as own union all select * from {others} ")  # noqa: S608
        return sql

    def keep(self, node: Node, bridge: str, is_in_part: bool) -> None:
        """Keep the parts of what was made: those of the provinces in narrow_provinces beside what was kept, or all."""
        kept: dict[str, str] = {}
        for partial in partials_of(node.sql):
            rows = int(self._database.ask(f"select count(*) from {partial.fact}")[0][0])  # noqa: S608
            if rows < ROWS:
                continue
            others = self._others.get(partial.name) if is_in_part else None
            if is_in_part and self._before.get(kept_by(node), {}).get(partial.name) == _NOT_KEPT:
                kept[partial.name] = _NOT_KEPT
                continue
            within = f"{_province('region_code')} in (select unit from narrow_provinces)" if others else "true"  # noqa: S608
            summed = _FACT.sub(
                rf"from (select * replace ({_province('region_code')} || '0000' as region_code) from \1"  # noqa: S608
                rf" where region_code in (select region_code from {bridge}) and {within}) as facts",
                partial.sql,
            )
            self._database.run(f"create or replace temp table narrow_kept as {self._database.of_today(summed)}")
            if others:
                self._database.run(f"insert into narrow_kept select * from {others}")  # noqa: S608
            is_less = int(self._database.ask("select count(*) from narrow_kept")[0][0]) <= MOST * rows
            kept[partial.name] = self._write() if is_less else _NOT_KEPT
        self._now.pop(kept_by(node), None)
        if kept:
            self._now[kept_by(node)] = kept

    def tidy(self) -> None:
        """Remove what belongs neither to this build nor to the release it starts from."""
        names = {
            f"{digest}.parquet"
            for one in (self._before, self._now)
            for of, digests in one.items()
            if of.endswith(" by province")
            for digest in digests.values()
        }
        for path in self._folder.glob("*.parquet"):
            if path.name not in names:
                path.unlink(missing_ok=True)

    def _path(self, node: Node, partial: Partial) -> Path | None:
        """The kept file, where there is one and it is what was written."""
        digest = self._before.get(kept_by(node), {}).get(partial.name)
        if not digest:
            return None
        path = self._folder / f"{digest}.parquet"
        return path if integrity.problem_of(path, digest, None, again=True) is None else None

    def _types(self, partial: Partial) -> list[tuple[str, str]]:
        rows = self._database.ask(f"describe {self._database.of_today(partial.sql)}")
        return [(str(name), str(kind)) for name, kind, *_ in rows]

    def _write(self) -> str:
        types = self._database.ask("describe narrow_kept")
        # Parquet has no integers beyond 64 bits; read back, each column has its type again.
        casts = ", ".join(
            f'cast("{name}" as {"BIGINT" if kind == "HUGEINT" else kind}) as "{name}"' for name, kind, *_ in types
        )
        with temporary_in(self._folder) as temporary:
            # In an order, so that the same parts are the same bytes.
            rows = f"select {casts} from narrow_kept order by all"  # noqa: S608
            self._database.run(f"copy ({rows}) to '{_quoted(temporary)}' (format parquet)")
            digest = integrity.sha256_of(temporary)
            put_in_place(temporary, self._folder / f"{digest}.parquet")
        return digest


def _province(region: str) -> str:
    """What stands for a province, or the nation, in the code of a region."""
    return f"substring({region}, 1, 2)"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
