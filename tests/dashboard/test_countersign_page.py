"""The page of uploads for whoever countersigns and for the office whose files wait."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.access import visits
from dashboard.data import countersign as seeing
from tests.conftest import TODAY
from tests.dashboard.conftest import _showing
from tests.dashboard.house import MEDIATION
from tests.dashboard.reader import read
from tests.dashboard.signed_in import of, several
from tests.support.files import case, write_csv
from warehouse import settings as settings_module
from warehouse.access import people, scopes
from warehouse.access.people import Person
from warehouse.access.roles import Access
from warehouse.access.scopes import NotAllowedError
from warehouse.front_door import offer, waiting
from warehouse.settings import Settings

LUOYANG = "洛阳市总工会"
CASES = "河南_劳动争议裁调对接_案件表_202406.csv"
OFFICE = of("office", "410300", units=(LUOYANG,))
SIGNS = of("countersigner", "410000")
SignIn = Callable[[Person, Access], None]


@pytest.fixture
def board(house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    home = tmp_path / "home"
    for name in ("releases", "receipts", "keys"):
        shutil.copytree(house.home / name, home / name)
    return _showing(settings_module.load(seeds=house.seeds, home=home, today=TODAY), monkeypatch)


@pytest.fixture
def sign_in(board: Settings, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    monkeypatch.setenv(scopes.SIGN_IN, "set")
    now: list[visits.Visit] = []
    monkeypatch.setattr(visits, "of_page", lambda is_active=False: now[0] if now else None)
    monkeypatch.setattr(scopes, "_finders", [lambda: now[0].scope if now else None])

    def begin(person: Person, access: Access) -> None:
        now[:] = [visits.Visit("visit-of-a-test", person, access, 0, 0)]

    return begin


def put(board: Settings, tmp_path: Path, person: Person, region: str = "410300") -> str:
    """One that waits; its id."""
    path = write_csv(tmp_path / person.subject / CASES, MEDIATION, "case", [case(person.subject)])
    (tmp_path / person.subject / "room").mkdir()
    [judged] = offer.judged(board, [(path, CASES)], None, False, lambda _: None, tmp_path / person.subject / "room")
    keys = (f'["submitted", "{MEDIATION}", "case", "41", "{LUOYANG}", "2024-06"]',)
    with people.as_person(person):
        [(_, name)] = waiting.put_aside(board, [replace(judged, waits_for=(region,), keys=keys)], False)
    return name


def test_the_inbox_is_the_provinces_own_and_of_others_files(board: Settings, sign_in: SignIn, tmp_path: Path) -> None:
    own, others, abroad = (
        put(board, tmp_path, Person("me", "省总乙")),
        put(board, tmp_path, Person("o1", "洛阳甲")),
        put(board, tmp_path, Person("o2", "长沙甲"), "430100"),
    )
    sign_in(Person("me", "省总乙"), several(SIGNS, OFFICE))

    page = read("upload")

    assert page.errors == []
    assert "等我会签（1）" in page.text and "洛阳甲" in page.text and "长沙甲" not in page.text
    buttons = {button.key for button in page.app.button}
    assert f"countersign_sign_{others}" in buttons
    assert not {f"countersign_sign_{own}", f"countersign_sign_{abroad}"} & buttons
    # Who has handed it in may withdraw it, also when being a countersigner besides.
    assert f"countersign_withdraw_{own}" in buttons
    with scopes.inside(several(SIGNS, OFFICE).scope()), people.as_person(Person("me")):
        assert [one.id for one in seeing.inbox()] == [others]
        for forged in (own, abroad, "", "../../x"):
            acts: tuple[Callable[[], object], ...] = (
                lambda: seeing.sign(forged, "0"),
                lambda: seeing.send_back(forged, "x"),
                lambda: seeing.preview(forged),
            )
            for act in acts:
                with pytest.raises(NotAllowedError):
                    act()
        with pytest.raises(NotAllowedError):
            seeing.content(abroad)


def test_a_countersigner_is_offered_no_upload_and_others_no_inbox(
    board: Settings, sign_in: SignIn, tmp_path: Path
) -> None:
    name = put(board, tmp_path, Person("o1", "洛阳甲"))
    sign_in(Person("p1"), SIGNS)
    page = read("upload")
    assert page.errors == [] and "等我会签（1）" in page.text and not page.app.get("file_uploader")
    for access in (of("analyst"), of("office", "410100", units=("郑州市总工会",)), of("countersigner", "430000")):
        sign_in(Person("x1"), access)
        page = read("upload")
        assert page.errors == [] and name not in page.markup and "洛阳甲" not in page.text, access
        with scopes.inside(access.scope()), pytest.raises(NotAllowedError):
            seeing.content(name)


def test_the_office_sees_what_waits_and_why_something_was_returned(
    board: Settings, sign_in: SignIn, tmp_path: Path
) -> None:
    returned, waits = put(board, tmp_path, Person("o1", "洛阳甲")), put(board, tmp_path, Person("o3", "洛阳丙"))
    [one] = [one for one in waiting.every(board) if one.id == returned]
    with people.as_person(Person("p1", "省总乙")):
        waiting.decide(board, one, waiting.RETURNED, "受理数与台账不符")
    sign_in(Person("o1", "洛阳甲"), OFFICE)

    page = read("upload")
    assert page.errors == [] and "已退回：受理数与台账不符" in page.text and "待会签" in page.text

    # A colleague of the same unit takes back what waits, by a command in a process of its own.
    page.app.button(key=f"countersign_withdraw_{waits}").click().run()
    page.app.session_state["_countersign_turn"].job.wait()
    page.app.run()
    assert page.errors == [] and "已撤回" in page.text
    assert {one.id: one.state for one in waiting.every(board)} == {returned: "returned", waits: "withdrawn"}


def test_what_is_handed_in_is_held_to_the_offices_own_regions_whatever_else_is_seen() -> None:
    """A province's leader who also hands in for one city does so for that city only."""
    scope = several(of("province_leader", "410000"), OFFICE, SIGNS).scope()
    assert scope.regions == ("410000", "410300") and scope.hands_in == ("410300",) and scope.signs == ("410000",)
    assert scope.allows(scopes.HAND_IN) and scope.allows(scopes.COUNTERSIGN) and not scope.allows(scopes.UNDO)
