"""Compares total rows with the rows they add up."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import polars as pl

from warehouse.intake import rows
from warehouse.intake.cells import number_format
from warehouse.intake.findings import Findings
from warehouse.intake.header import Header, Match
from warehouse.intake.note import Note
from warehouse.intake.numbers import plain, read_number
from warehouse.intake.rows import Total


def check_totals(
    totals: Sequence[Total],
    details: pl.DataFrame,
    readable: Mapping[str, Mapping[int, Decimal]],
    header: Header,
    findings: Findings,
) -> None:
    """Tells of every total row (D11) and of every column whose total differs from its rows (D12).

    `details` has `line` and the typed columns of all rows as written, repeated rows once, quarantined rows included;
    `readable` holds what refused cells read as.
    """
    since = 0
    for total in sorted(totals, key=lambda total: total.line):
        compared: list[tuple[Match, Decimal, Decimal]] = []
        if total.word not in rows.PART_WORDS:
            scope = details
            if total.word in rows.SUBTOTAL_WORDS:
                scope = details.filter((pl.col("line") > since) & (pl.col("line") < total.line))
                since = total.line
            compared = [
                (match, said, _sum(scope, match, readable))
                for match in _measures(header)
                if (said := _said(total, match)) is not None
            ]
        _tell(total, compared, findings)


def _tell(total: Total, compared: list[tuple[Match, Decimal, Decimal]], findings: Findings) -> None:
    wrong = [(match, said, added) for match, said, added in compared if said != added]
    if not compared:
        outcome, outcome_en = "没有可核对的数字", "it holds no number to compare"
    elif wrong:
        outcome = "合计与明细和不一致"
        outcome_en = "it differs from the sum of its rows"
    else:
        outcome = f"合计与明细和一致（共核对{len(compared)}列）"
        outcome_en = f"it agrees with the sum of its rows in {len(compared)} columns"
    findings.add(Note("D11", {"outcome": outcome, "outcome_en": outcome_en}), total.line)
    for match, said, added in wrong:
        assert match.column is not None
        values = {"t": _shown(said, match), "s": _shown(added, match), "d": _shown(abs(said - added), match)}
        findings.add(Note("D12", values), total.line, match.column.header)


def _shown(number: Decimal, match: Match) -> str:
    assert match.column is not None
    limit = match.column.mask_below
    return f"<{limit}" if limit is not None and 0 < number < limit else plain(number)


def _measures(header: Header) -> list[Match]:
    return [
        match
        for match in header.found().values()
        if match.column and match.column.is_number and match.column.unit and not _is_mean(match.column.header)
        if match.column.unit != "分" and not match.column.ratio
    ]


def _is_mean(header: str) -> bool:
    return "均" in header


def _said(total: Total, match: Match) -> Decimal | None:
    assert match.column is not None
    raw = total.cells[match.index] if match.index < len(total.cells) else None
    if not raw or not raw.strip():
        return None
    return read_number(raw, number_format(match, match.column)).readable


def _sum(scope: pl.DataFrame, match: Match, readable: Mapping[str, Mapping[int, Decimal]]) -> Decimal:
    assert match.column is not None
    name = match.column.name
    added = scope.select(pl.col(name).cast(pl.Decimal(38, 4)).sum()).item()
    extra = readable.get(name, {})
    if not extra:
        return Decimal(added)
    lines = set(scope["line"].filter(scope["line"].is_in(list(extra))))
    return Decimal(added) + sum((number for line, number in extra.items() if line in lines), Decimal(0))
