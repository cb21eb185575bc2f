"""Makes of a table only what a drop touches, where what that is can be told for certain; whatever cannot is made whole.

Three kinds of models say in their statement that they may be made in part (macros/narrow.sql):

    by record   a fact whose rows of one record depend on the landed rows of that record alone, and on parents that stayed as they were
    by region   KPI values, of which those of a region depend on the facts and submissions in it, through bridge_region_ancestor
    by place    a table whose rows with a region_code come from rows of some facts with the same region_code

What they were made of is kept with a release (`made_of`), and which dropped files their landed rows came from (`partitions`). A fact takes
the records of files that came, went, or count now and did not before; the others take the regions of rows that changed.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from warehouse.build import project
from warehouse.build.engines.duckdb import DuckDb
from warehouse.build.engines.partials import Partials
from warehouse.build.plan import Node, Plan
from warehouse.intake import landing, packing
from warehouse.settings import Settings

RECORD, REGION, PLACE = "record", "region", "place"
_MARK = re.compile(r"/\* narrow by (record|region|place): (\S+)(?: \(([\w, ]+)\))? \*/")
_LANDED = re.compile(re.escape(f"{project.LANDING}/") + r"(\w+)/(\w+)/\*\.parquet")

SUBMISSIONS = "fct_submissions"
# Beyond this share of a table it is made whole: that takes no longer, and the file stays in order.
MOST = 0.5
# More records, and more rows of the facts that KPI values are made of, are gone through in pieces, but not in more than these: each piece
# reads them all again.
RECORDS_AT_ONCE = 2_000_000
ROWS_AT_ONCE = 250_000
MOST_PIECES = 8
# Where the form of a table's landed rows stands among the digests of its files.
_FORM = "form"

# Where KPI values take the rows of a fact to place them (dbt_project/macros/kpis/kpi_values.sql).
_PLACED = re.compile(r"from ([^\s()]+) as facts\b")
# A statement that asks something of all regions at once: from when a snapshot without dates counts.
_FIRST_MONTH = "min(report_month) from handed_in"
# Who answers for a unit may be another office of its province.
_ANSWERS = "answered_1 as"


@dataclass(frozen=True)
class Rule:
    """What a statement says of how it may be made in part: through which relation, by which columns of it, and through which `others`."""

    kind: str
    relation: str
    columns: tuple[str, ...]
    others: tuple[str, ...] = ()


class Base(Protocol):
    """What a release that a build starts from says of its tables."""

    @property
    def partitions(self) -> Mapping[str, Mapping[str, str]]:
        """Digests of the parts of a relation."""

    @property
    def made_of(self) -> Mapping[str, Mapping[str, str]]:
        """By node, a digest of its statement (under '') and of each of its inputs."""


def by_file(node: Node) -> str:
    """The name of a fact's partitions by dropped file."""
    return f"{node.id} by file"


def rule_of(node: Node) -> Rule | None:
    """How a node may be made in part; None where it says nothing."""
    found = list(_MARK.finditer(node.sql)) if node.kind == "table" else []
    if not found:
        return None
    first, *more = found
    return Rule(first[1], first[2], tuple((first[3] or "").split(", ")), tuple(one[2] for one in more))


class Narrow:
    """The tables of one build that may be made in part, and what is known of the changes of others.

    `in_part` names those of which only what was touched was made, `in_pieces` those that were made whole, one piece after the other.
    """

    def __init__(
        self,
        settings: Settings,
        plan: Plan,
        database: DuckDb,
        base: Base | None,
        made_of: Mapping[str, Mapping[str, str]],
        partitions: dict[str, dict[str, str]],
    ) -> None:
        self._settings = settings
        self._database = database
        self._base = base
        self._made_of = made_of
        self._partitions = partitions
        self._partials = Partials(settings, database, base.partitions if base is not None else {}, partitions)
        self._nodes = {node.id: node for node in plan.nodes}
        self._rules = {node.id: rule for node in plan.nodes if (rule := rule_of(node)) is not None}
        self._by_relation = {node.relation: node for node in plan.nodes if node.kind != "test"}
        self._bridges = {rule.relation for rule in self._rules.values() if rule.kind == REGION}
        self._staged = {
            self._by_relation[rule.relation].id
            for rule in self._rules.values()
            if rule.kind == RECORD and rule.relation in self._by_relation
        }
        self._watched = {
            parent
            for node_id, rule in self._rules.items()
            if rule.kind != RECORD
            for parent in self._nodes[node_id].parents
            if rule.kind == REGION or self._nodes[parent].relation in (rule.relation, *rule.others)
        }
        self.in_part: set[str] = set()
        self.in_pieces: set[str] = set()
        # By node, the temporary table of its groups of rows as they were, and of those that changed.
        self._looked: dict[str, str] = {}
        self._changed: dict[str, str] = {}

    def is_noted(self, node: Node) -> bool:
        """Whether a later build has to know what this node was made of."""
        return node.id in self._rules or node.id in self._staged

    def may_keep(self, node: Node) -> bool:
        """Whether a table that has to be made again may keep most of its rows, so that it must not be dropped before."""
        return self._base is not None and node.id in self._rules and node.id in self._base.made_of

    def look(self, node: Node) -> None:
        """Note the rows of a table that is about to be made again, where somebody asks which of them change."""
        if self._base is None or node.id not in self._watched or node.id in self._looked:
            return
        if self._database.present.get(node.name) == "table" and (groups := self._groups(node)):
            self._looked[node.id] = name = f"narrow_before_{len(self._looked)}"
            self._run(f"create or replace temp table {name} as {groups}")

    def make(self, node: Node) -> None:
        """Make the node's relation: what is touched of it where that is known, else the whole."""
        rule = self._rules.get(node.id)
        if rule is not None and rule.kind == RECORD:
            now = self._files(node, rule)
            is_made = self._make_records(node, rule, now)
            if now is not None:
                self._partitions[by_file(node)] = now
            if is_made:
                self.in_part.add(node.name)
                return
        makes = {REGION: self._make_regions, PLACE: self._make_places}
        is_in_part = rule is not None and rule.kind in makes and makes[rule.kind](node, rule)
        if is_in_part:
            self.in_part.add(node.name)
        else:
            self.look(node)
            if rule is None or not self._make_in_pieces(node, rule):
                self._database.make(node)
            self._compare(node)
        if rule is not None and rule.kind == REGION:
            self._partials.keep(node, rule.relation, is_in_part)

    def tidy(self) -> None:
        """Remove what was kept for releases of before."""
        self._partials.tidy()

    # Which rows of a table changed

    def _groups(self, node: Node) -> str:
        """A query of a digest for each region and 填报单位 of a table; '' where it does not tell them."""
        own = {name for name, _ in self._database.columns(node)}
        if not {"region_code", "reporting_unit"} <= own:
            return ""
        columns = [
            name if name in own else f"cast(null as varchar) as {name}"
            for name in ("programme", "region_code", "reported_region_code", "reporting_unit")
        ]
        month = "min(report_month)" if "report_month" in own else "cast(null as date)"
        return (
            f"select {', '.join(columns)}, count(*) as row_count, sum(cast(hash(rows_) as hugeint)) as digest,"  # noqa: S608
            f" {month} as first_month from {node.relation} as rows_ group by 1, 2, 3, 4"
        )

    def _compare(self, node: Node) -> None:
        before = self._looked.get(node.id)
        if before is None or not (groups := self._groups(node)):
            return
        after = f"{before}_after"
        self._run(f"create or replace temp table {after} as {groups}")
        same = " and ".join(
            f"before.{name} is not distinct from after.{name}"
            for name in ("programme", "region_code", "reported_region_code", "reporting_unit", "row_count", "digest")
        )
        self._note_changed(
            node,
            f"select programme, region_code, reported_region_code, reporting_unit from {before} as before"  # noqa: S608
            f" where not exists (select 1 from {after} as after where {same}) union"
            f" select programme, region_code, reported_region_code, reporting_unit from {after} as after"
            f" where not exists (select 1 from {before} as before where {same})",
        )

    def _note_changed(self, node: Node, query: str) -> None:
        self._changed[node.id] = name = f"narrow_changed_{len(self._changed)}"
        self._run(f"create or replace temp table {name} as {query}")

    # Facts by record

    def _files(self, node: Node, rule: Rule) -> dict[str, str] | None:
        """By report id, a digest of the landed rows of each dropped file and of how its submissions count; None where nothing says so."""
        landed = self._landed_of(rule)
        if landed is None:
            return None
        programme, table = landed
        folder = self._settings.landing / programme / table
        files = packing.files_of(folder)
        form = folder / landing.SCHEMA_FILE
        if not files or not form.exists():
            return None
        submissions = str(self._settings.landing / "intake" / "submissions").replace("'", "''")
        stands = {
            str(report): f"{count} {digest}"
            for report, count, digest in self._database.ask(
                "select report_id, coalesce(sum(row_count) filter (where is_current), 0),"  # noqa: S608
                f" sum(cast(hash(rows_) as hugeint)) from read_parquet('{submissions}/*.parquet') as rows_"
                " where programme = ? and table_name = ? group by report_id",
                [programme, table],
            )
        }
        found = {report: f"{stands.get(report, '0')} {digest}" for report, digest in files.items()}
        return {**found, _FORM: hashlib.sha256(form.read_bytes()).hexdigest()}

    def _landed_of(self, rule: Rule) -> tuple[str, str] | None:
        """Programme and table of the only landed rows that a staging view reads beside what was handed in."""
        view = self._by_relation.get(rule.relation)
        if view is None or view.kind != "view":
            return None
        sources = {read.parent.split(".")[-2:][0]: read.parent.split(".")[-1] for read in view.reads}
        if any(read.parent in self._nodes for read in view.reads) or len(sources) != 2 or "intake" not in sources:
            return None
        if len({read.parent for read in view.reads}) != 2 or sources.pop("intake") != "submissions":
            return None
        [(programme, table)] = sources.items()
        return (programme, table) if set(_LANDED.findall(view.sql)) >= {(programme, table)} else None

    def _make_records(self, node: Node, rule: Rule, now: Mapping[str, str] | None) -> bool:
        """Make the records again that files touch; False where they are not known or are too many."""
        before = self._before(node, now)
        view = self._by_relation.get(rule.relation)
        if before is None or now is None or view is None:
            return False
        if set(self._other_inputs(node)) - {view.id} or not self._is_same_statement(view):
            return False
        touched = sorted(report for report in {*before, *now} if before.get(report) != now.get(report))
        gone = [report for report in touched if report not in now]
        if _FORM in touched or any(
            before[one].rpartition(" ")[2] != now[one].rpartition(" ")[2]
            for one in touched
            if one in before and one in now
        ):
            # Landed rows of another form, or read otherwise than before: what they were is not known any more.
            return False
        if not self._take_records(node, rule, touched, gone, before):
            return False
        [(records, whole)] = self._database.ask(
            f"select (select count(*) from narrow_records), (select count(*) from {node.relation})"  # noqa: S608
        )
        if records > MOST * whole:
            return False
        own = _same(rule.columns, node.relation, "narrow_records")
        self._database.make_readable(node)
        self._run(
            "create or replace temp table narrow_reports as select distinct rows_.report_id"  # noqa: S608
            f" from {rule.relation} as rows_ semi join narrow_records on {_same(rule.columns, 'rows_', 'narrow_records')}"
        )
        reports = self._database.ask("select report_id from narrow_reports")
        named = ", ".join(f"'{report}'" for (report,) in reports) or "null"
        self._run(
            f"create or replace temp table narrow_rows as select rows_.* from {rule.relation} as rows_"  # noqa: S608
            f" semi join narrow_records on {_same(rule.columns, 'rows_', 'narrow_records')} where rows_.report_id in ({named})"
        )
        self._run(f"create or replace temp table narrow_made as\n{self._statement(node.sql, rule, 'narrow_rows')}")
        if not self._is_alike(node):
            return False
        away = f"from {node.relation} semi join narrow_records on {own}"
        columns = {name for name, _ in self._database.columns(node)}
        if node.id in self._watched and {"region_code", "reporting_unit"} <= columns:
            reported = "reported_region_code" if "reported_region_code" in columns else "cast(null as varchar)"
            told = f"select cast(null as varchar) as programme, region_code, {reported} as reported_region_code, reporting_unit"
            self._note_changed(node, f"{told} {away} union {told} from narrow_made")
        self._run(f"delete from {node.relation} where exists (select 1 from narrow_records where {own})")  # noqa: S608
        self._run(f"insert into {node.relation} by name select * from narrow_made")  # noqa: S608
        return True

    def _take_records(
        self, node: Node, rule: Rule, touched: Sequence[str], gone: Sequence[str], before: Mapping[str, str]
    ) -> bool:
        """Gather the records of touched files into narrow_records; False where those of a file that went are not all known."""
        columns = ", ".join(rule.columns)
        landed = self._landed_of(rule)
        assert landed is not None
        folder = str(self._settings.landing / landed[0] / landed[1]).replace("'", "''")
        known = {
            name for name, _ in self._database.columns_of(self._settings.landing / landed[0] / landed[1] / "*.parquet")
        }
        if not {"report_id", *rule.columns} <= known & {name for name, _ in self._database.columns(node)}:
            return False
        if gone:
            # A row of it that did not count beside another of its record has left no trace.
            counted = dict(
                self._database.ask(
                    f"select report_id, count(*) from {node.relation} where report_id in ({_listed(gone)}) group by 1"  # noqa: S608
                )
            )
            if any(counted.get(one, 0) != int(before[one].split(" ")[0]) for one in gone):
                return False
        self._run(
            f"create or replace temp table narrow_records as select {columns} from"  # noqa: S608
            f" read_parquet('{folder}/*.parquet') where report_id in ({_listed(touched)}) union"
            f" select {columns} from {node.relation} where report_id in ({_listed(gone)})"
        )
        return True

    # KPI values by region

    def _make_regions(self, node: Node, rule: Rule) -> bool:
        """Make the values of the regions again whose rows changed; False where they are not known or are too many."""
        if self._before(node, {}) is None:
            return False
        changed = self._other_inputs(node)
        if not changed or set(changed) - set(self._changed) or self._are_first_months_others(node, changed):
            return False
        if not self._take_regions(node, rule, changed):
            return False
        [(values, whole)] = self._database.ask(
            f"select count(*) filter (where region in (select region_code from narrow_regions)), count(*) from {node.relation}"  # noqa: S608
        )
        if values > MOST * whole:
            return False
        self._database.make_readable(node)
        self._run(
            f"create or replace temp table narrow_rows as select * from {rule.relation}"  # noqa: S608
            " where ancestor_code in (select region_code from narrow_regions)"
        )
        self._run(
            "create or replace temp table narrow_provinces as select distinct"  # noqa: S608
            f" {_unit('region_code')} as unit from narrow_places where region_code is not null"
        )
        sql = self._partials.statement(node, node.sql, "narrow_rows")
        self._run(f"create or replace temp table narrow_made as\n{self._statement(sql, rule, 'narrow_rows')}")
        [(beyond,)] = self._database.ask(
            "select count(*) from narrow_made where region is null or region not in (select region_code from narrow_regions)"
        )
        if beyond or not self._is_alike(node):
            return False
        self._run(f"delete from {node.relation} where region in (select region_code from narrow_regions)")  # noqa: S608
        self._run(f"insert into {node.relation} by name select * from narrow_made")  # noqa: S608
        return True

    def _take_regions(self, node: Node, rule: Rule, changed: Iterable[str]) -> bool:
        """Gather into narrow_regions where values change: in the regions of rows that did, of all that their offices hand in, and above."""
        programmes = {read.programme for read in node.reads if self._nodes_name(read.parent) == SUBMISSIONS}
        if len(programmes) != 1 or None in programmes:
            return False
        of_programme = f"programme = '{programmes.pop()}'"
        rows = " union ".join(
            f"select region_code, reported_region_code, reporting_unit from {self._changed[parent]}"  # noqa: S608
            f" where programme is null or {of_programme}"
            for parent in sorted(changed)
        )
        self._run(f"create or replace temp table narrow_named as {rows}")
        submissions = next(one for one in self._nodes.values() if one.name == SUBMISSIONS and one.kind == "table")
        regions = (
            "select region_code from narrow_named union select reported_region_code from narrow_named union"  # noqa: S608
            f" select region_code from {submissions.relation} where {of_programme}"
            " and reporting_unit in (select reporting_unit from narrow_named)"
        )
        self._run(f"create or replace temp table narrow_places as {regions}")
        if _ANSWERS in node.sql:
            [(nation,)] = self._database.ask("select count(*) from narrow_places where region_code like '00%'")
            if nation:
                return False
            self._run(
                f"insert into narrow_places select distinct region_code from {rule.relation} where"  # noqa: S608
                " substring(region_code, 1, 2) in (select substring(region_code, 1, 2) from narrow_places)"
            )
        self._run(
            "create or replace temp table narrow_regions as select distinct bridge.ancestor_code as region_code"  # noqa: S608
            f" from {rule.relation} as bridge semi join narrow_places on bridge.region_code = narrow_places.region_code"
        )
        return True

    def _are_first_months_others(self, node: Node, changed: Iterable[str]) -> bool:
        """Whether a statement asks for the first month that anything was reported for, and that is another one now."""
        for parent in changed:
            if self._nodes_name(parent) == SUBMISSIONS and _FIRST_MONTH in node.sql:
                before = self._looked[parent]
                months = [
                    self._database.ask(f"select programme, min(first_month) from {name} group by 1 order by 1")  # noqa: S608
                    for name in (before, f"{before}_after")
                ]
                if months[0] != months[1]:
                    return True
        return False

    # Tables by place

    def _make_places(self, node: Node, rule: Rule) -> bool:
        """Make the rows of the regions again whose rows changed in a fact; False where they are not known or are too many."""
        relations = (rule.relation, *rule.others)
        changed = self._other_inputs(node)
        if self._before(node, {}) is None or not changed or node.id in self._watched:
            return False
        if any(one not in self._changed or self._nodes[one].relation not in relations for one in changed):
            return False
        rows = " union ".join(f"select region_code from {self._changed[one]}" for one in changed)  # noqa: S608
        self._run(f"create or replace temp table narrow_places as {rows}")
        own = "region_code in (select region_code from narrow_places)"
        [(nowhere, touched, whole)] = self._database.ask(
            "select (select count(*) from narrow_places where region_code is null),"  # noqa: S608
            f" count(*) filter (where {own}), count(*) from {node.relation}"
        )
        if nowhere or touched > MOST * whole:
            return False
        self._database.make_readable(node)
        statement = _MARK.sub("", node.sql)
        for number, relation in enumerate(relations):
            self._run(f"create or replace temp table narrow_rows_{number} as select * from {relation} where {own}")  # noqa: S608
            statement = statement.replace(relation, f"narrow_rows_{number}")
        self._run(f"create or replace temp table narrow_made as\n{self._database.of_today(statement)}")
        [(beyond,)] = self._database.ask(
            f"select count(*) from narrow_made where region_code is null or not {own}"  # noqa: S608
        )
        if beyond or not self._is_alike(node):
            return False
        self._run(f"delete from {node.relation} where {own}")  # noqa: S608
        self._run(f"insert into {node.relation} by name select * from narrow_made")  # noqa: S608
        return True

    # Whole tables, one piece after the other

    def _make_in_pieces(self, node: Node, rule: Rule) -> bool:
        """Make the whole of a table in pieces that fit into memory; False where it is small enough to be made at once."""
        if rule.kind == RECORD:
            digests = self._partitions.get(by_file(node), {})
            rows = sum(int(digest.split(" ")[0]) for name, digest in digests.items() if name != _FORM)
            pieces = min(MOST_PIECES, -(-rows // RECORDS_AT_ONCE))
        else:
            pieces = self._share_out_regions(node, rule) if rule.kind == REGION else 1
        if pieces < 2:
            return False
        self._database.make_readable(node)
        if rule.kind == RECORD:
            self._make_records_in_pieces(node, rule, pieces)
        else:
            self._make_regions_in_pieces(node, rule, pieces)
        self._database.present[node.name] = "table"
        self.in_pieces.add(node.name)
        return True

    def _make_records_in_pieces(self, node: Node, rule: Rule, pieces: int) -> None:
        for piece in range(pieces):
            self._run(
                f"create or replace temp view narrow_part as select * from {rule.relation}"  # noqa: S608
                f" where hash({', '.join(rule.columns)}) % {pieces} = {piece}"
            )
            into = f"insert into {node.relation}" if piece else f"create or replace table {node.relation} as"
            self._run(f"{into}\n{self._statement(node.sql, rule, 'narrow_part')}")

    def _make_regions_in_pieces(self, node: Node, rule: Rule, pieces: int) -> None:
        made = [f"narrow_piece_{piece}" for piece in range(pieces)]
        for piece, name in enumerate(made):
            own = f"(select unit from narrow_units where piece = {piece})"  # noqa: S608
            # All that lies in these provinces with all that is above it, and each other province by itself.
            self._run(
                f"create or replace temp table narrow_rows as select * from {rule.relation}"  # noqa: S608
                f" where {_unit('region_code')} in {own} or {_unit('ancestor_code')} in {own}"
                " or (region_code = ancestor_code and region_code like '%0000')"
            )
            self._run(
                f"create or replace temp table {name} as select * from"  # noqa: S608
                f" (\n{self._statement(node.sql, rule, 'narrow_rows')}\n) as made where {_unit('region')} in {own}"
            )
        # Written at once: the table is small beside what it is made of, and every piece would leave a hole in the file.
        rows = " union all ".join(f"select * from {name}" for name in made)  # noqa: S608
        self._run(f"create or replace table {node.relation} as {rows}")
        for name in made:
            self._run(f"drop table {name}")

    def _share_out_regions(self, node: Node, rule: Rule) -> int:
        """Share all regions out among pieces with about as many rows each, into narrow_units; how many pieces there are."""
        facts = [
            one
            for parent in node.parents
            if (one := self._nodes.get(parent)) is not None
            and one.name != SUBMISSIONS
            and one.name.startswith("fct_")
            and "region_code" in {name for name, _ in self._database.columns(one)}
        ]
        rows = sum(int(self._database.ask(f"select count(*) from {fact.relation}")[0][0]) for fact in facts)  # noqa: S608
        pieces = min(MOST_PIECES, -(-rows // ROWS_AT_ONCE))
        if pieces < 2:
            return 1
        self._run("create or replace temp table narrow_units (unit varchar, piece integer)")
        all_rows = " union all ".join(f"select region_code from {fact.relation}" for fact in facts)  # noqa: S608
        weights = dict(
            self._database.ask(
                f"select {_unit('region_code')} as unit, count(*) from ({all_rows}) as rows_ where region_code is not null group by 1"  # noqa: S608
            )
        )
        units = self._database.ask(
            f"select distinct {_unit('ancestor_code')} from {rule.relation}"  # noqa: S608
        )
        taken = [0] * pieces
        for unit in sorted((unit for (unit,) in units), key=lambda unit: (-weights.get(unit, 0), unit)):
            piece = taken.index(min(taken))
            taken[piece] += weights.get(unit, 0)
            self._database.ask("insert into narrow_units values (?, ?)", [unit, piece])
        return pieces

    # Both

    def _before(self, node: Node, now: Mapping[str, str] | None) -> Mapping[str, str] | None:
        """The digests of a fact's files in the base (or nothing); None where its table is not there or was made by another statement."""
        if self._base is None or now is None or self._database.present.get(node.name) != "table":
            return None
        if not self._is_same_statement(node):
            return None
        return self._base.partitions.get(by_file(node)) if self._rules[node.id].kind == RECORD else {}

    def _is_same_statement(self, node: Node) -> bool:
        before, now = self._pair(node)
        return bool(before) and before.get("") == now.get("") and before.keys() == now.keys()

    def _other_inputs(self, node: Node) -> list[str]:
        """The parents of which a node reads something else than its table in the base was made of."""
        before, now = self._pair(node)
        return sorted({read.parent for read in node.reads if before.get(read.label) != now.get(read.label)})

    def _pair(self, node: Node) -> tuple[Mapping[str, str], Mapping[str, str]]:
        known = self._base.made_of if self._base is not None else {}
        return known.get(node.id, {}), self._made_of.get(node.id, {})

    def _nodes_name(self, node_id: str) -> str:
        node = self._nodes.get(node_id)
        return node.name if node is not None else ""

    def _statement(self, sql: str, rule: Rule, part: str) -> str:
        """A statement over a part of what it reads."""
        statement = _MARK.sub("", sql).replace(rule.relation, part)
        if rule.kind == REGION:
            # What is placed in no region of the part need not be looked at.
            within = rf"select * from \1 where region_code in (select region_code from {part})"  # noqa: S608
            statement = _PLACED.sub(f"from ({within}) as facts", statement)
        return self._database.of_today(statement)

    def _is_alike(self, node: Node) -> bool:
        """Whether what was made has the columns and types that the table has."""
        made = [(str(name), str(kind)) for name, kind, *_ in self._database.ask("describe narrow_made")]
        return sorted(made) == sorted(self._database.columns(node))

    def _run(self, sql: str) -> None:
        self._database.run(sql)


def _same(columns: Sequence[str], one: str, other: str) -> str:
    return " and ".join(f"{one}.{column} is not distinct from {other}.{column}" for column in columns)


def _unit(region: str) -> str:
    """The province of a region, or the nation: what lies in it meets no other on its way up."""
    return f"substring({region}, 1, 2)"


def _listed(reports: Iterable[str]) -> str:
    # Report ids are hexadecimal digits.
    return ", ".join(f"'{report}'" for report in reports if report.isalnum()) or "null"
