"""The card of a KPI: value, target, status, trend, comparisons, definition and source."""

from collections.abc import Sequence

from dashboard import formatting, links
from dashboard.components import kept, markup, notes, outlook_words, sparkline, status
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, tag
from dashboard.data import comparisons, forecasts, origins, periods, values, waiting
from dashboard.data.comparisons import Comparison
from dashboard.data.kpis import Kpi
from dashboard.data.values import SPARKLINE_POINTS, Value, period_of
from dashboard.i18n import pick, t
from warehouse.releases import period_changes

# What a leader looks at first fits in one row; one more than these is no table.
FIRST = 3


def show(
    kpis: Sequence[Kpi],
    current: dict[str, Value],
    histories: dict[str, tuple[Value, ...]],
    published: dict[str, Value],
    selection: Selection,
) -> None:
    """The cards in one row; published values stand on a line of their own."""
    if not kpis:
        return

    def build() -> Markup:
        cards = [
            card(kpi, current.get(kpi.code), histories.get(kpi.code, ()), published.get(kpi.code), selection)
            for kpi in kpis
        ]
        return tag("div", cards, cls="ub-cards")

    markup.show(kept.block("kpi_cards", build, *(kpi.code for kpi in kpis)), key="kpi_cards")


def in_two(kpis: Sequence[Kpi]) -> tuple[Sequence[Kpi], Sequence[Kpi]]:
    """Those that stand on cards, and the rest, which a table holds."""
    return (kpis, ()) if len(kpis) <= FIRST + 1 else (kpis[:FIRST], kpis[FIRST:])


def card(
    kpi: Kpi, value: Value | None, history: Sequence[Value], published: Value | None, selection: Selection
) -> Markup:
    """One card."""
    label = pick(kpi.label_zh, kpi.label_en)
    return tag(
        "article",
        tag(
            "header",
            name_link(kpi, "ub-card-name"),
            definition(kpi),
        ),
        tag("div", value_markup(value, kpi, runs := is_running(kpi, value, selection)), cls="ub-card-value"),
        notes_of(kpi, value, selection),
        target_line(kpi, value, latest_known(kpi, value, history, selection), runs),
        _ahead(kpi, value, selection),
        spark(kpi, value, history, selection),
        _comparison_line(kpi, value, history, selection),
        _published_line(kpi, published),
        _foot(kpi, value, selection),
        cls="ub-card",
        aria_label=label,
        **memory(kpi, value, selection),
    )


def memory(kpi: Kpi, value: Value | None, selection: Selection) -> dict[str, str]:
    """What the reader's browser remembers of a number, to say so when a later release has restated it."""
    if value is None or value.value is None or not selection.is_current:
        return {}
    return {
        "data_seen": f"{value.origin}|{kpi.code}|{value.region}|{value.period}",
        "data_seen_value": formatting.value_amount(value, kpi).text,
        "data_release": selection.release_id,
        "data_restated": t("restated"),
        "data_restated_was": t("restated_was"),
        "data_restated_known": t("restated_known"),
    }


def name_link(kpi: Kpi, cls: str) -> Markup:
    """The name; a click shows the KPI in the pictures."""
    label = pick(kpi.label_zh, kpi.label_en)
    return markup.link(links.Target(kpi=kpi.code), label, cls=cls, label=t("show_in_chart", kpi=label), look="trend")


def notes_of(kpi: Kpi, value: Value | None, selection: Selection) -> Markup | None:
    """Who is not in the number, 回填, an unfinished period; where it is missing, what waits for its parent."""
    words = notes.of(value, kpi) or waiting_notes(kpi, value, selection)
    return tag("div", [tag("span", one) for one in words], cls="ub-card-notes ub-dotted") if words else None


def waiting_notes(kpi: Kpi, value: Value | None, selection: Selection) -> list[str]:
    """7行待调解中心上报, of a KPI that is missing; how many is not said where it counts so few that they would be hidden."""
    if value is not None and (value.value is not None or value.is_masked or formatting.lacks_denominator(value, kpi)):
        return []
    origin = origins.shown(selection.release_id, kpi.programme, selection.mode)
    found = waiting.rows(selection.release_id, kpi, selection.region, selection.period, origin)
    return [
        t("waiting_few", parent=formatting.table_name(parent_zh, parent))
        if kpi.small_count_limit is not None and rows < kpi.small_count_limit
        else t("waiting_rows", rows=f"{rows:,}", parent=formatting.table_name(parent_zh, parent))
        for (parent_zh, parent), rows in found.items()
    ]


def definition(kpi: Kpi) -> Markup:
    """The 口径 button and what it opens: definition, formula, trap and the file to edit."""
    formula = formula_words(kpi)
    trap = pick(kpi.trap_zh, kpi.trap_en)
    return tag(
        "details",
        tag("summary", t("definition"), aria_label=t("definition_of", kpi=pick(kpi.label_zh, kpi.label_en))),
        tag(
            "div",
            tag("p", pick(kpi.definition_zh, kpi.definition_en)),
            tag("p", tag("b", t("formula")), formula) if formula else None,
            tag("p", tag("b", t("trap")), trap) if trap else None,
            tag("p", markup.link(links.Target(page="glossary", kpi=kpi.code), t("to_glossary"))),
            cls="ub-pop-body",
        ),
        cls="ub-pop",
    )


def value_markup(value: Value | None, kpi: Kpi, runs: bool = False) -> Markup:
    """The number with its unit small beside it; hatched where nothing was reported, 本季未到期 while the KPI's quarter `runs`."""
    if runs:
        return tag("span", t("quarter_running"), cls="ub-missing")
    shown = formatting.value_amount(value, kpi)
    if value is not None and value.is_beside_few:
        return tag("span", shown.number, cls="ub-missing", title=t("reason_beside_few"))
    if value is None or value.value is None:
        return tag("span", shown.number, cls="ub-missing")
    return tag("span", tag("b", shown.number), tag("small", shown.unit) if shown.unit else None, cls="ub-number")


def comparison_text(comparison: Comparison, value: Value, kpi: Kpi) -> str:
    """+2.1 pp, or 不可比, or — where there is nothing to compare with."""
    if comparison.change.reason == "missing":
        return "—"
    if not comparison.is_like_with_like:
        return t("not_comparable")
    held = comparison.held(value)
    assert held is not None
    return formatting.difference(held[1], held[0], kpi)


def reason_text(comparison: Comparison) -> str:
    """Why a comparison is not like with like; empty when it is, and where a number is missing anyway."""
    if comparison.is_of_nearly_all:
        return ""
    if comparison.change.reason == "hidden":
        return t("reason_masked") if comparison.is_few else t("reason_beside")
    return "" if comparison.change.reason == "missing" else pick(*period_changes.reason_words(comparison.change))


def alike_text(comparison: Comparison, kpi: Kpi) -> str:
    """同口径 30/31 省, where the difference told is that of those; where they are too few, what theirs is; else empty."""
    alike = comparison.alike
    if alike is None:
        return ""
    counts = {"count": alike.parts, "of": alike.of}
    if alike.is_enough:
        return t("like_for_like_mark", **counts)
    return t("like_for_like", change=formatting.difference(alike.now, alike.before, kpi), **counts)


def span_text(comparison: Comparison | None) -> str:
    """1–5月，同期: which months are compared where the period is not over; else empty."""
    return pick(*period_changes.span_words(comparison.change)) if comparison and comparison.is_like_with_like else ""


def is_running(kpi: Kpi, value: Value | None, selection: Selection) -> bool:
    """Whether a quarterly KPI has nothing because the quarter chosen is not over."""
    if kpi.grain != "quarter" or (value is not None and (value.value is not None or value.is_masked)):
        return False
    shown = period_of(kpi.grain, selection.period)
    return periods.grain_of(shown) == "quarter" and not periods.is_over(
        selection.release_id, selection.mode, shown, kpi.programme
    )


def latest_known(kpi: Kpi, value: Value | None, history: Sequence[Value], selection: Selection) -> str:
    """最近一期：2024年3月 100%, where this period has nothing although earlier ones have; else empty."""
    if value is not None and (value.value is not None or value.is_masked):
        return ""
    shown_period = period_of(kpi.grain, selection.period)
    earlier = [one for one in history if one.value is not None and one.period < shown_period]
    if not earlier or periods.grain_of(shown_period) != periods.grain_of(earlier[-1].period):
        return ""
    shown = formatting.value_amount(earlier[-1], kpi).text
    return t("latest_known", period=formatting.period_name(earlier[-1].period), value=shown)


def target_line(kpi: Kpi, value: Value | None, latest: str, runs: bool) -> Markup:
    """The status, and the target or which way is better; where there is nothing now, what was known last."""
    if value is None or value.status == "no_data":
        badge = None if runs else status.badge(status.of(value))
        return tag("div", badge, tag("span", latest) if latest else None, cls="ub-card-target")
    reached = formatting.attainment(value)
    words = [formatting.target_text(value, kpi)] if value.target is not None else [_direction(kpi)]
    if reached is not None and kpi.unit != "percent" and kpi.direction == "higher":
        words.append(t("attained", share=formatting.percent(reached)))
    badge = status.badge(value.status, notes.judged_on(value, kpi))
    return tag("div", badge, tag("span", " · ".join(filter(None, words))), cls="ub-card-target")


def _ahead(kpi: Kpi, value: Value | None, selection: Selection) -> Markup | None:
    """Whether the target will be met, where it has a date."""
    found = forecasts.at(selection.release_id, value)
    if value is None or found is None:
        return None
    words = outlook_words.short(found, kpi, value.target, value.target_upper)
    return tag("p", words, cls=f"ub-ahead ub-ahead-{found.verdict}")


def _direction(kpi: Kpi) -> str:
    return t(f"direction_{kpi.direction}") if kpi.direction in ("higher", "lower") else ""


def spark(
    kpi: Kpi, value: Value | None, history: Sequence[Value], selection: Selection, cls: str = "ub-spark"
) -> Markup | None:
    """The last periods up to the one shown as a line."""
    if not any(one.value is not None for one in history):
        return None
    last = value.period if value else period_of(kpi.grain, selection.period)
    shown = [one for one in history if one.period <= last][-SPARKLINE_POINTS:]
    label = t("spark_label", kpi=pick(kpi.label_zh, kpi.label_en), count=len(shown))
    target = value.target if value is not None else None
    return sparkline.of_values(kpi, shown, label, target, cls)


def _comparison_line(kpi: Kpi, value: Value | None, history: Sequence[Value], selection: Selection) -> Markup | None:
    if value is None:
        return None
    yearly, previous = compared(kpi, value, history, selection)
    told = [(t("year_on_year"), yearly), (t("on_previous"), previous)]
    known = [(name, one) for name, one in told if one is not None]
    if not known:
        return None
    parts = [
        tag("span", name, " ", tag("b", comparison_text(one, value, kpi)), title=reason_text(one) or None)
        for name, one in known
    ]
    words = compared_words([one for _, one in known], [name for name, _ in known], kpi)
    return tag("div", parts, [tag("small", one) for one in words], cls="ub-card-compare")


def compared(
    kpi: Kpi, value: Value, history: Sequence[Value], selection: Selection
) -> tuple[Comparison | None, Comparison | None]:
    """Against the year before, and against the period before; a yearly value has no other period before it."""
    at = values.of_other_periods(selection.release_id, value, history)
    provinces = values.beside(selection.release_id)
    yearly = comparisons.year_on_year(value, kpi, at, provinces)
    previous = comparisons.on_previous(value, kpi, at, provinces) if periods.grain_of(value.period) != "year" else None
    return yearly, previous


def compared_words(known: Sequence[Comparison], names: Sequence[str], kpi: Kpi) -> list[str]:
    """What comparisons must be read with, each said once: reasons, 同口径 30/31 省, which months; by name where it is true of one only."""
    found: dict[str, list[str]] = {}
    for one, name in zip(known, names, strict=True):
        for words in (reason_text(one), alike_text(one, kpi)):
            if words:
                found.setdefault(words, []).append(name)
    said = [
        words if len(of) == len(known) else f"{t('comma').join(of)}{t('colon')}{words}" for words, of in found.items()
    ]
    months = next((words for one in known if (words := span_text(one))), "")
    return [*said, months] if months else said


def _published_line(kpi: Kpi, published: Value | None) -> Markup | None:
    if published is None or published.value is None:
        return None
    shown = formatting.value_amount(published, kpi)
    date = t("as_of", date=formatting.day(published.as_of)) if published.as_of else None
    return tag(
        "div", tag("em", t("published")), " ", tag("b", shown.text), " ", date, cls="ub-published ub-card-published"
    )


def _foot(kpi: Kpi, value: Value | None, selection: Selection) -> Markup:
    return tag("footer", foot(kpi, value, selection), source_link(kpi, value), cls="ub-dotted")


def foot(kpi: Kpi, value: Value | None, selection: Selection) -> list[Markup]:
    """What was counted, of which period where it is not the one chosen, and up to when where the page's head says another day."""
    parts: list[str] = []
    if value is not None and not value.is_masked:
        parts += _counted(kpi, value)
    shown = period_of(kpi.grain, selection.period)
    if shown != selection.period:
        parts.append(t(f"rhythm_{kpi.grain}", period=formatting.period_name(shown)))
    if value is not None and value.as_of and value.as_of.isoformat() != head_date(selection):
        parts.append(t("data_to", date=formatting.day(value.as_of)))
    return [tag("span", part) for part in parts]


def head_date(selection: Selection) -> str | None:
    """The day that the head of the page says its numbers reach to."""
    return periods.data_to(selection.release_id, selection.mode, selection.programme, selection.period)


def source_link(kpi: Kpi, value: Value | None) -> Markup | None:
    """来源, of a number that is shown."""
    if value is None or value.is_masked or value.value is None:
        return None
    label = t("source_of", kpi=pick(kpi.label_zh, kpi.label_en))
    return tag("span", markup.link(links.Target(source=kpi.code), t("source"), label=label))


def _counted(kpi: Kpi, value: Value) -> list[str]:
    """4,812 件调解成功 / 6,298 件成功或不成."""
    if value.numerator is not None and value.denominator is not None:
        above = _side(value.numerator, kpi.numerator_zh, kpi.numerator_en)
        return [f"{above} / {_side(value.denominator, kpi.denominator_zh, kpi.denominator_en)}"]
    return [t("rows_counted", rows=f"{value.rows:,}")] if value.rows else []


def _side(number: float, chinese: str | None, english: str | None) -> str:
    shown = formatting.scaled(number, pick(chinese, english))
    return shown.text.strip()


def formula_words(kpi: Kpi) -> str:
    """The formula in words; empty where the definition says it all."""
    if not kpi.is_ratio:
        return pick(kpi.numerator_zh, kpi.numerator_en)
    above, below = pick(kpi.numerator_zh, kpi.numerator_en), pick(kpi.denominator_zh, kpi.denominator_en)
    return f"n {above} ÷ n {below}" if above and below else ""
