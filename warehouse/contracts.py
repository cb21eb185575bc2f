"""The contracts of the dropped tables, read from the dbt source YAML, the only place where they stand."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from warehouse.settings import DBT_PROJECT
from warehouse.system import yaml_files

COLUMN_TYPES = frozenset(
    {"text", "code", "int", "decimal", "date", "bool", "enum", "multi", "period", "province", "region"}
)

TABLE_KEYS = ("name_zh", "name_en", "kind", "primary_key", "parents", "rules", "places", "common")
PLACES = ("regions", "nation", "alliance")
NATIONAL = {"province_code": "00", "region_code": "000000"}
"""The place of every row of a table whose places are not in the region list."""
DATE_ORDERS = ("month_first", "day_first")


class ContractError(Exception):
    """A contract that cannot be used; the message names the file and the key."""


@dataclass(frozen=True)
class Column:
    """One column of a dropped table: its name, Chinese header, DuckDB type and what a cell may hold."""

    name: str
    header: str
    type: str
    data_type: str
    description: str
    unit: str | None = None
    required: bool = False
    required_if: str | None = None
    allowed: tuple[str, ...] = ()
    english: Mapping[str, str] = field(default_factory=dict)
    """What the allowed values are called on English pages."""
    value_synonyms: Mapping[str, str] = field(default_factory=dict)
    synonyms: tuple[str, ...] = ()
    default: str | None = None
    min: Any = None
    max: Any = None
    min_exclusive: bool = False
    max_length: int | None = None
    length: int | None = None
    checksum: str | None = None
    pattern: str | None = None
    provinces: tuple[str, ...] = ()
    not_future: bool = False
    ratio: bool = False
    allow_range: bool = False
    allow_negative: bool = False
    allow_month: bool = False
    paid_once: bool = False
    mask_below: int | None = None
    date_order: str | None = None
    event_date: bool = False
    """The day of the event that a row tells of: it lies in the row's 统计期 or in the years before it (D106)."""
    is_given: bool = False
    """Not a column of files: the same for all rows of the table, by `places: nation`."""

    @property
    def is_number(self) -> bool:
        """Whether cells are read as numbers."""
        return self.type in ("int", "decimal")


@dataclass(frozen=True)
class Rule:
    """A condition over one row; a row that breaks it is reported on `column` under `code`. Blanks never break it."""

    check: str
    column: str
    code: str
    severity: str
    message: Mapping[str, str]


@dataclass(frozen=True)
class Parent:
    """A column that refers to another table of the same programme by the column of the same name.

    `without` is what may be written in either key or left out (3号 and 3 are one hall).
    """

    column: str
    table: str
    without: str = ""


@dataclass(frozen=True)
class Table:
    """The contract of one dropped table; `columns` begins with the columns common to all tables."""

    programme: str
    name: str
    name_zh: str
    name_en: str
    kind: str
    primary_key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    parents: tuple[Parent, ...]
    path: Path
    is_of_alliance: bool = False
    """Its offices reach over provinces (`places: alliance`): the heading of an alliance may stand for a province."""

    @property
    def file_columns(self) -> tuple[Column, ...]:
        """The columns that files have and offices fill in."""
        return tuple(column for column in self.columns if not column.is_given)

    @property
    def event_date(self) -> Column | None:
        """The column that says on which day the event of a row was; None for registers, snapshots and what has no such day."""
        return next((column for column in self.columns if column.event_date), None)

    @property
    def key(self) -> tuple[str, str]:
        """(programme, table), the name of a table among all programmes."""
        return (self.programme, self.name)

    def column(self, name: str) -> Column:
        """The column of this name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.programme}.{self.name} has no column {name}")


@cache
def all_tables(project: Path = DBT_PROJECT) -> tuple[Table, ...]:
    """Every contract of the dbt project, programme by programme.

    Raises ContractError naming the file and the key that is missing or unknown.
    """
    models = project / "models"
    common = _common_columns(models / "core" / "_intake__sources.yml")
    tables: list[Table] = []
    for path in sorted(models.glob("*/_*__sources.yml")):
        if path.parent.name == "core":
            continue
        for source in _read(path).get("sources") or []:
            tables += [_table(path, source["name"], spec, common) for spec in source["tables"]]
    return tuple(tables)


@cache
def digest(project: Path = DBT_PROJECT) -> str:
    """A digest of all that the contracts say."""
    return hashlib.sha256("\n".join(repr(table) for table in all_tables(project)).encode()).hexdigest()


def find(programme: str, table: str, project: Path = DBT_PROJECT) -> Table:
    """The contract of one table; KeyError when there is none."""
    for contract in all_tables(project):
        if contract.key == (programme, table):
            return contract
    raise KeyError(f"no table {table} in programme {programme}")


def _common_columns(path: Path) -> tuple[Mapping[str, Any], ...]:
    for source in _read(path)["sources"]:
        for table in source["tables"]:
            if table["name"] == "common":
                return tuple(table["columns"])
    raise ContractError(f"{path}: 缺少表 common（no table named common）")


def _read(path: Path) -> dict[str, Any]:
    try:
        return yaml_files.read(path)
    except yaml.YAMLError as error:
        raise ContractError(f"{path}: 不是有效的 YAML：{error}") from error


def _table(path: Path, programme: str, spec: Mapping[str, Any], common: tuple[Mapping[str, Any], ...]) -> Table:
    where = f"{path}: {programme}.{spec.get('name')}"
    meta = spec.get("config", {}).get("meta", {})
    for key in ("name_zh", "kind", "primary_key"):
        if key not in meta:
            raise ContractError(f"{where}: config.meta 缺少 {key}")
    if meta["kind"] not in ("event", "register", "snapshot"):
        raise ContractError(f"{where}: config.meta.kind 应为 event、register 或 snapshot，现为 {meta['kind']}")
    for key in meta:
        if key not in TABLE_KEYS:
            raise ContractError(f"{where}: config.meta 有不认识的键 {key}；可用的键：{'、'.join(TABLE_KEYS)}")
    common = _common_of(where, meta, common)
    columns = tuple(_column(where, column, meta["kind"]) for column in (*common, *spec["columns"]))
    days = [column.name for column in columns if column.event_date]
    if len(days) > 1:
        raise ContractError(f"{where}: event_date 只能标在一列上，现有：{'、'.join(days)}")
    known = {column.name for column in columns}
    for name in meta["primary_key"]:
        if name not in known:
            raise ContractError(f"{where}: config.meta.primary_key 中的 {name} 不是本表的列")
    return Table(
        programme=programme,
        name=spec["name"],
        name_zh=meta["name_zh"],
        name_en=meta.get("name_en", spec["name"]),
        kind=meta["kind"],
        primary_key=tuple(meta["primary_key"]),
        columns=columns,
        rules=tuple(_rule(where, rule, known) for rule in meta.get("rules") or []),
        parents=tuple(_parent(where, parent, known) for parent in meta.get("parents") or []),
        path=path,
        is_of_alliance=meta.get("places") == "alliance",
    )


def _common_of(
    where: str, meta: Mapping[str, Any], common: tuple[Mapping[str, Any], ...]
) -> tuple[Mapping[str, Any], ...]:
    """The common columns as this table has them: with its own headers and defaults, and without places where it has none."""
    given: Mapping[str, Any] = meta.get("common") or {}
    names = [column["name"] for column in common]
    for name in given:
        if name not in names:
            raise ContractError(f"{where}: config.meta.common 中的 {name} 不是公共列；公共列：{'、'.join(names)}")
    places = meta.get("places", "regions")
    if places not in PLACES:
        raise ContractError(f"{where}: config.meta.places 应为 {' 或 '.join(PLACES)}，现为 {places}")
    if places == "nation":
        given = {**given, **{name: {"default": code, "is_given": True} for name, code in NATIONAL.items()}}
    return tuple(
        {**column, "config": {"meta": {**column["config"]["meta"], **given.get(column["name"], {})}}}
        for column in common
    )


def _column(where: str, spec: Mapping[str, Any], kind: str) -> Column:
    meta = dict(spec.get("config", {}).get("meta", {}))
    at = f"{where}.{spec.get('name')}"
    if "header" not in meta or "data_type" not in spec:
        raise ContractError(f"{at}: 缺少 config.meta.header 或 data_type")
    if meta.get("type") not in COLUMN_TYPES:
        raise ContractError(
            f"{at}: config.meta.type 应为 {'、'.join(sorted(COLUMN_TYPES))} 之一，现为 {meta.get('type')}"
        )
    meta["required"] = meta.get("required", False) or kind in meta.pop("required_kinds", ())
    if meta.get("date_order") not in (None, *DATE_ORDERS):
        raise ContractError(f"{at}: config.meta.date_order 应为 {' 或 '.join(DATE_ORDERS)}，现为 {meta['date_order']}")
    if meta.get("event_date") and (kind, meta["type"]) != ("event", "date"):
        raise ContractError(f"{at}: event_date 只用于 kind: event 的表中 type: date 的列")
    for key in ("allowed", "synonyms", "provinces"):
        meta[key] = tuple(meta.get(key) or ())
    unknown = [word for word in meta.get("english") or {} if word not in meta["allowed"]]
    if unknown:
        raise ContractError(f"{at}: english 写了 allowed 里没有的值：{'、'.join(map(str, unknown))}")
    try:
        return Column(name=spec["name"], data_type=spec["data_type"], description=spec.get("description", ""), **meta)
    except TypeError as error:
        raise ContractError(f"{at}: config.meta 有不认识的键：{error}") from error


def _parent(where: str, spec: Mapping[str, Any], known: set[str]) -> Parent:
    try:
        parent = Parent(**spec)
    except TypeError as error:
        raise ContractError(f"{where}: parents 要写 column 和 table，可加 without：{dict(spec)}") from error
    if parent.column not in known:
        raise ContractError(f"{where}: parents 中的 column {parent.column} 不是本表的列")
    return parent


def _rule(where: str, spec: Mapping[str, Any], known: set[str]) -> Rule:
    for key in ("check", "column", "code", "message"):
        if key not in spec:
            raise ContractError(f"{where}: rules 中缺少 {key}：{spec}")
    if spec["column"] not in known:
        raise ContractError(f"{where}: rules 中的 column {spec['column']} 不是本表的列")
    _check_condition(f"{where}: rules 中的 check", spec["check"], known)
    return Rule(spec["check"], spec["column"], spec["code"], spec.get("severity", "quarantine"), spec["message"])


def _check_condition(where: str, condition: str, known: set[str]) -> None:
    """A condition must be SQL over the table's own columns. Raises ContractError."""
    # Polars costs every command half its start, and only a contract's rules need it.
    import polars as pl
    from polars.exceptions import PolarsError

    try:
        names = set(pl.sql_expr(condition).meta.root_names())
    except (PolarsError, TypeError) as error:
        raise ContractError(f"{where} “{condition}”不是有效的 SQL 条件：{error}") from error
    unknown = sorted(names - known)
    if unknown:
        raise ContractError(f"{where} “{condition}”用到了不存在的列：{'、'.join(unknown)}")
