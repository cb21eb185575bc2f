"""口径: every KPI with its definition, formula, target, trap, and the file an analyst opens to change it."""

import streamlit as st

from dashboard import formatting, links
from dashboard.components import filters, markup, page_title
from dashboard.components.markup import Markup, tag
from dashboard.data import kpis, programmes
from dashboard.data.kpis import Kpi, TargetSource
from dashboard.i18n import pick, t


def show() -> None:
    """The page; `?kpi=` opens at one definition."""
    selection = filters.current()
    page_title.show(t("glossary"), t("glossary_question"))
    wanted = st.text_input(
        t("search"), key="q", bind="query-params", placeholder=t("search_hint"), label_visibility="collapsed"
    )
    everything = kpis.all_kpis(selection.release_id)
    found = [kpi for kpi in everything if _matches(kpi, wanted)]
    asked = kpis.find(selection.release_id, st.query_params.get("kpi", ""))
    if asked is not None and not wanted:
        _asked(asked, selection.release_id)
    sources = kpis.target_sources(selection.release_id)
    sections = []
    for programme in programmes.all_programmes(selection.release_id):
        entries = [_entry(kpi, sources) for kpi in found if kpi.programme == programme.code]
        if entries:
            name = pick(programme.name_zh, programme.name_en)
            heading = tag(
                "h3",
                markup.link(links.programme_page(programme.code), name, cls="ub-row-link"),
                tag("small", len(entries)),
            )
            sections.append(tag("section", heading, tag("dl", entries, cls="ub-glossary"), cls="ub-panel"))
    hint = tag("p", t("found", count=len(found), all=len(everything)), cls="ub-hint")
    markup.show(tag("div", hint, sections, cls="ub-stack"), key="glossary_entries")


def _asked(kpi: Kpi, release_id: str) -> None:
    entry = tag("dl", _entry(kpi, kpis.target_sources(release_id)), cls="ub-glossary")
    markup.show(tag("section", tag("h3", t("asked_for")), entry, cls="ub-panel ub-asked"), key="glossary_asked")


def _matches(kpi: Kpi, wanted: str) -> bool:
    text = " ".join(
        filter(None, (kpi.code, kpi.label_zh, kpi.label_en, kpi.definition_zh, kpi.definition_en, kpi.trap_zh))
    ).lower()
    return all(word in text for word in wanted.lower().split())


def _entry(kpi: Kpi, sources: tuple[TargetSource, ...]) -> list[Markup]:
    targets = t("semicolon").join(
        dict.fromkeys(pick(source.source_zh, source.source_en) for source in sources if source.kpi == kpi.code)
    )
    facts = [
        (t("numerator"), pick(kpi.numerator_zh, kpi.numerator_en)),
        (t("denominator"), pick(kpi.denominator_zh, kpi.denominator_en)),
        (t("unit"), pick(kpi.unit_zh, kpi.unit_en)),
        (t("direction"), t(f"direction_{kpi.direction}")),
        (t("basis"), t(f"basis_{kpi.basis}") + (t(f"by_{kpi.grain}") if kpi.grain != "month" else "")),
        (t("additivity"), t("additive") if kpi.is_additive_over_regions else t("not_additive")),
        (t("target_source"), targets or t("no_target")),
        (t("masking"), formatting.few_text(kpi) if kpi.small_count_limit else ""),
        (t("trap"), pick(kpi.trap_zh, kpi.trap_en)),
    ]
    return [
        tag("dt", tag("b", pick(kpi.label_zh, kpi.label_en)), tag("code", kpi.code), id=f"kpi-{kpi.code}"),
        tag(
            "dd",
            tag("p", pick(kpi.definition_zh, kpi.definition_en)),
            tag(
                "ul", [tag("li", tag("span", name), tag("span", text)) for name, text in facts if text], cls="ub-facts"
            ),
            tag("p", t("formula"), t("colon"), tag("code", _formula(kpi)), cls="ub-hint"),
            tag("p", t("definition_file"), t("colon"), tag("code", kpi.definition_path), cls="ub-hint"),
        ),
    ]


def _formula(kpi: Kpi) -> str:
    return f"{kpi.numerator_sql} / {kpi.denominator_sql}" if kpi.denominator_sql else kpi.numerator_sql
