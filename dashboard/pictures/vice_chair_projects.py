"""Vice-chair projects: which supervision a project did not hold, and what became of what was promised."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboard import formatting
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, join, tag
from dashboard.data import origins, periods
from dashboard.data.pictures import vice_chair_projects as data
from dashboard.data.programmes import Programme
from dashboard.i18n import is_english, pick, t
from dashboard.pictures import shapes

# As many as a reader takes in; the table has the others.
PROJECTS_SHOWN = 12
ROWS_LISTED = 1000
NAMED = 3
ALL_TERMS = 0
_CHECKPOINTS = {
    data.ON_TIME: ("✓", "met"),
    data.LATE: ("!", "soft"),
    data.NOT_HELD: ("×", "open"),
    data.NOT_DUE: ("·", "quiet"),
    data.HELD_EARLY: ("✓", "quiet"),
}
_PLEDGES = {data.DONE: "met", data.RUNNING: "line", data.OVERDUE: "behind", data.NOT_REPORTED: "others"}


def show(programme: Programme, selection: Selection) -> None:
    """The choice of a term, the calendar, the ledger."""
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    term = _chosen_term(data.terms(selection.release_id, selection.region, selection.period, origin))
    shapes.show(
        lambda: [shapes.wide(_calendar(origin, term, selection)), shapes.wide(_ledger(origin, term, selection))],
        "vice_chair_projects_pictures",
        term,
    )


def _chosen_term(terms: Sequence[data.Term]) -> int | None:
    """The number of the term to show, None for all; the latest one unless the reader chose another."""
    if not terms:
        return None
    names = {term.number: _term_name(term) for term in terms} | {ALL_TERMS: t("vc_all_terms")}
    chosen = st.segmented_control(
        t("vc_term"),
        list(names),
        format_func=lambda number: names.get(number, str(number)),
        default=terms[0].number,
        required=True,
        key="term",
        bind="query-params",
    )
    return chosen if chosen in names and chosen != ALL_TERMS else None


def _term_name(term: data.Term) -> str:
    years = str(term.first_year) if term.first_year == term.last_year else f"{term.first_year}–{term.last_year}"
    return t("vc_term_name", number=term.number, years=years)


def _calendar(origin: str, term: int | None, selection: Selection) -> Markup:
    title = t("vc_calendar")
    year = data.year_of(selection.release_id, selection.region, selection.period, origin)
    hint = t("vc_calendar_hint", year=year or "")
    found = data.supervised(selection.release_id, selection.region, year, origin, term) if year else ()
    if not year or not found:
        return shapes.empty(title, hint)
    shown = found[:PROJECTS_SHOWN]
    held = data.states(selection.release_id, year, origin, tuple(one.project_id for one in shown))
    states = {code: shapes.State(t(f"vc_state_{code}"), *look) for code, look in _CHECKPOINTS.items()}
    columns = _columns(year)
    rows = [
        shapes.GridRow(
            f"{_region(one)} {one.name}",
            tuple(states.get(held.get((one.project_id, due_period), "")) for due_period, _ in columns),
        )
        for one in shown
    ]
    has_early = data.HELD_EARLY in held.values()
    legend = [state for code, state in states.items() if code != data.HELD_EARLY or has_early]
    heads = [_head(due_period, name, selection.period) for due_period, name in columns]
    sentence = join(_supervision_sentence(found, year, origin, term, selection), _rest(len(found)))
    table = shapes.Table(
        title,
        (
            t("vc_project"),
            t("region"),
            *(t(f"vc_state_{code}") for code in (data.ON_TIME, data.LATE, data.NOT_HELD, data.NOT_DUE)),
            t("vc_missed"),
        ),
        tuple(
            (
                one.name,
                _region(one),
                str(one.on_time),
                str(one.late),
                str(one.not_held),
                str(one.not_due),
                t("comma").join(one.missed),
            )
            for one in found[:ROWS_LISTED]
        ),
    )
    return shapes.panel(title, hint, shapes.state_grid(heads, rows, legend, f"{title} {sentence}"), sentence, table)


def _columns(year: str) -> list[tuple[str, str]]:
    """The nineteen periods of a year in the order in which they fall due, and their short names."""
    columns = []
    for month in range(1, 13):
        columns.append((f"{year}-{month:02d}", _month(month)))
        if month % 3 == 0:
            quarter = month // 3
            columns.append((f"{year}Q{quarter}", t("vc_quarter", quarter=_numeral(quarter))))
        if month % 6 == 0:
            columns.append((f"{year}H{month // 6}", t(f"vc_half_{month // 6}")))
    return [*columns, (year, t("vc_year"))]


def _head(due_period: str, name: str, chosen: str) -> Markup:
    """A column's name; those that fall due in the chosen month or quarter stand out."""
    last = {"H1": "-06", "H2": "-12", "Q1": "-03", "Q2": "-06", "Q3": "-09", "Q4": "-12"}.get(due_period[4:], "")
    month = due_period if due_period[4:5] == "-" else f"{due_period[:4]}{last or '-12'}"
    stands_out = periods.grain_of(chosen) in ("month", "quarter") and periods.contains_month(chosen, month)
    return tag("b" if stands_out else "span", name, title=due_period)


def _month(month: int) -> str:
    return date(2000, month, 1).strftime("%b") if is_english() else t("vc_month", month=month)


def _numeral(quarter: int) -> str:
    return str(quarter) if is_english() else "一二三四"[quarter - 1]


def _supervision_sentence(
    found: Sequence[data.Supervised], year: str, origin: str, term: int | None, selection: Selection
) -> str:
    due, on_time, late = (
        sum(counts) for counts in zip(*((one.due, one.on_time, one.late) for one in found), strict=True)
    )
    not_due = sum(one.not_due for one in found)
    if not due:
        return t("vc_nothing_due", year=year, projects=len(found), not_due=not_due)
    sentence = t(
        "vc_supervision",
        year=year,
        projects=len(found),
        due=due,
        on_time=on_time,
        late=late,
        not_held=due - on_time - late,
        share=formatting.percent((on_time + late) / due),
    )
    if periods.grain_of(selection.period) in ("month", "quarter"):
        within = data.supervised(selection.release_id, selection.region, selection.period, origin, term)
        sentence += t(
            "vc_supervision_within",
            period=formatting.period_name(selection.period),
            due=sum(one.due for one in within),
            held=sum(one.on_time + one.late for one in within),
        )
    if not_due:
        sentence += t("vc_still_to_come", not_due=not_due)
    worst = [one for one in found if one.not_held][:NAMED]
    if worst:
        names = [t("vc_worst_one", region=_region(one), name=one.name, count=one.not_held) for one in worst]
        sentence += t("vc_worst", names=t("comma").join(names))
    return sentence


def _rest(count: int) -> str:
    """How many are in the table only, and how many not even there."""
    if count <= PROJECTS_SHOWN:
        return ""
    if count <= ROWS_LISTED:
        return t("vc_rest", shown=PROJECTS_SHOWN, count=count - PROJECTS_SHOWN)
    return t("vc_rest_cut", shown=PROJECTS_SHOWN, listed=ROWS_LISTED, count=count)


def _ledger(origin: str, term: int | None, selection: Selection) -> Markup:
    title, hint = t("vc_ledger"), t("vc_ledger_hint", period=formatting.period_name(selection.period))
    found = data.pledges(selection.release_id, selection.region, selection.period, origin, term)
    if not found:
        return shapes.empty(title, hint)
    drawn = [
        shapes.Pledge(
            f"{_region(one)} {one.name}",
            t("vc_pledge_note", state=t(f"vc_pledge_{one.state}"), day=formatting.day(one.runs_until)),
            one.done / one.planned if one.planned and one.done is not None else None,
            _measures(one),
            one.spent / one.budget if one.budget and one.spent is not None else None,
            t("vc_budget", share=_budget(one)),
            _PLEDGES[one.state],
        )
        for one in found[:PROJECTS_SHOWN]
    ]
    legend = tag(
        "p",
        [
            tag("span", tag("i", cls=f"ub-fill-{tone}"), t(f"vc_pledge_{state}"))
            for state, tone in _PLEDGES.items()
            if state != data.NOT_REPORTED and any(one.state == state for one in found)
        ],
        tag("span", tag("em", cls="ub-ledger-dot"), t("vc_budget_dot")),
        cls="ub-shape-legend",
    )
    table = shapes.Table(
        title,
        (t("vc_project"), t("region"), t("status"), t("vc_until"), t("vc_measures"), t("vc_budget_dot")),
        tuple(
            (
                one.name,
                _region(one),
                t(f"vc_pledge_{one.state}"),
                formatting.day(one.runs_until),
                _measures(one),
                _budget(one),
            )
            for one in found[:ROWS_LISTED]
        ),
    )
    sentence = join(_ledger_sentence(found), _rest(len(found)))
    return shapes.panel(title, hint, join(shapes.ledger(drawn), legend), sentence, table)


def _region(one: data.Supervised | data.Pledge) -> str:
    return pick(one.region, one.region_en)


def _measures(one: data.Pledge) -> str:
    done = t("missing") if one.done is None else f"{one.done_sign}{one.done:,}"
    planned = t("missing") if one.planned is None else f"{one.planned_sign}{one.planned:,}"
    return done if done == planned == t("missing") else f"{done} / {planned}"


def _budget(one: data.Pledge) -> str:
    if one.budget is None or one.spent is None:
        return t("missing")
    if not one.budget:
        return t("no_denominator")
    text = f"{one.spent_share_sign}{formatting.percent(one.spent / one.budget)}%"
    return t("vc_overspent", share=text) if one.spent > one.budget else text


def _ledger_sentence(found: tuple[data.Pledge, ...]) -> str:
    sums = data.fulfilment(found)
    silent = sum(1 for one in found if one.state == data.NOT_REPORTED)
    if sums is None:
        return t("vc_pledges_unreported", count=silent)
    share = formatting.percent(sums.done / sums.planned) + "%" if sums.planned else t("no_denominator")
    sentence = t(
        "vc_pledges",
        projects=len(found) - silent,
        planned=f"{sums.planned_sign}{sums.planned:,}",
        done=f"{sums.done_sign}{sums.done:,}",
        share=share,
    )
    overdue = [one for one in found if one.state == data.OVERDUE]
    if overdue:
        names = [
            t("vc_overdue_one", region=_region(one), name=one.name, measures=_measures(one)) for one in overdue[:NAMED]
        ]
        more = t("and_more", count=len(overdue)) if len(overdue) > NAMED else ""
        sentence += t("vc_overdue", count=len(overdue), names=t("comma").join(names) + more)
    running = [one for one in found if one.state == data.RUNNING]
    if running:
        left = sum((one.planned or 0) - (one.done or 0) for one in running)
        sentence += t("vc_running", count=len(running), left=left)
    return sentence + (t("vc_pledges_unreported", count=silent) if silent else "")
