"""Taking in a clean UTF-8 CSV, full validation included, beside DuckDB's own typed read of the same file."""

import os
import tempfile
from pathlib import Path

import duckdb

from benchmarks.timing import Comparison, in_turn
from warehouse import contracts
from warehouse import settings as settings_module
from warehouse.intake.folder.one_file import judge
from warehouse.sample import write_sample

PROGRAMME, TABLE = "health_checkup", "session"


def run() -> list[Comparison]:
    """As many rows as BENCHMARK_ROWS says, 1 000 000 by default."""
    rows = int(os.environ.get("BENCHMARK_ROWS", "1000000"))
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_module.load(home=Path(folder) / "home")
        contract = contracts.find(PROGRAMME, TABLE)
        written = write_sample(rows, PROGRAMME, Path(folder), 1, settings)
        [path] = [path for path in written if contract.name_zh in path.name]
        types = {
            column.header: column.data_type
            if column.type not in ("bool", "province", "region", "period")
            else "varchar"
            for column in contract.columns
        }
        header = path.open(encoding="utf-8").readline().strip().split(",")
        columns = ", ".join(f"'{name}': '{types[name]}'" for name in header)

        def ours() -> None:
            judge(path, settings, PROGRAMME)

        def theirs() -> None:
            with duckdb.connect() as connection:
                connection.execute(
                    f"create table landed as select * from read_csv('{path}', header = true, auto_detect = false, "
                    f"delim = ',', quote = '\"', columns = {{{columns}}})"
                ).fetchall()

        return [in_turn(f"intake of {rows:,} rows", ours, "DuckDB's typed read_csv", theirs)]
