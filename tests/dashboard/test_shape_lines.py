"""Lines over time: where things stand in the picture."""

import re
from itertools import pairwise

from dashboard import charts as shapes
from dashboard.charts import Line, Point, Tick

AXIS = (Tick(0, "开街"), Tick(4, "第4周"))


def heights_of_labels(markup: str) -> dict[str, float]:
    """By line, how far from the top its label stands, in percent."""
    ends = markup.split("ub-plot-ends")[1]
    return {name: float(top) for top, name in re.findall(r'<span style="top:([\d.]+)%"><i[^>]*>[^<]*</i>([^<]*)', ends)}


def test_line_stands_at_its_values_on_round_axes() -> None:
    drawn = shapes.line([Line("来访", (Point(0, 0), Point(2, 50), Point(4, 100)), "100人次")], AXIS, "来访增加")
    # From 0 to 100 in both directions, seen from the top left.
    assert 'd="M0.00 100.00 L50.00 50.00 L100.00 0.00"' in drawn
    assert 'aria-label="来访增加"' in drawn
    assert heights_of_labels(drawn) == {"来访": 0.0}


def test_line_with_a_gap_is_not_drawn_across_it() -> None:
    drawn = shapes.line([Line("来访", (Point(0, 100), Point(2, None), Point(4, 100)))], AXIS, "")
    assert 'd="M0.00 0.00 M100.00 0.00"' in drawn
    # Both ends are still seen as points; what was not reported is no point.
    assert drawn.count("ub-plot-dot") == 2


def test_reference_line_is_dashed_and_without_points() -> None:
    drawn = shapes.line([Line("匀速", (Point(0, 0), Point(4, 100)), is_reference=True)], AXIS, "")
    assert "ub-plot-reference" in drawn
    assert "ub-plot-dot" not in drawn


def test_lines_are_told_apart_by_shape_too() -> None:
    drawn = shapes.line([Line("甲", (Point(0, 1),)), Line("乙", (Point(0, 2),), tone="others")], AXIS, "")
    assert "●" in drawn and "▲" in drawn


def test_labels_of_lines_that_end_together_do_not_cover_each_other() -> None:
    lines = [Line(name, (Point(0, value),)) for name, value in (("甲", 100.0), ("乙", 99.0), ("丙", 0.0), ("丁", 1.0))]
    places = sorted(heights_of_labels(shapes.line(lines, AXIS, "")).values())
    assert len(places) == 4
    assert all(after - before > 16 for before, after in pairwise(places))
    assert places[-1] <= 100


def test_lines_without_any_value_are_an_empty_frame() -> None:
    assert "ub-plot-dot" not in shapes.line([Line("来访", (Point(0, None),))], AXIS, "")
    assert shapes.line([], (), "")


def test_marked_date_stands_where_it_happened() -> None:
    drawn = shapes.line([Line("来访", (Point(0, 1), Point(4, 1)))], AXIS, "", marks=[Tick(1, "揭牌")])
    assert 'class="ub-plot-mark" style="left:25.00%">揭牌' in drawn
