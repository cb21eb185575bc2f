"""审计: administrators read the audit by day, account, kind and outcome; nobody else has the page, nor what it reads."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.data import audited
from dashboard.data.audited import Selection
from tests.dashboard.reader import read
from tests.dashboard.signed_in import of
from tests.dashboard.test_scopes import sign_in as sign_in
from warehouse.access import audit, scopes
from warehouse.access.people import Person
from warehouse.access.roles import ROLES, Access
from warehouse.access.scopes import NotAllowedError
from warehouse.settings import Settings


@pytest.fixture
def written(at_house: str, house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The house with an audit of its own: a sign-in, a publication, a request that was refused."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "releases").symlink_to(house.releases)
    monkeypatch.setenv("UNIONBOARD_HOME", str(home))
    settings = replace(house, home=home)
    audit.record(settings, "session.begin", who=Person("henan-1", "河甲"), roles=["province_leader"])
    audit.record(settings, "release.publish", who=Person("admin-1", "=管甲"), release="20240601T000000Z-aaaaaaaa")
    audit.record(settings, "request.refused", audit.REFUSED, Person("henan-1", "河甲"), path="/records")
    return settings


def told(chosen: Selection, most: int = 10) -> list[tuple[str, str, str]]:
    with scopes.inside(of("administrator").scope()):
        return [(one.subject, one.action, one.outcome) for one in audited.newest(chosen, most)[0]]


def test_selection_narrows_by_account_kind_and_outcome(written: Settings) -> None:
    publication = ("admin-1", "release.publish", "done")
    refusal, beginning = ("henan-1", "request.refused", "refused"), ("henan-1", "session.begin", "done")
    assert told(Selection())[:3] == [refusal, publication, beginning]
    assert told(Selection(who="河甲")) == [refusal, beginning]
    assert told(Selection(kind="release")) == [publication]
    assert told(Selection(outcome="refused")) == [refusal]
    assert told(Selection(), most=1) == [refusal]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
def test_nobody_else_reads_the_audit(written: Settings, role: str) -> None:
    with scopes.inside(of(role, "410000").scope()):
        for asked in (lambda: audited.newest(Selection(), 1), lambda: audited.entries(Selection()), audited.verdict):
            with pytest.raises(NotAllowedError):
                asked()


def test_administrator_reads_it_on_a_page_and_others_find_none(
    written: Settings, sign_in: Callable[[Access], None]
) -> None:
    sign_in(of("administrator"))
    page = read("audit", audit_kind="版本")
    assert page.errors == []
    assert "20240601T000000Z-aaaaaaaa" in page.text and "/records" not in page.text
    page.app.button(key="audit_verify").click().run()
    assert "审计记录完整" in page.app.success[0].value
    path = audit.day_files(written)[-1]
    path.write_text(path.read_text().replace("/records", "/home"))
    page.app.button(key="audit_verify").click().run()
    assert "处问题" in page.app.error[0].value
    sign_in(of("analyst"))
    other = read("audit")
    assert "20240601T000000Z-aaaaaaaa" not in other.text
