"""The tables of the dataset, and which column of one names a row of another."""

from dataclasses import dataclass

from warehouse.answers.columns import Column
from warehouse.answers.questions import QUESTIONS
from warehouse.exporting import tabular


@dataclass(frozen=True)
class Table:
    """One table of the dataset: its name there, the question it answers, and what it is in a sentence."""

    name: str
    question: str
    about: str

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns as files have them."""
        return tabular.flat(QUESTIONS[self.question].columns)


TABLES = (
    Table("kpi_values", "values", "指标值：每个指标、地区、期间、来源和分类一行。三种来源从不相加。"),
    Table("kpis", "kpis", "指标的定义：每个指标一行。"),
    Table("programmes", "programmes", "项目：每个项目一行。"),
    Table("regions", "regions", "地区：全国、省、市、县，每个一行。"),
    Table("published_figures", "figures", "公开发布的数：每个一行，原话的修饰和日期；只可并列，不可相加。"),
    Table("reporting", "reporting", "报送情况：每个表、省份、统计期和来源一行。"),
)
