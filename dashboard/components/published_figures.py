"""What was printed about a programme, with the headline it stood under and its date; apart from everything recorded."""

from collections.abc import Sequence

from dashboard import formatting
from dashboard.components import kept, markup
from dashboard.components.markup import Markup, tag
from dashboard.data.figures import Figure
from dashboard.i18n import pick, t

SHOWN_AT_FIRST = 8


def show(figures: Sequence[Figure]) -> None:
    """One list a headline."""
    content = kept.block("published_figures", lambda: _by_headline(figures), *(one.figure_id for one in figures))
    markup.show(content, key="published_figures")


def _by_headline(figures: Sequence[Figure]) -> Markup:
    headlines: dict[str, list[Figure]] = {}
    for figure in figures:
        headlines.setdefault(pick(f"《{figure.headline}》", figure.headline_en), []).append(figure)
    lists = [tag("div", tag("h4", headline), _list(under)) for headline, under in headlines.items()]
    content = lists or [tag("p", t("no_published"), cls="ub-hint")]
    return tag("section", tag("h3", t("published_data"), tag("small", t("published_note"))), content, cls="ub-panel")


def _list(figures: Sequence[Figure]) -> Markup:
    """Quantities first; rules, lists, dates and what was derived open on demand when the list is long."""
    quantities = [figure for figure in figures if figure.figure_type == "quantity"]
    others = [figure for figure in figures if figure.figure_type != "quantity"]
    shown, folded = (
        (quantities, others) if quantities and len(figures) > SHOWN_AT_FIRST else ([*quantities, *others], [])
    )
    rest = tag("ul", [_entry(figure) for figure in folded], cls="ub-figures")
    return tag(
        "div",
        tag("ul", [_entry(figure) for figure in shown], cls="ub-figures"),
        tag("details", tag("summary", t("other_figures", count=len(folded))), rest, cls="ub-more") if folded else None,
    )


def _entry(figure: Figure) -> Markup:
    shown = formatting.figure_amount(figure)
    as_of = t("as_of", date=figure.as_of) if figure.as_of else t("as_of_unknown")
    inferred = (
        t("inferred") if figure.period_basis and figure.period_basis not in ("stated",) and figure.as_of else None
    )
    subject = t("derived") if figure.figure_type == "derived" else pick(figure.subject, figure.subject_en)
    notes = [as_of, inferred, subject, t("is_target") if figure.is_target else None]
    notes += [pick(figure.note, figure.note_en), figure.figure_id]
    number = (
        tag("span", shown.number, cls="ub-missing")
        if figure.value is None
        else tag("b", shown.number, tag("small", shown.unit))
    )
    return tag(
        "li",
        tag("span", pick(figure.name_zh, figure.name_en), cls="ub-figure-name"),
        tag("span", number, cls="ub-figure-value"),
        tag("span", " · ".join(note for note in notes if note), cls="ub-hint"),
        # Search leads here.
        id=f"figure-{figure.figure_id}",
    )
