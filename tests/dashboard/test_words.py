"""The words of both languages."""

import re
from string import Formatter

import pytest

from dashboard.i18n import CHINESE, ENGLISH, en, pick, t, using, zh
from warehouse.intake import messages
from warehouse.settings import CHECKOUT

SOURCES = sorted((CHECKOUT / "dashboard").rglob("*.py"))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert zh.WORDS.keys() == en.WORDS.keys()


def test_both_languages_take_the_same_values() -> None:
    different = [key for key in zh.WORDS if placeholders(zh.WORDS[key]) != placeholders(en.WORDS[key])]
    assert different == []


def test_nothing_is_left_empty() -> None:
    assert [key for key in zh.WORDS if not zh.WORDS[key].strip() or not en.WORDS[key].strip()] == []


def test_every_key_in_the_code_has_words() -> None:
    used = {key for path in SOURCES for key in re.findall(r'\bt\(\s*"([a-z0-9_]+)"', path.read_text(encoding="utf-8"))}
    assert used - zh.WORDS.keys() == set()


def test_every_word_is_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES if path.parent.name != "i18n")
    prefixes = set(re.findall(r't\(f"([a-z_]+_)\{', code))
    unused = [
        key for key in zh.WORDS if f'"{key}"' not in code and not any(key.startswith(prefix) for prefix in prefixes)
    ]
    assert unused == []


def test_english_has_no_chinese_left() -> None:
    assert [key for key, text in en.WORDS.items() if re.search(r"[\u4e00-\u9fff]", text)] == []


@pytest.mark.parametrize(("language", "shown"), [(CHINESE, "总览"), (ENGLISH, "Overview")])
def test_words_follow_the_language(language: str, shown: str) -> None:
    with using(language):
        assert t("overview") == shown


def test_chinese_stands_in_where_english_is_missing() -> None:
    with using(ENGLISH):
        assert pick("河南", None) == "河南"
        assert pick("河南", "Henan") == "Henan"


# Developers' words and what an office says instead; 有数据 is a word, 有数 is not.
NOT_SAID = {
    "有数(?!据|字|量|值|变)": "有数据",
    "承前": "占上一步",
    "隔离行": "未入库行",
    "引用缺失": "缺上级记录",
    "孤儿|脏数据|空值|枚举|主键|外键|字段|落库|元数据|校验和|粒度|快照": "报表上的说法",
}


@pytest.mark.parametrize("word", NOT_SAID)
def test_screens_and_what_offices_are_told_say_no_word_of_developers(word: str) -> None:
    said = {**zh.WORDS, **{key: entry.zh for key, entry in messages.CATALOGUE.items()}}
    assert [(key, text) for key, text in said.items() if re.search(word, text)] == []
