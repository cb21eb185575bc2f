"""The registry of KPIs for other tools: MetricFlow and Open Semantic Interchange, over the table `kpi_values` of the dataset.

A metric picks published values and adds nothing: `max` over one row is that row, and a region, a period and an origin name one row.
"""

from typing import Any

import yaml

from warehouse.answers.columns import DAY, Column
from warehouse.answers.questions import put
from warehouse.answers.source import Source
from warehouse.answers.values import COLUMNS
from warehouse.exporting import dictionary
from warehouse.exporting.tables import TABLES

_MEASURES = ("value", "numerator", "denominator", "target")
_NOT_DIMENSIONS = (
    *_MEASURES,
    "value_upper",
    "target_upper",
    "rows",
    "reported_units",
    "due_units",
    "provinces_reported",
)


def metricflow(source: Source) -> str:
    """A semantic model over kpi_values and one metric a KPI."""
    model = {
        "name": "kpi_values",
        "description": "One row per KPI, region, period, origin and category; always group by region, period and origin.",
        "model": "ref('kpi_values')",
        "defaults": {"agg_time_dimension": "as_of"},
        "entities": [
            {
                "name": "kpi_value",
                "type": "primary",
                "expr": "kpi || '|' || region || '|' || period || '|' || origin || coalesce(category, '')",
            }
        ],
        "dimensions": [_dimension(column) for column in COLUMNS if column.name not in _NOT_DIMENSIONS],
        "measures": [
            {"name": name, "agg": "max", "description": column.about}
            for name in _MEASURES
            for column in COLUMNS
            if column.name == name
        ],
    }
    names = {row["programme"]: row["programme_name_zh"] for row in put(source, "programmes").rows}
    metrics = [
        {
            "name": code,
            # A label is given once; several programmes have activities.
            "label": f"{kpi['label_zh']}（{names[kpi['programme']]}）",
            "description": _described(kpi),
            "type": "simple",
            "type_params": {"measure": {"name": "value"}},
            "filter": f"{{{{ Dimension('kpi_value__kpi') }}}} = '{code}'",
            "config": {"meta": _meta(kpi)},
        }
        for code, kpi in source.kpis.items()
    ]
    return _yaml({"semantic_models": [model], "metrics": metrics})


def interchange(source: Source) -> str:
    """The same as an Open Semantic Interchange model (0.1)."""
    relationships = [
        {
            "name": f"{table.name}_{column}",
            "from": table.name,
            "to": other,
            "from_columns": [column],
            "to_columns": [theirs],
        }
        for table in TABLES
        for column, other, theirs in dictionary.links(table.name)
    ]
    datasets = [
        {
            "name": table.name,
            "source": table.name,
            "primary_key": [column.name for column in table.columns if column.is_key],
            "description": table.about,
            "fields": [
                {
                    "name": column.name,
                    "expression": _expression(column.name),
                    "dimension": {"is_time": column.kind == DAY},
                    "description": column.about,
                }
                for column in table.columns
            ],
        }
        for table in TABLES
    ]
    metrics = [
        {
            "name": code,
            "expression": _expression(f"MAX(CASE WHEN kpi_values.kpi = '{code}' THEN kpi_values.value END)"),
            "description": _described(kpi),
            "ai_context": {
                "instructions": _instructions(kpi),
                "synonyms": [kpi["label_zh"], kpi["label_en"]],
            },
        }
        for code, kpi in source.kpis.items()
    ]
    model = {
        "name": "unionboard",
        "description": f"Release {source.release.id}. Values are published numbers; none may be added up from others.",
        "datasets": datasets,
        "relationships": relationships,
        "metrics": metrics,
    }
    return _yaml({"version": "0.1.1", "semantic_model": [model]})


def _dimension(column: Column) -> dict[str, Any]:
    if column.kind == DAY:
        return {
            "name": column.name,
            "type": "time",
            "description": column.about,
            "type_params": {"time_granularity": "day"},
        }
    return {"name": column.name, "type": "categorical", "description": column.about}


def _expression(sql: str) -> dict[str, Any]:
    return {"dialects": [{"dialect": "ANSI_SQL", "expression": sql}]}


def _described(kpi: dict[str, Any]) -> str:
    trap = f" 注意：{kpi['trap_zh']}" if kpi["trap_zh"] else ""
    return f"{kpi['definition_zh']}{trap}"


def _instructions(kpi: dict[str, Any]) -> str:
    may = [
        "values of regions may be added"
        if kpi["is_additive_over_regions"]
        else "values of regions may not be added or averaged",
        "values of periods may be added" if kpi["is_additive_over_time"] else "values of periods may not be added",
    ]
    return f"{kpi['definition_en']} Always filter by region, period and origin; {'; '.join(may)}. Quote the qualifier with the value."


def _meta(kpi: dict[str, Any]) -> dict[str, Any]:
    names = (
        "programme", "label_en", "definition_en", "unit", "direction", "basis", "grain", "is_ratio", "is_additive_over_regions",
        "is_additive_over_time", "fact_model", "numerator_sql", "denominator_sql", "definition_path",
    )  # fmt: skip
    return {name: kpi[name] for name in names if kpi[name] is not None}


def _yaml(document: Any) -> str:
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)
