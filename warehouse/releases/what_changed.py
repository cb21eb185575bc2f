"""What was done between two releases: definitions, targets, other lists, code and files, each with the words before and after."""

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import duckdb
import yaml

from warehouse.build import project_code

# Names of the two releases on the connection.
BEFORE, AFTER = "before_release", "after_release"

# What of a KPI a person would call its definition, with the words for it; the rest of dim_kpi follows from these or is a place in a list.
FIELDS = {
    "label_zh": ("名称", "name (zh)"),
    "label_en": ("英文名称", "name"),
    "definition_zh": ("口径", "definition (zh)"),
    "definition_en": ("英文口径", "definition"),
    "numerator_sql": ("分子", "numerator"),
    "denominator_sql": ("分母", "denominator"),
    "unit": ("单位", "unit"),
    "unit_zh": ("显示的单位", "unit as shown (zh)"),
    "unit_en": ("显示的英文单位", "unit as shown"),
    "direction": ("好的方向", "direction"),
    "basis": ("口径类型", "basis"),
    "grain": ("期间", "grain"),
    "date_column": ("日期列", "date"),
    "from_column": ("起算日期列", "from"),
    "to_column": ("终止日期列", "to"),
    "category_column": ("分类", "category"),
    "is_category_only": ("只有分类的值", "category only"),
    "has_targets": ("取用目标", "has targets"),
    "is_ranked": ("参加排名", "ranked"),
    "is_card": ("有卡片", "card"),
    "is_headline": ("代表本项目", "headline"),
    "is_additive_over_regions": ("各地区可相加", "additive over regions"),
    "is_additive_over_time": ("各期可相加", "additive over time"),
    "may_pass_one": ("可以大于1", "may pass 1"),
    "small_count_limit": ("少于多少不显示", "small counts below"),
    "table_name": ("报送的表", "table"),
    "fact_model": ("事实表", "fact"),
    "programme": ("项目", "programme"),
}
_TARGET_KEY = ("kpi", "region_code", "scope", "period_start", "period_end")
_TARGET_WORDS = ("target", "target_upper", "pace", "baseline", "baseline_date")
_LINES_KEPT = 60


@dataclass(frozen=True)
class Definition:
    """A KPI that is new, gone, or defined in other words; `words` are (field, before, after)."""

    kpi: str
    programme: str
    what: str
    label_zh: str
    label_en: str
    words: tuple[tuple[str, str | None, str | None], ...] = ()


@dataclass(frozen=True)
class Target:
    """A target that is new, gone or another; what it says before and after, None where there is none."""

    kpi: str
    region: str
    period_start: str | None
    period_end: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True)
class Listed:
    """A reference list other than the targets: how many of its lines came and went."""

    name: str
    added: int
    removed: int


@dataclass(frozen=True)
class Code:
    """A file of the dbt project; `lines` are those taken away (-) and put in (+), at most sixty."""

    path: str
    what: str
    added: int
    removed: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class File:
    """A dropped file that came, went, is another under its name, or no longer counts or counts now."""

    file: str
    programme: str
    what: str
    rows: int


@dataclass(frozen=True)
class WhatChanged:
    """All of it, each list in the order a person would look for."""

    definitions: tuple[Definition, ...] = ()
    targets: tuple[Target, ...] = ()
    lists: tuple[Listed, ...] = ()
    code: tuple[Code, ...] = ()
    files: tuple[File, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it stands in the summary that `preview --json` and `diff --json` print."""
        return asdict(self) | {
            "definitions": [
                {
                    **asdict(one),
                    "words": [
                        {
                            "field": field,
                            "field_zh": FIELDS[field][0],
                            "field_en": FIELDS[field][1],
                            "before": before,
                            "after": after,
                        }
                        for field, before, after in one.words
                    ],
                }
                for one in self.definitions
            ]
        }

    def causes_of(self, kpi: str, programme: str) -> list[str]:
        """Which of these may have changed a value of this KPI, apart from files: definition, target, code, list."""
        folder = f"dbt_project/models/{programme}/"
        shared = ("dbt_project/models/core/", "dbt_project/macros/", "dbt_project/dbt_project.yml")
        found = []
        if any(one.kpi == kpi for one in self.definitions):
            found.append("definition")
        if any(one.kpi == kpi for one in self.targets):
            found.append("target")
        if any(one.path.startswith((folder, *shared)) for one in self.code):
            found.append("code")
        if self.lists:
            found.append("list")
        return found


def between(connection: duckdb.DuckDBPyConnection) -> WhatChanged:
    """What was done between the releases attached as BEFORE and AFTER."""
    definitions = tuple(_definitions(connection))
    return WhatChanged(
        definitions=definitions,
        targets=tuple(_targets(connection)),
        lists=tuple(_lists(connection)),
        code=tuple(_code(connection, {one.kpi for one in definitions})),
        files=tuple(_files(connection)),
    )


def _definitions(connection: duckdb.DuckDBPyConnection) -> Iterable[Definition]:
    before, after = (_by(("kpi",), connection, f"select * from {side}.main.dim_kpi") for side in (BEFORE, AFTER))  # noqa: S608
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        known = new or old or {}
        what = "changed" if old and new else "added" if new else "removed"
        words = [
            (field, _word((old or {}).get(field)), _word((new or {}).get(field)))
            for field in FIELDS
            # A release of an earlier version does not say some of it.
            if (old is None or field in old) and (new is None or field in new)
        ]
        told = tuple(one for one in words if one[1] != one[2])
        if told:
            yield Definition(
                key[0], known["programme"], what, known["label_zh"], known["label_en"], told if old and new else ()
            )


def _targets(connection: duckdb.DuckDBPyConnection) -> Iterable[Target]:
    before, after = (
        _by(_TARGET_KEY, connection, f"select * from {side}.main.fct_kpi_targets")  # noqa: S608
        for side in (BEFORE, AFTER)
    )
    for key in sorted({*before, *after}, key=str):
        old, new = (_target(side.get(key)) for side in (before, after))
        if old != new:
            kpi, region, _, start, end = key
            yield Target(kpi, region, _word(start), _word(end), old, new)


def _target(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        name: _word(row[name]) if name in ("pace", "baseline_date") else row[name]
        for name in _TARGET_WORDS
        if name in row
    }


def _lists(connection: duckdb.DuckDBPyConnection) -> Iterable[Listed]:
    """Reference lists stand in a release under their own names, without a prefix."""
    found = connection.execute(
        "select table_name from duckdb_tables() where database_name in (?, ?)"
        " and not regexp_matches(table_name, '^(dim|fct|mart|int|stg|bridge)_') and table_name <> 'targets'"
        " group by table_name having count(*) = 2 order by table_name",
        [BEFORE, AFTER],
    ).fetchall()
    for (name,) in found:
        columns = connection.execute(
            "select column_name from duckdb_columns() where database_name in (?, ?) and table_name = ?"
            " group by column_name having count(*) = 2 order by column_name",
            [BEFORE, AFTER, name],
        ).fetchall()
        chosen = ", ".join(f'"{column}"' for (column,) in columns)
        added, removed = (
            connection.execute(
                f'select count(*) from (select {chosen} from {one}.main."{name}" except all select {chosen} from {other}.main."{name}")'  # noqa: S608
            ).fetchall()[0][0]
            for one, other in ((AFTER, BEFORE), (BEFORE, AFTER))
        )
        if added or removed:
            yield Listed(name, added, removed)


def _code(connection: duckdb.DuckDBPyConnection, told: Collection[str]) -> Iterable[Code]:
    """`told` are KPIs whose definitions are told by themselves: YAML that says nothing else new is left out."""
    have = connection.execute(
        "select count(*) from duckdb_tables() where database_name in (?, ?) and table_name = ?",
        [BEFORE, AFTER, project_code.TABLE],
    ).fetchall()[0][0]
    if have < 2:
        return
    rows = connection.execute(
        f"select coalesce(after.path, before.path), before.content, after.content from {BEFORE}.main.{project_code.TABLE} as before"  # noqa: S608
        f" full outer join {AFTER}.main.{project_code.TABLE} as after on before.path = after.path"
        " where before.sha256 is distinct from after.sha256 order by 1"
    ).fetchall()
    for path, old, new in rows:
        if old is not None and new is not None and path.endswith(".yml") and _says_the_same(old, new, told):
            continue
        lines = [
            line
            for line in difflib.unified_diff((old or "").splitlines(), (new or "").splitlines(), lineterm="", n=0)
            if line[:1] in "+-" and not line.startswith(("+++", "---"))
        ]
        yield Code(
            path=path,
            what="changed" if old is not None and new is not None else "removed" if new is None else "added",
            added=sum(line[0] == "+" for line in lines),
            removed=sum(line[0] == "-" for line in lines),
            lines=tuple(lines[:_LINES_KEPT]),
        )


def _says_the_same(old: str, new: str, told: Collection[str]) -> bool:
    """Whether two states of a YAML file differ in nothing but KPIs that are told, and in how it is written."""
    try:
        (rest_before, kpis_before), (rest_after, kpis_after) = (_taken_apart(text) for text in (old, new))
    except yaml.YAMLError:
        return False
    other = {name for name in {*kpis_before, *kpis_after} if kpis_before.get(name) != kpis_after.get(name)}
    return bool(rest_before == rest_after) and other <= set(told)


def _taken_apart(text: str) -> tuple[Any, dict[str, Any]]:
    """What a YAML file says besides KPIs, and its KPIs by name."""
    document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe one
    kpis: dict[str, Any] = {}
    for model in (document.get("models") or []) if isinstance(document, dict) else []:
        meta = (model.get("config") or {}).get("meta") or {} if isinstance(model, dict) else {}
        kpis |= {str(one.get("name")): one for one in meta.pop("kpis", None) or [] if isinstance(one, dict)}
    return document, kpis


def _files(connection: duckdb.DuckDBPyConnection) -> Iterable[File]:
    before, after = (
        _by(
            ("file_name",),
            connection,
            f"select file_name, programme, sha256, rows_in, status = 'refused' as is_out from {side}.main.dim_file",  # noqa: S608
        )
        for side in (BEFORE, AFTER)
    )
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            what = "added" if old is None else "removed"
        elif old["sha256"] != new["sha256"]:
            what = "replaced"
        elif old["is_out"] != new["is_out"]:
            what = "refused" if new["is_out"] else "accepted"
        else:
            continue
        known = new or old or {}
        yield File(key[0], known["programme"] or "", what, known["rows_in"] or 0)


def _by(key: tuple[str, ...], connection: duckdb.DuckDBPyConnection, sql: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    rows = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    return {tuple(row[name] for name in key): row for row in rows}


def _word(value: Any) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
