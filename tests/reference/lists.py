"""Reading the reference lists as they stand in the repository."""

import csv

from warehouse.settings import CHECKOUT

REFERENCE = CHECKOUT / "seeds" / "reference"


def read(name: str) -> list[dict[str, str]]:
    """Rows of one reference CSV, every cell as text; a blank cell is an empty string."""
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def header(name: str) -> list[str]:
    """Column names of one reference CSV, in order."""
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))
