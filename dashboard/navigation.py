"""The pages and their order, made from the registry: no page names a programme."""

import os
from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.navigation.page import Page
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import links
from dashboard.access import reader
from dashboard.app_pages import (
    ask,
    audit,
    compare,
    cross_checks,
    data_quality,
    duties,
    glossary,
    lost,
    no_release,
    overview,
    programme,
    province,
    provinces,
    records,
    releases,
    reminders,
    side_by_side,
    upload,
)
from dashboard.data import kpis, programmes
from dashboard.data.programmes import Programme
from dashboard.i18n import language, pick, t
from warehouse.access import scopes
from warehouse.access.sign_in import INSECURE

_SECTIONS = "_sections"
_LOST = "_lost_paths"
OVERVIEW = "overview"
# The first page lies at the root alone, and no other may have the path it is given.
_RESERVED = "start"


def before_first_release() -> dict[str, list[Page]]:
    """The only page while there is nothing to show."""
    return {"": [st.Page(no_release.show, title=t("overview"), url_path="overview", default=True)]}


def sections(release_id: str) -> dict[str, list[Page]]:
    """项目 with the overview, the provinces and one page a programme; 数据 with what is about the numbers themselves.

    The same objects for a session as long as neither release nor language changes.
    """
    _note_lost(release_id)
    of = (release_id, language(), st.session_state.get(_LOST, ()), scopes.current())
    kept: tuple[tuple[object, ...], dict[str, list[Page]]] | None = st.session_state.get(_SECTIONS)
    if kept is None or kept[0] != of:
        kept = st.session_state[_SECTIONS] = (of, _sections(release_id))
    return kept[1]


def searched() -> tuple[tuple[str, str], ...]:
    """The pages that search knows, by the key of their title and their path; programmes are told by the release."""
    return (("overview", links.HOME), *((key, path) for _, key, path in (*_PROVINCES, *_data_pages())))


def is_lost(url_path: str) -> bool:
    """Whether the page of this path only says that there is none."""
    return url_path in st.session_state.get(_LOST, ())


def asked_path() -> str:
    """The path that the browser's address names in this run, without the base of the installation; '' for the overview."""
    context = get_script_run_ctx()
    return (context.pages_manager.intended_page_name or "") if context is not None else ""


def programme_of(release_id: str, url_path: str) -> Programme | None:
    """The programme whose page has this path, or None."""
    return next((one for one in programmes.all_programmes(release_id) if links.page_path(one.code) == url_path), None)


def about(release_id: str, url_path: str, kpi: str) -> str | None:
    """The programme that a page is about: its own, on the records page that of the KPI; None of a page about all of them."""
    programme = programme_of(release_id, url_path)
    if programme is not None:
        return programme.code
    found = kpis.find(release_id, kpi) if url_path == "records" else None
    return found.programme if found else None


def trail(release_id: str, url_path: str, kpi: str) -> list[tuple[str, links.Target]]:
    """What stands behind the region in the breadcrumbs: on the records page the programme and the KPI."""
    found = kpis.find(release_id, kpi) if url_path == "records" else None
    if found is None:
        return []
    programme = next(one for one in programmes.all_programmes(release_id) if one.code == found.programme)
    return [
        (pick(programme.short_name_zh, programme.name_en), links.programme_page(programme.code)),
        (pick(found.label_zh, found.label_en), links.programme_page(programme.code, kpi=found.code)),
        (t("records"), links.Target(page="records", kpi=found.code)),
    ]


def find(pages: dict[str, list[Page]], url_path: str) -> Page | None:
    """The page with this path; `home` and '' are the overview."""
    everything = [page for section in pages.values() for page in section]
    if url_path in ("", links.HOME):
        return everything[0]
    return next((page for page in everything if page.url_path == url_path), None)


def _note_lost(release_id: str) -> None:
    """Gives an address that names no page one of its own, because Streamlit shows the overview in its place."""
    path, lost = asked_path(), st.session_state.get(_LOST, ())
    # Streamlit's addresses have one part only.
    if path in ("", *lost) or "/" in path:
        return
    known = {page.url_path for section in _sections(release_id).values() for page in section}
    if path not in known:
        st.session_state[_LOST] = (*lost, path)


def _lost_page(path: str) -> Page:
    return st.Page(partial(lost.show, path), title=t("lost_page"), url_path=path, visibility="hidden")


def _overview_at(path: str) -> Page:
    """The first page under a path; by itself it has none."""
    return st.Page(overview.show, title=t("overview"), url_path=path, visibility="hidden")


def _sections(release_id: str) -> dict[str, list[Page]]:
    """Those pages that whoever looks has; the first of them is the one at the root."""
    every = _all_sections(release_id)
    if not scopes.is_enforced():
        return every
    of_programmes = {links.page_path(one.code) for one in programmes.all_programmes(release_id)}
    lost = st.session_state.get(_LOST, ())
    had = {
        title: [
            one
            for one in pages
            if one.url_path in lost or reader.has_page(_path_of(one), one.url_path in of_programmes)
        ]
        for title, pages in every.items()
    }
    if not any(one._default for pages in had.values() for one in pages):
        first = next(one for pages in had.values() for one in pages if one.visibility == "visible")
        first._default = True
    return {title: pages for title, pages in had.items() if pages}


def _path_of(page: Page) -> str:
    """The path of a page; the one at the root alone has none."""
    return _RESERVED if page._default else page.url_path


_Listed = tuple[Callable[[], None], str, str]
_PROVINCES: tuple[_Listed, ...] = ((provinces.show, "provinces", "provinces"),)


def _data_pages() -> tuple[_Listed, ...]:
    """The pages about the numbers themselves: what shows each, the key of its title, its path."""
    signed_in_only = () if os.environ.get(INSECURE) else ((audit.show, "audit", "audit"),)
    return (
        (reminders.show, "reminders", "reminders"),
        (data_quality.show, "data_quality", "data-quality"),
        (upload.show, "upload", "upload"),
        (duties.show, "duties", "duties"),
        (cross_checks.show, "cross_checks", "cross-checks"),
        (glossary.show, "glossary", "glossary"),
        (side_by_side.show, "side_by_side", side_by_side.PATH),
        (ask.show, "ask", "ask"),
        (releases.show, "releases", "releases"),
        (compare.show, "compare", "compare"),
        *signed_in_only,
    )


def _page(show: Callable[[], None], key: str, path: str) -> Page:
    return st.Page(show, title=t(key), url_path=path)


def _all_sections(release_id: str) -> dict[str, list[Page]]:
    return {
        t("section_programmes"): [
            st.Page(overview.show, title=t("overview"), url_path=_RESERVED, default=True),
            *(_page(*one) for one in _PROVINCES),
            st.Page(province.show, title=t("one_province"), url_path="province", visibility="hidden"),
            *(_programme_page(one) for one in programmes.all_programmes(release_id)),
        ],
        t("section_data"): [
            *(_page(*one) for one in _data_pages()),
            st.Page(records.show, title=t("records"), url_path="records", visibility="hidden"),
            *(_overview_at(path) for path in (links.HOME, OVERVIEW)),
            *(_lost_page(path) for path in st.session_state.get(_LOST, ())),
        ],
    }


def _programme_page(one: Programme) -> Page:
    show = partial(programme.show, one)
    return st.Page(show, title=pick(one.short_name_zh, one.name_en), url_path=links.page_path(one.code))
