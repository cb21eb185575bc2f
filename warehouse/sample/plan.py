"""What to generate: one programme, how many records, from which seed, and which provinces are behind with reporting."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import polars as pl

from warehouse.sample import window
from warehouse.sample.dice import Dice
from warehouse.sample.places import Places

MONTHS_MISSING: Mapping[tuple[str, str], Mapping[str, int]] = {
    ("dispute_mediation", "centre"): {"65": 3},
    ("dispute_mediation", "case"): {"54": 1},
    ("women_innovation_studios", "studio"): {"46": 3},
    ("women_innovation_studios", "workforce"): {"64": 6},
    ("health_checkup", "session"): {"54": 1, "63": 2},
    ("vice_chair_projects", "checkpoint"): {"52": 1},
    ("model_worker_tourism", "shift"): {"15": 1},
    ("social_org_federation", "service_site"): {"62": 2},
    ("skills_to_community", "event"): {"22": 1},
    ("culture_block", "activity"): {"54": 2},
    ("station_health_talks", "talk"): {"63": 1},
}
"""Provinces that have not sent the last months of a table, so that “谁还没报” has something to show."""

LARGEST_GROWTH = 50
"""How many times their shipped number parents (centres, teams) may grow to; each then has more records of its own."""


@dataclass(frozen=True)
class Plan:
    """One programme's order; `rows` counts records of its largest event table, None is what the repository ships."""

    programme: str
    rows: int | None
    seed: int
    places: Places

    def dice(self, stream: str, size: int) -> Dice:
        """Draws for `size` rows of this programme, their own for every seed and stream."""
        return Dice(f"{self.seed}/{self.programme}/{stream}", size)

    def records(self, shipped: int) -> int:
        """How many records to make of the table whose shipped number is given."""
        return shipped if self.rows is None else self.rows

    def parents(self, shipped: int, records: int, most: int = LARGEST_GROWTH) -> int:
        """How many parents go with the records asked for, when `shipped` parents go with the shipped `records`.

        They grow in proportion, up to `most` times their shipped number.
        """
        if self.rows is None:
            return shipped
        return max(1, min(ceil(shipped * self.rows / records), shipped * most))

    def months(self, table: str) -> pl.DataFrame:
        """province_code, months: how many of the window's months each province has reported of a table."""
        missing = MONTHS_MISSING.get((self.programme, table), {})
        codes = self.places.provinces["province_code"].to_list()
        return pl.DataFrame(
            {"province_code": codes, "months": [window.MONTHS - missing.get(code, 0) for code in codes]}
        )

    def provinces(self, stream: str) -> tuple[Dice, pl.DataFrame]:
        """The provinces, and dice to give each a character of its own."""
        return self.dice(stream, self.places.provinces.height), self.places.provinces
