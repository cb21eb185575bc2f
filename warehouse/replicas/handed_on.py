"""What a replica hands on to the writer: files and one of four commands, run at the writer as if they were handed in there.

Sent: one line of JSON, then the files' bytes one after another. Answered: lines of JSON, the last with the command's own document.
"""

import base64
import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path, PurePosixPath
from typing import IO, Any

from warehouse.access import own_unit, people
from warehouse.intake.folder import latest_receipts
from warehouse.settings import Settings
from warehouse.system import scratch
from warehouse.system.children import STEP

# Who hands in at the other host, and for which units and regions that may be; nothing else of its environment is taken.
ACTING = (people.VARIABLE, own_unit.VARIABLE)
COMMANDS = ("check", "preview", "accept", "fix")
# Whoever hears nothing for several of these knows that the other side is gone.
BEAT_SECONDS = 4.0
LARGEST_HEAD = 1_000_000
MOST_FILES = 1000
LARGEST_BYTES = 4_000_000_000
LONGEST_NAME_BYTES = 240
# Stands for the folder that the files lie in, on either side.
HERE = "@handed-on@"
_AN_HOUR = 3600


class HandedOnError(Exception):
    """A request that is none; the message says why."""


class Room:
    """The files of one request, in a folder that goes with it, and the command that is run on them."""

    def __init__(self, settings: Settings) -> None:
        self.steps: list[str] = []
        self._settings = settings
        self._folder = scratch.folder()
        self._head = bytearray()
        self._told: dict[str, Any] | None = None
        self._waiting: list[tuple[Path, int]] = []
        self._file: IO[bytes] | None = None
        self._left = 0
        self._paths: list[Path] = []
        self._process: subprocess.Popen[str] | None = None
        self._is_ended = False

    def take(self, piece: bytes) -> None:
        """The next bytes of the request. Raises HandedOnError, or OSError when the disk does not take them."""
        if self._told is None:
            self._head += piece
            head, separator, rest = bytes(self._head).partition(b"\n")
            if len(head) > LARGEST_HEAD:
                raise HandedOnError("开头太长")
            if not separator:
                return
            self._told = self._understood(head)
            piece = rest
        while piece:
            if self._file is None and not self._next():
                raise HandedOnError("收到的比说好的多")
            if self._file is not None:
                self._file.write(piece[: self._left])
                taken = min(self._left, len(piece))
                self._left -= taken
                piece = piece[taken:]
                if not self._left:
                    self._close()

    def begin(self) -> None:
        """All has come. Raises HandedOnError when it has not."""
        if self._told is None:
            raise HandedOnError("没有传完整")
        # Empty files have no bytes that would begin them.
        while self._file is None and self._next():
            if not self._left:
                self._close()
        if self._file is not None:
            raise HandedOnError("没有传完整")

    def run(self) -> dict[str, Any]:
        """Run the command to its end, then forget the files; what came of it: `exit`, `document` and `said`."""
        try:
            return self._run()
        finally:
            self.leave()

    def end_looking(self) -> None:
        """Nobody waits any more: end what only looks. What publishes goes on to its end."""
        self._is_ended = True
        if self._process is not None and self._told is not None and self._told["command"] != "accept":
            self._process.terminate()

    def leave(self) -> None:
        """Forget the files."""
        if self._file is not None:
            self._file.close()
        self._folder.cleanup()

    def _understood(self, head: bytes) -> dict[str, Any]:
        try:
            told = json.loads(head)
            command, files = told["command"], [(str(one["name"]), int(one["size"])) for one in told["files"]]
            inside, stored = told.get("inside"), told.get("stored")
            acting = {name: str(told.get("acting", {})[name]) for name in ACTING if name in told.get("acting", {})}
            is_known = command in COMMANDS and told.get("lang") in ("zh", "en")
        except (ValueError, KeyError, TypeError):
            raise HandedOnError("看不懂的请求：两边的程序不是同一版") from None
        if not is_known or len(files) > MOST_FILES or any(size < 0 for _, size in files):
            raise HandedOnError("看不懂的请求：两边的程序不是同一版")
        if sum(size for _, size in files) > LARGEST_BYTES:
            raise HandedOnError(f"一次最多交 {LARGEST_BYTES // 1_000_000} MB，请分几次交")
        is_of_one = (stored is None) == (len(files) == 1) and (inside is None or stored is None)
        is_of_some = bool(files) and inside is None and stored is None
        if not (is_of_one if command == "fix" else is_of_some):
            raise HandedOnError("看不懂的请求：两边的程序不是同一版")
        for name, _ in files:
            if (
                not name
                or name in (".", "..")
                or "/" in name
                or "\0" in name
                or len(name.encode()) > LONGEST_NAME_BYTES
            ):
                raise HandedOnError("文件名用不了")
        if inside is not None and not _is_plain(inside):
            raise HandedOnError("文件名用不了")
        if stored is not None and stored not in _names_of_receipts(self._settings):
            raise HandedOnError("没有这个文件")
        self._waiting = [
            (Path(self._folder.name) / str(number) / name, size) for number, (name, size) in enumerate(files)
        ]
        return {**told, "inside": inside, "stored": stored, "acting": acting}

    def _next(self) -> bool:
        """Begin the next file, if there is one."""
        if not self._waiting:
            return False
        path, self._left = self._waiting.pop(0)
        path.parent.mkdir()
        self._file = path.open("wb")
        self._paths.append(path)
        return True

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            # Files that were written a moment ago may still be growing; these are whole.
            before = time.time() - _AN_HOUR
            os.utime(self._paths[-1], (before, before))

    def _run(self) -> dict[str, Any]:
        told = self._told or {}
        out = Path(self._folder.name) / "out"
        named = [str(path) for path in self._paths]
        if told["command"] == "fix":
            named = [str(self._settings.seeds / told["stored"])] if told["stored"] is not None else named
            named = [f"{named[0]}/{told['inside']}"] if told["inside"] is not None else named
            out.mkdir()
            named += ["--out", str(out)]
        options = ["--replace"] if told.get("replace") and told["command"] in ("preview", "accept") else []
        command = [
            sys.executable,
            "-m",
            "warehouse.command.cli",
            told["command"],
            *options,
            "--steps",
            "--json",
            "--lang",
            told["lang"],
        ]
        environment = {
            **os.environ, "UNIONBOARD_SEEDS": str(self._settings.seeds), "UNIONBOARD_HOME": str(self._settings.home),
            **told["acting"],
        }  # fmt: skip
        self._process = subprocess.Popen(  # noqa: S603 - our own command, arguments as a list
            [*command, *named], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, encoding="utf-8",
        )  # fmt: skip
        if self._is_ended:
            self.end_looking()
        said: list[str] = []
        reader = threading.Thread(target=self._read_steps, args=(self._process.stderr, said), daemon=True)
        reader.start()
        content = self._process.stdout.read() if self._process.stdout else ""
        code = self._process.wait()
        reader.join()
        document = None
        with contextlib.suppress(ValueError):
            document = json.loads(content.replace(self._folder.name, HERE))
        if told["command"] == "fix" and document and document.get("workbook"):
            written = out / Path(document["workbook"]).name
            document = {"workbook": written.name, "content": base64.b64encode(written.read_bytes()).decode()}
        return {"exit": code, "document": document, "said": "\n".join(said).replace(self._folder.name, HERE)}

    def _read_steps(self, stream: IO[str], said: list[str]) -> None:
        for line in stream:
            if line.startswith(STEP):
                self.steps.append(line.removeprefix(STEP).strip())
            else:
                said.append(line.rstrip())


def _is_plain(name: Any) -> bool:
    """Whether it is the name of something inside an archive, and leads nowhere else."""
    return (
        isinstance(name, str)
        and "\0" not in name
        and not name.startswith("/")
        and ".." not in PurePosixPath(name).parts
    )


def _names_of_receipts(settings: Settings) -> set[str]:
    """The files that the last refresh saw; others are nobody's to ask for."""
    try:
        return {one["file"] for one in latest_receipts.files(settings) if _is_plain(one["file"])}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
