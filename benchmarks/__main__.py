"""`make bench`: run every comparison and print one line each."""

import sys

from benchmarks import drop, intake, pages, refresh

PARTS = {"intake": intake.run, "refresh": refresh.run, "drop": drop.run, "pages": pages.run}


def main() -> None:
    """Run the parts named on the command line, or all."""
    for name in sys.argv[1:] or PARTS:
        for comparison in PARTS[name]():
            print(comparison.line(), flush=True)


if __name__ == "__main__":
    main()
