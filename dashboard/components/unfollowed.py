"""The notice that says what of an address could not be followed, and what is shown instead; it goes with the next step."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import formatting, links
from dashboard.components import markup
from dashboard.components.markup import Markup, tag
from dashboard.data import regions, sight
from dashboard.i18n import t
from warehouse.access import scopes

_LOST = "_unfollowed"
_NOW = "_unfollowed_now"
_SHOWN = 6
_LONGEST = 60
_FILTERS = ("region", "period", "origin", "as_of", "lang")


@dataclass(frozen=True)
class Unfollowed:
    """A parameter of an address that names nothing; `choices` are regions that may be meant, `is_former` that it was dissolved."""

    name: str
    value: str
    choices: tuple[str, ...] = ()
    is_former: bool = False


def remember(lost: Sequence[Unfollowed]) -> None:
    """Keep what an address asked for until the reader has gone on from the page it led to."""
    st.session_state[_LOST] = (None, tuple(lost))


def remember_too(name: str, value: str) -> None:
    """Keep one more; the address does not say it any more in the next run."""
    view, lost = st.session_state.get(_LOST, (None, ()))
    st.session_state[_LOST] = (view, (*lost, Unfollowed(name, value)))


def tell(name: str, value: str) -> None:
    """What a page cannot follow of its own parameters; the notice of this run says it."""
    if value:
        st.session_state[_NOW] = (*st.session_state.get(_NOW, ()), Unfollowed(name, value))


def show(release_id: str, view: tuple[object, ...]) -> None:
    """The notice; what an address asked for stays in it as long as the reader looks at the `view` to which it led."""
    kept, lost = st.session_state.get(_LOST, (None, ()))
    lost = lost if kept in (None, view) else ()
    st.session_state[_LOST] = (view, lost)
    told = {one.name: one for one in (*st.session_state.pop(_NOW, ()), *lost)}
    if told:
        markup.show(
            tag(
                "div",
                tag("strong", t("unfollowed")),
                [tag("span", _sentence(release_id, one), _choices(release_id, one)) for one in told.values()],
                cls="ub-banner ub-banner-lost",
                role="alert",
            ),
            key="unfollowed",
        )


def _sentence(release_id: str, one: Unfollowed) -> str:
    value = one.value if len(one.value) <= _LONGEST else one.value[:_LONGEST] + "…"
    if one.name == "region" and not scopes.current().is_everything:
        own = regions.find(release_id, sight.home(release_id))
        return t("unfollowed_foreign", value=value, region=formatting.region_name(own) if own else "—")
    if one.name == "region" and one.choices:
        return t("unfollowed_former" if one.is_former else "unfollowed_ambiguous", value=value)
    if one.name in _FILTERS:
        return t(f"unfollowed_{one.name}", value=value)
    return t("unfollowed_other", name=one.name, value=value)


def _choices(release_id: str, one: Unfollowed) -> list[Markup]:
    """The regions that may be meant, each a link."""
    found = []
    for code in one.choices[:_SHOWN]:
        path = regions.lineage(release_id, code)[1:]
        name = " › ".join(formatting.region_name(region) for region in path)
        found.append(markup.link(links.Target(region=code), name))
    if len(one.choices) > _SHOWN:
        found.append(tag("span", t("and_more", count=len(one.choices))))
    return found
