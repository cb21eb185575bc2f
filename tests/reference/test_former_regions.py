"""Former region codes: what is translated must be right, what was split must be asked."""

import re
from collections import defaultdict

import pytest

from tests.reference.lists import read


@pytest.fixture(scope="module")
def former() -> list[dict[str, str]]:
    return read("former_regions")


@pytest.fixture(scope="module")
def names() -> dict[str, str]:
    return {region["region_code"]: region["region_name"] for region in read("regions")}


def test_former_codes_are_no_longer_in_use(former: list[dict[str, str]], names: dict[str, str]) -> None:
    assert [row for row in former if row["former_code"] in names] == []
    assert all(re.fullmatch(r"\d{6}", row["former_code"]) for row in former)


def test_successors_exist_under_the_name_given(former: list[dict[str, str]], names: dict[str, str]) -> None:
    for row in former:
        assert names[row["successor_code"]] == row["successor_name"], row
        assert row["former_code"][:2] in (row["successor_code"][:2], "51")


def test_successors_are_listed_once_each(former: list[dict[str, str]]) -> None:
    pairs = [(row["former_code"], row["successor_code"]) for row in former]
    assert len(pairs) == len(set(pairs))
    assert pairs == sorted(pairs)


def test_former_codes_have_one_name(former: list[dict[str, str]]) -> None:
    by_code = defaultdict(set)
    for row in former:
        by_code[row["former_code"]].add(row["former_name"])
    assert [code for code, found in by_code.items() if len(found) != 1] == []


def test_split_units_and_only_they_have_several_successors(former: list[dict[str, str]]) -> None:
    by_code = defaultdict(list)
    for row in former:
        by_code[row["former_code"]].append(row["change_kind"])
    for code, kinds in by_code.items():
        assert (len(kinds) > 1) == ("拆分" in kinds), code


def test_unchanged_names_are_only_recoded(former: list[dict[str, str]]) -> None:
    for row in former:
        if row["change_kind"] == "换码":
            assert row["former_name"] == row["successor_name"], row


def test_years_of_change_are_years_or_blank(former: list[dict[str, str]]) -> None:
    for row in former:
        assert row["changed_on"] == "" or 2000 <= int(row["changed_on"]) <= 2023, row


@pytest.mark.parametrize(
    ("former_code", "former_name", "successors"),
    [
        ("330103", "下城区", ["330105"]),
        ("330104", "江干区", ["330102", "330114"]),
        ("371200", "莱芜市", ["370116", "370117"]),
        ("410381", "偃师市", ["410307"]),
        ("410322", "孟津县", ["410308"]),
        ("410306", "吉利区", ["410308"]),
        ("110103", "崇文区", ["110101"]),
        ("310108", "闸北区", ["310106"]),
        ("440184", "从化市", ["440117"]),
        ("440116", "萝岗区", ["440112"]),
        ("341400", "巢湖市", ["340100", "340200", "340500"]),
        ("540422", "米林县", ["540481"]),
        ("410881", "济源市", ["419001"]),
    ],
)
def test_known_changes_lead_to_the_right_successors(
    former: list[dict[str, str]], former_code: str, former_name: str, successors: list[str]
) -> None:
    rows = [row for row in former if row["former_code"] == former_code]
    assert {row["former_name"] for row in rows} == {former_name}
    assert [row["successor_code"] for row in rows] == successors
