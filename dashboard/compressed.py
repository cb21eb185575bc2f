"""Streamlit's own static files as they go over the wire: by brotli where the browser takes it, else by gzip, each compressed once.

`python -m dashboard.compressed`, which `make setup` runs, does it as well as brotli can, once for each version of Streamlit. A server
that finds nothing of that compresses quickly instead, before the first visitor comes. Browsers take brotli over TLS and from
their own machine only; everybody else gets gzip.
"""

import gzip
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import brotli
import streamlit
from streamlit import file_util

from warehouse.settings import OWN_HOME
from warehouse.system.durable import remove_temporaries, replacing

# Every encoding by name, the better first.
ENCODINGS = ("br", "gzip")
# What is smaller gains nothing by being compressed.
WORTH_COMPRESSING = 1_000
# What our pages load beyond what index.html names; a name that Streamlit changes only costs the first visitor a moment.
ASSETS_OF_OUR_PAGES = frozenset(
    {"BidiComponent", "Html", "Selectbox", "ButtonGroup", "PlotlyChart", "DownloadButton", "purify"}
)
# The best takes a hundred times as long as the quick one, which takes as long as gzip and is a tenth smaller.
BEST, QUICK = 11, 5
_KEPT = OWN_HOME / "static"


def best_of(accepted: str) -> str | None:
    """The encoding to answer an Accept-Encoding header with; None when the browser takes neither."""
    offers = {}
    for part in accepted.lower().split(","):
        name, _, quality = part.partition(";")
        offers[name.strip()] = quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((name for name in ENCODINGS if offers.get(name, offers.get("*", False))), None)


@cache
def assets() -> dict[str, Path]:
    """By address, the hashed assets worth compressing; fonts and pictures are compressed already."""
    root = Path(file_util.get_static_dir())
    return {
        "/" + path.relative_to(root).as_posix(): path
        for path in (root / "static").rglob("*")
        if path.suffix in (".js", ".css", ".svg", ".json") and path.stat().st_size >= WORTH_COMPRESSING
    }


def content(path: Path, encoding: str) -> bytes:
    """One asset in an encoding of `ENCODINGS`."""
    return _MAKERS[encoding](path)


def prepare() -> None:
    """What a first visit asks for, so that the first visitor does not wait for it; a fraction of a second of work."""
    for encoding in ENCODINGS:
        for path in _asked_first():
            content(path, encoding)


def compress_for_good(folder: Path = _KEPT) -> int:
    """Compress what a first visit asks for as well as can be and keep it; the number of files that were not there yet.

    What was kept of other versions of Streamlit goes.
    """
    place = folder / streamlit.__version__
    for other in folder.glob("*"):
        if other != place:
            shutil.rmtree(other)
    remove_temporaries(folder)
    made = 0
    for path in _asked_first():
        kept = place / f"{path.name}.br"
        if not kept.exists():
            with replacing(kept) as temporary:
                temporary.write_bytes(brotli.compress(path.read_bytes(), quality=BEST, lgwin=24))
            made += 1
    return made


def _asked_first() -> list[Path]:
    wanted = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
    return [path for path in assets().values() if path.name in wanted or path.name.split(".")[0] in ASSETS_OF_OUR_PAGES]


@cache
def _brotli(path: Path) -> bytes:
    # The names of Streamlit's assets change with their content, so what is kept under a name and a version is of that content.
    try:
        return (_KEPT / streamlit.__version__ / f"{path.name}.br").read_bytes()
    except OSError:
        return bytes(brotli.compress(path.read_bytes(), quality=QUICK, lgwin=24))


@cache
def _gzip(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)


_MAKERS: dict[str, Callable[[Path], bytes]] = {"br": _brotli, "gzip": _gzip}


if __name__ == "__main__":
    compress_for_good()
