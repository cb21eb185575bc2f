"""What was printed about a programme, with the headline it stood under and its date; apart from everything recorded."""

from collections.abc import Sequence

from dashboard import formatting
from dashboard.components import markup
from dashboard.components.markup import Markup, tag
from dashboard.data.figures import Figure
from dashboard.i18n import t


def show(figures: Sequence[Figure]) -> None:
    """One list a headline."""
    headlines: dict[str, list[Figure]] = {}
    for figure in figures:
        headlines.setdefault(figure.headline, []).append(figure)
    lists = [
        tag("div", tag("h4", f"《{headline}》"), tag("ul", [_entry(figure) for figure in under], cls="ub-figures"))
        for headline, under in headlines.items()
    ]
    content = lists or [tag("p", t("no_published"), cls="ub-hint")]
    markup.show(
        tag("section", tag("h3", t("published_data"), tag("small", t("published_note"))), content, cls="ub-panel"),
        key="published_figures",
    )


def _entry(figure: Figure) -> Markup:
    shown = formatting.figure_amount(figure)
    as_of = t("as_of", date=figure.as_of) if figure.as_of else t("as_of_unknown")
    inferred = t("inferred") if figure.period_basis and figure.period_basis not in ("stated",) and figure.as_of else None
    notes = [as_of, inferred, figure.subject, t("is_target") if figure.is_target else None, figure.note, figure.figure_id]
    number = tag("span", shown.number, cls="ub-missing") if figure.value is None else tag("b", shown.number, tag("small", shown.unit))
    return tag(
        "li",
        tag("span", figure.name_zh, cls="ub-figure-name"),
        tag("span", number, cls="ub-figure-value"),
        tag("span", " · ".join(note for note in notes if note), cls="ub-hint"),
    )
