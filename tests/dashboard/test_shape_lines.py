"""Lines over time: where things stand in the picture."""

import re
from itertools import pairwise

from dashboard import charts as shapes
from dashboard.charts import Line, Point, Tick
from dashboard.charts.lines import Span

AXIS = (Tick(0, "开街"), Tick(4, "第4周"))


def heights_of_labels(markup: str) -> dict[str, float]:
    """By line, how far from the top its label stands, in percent."""
    ends = markup.split("ub-plot-ends")[1]
    found = re.findall(r'<span[^>]*style="top:([\d.]+)%">(?:<i[^>]*>[^<]*</i>)?([^<]*)', ends)
    return {name.strip(): float(top) for top, name in found}


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
    drawn = shapes.line([Line("匀速", (Point(0, 0), Point(4, 100)), kind="reference")], AXIS, "")
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


def test_place_is_read_off_for_all_lines_with_its_name() -> None:
    lines = [
        Line("甲", (Point(0, 1, "1人"), Point(4, 3, "3人"))),
        Line("乙", (Point(0, None), Point(4, 2, "2人"))),
        Line("匀速", (Point(0, 0), Point(4, 4)), kind="reference"),
    ]
    drawn = shapes.line(lines, AXIS, "")
    strips = re.findall(
        r'<span class="ub-plot-strip" style="left:([\d.]+)%;width:([\d.]+)%[^>]*>(.*?)</span></span>', drawn
    )
    # Each reaches half way to the other.
    assert [(left, width) for left, width, _ in strips] == [("0.00", "50.00"), ("50.00", "50.00")]
    assert re.findall(r"<(?:b|span)>([^<]+)", strips[0][2]) == ["开街", "甲 1人"]
    assert re.findall(r"<(?:b|span)>([^<]+)", strips[1][2]) == ["第4周", "甲 3人", "乙 2人"]


def test_line_that_is_expected_has_its_range_and_no_points() -> None:
    ahead = Line("年底", (Point(0, 50), Point(4, 100)), kind="ahead")
    drawn = shapes.line([ahead], AXIS, "", spans=[Span(0, 50, 50), Span(4, 80, 100)])
    # There along the upper side, back along the lower one; the axis ends at 0 and 100.
    assert 'd="M0.00 50.00 L100.00 0.00 L100.00 20.00 L0.00 50.00Z" class="ub-plot-span"' in drawn
    assert "ub-plot-dot" not in drawn


def test_figures_of_another_kind_are_joined_by_no_line() -> None:
    drawn = shapes.line([Line("公布", (Point(0, 1), Point(4, 2)), kind="marks")], AXIS, "")
    assert drawn.count("◇") == 2
    assert "ub-stroke" not in drawn
