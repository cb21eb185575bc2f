"""Briefings say what `unionboard kpi` says, in forms that others open, and lead back to their page."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from pptx import Presentation
from starlette.applications import Starlette
from typer.testing import CliRunner

from tests.support.asgi import ask
from warehouse import comments
from warehouse.access import scopes
from warehouse.access.people import Person
from warehouse.answers.asked import AskedError
from warehouse.answers.scope import Scope as AnswerScope
from warehouse.answers.source import source
from warehouse.briefing import codes, content, make, shaped, typeset, words
from warehouse.briefing.content import Briefing, Selection
from warehouse.command.cli import app
from warehouse.comments import Number
from warehouse.intake.folder import set_aside
from warehouse.intake.folder.set_aside import Taken
from warehouse.interface import prints, verify
from warehouse.releases import current_values, release
from warehouse.releases.current_values import Selection as Asked
from warehouse.settings import Settings

MEDIATION = "dispute_mediation"
HENAN = Selection("410000", "2024-05", MEDIATION)


@pytest.fixture
def at_desk(house: Settings, tmp_path: Path) -> Settings:
    """The house with a home of its own for what is written; the releases are the house's."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("releases", "receipts"):
        (home / name).symlink_to(house.home / name)
    return replace(house, home=home)


@pytest.fixture(scope="module")
def henan(house: Settings) -> Briefing:
    return content.compose(source(house), HENAN)


def test_every_number_is_that_of_the_command(house: Settings, henan: Briefing) -> None:
    said = {
        row["kpi"]: row
        for row in current_values.kpi_values(
            house, Asked(MEDIATION, region="410000", period="2024-05", origin="submitted")
        )
    }
    [chapter] = henan.chapters
    assert chapter.origin == "submitted"
    assert {one.kpi["kpi"] for one in chapter.figures if one.row} >= {"dm_success_rate"}
    for one in chapter.figures:
        if one.row is not None and not one.row["is_hidden"]:
            known = said[one.kpi["kpi"]]
            assert {name: one.row[name] for name in known} == known


def test_hidden_number_is_on_no_page(house: Settings) -> None:
    # Three cases of Zhengzhou are few.
    composed = content.compose(source(house), Selection("410100", "2024-05", MEDIATION))
    [chapter] = composed.chapters
    hidden = [one for one in chapter.figures if one.row and one.row["is_hidden"]]
    assert hidden
    [data] = shaped.as_data(composed)["chapters"]
    for one in data["figures"]:
        if one["label"] in {figure.kpi["label_zh"] for figure in hidden}:
            assert (one["value"], one["status"], one["target"]) == (words.HIDDEN, words.HIDDEN, "—")


def test_first_page_answers_the_five_questions(henan: Briefing) -> None:
    heads = [head for head, _ in henan.sentences]
    assert heads == ["总的情况", "落后的", "变化大的", "还没有报的", "目标能否完成"]
    assert all(said for _, said in henan.sentences)


@pytest.mark.parametrize(
    ("period", "title"), [("2024Q2", "2024年第2季度"), ("2024", "2024年"), ("2024-04", "2024年4月")]
)
def test_briefing_is_of_a_month_a_quarter_or_a_year(house: Settings, period: str, title: str) -> None:
    composed = content.compose(source(house), replace(HENAN, period=period))
    assert composed.title == f"河南省 · 劳动争议裁调对接 · {title}"
    assert all(one.period in (period, period[:4]) or "Q" in one.period for one in composed.chapters[0].figures)


def test_unknown_region_programme_and_period_are_named(house: Settings) -> None:
    for wrong in (Selection("41"), Selection(programme="nothing"), Selection(period="May"), Selection(period="all")):
        with pytest.raises(AskedError):
            content.compose(source(house), wrong)


def test_pdf_is_set_without_fonts_of_the_machine(at_desk: Settings) -> None:
    composed, pdf = make.brief(at_desk, source(at_desk), HENAN, "pdf")
    assert pdf.startswith(b"%PDF-")
    # The font that comes by package is in it, whatever the machine has.
    assert b"NotoSansCJK" in pdf.replace(b"#20", b"") and composed.code


def test_own_template_replaces_ours_and_a_broken_one_is_named(at_desk: Settings, tmp_path: Path) -> None:
    own = tmp_path / "own" / "head.typ"
    own.parent.mkdir()
    own.write_text('#let it = json("data.json")\n= #it.title\n', encoding="utf-8")
    assert make.brief(at_desk, source(at_desk), HENAN, "pdf", own)[1].startswith(b"%PDF-")
    own.write_text("#nothing-like-this\n", encoding="utf-8")
    with pytest.raises(typeset.TypesetError, match=r"head\.typ"):
        make.brief(at_desk, source(at_desk), HENAN, "pdf", own)


def test_document_is_opened_and_edited(at_desk: Settings) -> None:
    composed, made = make.brief(at_desk, source(at_desk), HENAN, "docx")
    document = Document(io.BytesIO(made))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert composed.title in text and (composed.code or "?") in text
    cells = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    expected = shaped.as_data(composed)["chapters"][0]["figures"]
    assert [row[:2] for row in cells[1:]] == [[one["label"], one["value"]] for one in expected]


def test_slides_have_charts_that_can_be_edited(at_desk: Settings) -> None:
    composed, made = make.brief(at_desk, source(at_desk), HENAN, "pptx")
    slides = Presentation(io.BytesIO(made))
    charts = [shape.chart for slide in slides.slides for shape in slide.shapes if shape.has_chart]
    bars = [row["value"] if not row["is_hidden"] else None for _, row in composed.chapters[0].below]
    assert bars in [list(chart.plots[0].series[0].values) for chart in charts]


def test_workbook_holds_real_numbers_with_their_signs(at_desk: Settings) -> None:
    composed, made = make.brief(at_desk, source(at_desk), HENAN, "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert {"说明", "指标", "未报", "口径", "来源"} <= set(book.sheetnames)
    sheet = book["指标"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref[:2]) == ("B2", "A1")
    by_code = {row[2].value: row for row in sheet.iter_rows(min_row=2)}
    for one in composed.chapters[0].figures:
        cell = by_code[one.kpi["kpi"]][6]
        if one.row is None or one.row["is_hidden"] or one.row["value"] is None:
            assert cell.value in (words.MISSING, words.HIDDEN)
            continue
        assert cell.value == one.row["value"]
        assert cell.number_format.startswith(f'"{one.row["qualifier"]}"' if one.row["qualifier"] else ("0", "#"))
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert [name for name in parts.namelist() if name.startswith("xl/charts/")]
    assert not [cell for one in book for row in one.iter_rows() for cell in row if cell.data_type == "f"]


def test_code_leads_back_and_an_altered_one_is_refused(at_desk: Settings, henan: Briefing) -> None:
    code = codes.give(at_desk, henan)
    found = codes.look_up(at_desk, code.lower().replace("-", " "))
    assert (found.release, found.region, found.period, found.programme) == (
        henan.source.release.id,
        "410000",
        "2024-05",
        MEDIATION,
    )
    assert found.page == f"/dispute-mediation?region=410000&period=2024-05&as_of={found.release}"
    for place in (0, 7, 13):
        other = "A" if code[place] != "A" else "B"
        with pytest.raises(codes.CodeError, match="核对码不对"):
            codes.look_up(at_desk, code[:place] + other + code[place + 1 :])
    with pytest.raises(codes.CodeError):
        codes.look_up(at_desk, "../../etc")


def test_page_of_codes_says_when_and_why_a_release_was_withdrawn(at_desk: Settings, henan: Briefing) -> None:
    page = Starlette(routes=[verify.route(at_desk)])
    code = codes.give(at_desk, henan)
    told = ask(page, "/verify", {"code": code})
    assert told.status == 200 and "打开当时的页面" in told.body.decode()
    release = henan.source.release.id
    taken = Taken("rollback", "2024-06-20T01:00:00+00:00", "郑州数据有误", release, None, (release,), ())
    set_aside.save(at_desk, [taken])
    told = ask(page, "/verify", {"code": code})
    assert told.status == 410
    assert "2024-06-20 09:00 撤回：郑州数据有误" in told.body.decode()
    told = ask(page, "/verify", {"code": "<script>alert(1)</script>"})
    assert told.status == 404 and "<script" not in told.body.decode()


def test_chart_is_drawn_without_a_browser(henan: Briefing) -> None:
    data = shaped.bars_of(henan, henan.chapters[0])
    assert data is not None and henan.source.release.id in data["note"]
    assert typeset.typeset(typeset.TEMPLATES / "chart.typ", data, "svg").lstrip().startswith(b"<svg")
    assert typeset.typeset(typeset.TEMPLATES / "chart.typ", data, "png").startswith(b"\x89PNG")


def test_command_writes_the_briefing_and_verifies_its_code(at_desk: Settings, tmp_path: Path) -> None:
    at = ["--home", str(at_desk.home), "--seeds", str(at_desk.seeds)]
    out = tmp_path / "简报.docx"
    about = ["--region", "410000", "--programme", MEDIATION, "--period", "2024-05"]
    asked = ["brief", *about, "--format", "docx", "--out", str(out), "--json"]
    run = CliRunner().invoke
    [told] = json.loads(run(app, [*asked, *at]).stdout)["briefings"]
    assert out.stat().st_size == told["bytes"]
    assert json.loads(run(app, ["verify", told["code"], "--json", *at]).stdout)["region"] == "410000"
    assert run(app, ["verify", "AAAA-AAAA-AAAA", *at]).exit_code == 1
    assert run(app, ["brief", "--format", "html", *at]).exit_code == 1


def test_address_gives_a_briefing_within_the_scope_of_whoever_asks(
    at_desk: Settings,
) -> None:
    page = Starlette(routes=[prints.route(at_desk)])
    query = {"region": "410000", "period": "2024-05", "programme": MEDIATION, "format": "docx"}
    told = ask(page, "/brief", query)
    assert told.status == 200
    assert Document(io.BytesIO(told.body)).tables
    assert ask(page, "/brief", {**query, "region": "41"}).status == 404
    assert ask(page, "/brief", {**query, "format": "exe"}).status == 404
    assert ask(page, "/brief", query, {"sec-fetch-site": "cross-site"}).status == 403
    with scopes.inside(scopes.Scope(regions=("440000",))):
        assert ask(page, "/brief", query).status == 404
    with scopes.inside(scopes.Scope(may=frozenset())):
        assert ask(page, "/brief", query).status == 403


def test_comments_are_in_a_briefing_where_that_is_wished_and_of_its_own_regions_only(at_desk: Settings) -> None:
    def number(region: str) -> Number:
        return Number(release.current_id(at_desk) or "", MEDIATION, "dm_success_rate", region, "2024-05", "auto")

    leader = Person("s1", "主席甲")
    done, here, _ = (
        comments.write(at_desk, number(region), text, leader)
        for region, text in (("410300", "洛阳为什么低？\n请说明。"), ("410000", "全省怎么看"), ("440000", "广东的"))
    )
    comments.answer(at_desk, done, "人手不足，六月补齐。", Person("o1", "洛阳乙"))
    comments.close(at_desk, done, leader)
    at = str(comments.load(at_desk)[0].written.at[:10])

    without, _ = make.brief(at_desk, source(at_desk), HENAN)
    composed, data = make.brief(at_desk, source(at_desk), HENAN, "docx", with_comments=True)

    assert "批示" not in dict(without.sentences)
    assert dict(composed.sentences)["批示"] == (
        f"河南 · 调解成功率（2024年5月）：全省怎么看（主席甲，{at}，办理中）。",
        f"洛阳 · 调解成功率（2024年5月）：洛阳为什么低？ 请说明（主席甲，{at}，{at}办结）。答复：人手不足，六月补齐（洛阳乙）。",
    )
    assert any("全省怎么看" in one.text for one in Document(io.BytesIO(data)).paragraphs)
    city = Selection("410300", "2024-05", MEDIATION)
    narrow = source(at_desk, scope=AnswerScope(regions=frozenset({"410300"})))
    assert len(dict(make.brief(at_desk, narrow, city, with_comments=True)[0].sentences)["批示"]) == 1
    page = Starlette(routes=[prints.route(at_desk)])
    with scopes.inside(scopes.Scope(regions=("410000",))):
        told = ask(page, "/brief", {"region": "410000", "period": "2024-05", "format": "xlsx", "comments": "1"})
    texts = [str(cell) for row in openpyxl.load_workbook(io.BytesIO(told.body))["说明"].values for cell in row]
    assert any("全省怎么看" in text for text in texts) and not any("广东的" in text for text in texts)
    listed = json.loads(CliRunner().invoke(app, ["comments", "--open", "--region", "410000", "--json",
                        "--seeds", str(at_desk.seeds), "--home", str(at_desk.home)]).stdout)  # fmt: skip
    assert [(one["id"], one["written"]["text"]) for one in listed] == [(here, "全省怎么看")]
