"""Culture blocks: whether people still come after the opening day, and how many finish the check-in trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dashboard import formatting
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup
from dashboard.data import origins
from dashboard.data.pictures import culture_block as data
from dashboard.data.pictures import signs
from dashboard.data.programmes import Programme
from dashboard.i18n import pick, t
from dashboard.pictures import amounts, shapes, until

# Weeks are drawn one by one, or four or thirteen together where there are too many.
STEPS = (1, 4, 13)
MOST_POINTS = 60
COMPARED_WEEKS = 13
# Up to here every block has a bar of its own; above, regions stand for their blocks.
MOST_BLOCKS = 12
BARS_DRAWN = 10


def show(programme: Programme, selection: Selection) -> None:
    """Visits after opening, then check-ins."""
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    shapes.show(lambda: [_visits(selection, origin), _checkins(selection, origin)], key="culture_block_pictures")


@dataclass(frozen=True)
class _Span:
    """Weeks after the opening day taken together: visits per block and week, over so many reported weeks of blocks."""

    first: int
    last: int
    per_week: float | None
    block_weeks: int
    sign: str

    @property
    def name(self) -> str:
        if self.first == self.last:
            return t("cb_opening_week") if self.first == 0 else t("cb_week", number=self.first + 1)
        return t("cb_weeks", first=self.first + 1, last=self.last + 1)

    @property
    def text(self) -> str:
        return t("missing") if self.per_week is None else self.sign + formatting.trimmed(self.per_week, 1)


def _visits(selection: Selection, origin: str) -> Markup:
    asked = (selection.release_id, selection.region, selection.period, origin)
    title = t("cb_visits")
    opened = data.opened(*asked)
    weeks = data.weeks(*asked)
    if not any(week.visits is not None for week in weeks):
        return shapes.empty(title, t("cb_visits_hint_none"))
    spans = _spans(weeks)
    drawn = _spans(_with_enough_blocks(weeks, len(opened)))
    hint = (
        t("cb_visits_hint_one", day=formatting.day(opened[0]))
        if len(opened) == 1
        else t("cb_visits_hint", blocks=len(opened))
    )
    sentence = _visits_sentence(_with_enough_blocks(weeks, len(opened)))
    if drawn[-1].last < spans[-1].last:
        sentence += t("cb_visits_few", week=drawn[-1].last + 1)
    last = next(span for span in reversed(drawn) if span.per_week is not None)
    line = shapes.Line(
        t("cb_per_week"),
        tuple(shapes.Point(span.first, span.per_week, f"{span.name} {span.text}") for span in drawn),
        last.text,
    )
    every = max(len(drawn) // 4, 1)
    axis = [shapes.Tick(span.first, t("cb_tick", number=span.first + 1)) for span in drawn[::every]]
    body = shapes.line([line], axis, f"{title} {sentence}", marks=[shapes.Tick(0, t("cb_opening"))])
    table = shapes.Table(
        title,
        (t("cb_weeks_since"), t("cb_per_week"), t("cb_block_weeks")),
        tuple((span.name, span.text, f"{span.block_weeks:,}") for span in spans),
    )
    return shapes.panel(title, hint, body, sentence, table)


def _visits_sentence(weeks: Sequence[data.Week]) -> str:
    """The first weeks against the last, a quarter of a year each at most, and in how many weeks anybody came."""
    reported = [week for week in weeks if week.visits is not None]
    window = min(COMPARED_WEEKS, len(reported) // 2)
    said = t(
        "cb_visits_active",
        weeks=f"{sum(week.blocks for week in reported):,}",
        active=f"{sum(week.active_blocks for week in reported):,}",
    )
    first, last = _together(reported[: window or 1]), _together(reported[-window:])
    if not window:
        return t("cb_visits_one_span", span=first.name, visits=first.text) + said
    if not first.per_week:
        return t("cb_visits_from_none", first=first.name, last=last.name, end=last.text) + said
    share = amounts.share(last.per_week or 0, first.per_week, signs.of_ratio(last.sign, first.sign))
    compared = t("cb_visits_sentence", first=first.name, start=first.text, last=last.name, end=last.text, share=share)
    return compared + said


def _with_enough_blocks(weeks: Sequence[data.Week], opened: int) -> Sequence[data.Week]:
    """The weeks up to the last one that a tenth of the blocks have reported: beyond it a single block would make the line."""
    enough = max(-(-opened // 10), 1)
    end = max((place for place, week in enumerate(weeks, 1) if week.blocks >= enough), default=len(weeks))
    return weeks[:end]


def _spans(weeks: Sequence[data.Week]) -> list[_Span]:
    """Weeks taken together so that not too many points are drawn; what is left at the end joins the last span."""
    step = next((step for step in STEPS if len(weeks) <= step * MOST_POINTS), STEPS[-1])
    starts = [*range(0, max(len(weeks) - step + 1, 1), step), len(weeks)]
    return [_together(weeks[start:end]) for start, end in pairwise(starts)]


def _together(weeks: Sequence[data.Week]) -> _Span:
    """Weeks as one: sums over sums, and 未报 where no week was reported."""
    reported = [week for week in weeks if week.visits is not None]
    block_weeks = sum(week.blocks for week in reported)
    per_week = sum(week.visits or 0 for week in reported) / block_weeks if block_weeks else None
    sign = signs.combined(week.sign for week in reported)
    return _Span(weeks[0].number, weeks[-1].number, per_week, block_weeks, sign)


def _checkins(selection: Selection, origin: str) -> Markup:
    asked = (selection.release_id, selection.region, selection.period, origin)
    named = until.period_name(selection, "culture_block", selection.period, origin)
    title, hint = t("cb_checkins"), t("cb_checkins_hint", period=named)
    blocks = data.checkins_by_block(*asked)
    if not blocks:
        return shapes.empty(title, hint)
    found = blocks if len(blocks) <= MOST_BLOCKS else data.checkins_by_region(*asked)
    found = tuple(sorted(found, key=_completion))
    bars = [_bar(one) for one in found]
    counted = [one for one in blocks if one.participants]
    activities, telling = sum(one.activities for one in blocks), sum(one.counted for one in blocks)
    if counted:
        participants = sum(one.participants or 0 for one in counted)
        completed = sum(one.completed or 0 for one in counted)
        sign = signs.combined(one.sign for one in counted)
        sentence = t(
            "cb_checkins_sentence",
            completed=f"{completed:,}",
            participants=f"{participants:,}",
            share=amounts.share(completed, participants, sign),
        )
    else:
        sentence = t("cb_checkins_none")
    if telling < activities:
        sentence += t("cb_checkins_silent", silent=f"{activities - telling:,}", activities=f"{activities:,}")
    if len(bars) > BARS_DRAWN:
        sentence += t("cb_bars_more", count=len(bars) - BARS_DRAWN)
    table = shapes.Table(
        title,
        (
            t("cb_block") if len(blocks) <= MOST_BLOCKS else t("region"),
            t("cb_completed"),
            t("cb_participants"),
            t("cb_share"),
        ),
        tuple(
            (
                bar.name,
                t("missing") if one.completed is None else f"{one.completed:,}",
                t("missing") if one.participants is None else f"{one.participants:,}",
                bar.text,
            )
            for bar, one in zip(bars, found, strict=True)
        ),
    )
    return shapes.panel(title, hint, shapes.bar_list(bars[:BARS_DRAWN], 1.0), sentence, table)


def _completion(one: data.Checkins) -> float:
    """What to sort by: the least completed first, those that do not say last."""
    return one.completed / one.participants if one.participants and one.completed is not None else 2


def _bar(one: data.Checkins) -> shapes.Bar:
    name = pick(one.name_zh, one.name_en) or t("cb_own_level")
    if not one.participants or one.completed is None:
        return shapes.Bar(name, None, t("cb_activities", count=f"{one.activities:,}"))
    return shapes.Bar(
        name,
        _completion(one),
        amounts.share(one.completed, one.participants, one.sign),
        f"{one.completed:,}/{one.participants:,}",
    )
