"""Private values made up for tests, and a search for them in everything a folder holds, packed and in databases."""

import contextlib
import gzip
import io
import json
import shutil
import sqlite3
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import polars as pl

from warehouse.intake import check_digits

_GAPS = str.maketrans("", "", " \t\r\n-.,/_·\u00a0\u2009\u200b\u3000（）()")


def identity(number: int) -> str:
    """The identity number of nobody: born in the year 1901, with the right check digit."""
    body = f"1101011901{number % 12 + 1:02d}{number % 28 + 1:02d}{number % 1000:03d}"
    return next(body + last for last in "0123456789X" if check_digits.is_identity_number(body + last))


def mobile(number: int) -> str:
    """A mobile number of no network's numbers in use."""
    return f"1400{number % 10_000_000:07d}"


def card(number: int) -> str:
    """A card number of no bank with the right check digit."""
    body = f"99990000{number % 10_000_000:07d}"
    return next(body + str(last) for last in range(10) if check_digits.passes_luhn(body + str(last)))


def found(folders: Iterable[Path], secrets: Iterable[str]) -> list[str]:
    """Where any of these values stands in the names or contents of all files below some folders."""
    wanted = [_plain(secret) for secret in secrets]
    hits = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            for where, text in _texts(path):
                plain = _plain(text)
                hits += [f"{where}: {secret}" for secret in wanted if secret in plain]
    return hits


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_GAPS)


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    yield f"name of {path}", path.name
    if not path.is_file():
        return
    if path.suffix == ".parquet":
        yield str(path), pl.read_parquet(path).select(pl.all().cast(pl.String)).write_csv()
    elif path.suffix == ".duckdb":
        yield from ((f"{path} {name}", text) for name, text in _tables(path))
    elif path.suffix == ".sqlite":
        with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as database:
            yield str(path), "\n".join(database.iterdump())
    yield from _in_bytes(str(path), path.read_bytes())


def _in_bytes(where: str, data: bytes) -> Iterator[tuple[str, str]]:
    if not data:
        return
    for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"):
        yield f"{where} as {encoding}", data.decode(encoding, "ignore")
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                yield f"{where}!", f"{info.filename} {info.comment!r}"
                yield from _in_bytes(f"{where}!{info.filename}", archive.read(info))
    with contextlib.suppress(OSError, EOFError, zlib.error):
        yield from _in_bytes(f"{where} unpacked", gzip.decompress(data))
    with contextlib.suppress(ValueError):
        # Escaped letters are letters.
        yield f"{where} as JSON", json.dumps(json.loads(data), ensure_ascii=False)


def _tables(path: Path) -> Iterator[tuple[str, str]]:
    # A copy: the pages of this process may have the file open with other settings.
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(shutil.copy(path, folder), read_only=True) as database:
        names = database.execute("select table_schema, table_name from information_schema.tables").fetchall()
        for schema, name in names:
            rows = database.execute(f'select columns(*)::varchar from "{schema}"."{name}"').fetchall()
            yield name, "\n".join("|".join(cell or "" for cell in row) for row in rows)
        yield "views", str(database.execute("select sql from duckdb_views() where not internal").fetchall())
