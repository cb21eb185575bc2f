"""A command of the upload page, run at the writer instead of here: the same arguments, steps, JSON and exit status as `unionboard`.

Nothing is lost when the writer is away: the files stay where they are, the exit status is 75 and the sentence says to try again. What was
sent twice counts once.
"""

import argparse
import base64
import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from warehouse import settings as settings_module
from warehouse.replicas import secret
from warehouse.replicas.handed_on import ACTING, BEAT_SECONDS, COMMANDS, HERE
from warehouse.replicas.secret import SecretError
from warehouse.replicas.sources import OFFER, RefusedError, SourceError, Writer
from warehouse.settings import Settings
from warehouse.system import copied, journal
from warehouse.system.children import STEP

# The usual status of what may succeed when it is tried again.
TRY_AGAIN = 75
PIECE = 1 << 20
_AWAY = (
    "联系不上发布主机，这些文件现在交不上去。文件没有丢，还在这一页上；过一会儿再点一次就行。原因在这台看板的日志 handed_on.jsonl 里。",
    "The publishing host cannot be reached now. Nothing is lost: the files are still on this page; try again in a while.",
)
_BROKEN_OFF = (
    "发布主机的回答中断了，不知道它收下没有。文件还在这一页上，请再点一次：已经收下的不会算两遍。",
    "The publishing host's answer broke off, so it is not known whether it took the files. Try again: what it took is not counted twice.",
)
_STILL_HERE = ("。文件没有丢，还在这一页上。", ". Nothing is lost: the files are still on this page.")
_log = logging.getLogger("unionboard.handed_on")
# The writer gives a sign of life every few seconds; before the first it has to take the files.
WAIT_SECONDS = 10 * BEAT_SECONDS


class BrokenOffError(Exception):
    """The answer broke off, so that nobody knows what became of the files."""


def main() -> None:
    """Entry point: `python -m warehouse.replicas.forward check FILE… --steps --json --lang zh`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--replace", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--lang", default="zh")
    parser.add_argument("--steps", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    settings = settings_module.load()
    is_english = arguments.lang == "en"
    try:
        writer = _writer_of(settings)
        head, files = _told(settings, arguments)
        told = _handed_on(writer, head, files)
    except (RefusedError, ValueError) as error:
        _give_up(str(error).rstrip("。") + _STILL_HERE[is_english])
    except (SourceError, SecretError) as error:
        # Where the writer is and what it is asked with is for those who run it, not for every reader.
        with journal.writing(settings.logs / "handed_on.jsonl", "unionboard.handed_on"):
            _log.error("handing on fails", extra={"problem": str(error)})
        _give_up(_AWAY[is_english])
    except BrokenOffError:
        _give_up(_BROKEN_OFF[is_english])
    document = _here(told["document"], files)
    if told["said"]:
        sys.stderr.write(_text_here(told["said"], files) + "\n")
    if arguments.command == "fix" and document and "content" in document:
        path = (arguments.out or Path(".")) / Path(document["workbook"]).name
        path.write_bytes(base64.b64decode(document["content"]))
        document = {"workbook": str(path)}
    if document is not None:
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    sys.exit(told["exit"])


def _writer_of(settings: Settings) -> Writer:
    state = copied.load(settings.home)
    if state is None or state.writer is None:
        raise ValueError("这台看板不知道把文件转到哪里：请用 serve --writer 写上发布主机的地址")
    return Writer(state.writer, secret.from_environment(secret.TOKEN_FILE))


def _told(settings: Settings, arguments: argparse.Namespace) -> tuple[dict[str, Any], list[Path]]:
    """What is said before the files, and the files."""
    inside = stored = None
    files: list[Path] = list(arguments.paths)
    if arguments.command == "fix":
        asked = files[0]
        if asked.is_relative_to(settings.seeds):
            # A file of the writer's folder, called as its receipt calls it.
            files, stored = [], asked.relative_to(settings.seeds).as_posix()
        elif not asked.exists():
            archive = next((one for one in asked.parents if one.is_file()), None)
            if archive is None:
                raise ValueError(f"找不到 {asked.name}")
            files, inside = [archive], asked.relative_to(archive).as_posix()
    listed = [{"name": path.name, "size": path.stat().st_size} for path in files]
    head = {
        "command": arguments.command,
        "lang": "en" if arguments.lang == "en" else "zh",
        "replace": arguments.replace,
        "files": listed,
        "inside": inside,
        "stored": stored,
        # The writer holds the person to what the person may hand in, as this host would.
        "acting": {name: os.environ[name] for name in ACTING if name in os.environ},
    }
    return head, files


def _handed_on(writer: Writer, head: dict[str, Any], files: list[Path]) -> dict[str, Any]:
    first = json.dumps(head, ensure_ascii=False).encode() + b"\n"
    size = len(first) + sum(one["size"] for one in head["files"])
    headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
    is_begun = False
    try:
        with writer.asked("POST", f"{OFFER}/jobs", headers, _bytes(first, files), WAIT_SECONDS) as answer:
            is_begun = True
            while line := answer.readline():
                told: dict[str, Any] = json.loads(line)
                if "exit" in told:
                    return told
                if "step" in told:
                    sys.stderr.write(f"{STEP}{told['step']}\n")
                    sys.stderr.flush()
    except (SourceError, ValueError):
        if not is_begun:
            raise
    raise BrokenOffError


def _bytes(first: bytes, files: list[Path]) -> Iterator[bytes]:
    yield first
    for path in files:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _here(document: Any, files: list[Path]) -> Any:
    """The document with the writer's paths of these files as they are here."""
    return document if document is None else json.loads(_text_here(json.dumps(document), files, quoted=True))


def _text_here(text: str, files: list[Path], quoted: bool = False) -> str:
    for number, path in enumerate(files):
        place = str(path.parent)
        text = text.replace(f"{HERE}/{number}/", (json.dumps(place)[1:-1] if quoted else place) + os.sep)
    return text


def _give_up(said: str) -> None:
    sys.stderr.write(said + "\n")
    sys.exit(TRY_AGAIN)


if __name__ == "__main__":
    main()
