"""`make bench`: run every comparison and print one line each; `load` takes minutes and runs when it is named."""

import sys
from collections.abc import Callable, Iterable
from typing import Protocol

from benchmarks import (
    drop,
    files,
    filters,
    forecasts,
    growth,
    intake,
    interface,
    load,
    million,
    office,
    pages,
    refresh,
    sign_in,
    viewers,
    workbooks,
)


class Told(Protocol):
    """What a part has measured."""

    def line(self) -> str:
        """As `make bench` prints it."""
        ...


Part = Callable[[], Iterable[Told]]

PARTS: dict[str, Part] = {
    "intake": intake.run,
    "refresh": refresh.run,
    "drop": drop.run,
    "office": office.run,
    "pages": pages.run,
    "filters": filters.run,
    "viewers": viewers.run,
    "sign-in": sign_in.run,
}
LONG: dict[str, Part] = {
    "forecasts": forecasts.run,
    "load": load.run,
    "files": files.run,
    "growth": growth.run,
    "million": million.run,
    "interface": interface.run,
    "workbooks": workbooks.run,
}


def main() -> None:
    """Run the parts named on the command line, or all that are short."""
    for name in sys.argv[1:] or PARTS:
        for comparison in (PARTS | LONG)[name]():
            print(comparison.line(), flush=True)


if __name__ == "__main__":
    main()
