"""Which origin of records a programme shows, and which programmes stop showing demonstration records."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

SUBMITTED, DEMONSTRATION = "submitted", "demonstration"


@dataclass(frozen=True)
class Turn:
    """A programme that shows demonstration records now and submitted ones once a candidate is published."""

    programme: str
    name_zh: str
    name_en: str

    def sentence(self, language: str = "zh") -> str:
        """What is told to people."""
        if language == "en":
            return f"Once this is published, {self.name_en} no longer shows demonstration data."
        return f"发布后，{self.name_zh}将不再显示演示数据。"

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        """One entry of the key `origins`."""
        return {
            "programme": self.programme,
            "before": DEMONSTRATION,
            "after": SUBMITTED,
            "sentence": self.sentence(language),
        }


def shown(database: Path) -> dict[str, str]:
    """By programme the origin that its pages show unless asked otherwise: submitted as soon as a value of it is there."""
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            """
            select programme, max(origin) as origin
            from (
                select distinct programme, origin from mart_kpi_values
                where origin in ('submitted', 'demonstration') and value is not null
            )
            group by programme
            """
        ).fetchall()
    return dict(found)


def turns(before: Mapping[str, str], candidate: Path) -> tuple[Turn, ...]:
    """The programmes that show demonstration records `before` (as by `shown`) and no more in the candidate, in menu order."""
    after = shown(candidate)
    turning = {code for code, origin in before.items() if (origin, after.get(code)) == (DEMONSTRATION, SUBMITTED)}
    if not turning:
        return ()
    with duckdb.connect(str(candidate), read_only=True) as connection:
        named = connection.execute(
            "select programme, programme_name_zh, programme_name_en from dim_programme order by sort_order"
        ).fetchall()
    return tuple(Turn(*row) for row in named if row[0] in turning)
