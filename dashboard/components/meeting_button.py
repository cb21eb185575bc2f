"""The button that turns the screen into one for a meeting room; what it does is done in the browser (static/meeting.js)."""

import streamlit as st

from dashboard.components.markup import tag
from dashboard.i18n import t

# What the script in the browser says; it has no dictionary of its own.
_WORDS = (
    *("meeting_pages", "meeting_seconds", "meeting_start", "meeting_pause", "meeting_go_on", "meeting_end", "close"),
    *("meeting_changes", "meeting_no_change"),
)


def show() -> None:
    """In the side bar."""
    words = {f"data_{name.replace('_', '-')}": t(name) for name in _WORDS}
    st.html(tag("button", t("meeting_mode"), type="button", cls="ub-meeting-button", **words))
