"""Typical mistakes of an analyst, each with the message that tells of it: the message is the specification.

One compilation of a copy of the project tells all that the engine knows of expressions and columns; what the macros and the list of targets
tell is asked of them directly.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest

from warehouse.build import targets
from warehouse.build.engines.duckdb import DuckDb
from warehouse.build.plan import Kpi, Node, Plan
from warehouse.build.project import BuildError
from warehouse.settings import DBT_PROJECT, Settings

FACT = "models/skills_to_community/fct_skills_to_community_events.yml"
FILE = f"dbt_project/{FACT}"

# What the analyst writes instead, and what is said of it.
MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "a_subquery": (
        {"numerator": "(select count(*) from fct_skills_to_community_events)"},
        "numerator 写的是“(select count(*) from fct_skills_to_community_events)”，里面有子查询",
    ),
    "a_ratio_in_one": (
        {"numerator": "count(*) / count(distinct community_key)"},
        "numerator 写的是“count(*) / count(distinct community_key)”，不是一个聚合函数",
    ),
    "two_aggregates": ({"numerator": "sum(residents_served) + sum(volunteers)"}, "不是一个聚合函数"),
    "a_column_alone": ({"numerator": "residents_served"}, "numerator 写的是“residents_served”，不是一个聚合函数"),
    "two_expressions": ({"numerator": "count(*), 1"}, "numerator 写的是“count(*), 1”，读不懂"),
    "a_window": ({"numerator": "sum(residents_served) over ()"}, "里面有窗口函数"),
    "an_aggregate_inside": ({"numerator": "sum(count(*))"}, "聚合函数里还有聚合函数"),
    "a_misspelt_column": (
        {"numerator": "sum(residents_serve)"},
        "fct_skills_to_community_events 没有 residents_serve 这一列；是不是 residents_served",
    ),
    "a_misspelt_filter": (
        {"numerator": "count(*) filter (where is_survayed)"},
        "没有 is_survayed 这一列；是不是 is_surveyed",
    ),
    "text_that_is_summed": ({"numerator": "sum(event_id)"}, "numerator 写的是“sum(event_id)”，算不出来"),
    "a_misspelt_date": ({"date": "event_dat"}, "date 写的是 event_dat，没有这一列；是不是 event_date"),
    "a_text_date": (
        {"date": "event_id"},
        "date 写的是 event_id，这一列不是日期（VARCHAR）；date 是把记录放进期间的日期，可用的日期列：",
    ),
    "a_text_from": (
        {"basis": "stock", "date": None, "from": "event_id", "numerator": "count(*)"},
        "from 写的是 event_id，这一列不是日期（VARCHAR）；from 是开始计入的日期",
    ),
    "a_misspelt_to": (
        {"basis": "stock", "date": None, "from": "event_date", "to": "event_end", "numerator": "count(*)"},
        "to 写的是 event_end，没有这一列",
    ),
    "a_misspelt_category": ({"category": "skill_tipe"}, "category 写的是 skill_tipe，没有这一列"),
}


def definition(name: str, **changes: Any) -> dict[str, Any]:
    given = {
        "name": name,
        "label": {"zh": "试", "en": "Trial"},
        "definition": {"zh": "试。", "en": "Trial."},
        "date": "event_date",
        "basis": "period",
        "numerator": "count(*)",
        "unit": "count",
        "unit_label": {"zh": "场", "en": "events"},
        "direction": "neutral",
    } | changes
    return {key: value for key, value in given.items() if value is not None}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """What compiling says, line by line, of a project that has every mistake once."""
    import yaml

    from warehouse import settings as settings_module
    from warehouse.build import dbt, project

    folder = tmp_path_factory.mktemp("mistakes")
    copied = folder / "dbt_project"
    shutil.copytree(DBT_PROJECT, copied, ignore=shutil.ignore_patterns("target", "logs"))
    # The project finds its lists beside it.
    shutil.copytree(DBT_PROJECT.parent / "seeds" / "reference", folder / "seeds" / "reference")
    document = yaml.safe_load((copied / FACT).read_text(encoding="utf-8"))
    kpis = document["models"][0]["config"]["meta"]["kpis"]
    kpis += [definition(f"sc_{name}", **changes) for name, (changes, _) in MISTAKES.items()]
    (copied / FACT).write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    before = project.in_use()
    project.use(copied)
    try:
        settings = settings_module.load(home=folder / "home")
        with dbt.dbt_process(settings) as child, pytest.raises(BuildError) as told:
            child.compile()
        assert not (folder / "home" / "build").exists()
        yield str(told.value).splitlines()
    finally:
        project.use(before)


@pytest.mark.parametrize("name", list(MISTAKES))
def test_compiling_names_file_kpi_and_what_is_wrong(said: list[str], name: str) -> None:
    [line] = [line for line in said if f"指标 sc_{name} 的 " in line]
    assert line.startswith(f"{FILE}：指标 sc_{name} 的 ") and MISTAKES[name][1] in line


def test_nothing_else_is_complained_of(said: list[str]) -> None:
    assert len(said) == len(MISTAKES)


class Mistake(Exception):
    """What the macros say."""


class _Exceptions:
    def raise_compiler_error(self, message: str) -> None:
        raise Mistake(message)


class _Node(dict[str, Any]):
    def __getattr__(self, name: str) -> Any:
        return self[name]


def fact(name: str, *kpis: dict[str, Any]) -> _Node:
    meta = _Node(kpis=list(kpis), programme="x")
    return _Node(
        name=name, patch_path=f"unionboard://models/x/{name}.yml", original_file_path="", config=_Node(meta=meta)
    )


def checked(kpi: dict[str, Any], *others: _Node) -> None:
    """Run the macro that checks one definition, among other facts of the project."""
    own = fact("fct_x_events", kpi)
    source = (DBT_PROJECT / "macros" / "kpis" / "definitions.sql").read_text(encoding="utf-8")
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    environment.globals.update(
        {"exceptions": _Exceptions(), "return": lambda value: "", "fact_nodes": lambda *_: [own, *others]}
    )
    macros: Any = environment.from_string(source).module
    macros.check_kpi(own, _Node(kpi))


def test_right_definition_is_taken() -> None:
    checked(definition("x_events"))
    checked(
        definition("x_share", unit="percent", denominator="count(*)", may_pass_one={"zh": "可以。", "en": "It may."})
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unit": "percent"}, 'unit percent needs "denominator"'),
        ({"label": {"zh": "试"}}, "label needs zh and en"),
        ({"numerator_label": {"en": "events"}}, "numerator_label needs zh and en"),
        ({"trap": {"zh": "注意。"}}, "trap needs zh and en"),
        ({"basis": "monthly"}, 'basis is "monthly"'),
        ({"datum": "event_date"}, 'unknown key "datum"'),
        ({"unit_label": None}, "unit count needs unit_label"),
        (
            {"denominator": {"expression": "count(*)", "fact": "fct_x_event"}},
            'denominator: fact is "fct_x_event"; it may be fct_x_events',
        ),
        ({"may_pass_one": {"zh": "可以。", "en": "It may."}}, "may_pass_one is said of shares"),
    ],
)
def test_macros_name_file_kpi_and_key(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(Mistake) as told:
        checked(definition("x_events", **changes))
    assert "models/x/fct_x_events.yml: KPI x_events: " in str(told.value) and message in str(told.value)


def test_name_taken_twice_names_both_files() -> None:
    with pytest.raises(Mistake) as told:
        checked(definition("x_events"), fact("fct_y_events", definition("x_events")))
    assert "models/x/fct_x_events.yml" in str(told.value) and "models/x/fct_y_events.yml" in str(told.value)


KPIS = (
    Kpi("x_share", "percent", "higher", True, False),
    Kpi("x_progress", "percent", "higher", True, True),
    Kpi("x_range", "score", "range", True, False),
    Kpi("x_free", "count", "neutral", False, False),
)
HEADER = "kpi,region_code,scope,target,target_upper,period_start,period_end,pace,baseline,baseline_date\n"
GOOD = "x_share,410000,within,0.8,,2024-01-01,2024-12-31,milestone,,\nx_progress,410000,self,1.2,,,,standard,,\n"


def against(line: str, tmp_path: Path) -> None:
    """Hold a list against the KPIs, its last line after two good ones."""
    (tmp_path / "targets.csv").write_text(HEADER + GOOD + line, encoding="utf-8")
    (tmp_path / "regions.csv").write_text("region_code,name\n000000,全国\n410000,河南省\n", encoding="utf-8")
    nodes = (
        Node("seed.targets", "targets", "seed", "", "", (), (), "seeds/reference/targets.csv"),
        Node("model.f", "fct_x_events", "table", "", "", (), (), "dbt_project/models/x/fct_x_events.yml", kpis=KPIS),
    )
    targets.check(Plan(nodes), {name: tmp_path / f"{name}.csv" for name in ("targets", "regions")})


def test_good_targets_are_taken(tmp_path: Path) -> None:
    against("", tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x_shares,410000,self,0.8,,,,standard,,\n", "没有指标 x_shares；是不是 x_share"),
        (
            "x_free,410000,self,100,,,,standard,,\n",
            "指标 x_free 不接受目标，这个目标值不会用到。请在 dbt_project/models/x/fct_x_events.yml 里",
        ),
        (
            "x_share,410000,self,100,,,,standard,,\n",
            "指标 x_share 是比率，target 写的是 100；比率按 0 到 1 填，百分之百写 1",
        ),
        ("x_share,410000,self,1.2,,,,standard,,\n", "指标 x_share 是比率，target 写的是 1.2"),
        ("x_progress,410000,self,120,,,,standard,,\n", "指标 x_progress 是比率，target 写的是 120"),
        ("x_share,419999,self,0.8,,,,standard,,\n", "没有代码为 419999 的地区"),
        ("x_share,410000,all,0.8,,,,standard,,\n", "scope 写的是 all，只能是 self、within"),
        ("x_share,410000,self,0.8,,,,soon,,\n", "pace 写的是 soon，只能是 standard、milestone"),
        ("x_share,410000,self,80%,,,,standard,,\n", "target 写的是 80%，不是一个数"),
        ("x_share,410000,self,,,,,standard,,\n", "没有目标值"),
        ("x_range,410000,self,3,,,,standard,,\n", "请在 target_upper 一栏填上端"),
        ("x_range,410000,self,3,2,,,standard,,\n", "上下端颠倒了"),
        ("x_share,410000,self,0.8,,2024/1/1,,standard,,\n", "period_start 写的是 2024/1/1，不是日期"),
        ("x_share,410000,self,0.8,,2024-12-31,2024-01-01,standard,,\n", "起止颠倒了"),
    ],
)
def test_wrong_target_is_refused_with_its_line(line: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(BuildError) as told:
        against(line, tmp_path)
    assert str(told.value).startswith("targets.csv 第 4 行：") and message in str(told.value)


def test_share_above_one_fails_and_says_where(tmp_path: Path, installation: Settings) -> None:
    sql = (DBT_PROJECT / "tests" / "assert_shares_lie_between_0_and_1.sql").read_text(encoding="utf-8")
    rendered = jinja2.Environment(autoescape=False).from_string(sql).render(ref=lambda name: name)
    node = Node("test.shares", "assert_shares_lie_between_0_and_1", "test", "", rendered, (), (), "", fails_if="!= 0")
    engine = DuckDb(installation, tmp_path / "unionboard.duckdb", Plan(()), 600)
    try:
        engine.run(
            "create table dim_kpi as select * from (values ('x_share', false), ('x_progress', true)) as t(kpi, may_pass_one)"
        )
        engine.run(
            "create table mart_kpi_values as select * from (values"
            " ('x_share', '410000', '2024', 'submitted', 'percent', 1.0), ('x_progress', '410000', '2024', 'submitted', 'percent', 2.25),"
            " ('x_share', '410000', '2023', 'published', 'percent', 3.0), ('x_free', '410000', '2024', 'submitted', 'count', 12.0)"
            ") as t(kpi, region, period, origin, unit, value)"
        )
        assert engine.failing(node) == (0, False)
        engine.run("insert into mart_kpi_values values ('x_share', '000000', '2024', 'submitted', 'percent', 1.5)")
        assert engine.failing(node) == (1, True)
        assert engine.example(node) == "，例如 kpi=x_share、region=000000、period=2024、origin=submitted"
    finally:
        engine.close()
