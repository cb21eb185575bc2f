"""Women's innovation studios: who has all five haves (五有), funding due against paid, and whether benefits lie with a few."""

from collections.abc import Sequence

from dashboard import formatting
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, join, tag
from dashboard.data import origins, values
from dashboard.data.pictures import women_innovation_studios as data
from dashboard.data.programmes import Programme
from dashboard.i18n import pick, t
from dashboard.pictures import amounts, shapes, until

# Up to here every studio has a row of its own; above, regions stand for their studios.
MOST_STUDIOS = 40
ROWS_DRAWN = 18
ROWS_LISTED = 200
RUNNING_STEPS = 20


def show(programme: Programme, selection: Selection) -> None:
    """The five haves, funding, and benefits."""
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    shapes.show(
        lambda: [
            _haves(selection, origin),
            tag("div", _funding(selection, origin), _benefits(selection, origin), cls="ub-stack"),
        ],
        key="women_innovation_studios_pictures",
    )


def _haves(selection: Selection, origin: str) -> Markup:
    title, hint = t("ws_haves"), t("ws_haves_hint")
    asked = (selection.release_id, selection.region, selection.period, origin)
    found = data.haves_in(*asked)
    if found is None:
        return shapes.empty(title, hint)
    names = [t(f"ws_have_{have}") for have in data.HAVES]
    bars = [
        shapes.Bar(
            name,
            count / found.studios,
            f"{amounts.share(count, found.studios)}",
            f"{count:,}/{found.studios:,}",
            tone="met" if count == found.studios else "line",
        )
        for name, count in zip([*names, t("ws_have_all")], [*found.haves, found.all_five], strict=True)
    ]
    worst = min(range(len(names)), key=lambda place: found.haves[place])
    sentence = t(
        "ws_haves_sentence" if found.all_five < found.studios else "ws_haves_all",
        studios=f"{found.studios:,}",
        ready=f"{found.all_five:,}",
        share=amounts.share(found.all_five, found.studios),
        have=names[worst],
        lacking=f"{found.studios - found.haves[worst]:,}",
    )
    is_few = found.studios <= MOST_STUDIOS
    body, table, more = _studio_matrix(asked) if is_few else _region_matrix(asked)
    listed = None if is_few else _short_studios(asked)
    return shapes.panel(title, hint, join(shapes.bar_list(bars, 1.0), body), f"{sentence}{more}", table, listed)


def _studio_matrix(asked: tuple[str, str, str, str]) -> tuple[Markup, shapes.Table, str]:
    has, lacks = shapes.State(t("ws_has"), "✓", "met"), shapes.State(t("ws_lacks"), "×", "open")
    studios = data.studios(*asked)
    rows = [
        shapes.GridRow(one.name, tuple(has if each else lacks for each in (*one.haves, all(one.haves))))
        for one in studios
    ]
    table = shapes.Table(
        t("ws_haves"),
        (t("ws_studio"), *_columns()),
        tuple((row.name, *(cell.word for cell in row.cells if cell)) for row in rows),
    )
    grid = shapes.state_grid(_columns(), rows[:ROWS_DRAWN], (has, lacks), t("ws_haves"))
    return grid, table, _rest(len(rows) - ROWS_DRAWN, "ws_studios_more")


def _region_matrix(asked: tuple[str, str, str, str]) -> tuple[Markup, shapes.Table, str]:
    all_have, some_lack = shapes.State(t("ws_region_full"), "✓", "met"), shapes.State(t("ws_region_short"), "n", "soft")
    groups = data.haves_by_region(*asked)
    rows, cells = [], []
    for one in groups:
        name = pick(one.name_zh, one.name_en) or t("ws_own_level")
        lacking = [one.studios - count for count in (*one.haves, one.all_five)]
        states = [
            shapes.State(t("ws_lacking", studios=number), f"{number:,}", "soft") if number else all_have
            for number in lacking
        ]
        rows.append(shapes.GridRow(t("ws_region_of", name=name, studios=f"{one.studios:,}"), tuple(states)))
        cells.append((name, f"{one.studios:,}", *(f"{count:,}" for count in (*one.haves, one.all_five))))
    table = shapes.Table(t("ws_haves"), (t("region"), t("ws_valid"), *_columns()), tuple(cells))
    grid = shapes.state_grid(_columns(), rows[:ROWS_DRAWN], (all_have, some_lack), t("ws_haves"))
    return grid, table, _rest(len(rows) - ROWS_DRAWN, "ws_regions_more")


def _short_studios(asked: tuple[str, str, str, str]) -> shapes.Table:
    """Who is short, and of what, where regions stand for their studios."""
    short = [one for one in data.studios(*asked) if not all(one.haves)]
    names = _columns()[:-1]
    return shapes.Table(
        t("ws_short", count=f"{len(short):,}"),
        (t("ws_studio"), t("ws_missing")),
        tuple(
            (one.name, t("comma").join(name for name, has in zip(names, one.haves, strict=True) if not has))
            for one in short[:ROWS_LISTED]
        ),
    )


def _columns() -> tuple[str, ...]:
    return (*(t(f"ws_have_{have}") for have in data.HAVES), t("ws_have_all"))


def _rest(count: int, words: str) -> str:
    return t(words, count=count) if count > 0 else ""


def _funding(selection: Selection, origin: str) -> Markup:
    title, hint = t("ws_funding"), t("ws_funding_hint", since=data.FUNDED_SINCE)
    year = values.year_of(selection.period)
    until = None if year == "all" else int(year)
    years = data.funding(selection.release_id, selection.region, until, origin)
    if not years:
        return shapes.empty(title, hint)
    bars = []
    for one in years:
        off = one.paid - one.due
        note = t("ws_as_due") if not one.different else t("ws_different", studios=one.different)
        bars.append(
            shapes.Bar(
                t("ws_due_in", year=one.year),
                one.due,
                amounts.yuan(one.due),
                t("ws_due_studios", studios=f"{one.studios_due:,}"),
                "others",
            )
        )
        tone = "line" if not off and not one.different else "behind"
        bars.append(
            shapes.Bar(t("ws_paid_in", year=one.year), one.paid, amounts.yuan(one.paid, one.paid_sign), note, tone)
        )
    table = shapes.Table(
        title,
        (t("ws_year"), t("ws_studios_due"), t("ws_due"), t("ws_paid"), t("ws_difference"), t("ws_studios_different")),
        tuple(
            (
                str(one.year),
                f"{one.studios_due:,}",
                amounts.yuan(one.due),
                amounts.yuan(one.paid, one.paid_sign),
                _signed(one.paid - one.due, one.paid_sign),
                f"{one.different:,}",
            )
            for one in years
        ),
    )
    found = data.differences(selection.release_id, selection.region, until, origin)
    return shapes.panel(
        title, hint, shapes.bar_list(bars), _funding_sentence(years, until, found), table, _list_of(found)
    )


def _funding_sentence(years: Sequence[data.Funding], until: int | None, found: Sequence[data.Difference]) -> str:
    last = years[-1]
    said = [
        t("ws_funding_no_year", year=until) if until not in (None, last.year) else "",
        t(
            "ws_funding_sentence",
            year=last.year,
            studios=f"{last.studios_due:,}",
            due=amounts.yuan(last.due),
            paid=amounts.yuan(last.paid, last.paid_sign),
        ),
    ]
    if found:
        less = sum(1 for one in found if one.paid < one.due)
        said.append(
            t("ws_funding_differences", count=f"{len(found):,}", less=f"{less:,}", more=f"{len(found) - less:,}")
        )
    else:
        said.append(t("ws_funding_all_as_due"))
    return "".join(said)


def _list_of(found: Sequence[data.Difference]) -> shapes.Table | None:
    if not found:
        return None
    return shapes.Table(
        t("ws_differences", count=f"{len(found):,}"),
        (t("ws_studio"), t("ws_year"), t("ws_result"), t("ws_due"), t("ws_paid"), t("ws_difference")),
        tuple(
            (
                one.studio,
                str(one.year),
                one.result,
                amounts.yuan(one.due),
                amounts.yuan(one.paid, one.paid_sign),
                _signed(one.paid - one.due, one.paid_sign),
            )
            for one in found[:ROWS_LISTED]
        ),
    )


def _signed(change: float, sign: str) -> str:
    text = amounts.yuan(abs(change))
    return sign + ("+" if change > 0 else formatting.MINUS if change < 0 else "") + text


def _benefits(selection: Selection, origin: str) -> Markup:
    year = values.year_of(selection.period)
    named = until.period_name(selection, "women_innovation_studios", year, origin)
    title, hint = t("ws_benefits"), t("ws_benefits_hint", period=named)
    found = data.benefits(selection.release_id, selection.region, None if year == "all" else int(year), origin)
    if not found:
        return shapes.empty(title, hint)
    bars, rows, told = [], [], []
    for one in found:
        name, few = t(f"ws_benefit_{_KINDS[one.kind]}"), one.studios_of_half()
        text = amounts.yuan(one.total, one.sign)
        bars.append(shapes.Bar(name, one.total, text, t("ws_by_studios", studios=f"{len(one.studios):,}")))
        rows.append((name, f"{len(one.studios):,}", text, f"{few:,}", amounts.share(few, len(one.studios))))
        told.append(t("ws_half", kind=name, few=f"{few:,}", studios=f"{len(one.studios):,}"))
    table = shapes.Table(
        title, (t("ws_kind"), t("ws_studios"), t("ws_amount"), t("ws_half_studios"), t("ws_half_share")), tuple(rows)
    )
    sentence = t("ws_benefits_sentence", told=t("comma").join(told))
    body = join(shapes.bar_list(bars), _concentration(found, sentence))
    return shapes.panel(title, hint, body, sentence, table)


def _concentration(found: Sequence[data.Benefit], sentence: str) -> Markup | None:
    """For each type, how much of it the largest studios make up, against the even share; nothing where nobody has a neighbour."""
    drawn = [one for one in found if one.total and len(one.studios) > 1]
    if not drawn:
        return None
    lines = [
        shapes.Line(
            t(f"ws_benefit_{_KINDS[one.kind]}"),
            tuple(
                shapes.Point(at, share, t("ws_running_point", studios=f"{at:.0%}", share=f"{share:.0%}"))
                for at, share in one.running(RUNNING_STEPS)
            ),
            tone=tone,
        )
        for one, tone in zip(drawn, ("line", "behind", "met", "others"), strict=False)
    ]
    even = shapes.Line(t("ws_even"), (shapes.Point(0, 0), shapes.Point(1, 1)), is_reference=True)
    axis = [shapes.Tick(0, t("ws_largest")), shapes.Tick(0.5, "50%"), shapes.Tick(1, t("ws_every_studio"))]
    head = tag("h4", t("ws_running"))
    label = f"{t('ws_running')} {sentence}"
    return join(head, shapes.line([*lines, even], axis, label, write=lambda share: f"{share:.0%}"))


_KINDS = {"增收": "gained", "节支": "saved", "避免损失": "avoided", "unknown": "unknown"}
