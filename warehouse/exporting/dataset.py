"""A release as a tidy dataset: one table a kind of thing, in Parquet, CSV or DuckDB, with its dictionary and its registry of KPIs."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from warehouse.answers import asked as asking
from warehouse.answers import values
from warehouse.answers.questions import QUESTIONS, put
from warehouse.answers.source import Source
from warehouse.exporting import dictionary, registry, tabular
from warehouse.exporting.tables import TABLES, Table
from warehouse.system.durable import replacing

FORMATS = ("parquet", "csv", "duckdb")
DATABASE = "unionboard.duckdb"
PACKAGE = "datapackage.json"
# Narrowing takes these, where a question has them.
_NARROWED_BY = ("programme", "region")


class ExportError(Exception):
    """What cannot be exported or where to; the message says why and what to do."""


def write(
    source: Source,
    folder: Path,
    form: str,
    narrowed: Mapping[str, Sequence[str]] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Write the dataset into a folder, each file whole or not at all; what stood there under other names stays.

    Raises ExportError for an unknown format or a folder that is a file, AskedError for an unknown code, OSError.
    """
    if form not in FORMATS:
        raise ExportError(f"没有格式 {form}。可用：{'、'.join(FORMATS)}。")
    if folder.exists() and not folder.is_dir():
        raise ExportError(f"{folder} 是一个文件，请写一个文件夹。")
    folder.mkdir(parents=True, exist_ok=True)
    given = {name: list(words) for name, words in (narrowed or {}).items() if words}
    written = _database(source, folder, given, say) if form == "duckdb" else _files(source, folder, form, given, say)
    say("写数据字典和指标登记")
    written += [
        _text(folder / "dictionary.csv", dictionary.as_csv(TABLES)),
        _text(folder / PACKAGE, _json(dictionary.package(source, TABLES, form))),
        _text(folder / "README.md", dictionary.read_me(source, TABLES, form).encode()),
        _text(folder / "semantic" / "metricflow.yml", registry.metricflow(source).encode()),
        _text(folder / "semantic" / "osi.yaml", registry.interchange(source).encode()),
    ]
    return written


def _files(
    source: Source, folder: Path, form: str, given: Mapping[str, list[str]], say: Callable[[str], None]
) -> list[Path]:
    written = []
    for table in TABLES:
        say(f"写 {table.name}")
        path = folder / f"{table.name}.{form}"
        schema, batches = _schema(table), _batches(source, table, given)
        with replacing(path) as temporary:
            if form == "parquet":
                with pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
                    for batch in batches:
                        writer.write_batch(batch)
            else:
                _write_csv(temporary, schema, batches)
        path.chmod(0o644)
        written.append(path)
    return written


def _write_csv(path: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
    """With the mark that Excel and WPS need; texts that look like formulas made harmless."""
    with path.open("wb") as file:
        file.write(b"\xef\xbb\xbf")
        options = pa_csv.WriteOptions(quoting_style="needed")
        with pa_csv.CSVWriter(file, schema, write_options=options) as writer:
            for batch in batches:
                writer.write_batch(_harmless(batch))


def _harmless(batch: pa.RecordBatch) -> pa.RecordBatch:
    arrays = []
    for array in batch.columns:
        if pa.types.is_string(array.type):
            starts = pc.match_substring_regex(array, r"^[=+\-@\t\r\n＝＋－＠]")
            array = pc.if_else(pc.fill_null(starts, False), pc.binary_join_element_wise("'", array, ""), array)
        arrays.append(array)
    return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)


def _database(source: Source, folder: Path, given: Mapping[str, list[str]], say: Callable[[str], None]) -> list[Path]:
    path = folder / DATABASE
    with replacing(path) as temporary:
        temporary.unlink()
        with duckdb.connect(str(temporary)) as database:
            for table in TABLES:
                say(f"写 {table.name}")
                rows = pa.RecordBatchReader.from_batches(_schema(table), _batches(source, table, given))
                database.register("rows_now", rows)
                database.execute(f'create table "{table.name}" as from rows_now')
                database.unregister("rows_now")
                database.execute(f'comment on table "{table.name}" is {_quoted(table.about)}')
                for column in table.columns:
                    database.execute(f'comment on column "{table.name}"."{column.name}" is {_quoted(column.about)}')
    path.chmod(0o644)
    return [path]


def _batches(source: Source, table: Table, given: Mapping[str, list[str]]) -> Iterator[pa.RecordBatch]:
    """The rows of a table; what it cannot be narrowed by is left out."""
    question = QUESTIONS[table.question]
    known = {parameter.name for parameter in question.parameters}
    narrowed = {name: words for name, words in given.items() if name in known and name in _NARROWED_BY}
    if table.question == "values":
        asked = asking.read(question.parameters, {**narrowed, "categories": ["true"]})
        for batch in values.in_batches(source, asked):
            yield batch.cast(_schema(table))
        return
    answer = put(source, table.question, narrowed)
    yield from tabular.arrow_table(answer.columns, answer.rows).cast(_schema(table)).to_batches()


def _schema(table: Table) -> pa.Schema:
    return tabular.schema(QUESTIONS[table.question].columns)


def _text(path: Path, content: bytes) -> Path:
    # Meant to be read by others, unlike what stands under home.
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    path.chmod(0o644)
    return path


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
