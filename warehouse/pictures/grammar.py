"""What an entry under `pictures` may say: the shapes there are, the fields of their marks, the tones, and how values are written.

docs/adding-a-picture.md shows each with an example.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

LANGUAGES = ("zh", "en")

# Kinds of values: words in both languages, SQL for a value or a condition, a tone, one of the states the picture names, the parts of a bar.
TEXT, VALUE, FLAG, TONE, STATE, PARTS, DOT = "text", "value", "flag", "tone", "state", "parts", "dot"

TONES = ("met", "on-track", "behind", "check", "line", "others", "hatched")
SHADES = (*(f"amount-{step}" for step in range(1, 7)), *(f"scale-{step}" for step in range(1, 8)))
# What a state may look like besides: an outline, a quiet ground, a dashed outline, a soft ground.
STATE_TONES = ("open", "quiet", "blank", "soft")

# How a value is written: `{share:percent}`. A `?` behind it writes nothing where there is no value.
FORMATS = (
    "count",
    "percent",
    "share",
    "whole",
    "rounded",
    "decimal",
    "score",
    "yuan",
    "change",
    "scaled",
    "period",
    "until",
    "day",
    "month",
    "word",
)


@dataclass(frozen=True)
class Shape:
    """A shape: the fields of each of its marks, what is said of it once, and which of both must be there."""

    marks: Mapping[str, str]
    once: Mapping[str, str] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    has_states: bool = False


PART = {"name": TEXT, "value": VALUE, "text": TEXT, "tone": TONE, "mark": TEXT, "when": FLAG}
_AXIS = {"axis": "axis"}

SHAPES: Mapping[str, Shape] = {
    "bars": Shape(
        {"name": TEXT, "value": VALUE, "text": TEXT, "note": TEXT, "tone": TONE, "when": FLAG},
        {"largest": VALUE, "reference": VALUE, "reference_text": TEXT},
        ("name", "value", "text"),
    ),
    "funnel": Shape({"name": TEXT, "value": VALUE}, needed=("name", "value")),
    "stacked": Shape(
        {"name": TEXT, "parts": PARTS, "text": TEXT, "note": TEXT, "dot": VALUE, "dot_text": TEXT},
        needed=("name", "parts", "text"),
    ),
    "ranges": Shape(
        {"name": TEXT, "low": VALUE, "value": VALUE, "high": VALUE, "text": TEXT, "note": TEXT, "weak": FLAG},
        needed=("name", "value", "text"),
    ),
    "waterfall": Shape(
        {"name": TEXT, "start": VALUE, "end": VALUE, "text": TEXT, "tone": TONE},
        needed=("name", "start", "end", "text"),
    ),
    "tiles": Shape({"name": TEXT, "state": STATE}, needed=("name", "state"), has_states=True),
    "grid": Shape(
        {"row": TEXT, "key": VALUE, "column": VALUE, "state": STATE, "mark": TEXT, "word": TEXT},
        {"columns": "columns"},
        ("row", "column", "state", "columns"),
        has_states=True,
    ),
    "line": Shape(
        {"name": TEXT, "at": VALUE, "value": VALUE, "point": TEXT, "text": TEXT, "tone": TONE},
        {**_AXIS, "dates": "axis", "reference": "reference", "write": "format"},
        ("name", "at", "value", "axis"),
    ),
    "multiples": Shape(
        {"name": TEXT, "at": VALUE, "value": VALUE, "point": TEXT, "text": TEXT, "note": TEXT},
        _AXIS,
        ("name", "at", "value", "point", "axis"),
    ),
    "columns": Shape(
        {
            "name": TEXT,
            "key": VALUE,
            "note": TEXT,
            "text": TEXT,
            "largest": VALUE,
            "at": VALUE,
            "value": VALUE,
            "point": TEXT,
        },
        {"count": VALUE, "first": TEXT, "last": TEXT, "unknown": TEXT},
        ("name", "text", "largest", "at", "value", "point", "count", "first", "last", "unknown"),
    ),
    "pareto": Shape(
        {"firm": VALUE, "loose": VALUE, "running": VALUE, "point": TEXT},
        {
            **dict.fromkeys(("items", "share"), VALUE),
            **dict.fromkeys(("callout", "first", "last", "firm_name", "loose_name", "running_name"), TEXT),
            "write": "format",
        },
        (
            "firm",
            "loose",
            "running",
            "items",
            "share",
            "callout",
            "first",
            "last",
            "firm_name",
            "loose_name",
            "running_name",
        ),
    ),
    "scatter": Shape(
        {"x": VALUE, "y": VALUE, "state": STATE, "point": TEXT},
        {"across": TEXT, "upward": TEXT, "nothing": TEXT, "nothing_count": VALUE},
        ("x", "y", "state", "point", "across", "upward"),
        has_states=True,
    ),
    "ledger": Shape(
        {"name": TEXT, "note": TEXT, "done": VALUE, "text": TEXT, "dot": VALUE, "dot_text": TEXT, "state": STATE},
        {"dot_name": TEXT},
        ("name", "done", "text", "state"),
        has_states=True,
    ),
    "link": Shape({}, {"region": VALUE, "text": TEXT}, ("region", "text")),
}
