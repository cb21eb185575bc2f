"""The frame of every page: navigation, filters, banner, and the page itself."""

import logging
import time

import duckdb
import streamlit as st
from streamlit.navigation.page import Page

from dashboard import i18n, links, metrics, navigation, theme
from dashboard.access import reader
from dashboard.access.reader import SignedOutError
from dashboard.components import (
    breadcrumbs,
    briefing_links,
    copy_notice,
    damage_notice,
    demonstration_banner,
    empty_state,
    filters,
    meeting_button,
    release_banner,
    release_line,
    release_watch,
    saved_views,
    search_button,
    share_button,
    unfollowed,
    unreadable,
)
from dashboard.data import kpis, programmes, releases
from dashboard.i18n import t
from warehouse.releases.release import ReleaseError


def draw() -> str:
    """The whole page; returns its path."""
    st.set_page_config(
        page_title=t("product"), page_icon=theme.ICON, layout="wide", initial_sidebar_state=theme.SIDEBAR_WIDTH
    )
    if not theme.is_linked:
        st.html(theme.stylesheet())
    current_id = releases.current_id()
    arriving = st.query_params.to_dict() if filters.is_arriving() else {}
    saved = saved_views.opened(arriving)
    arriving = saved.query if saved is not None else arriving
    address = filters.canonical(current_id, arriving) if current_id is not None else None
    if saved is not None and current_id is not None:
        address = filters.Address(
            address.query if address else saved.query, (*saved.unfollowed, *(address.unfollowed if address else ()))
        )
    if current_id is not None and address is not None:
        # An address with codes (region=410000) is turned into the words of the filters before any filter is drawn.
        unfollowed.remember(address.unfollowed)
        st.switch_page(st.navigation(navigation.sections(current_id)), query_params=address.query)
    release_watch.show(current_id)
    with st.sidebar:
        filters.show_language()
    # From here on the language stands; asking the session for it costs more than most words.
    with i18n.using(i18n.language()):
        release_id = current_id
        damaged = None
        if current_id is not None:
            with st.sidebar:
                release_id = filters.show_release(current_id)
                meeting_button.show()
                reader.show_person()
            if release_id != current_id and (damage := releases.damage_of(release_id)) is not None:
                damaged, release_id = (release_id, damage), current_id
        st.logo(theme.logo(t("product")), size="large")
        if release_id is None:
            page = st.navigation(navigation.before_first_release())
            reader.show_warning()
            if reader.note(page.url_path, None):
                page.run()
        else:
            page = _in_frame(release_id, current_id or release_id, damaged)
    return page.url_path or links.HOME


def _in_frame(release_id: str, current_id: str, damaged: tuple[str, str] | None) -> Page:
    pages = navigation.sections(release_id)
    page = st.navigation(pages, expanded=True)
    links.note_page(page.url_path)

    wanted, query = st.session_state.pop(links.PENDING_PAGE, (None, {}))
    if wanted is not None and (target := navigation.find(pages, wanted)) is not None:
        st.switch_page(target, query_params=query)

    with st.container(key="frame", horizontal=True, vertical_alignment="center"):
        crumbs = st.container(key="frame_crumbs")
        with st.container(key="frame_filters", horizontal=True, vertical_alignment="center"):
            about = navigation.about(release_id, page.url_path, st.query_params.get("kpi", ""))
            selection = filters.show(release_id, release_id == current_id, about)
            with links.at(links.here()):
                release_line.show(selection)
            search_button.show()
            share_button.show(selection)
    with st.sidebar:
        briefing_links.show(selection)
    with links.at(links.here()):
        with crumbs:
            breadcrumbs.show(selection, navigation.trail(release_id, page.url_path, st.query_params.get("kpi", "")))
        release_banner.show(selection, current_id)
        if damaged is not None:
            damage_notice.show_asked(*damaged)
        shown = navigation.programme_of(release_id, page.url_path)
        everything = tuple(one.code for one in programmes.all_programmes(release_id))
        damage_notice.show(current_id)
        copy_notice.show()
        reader.show_warning()
        if not navigation.is_lost(page.url_path):
            demonstration_banner.show(selection, (shown.code,) if shown else everything)
        notice = st.container(key="unfollowed_place")
        asked = {key: value for key, value in st.query_params.to_dict().items() if key not in st.session_state}
        if not reader.note(page.url_path, selection):
            return page
        try:
            with reader.at_page(page.url_path):
                page.run()
        except (duckdb.Error, ReleaseError) as error:
            if unreadable.is_told(error):
                return page
            # A release made by another version of the programme may lack what a page asks for.
            logging.getLogger(__name__).exception("release %s cannot be read", release_id)
            empty_state.show(t("unreadable"), [t("unreadable_sentence")])
        _tell_unfollowed(release_id, asked)
        with notice:
            unfollowed.show(release_id, (page.url_path, selection))
    return page


def _tell_unfollowed(release_id: str, asked: dict[str, str]) -> None:
    """What the address asked of the page and the page does not have: a KPI, a release, a choice of one of its own widgets."""
    if kpis.find(release_id, asked.get("kpi", "")) is None:
        unfollowed.tell("kpi", asked.get("kpi", ""))
    if asked.get("release") not in releases.ids():
        unfollowed.tell("release", asked.get("release", ""))
    for key, value in asked.items():
        # Streamlit takes a value that a widget does not have, and one that is its default, out of the address.
        is_gone = key in st.session_state and key not in st.query_params
        if is_gone and str(st.session_state[key]).casefold() != value.casefold():
            unfollowed.remember_too(key, value)


begun = time.perf_counter()
path = links.HOME
try:
    with reader.reading():
        path = draw()
except SignedOutError:
    reader.show_signed_out()
except (duckdb.Error, ReleaseError) as error:
    if not unreadable.is_told(error):
        raise
# A run that is broken off, because it is drawn again or the reader has left, says nothing about how long a page takes.
metrics.pages.observe(time.perf_counter() - begun, page=path)
