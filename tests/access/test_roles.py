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
