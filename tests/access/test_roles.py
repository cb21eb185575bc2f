"""The file of roles: what claims are worth, and mistakes in it named."""

from pathlib import Path

import pytest

from warehouse.access import mapping, scopes
from warehouse.access.mapping import MappingError, RoleMapping

REGIONS = frozenset({"410000", "410300", "440000"})
GOOD = """
claims: [groups, union_region, union_name]
nation_for_provinces: true
rules:
  - {when: {groups: leaders}, role: leader}
  - {when: {groups: henan}, role: province_leader, regions: ["410000"]}
  - {when: {groups: offices}, role: office, regions_from: union_region, units_from: union_name}
  - {when: {groups: analysts, email_verified: "True"}, role: analyst}
"""


def loaded(tmp_path: Path, text: str) -> RoleMapping:
    path = tmp_path / "roles.yml"
    path.write_text(text, encoding="utf-8")
    return mapping.load(path, REGIONS)


def test_claims_become_roles_in_their_regions_and_nothing_is_the_default(tmp_path: Path) -> None:
    roles = loaded(tmp_path, GOOD)

    assert roles.access_of({"sub": "a"}).grants == ()
    assert roles.access_of({"groups": ["leaders"]}).scope().regions is None
    of_henan = roles.access_of({"groups": ["others", "henan"]}).scope()
    assert (of_henan.regions, of_henan.has_nation) == (("410000",), True)
    office = roles.access_of({"groups": "offices", "union_region": "410300", "union_name": "洛阳市总工会"}).scope()
    assert (office.regions, office.units) == (("410300",), ("洛阳市总工会",))
    assert office.allows(scopes.HAND_IN) and not office.allows(scopes.EXPORT)
    # Every claim of a rule must be there.
    assert roles.access_of({"groups": ["analysts"]}).grants == ()
    assert roles.access_of({"groups": ["analysts"], "email_verified": True}).roles == ("analyst",)


def test_a_region_that_is_not_known_grants_nothing(tmp_path: Path) -> None:
    roles = loaded(tmp_path, GOOD)
    for region in ("999999", "000000", "", None, {"a": 1}, "41"):
        found = roles.access_of({"groups": ["offices"], "union_region": region, "union_name": "x"})
        assert found.grants == (), region


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("rules:\n  - {when: {sub: a}, role: leeder}", "第 1 条规则：没有角色“leeder”（是不是 leader？）"),
        ("rules:\n  - {when: {sub: a}, role: province_leader, regions: ['990000']}", "没有地区 990000"),
        ("rules:\n  - {when: {grops: a}, role: leader}", "声明“grops”不在标准声明里，也没有写进 claims"),
        ("claims: [groups]\nrules:\n  - {when: {grops: a}, role: leader}", "是不是 groups？"),
        ("rules:\n  - {when: {sub: a}, role: province_leader}", "角色 province_leader 必须写 regions"),
        ("rules:\n  - {when: {sub: a}, role: office, regions: ['410000']}", "只能替自己的单位上报"),
        ("rules:\n  - {when: {sub: a}, role: leader, regions: ['410000']}", "角色 leader 不分地区"),
        ("rules:\n  - {when: {sub: a}, role: office, regions: [], units: [x]}", "regions 要写成列表，至少一项"),
        ("rules:\n  - {when: {}, role: leader}", "when 要写明哪个声明等于什么"),
        ("rules:\n  - {role: leader}", "when 要写明哪个声明等于什么"),
        ("rules:\n  - {when: {sub: a}, role: leader, region: ['410000']}", "不认识“region”（是不是 regions？）"),
        ("rule: []", "不认识“rule”（是不是 rules？）"),
        ("rules: []", "一条规则也没有"),
        (
            "nation_for_provinces: 是\nrules:\n  - {when: {sub: a}, role: leader}",
            "nation_for_provinces 要写 true 或 false",
        ),
        (
            "rules:\n  - {when: {sub: a}, role: leader}\nrules:\n  - {when: {sub: b}, role: analyst}",
            "第 3 行的“rules”写了两次",
        ),
        ("rules:\n  - {when: {sub: a, sub: b}, role: leader}", "第 2 行的“sub”写了两次"),
        ("rules:\n  - when: {sub: a}\n    role: office\n    role: leader", "第 4 行的“role”写了两次"),
        ("rules:\n  - {when: {sub: a}, role: [leader]}", "没有角色"),
        ("rules:\n  - {when: {sub: [a, b]}, role: leader}", "when 里“sub”要等于一个词"),
        ("rules:\n  - {when: {sub: }, role: leader}", "when 里“sub”要等于一个词"),
        ("rules:\n  - {when: {sub: ''}, role: leader}", "when 里“sub”要等于一个词"),
        ("rules:\n  - {when: {sub: a}, role: province_leader, regions_from: [sub]}", "不在标准声明里"),
        ("rules:\n  - {when: {sub: a}, role: countersigner, regions: ['410300']}", "按省，地区 410300 不是省级代码"),
        ("rules: !!python/object/apply:os.system ['id']", "读不出来"),
        ("- a", "要写成 claims"),
        ("rules: [", "读不出来"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(MappingError) as error:
        loaded(tmp_path, text)
    assert named in str(error.value)


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="2 处错误") as error:
        loaded(tmp_path, "rules:\n  - {when: {sub: a}, role: leeder}\n  - {when: {x: a}, role: leader}")
    assert "第 1 条规则" in str(error.value) and "第 2 条规则" in str(error.value)


@pytest.mark.parametrize(
    "claim",
    [
        [["leaders"]], {"leaders": 1}, None, [None], [{"name": "leaders"}], True, 7, "Leaders", "leaders ", "leaders,x",
        "\uff4ceaders", "leaders\u200b", "le\u0430ders", "", b"leaders",
    ],
)  # fmt: skip
def test_what_is_not_the_word_itself_grants_nothing(tmp_path: Path, claim: object) -> None:
    """Odd types, look-alikes, and words that only resemble it; a list of it, or the word alone, is it."""
    roles = loaded(tmp_path, GOOD)
    assert roles.access_of({"groups": claim}).grants == ()
    assert (
        roles.access_of({"groups": "leaders"}).roles
        == roles.access_of({"groups": [claim, "leaders"]}).roles
        == ("leader",)
    )


def test_a_nested_claim_names_no_unit_and_no_region(tmp_path: Path) -> None:
    roles = loaded(tmp_path, GOOD)
    claims = {
        "groups": "offices",
        "union_region": ["410300", ["440000"], None],
        "union_name": [None, ["x"], {"y": 1}, ""],
    }
    [grant] = roles.access_of(claims).grants
    assert (grant.regions, grant.units) == (("410300",), ())
    # A countersigner is one of whole provinces, whatever the claim says.
    signs = loaded(tmp_path, "claims: [r]\nrules:\n  - {when: {sub: a}, role: countersigner, regions_from: r}")
    assert signs.access_of({"sub": "a", "r": "410300"}).grants == ()
    assert signs.access_of({"sub": "a", "r": ["410300", "440000"]}).scope().signs == ("440000",)


def test_a_mark_at_the_start_of_the_file_does_no_harm(tmp_path: Path) -> None:
    assert loaded(tmp_path, "\ufeff" + GOOD).access_of({"groups": "leaders"}).roles == ("leader",)
