"""What a command loads before it does anything: nobody waits for what reads files to be told a number."""

import json
import subprocess
import sys

READERS_OF_FILES = {"polars", "numpy", "pandas", "dataframely", "dbt", "plotly", "streamlit"}


def test_command_that_reads_no_file_loads_nothing_that_does() -> None:
    ask = (
        "import json, sys; from typer.testing import CliRunner; from warehouse.command.cli import app;"
        "told = CliRunner().invoke(app, ['kpi', '--kpi', 'dm_workers', '--json']);"
        "print(json.dumps([told.exit_code, sorted({name.partition('.')[0] for name in sys.modules})]))"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    code, loaded = json.loads(done.stdout.splitlines()[-1])
    assert code in (0, 1)
    assert "duckdb" in loaded or "typer" in loaded
    assert not READERS_OF_FILES & set(loaded)
