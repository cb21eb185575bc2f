"""查找: the button that opens the search; what it does is done in the browser (static/search.js), which asks dashboard/search.py."""

import streamlit as st

from dashboard.components.markup import tag
from dashboard.i18n import t

_WORDS = ("find_hint", "find_none", "find_away", "find_found", "close")


def show() -> None:
    """In the frame of every page."""
    # What is put in is known in the browser only.
    words = {f"data_{name.replace('_', '-')}": t(name, asked="{asked}", count="{count}") for name in _WORDS}
    key = tag("kbd", "/", aria_hidden="true")
    st.html(tag("button", t("find"), key, type="button", cls="ub-search-button", aria_keyshortcuts="/", **words))
