"""The first visit of the overview and of a programme page, beside an empty Streamlit page served the same way."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.timing import Comparison, in_turn
from tests.browser import chromium
from warehouse import settings as settings_module
from warehouse.refresh import refresh

# A page is there when its markup has not changed for this long.
QUIET_MILLISECONDS = 400
_SETTLED = """
(quiet) => new Promise(done => {
  let timer = setTimeout(done, quiet);
  new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(done, quiet); })
    .observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
})
"""


OURS = "from dashboard.server import serve; from warehouse import settings; serve(settings.load(), port={port})"


def serving(script: Path) -> str:
    """What serves another script the way ours is served."""
    return (
        "from pathlib import Path; from dashboard import server; from warehouse import settings; "
        f"server.SCRIPT = Path({str(script)!r}); server.serve(settings.load(), port={{port}})"
    )


def as_usual(script: Path) -> str:
    """What serves a script as its author would: `streamlit run`, nothing set but the address."""
    words = [
        "streamlit",
        "run",
        str(script),
        "--server.headless",
        "true",
        "--server.address",
        "127.0.0.1",
        "--server.port",
    ]
    return f"import sys; from streamlit.web import cli; sys.argv = [*{words!r}, '{{port}}']; cli.main()"


def run() -> list[Comparison]:
    """Visits in a fresh browser profile each, so that nothing is cached."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_module.load(home=Path(folder) / "home")
        refresh(settings)
        empty = Path(folder) / "empty.py"
        empty.write_text("import streamlit as st\nst.title('empty')\n", encoding="utf-8")
        with (
            served(OURS, settings.home) as board,
            served(serving(empty), settings.home) as floor,
            chromium.running() as browser,
        ):
            return [
                in_turn(
                    f"first visit of {name}",
                    partial(_visit, browser, board + path),
                    "an empty page",
                    lambda: _visit(browser, floor),
                )
                for name, path in (("the overview", "/"), ("a programme page", "/dispute-mediation"))
            ]


def _visit(browser: Any, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    # Looked at in every frame: a selector is waited for in steps of up to half a second.
    page.wait_for_function("() => document.querySelector('h1')?.checkVisibility()")
    page.evaluate(_SETTLED, QUIET_MILLISECONDS)
    context.close()


@contextlib.contextmanager
def served(code: str, home: Path) -> Iterator[str]:
    """The address of a server that this code starts, stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "UNIONBOARD_HOME": str(home)}
    server = subprocess.Popen([sys.executable, "-c", code.format(port=port)], env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                break
            time.sleep(0.25)
        yield address
    finally:
        server.terminate()
        server.wait(15)
