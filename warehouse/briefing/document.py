"""A briefing as a Word document that an office edits: real headings, tables and lists, the font that Chinese offices have."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

_RED = RGBColor(0xB3, 0x26, 0x1E)
_HEADERS = ("指标", "值", "目标", "状态", "同比", "环比")
_FONT = "宋体"
_HEADING_FONT = "黑体"


def written(data: dict[str, Any], template: Path | None, code: bytes) -> bytes:
    """The document; `template` is a .docx whose styles, headers and letterhead are kept."""
    document = Document(str(template)) if template is not None else Document()
    if template is None:
        _prepare(document, data)
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = head.add_run(data["head"])
    run.font.size, run.font.bold, run.font.color.rgb = Pt(26), True, _RED
    _east(run, _HEADING_FONT)
    document.add_paragraph(f"{data['organisation']}　　{data['made_on']}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    title = document.add_heading(data["title"], 0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if data["demonstration"]:
        document.add_paragraph("演示数据：含演示记录，不是报送的结果。", style="Intense Quote")
    for part in data["sentences"]:
        document.add_heading(part["head"], 2)
        for said in part["said"]:
            document.add_paragraph(said, style="List Bullet")
    if data["code"]:
        document.add_picture(io.BytesIO(code), width=Cm(1.9))
        document.add_paragraph(f"核对码 {data['code']}；版本 {data['release']}；数据到 {data['data_to']}。")
    document.add_page_break()
    for caveat in data["caveats"]:
        document.add_paragraph(caveat, style="List Bullet")
    for chapter in data["chapters"]:
        _chapter(document, chapter)
    document.add_heading("口径", 1)
    _table(document, ("指标", "口径与容易弄错的地方"), [(one["label"], one["text"]) for one in data["definitions"]])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _prepare(document: Any, data: dict[str, Any]) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    for name in ("Normal", "Heading 1", "Heading 2", "Title", "List Bullet"):
        style = document.styles[name]
        font = _HEADING_FONT if name.startswith(("Heading", "Title")) else _FONT
        style.font.name = "Times New Roman"
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    document.styles["Normal"].font.size = Pt(11)
    document.core_properties.title = data["title"]
    document.core_properties.author = data["organisation"]
    section.header.paragraphs[0].text = f"{data['title']}　数据到 {data['data_to']}"
    foot = section.footer.paragraphs[0]
    foot.text = f"版本 {data['release']}　核对码 {data['code'] or '—'}　第 "
    _field(foot, "PAGE")
    foot.add_run(" 页，共 ")
    _field(foot, "NUMPAGES")
    foot.add_run(" 页")


def _chapter(document: Any, chapter: dict[str, Any]) -> None:
    document.add_heading(chapter["name"], 1)
    document.add_paragraph(f"{chapter['question']}　来源：{chapter['origin']}")
    rows = [
        (one["label"], one["value"], one["target"], one["status"], one["year"], one["previous"])
        for one in chapter["figures"]
    ]
    _table(document, _HEADERS, rows)
    if chapter["bars"]:
        document.add_heading(chapter["bars"]["title"], 2)
        _table(document, ("地区", "值"), [(one["label"], one["written"]) for one in chapter["bars"]["points"]])
    if chapter["missing"]:
        document.add_heading("还没有报的", 2)
        for said in chapter["missing"]:
            document.add_paragraph(said, style="List Bullet")
    if chapter["published"]:
        document.add_heading("公开发布的数（只可并列，不可相加）", 2)
        quoted = [(one["name"], one["value"], one["date"], one["source"]) for one in chapter["published"]]
        _table(document, ("度量", "数", "日期", "出处"), quoted)


def _table(document: Any, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(header))
    table.style = (
        "Light Grid Accent 1" if "Light Grid Accent 1" in [style.name for style in document.styles] else table.style
    )
    for cell, text in zip(table.rows[0].cells, header, strict=True):
        cell.text = text
    # The head is repeated on every page the table goes over.
    properties = table.rows[0]._tr.get_or_add_trPr()
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    properties.append(repeat)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph()


def _field(paragraph: Any, name: str) -> None:
    """A field that the reader's program works out, such as the number of the page."""
    run = paragraph.add_run()
    for kind, text in (("begin", None), (None, name), ("end", None)):
        element = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            element.text = text
        else:
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _east(run: Any, font: str) -> None:
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
