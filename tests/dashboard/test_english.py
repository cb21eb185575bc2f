"""An English visitor: on every page no Chinese is left but names, and words agree with their numbers."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from dashboard import navigation
from dashboard.data import connection
from dashboard.i18n import CHINESE, ENGLISH, agreed, en, t, using
from tests.dashboard.reader import Reader, read
from warehouse.settings import Settings

CHINESE_TEXT = re.compile(r"[\u4e00-\u9fff]+")
SHOWN = ("aria-label", "title", "alt", "placeholder", "summary")
# What stands on a page because somebody is called so, or wrote it: what a file is called, who handed it in, what a thing is named.
NAMES = re.compile(r"(_name|_unit|_title|^title|^theme|^subject|^file|_id)$")
# The switch of languages says each in itself; SQL is asked of the tables' own documentation, which analysts write in Chinese.
ALLOWED = {"中文"}
# Numbers that are limits or lengths of what is drawn.
NEVER_ONE = (
    "spark_label",
    "upload_too_many_rows",
    "records_cut",
    "ask_cut_rows",
    "ask_cut_bytes",
    "ask_too_long",
    "last_months",
)
WIDGETS = ("button", "selectbox", "multiselect", "text_input", "text_area", "checkbox", "expander", "code", "caption")


def names(release_id: str) -> str:
    """Every name in the release's records, one after the other."""
    columns = connection.rows(
        release_id,
        "select table_name, column_name from duckdb_columns() where not internal and data_type = 'VARCHAR'"
        " and (table_name like 'fct_%' or table_name in ('dim_file', 'mart_reporting'))",
    )
    found: set[str] = set()
    for one in columns:
        table, column = one["table_name"], one["column_name"]
        if NAMES.search(column) and not column.startswith("metric_name"):
            rows = connection.rows(release_id, f'select distinct "{column}" as name from "{table}"')
            found |= {str(row["name"]) for row in rows if row["name"]}
    return "\n".join(found)


def told(settings: Settings) -> str:
    """What offices were told of their files: they are told in Chinese, and see it as they were told."""
    receipts = [json.loads(path.read_text(encoding="utf-8")) for path in settings.receipts.glob("*.json")]
    return "\n".join(
        str(one[name]) for receipt in receipts for one in receipt.get("messages", []) for name in ("message", "column")
    )


def said(page: Reader) -> Iterator[str]:
    """What a page says: its text, what is read out, and the words of its widgets; not what an office was told of its file."""
    markup = re.sub(r'<ul class="ub-messages">.*?</ul>', "", page.markup, flags=re.DOTALL)
    yield from (html.unescape(text) for text in re.split(r"<[^>]+>", markup))
    for name in SHOWN:
        yield from (html.unescape(text) for text in re.findall(rf'\b{name}="([^"]*)"', markup))
    for kind in WIDGETS:
        for element in page.app.get(kind):
            yield from _words(getattr(element, "proto", None))


def _words(proto: Any) -> Iterator[str]:
    for _, value in proto.ListFields() if proto is not None else ():
        if isinstance(value, str):
            yield value
        elif hasattr(value, "__iter__"):
            yield from (one for one in value if isinstance(one, str))


def test_no_chinese_is_left_on_any_page_but_names(at_house: Settings, release_id: str) -> None:
    paths = [path for _, path in navigation.searched() if path not in ("home", "audit")]
    paths += ["", "province", "records", "no-such-page", "dispute-mediation", "women-innovation-studios"]
    called = names(release_id) + told(at_house)
    left = []
    for path in paths:
        page = read(
            path, lang="EN", region="410000" if path in ("province", "dispute-mediation") else "", kpi="dm_success_rate"
        )
        assert page.errors == [], path
        assert "<h1>" in page.markup, path
        for text in said(page):
            left += [
                f"{path}: {run} in {text.strip()[:80]}"
                for run in CHINESE_TEXT.findall(text)
                if run not in ALLOWED and run not in called
            ]
    assert left == []


def test_published_figures_are_told_in_english(at_house: Settings) -> None:
    text = read("dispute-mediation", lang="EN").text
    assert "Labour offices and unions settle disputes faster" in text
    assert re.search(
        r"Fewest mediators a centre ≥3 persons Date not given · Each mediation centre · A target or rule", text
    )


@pytest.mark.parametrize(
    ("key", "values", "words"),
    [
        ("longest_overdue", {"days": 1}, ", the longest by 1 day"),
        ("longest_overdue", {"days": 132}, ", the longest by 132 days"),
        ("overdue", {"tables": 1, "provinces": 1}, "1 table of 1 province is overdue"),
        ("overdue", {"tables": 11, "provinces": "9"}, "11 tables of 9 provinces are overdue"),
        ("silent_counties", {"count": "1,001"}, "1,001 counties have not reported"),
        ("audit_count", {"count": 0, "shown": 0}, "0 entries, the newest 0 below; the file has all of them."),
    ],
)
def test_words_agree_with_their_number(key: str, values: dict[str, object], words: str) -> None:
    with using(ENGLISH):
        assert t(key, **values) == words


def test_chinese_has_no_number_to_agree_with() -> None:
    with using(CHINESE):
        assert t("longest_overdue", days=1) == "，最长 1 天"
    assert agreed("{rate:.1f} {count:a|b}", rate=1.25, count=2) == "1.2 b"


def test_every_counted_word_has_both_forms() -> None:
    """1 days: a number before a word in the plural says what it is for a one; limits and shares are never one."""
    counted = re.compile(r"\{(count|days|rows|tables|files|values|kpis|levels|entries|passed)\} (?:more )?([a-z]+s)\b")
    assert [
        key
        for key, text in en.WORDS.items()
        if counted.search(text) and key not in ("show_rest", "ask_limits", *NEVER_ONE)
    ] == []
