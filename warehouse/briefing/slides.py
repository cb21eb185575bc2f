"""A briefing as slides with charts that can be edited: the page of sentences first, then a slide a programme and one a chart."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Cm, Pt

_RED = RGBColor(0xB3, 0x26, 0x1E)
_QUIET = RGBColor(0x6A, 0x73, 0x7D)
_HEADERS = ("指标", "值", "目标", "状态", "同比", "环比")
_ROWS_A_SLIDE = 12
_BARS = 34


def written(data: dict[str, Any], template: Path | None, code: bytes) -> bytes:
    """The slides; `template` is a .pptx whose master is kept."""
    slides = Presentation(str(template)) if template is not None else Presentation()
    if template is None:
        slides.slide_width, slides.slide_height = Cm(33.867), Cm(19.05)
    _first(slides, data, code)
    for chapter in data["chapters"]:
        for rows in _parts(chapter["figures"], _ROWS_A_SLIDE):
            _figures(slides, data, chapter, rows)
        if chapter["line"]:
            _chart(slides, data, chapter["line"], XL_CHART_TYPE.LINE_MARKERS)
        if chapter["bars"]:
            _chart(slides, data, chapter["bars"], XL_CHART_TYPE.COLUMN_CLUSTERED)
    out = io.BytesIO()
    slides.save(out)
    return out.getvalue()


def _first(slides: Any, data: dict[str, Any], code: bytes) -> None:
    slide = _slide(slides, f"{data['head']}：{data['title']}", data)
    frame = slide.shapes.add_textbox(Cm(1.5), Cm(2.6), Cm(30.8), Cm(14.2)).text_frame
    frame.word_wrap = True
    if data["demonstration"]:
        _line(frame, "演示数据：含演示记录，不是报送的结果。", 14, is_bold=True, colour=_RED)
    for part in data["sentences"]:
        _line(frame, part["head"], 14, is_bold=True)
        for said in part["said"]:
            _line(frame, f"· {said}", 12)
    if data["code"]:
        slide.shapes.add_picture(io.BytesIO(code), Cm(30.8), Cm(0.6), Cm(1.9))


def _figures(slides: Any, data: dict[str, Any], chapter: dict[str, Any], rows: Sequence[dict[str, Any]]) -> None:
    slide = _slide(slides, f"{chapter['name']}（{chapter['origin']}）", data)
    shape = slide.shapes.add_table(len(rows) + 1, len(_HEADERS), Cm(1.5), Cm(2.8), Cm(30.8), Cm(1) * (len(rows) + 1))
    table = shape.table
    cells = [
        _HEADERS,
        *((one["label"], one["value"], one["target"], one["status"], one["year"], one["previous"]) for one in rows),
    ]
    for row, texts in enumerate(cells):
        for column, text in enumerate(texts):
            cell = table.cell(row, column)
            cell.text = text
            cell.text_frame.paragraphs[0].font.size = Pt(12)


def _chart(slides: Any, data: dict[str, Any], told: dict[str, Any], kind: Any) -> None:
    slide = _slide(slides, told["title"], data)
    points = told["points"][:_BARS]
    chart_data = CategoryChartData()
    chart_data.categories = [point["label"] for point in points]
    chart_data.add_series(told["title"], [point["value"] for point in points])
    chart = slide.shapes.add_chart(kind, Cm(1.5), Cm(2.6), Cm(30.8), Cm(14.2), chart_data).chart
    chart.has_legend = False
    chart.has_title = False
    series = chart.plots[0].series[0]
    series.format.fill.solid() if kind == XL_CHART_TYPE.COLUMN_CLUSTERED else None
    (series.format.fill.fore_color if kind == XL_CHART_TYPE.COLUMN_CLUSTERED else series.format.line.color).rgb = _RED
    percent = any("%" in point["written"] for point in points)
    chart.value_axis.tick_labels.number_format = "0%" if percent else "#,##0"
    chart.value_axis.tick_labels.number_format_is_linked = False
    chart.category_axis.tick_labels.font.size = chart.value_axis.tick_labels.font.size = Pt(11)
    note = slide.shapes.add_textbox(Cm(1.5), Cm(16.9), Cm(30.8), Cm(0.8)).text_frame
    _line(note, told["note"], 9, colour=_QUIET)


def _slide(slides: Any, title: str, data: dict[str, Any]) -> Any:
    slide = slides.slides.add_slide(slides.slide_layouts[6 if len(slides.slide_layouts) > 6 else -1])
    frame = slide.shapes.add_textbox(Cm(1.5), Cm(0.8), Cm(29), Cm(1.5)).text_frame
    _line(frame, title, 24, is_bold=True, colour=_RED)
    foot = slide.shapes.add_textbox(Cm(1.5), Cm(17.8), Cm(30.8), Cm(0.8)).text_frame
    _line(foot, f"数据到 {data['data_to']}　版本 {data['release']}　核对码 {data['code'] or '—'}", 9, colour=_QUIET)
    return slide


def _line(frame: Any, text: str, size: int, is_bold: bool = False, colour: Any = None) -> None:
    is_first = len(frame.paragraphs) == 1 and not frame.paragraphs[0].text
    paragraph = frame.paragraphs[0] if is_first else frame.add_paragraph()
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(size), is_bold
    if colour is not None:
        run.font.color.rgb = colour


def _parts(rows: Sequence[dict[str, Any]], size: int) -> list[Sequence[dict[str, Any]]]:
    return [rows[at : at + size] for at in range(0, len(rows), size)]
