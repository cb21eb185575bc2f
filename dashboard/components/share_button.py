"""分享: an address that always shows the latest, or the page as it stands now; put together in the browser (static/share.js)."""

import json

import streamlit as st

from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.data import origins
from dashboard.i18n import ENGLISH, language, t


def show(selection: Selection) -> None:
    """In the frame of every page."""
    kinds = (("latest", "share_latest", latest(selection)), ("fixed", "share_fixed", fixed(selection)))
    buttons = [
        tag("button", t(words), type="button", cls="ub-share-as", data_share=json.dumps(query), data_kind=kind)
        for kind, words, query in kinds
    ]
    note = tag("span", t("share_note"), cls="ub-hint")
    st.html(
        tag(
            "details",
            tag("summary", t("share")),
            tag("div", buttons, note, cls="ub-share-body"),
            cls="ub-share",
            data_copied=t("share_copied"),
            data_by_hand=t("share_by_hand"),
        )
    )


def latest(selection: Selection) -> dict[str, str]:
    """What is chosen, without the release; the period only where the reader chose it."""
    chosen = {
        "region": "" if selection.is_nation else selection.region,
        "period": "" if selection.is_latest_period else selection.period,
        "origin": "" if selection.mode == origins.AUTOMATIC else selection.mode,
        "lang": "en" if language() == ENGLISH else "",
    }
    return {name: value for name, value in chosen.items() if value}


def fixed(selection: Selection) -> dict[str, str]:
    """Release, period, region, origin and language, all of them said, so that nothing of the page moves."""
    return {
        "as_of": selection.release_id,
        "region": selection.region,
        "period": selection.period,
        "origin": selection.mode,
        "lang": "en" if language() == ENGLISH else "zh",
    }
