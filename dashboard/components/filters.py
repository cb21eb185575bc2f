"""The filters in the frame: period, region, origin, language; each lives in the address, so a link gives the same view."""

from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

from dashboard import formatting
from dashboard.data import origins, periods, regions, releases
from dashboard.data.caching import per_release
from dashboard.i18n import CHINESE, ENGLISH, LANGUAGES, language, t, using

_LANGUAGE_CODES = {"zh": CHINESE, "en": ENGLISH}
_STATE = "_selection"
CURRENT = ""


@dataclass(frozen=True)
class Selection:
    """What the reader looks at: a release, a period, a region and a choice of origin; on the page of a programme that one too.

    `is_latest_period` says that the period was not chosen, but is the one with which the page opens.
    """

    release_id: str
    period: str
    region: str
    mode: str
    is_latest_period: bool
    is_current: bool = True
    programme: str | None = None

    @property
    def is_nation(self) -> bool:
        """Whether the whole country is chosen."""
        return self.region == regions.NATION


def current() -> Selection:
    """The selection of this run. KeyError before the frame is drawn."""
    selection: Selection = st.session_state[_STATE]
    return selection


def canonical(release_id: str, query: dict[str, str]) -> dict[str, str] | None:
    """The query with codes (region=410000, origin=real, lang=en, period=2024-05) in the words the filters use.

    None when nothing needs to change.
    """
    wanted = dict(query)
    chosen = _LANGUAGE_CODES.get(query.get("lang", "").lower(), query.get("lang", CHINESE))
    if chosen not in LANGUAGES:
        chosen = CHINESE
    if query.get("lang") in _LANGUAGE_CODES:
        wanted["lang"] = chosen
    with using(chosen):
        if regions.find(release_id, query.get("region", "")):
            wanted["region"] = _region_label(release_id, query["region"], chosen)
        if query.get("period") in periods.available(release_id, origins.AUTOMATIC):
            wanted["period"] = formatting.period_name(query["period"])
        if query.get("as_of") in releases.ids():
            wanted["as_of"] = _release_label(query["as_of"])
        if query.get("origin") in origins.MODES:
            wanted["origin"] = t(f"origin_{query['origin']}")
    return wanted if wanted != query else None


def show_language() -> None:
    """The language switch."""
    st.segmented_control(
        t("language"),
        LANGUAGES,
        default=CHINESE,
        required=True,
        key="lang",
        bind="query-params",
        label_visibility="collapsed",
    )
    if st.session_state.get("_labelled_in") != language():
        # The words of the choices change with the language; what is chosen stays.
        for key in ("region", "period", "origin", "as_of"):
            if key in st.session_state:
                st.session_state[key] = st.session_state[key]
        st.session_state["_labelled_in"] = language()


def show_release(current_id: str) -> str:
    """Which release is read, the current one until an earlier one is chosen; returns its id."""
    earlier = [one for one in releases.ids() if one != current_id]
    if not earlier:
        return current_id
    if st.session_state.get("as_of") not in (None, CURRENT, *earlier):
        st.session_state["as_of"] = CURRENT
    chosen = st.selectbox(
        t("as_of_release"),
        [CURRENT, *earlier],
        format_func=_release_label,
        key="as_of",
        bind="query-params",
    )
    return chosen or current_id


def _release_label(release_id: str) -> str:
    return f"{releases.minute_of(release_id)} · {releases.short_id(release_id)}" if release_id else t("current_release")


def show(release_id: str, is_current: bool = True, programme: str | None = None) -> Selection:
    """Period, region and origin; remembers and returns what is chosen.

    Until a period is chosen, the page of a `programme` opens with its own latest.
    """
    mode, spoken = _chosen_origin(), language()
    options = periods.available(release_id, mode)
    default = periods.latest(release_id, mode, programme)
    last: Selection | None = st.session_state.get(_STATE)
    _follow_latest(last, default)
    if st.session_state.get("period") not in (None, *options):
        options = (*options, st.session_state["period"])
    period = st.selectbox(
        t("period"),
        options,
        index=options.index(default) if default in options else 0,
        format_func=lambda period: _period_label(period, spoken),
        key="period",
        bind="query-params",
        width=176,
    )
    region = st.selectbox(
        t("region"),
        _region_options(release_id, _chosen_region(release_id), _asked_region(release_id)),
        format_func=lambda code: _region_label(release_id, code, spoken),
        key="region",
        bind="query-params",
        width=190,
        placeholder=t("nation"),
    )
    mode = st.selectbox(
        t("origin"),
        origins.MODES,
        format_func=lambda code: t(f"origin_{code}"),
        key="origin",
        bind="query-params",
        width=150,
        help=None,
    )
    # What was chosen stays chosen on a page that opens with the same.
    is_chosen = last is not None and not last.is_latest_period and last.period == period
    is_latest = period == default and not is_chosen
    selection = Selection(release_id, period, region or regions.NATION, mode, is_latest, is_current, programme)
    st.session_state[_STATE] = selection
    _remember_for_links(selection)
    return selection


def _follow_latest(last: Selection | None, default: str) -> None:
    """Who looks at the latest period goes on doing so when a release, another origin or another page brings a different one."""
    if last and last.is_latest_period and last.period != default and st.session_state.get("period") == last.period:
        st.session_state["period"] = default


def _chosen_origin() -> str:
    chosen = st.session_state.get("origin")
    if chosen in origins.MODES:
        return str(chosen)
    asked = st.query_params.get("origin")
    return next((mode for mode in origins.MODES if t(f"origin_{mode}") == asked), origins.AUTOMATIC)


@lru_cache(maxsize=1000)
def _period_label(period: str, spoken: str) -> str:
    with using(spoken):
        return formatting.period_name(period)


@per_release(200)
def _region_options(release_id: str, *chosen: str) -> list[str]:
    """The nation, the provinces, and below the chosen ones their prefectures and counties."""
    path = {region.code for one in chosen for region in regions.lineage(release_id, one)}
    options = [regions.NATION]
    for province in regions.provinces(release_id):
        options.append(province.code)
        if province.code not in path:
            continue
        for prefecture in regions.children(release_id, province.code):
            options.append(prefecture.code)
            if prefecture.code in path:
                options += [county.code for county in regions.children(release_id, prefecture.code)]
    return options


def _chosen_region(release_id: str) -> str:
    chosen = st.session_state.get("region")
    if chosen and regions.find(release_id, chosen):
        return str(chosen)
    return _asked_region(release_id)


def _asked_region(release_id: str) -> str:
    """What the address names: another region than the chosen one where the reader has gone back."""
    asked = st.query_params.get("region")
    return (asked and _codes_of_labels(release_id, asked)) or regions.NATION


def _codes_of_labels(release_id: str, label: str) -> str | None:
    """The code of a label like 河南 › 洛阳市."""
    code = regions.NATION
    for name in label.split(" › "):
        match = [
            region
            for region in regions.children(release_id, code)
            if name in (region.short_name, region.name, region.name_en)
        ]
        if not match:
            return None
        code = match[0].code
    return code


@per_release(10_000)
def _region_label(release_id: str, code: str, spoken: str) -> str:
    path = regions.lineage(release_id, code)
    with using(spoken):
        return " › ".join(formatting.region_name(region) for region in (path[1:] or path))


def _remember_for_links(selection: Selection) -> None:
    """Addresses carry what differs from the defaults, as codes."""
    st.session_state["_region_code"] = None if selection.is_nation else selection.region
    st.session_state["_period_code"] = None if selection.is_latest_period else selection.period
    st.session_state["_origin_code"] = None if selection.mode == origins.AUTOMATIC else selection.mode
    st.session_state["_as_of_code"] = None if selection.is_current else selection.release_id
    st.session_state["_lang_code"] = "en" if language() == ENGLISH else None
