"""A cross table without SQL: regions, periods, programmes, KPIs, categories and statuses on rows and columns, filters on each.

A total stands only where values may be added, and the page says why where one does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import formatting, links
from dashboard.components import (
    addressed,
    data_table,
    empty_state,
    kpi_card,
    markup,
    notes,
    plain,
    result_chart,
    unfollowed,
)
from dashboard.components.data_table import Cell
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, tag
from dashboard.data import crossing, kpis, origins, periods, programmes, regions, words
from dashboard.data.crossing import CATEGORY, KPI, PERIOD, PROGRAMME, REGION, STATUS, Crossed, Key, Question, Together
from dashboard.data.kpis import Kpi
from dashboard.data.values import Value
from dashboard.i18n import pick, t

GRAINS = ("month", "quarter", "year", "all")
# Which regions: the one chosen above, those right below it, or those of a level inside it.
OWN, BELOW = "own", "below"
VALUE, COUNT = "value", "count"
MOST_KPIS, PERIODS = 12, 13
MOST_ON_AXIS = 3
SHOWN_ROWS, SHOWN_COLUMNS = 300, 60
NAMES = (
    *("rows", "cols", "kpis", "programmes", "level", "places", "grain", "periods", "categories", "statuses"),
    *("measure", "totals"),
)
# Addresses before the table could be crossed freely had these.
_FORMER = ("shape", "pivot_kpi")
_READ = "_pivot_read"


@dataclass(frozen=True)
class Choices:
    """What the reader has chosen, and whether totals are wanted."""

    question: Question
    measure: str
    has_totals: bool


def show(selection: Selection) -> None:
    """The choices, which stand in the address, and the table they give."""
    release_id = selection.release_id
    known = {kpi.code: kpi for kpi in kpis.all_kpis(release_id)}
    _read_address(selection, known)
    chosen = _choices(selection, known)
    if not chosen.question.kpis or not (chosen.question.rows or chosen.question.columns):
        empty_state.show(t("nothing_here"), [t("pivot_how")], key="pivot_none")
        return
    found = crossing.crossed(release_id, chosen.question)
    if not found.cells:
        empty_state.show(t("nothing_here"), [t("pivot_empty")], key="pivot_none")
        return
    _draw(selection, chosen, found)


# --- what is chosen ---------------------------------------------------------------------------------------------------


def _read_address(selection: Selection, known: Mapping[str, Kpi]) -> None:
    state = st.session_state
    if "pivot_rows" not in state:
        # Streamlit forgets what was chosen on a page that was left.
        state.pop(_READ, None)
    asked = addressed.changed(_READ, NAMES)
    if asked is None:
        return
    for name in _FORMER:
        unfollowed.tell(name, st.query_params.pop(name, ""))
    told = {name: addressed.codes(asked[name]) for name in NAMES}
    state["pivot_rows"] = _followed("rows", told["rows"], crossing.DIMENSIONS)[:MOST_ON_AXIS] or [REGION]
    columns = [one for one in _followed("cols", told["cols"], crossing.DIMENSIONS) if one not in state["pivot_rows"]]
    state["pivot_cols"] = columns[:MOST_ON_AXIS] if asked["cols"] else [] if asked["rows"] else [PERIOD]
    state["pivot_programmes"] = _followed("programmes", told["programmes"], {one.programme for one in known.values()})
    headline = [kpi.code for kpi in kpis.headlines(selection.release_id).values()][:1]
    state["pivot_kpis"] = _followed("kpis", told["kpis"], known)[:MOST_KPIS] or headline
    levels = _levels(selection)
    state["pivot_level"] = next(iter(_followed("level", told["level"], levels)), None)
    state["pivot_places"] = [code for code in told["places"] if regions.find(selection.release_id, code)]
    state["pivot_grain"] = next(iter(_followed("grain", told["grain"], GRAINS)), None)
    state["pivot_periods"] = told["periods"]
    state["pivot_categories"] = told["categories"]
    state["pivot_statuses"] = _followed("statuses", told["statuses"], crossing.STATUSES)
    state["pivot_measure"] = COUNT if asked["measure"] == COUNT else VALUE
    state["pivot_totals"] = asked["totals"] != "no"


def _followed(name: str, told: Sequence[str], there: object) -> list[str]:
    """Those that are there; the others are told to the reader."""
    found = [one for one in told if one in there]  # type: ignore[operator]
    unfollowed.tell(name, ",".join(one for one in told if one not in found))
    return found


def _levels(selection: Selection) -> tuple[str, ...]:
    below = (BELOW,) if regions.children(selection.release_id, selection.region) else ()
    return (OWN, *below, *crossing.levels_inside(selection.release_id, selection.region))


def _choices(selection: Selection, known: Mapping[str, Kpi]) -> Choices:
    release_id, state = selection.release_id, st.session_state
    with st.container(horizontal=True, key="pivot_axes", vertical_alignment="bottom"):
        rows = st.multiselect(
            t("pivot_rows"), crossing.DIMENSIONS, format_func=_dimension, key="pivot_rows", max_selections=MOST_ON_AXIS
        )
        free = [one for one in crossing.DIMENSIONS if one not in rows]
        state["pivot_cols"] = [one for one in state.get("pivot_cols", ()) if one in free]
        columns = st.multiselect(
            t("pivot_cols"), free, format_func=_dimension, key="pivot_cols", max_selections=MOST_ON_AXIS
        )
        measure = st.segmented_control(
            t("pivot_measure"),
            (VALUE, COUNT),
            format_func=lambda one: t(f"pivot_measure_{one}"),
            key="pivot_measure",
            required=True,
        )
        has_totals = st.toggle(t("pivot_totals"), key="pivot_totals")
    axes = {*rows, *columns}
    with st.container(horizontal=True, key="pivot_what"):
        names = {one.code: pick(one.short_name_zh, one.name_en) for one in programmes.all_programmes(release_id)}
        of = st.multiselect(
            t("pivot_programmes"),
            [code for code in names if any(kpi.programme == code for kpi in known.values())],
            format_func=lambda code: names[code],
            key="pivot_programmes",
            placeholder=t("all_programmes"),
        )
        offered = [code for code, kpi in known.items() if not of or kpi.programme in of]
        state["pivot_kpis"] = [code for code in state["pivot_kpis"] if code in offered]
        codes = st.multiselect(
            t("choose_kpis", most=MOST_KPIS),
            offered,
            format_func=lambda code: f"{names.get(known[code].programme, '')} · {_label(known[code])}",
            key="pivot_kpis",
            max_selections=MOST_KPIS,
        )
    with st.container(horizontal=True, key="pivot_filters"):
        places = _places(selection, REGION in axes)
        shown = _periods(selection, PERIOD in axes)
        chosen = [known[code] for code in codes]
        categories = _categories(release_id, chosen, CATEGORY in axes)
        statuses = st.multiselect(
            t("status"),
            crossing.STATUSES,
            format_func=lambda one: t(f"status_{one}"),
            key="pivot_statuses",
            placeholder=t("pivot_all"),
        )
    addressed.write(
        _READ,
        {
            "rows": ",".join(rows),
            "cols": ",".join(columns),
            "kpis": ",".join(codes),
            "programmes": ",".join(of),
            "level": str(state.get("pivot_level") or ""),
            "places": ",".join(state.get("pivot_places", ())),
            "grain": str(state.get("pivot_grain") or ""),
            "periods": ",".join(state.get("pivot_periods", ())),
            "categories": ",".join(state.get("pivot_categories", ())),
            "statuses": ",".join(statuses),
            "measure": COUNT if measure == COUNT else "",
            "totals": "" if has_totals else "no",
        },
    )
    question = Question(
        tuple(rows), tuple(columns), tuple(chosen), places, shown, selection.mode, categories, tuple(statuses)
    )
    return Choices(question, str(measure), has_totals)


def _places(selection: Selection, is_axis: bool) -> tuple[str, ...]:
    """The regions asked for: on an axis those below the chosen one, else the chosen one itself, unless the reader says otherwise."""
    release_id, state = selection.release_id, st.session_state
    levels = _levels(selection)
    fallback = BELOW if is_axis and BELOW in levels else OWN
    if state.get("pivot_level") not in levels:
        state["pivot_level"] = None
    level = st.selectbox(
        t("pivot_level"),
        levels,
        index=None,
        format_func=lambda one: t(f"pivot_level_{one}"),
        key="pivot_level",
        placeholder=t(f"pivot_level_{fallback}"),
    )
    level = level or fallback
    offered = (
        (selection.region,)
        if level == OWN
        else tuple(one.code for one in regions.children(release_id, selection.region))
        if level == BELOW
        else crossing.inside(release_id, selection.region, level)
    )
    state["pivot_places"] = [code for code in state.get("pivot_places", ()) if code in offered]
    chosen = st.multiselect(
        t("region"),
        offered,
        format_func=lambda code: _region(release_id, code),
        key="pivot_places",
        placeholder=t("pivot_all"),
    )
    return tuple(chosen) or offered


def _periods(selection: Selection, is_axis: bool) -> tuple[str, ...]:
    """The periods asked for: on an axis the last of a length, else the one chosen above, unless the reader says otherwise."""
    state = st.session_state
    available = periods.available(selection.release_id, selection.mode)
    own = periods.grain_of(selection.period)
    fallback = own if own in GRAINS else "month"
    grain = st.selectbox(
        t("pivot_grain"),
        GRAINS,
        index=None,
        format_func=lambda one: t("period_all") if one == "all" else t(f"grain_{one}"),
        key="pivot_grain",
        placeholder=t("period_all") if fallback == "all" else t(f"grain_{fallback}"),
    )
    offered = tuple(one for one in available if periods.grain_of(one) == (grain or fallback))
    state["pivot_periods"] = [one for one in state.get("pivot_periods", ()) if one in offered]
    last = t("pivot_last_periods", count=min(PERIODS, len(offered))) if is_axis else None
    now = selection.period if grain in (None, own) else next(iter(offered), selection.period)
    chosen = st.multiselect(
        t("period"),
        offered,
        format_func=formatting.period_name,
        key="pivot_periods",
        placeholder=last or formatting.period_name(now),
    )
    return tuple(chosen) or (offered[:PERIODS] if is_axis else (now,))


def _categories(release_id: str, chosen: Sequence[Kpi], is_axis: bool) -> tuple[str, ...] | None:
    """The categories asked for; None for the KPIs as such. A KPI that has nothing but categories is crossed by them alone."""
    by_kpi = crossing.categories(release_id)
    offered = list(dict.fromkeys(one for kpi in chosen for one in by_kpi.get(kpi.code, ())))
    st.session_state["pivot_categories"] = [
        one for one in st.session_state.get("pivot_categories", ()) if one in offered
    ]
    wanted = st.multiselect(
        t("pivot_category"),
        offered,
        format_func=lambda one: words.spoken(release_id, one),
        key="pivot_categories",
        placeholder=t("pivot_all") if is_axis else t("pivot_no_category"),
        disabled=not offered,
    )
    if wanted:
        return tuple(wanted)
    return () if is_axis else None


# --- what is drawn ----------------------------------------------------------------------------------------------------


def _draw(selection: Selection, chosen: Choices, found: Crossed) -> None:
    release_id, question = selection.release_id, chosen.question
    totals = _Totals(release_id, chosen, found)
    name = _Names(release_id, question)
    heads = [name.of(question.columns, key) for key in found.columns]
    corner = " × ".join(t(f"pivot_{one}") for one in (*question.rows, *question.columns))
    first = [t(f"pivot_{one}") for one in question.rows] or [corner]
    header = [*first, *(" · ".join(parts) or _measure(chosen) for parts in heads)]
    if totals.of_rows:
        header.append(t("pivot_total"))

    columns = found.columns[:SHOWN_COLUMNS]
    shown: list[list[Markup | str | int]] = []
    for key in found.rows[:SHOWN_ROWS]:
        members = [found.cells.get((key, column), ()) for column in columns]
        row: list[Markup | str | int] = [*_split(name.of(question.rows, key), first)]
        row += [_cell(chosen, one, totals.cell(one)) for one in members]
        shown.append([*row, _total(totals.row(key), chosen)] if totals.of_rows else row)
    if totals.of_columns:
        row = [tag("b", t("pivot_total")), *[""] * (len(first) - 1)]
        row += [_total(totals.column(column), chosen) for column in columns]
        shown.append([*row, _total(totals.all(), chosen)] if totals.of_rows else row)
    cut = [*header[: len(first) + len(columns)], *([header[-1]] if totals.of_rows else [])]
    caption = t("pivot_caption", rows=len(found.rows), columns=len(found.columns), what=_measure(chosen))

    def taken() -> list[list[Cell]]:
        rows: list[list[Cell]] = []
        for key in found.rows:
            each = [totals.cell(found.cells.get((key, one), ())) for one in found.columns]
            each += [totals.row(key)] if totals.of_rows else []
            rows.append([*_split(name.of(question.rows, key), first), *_with_signs(header, first, each, chosen)])
        if totals.of_columns:
            each = [totals.column(column) for column in found.columns] + ([totals.all()] if totals.of_rows else [])
            rows.append([t("pivot_total"), *[None] * (len(first) - 1), *_with_signs(header, first, each, chosen)])
        return rows

    _chart(chosen, found, totals, name)
    with st.container(key="pivot_box"):
        data_table.show_only(cut, shown, key="pivot", caption=caption)
        data_table.downloads_of([*header, t("note")], taken, t("ask_pivot"), key="pivot")
    said = [*totals.said(), *_cut(found), *_origins(selection, question)]
    markup.show(tag("ul", [tag("li", one) for one in said], cls="ub-hint ub-plain-list"), key="pivot_said")


def _cut(found: Crossed) -> list[str]:
    said = []
    if found.is_cut:
        said.append(t("pivot_too_many", most=f"{crossing.MOST:,}"))
    if len(found.rows) > SHOWN_ROWS or len(found.columns) > SHOWN_COLUMNS:
        said.append(
            t("pivot_cut", rows=min(len(found.rows), SHOWN_ROWS), columns=min(len(found.columns), SHOWN_COLUMNS))
        )
    return said


def _origins(selection: Selection, question: Question) -> list[str]:
    """Which records stand behind the values, said where the programmes differ."""
    of = {kpi.programme: origins.shown(selection.release_id, kpi.programme, selection.mode) for kpi in question.kpis}
    return [t("comma").join(t(f"name_{one}") for one in dict.fromkeys(of.values()))]


class _Totals:
    """What stands in the cells and at the ends of rows and columns, and why some have nothing there."""

    def __init__(self, release_id: str, chosen: Choices, found: Crossed) -> None:
        self._release_id, self._chosen, self._found = release_id, chosen, found
        self._reasons: dict[str, set[str]] = {}
        self._of_shares: set[str] = set()
        self._has_missing = False
        wanted = chosen.has_totals and not found.is_cut
        rows = {key: self._of(found.row(key), len(found.columns)) for key in found.rows} if wanted else {}
        columns = {key: self._of(found.column(key), len(found.rows)) for key in found.columns} if wanted else {}
        self._rows = rows if len(found.columns) > 1 else {}
        self._columns = columns if len(found.rows) > 1 else {}
        self.of_rows = any(one.value is not None for one in self._rows.values())
        self.of_columns = any(one.value is not None for one in self._columns.values())

    def cell(self, members: Sequence[Value]) -> Together:
        """What one cell says."""
        return self._counted(members) or crossing.together(self._release_id, members)

    def row(self, key: Key) -> Together:
        """The end of a row."""
        return self._rows[key]

    def column(self, key: Key) -> Together:
        """The foot of a column."""
        return self._columns[key]

    def all(self) -> Together:
        """The corner."""
        return self._of(self._found.every(), len(self._found.rows) * len(self._found.columns))

    def said(self) -> list[str]:
        """How totals are made, and why some are missing."""
        defined = kpis.by_code(self._release_id)
        found = [t("pivot_total_shares", kpis=_listed(defined, self._of_shares))] if self._of_shares else []
        for reason, codes in self._reasons.items():
            found.append(t(f"pivot_no_total_{reason}", kpis=_listed(defined, codes)))
        if self._has_missing:
            found.append(t("pivot_total_missing"))
        return found

    def _counted(self, members: Sequence[Value]) -> Together | None:
        if self._chosen.measure != COUNT:
            return None
        return Together(None, float(len(members)))

    def _of(self, members: Sequence[Value], places: int) -> Together:
        if (counted := self._counted(members)) is not None:
            return counted
        found = crossing.together(self._release_id, members, places)
        codes = {one.kpi for one in members}
        if found.reason:
            self._reasons.setdefault(found.reason, set()).update(codes)
        if found.value is not None and len(members) > 1 and found.kpi is not None and found.kpi.is_ratio:
            self._of_shares.add(found.kpi.code)
        self._has_missing = self._has_missing or (found.value is not None and found.missing > 0)
        return found


class _Names:
    """What the members of each dimension are called."""

    def __init__(self, release_id: str, question: Question) -> None:
        self._release_id = release_id
        self._kpis = kpis.by_code(release_id)
        self._programmes = {
            one.code: pick(one.short_name_zh, one.name_en) for one in programmes.all_programmes(release_id)
        }
        self._has_several = len({kpi.programme for kpi in question.kpis}) > 1

    def of(self, axis: Sequence[str], key: Key) -> list[str]:
        """The names of one key, dimension by dimension."""
        return [self._one(dimension, member) for dimension, member in zip(axis, key, strict=True)]

    def _one(self, dimension: str, member: str) -> str:
        if dimension == REGION:
            return _region(self._release_id, member)
        if dimension == PERIOD:
            return formatting.period_name(member)
        if dimension == KPI:
            kpi = self._kpis[member]
            return f"{_label(kpi)}{t('in_brackets', text=plain.unit(kpi))}"
        if dimension == PROGRAMME:
            return self._programmes.get(member, member)
        return t(f"status_{member}") if dimension == STATUS else words.spoken(self._release_id, member)


def _chart(chosen: Choices, found: Crossed, totals: _Totals, name: _Names) -> None:
    """The cells as a picture: time lies on the axis where there is any, and each row or column is a line of its own."""
    question = chosen.question
    is_turned = PERIOD in question.columns and PERIOD not in question.rows
    across, along = (found.rows, found.columns) if is_turned else (found.columns, found.rows)
    axes = (question.columns, question.rows) if is_turned else (question.rows, question.columns)
    header = [t("pivot_period") if PERIOD in axes[0] else " · ".join(map(_dimension, axes[0]))]
    header += [" · ".join(name.of(axes[1], key)) or _measure(chosen) for key in across[:SHOWN_COLUMNS]]
    ordered = along[::-1] if axes[0] == (PERIOD,) else along
    rows: list[list[Cell]] = []
    for key in ordered[:SHOWN_ROWS]:
        places = [(other, key) if is_turned else (key, other) for other in across[:SHOWN_COLUMNS]]
        rows.append(
            [
                " · ".join(name.of(axes[0], key)),
                *(_plain(totals.cell(found.cells.get(place, ())), chosen) for place in places),
            ]
        )
    may_stack = chosen.measure == COUNT or (
        PERIOD not in axes[1] and all(not kpi.is_ratio and kpi.is_additive_over_regions for kpi in question.kpis)
    )
    result_chart.show(header, rows, "pivot_chart", is_time=axes[0] == (PERIOD,), may_stack=may_stack)


def _cell(chosen: Choices, members: Sequence[Value], one: Together) -> Markup:
    """A cell; one value leads to its records."""
    if chosen.measure == COUNT or len(members) > 1 or not members:
        return _total(one, chosen, bool(members))
    [value] = members
    kpi = one.kpi
    if kpi is None:
        return tag("span", "—")
    number = kpi_card.value_markup(value, kpi)
    if value.value is None or value.category is not None:
        return number
    target = links.Target(page="records", kpi=kpi.code, region=value.region, period=value.period)
    return markup.join(markup.link(target, number, cls="ub-row-link"), notes.small(value, kpi))


def _total(one: Together, chosen: Choices, has_members: bool = True) -> Markup:
    """A number of several values; a dash with the reason where they make none."""
    if chosen.measure == COUNT:
        return tag("span", tag("b", f"{int(one.value or 0):,}"), cls="ub-number")
    if one.value is None or one.kpi is None:
        words = t(f"pivot_no_total_{one.reason}", kpis="") if one.reason else ""
        return tag("span", "—" if has_members and one.reason else t("missing"), cls="ub-missing", title=words or None)
    shown = formatting.amount(one.value, one.kpi)
    missing = tag("small", t("pivot_missing", count=one.missing), cls="ub-note") if one.missing else None
    number = tag("b", one.qualifier + shown.number), tag("small", shown.unit) if shown.unit else None
    return tag("span", tag("span", number, cls="ub-number"), missing)


def _plain(one: Together, chosen: Choices) -> Cell:
    """The number as such; words where it is hidden or missing."""
    if chosen.measure == COUNT:
        return plain.count(one.value)
    if one.kpi is None or one.value is None:
        return t("masked") if one.reason == "hidden" else None if one.reason else t("missing")
    return plain.amount(one.value, one.kpi, one.qualifier)


def _with_signs(header: Sequence[str], first: Sequence[str], each: Sequence[Together], chosen: Choices) -> list[Cell]:
    """The cells of a row, and at its end which of them are bounds: 2024年5月：≥."""
    names = header[len(first) :]
    signs = [f"{name}{t('colon')}{one.qualifier}" for name, one in zip(names, each, strict=True) if one.qualifier]
    return [*(_plain(one, chosen) for one in each), t("semicolon").join(signs) or None]


def _split(parts: Sequence[str], first: Sequence[str]) -> list[str]:
    return list(parts) if parts else [""] * len(first)


def _listed(defined: Mapping[str, Kpi], codes: set[str]) -> str:
    return t("comma").join(_label(defined[code]) for code in sorted(codes))


def _measure(chosen: Choices) -> str:
    if chosen.measure == COUNT:
        return t("pivot_measure_count")
    return t("comma").join(_label(kpi) for kpi in chosen.question.kpis)


def _dimension(one: str) -> str:
    return t(f"pivot_{one}")


def _region(release_id: str, code: str) -> str:
    known = regions.find(release_id, code)
    return formatting.region_name(known) if known else code


def _label(kpi: Kpi) -> str:
    return pick(kpi.label_zh, kpi.label_en)
