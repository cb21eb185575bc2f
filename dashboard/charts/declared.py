"""A declared picture drawn: the rows that answer it become the marks of its shapes, its sentences and its tables."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

from dashboard import charts, formatting
from dashboard.charts import ledgers, panels, writing
from dashboard.charts.states import State
from dashboard.charts.writing import Row, Speaker
from dashboard.components.markup import Markup, join, link, tag
from dashboard.data.pictures import Answer
from dashboard.i18n import t
from dashboard.links import Target
from warehouse.pictures.declared import FACTS, Drawing, Marks, Picture, Place, Sentence, Table, Text

Ways = Mapping[str, Callable[[Any], str]]


def drawn(picture: Picture, answer: Answer, ways: Ways) -> Markup | None:
    """The panel of a picture, None where it is left out because there is nothing to show; `ways` write periods and words of the release."""
    return _Drawn(picture, answer, ways).panel()


class _Drawn:
    """One picture over one answer, in the language in force."""

    def __init__(self, picture: Picture, answer: Answer, ways: Ways) -> None:
        self._picture, self._answer, self._ways = picture, answer.rows, ways
        self._is_hidden = answer.is_hidden
        self._speaker = Speaker(answer.chosen, ways, self._listed)
        facts = answer.rows.get(picture.facts)
        self._facts = facts[0] if facts else (None,) * len(picture.asked.get(picture.facts, ()))

    def panel(self) -> Markup | None:
        picture = self._picture
        title = self.say(picture.title)
        hint = self.say(picture.hint)
        if self._is_empty():
            return self._of_nothing(title, hint)
        sentence = self._sentences(picture.sentences)
        body = join(*(self._body(drawing, f"{title} {sentence}", title) for drawing in picture.drawings))
        panel = panels.panel(
            self.say(picture.heading) or title,
            hint,
            body,
            sentence,
            self._table(picture.table, title),
            self._table(picture.listed, title),
        )
        return panels.wide(panel) if picture.is_wide else panel

    def _is_empty(self) -> bool:
        picture = self._picture
        if self._is_hidden or (picture.drawn and not self._answer[picture.drawn]):
            return True
        return picture.empty_when is not None and bool(self._value(picture.empty_when, self._facts))

    def _of_nothing(self, title: str, hint: str) -> Markup | None:
        picture = self._picture
        if picture.is_left_out_when_empty:
            return None
        hint = self.say(picture.empty_hint) or hint
        said = self._sentences(picture.empty_sentences)
        if self._is_hidden:
            panel = panels.hidden(title, hint)
        elif said:
            body = join(*(self._body(drawing, f"{title} {said}", title) for drawing in picture.empty_drawings))
            panel = panels.panel(title, hint, body, said)
        else:
            panel = panels.empty(title, hint)
        return panels.wide(panel) if picture.is_wide else panel

    # Words

    def say(self, text: Text | None, row: Row | None = None) -> str:
        """A text with the values of a row, of the facts unless told."""
        return self._speaker.say(text, self._facts if row is None else row)

    def _value(self, place: Place, row: Row) -> Any:
        return self._speaker.value(place, row)

    def _sentences(self, given: Iterable[Sequence[Sentence]]) -> str:
        said = []
        for variants in given:
            holds = (one for one in variants if self._speaker.holds(one.when, self._facts))
            said += [self.say(one.words).strip() for one in islice(holds, 1)]
        return formatting.sentences(said)

    def _listed(self, name: str) -> str:
        listing = self._picture.lists[name]
        rows = [row for row in self._answer[listing.relation] if self._speaker.holds(listing.when, row)]
        return t("comma").join(self.say(listing.each, row) for row in rows[: listing.limit])

    # Marks

    def _marks(self, marks: Sequence[Marks]) -> Iterator[dict[str, Any]]:
        """The marks in the order in which they are drawn: several of each row where they are about the same rows."""
        for relation, together in groupby(marks, key=lambda one: one.relation):
            several = list(together)
            for row in (self._facts,) if relation == FACTS else self._answer.get(relation, ()):
                for one in several:
                    if (mark := self._mark(one.fields, row)) is not None:
                        yield mark

    def _mark(self, fields: Mapping[str, Any], row: Row) -> dict[str, Any] | None:
        """The fields of a mark, None where its condition does not hold."""
        if "when" in fields and not self._value(fields["when"], row):
            return None
        return {name: self._field(given, row, name) for name, given in fields.items()}

    def _field(self, given: Any, row: Row, name: str) -> Any:
        if name == "tone":
            return (
                given
                if isinstance(given, str)
                else next((tone for tone, when in given if self._value(when, row)), "line")
            )
        if isinstance(given, Place):
            return self._value(given, row)
        if name == "parts":
            return tuple(part for one in given if (part := self._mark(one, row)) is not None)
        return self.say(given, row)

    def _body(self, drawing: Drawing, label: str, title: str) -> Markup | None:
        marks = list(self._marks(drawing.marks))
        if drawing.marks and not marks and drawing is not self._picture.drawings[0]:
            return None
        once = {name: self._once(given, name) for name, given in drawing.once.items()}
        there = {mark["state"] for mark in marks if "state" in mark}
        states = {
            code: State(self.say(one.word), self.say(one.mark), one.tone)
            for code, one in drawing.states.items()
            if code in there or one.legend != "if_any"
        }
        legend = [state for code, state in states.items() if drawing.states[code].legend != "never"]
        shape = _SHAPES[drawing.shape](marks, once, states, self.say(drawing.label) or label)
        if drawing.shape == "ledger":
            shape = join(shape, ledgers.legend([(one.tone, one.word) for one in legend], once.get("dot_name")))
        return join(tag("h4", self.say(drawing.title)) if drawing.title else None, shape)

    def _once(self, given: Any, name: str) -> Any:
        if name != "write" and isinstance(given, Place):
            return self._value(given, self._facts)
        if isinstance(given, str):
            return lambda value: writing.written(value, given, self._ways)
        if isinstance(given, tuple) and all(isinstance(one, Marks) for one in given):
            return list(self._marks(given))
        return self.say(given)

    # Tables

    def _table(self, table: Table | None, title: str) -> panels.Table | None:
        if table is None:
            return None
        caption = self.say(table.caption) or title
        heads = [self.say(column.head) for column in table.columns]
        if table.across is not None:
            return self._crossed(table, caption, heads)
        marks = self._picture.drawings[0].marks if any(column.of_mark for column in table.columns) else ()
        rows = []
        for row in self._answer[table.relation][: table.limit]:
            for one in marks or (None,):
                cells = [
                    self.say(column.cell, row) if column.of_mark is None else self._of_mark(one, row, column.of_mark)
                    for column in table.columns
                ]
                rows.append(tuple(cells))
        return panels.Table(caption, tuple(heads), tuple(rows))

    def _of_mark(self, marks: Marks | None, row: Row, field: str) -> str:
        """What a mark says of itself: `parts` all that there are, `parts.2` the second of them."""
        assert marks is not None
        name, _, number = field.partition(".")
        given = marks.fields.get(name)
        if name != "parts":
            shown = None if given is None else self._field(given, row, name)
            if name == "state":
                return self.say(self._picture.drawings[0].states[str(shown)].word)
            return shown if isinstance(shown, str) else writing.written(shown, "count", {})
        parts = self._field(given, row, name)
        if number:
            return str(parts[int(number) - 1]["text"])
        return t("comma").join(f"{part['name']} {part['text']}" for part in parts if part["value"])

    def _crossed(self, table: Table, caption: str, heads: list[str]) -> panels.Table:
        """A line for each key, with a cell for each of the columns across."""
        assert table.across is not None and table.key is not None and table.column is not None
        across = list(self._marks([table.across]))
        found = self._answer[table.relation]
        keys = [self._value(table.key, row) for row in found]
        cells = {
            (key, self._value(table.column, row)): self.say(table.cell, row)
            for key, row in zip(keys, found, strict=True)
        }
        first = {
            key: [self.say(column.cell, row) for column in table.columns]
            for key, row in reversed(list(zip(keys, found, strict=True)))
        }
        without = self.say(table.without)
        rows = [
            (*first[key], *(cells.get((key, one["key"]), without) for one in across)) for key in dict.fromkeys(keys)
        ]
        return panels.Table(caption, (*heads, *(one["name"] for one in across)), tuple(rows))


# What each shape is made of: marks, what is said once, states, and what the whole says to who cannot see it.

Fields = Sequence[Mapping[str, Any]]
Once = Mapping[str, Any]
States = Mapping[str, State]


def _bars(marks: Fields, once: Once, states: States, label: str) -> Markup:
    drawn = [
        charts.Bar(one["name"], one["value"], one["text"], one.get("note", ""), one.get("tone", "line"))
        for one in marks
    ]
    at = once.get("reference")
    reference = charts.Reference(at, once.get("reference_text", "")) if at is not None else None
    return charts.bar_list(drawn, once.get("largest"), reference)


def _funnel(marks: Fields, once: Once, states: States, label: str) -> Markup:
    return charts.funnel([(one["name"], one["value"]) for one in marks])


def _stacked(marks: Fields, once: Once, states: States, label: str) -> Markup:
    return charts.stacked([_stack(one) for one in marks])


def _stack(one: Mapping[str, Any]) -> charts.Stack:
    parts = tuple(
        charts.Part(part["name"], part["value"] or 0, part["text"], part["tone"], part.get("mark", ""))
        for part in one["parts"]
    )
    dot = charts.Dot(one.get("dot"), one["dot_text"]) if one.get("dot_text") else None
    return charts.Stack(one["name"], parts, one["text"], one.get("note", ""), dot)


def _ranges(marks: Fields, once: Once, states: States, label: str) -> Markup:
    return charts.dot_range(
        [
            charts.Range(
                one["name"],
                one.get("low"),
                one["value"],
                one.get("high"),
                one["text"],
                one.get("note", ""),
                bool(one.get("weak")),
            )
            for one in marks
        ]
    )


def _waterfall(marks: Fields, once: Once, states: States, label: str) -> Markup:
    return charts.waterfall(
        [charts.Change(one["name"], one["start"], one["end"], one["text"], one.get("tone", "line")) for one in marks]
    )


def _tiles(marks: Fields, once: Once, states: States, label: str) -> Markup:
    tiles = [charts.Tile(one["name"], states[one["state"]]) for one in marks]
    return charts.state_tiles(tiles, tuple(states.values()), label)


def _grid(marks: Fields, once: Once, states: States, label: str) -> Markup:
    columns = once["columns"]
    rows = []
    for _, group in groupby(marks, key=lambda one: one.get("key", one["row"])):
        cells = list(group)
        by_column = {one["column"]: _cell(one, states) for one in cells}
        rows.append(charts.GridRow(cells[0]["row"], tuple(by_column.get(one["key"]) for one in columns)))
    heads = [_head(one) if "tip" in one else one["name"] for one in columns]
    return charts.state_grid(heads, rows, tuple(states.values()), label)


def _cell(one: Mapping[str, Any], states: States) -> State:
    state = states[one["state"]]
    return State(one.get("word") or state.word, one.get("mark") or state.mark, state.tone)


def _head(column: Mapping[str, Any]) -> Markup:
    return tag("b" if column.get("strong") else "span", column["name"], title=column["tip"])


def _points(marks: Fields) -> Iterator[tuple[str, list[Mapping[str, Any]], tuple[charts.Point, ...]]]:
    for name, group in groupby(marks, key=lambda one: one["name"]):
        found = list(group)
        yield name, found, tuple(charts.Point(one["at"], one["value"], one.get("point", "")) for one in found)


def _ticks(given: Fields) -> list[charts.Tick]:
    return [charts.Tick(one["at"], one["name"]) for one in given]


def _line(marks: Fields, once: Once, states: States, label: str) -> Markup:
    lines = [
        charts.Line(name, points, found[-1].get("text", ""), found[-1].get("tone", "line"))
        for name, found, points in _points(marks)
    ]
    for one in once.get("reference", ()):
        ends = (charts.Point(one["start"], one["from"]), charts.Point(one["end"], one["to"]))
        lines.append(charts.Line(one["name"], ends, one.get("text", ""), kind="reference"))
    return charts.line(lines, _ticks(once["axis"]), label, _ticks(once.get("dates", ())), once.get("write"))


def _multiples(marks: Fields, once: Once, states: States, label: str) -> Markup:
    multiples = [
        charts.Multiple(name, found[-1].get("text", ""), found[-1].get("note", ""), points)
        for name, found, points in _points(marks)
    ]
    return charts.small_multiples(multiples, _ticks(once["axis"]))


def _columns(marks: Fields, once: Once, states: States, label: str) -> Markup:
    rows = []
    for _, group in groupby(marks, key=lambda one: one.get("key", one["name"])):
        found = list(group)
        places = tuple(charts.Place(one["at"], one["value"], one["point"]) for one in found)
        one = found[0]
        rows.append(charts.Row(one["name"], one.get("note", ""), places, one["text"], one["largest"] or 0))
    return charts.columns_by_row(rows, once["count"], (once["first"], once["last"]), once["unknown"], label)


def _pareto(marks: Fields, once: Once, states: States, label: str) -> Markup:
    return charts.pareto(
        [charts.Column(one["firm"], one["loose"], one["running"], one.get("point", "")) for one in marks],
        charts.Callout(once["items"], once["share"], once["callout"]),
        (once["first"], once["last"]),
        (once["firm_name"], once["loose_name"], once["running_name"]),
        label,
        once["write"],
    )


def _scatter(marks: Fields, once: Once, states: States, label: str) -> Markup:
    kinds = {code: charts.Kind(one.word, one.mark, one.tone) for code, one in states.items()}
    return charts.scatter(
        [charts.Spot(one["x"], one["y"], kinds[one["state"]], one["point"]) for one in marks],
        charts.Axis(once["across"], lambda number: formatting.trimmed(number, 1)),
        charts.Axis(once["upward"], lambda number: formatting.trimmed(number, 1)),
        list(kinds.values()),
        (once.get("nothing", ""), once.get("nothing_count") or 0),
        label,
    )


def _ledger(marks: Fields, once: Once, states: States, label: str) -> Markup:
    pledges = [
        charts.Pledge(
            one["name"],
            one.get("note", ""),
            one["done"],
            one["text"],
            one.get("dot"),
            one.get("dot_text", ""),
            states[one["state"]].tone,
        )
        for one in marks
    ]
    return charts.ledger(pledges)


def _link(marks: Fields, once: Once, states: States, label: str) -> Markup:
    return tag("p", link(Target(region=once["region"]), once["text"]))


_SHAPES: Mapping[str, Callable[[Fields, Once, States, str], Markup]] = {
    "bars": _bars,
    "funnel": _funnel,
    "stacked": _stacked,
    "ranges": _ranges,
    "waterfall": _waterfall,
    "tiles": _tiles,
    "grid": _grid,
    "line": _line,
    "multiples": _multiples,
    "columns": _columns,
    "pareto": _pareto,
    "scatter": _scatter,
    "ledger": _ledger,
    "link": _link,
}
