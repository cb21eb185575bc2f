"""The words of the screens in Chinese and English, and the language the reader has chosen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from string import Formatter
from typing import TypeVar

import streamlit as st

from dashboard.i18n import en, zh

Result = TypeVar("Result")
CHINESE = "中文"
ENGLISH = "EN"
LANGUAGES = (CHINESE, ENGLISH)

_WORDS = {CHINESE: zh.WORDS, ENGLISH: en.WORDS}
_fixed: ContextVar[str | None] = ContextVar("fixed_language", default=None)


class _Agreeing(Formatter):
    """Numbers choose the word that agrees with them."""

    def format_field(self, value: object, format_spec: str) -> str:
        """The first of two words for a one, the second for any other number; everything else as Python has it."""
        one, sign, many = format_spec.partition("|")
        if not sign:
            return str(super().format_field(value, format_spec))
        return one if str(value) == "1" else many


_AGREEING = _Agreeing()


def language() -> str:
    """The language in force: the reader's choice, Chinese until there is one."""
    chosen = _fixed.get() or st.session_state.get("lang")
    return ENGLISH if chosen == ENGLISH else CHINESE


def is_english() -> bool:
    """Whether English is in force."""
    return language() == ENGLISH


@contextmanager
def using(chosen: str) -> Iterator[None]:
    """Use this language inside the block, whatever the reader chose."""
    token = _fixed.set(chosen)
    try:
        yield
    finally:
        _fixed.reset(token)


def spoken_now(function: Callable[[], Result]) -> Callable[[], Result]:
    """The same function, later and elsewhere, in the language in force now: files are made when they are asked for."""
    chosen = language()

    def speak() -> Result:
        with using(chosen):
            return function()

    return speak


def t(key: str, **values: object) -> str:
    """The words under a key, with the values put in. KeyError when there is no such key."""
    words = _WORDS[language()][key]
    # Python's own way is several times as fast, and few words have to agree with a number.
    return agreed(words, **values) if "|" in words else words.format(**values)


def agreed(words: str, **values: object) -> str:
    """Words with the values put in: what stands in `{days:day|days}` agrees with the number."""
    return _AGREEING.vformat(words, (), values)


def pick(chinese: str | None, english: str | None) -> str:
    """Of a pair from the registry the one in force; Chinese where English is missing."""
    return (english if is_english() and english else chinese) or ""
