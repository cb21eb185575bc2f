"""What may be written under `pictures`: every shipped picture holds, and twenty typical mistakes are told with file, picture and key."""

import copy
from collections import defaultdict
from typing import Any

import duckdb
import pytest

from tests.dashboard.drawing import Board
from tests.support.declared import entries, node, pictures
from warehouse.build import picture_check
from warehouse.pictures import grammar, relations

MART, PROGRAMME = "mart_dispute_mediation_funnel", "dispute_mediation"
FILE = f"dbt_project/models/{PROGRAMME}/{MART}.yml"
GOOD: dict[str, Any] = {
    "name": "dm_example",
    "title": {"zh": "结果", "en": "Result"},
    "select": "referred, settled",
    "draw": {
        "shape": "bars",
        "largest": 1,
        "marks": {
            "name": {"zh": "成功", "en": "Settled"},
            "value": "settled / nullif(referred, 0)",
            "text": "{settled:count}",
        },
    },
    "sentence": {"zh": "{referred:count} 件。", "en": "{referred:count} cases."},
    "table": {"columns": [{"head": {"zh": "件", "en": "Cases"}, "cell": "{settled:count}"}]},
}


def said(board: Board, *given: dict[str, Any]) -> list[str]:
    return list(picture_check.mistakes([node(MART, PROGRAMME, list(given))], board.connection))


def changed(path: str, value: Any) -> dict[str, Any]:
    entry: dict[str, Any] = copy.deepcopy(GOOD)
    *way, last = path.split(".")
    inside: Any = entry
    for name in way:
        inside = inside[int(name)] if isinstance(inside, list) else inside[name]
    if value is None:
        del inside[last]
    else:
        inside[last] = value
    return entry


def test_every_shipped_picture_holds(board: Board) -> None:
    together = defaultdict(list)
    for programme, mart, entry in entries():
        together[programme, mart].append(entry)
    nodes = [node(mart, programme, listed) for (programme, mart), listed in together.items()]
    assert list(picture_check.mistakes(nodes, board.connection)) == []
    assert len({programme for programme, _ in together}) == 11 and len(pictures()) >= 29
    # Every shape that there is, is used by one of them.
    assert {drawing.shape for one in pictures().values() for drawing in one.drawings} == set(grammar.SHAPES)


def test_a_picture_is_drawn_as_it_is_declared(board: Board) -> None:
    assert said(board, GOOD) == []


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("select", "referred, setled", "select 没有 setled 这一列；是不是 settled"),
        ("draw.marks.value", "setled / referred", "draw.marks.value 写的是“setled / referred”，没有 setled 这一列；是不是 settled"),
        ("sentence.zh", "{refered:count} 件。", "sentence.zh 写的是“refered”，没有 refered 这一列；是不是 referred"),
        ("draw.shape", "bar", "draw.shape 写的是“bar”，没有这种图形；是不是 bars"),
        ("draw.shape", None, "draw.shape 写的是“”，没有这种图形；可用的：bars"),
        ("draw.marks.tone", "red", "draw.marks.tone 写的是“red”，没有这种颜色；可用的：met"),
        ("draw.marks.tone", {"behindd": "settled = 0"}, "draw.marks.tone 写的是“behindd”，没有这种颜色；是不是 behind"),
        ("title.en", None, "title.en 没有英文（en）；每处文字都要写 zh 和 en 两种"),
        ("sentence.zh", None, "sentence.zh 没有中文（zh）"),
        ("title", "结果", "title “结果”里有词语，要写成 {zh: …, en: …} 两种语言"),
        ("title", None, "title 没有写"),
        ("draw", None, "draw 没有写"),
        ("draw.marks.text", None, "draw.marks.text 没有写"),
        ("draw.marks.texts", "{settled}", "draw.marks.texts 没有这个键；是不是 text"),
        ("hnt", {"zh": "件", "en": "cases"}, "hnt 没有这个键；是不是 hint"),
        ("sentence.zh", "{referred:counts} 件。", "sentence.zh {referred:counts} 的写法 counts 不认识；是不是 count"),
        ("sentence.zh", "{@worst}。", "sentence.zh {@worst} 指的列表不在 lists 里"),
        ("table.of", "rowss", "table.of 没有叫 rowss 的查询；是不是 rows"),
        ("from", "mart_dispute_mediation_funel", "select 没有叫 mart_dispute_mediation_funel 的模型或查询"),
        ("at", "beneath", "at 写的是“beneath”"),
        ("where", "referred > $minimum", "SQL 里的 $minimum 没有定义；可用的：$region"),
        ("from", "mart_dispute_mediation_kpi_values", "rows 直接查了 mart_dispute_mediation_kpi_values；请用 kpi_values"),
        ("name", "DM funnel", "name 图的代码只用小写字母、数字和下划线"),
        ("select", "referred, sum(settled) as settled", "select 算不出来："),
        ("with", {"rows": "select 1"}, "with.rows 这个名称不能用"),
        ("draw.marks.value", "setle(referred)", "draw.marks.value 写的是“setle(referred)”，没有 setle 这个函数"),
        ("instead_of", "dm_other", "instead_of 写的是 dm_other，没有这张图"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_picture_and_key(board: Board, path: str, value: Any, told: str) -> None:
    entry = changed(path, value)
    lines = said(board, entry)
    assert any(line.startswith(f"{FILE}：图 {entry['name']} 的 {told}") for line in lines), lines


def test_two_pictures_of_one_name_and_states_without_a_tone_are_told(board: Board) -> None:
    assert said(board, GOOD, GOOD) == [f"{FILE}：图 dm_example 的 name 与另一张图相同；每张图要有自己的代码。"]
    tiles = changed("draw", {"shape": "tiles", "marks": {"name": "{settled}", "state": "'met'"}})
    assert said(board, tiles) == [f"{FILE}：图 dm_example 的 draw.states 没有；每个状态要写 {{zh, en, mark, tone}}。"]


def test_numbers_of_hidden_cells_do_not_reach_a_picture(board: Board) -> None:
    # A picture that asks for the values of its programme sees none of a hidden cell.
    sql = relations.statement({}, "select count(value), count(numerator) from kpi_values where is_hidden", PROGRAMME)
    assert board.connection.execute(sql).fetchone() == (0, 0)
    whole = "select count(*) from mart_dispute_mediation_kpi_values where is_hidden"
    [(counted,)] = board.connection.execute(whole).fetchall()
    assert counted > 0


def test_signs_of_sums_and_ratios_are_written_out() -> None:
    sql = relations.statement(
        {"rows": "select * from (values ('≥', '≤'), ('', '≤')) as signs (up, down)"},
        "select sign_of_sum(up), sign_of_sum(coalesce(nullif(up, ''), down)), sign_of_ratio(sign_of_sum(up), sign_of_sum(down)),"
        " sign_of_ratio('', '≥'), sign_of_ratio('≥', '≥') from rows",
        PROGRAMME,
    )
    # ≥ over ≤ is still ≥; nothing over ≥ is ≤; ≥ over ≥ can be anything.
    assert duckdb.execute(sql).fetchall() == [("≥", "≈", "≥", "≤", "≈")]
