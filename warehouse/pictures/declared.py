"""An entry under `pictures`, read: its words taken apart, its marks with the places of their values, and the one question it asks.

Everything that is SQL in an entry (a value, a condition, what stands in braces in a text) becomes a column of the relation it is about, so
one statement answers all of a picture, and the engine itself says what of it does not exist.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from warehouse.pictures import grammar, relations
from warehouse.pictures.grammar import DOT, FLAG, PARTS, STATE, TEXT, TONE, VALUE

_IN_BRACES = re.compile(r"\{([^{}]*)\}")
_FORMAT = re.compile(r"(?P<sql>.*[^:]):(?P<format>[a-z]+)(?P<optional>\??)", re.DOTALL)

# What stands in the SQL of conditions that ask only what is chosen, and of the whole picture.
CHOSEN, ROWS, FACTS = "chosen", "rows", "facts"
# Said of what is hidden with the region and period it is of.
CELL = "cell"


@dataclass(frozen=True)
class Written:
    """A value in a text: where it stands in its row, and how it is written."""

    place: "Place"
    format: str
    is_optional: bool


@dataclass(frozen=True)
class Named:
    """One of the picture's lists in a text."""

    name: str


# Where a value stands in a row, or the name of what is chosen (`period` for $period).
Place = int | str
# Words by language, or several with the conditions under which they are said.
Text = Mapping[str, tuple["str | Written | Named", ...]] | tuple["Sentence", ...]


@dataclass(frozen=True)
class State:
    """What a mark can be in: word, mark and tone; the legend tells of it always, if_any, or never."""

    word: Text
    mark: Text
    tone: str
    legend: str = "always"


@dataclass(frozen=True)
class Marks:
    """Marks made of each row of a relation: a field holds a text, the place of a value, a tone, or parts that are marks themselves."""

    relation: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Drawing:
    """One shape with its marks, and what is said of it once (of `facts`)."""

    shape: str
    marks: tuple[Marks, ...]
    once: Mapping[str, Any]
    states: Mapping[str, State]
    title: Text | None
    label: Text | None


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, and the cell as a text of the row, or the mark's own field it repeats."""

    head: Text
    cell: Text | None
    of_mark: str | None


@dataclass(frozen=True)
class Table:
    """A table: a line for each row of a relation, or, where it has `across`, for each value of `key` with a cell for each of `across`."""

    relation: str
    columns: tuple[Column, ...]
    limit: int | None = None
    caption: Text | None = None
    key: Place | None = None
    column: Place | None = None
    cell: Text | None = None
    without: Text | None = None
    across: Marks | None = None


@dataclass(frozen=True)
class Listing:
    """Texts of rows one after the other, to be put into a sentence."""

    relation: str
    each: Text
    when: Place | None
    limit: int | None


@dataclass(frozen=True)
class Sentence:
    """Words that are said where the condition holds."""

    words: Text
    when: Place | None


@dataclass(frozen=True)
class Control:
    """A choice above the pictures of a programme: the values of a query, the latest first; `$name` in SQL is what is chosen."""

    name: str
    label: Text
    each: Text
    everything: Text | None
    sql: str


@dataclass(frozen=True)
class Expression:
    """A piece of SQL of an entry, what it is about, and the key it stands under."""

    relation: str
    sql: str
    key: str


@dataclass
class Picture:
    """A picture as it is declared. `sql` asks for everything in it; a relation's rows are tuples in the order of `asked`."""

    name: str
    programme: str
    order: int = 100
    is_wide: bool = False
    stack: str = ""
    is_left_out_when_empty: bool = False
    title: Text = field(default_factory=dict)
    hint: Text | None = None
    heading: Text | None = None
    drawings: list[Drawing] = field(default_factory=list)
    sentences: list[tuple[Sentence, ...]] = field(default_factory=list)
    lists: dict[str, Listing] = field(default_factory=dict)
    table: Table | None = None
    listed: Table | None = None
    empty_when: Place | None = None
    empty_hint: Text | None = None
    empty_sentences: list[tuple[Sentence, ...]] = field(default_factory=list)
    empty_drawings: list[Drawing] = field(default_factory=list)
    # `cell`, or the condition under which there is nothing because it may not be shown.
    hidden: str = ""
    when: str = ""
    # The picture that this one stands for where that one is not shown.
    instead_of: str = ""
    # The relation whose first row the picture's sentences are about.
    facts: str = FACTS
    # The relation without whose rows there is nothing to show.
    drawn: str = ""
    parameters: set[str] = field(default_factory=set)
    control: Control | None = None
    # By relation, the SQL of its columns; each once.
    asked: dict[str, list[str]] = field(default_factory=dict)
    # By name, the SQL of each relation in the order in which they build on each other.
    relations: dict[str, str] = field(default_factory=dict)
    expressions: list[Expression] = field(default_factory=list)

    @property
    def sql(self) -> str:
        """The one statement: for each relation of `asked` its rows, its number first; what the others have is null there."""
        selects = []
        for number, (name, columns) in enumerate(self.asked.items()):
            order = "0" if name in (FACTS, CHOSEN) else "place"
            values = "".join(f", ({sql}) as r{number}_{at}" for at, sql in enumerate(columns))
            selects.append(f"select {number} as relation, {order} as place{values} from {name}")
        return relations.statement(self.relations, " union all by name ".join(selects or ["select 0"]), self.programme)

    def asked_of_chosen(self, condition: str) -> str:
        """The statement whose only value says whether a condition on what is chosen holds."""
        return relations.statement(self.relations, f"select ({condition}) from {CHOSEN}", self.programme)


@dataclass(frozen=True)
class Mistake:
    """What is wrong in an entry, and under which key."""

    key: str
    says: str


def read(entry: Mapping[str, Any], programme: str, mart: str) -> tuple[Picture, list[Mistake]]:
    """A picture, and what is wrong with its entry; where anything is, the picture is not to be used."""
    reader = _Reader(entry, programme, mart)
    return reader.picture, reader.mistakes


_KEYS = (
    *(
        "name",
        "order",
        "wide",
        "stack",
        "when",
        "instead_of",
        "title",
        "heading",
        "hint",
        "with",
        "select",
        "from",
        "at",
        "where",
        "group",
    ),
    *(
        "having",
        "order_by",
        "limit",
        "then",
        "facts",
        "draw",
        "sentence",
        "lists",
        "table",
        "listed",
        "empty",
        "hidden",
        "control",
    ),
)
_TABLE_KEYS = ("of", "columns", "limit", "caption", "key", "column", "cell", "without", "across")


class _Reader:
    """One entry being read."""

    def __init__(self, entry: Mapping[str, Any], programme: str, mart: str) -> None:
        self.mistakes: list[Mistake] = []
        self.picture = Picture(str(entry.get("name", "")), programme)
        self._entry, self._mart = entry, mart
        self._names(entry, _KEYS, "")
        self._needed(entry, ("name", "title", "draw"), "")
        self._relations()
        self._head()
        self.picture.drawings = self._drawings(entry.get("draw"), "draw")
        self.picture.sentences = self._sentences(entry.get("sentence"), "sentence")
        self._lists()
        self.picture.table = self._table(entry.get("table"), "table")
        self.picture.listed = self._table(entry.get("listed"), "listed")
        self._states_of_nothing()
        self._control()

    # What is asked

    def _relations(self) -> None:
        entry, found = self._entry, self.picture.relations
        found |= dict(self._queries("with"))
        if "select" in entry or "from" in entry:
            at = self._word(entry, "at", tuple(relations.AT), "here" if "from" not in entry else "as_is")
            found[ROWS] = relations.rows(self._mart, at, entry)
        found |= dict(self._queries("then"))
        facts = str(entry.get("facts", ""))
        if not facts and ROWS in found:
            self.picture.facts = ROWS
        elif relations.is_query(facts):
            found[FACTS] = facts
        else:
            found[FACTS] = f"select {facts or '1 as nothing'}" + (f" from {ROWS}" if ROWS in found else "")

    def _queries(self, key: str) -> Iterator[tuple[str, str]]:
        given = self._entry.get(key) or {}
        if not isinstance(given, Mapping):
            self._wrong(key, "要写成“名称: 查询”的形式")
            return
        for name, sql in given.items():
            if not str(name).isidentifier() or name in (ROWS, FACTS, CHOSEN, *relations.GIVEN):
                self._wrong(f"{key}.{name}", "这个名称不能用，请换一个（只用小写字母、数字和下划线）")
            elif not relations.is_query(str(sql)):
                self._wrong(f"{key}.{name}", "要写一个以 select 开头的查询")
            else:
                yield name, str(sql)

    def _ask(self, sql: Any, relation: str, key: str) -> Place:
        """The place of a value in the rows of a relation, or the name of what is chosen."""
        if isinstance(sql, bool):
            sql = str(sql).lower()
        written = str(sql).strip()
        if not written:
            self._wrong(key, "是空的")
            written = "null"
        if re.fullmatch(r"\$[a-z_]+", written):
            self.picture.parameters.add(written[1:])
            return written[1:]
        if relation == FACTS:
            relation = self.picture.facts
        self.picture.expressions.append(Expression(relation, written, key))
        columns = self.picture.asked.setdefault(relation, [])
        if written not in columns:
            columns.append(written)
        return columns.index(written)

    def _relation(self, given: Mapping[str, Any], key: str) -> str:
        name = str(given.get("of", ROWS))
        if name == FACTS or name in self.picture.relations:
            return name
        known = [one for one in self.picture.relations if one != FACTS]
        what = "没有 select，也没有 from" if name == ROWS else f"没有叫 {name} 的查询"
        self._wrong(
            f"{key}.of" if "of" in given else key,
            f"{what}{_nearest(name, known)}；可用的：{'、'.join(known) or '（无）'}",
        )
        return FACTS

    # Words

    def _variant(self, given: Any, relation: str, key: str) -> "Sentence":
        """Words with the condition under which they are said; of several in a list the first that holds."""
        when = given.get("when") if isinstance(given, Mapping) else None
        return Sentence(
            self._text(given, relation, key), self._ask(when, relation, f"{key}.when") if when is not None else None
        )

    def _text(self, given: Any, relation: str, key: str) -> Text:
        if isinstance(given, Mapping) and "text" in given:
            self._names(given, ("text", "when"), key)
            return self._text(str(given["text"]), relation, key)
        if isinstance(given, Mapping):
            self._names(given, (*grammar.LANGUAGES, "when"), key)
            for language in grammar.LANGUAGES:
                if given.get(language) in (None, ""):
                    other = "中文（zh）" if language == "zh" else "英文（en）"
                    self._wrong(f"{key}.{language}", f"没有{other}；每处文字都要写 zh 和 en 两种")
            return {one: self._parts(str(given.get(one) or ""), relation, f"{key}.{one}") for one in grammar.LANGUAGES}
        if isinstance(given, list):
            return tuple(self._variant(one, relation, f"{key}[{number}]") for number, one in enumerate(given, 1))
        if given is None:
            self._wrong(key, "要写文字：{zh: …, en: …}")
            return {}
        words = str(given)
        if re.search(r"[^\W\d_]", _IN_BRACES.sub("", words)):
            self._wrong(key, f"“{words}”里有词语，要写成 {{zh: …, en: …}} 两种语言；只有数和符号时可以直接写")
        parts = self._parts(words, relation, key)
        return dict.fromkeys(grammar.LANGUAGES, parts)

    def _parts(self, words: str, relation: str, key: str) -> tuple["str | Written | Named", ...]:
        found: list[str | Written | Named] = []
        at = 0
        for match in _IN_BRACES.finditer(words):
            found.append(words[at : match.start()])
            at = match.end()
            inside = match.group(1).strip()
            if inside.startswith("@"):
                if inside[1:] not in (self._entry.get("lists") or {}):
                    self._wrong(key, f"{{{inside}}} 指的列表不在 lists 里")
                found.append(Named(inside[1:]))
                continue
            split = _FORMAT.fullmatch(inside)
            form = split["format"] if split else ""
            if form and form not in grammar.FORMATS:
                near = _nearest(form, grammar.FORMATS)
                self._wrong(key, f"{{{inside}}} 的写法 {form} 不认识{near}；可用的：{'、'.join(grammar.FORMATS)}")
            place = self._ask(split["sql"] if split else inside, relation, key)
            found.append(Written(place, form, bool(split and split["optional"])))
        found.append(words[at:])
        return tuple(part for part in found if part != "")

    def _head(self) -> None:
        entry, picture = self._entry, self.picture
        picture.order = int(entry.get("order", 100))
        picture.is_wide = bool(entry.get("wide", False))
        picture.stack = str(entry.get("stack", ""))
        picture.when = str(entry.get("when", ""))
        picture.instead_of = str(entry.get("instead_of", ""))
        if picture.when:
            picture.expressions.append(Expression(CHOSEN, picture.when, "when"))
        if "title" in entry:
            picture.title = self._text(entry["title"], FACTS, "title")
        picture.hint = self._text(entry["hint"], FACTS, "hint") if "hint" in entry else None
        picture.heading = self._text(entry["heading"], FACTS, "heading") if "heading" in entry else None
        if not re.fullmatch(r"[a-z][a-z0-9_]*", picture.name):
            self._wrong("name", "图的代码只用小写字母、数字和下划线，以字母开头")

    def _sentences(self, given: Any, key: str) -> list[tuple[Sentence, ...]]:
        """One after the other; of a list inside the list the first that holds."""
        listed = given if isinstance(given, list) else [] if given is None else [given]
        found = []
        for number, one in enumerate(listed):
            variants = one if isinstance(one, list) else [one]
            where = key if not isinstance(given, list) else f"{key}[{number + 1}]"
            found.append(tuple(self._variant(each, FACTS, where) for each in variants))
        return found

    def _lists(self) -> None:
        for name, given in (self._entry.get("lists") or {}).items():
            key = f"lists.{name}"
            if not isinstance(given, Mapping) or "each" not in given:
                self._wrong(key, "要写 each（每一项的文字），可以写 of、when、limit")
                continue
            self._names(given, ("of", "each", "when", "limit"), key)
            relation = self._relation(given, key)
            self.picture.lists[name] = Listing(
                relation,
                self._text(given["each"], relation, f"{key}.each"),
                self._ask(given["when"], relation, f"{key}.when") if "when" in given else None,
                given.get("limit"),
            )

    # Shapes

    def _drawings(self, given: Any, key: str) -> list[Drawing]:
        listed = given if isinstance(given, list) else [] if given is None else [given]
        found = []
        for number, one in enumerate(listed):
            where = f"{key}[{number + 1}]" if isinstance(given, list) else key
            if isinstance(one, Mapping) and (drawing := self._drawing(one, where)):
                found.append(drawing)
            elif not isinstance(one, Mapping):
                self._wrong(where, "要写 shape 和 marks")
        return found

    def _drawing(self, given: Mapping[str, Any], key: str) -> Drawing | None:
        name = str(given.get("shape", ""))
        shape = grammar.SHAPES.get(name)
        if shape is None:
            self._wrong(
                f"{key}.shape",
                f"写的是“{name}”，没有这种图形{_nearest(name, grammar.SHAPES)}；可用的：{'、'.join(grammar.SHAPES)}",
            )
            return None
        own = ("shape", "of", "marks", "title", "label", *(("states",) if shape.has_states else ()))
        self._names(given, (*own, *shape.once), key)
        states = self._states(given, key) if shape.has_states else {}
        relation = self._relation(given, key) if shape.marks else FACTS
        listed = given.get("marks") or ([] if shape.marks else [{}])
        each = listed if isinstance(listed, list) else [listed]
        if shape.marks and not each:
            self._wrong(f"{key}.marks", f"没有；{name} 的每个标记要有：{'、'.join(shape.marks)}")
        marks = []
        for number, mark in enumerate(each if shape.marks else ()):
            where = f"{key}.marks[{number + 1}]" if isinstance(listed, list) else f"{key}.marks"
            if not isinstance(mark, Mapping):
                self._wrong(where, f"要写标记的各项：{'、'.join(shape.marks)}")
                continue
            self._needed(mark, [one for one in shape.needed if one in shape.marks], where)
            own_relation = self._relation(mark, where) if "of" in mark else relation
            marks.append(Marks(own_relation, self._fields(mark, shape.marks, own_relation, where, states)))
        self._needed(given, [one for one in shape.needed if one in shape.once], key)
        once = {
            field_name: self._once(given[field_name], kind, f"{key}.{field_name}")
            for field_name, kind in shape.once.items()
            if field_name in given
        }
        title = self._text(given["title"], FACTS, f"{key}.title") if "title" in given else None
        label = self._text(given["label"], FACTS, f"{key}.label") if "label" in given else None
        return Drawing(name, tuple(marks), once, states, title, label)

    def _states(self, given: Mapping[str, Any], key: str) -> dict[str, State]:
        listed = given.get("states")
        if not isinstance(listed, Mapping) or not listed:
            self._wrong(f"{key}.states", "没有；每个状态要写 {zh, en, mark, tone}")
            return {}
        found = {}
        for code, one in listed.items():
            where = f"{key}.states.{code}"
            if not isinstance(one, Mapping):
                self._wrong(where, "要写 {zh, en, mark, tone}")
                continue
            self._names(one, (*grammar.LANGUAGES, "mark", "tone", "legend"), where)
            tone = self._tone(one.get("tone"), f"{where}.tone", (*grammar.TONES, *grammar.SHADES, *grammar.STATE_TONES))
            mark = {language: (str(one["mark"]),) for language in grammar.LANGUAGES} if "mark" in one else {}
            words = {language: one.get(language) for language in grammar.LANGUAGES}
            found[str(code)] = State(
                self._text(words, FACTS, where),
                mark,
                tone,
                self._word(one, "legend", ("always", "if_any", "never"), "always"),
            )
        return found

    def _fields(
        self, given: Mapping[str, Any], kinds: Mapping[str, str], relation: str, key: str, states: Mapping[str, State]
    ) -> dict[str, Any]:
        self._names(given, ("of", "when", *kinds), key)
        found = {}
        for name, kind in (("when", FLAG), *kinds.items()):
            if name in given:
                found[name] = self._field(given[name], kind, relation, f"{key}.{name}", states)
        return found

    def _field(self, given: Any, kind: str, relation: str, key: str, states: Mapping[str, State]) -> Any:
        if kind in (TEXT, DOT):
            return self._text(given, relation, key)
        if kind in (VALUE, FLAG):
            return self._ask(given, relation, key)
        if kind == STATE:
            if isinstance(given, str) and given in states:
                given = f"'{given}'"
            return self._ask(given, relation, key)
        if kind == TONE:
            if isinstance(given, Mapping):
                return tuple(
                    (self._tone(one, key), self._ask(when, relation, f"{key}.{one}")) for one, when in given.items()
                )
            return self._tone(given, key)
        assert kind == PARTS
        if not isinstance(given, list):
            self._wrong(key, "要列出各部分：[{name, value, text, tone}, …]")
            return ()
        parts = []
        for number, part in enumerate(given):
            where = f"{key}[{number + 1}]"
            if not isinstance(part, Mapping):
                self._wrong(where, "要写 {name, value, text, tone}")
                continue
            self._needed(part, ("name", "value", "text", "tone"), where)
            parts.append(self._fields(part, grammar.PART, relation, where, states))
        return tuple(parts)

    def _tone(self, given: Any, key: str, known: Sequence[str] = (*grammar.TONES, *grammar.SHADES)) -> str:
        if given not in known:
            self._wrong(key, f"写的是“{given}”，没有这种颜色{_nearest(str(given), known)}；可用的：{'、'.join(known)}")
        return str(given)

    def _once(self, given: Any, kind: str, key: str) -> Any:
        if kind == TEXT:
            return self._text(given, FACTS, key)
        if kind == VALUE:
            return self._ask(given, FACTS, key)
        if kind == "format":
            if given not in grammar.FORMATS:
                self._wrong(
                    key, f"写的是“{given}”{_nearest(str(given), grammar.FORMATS)}；可用的：{'、'.join(grammar.FORMATS)}"
                )
            return str(given)
        kinds = {
            "axis": {"at": VALUE, "name": TEXT, "when": FLAG},
            "columns": {"key": VALUE, "name": TEXT, "tip": TEXT, "strong": FLAG, "when": FLAG},
            "reference": {
                "name": TEXT,
                "text": TEXT,
                "from": VALUE,
                "to": VALUE,
                "start": VALUE,
                "end": VALUE,
                "when": FLAG,
            },
        }[kind]
        listed = given if isinstance(given, list) else [given]
        found = []
        for number, one in enumerate(listed):
            where = f"{key}[{number + 1}]" if isinstance(given, list) else key
            if not isinstance(one, Mapping):
                self._wrong(where, f"要写 {'、'.join(kinds)}")
                continue
            relation = self._relation(one, where) if "of" in one else FACTS
            self._needed(one, [name for name in ("at", "key", "name") if name in kinds], where)
            found.append(Marks(relation, self._fields(one, kinds, relation, where, {})))
        return tuple(found)

    # Tables and what stands where there is nothing

    def _table(self, given: Any, key: str) -> Table | None:
        if given is None:
            return None
        if not isinstance(given, Mapping) or not isinstance(given.get("columns"), list):
            self._wrong(key, "要写 columns：[{head: …, cell: …}, …]")
            return None
        self._names(given, _TABLE_KEYS, key)
        relation = self._relation(given, key)
        columns = []
        for number, one in enumerate(given["columns"]):
            where = f"{key}.columns[{number + 1}]"
            if not isinstance(one, Mapping) or "head" not in one:
                self._wrong(where, "要写 {head: …, cell: …}")
                continue
            self._names(one, ("head", "cell", "mark"), where)
            head = self._text(one["head"], FACTS, f"{where}.head")
            if "mark" in one:
                columns.append(Column(head, None, str(one["mark"])))
            else:
                columns.append(Column(head, self._text(one.get("cell"), relation, f"{where}.cell"), None))
        across = given.get("across")
        pivot: dict[str, Any] = {}
        if isinstance(across, Mapping):
            self._needed(given, ("key", "column", "cell", "without"), key)
            pivot = {
                "key": self._ask(given.get("key", ""), relation, f"{key}.key"),
                "column": self._ask(given.get("column", ""), relation, f"{key}.column"),
                "cell": self._text(given.get("cell"), relation, f"{key}.cell"),
                "without": self._text(given.get("without"), FACTS, f"{key}.without"),
                "across": self._once([across], "columns", f"{key}.across")[0],
            }
        caption = self._text(given["caption"], FACTS, f"{key}.caption") if "caption" in given else None
        return Table(relation, tuple(columns), given.get("limit"), caption, **pivot)

    def _states_of_nothing(self) -> None:
        picture, empty, hidden = self.picture, self._entry.get("empty"), self._entry.get("hidden")
        if hidden is not None:
            picture.hidden = str(hidden)
            if picture.hidden != CELL:
                picture.expressions.append(Expression(CHOSEN, picture.hidden, "hidden"))
        if empty == "leave out":
            picture.is_left_out_when_empty = True
            empty = None
        drawn = next((mark.relation for one in picture.drawings for mark in one.marks), FACTS)
        if ROWS in picture.relations:
            # Where what is drawn has no rows there is nothing to show.
            picture.drawn = drawn if drawn != FACTS else ROWS
            picture.asked.setdefault(picture.drawn, [])
        if empty is None:
            return
        if not isinstance(empty, Mapping):
            self._wrong("empty", "写 leave out，或写 {when, hint, sentence, draw}")
            return
        self._names(empty, ("when", "hint", "sentence", "draw"), "empty")
        picture.empty_when = self._ask(empty["when"], FACTS, "empty.when") if "when" in empty else None
        picture.empty_hint = self._text(empty["hint"], FACTS, "empty.hint") if "hint" in empty else None
        picture.empty_sentences = self._sentences(empty.get("sentence"), "empty.sentence")
        picture.empty_drawings = self._drawings(empty.get("draw"), "empty.draw")

    def _control(self) -> None:
        given = self._entry.get("control")
        if given is None:
            return
        if not isinstance(given, Mapping):
            self._wrong("control", "要写 name、label、options、each")
            return
        self._names(given, ("name", "label", "options", "each", "all"), "control")
        self._needed(given, ("name", "label", "options", "each"), "control")
        name = str(given.get("name", ""))
        options = str(given.get("options", ""))
        if not relations.is_query(options):
            self._wrong("control.options", "要写一个以 select 开头的查询，第一列叫 value")
            return
        self.picture.relations[f"{name}_options"] = options
        relation = f"{name}_options"
        self.picture.asked[relation] = []
        self._ask("value", relation, "control.options")
        each = self._text(given.get("each"), relation, "control.each")
        columns = self.picture.asked.pop(relation)
        del self.picture.relations[relation]
        asked = f"select {', '.join(f'({one})' for one in columns)} from {relation} order by place"
        self.picture.control = Control(
            name,
            self._text(given.get("label"), CHOSEN, "control.label"),
            each,
            self._text(given["all"], CHOSEN, "control.all") if "all" in given else None,
            relations.statement({relation: options}, asked, self.picture.programme),
        )

    # Mistakes

    def _wrong(self, key: str, says: str) -> None:
        self.mistakes.append(Mistake(key, says))

    def _names(self, given: Mapping[str, Any], known: Sequence[str], key: str) -> None:
        for name in given:
            if name not in known:
                where = f"{key}.{name}" if key else str(name)
                self._wrong(where, f"没有这个键{_nearest(str(name), known)}；可用的：{'、'.join(known)}")

    def _needed(self, given: Mapping[str, Any], names: Sequence[str], key: str) -> None:
        for name in names:
            if given.get(name) is None:
                self._wrong(f"{key}.{name}" if key else name, "没有写")

    def _word(self, given: Mapping[str, Any], key: str, known: Sequence[str], default: str) -> str:
        word = str(given.get(key, default))
        if word not in known:
            self._wrong(key, f"写的是“{word}”{_nearest(word, known)}；可用的：{'、'.join(known)}")
            return default
        return word


def _nearest(name: str, known: Any) -> str:
    near = get_close_matches(name, list(known), n=2, cutoff=0.6)
    return f"；是不是 {'、'.join(near)}" if near else ""
