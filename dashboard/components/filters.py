"""The filters in the frame: period, region, origin, language; each lives in the address, so a link gives the same view."""

from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

from dashboard import formatting
from dashboard.components.unfollowed import Unfollowed
from dashboard.data import origins, periods, places, regions, releases, sight
from dashboard.data.caching import per_release
from dashboard.i18n import CHINESE, ENGLISH, LANGUAGES, language, t, using
from warehouse.access import scopes

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


@dataclass(frozen=True)
class Address:
    """A query in the words the filters use, and what of it names nothing that is there."""

    query: dict[str, str]
    unfollowed: tuple[Unfollowed, ...] = ()


def is_arriving() -> bool:
    """Whether the reader has just opened an address; from then on the filters themselves write what stands in it."""
    return _STATE not in st.session_state


def canonical(release_id: str, query: dict[str, str]) -> Address | None:
    """An address with codes, names or words of the other language, in the words that the filters use in its language.

    What cannot be followed is left out and told. None when nothing needs to change.
    """
    spoken = _LANGUAGE_CODES.get(query.get("lang", "").lower(), query.get("lang", CHINESE))
    chosen = spoken if spoken in LANGUAGES else CHINESE
    wanted, lost = dict(query), []
    if "lang" in query:
        wanted["lang"] = chosen
        if spoken != chosen:
            lost.append(Unfollowed("lang", query["lang"]))
    with using(chosen):
        mode = _mode_of(query.get("origin", "")) or origins.AUTOMATIC
        labels = {
            "region": _region_words(release_id, query.get("region", ""), chosen),
            "period": _period_words(release_id, query.get("period", ""), mode),
            "as_of": _release_words(query.get("as_of", "")),
            "origin": t(f"origin_{mode}") if _mode_of(query.get("origin", "")) else None,
        }
        for name, label in labels.items():
            if not query.get(name):
                continue
            if label is not None:
                wanted[name] = label
                continue
            del wanted[name]
            choices = places.meant(release_id, query[name]) if name == "region" else places.Meant(None)
            codes = tuple(region.code for region in choices.choices)
            lost.append(Unfollowed(name, query[name], codes, choices.is_former))
    return Address(wanted, tuple(lost)) if wanted != query or lost else None


def _region_words(release_id: str, asked: str, spoken: str) -> str | None:
    found = places.meant(release_id, asked).region
    is_there = found is not None and sight.is_own_region(release_id, found.code)
    return _region_label(release_id, found.code, spoken) if found is not None and is_there else None


def _period_words(release_id: str, asked: str, mode: str) -> str | None:
    code = _period_codes(release_id, mode).get(asked.strip())
    return formatting.period_name(code) if code is not None else None


@per_release(12)
def _period_codes(release_id: str, mode: str) -> dict[str, str]:
    """The periods that have values, by code and by their words in both languages."""
    found: dict[str, str] = {}
    for period in periods.available(release_id, mode):
        found |= {period: period, **{_period_label(period, spoken): period for spoken in LANGUAGES}}
    return found


def _mode_of(asked: str) -> str | None:
    """The choice of origin that a code, or its words in either language, stands for."""
    for mode in origins.MODES:
        for spoken in LANGUAGES:
            with using(spoken):
                if asked in (mode, t(f"origin_{mode}")):
                    return mode
    return None


def _release_words(asked: str) -> str | None:
    """The words of the release that an id, the beginning of one, or its words mean."""
    every = releases.ids()
    if asked in every:
        return _release_label(asked)
    with_words = [one for one in every if asked == _release_label(one)]
    begun = [one for one in every if len(asked) >= len("20240601T083000Z") and one.startswith(asked)]
    found = with_words or begun
    return _release_label(found[0]) if len(found) == 1 else None


def show_language() -> None:
    """The language switch."""
    # On the first run what is chosen stands in the address only.
    arriving = st.session_state.get("lang") or st.query_params.get("lang")
    with using(ENGLISH if arriving == ENGLISH else CHINESE):
        label = t("language")
    st.segmented_control(
        label,
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
    if st.session_state.get("as_of") not in (None, CURRENT, current_id, *earlier):
        st.session_state["as_of"] = CURRENT
    chosen = st.selectbox(
        t("as_of_release"),
        [CURRENT, *earlier, *_pinned(current_id)],
        format_func=_release_label,
        key="as_of",
        bind="query-params",
    )
    return chosen or current_id


def _pinned(current_id: str) -> list[str]:
    """The current release by its name, where a link asks for it: it stays when a later one comes."""
    asked = (st.session_state.get("as_of"), st.query_params.get("as_of"))
    return [current_id] if current_id in asked or _release_label(current_id) in asked else []


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
    home = sight.home(release_id)
    if st.session_state.get("region") and not sight.is_own_region(release_id, st.session_state["region"]):
        st.session_state["region"] = home
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
    selection = Selection(release_id, period, region or home, mode, is_latest, is_current, programme)
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
    if not scopes.current().is_everything:
        return _own_options(release_id, path)
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


def _own_options(release_id: str, path: set[str]) -> list[str]:
    """The regions of a scope, and below each what lies on the path to the chosen ones and right below it."""
    options: list[str] = []
    waiting = list(reversed(sight.roots(release_id)))
    is_alone = len(waiting) == 1
    while waiting:
        code = waiting.pop()
        options.append(code)
        if code in path or (is_alone and len(options) == 1):
            waiting += [region.code for region in reversed(regions.children(release_id, code))]
    return options or [regions.NATION]


def _chosen_region(release_id: str) -> str:
    chosen = st.session_state.get("region")
    if chosen and regions.find(release_id, chosen):
        return str(chosen)
    return _asked_region(release_id)


def _asked_region(release_id: str) -> str:
    """What the address names: another region than the chosen one where the reader has gone back."""
    asked = st.query_params.get("region")
    return (asked and _codes_of_labels(release_id, asked)) or sight.home(release_id)


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
    is_home = selection.region == sight.home(selection.release_id)
    st.session_state["_region_code"] = None if is_home else selection.region
    st.session_state["_period_code"] = None if selection.is_latest_period else selection.period
    st.session_state["_origin_code"] = None if selection.mode == origins.AUTOMATIC else selection.mode
    is_pinned = st.session_state.get("as_of") == selection.release_id
    st.session_state["_as_of_code"] = selection.release_id if is_pinned or not selection.is_current else None
    st.session_state["_lang_code"] = "en" if language() == ENGLISH else None
