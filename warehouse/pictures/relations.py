"""What a picture's question is made of: relations every picture is given, the mart's rows where the reader is, one statement of all."""

import re
from collections.abc import Mapping
from typing import Any

# How a picture's rows belong to the region chosen.
AT = {
    # The mart has a row for the region itself, in the period chosen.
    "here": "mart.region_code = $region and mart.period = $period and mart.origin = $origin",
    # The same of each region right below it.
    "below": "mart.period = $period and mart.origin = $origin",
    # The mart has rows for single things, each in its own region; what of the time counts is said in `where`.
    "within": "mart.origin = $origin",
    # The same, with the name of the region right below the chosen one that each of them lies in.
    "children": "mart.origin = $origin",
    # What is asked needs nothing besides: it is one of the picture's own queries.
    "as_is": "true",
}
_JOINED = {
    "below": "inner join regions_below as places on mart.region_code = places.place_code",
    "within": "inner join regions_within as places on mart.region_code = places.place_code",
    "children": "inner join regions_within as inside on mart.region_code = inside.place_code"
    " left join regions_children as places on mart.region_code = places.place_code",
}
_NAMES = """
    case when regions.region_level = 'province' then regions.short_name else regions.region_name end as region,
    coalesce(regions.name_en, regions.region_name) as region_en,
    coalesce(regions.short_name, regions.region_name) as region_short, regions.sort_order as region_order
"""
# Named here, asked only where a picture names them.
GIVEN = {
    "regions_within": f"select bridge.region_code as place_code, {_NAMES} from bridge_region_ancestor as bridge"
    " inner join dim_region as regions on bridge.region_code = regions.region_code where bridge.ancestor_code = $region",
    "regions_below": f"select regions.region_code as place_code, {_NAMES} from dim_region as regions where regions.parent_code = $region",
    "regions_children": f"select bridge.region_code as place_code, {_NAMES} from bridge_region_ancestor as bridge"
    " inner join dim_region as regions on bridge.ancestor_code = regions.region_code where regions.parent_code = $region",
    # Numbers of hidden cells are not in it, whatever a picture asks.
    "kpi_values": "select kpi, region, period, period_grain, origin, category, is_hidden,"
    " case when not is_hidden then value end as value, case when not is_hidden then numerator end as numerator,"
    " case when not is_hidden then denominator end as denominator,"
    " case when is_hidden then '' else coalesce(qualifier, '') end as qualifier from mart_{programme}_kpi_values",
    # The periods of the region whose numbers may not be shown.
    "hidden_cells": "select period, reason from mart_{programme}_hidden_cells where region = $region and origin = $origin",
}
# What signs together make; written out where it is named, because making a macro takes the engine as long as answering.
MACROS = {
    # The sign of a sum: a bound where all that is inexact bounds the same way, else an estimate.
    "sign_of_sum": "case when count(distinct nullif({0}, '')) > 1 then '≈' else coalesce(max(nullif({0}, '')), '') end",
    # The sign of a ratio: a bound of what it is divided by bounds it the other way round.
    "sign_of_ratio": "case when coalesce({0}, '') = '' then translate(coalesce({1}, ''), '≥≤', '≤≥')"
    " when coalesce({1}, '') = '' or {0} = translate({1}, '≥≤', '≤≥') then {0} else '≈' end",
}
_MACRO = re.compile(rf"\b({'|'.join(MACROS)})\s*\(")
_KEPT_TO_ITSELF = re.compile(r"\bmart_\w*(kpi_values|hidden_cells)\b")


def is_query(text: str) -> bool:
    """Whether a text is a whole query."""
    return bool(re.match(r"\s*(select|with|from)\b", text, re.IGNORECASE))


def rows(mart: str, at: str, entry: Mapping[str, Any]) -> str:
    """The query of an entry's own rows."""
    relation = entry.get("from", mart)
    named = relation if at == "as_is" else f"{relation} as mart"
    parts = [f"select {entry.get('select', '*')} from {named}", _JOINED.get(at, "")]
    conditions = [AT[at], *([f"({entry['where']})"] if entry.get("where") else [])]
    parts.append("where " + " and ".join(conditions))
    for key, words in (("group", "group by"), ("having", "having"), ("order_by", "order by"), ("limit", "limit")):
        if entry.get(key) is not None:
            parts.append(f"{words} {entry[key]}")
    return " ".join(part for part in parts if part)


def statement(relations: Mapping[str, str], asked: str, programme: str) -> str:
    """One statement: the relations in their order, each with `place` for the order of its rows, then what is asked of them.

    Relations that nothing names are left out.
    """
    whole = {**GIVEN, **relations}
    wanted = _wanted(whole, asked)
    listed = ["chosen as (select 1 as chosen)"]
    for name, sql in whole.items():
        if name in wanted and name in GIVEN:
            listed.append(f"{name} as ({sql.replace('{programme}', programme)})")
        elif name in wanted and name == "facts":
            listed.append(f"{name} as ({_written_out(sql)})")
        elif name in wanted:
            # Asked more than once, it is computed once.
            text = " ".join((asked, *(whole[one] for one in wanted)))
            kept = "materialized " if len(re.findall(rf"\b(?:from|join) {name}\b", text)) > 1 else ""
            listed.append(f"{name} as {kept}(select row_number() over () as place, * from ({_written_out(sql)}))")
    return f"with {', '.join(listed)} {_written_out(asked)}"


def _written_out(sql: str) -> str:
    """The same with what MACROS stand for."""
    found = _MACRO.search(sql)
    if found is None:
        return sql
    depth, begins, parts = 1, found.end(), []
    for at in range(found.end(), len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[at], 0)
        if depth == 0 or (depth == 1 and sql[at] == ","):
            parts.append(_written_out(sql[begins:at].strip()))
            begins = at + 1
        if depth == 0:
            break
    if len(parts) != MACROS[found[1]].count("{1}") // max(MACROS[found[1]].count("{1}"), 1) + 1:
        return sql
    inside = MACROS[found[1]].format(*(f"({part})" for part in parts))
    return f"{sql[: found.start()]}({inside}){_written_out(sql[begins:])}"


def models_of(programme: str) -> frozenset[str]:
    """The models behind the relations that every picture of a programme is given."""
    found = (re.findall(r"\b(?:from|join) (\w+(?:\{programme\}\w*)?)", sql) for sql in GIVEN.values())
    return frozenset(name.replace("{programme}", programme) for names in found for name in names)


def parameters(sql: str) -> frozenset[str]:
    """The names of the values that a statement wants."""
    return frozenset(re.findall(r"\$([a-z_]+)", sql))


def names_what_is_hidden(sql: str) -> str | None:
    """The relation a picture must not ask by itself, because it holds what may not be shown."""
    found = _KEPT_TO_ITSELF.search(sql)
    return found[0] if found else None


def _wanted(whole: Mapping[str, str], asked: str) -> set[str]:
    wanted: set[str] = set()
    waiting = [asked]
    while waiting:
        text = waiting.pop()
        for name, sql in whole.items():
            if name not in wanted and re.search(rf"\b{name}\b", text):
                wanted.add(name)
                waiting.append(sql)
    return wanted
