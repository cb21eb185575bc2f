"""The file that turns what a provider says of a person into roles; each mistake is told at the start, by its rule and its word."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from warehouse.access.roles import ROLES, Access, Grant
from warehouse.system import yaml_files

# What providers say by the standard (OpenID Connect Core, 5.1); others are declared in the file.
STANDARD = frozenset(
    {
        *("sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile"),
        *("picture", "website", "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale"),
        *("phone_number", "phone_number_verified", "address", "updated_at"),
    }
)
_TOP = frozenset({"claims", "nation_for_provinces", "rules"})
_RULE = frozenset({"when", "role", "regions", "regions_from", "units", "units_from"})


class MappingError(Exception):
    """Mistakes in the file; the message names each."""


@dataclass(frozen=True)
class Rule:
    """Whoever has all these claims has this role, in these regions or those that a claim names."""

    when: tuple[tuple[str, str], ...]
    role: str
    regions: tuple[str, ...] | None
    regions_from: str | None
    units: tuple[str, ...]
    units_from: str | None


@dataclass(frozen=True)
class RoleMapping:
    """The rules, and the regions that are known."""

    rules: tuple[Rule, ...]
    has_nation: bool
    known_regions: frozenset[str]

    def access_of(self, claims: Mapping[str, Any]) -> Access:
        """What somebody of these claims is granted; nothing where no rule fits. A region that is not known grants nothing."""
        grants = []
        for rule in self.rules:
            if not all(value in _values(claims.get(claim)) for claim, value in rule.when):
                continue
            regions = rule.regions
            if rule.regions_from is not None:
                regions = tuple(code for code in _values(claims.get(rule.regions_from)) if code in self.known_regions)
                if ROLES[rule.role].is_of_provinces:
                    regions = tuple(code for code in regions if code.endswith("0000"))
                if not regions:
                    continue
            if ROLES[rule.role].is_without_numbers:
                regions = ()
            units = rule.units + (tuple(_values(claims.get(rule.units_from))) if rule.units_from else ())
            grants.append(Grant(rule.role, regions, units))
        return Access(tuple(grants), self.has_nation)


def load(path: Path, known_regions: frozenset[str]) -> RoleMapping:
    """The mapping in a file. Raises MappingError with a Chinese sentence for each mistake."""
    try:
        content = yaml_files.read(path)
        faults = yaml_files.repeated_keys(path)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(f"角色对照文件 {path} 读不出来：{error}") from None
    if not isinstance(content, dict):
        raise MappingError(f"角色对照文件 {path} 要写成 claims、nation_for_provinces、rules 三项。")
    _unknown(content, _TOP, "", faults)
    claims = content.get("claims") or []
    if not isinstance(claims, list) or not all(isinstance(one, str) for one in claims):
        faults.append("claims 要写成声明名称的列表")
        claims = []
    rules = content.get("rules")
    if not isinstance(rules, list) or not rules:
        faults.append("rules 里一条规则也没有：谁也看不到任何东西")
        rules = []
    nation = content.get("nation_for_provinces", False)
    if not isinstance(nation, bool):
        faults.append(f"nation_for_provinces 要写 true 或 false，现为“{nation}”")
        nation = False
    known = STANDARD | set(claims)
    read = [_rule(number, rule, known, known_regions, faults) for number, rule in enumerate(rules, 1)]
    if faults:
        raise MappingError(f"角色对照文件 {path} 有 {len(faults)} 处错误：{'；'.join(faults)}。")
    return RoleMapping(tuple(rule for rule in read if rule is not None), nation, known_regions)


def _rule(
    number: int, rule: Any, claims: set[str] | frozenset[str], regions: frozenset[str], faults: list[str]
) -> Rule | None:
    where = f"第 {number} 条规则："
    if not isinstance(rule, dict):
        faults.append(f"{where}要写成 when、role、regions 各项")
        return None
    before = len(faults)
    _unknown(rule, _RULE, where, faults)
    role = rule.get("role")
    if not isinstance(role, str) or role not in ROLES:
        role = str(role)
        faults.append(f"{where}没有角色“{role}”{_near(str(role), ROLES)}，角色有 {'、'.join(ROLES)}")
    when = rule.get("when")
    if not isinstance(when, dict) or not when:
        faults.append(f"{where}when 要写明哪个声明等于什么，不能为空")
        when = {}
    for claim, value in when.items():
        if not isinstance(value, str | int) or value == "":
            faults.append(f"{where}when 里“{claim}”要等于一个词，不能是空的、列表或嵌套；几个词各写一条规则")
    named = [*when, *(rule[key] for key in ("regions_from", "units_from") if rule.get(key))]
    for claim in named:
        if not isinstance(claim, str) or claim not in claims:
            faults.append(f"{where}声明“{claim}”不在标准声明里，也没有写进 claims{_near(str(claim), claims)}")
    placed = _listed(rule, "regions", where, faults)
    for code in placed or ():
        if code not in regions:
            faults.append(f"{where}没有地区 {code}（要写行政区划代码，加引号）")
        elif role in ROLES and ROLES[role].is_of_provinces and not code.endswith("0000"):
            faults.append(f"{where}角色 {role} 按省，地区 {code} 不是省级代码")
    if placed is not None and rule.get("regions_from"):
        faults.append(f"{where}regions 和 regions_from 只能写一个")
    if role in ROLES and ROLES[role].is_placed and not placed and not rule.get("regions_from"):
        faults.append(f"{where}角色 {role} 必须写 regions 或 regions_from")
    if role in ("leader", "administrator") and (placed is not None or rule.get("regions_from")):
        faults.append(f"{where}角色 {role} 不分地区，不能写 regions")
    units = _listed(rule, "units", where, faults) or ()
    if role != "office" and (units or rule.get("units_from")):
        faults.append(f"{where}units 只用于 office")
    if role == "office" and not units and not rule.get("units_from"):
        faults.append(f"{where}角色 office 必须写 units 或 units_from：只能替自己的单位上报")
    if len(faults) > before:
        return None
    return Rule(
        tuple((str(claim), str(value)) for claim, value in when.items()),
        str(role),
        placed,
        rule.get("regions_from"),
        units,
        rule.get("units_from"),
    )


def _listed(rule: dict[str, Any], name: str, where: str, faults: list[str]) -> tuple[str, ...] | None:
    given = rule.get(name)
    if given is None:
        return None
    if not isinstance(given, list) or not given or not all(isinstance(one, str | int) for one in given):
        faults.append(f"{where}{name} 要写成列表，至少一项")
        return None
    return tuple(str(one) for one in given)


def _unknown(content: dict[str, Any], known: frozenset[str], where: str, faults: list[str]) -> None:
    for key in content:
        if key not in known:
            faults.append(f"{where}不认识“{key}”{_near(str(key), known)}")


def _near(word: str, known: Any) -> str:
    found = difflib.get_close_matches(word, sorted(known), 1)
    return f"（是不是 {found[0]}？）" if found else ""


def _values(claim: Any) -> list[str]:
    """The words of a claim: one, or those of a list; what is empty or nested is none. Words are compared as they stand."""
    listed = claim if isinstance(claim, list | tuple) else [claim]
    return [str(one) for one in listed if isinstance(one, str | int) and one != ""]
