"""A briefing as a workbook: a sheet per table with real numbers, units in the heads, charts of Excel's own, definitions and sources."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from warehouse.briefing import words
from warehouse.briefing.content import Briefing, Chapter

_FORMATS = {
    "percent": "0.0%",
    "count": "#,##0",
    "yuan": "#,##0.00",
    "days": "#,##0.0",
    "hours": "#,##0.0",
    "score": "0.00",
}
_SIGNS = ("", "≥", "≤", "≈")
_INVALID = str.maketrans(dict.fromkeys("[]:*?/\\", "、"))


def written(briefing: Briefing, data: dict[str, Any]) -> bytes:
    """The workbook."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        made = _Book(book, briefing)
        book.set_properties({"title": briefing.title, "comments": f"版本 {briefing.source.release.id}"})
        made.about(data)
        made.figures()
        for chapter in briefing.chapters:
            made.chapter(chapter)
        made.missing()
        made.published()
        made.definitions()
        made.sources()
    return out.getvalue()


class _Book:
    """The workbook being written, with its formats made once."""

    def __init__(self, book: xlsxwriter.Workbook, briefing: Briefing) -> None:
        self.book, self.briefing = book, briefing
        self.head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#F6F8FA"}
        )
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.bold = book.add_format({"bold": True, "font_size": 14})
        self.numbers = {
            (unit, sign): book.add_format({"num_format": f'"{sign}"{code}' if sign else code})
            for unit, code in _FORMATS.items()
            for sign in _SIGNS
        }
        self.names: set[str] = set()

    def sheet(self, name: str, header: Sequence[str], widths: Sequence[int]) -> Worksheet:
        """A sheet with a frozen head and a filter; names are made fit for a sheet and for each other."""
        plain = name.translate(_INVALID)[:28] or "表"
        number = 1
        while (fit := plain if number == 1 else f"{plain[:25]}_{number}").casefold() in self.names:
            number += 1
        self.names.add(fit.casefold())
        sheet = self.book.add_worksheet(fit)
        for column, text in enumerate(header):
            sheet.write_string(0, column, text, self.head)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer(f"&L版本 {self.briefing.source.release.id}&R第 &P 页，共 &N 页")
        return sheet

    def value(self, sheet: Worksheet, row: int, column: int, told: dict[str, Any] | None, kpi: dict[str, Any]) -> None:
        """A KPI value as a number, its sign in the format; a word where there is no number, which sums pass over."""
        if told is None or told["value"] is None or told["is_hidden"]:
            sheet.write_string(row, column, words.HIDDEN if told and told["is_hidden"] else words.MISSING)
            return
        sheet.write_number(row, column, told["value"], self.numbers.get((kpi["unit"], told["qualifier"] or "")))

    def about(self, data: dict[str, Any]) -> None:
        """What the workbook is, first."""
        sheet = self.book.add_worksheet("说明")
        self.names.add("说明")
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 90)
        sheet.write_string(0, 0, data["title"], self.bold)
        facts = [
            ("版本", data["release"]),
            ("数据到", data["data_to"]),
            ("范围", data["scope"]),
            ("期间", data["period"]),
            ("核对码", data["code"] or "—"),
        ]
        facts += [("说明", text) for text in data["caveats"]]
        facts += [(part["head"], said) for part in data["sentences"] for said in part["said"]]
        for row, (name, text) in enumerate(facts, 2):
            sheet.write_string(row, 0, name, self.wrap)
            sheet.write_string(row, 1, text, self.wrap)

    def figures(self) -> None:
        """Every KPI of the selection."""
        header = (
            "项目", "指标", "代码", "期间", "来源", "符号", "值", "单位", "分子", "分母", "目标", "状态",
            "同比", "同比说明", "环比", "环比说明", "已报单位", "应报单位",
        )  # fmt: skip
        sheet = self.sheet("指标", header, (22, 26, 24, 10, 8, 6, 14, 8, 12, 12, 12, 9, 12, 22, 12, 22, 9, 9))
        row = 0
        for chapter in self.briefing.chapters:
            for one in chapter.figures:
                row += 1
                told, kpi = one.row, one.kpi
                texts = (
                    chapter.programme["programme_name_zh"],
                    kpi["label_zh"],
                    kpi["kpi"],
                    one.period,
                    words.ORIGINS[chapter.origin],
                )
                for column, text in enumerate(texts):
                    sheet.write_string(row, column, text)
                sheet.write_string(row, 5, told["qualifier"] if told else "")
                self.value(sheet, row, 6, told, kpi)
                sheet.write_string(row, 7, kpi["unit_zh"] or "")
                if told is None:
                    continue
                for column, name in ((8, "numerator"), (9, "denominator"), (16, "reported_units"), (17, "due_units")):
                    if told[name] is not None:
                        sheet.write_number(row, column, told[name])
                if told["target"] is not None:
                    sheet.write_number(row, 10, told["target"], self.numbers.get((kpi["unit"], "")))
                sheet.write_string(row, 11, words.STATUSES[one.status])
                for column, name in ((12, "change_year"), (14, "change_period")):
                    change = told[name]
                    if change and change["comparable"]:
                        sheet.write_number(row, column, change["difference"], self.numbers.get((kpi["unit"], "")))
                    sheet.write_string(row, column + 1, words.change(change, kpi))
        sheet.autofilter(0, 0, max(row, 1), len(header) - 1)

    def chapter(self, chapter: Chapter) -> None:
        """The KPI that stands for a programme by region and over time, each with a chart beside it."""
        headline = chapter.headline
        if headline is None:
            return
        kpi = headline.kpi
        unit = "" if kpi["unit"] == "percent" else f"（{kpi['unit_zh']}）" if kpi["unit_zh"] else ""
        name = chapter.programme["programme_name_zh"]
        for title, kind, rows in (
            ("地区", "column", chapter.below),
            ("各期", "line", tuple((row["period"], row) for row in chapter.months)),
        ):
            if not rows:
                continue
            header = (title, f"{kpi['label_zh']}{unit}", "符号", "分子", "分母", "状态", "地区代码", "期间")
            sheet = self.sheet(f"{name}_{title}", header, (14, 18, 6, 12, 12, 9, 10, 10))
            for number, (label, row) in enumerate(rows, 1):
                sheet.write_string(number, 0, label)
                self.value(sheet, number, 1, row, kpi)
                sheet.write_string(number, 2, row["qualifier"] or "")
                for column, part in ((3, "numerator"), (4, "denominator")):
                    if row[part] is not None:
                        sheet.write_number(number, column, row[part])
                for column, text in ((5, words.STATUSES[row["status"]]), (6, row["region"]), (7, row["period"])):
                    sheet.write_string(number, column, text)
            sheet.autofilter(0, 0, len(rows), len(header) - 1)
            chart = self.book.add_chart({"type": kind})
            chart.add_series(
                {
                    "name": [sheet.get_name(), 0, 1],
                    "categories": [sheet.get_name(), 1, 0, len(rows), 0],
                    "values": [sheet.get_name(), 1, 1, len(rows), 1],
                    "fill": {"color": "#B3261E"},
                    "line": {"color": "#B3261E"},
                }
            )
            chart.set_title(
                {"name": f"{kpi['label_zh']}，数据到 {self.briefing.source.data_to or '—'}", "name_font": {"size": 11}}
            )
            chart.set_legend({"none": True})
            chart.set_y_axis({"num_format": _FORMATS.get(kpi["unit"], "General"), "min": 0})
            chart.show_blanks_as("gap")
            chart.set_size({"width": 760, "height": 360})
            sheet.insert_chart(1, 9, chart)

    def missing(self) -> None:
        """Who has not reported."""
        header = ("项目", "表", "统计期", "省份", "应报日期", "已超期（天）", "来源")
        rows = [row for chapter in self.briefing.chapters for row in chapter.missing]
        names = {
            chapter.programme["programme"]: chapter.programme["programme_name_zh"] for chapter in self.briefing.chapters
        }
        sheet = self.sheet("未报", header, (24, 16, 10, 18, 12, 12, 8))
        for number, row in enumerate(rows, 1):
            texts = (
                names[row["programme"]],
                row["table_name_zh"],
                row["report_period"],
                row["region_name"] or row["region"],
                row["due_date"],
            )
            for column, text in enumerate(texts):
                sheet.write_string(number, column, text or "")
            sheet.write_number(number, 5, row["days_overdue"])
            sheet.write_string(number, 6, words.ORIGINS[row["origin"]])
        sheet.autofilter(0, 0, max(len(rows), 1), len(header) - 1)

    def published(self) -> None:
        """Figures printed in public sources, as texts: they are quoted, not added."""
        header = ("编号", "度量", "主体", "数", "单位", "日期", "出处")
        sheet = self.sheet("公开发布的数", header, (8, 24, 24, 14, 8, 12, 60))
        rows = [row for chapter in self.briefing.chapters for row in chapter.published]
        for number, row in enumerate(rows, 1):
            said = f"{row['sign'] or ''}{row['value'] or '—'}"
            texts = (
                row["figure_id"],
                row["metric_name_zh"],
                row["subject"],
                said,
                row["unit_zh"],
                row["as_of"],
                row["headline"],
            )
            for column, text in enumerate(texts):
                sheet.write_string(number, column, text or "")
        sheet.autofilter(0, 0, max(len(rows), 1), len(header) - 1)

    def definitions(self) -> None:
        """What each KPI counts."""
        header = ("指标", "代码", "口径", "容易弄错的地方", "单位", "各地区能否相加", "各期能否相加", "定义所在的文件")
        sheet = self.sheet("口径", header, (26, 24, 60, 50, 8, 10, 10, 60))
        number = 0
        for chapter in self.briefing.chapters:
            for one in chapter.figures:
                number += 1
                kpi = one.kpi
                adds = ["能" if kpi[name] else "不能" for name in ("is_additive_over_regions", "is_additive_over_time")]
                texts = (
                    kpi["label_zh"], kpi["kpi"], kpi["definition_zh"], kpi["trap_zh"], kpi["unit_zh"], *adds, kpi["definition_path"],
                )  # fmt: skip
                for column, text in enumerate(texts):
                    sheet.write_string(number, column, text or "", self.wrap)
        sheet.autofilter(0, 0, max(number, 1), len(header) - 1)

    def sources(self) -> None:
        """The files of the last refresh that were taken in."""
        from warehouse.answers.questions import put

        header = ("文件", "项目", "表", "结果", "行数", "接收", "隔离")
        sheet = self.sheet("来源", header, (60, 26, 18, 10, 10, 10, 10))
        codes = [chapter.programme["programme"] for chapter in self.briefing.chapters]
        rows = put(self.briefing.source, "receipts", {"programme": codes}).rows
        for number, row in enumerate(rows, 1):
            for column, name in enumerate(("file", "programme", "table", "status")):
                sheet.write_string(number, column, row[name] or "")
            for column, name in enumerate(("rows_in", "rows_accepted", "rows_quarantined"), 4):
                if row[name] is not None:
                    sheet.write_number(number, column, row[name])
        sheet.autofilter(0, 0, max(len(rows), 1), len(header) - 1)
