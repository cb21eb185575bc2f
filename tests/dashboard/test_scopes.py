"""What somebody who is signed in may see: that and no more, on every page, in every file, in every answer of the data layer."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pytest
import streamlit as st
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as hypothesis_settings
from streamlit.testing.v1 import AppTest

from dashboard import navigation
from dashboard.access import visits
from dashboard.data import asking, connection, kpis, records, regions, values
from tests.conftest import TODAY
from tests.dashboard.reader import read
from tests.dashboard.signed_in import marking, number_marks, of, several, text_mark
from tests.support.releases import make
from warehouse import settings as settings_module
from warehouse.access import scopes
from warehouse.access.people import Person
from warehouse.access.roles import Access
from warehouse.access.scopes import NATION, NoScopeError, Scope
from warehouse.releases import release, scoped
from warehouse.settings import Settings

SignIn = Callable[[Access], None]
HENAN, GUANGDONG, LUOYANG = "410000", "440000", "410300"
OWN = "41"
# Whatever a person of Henan may be at once: every page there is.
EVERYTHING_IN_HENAN = several(
    of("province_leader", HENAN),
    of("analyst", HENAN),
    of("office", HENAN, units=("河南省总工会",)),
    of("administrator"),
)


@pytest.fixture(scope="module")
def marked(shipped: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str]:
    """The shipped release with a mark in the numbers of each province."""
    settings = settings_module.load(seeds=shipped.seeds, home=tmp_path_factory.mktemp("marked"), today=TODAY)
    current = release.current(shipped)
    assert current is not None
    return settings, make(settings, marking(current.path), current.path, "20240615T000000Z-marked00")


@pytest.fixture
def at_marked(marked: tuple[Settings, str], monkeypatch: pytest.MonkeyPatch) -> str:
    settings, name = marked
    monkeypatch.setenv("UNIONBOARD_SEEDS", str(settings.seeds))
    monkeypatch.setenv("UNIONBOARD_HOME", str(settings.home))
    monkeypatch.setenv("UNIONBOARD_TODAY", settings.today.isoformat())
    return name


@pytest.fixture
def sign_in(monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """A function that signs somebody in: every page that runs afterwards is for this one."""
    monkeypatch.setenv(scopes.SIGN_IN, "set")
    now: list[visits.Visit] = []
    monkeypatch.setattr(visits, "of_page", lambda is_active=False: now[0] if now else None)
    monkeypatch.setattr(scopes, "_finders", [lambda: now[0].scope if now else None])

    def begin(access: Access) -> None:
        now[:] = [visits.Visit("visit-of-a-test", Person("sub-0001", "甲"), access, 0, 0)]

    return begin


@pytest.fixture
def files_made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """Every file that a page offers, made as if it had been asked for."""
    made: list[bytes] = []

    def offer(*_: Any, data: Any = b"", **__: Any) -> bool:
        content = data() if callable(data) else data
        made.append(content.encode() if isinstance(content, str) else bytes(content))
        return False

    monkeypatch.setattr(st, "download_button", offer)
    yield made


def everything_sent(app: AppTest) -> str:
    """What the browser would be sent: every element as it travels, with the escapes of JSON undone."""
    parts: list[str] = []
    waiting: list[Any] = [app._tree]
    while waiting:
        node = waiting.pop()
        waiting += list(getattr(node, "children", {}).values())
        proto = getattr(node, "proto", None)
        if proto is not None and hasattr(proto, "SerializeToString"):
            parts.append(proto.SerializeToString().decode("utf-8", "replace"))
    text = "\n".join(parts)
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


def foreign_marks(text: str, provinces: list[str]) -> list[str]:
    found = []
    for province in provinces:
        if province == OWN:
            continue
        for one in (text_mark(province), *number_marks(province)):
            if re.search(rf"(?<![\d,.-]){re.escape(one)}(?![\d,]|-\d)", text):
                found.append(one)
    return found


def unpacked(content: bytes) -> str:
    """A file as text: workbooks and packs are archives."""
    import io
    import zipfile

    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(unpacked(archive.read(name)) for name in archive.namelist())


def test_no_page_and_no_file_of_a_province_holds_a_number_of_another(
    at_marked: str, sign_in: SignIn, files_made: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(EVERYTHING_IN_HENAN)
    provinces = [one.code[:2] for one in _everywhere(at_marked, regions.provinces)]
    paths = _paths(monkeypatch)
    # A page that is added is in the walk because it is in the navigation.
    assert {"", "provinces", "records", "ask", "upload", "releases", "compare", "dispute-mediation"} <= set(paths)
    own_seen = 0
    for path in paths:
        page = read(path, region=GUANGDONG, kpi="dm_workers", period="2024-05")
        assert page.errors == [], path
        sent = everything_sent(page.app) + page.markup
        assert foreign_marks(sent, provinces) == [], path
        own_seen += text_mark(OWN) in sent or any(one in sent for one in number_marks(OWN))
    # The marks do get onto pages, so that missing ones mean something.
    assert own_seen >= len(paths) / 2
    assert files_made
    for content in files_made:
        assert foreign_marks(unpacked(content), provinces) == []
    assert any(one in unpacked(content) for content in files_made for one in (text_mark(OWN), *number_marks(OWN)))


def test_the_walk_finds_a_page_that_forgets(at_marked: str, sign_in: SignIn) -> None:
    """What the walk looks for is there for whoever may see everything: it would be found."""
    sign_in(of("leader"))
    provinces = [one.code[:2] for one in _everywhere(at_marked, regions.provinces)]

    assert foreign_marks(everything_sent(read("provinces", period="2024-05").app), provinces)


def _paths(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of all pages that whoever is signed in has, as the navigation gives them."""
    found: list[str] = []
    sections = navigation.sections

    def noting(release_id: str) -> Any:
        pages = sections(release_id)
        found[:] = [page.url_path for of_section in pages.values() for page in of_section]
        return pages

    with monkeypatch.context() as patch:
        patch.setattr(navigation, "sections", noting)
        read("")
    return list(dict.fromkeys(found))


def _everywhere(release_id: str, function: Callable[..., Any], *arguments: Any) -> Any:
    with scopes.inside(scopes.EVERYTHING):
        return function(release_id, *arguments)


def test_nothing_is_read_where_people_sign_in_and_nobody_has(at_marked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    values.by_kpi(at_marked, NATION, "2024-05", "demonstration")
    monkeypatch.setenv(scopes.SIGN_IN, "set")
    monkeypatch.setattr(scopes, "_finders", [])
    failed: list[type] = []

    def ask() -> None:
        for question in (
            lambda: connection.rows(at_marked, "select 1"),
            # Kept from before, and still not given away.
            lambda: values.by_kpi(at_marked, NATION, "2024-05", "demonstration"),
            lambda: asking.ask(at_marked, "select 1"),
        ):
            try:
                question()
            except NoScopeError as error:
                failed.append(type(error))

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert failed == [NoScopeError] * 3


def test_what_was_kept_for_one_scope_is_not_given_to_another(at_marked: str) -> None:
    with scopes.inside(scopes.EVERYTHING):
        everywhere = values.of_provinces(at_marked, "2024-05", "demonstration")
    with scopes.inside(Scope((HENAN,))):
        own = values.of_provinces(at_marked, "2024-05", "demonstration")

    assert {one.region for one in own} == {HENAN}
    assert len({one.region for one in everywhere}) > 20


@pytest.fixture(scope="module")
def plain(marked: tuple[Settings, str]) -> Iterator[duckdb.DuckDBPyConnection]:
    settings, name = marked
    with duckdb.connect() as database:
        database.execute("attach ? as plain (read_only)", [str(settings.releases / f"{name}.duckdb")])
        database.execute("use plain")
        yield database


SCOPES = ((HENAN,), (GUANGDONG,), (LUOYANG,), (HENAN, GUANGDONG), ("410324",), ())
NARROWED = ("true", "{place} like '41%'", "{place} like '44%'", "{place} <> '410000'", "origin = 'demonstration'")
RELATIONS = (
    "mart_kpi_values",
    "fct_dispute_mediation_cases",
    "fct_submissions",
    "mart_dispute_mediation_funnel",
    "mart_skills_to_community_services",
    "published_figures",
    "mart_orphans",
)


@given(
    roots=strategies.sampled_from(SCOPES),
    relation=strategies.sampled_from(RELATIONS),
    narrowed=strategies.sampled_from(NARROWED),
)
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_a_scope_answers_as_a_plain_filter_does(
    at_marked: str, plain: duckdb.DuckDBPyConnection, roots: tuple[str, ...], relation: str, narrowed: str
) -> None:
    place = "region" if relation == "mart_kpi_values" else "region_code"
    if relation in ("published_figures",) and "origin" in narrowed:
        return
    condition = narrowed.format(place=place)
    prefixes = [root.removesuffix("00").removesuffix("00") for root in roots]
    own = " or ".join(f"{place} like '{prefix}%'" for prefix in prefixes) or "false"

    with scopes.inside(Scope(roots, has_nation=False)):
        [found] = connection.rows(at_marked, f"select count(*) as rows from {relation} where {condition}")

    [expected] = plain.execute(f"select count(*) from {relation} where ({condition}) and ({own})").fetchall()
    assert found["rows"] == expected[0]


def test_a_relation_that_names_no_region_is_empty_for_a_scope_of_some(shipped: Settings, tmp_path: Path) -> None:
    settings = settings_module.load(seeds=shipped.seeds, home=tmp_path, today=TODAY)
    current = release.current(shipped)
    assert current is not None
    made = make(
        settings,
        [
            "create table mart_tomorrow as select 7 as amount",
            "create view mart_overmorrow as select * from mart_tomorrow",
        ],
        current.path,
    )

    with scoped.opened(settings.releases / f"{made}.duckdb", Scope((HENAN,))) as database:
        counts = [
            database.execute(f"select count(*) from {name}").fetchall() for name in ("mart_tomorrow", "mart_overmorrow")
        ]

    assert counts == [[(0,)], [(0,)]]


def test_questions_of_an_analyst_reach_the_rows_of_the_own_regions_only(at_marked: str) -> None:
    sql = "select distinct left(region, 2) as province from mart_kpi_values where region <> '000000' order by all"
    with scopes.inside(of("analyst", HENAN).scope()):
        assert asking.ask(at_marked, sql).rows == (("41",),)
        [[others]] = asking.ask(
            at_marked, "select count(*) from fct_dispute_mediation_centres where region_code not like '41%'"
        ).rows
        assert others == 0
        for way_out in (
            "select * from release.main.dim_region",
            "select * from seen.dim_region",
            "select * from scope_regions",
        ):
            with pytest.raises((asking.Refused, asking.Failed)):
                asking.ask(at_marked, way_out)
    with scopes.inside(of("leader").scope()), pytest.raises(asking.Refused, match="not_allowed"):
        asking.ask(at_marked, sql)


def _with_nation(database: duckdb.DuckDBPyConnection, cells: Sequence[tuple[str, str, float | None]]) -> None:
    """A release of one KPI with these values (region, period, value) besides the nation's own."""
    database.execute(
        "create table dim_region as select * from (values ('000000', null, null, null), ('110000', '11', null, '000000'),"
        " ('120000', '12', null, '000000'), ('130000', '13', null, '000000'), ('140000', '14', null, '000000'),"
        " ('150000', '15', null, '000000')) as of (region_code, province_code, prefecture_code, parent_code)"
    )
    database.execute(
        "create table mart_kpi_values (kpi varchar, origin varchar, region varchar, period varchar, category varchar,"
        " value double, numerator double)"
    )
    database.executemany("insert into mart_kpi_values values ('k', 'submitted', ?, ?, null, ?, null)", cells)
    periods = {period for _, period, _ in cells}
    database.executemany(
        "insert into mart_kpi_values values ('k', 'submitted', '000000', ?, null, 100, null)",
        [[one] for one in periods],
    )


def _nation_seen(
    tmp_path: Path, cells: Sequence[tuple[str, str, float | None]], *roots: str, allowed: bool = True
) -> set[str]:
    path = tmp_path / f"nation-{len(list(tmp_path.iterdir()))}.duckdb"
    with duckdb.connect(str(path)) as database:
        _with_nation(database, cells)
        database.execute("create table dim_kpi as select 'k' as kpi, 5 as small_count_limit")
    with scoped.opened(path, Scope(roots, allowed)) as database:
        found = database.execute("select period from mart_kpi_values where region = '000000'").fetchall()
    return {period for (period,) in found}


PROVINCES = ("110000", "120000", "130000", "140000", "150000")


def test_the_nation_is_a_line_of_reference_where_three_others_stand_behind_it(tmp_path: Path) -> None:
    everybody = [(region, "2024-01", 5.0) for region in PROVINCES]

    assert _nation_seen(tmp_path, everybody, "110000") == {"2024-01"}
    assert _nation_seen(tmp_path, everybody, "110000", allowed=False) == set()
    # All but one, and all but two: subtracting what is known from the nation would tell of those.
    assert _nation_seen(tmp_path, everybody, *PROVINCES[:4]) == set()
    assert _nation_seen(tmp_path, everybody, *PROVINCES[:3]) == set()
    assert _nation_seen(tmp_path, everybody, *PROVINCES[:2]) == {"2024-01"}
    # Provinces that report nothing, or 0, are no cover.
    few = [
        ("110000", "2024-01", 5.0),
        ("120000", "2024-01", 5.0),
        ("130000", "2024-01", 0.0),
        ("140000", "2024-01", None),
    ]
    assert _nation_seen(tmp_path, few, "110000") == set()


def test_a_longer_period_does_not_tell_of_a_month_within_it(tmp_path: Path) -> None:
    months = ("2024-01", "2024-02", "2024-03")
    cells = [
        (region, month, 5.0) for region, month in product(PROVINCES, (*months[:2], "2024Q1", "2024", "all", "2023"))
    ]
    # In March one other province alone: nation of the quarter less nation of January and February would be its number.
    cells += [("110000", "2024-03", 5.0), ("120000", "2024-03", 5.0)]

    assert _nation_seen(tmp_path, cells, "110000") == {"2024-01", "2024-02", "2023"}


def test_all_provinces_but_one_do_not_get_the_nation(at_marked: str) -> None:
    provinces = [one.code for one in _everywhere(at_marked, regions.provinces)]
    reporting = {
        one.region
        for one in _everywhere(at_marked, values.of_provinces, "2024-05", "demonstration")
        if one.value is not None
    }
    assert len(reporting) > 30 and HENAN in reporting
    all_but_one = tuple(one for one in provinces if one != HENAN)

    with scopes.inside(Scope(all_but_one)):
        assert values.by_kpi(at_marked, NATION, "2024-05", "demonstration") == {}
        assert HENAN not in {one.region for one in values.of_provinces(at_marked, "2024-05", "demonstration")}


def test_a_role_has_its_pages_and_no_others(at_marked: str, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {
        "leader": ({"", "provinces", "releases", "compare"}, {"records", "ask", "upload"}),
        "office": (
            {"", "upload", "reminders", "dispute-mediation"},
            {"records", "ask", "releases", "compare", "provinces"},
        ),
        "administrator": ({""}, {"provinces", "records", "ask", "upload", "dispute-mediation"}),
    }
    for role, (there, missing) in expected.items():
        sign_in(of(role, *([HENAN] if role == "office" else [])))
        paths = set(_paths(monkeypatch))
        assert there <= paths and not paths & missing, role
    sign_in(of("leader"))
    page = read("ask", way="sql")
    assert "ask_form" not in everything_sent(page.app)


def test_a_leader_sees_which_files_a_number_comes_from_and_no_records(at_marked: str) -> None:
    kpi = _everywhere(at_marked, kpis.by_code)["sc_residents"]
    with scopes.inside(of("province_leader", HENAN).scope()):
        found = records.behind(at_marked, kpi, HENAN, "2024-05", "demonstration")
        assert found is not None and found.rows > 0 and found.sample == ()
        assert records.page(at_marked, kpi, HENAN, "2024-05", "demonstration", 0, 10) == ()
    with scopes.inside(of("analyst", HENAN).scope()):
        assert records.page(at_marked, kpi, HENAN, "2024-05", "demonstration", 0, 10)


def test_pages_open_with_the_own_region_and_offer_no_other(at_marked: str, sign_in: SignIn) -> None:
    sign_in(of("province_leader", HENAN))

    page = read("", region="000000")

    options = page.app.selectbox(key="region").options
    assert options[0] == "河南" and not {"全国", "广东"} & set(options)
    assert page.errors == []


def test_roles_add_up_each_within_its_own_regions() -> None:
    access = several(of("leader"), of("analyst", HENAN))

    assert access.scope().regions is None
    # Records of Henan do not become records of everywhere.
    assert not access.scope().allows(scopes.RECORDS)
    assert access.scope(scopes.RECORDS).regions == (HENAN,)
    assert access.scope(scopes.RECORDS).allows(scopes.RECORDS)
    assert of("administrator").scope().regions == ()
    assert Access(()).scope() == scopes.NOTHING
