"""The pictures of its own that a programme has, as its marts declare them; a programme without any is complete."""

from typing import Any

import streamlit as st

from dashboard import charts, formatting
from dashboard.charts import declared
from dashboard.charts.writing import Speaker
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, tag
from dashboard.data import origins, pictures, values, words
from dashboard.data.pictures import Chosen
from dashboard.data.programmes import Programme
from dashboard.i18n import pick, t
from warehouse.pictures.declared import Control, Picture
from warehouse.releases import period_changes

# What stands in a control for all of its values.
EVERYTHING = 0


def show(programme: Programme, selection: Selection) -> None:
    """The programme's control, if it has one, and its pictures."""
    declared_here = pictures.of_programme(selection.release_id, programme.code)
    if not declared_here:
        return
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    chosen = Chosen(selection.region, selection.period, origin)
    controls = [one.control for one in declared_here if one.control]
    picked = tuple((one.name, _picked(one, programme.code, selection, chosen)) for one in controls)
    chosen = Chosen(selection.region, selection.period, origin, picked)
    charts.show(
        lambda: _panels(declared_here, programme.code, selection, chosen),
        f"{programme.code}_pictures",
        *(value for _, value in picked),
    )


def _panels(declared_here: tuple[Picture, ...], programme: str, selection: Selection, chosen: Chosen) -> list[Markup]:
    ways = {
        "until": lambda period: _period_until(period, programme, selection, chosen.origin),
        "word": lambda value: words.spoken(selection.release_id, value),
    }
    panels: list[Markup] = []
    stacks: dict[str, list[Markup]] = {}
    for picture in declared_here:
        answer = pictures.answer(selection.release_id, programme, picture.name, chosen)
        drawn = declared.drawn(picture, answer, ways) if answer is not None else None
        if drawn is None:
            continue
        if picture.stack:
            stacks.setdefault(picture.stack, []).append(drawn)
        else:
            panels.append(drawn)
    return [*panels, *(tag("div", stack, cls="ub-stack") for stack in stacks.values())]


def _picked(control: Control, programme: str, selection: Selection, chosen: Chosen) -> Any:
    """What the reader chose, None for everything; the first of the values until then."""
    offered = pictures.options(selection.release_id, programme, control.name, chosen)
    if not offered:
        return None
    speaker = Speaker({})
    names = {row[0]: speaker.say(control.each, row) for row in offered}
    if control.everything:
        names[EVERYTHING] = speaker.say(control.everything)
    picked = st.segmented_control(
        speaker.say(control.label),
        list(names),
        format_func=lambda value: names.get(value, str(value)),
        default=offered[0][0],
        required=True,
        key=control.name,
        bind="query-params",
    )
    return picked if picked in names and picked != EVERYTHING else None


def _period_until(period: str, programme: str, selection: Selection, origin: str) -> str:
    """2023年; 2024年（未完，1–5月）: with the months reported so far where the period is not over."""
    name = formatting.period_name(period)
    reached = values.reported_to(selection.release_id, selection.region, period, origin, programme)
    if reached is None or not period_changes.is_running(period, reached):
        return name
    first = period_changes.months_of(period)[0]
    if reached < first:
        return name
    months = pick(*period_changes.months_words(first, reached))
    return name + t("in_brackets", text=t("unfinished", months=months))
