"""Commands of unionboard run in processes of their own, with their progress, so that long work never holds up a page."""

import json
import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Sequence
from typing import IO, Any

from dashboard.i18n import is_english
from warehouse import settings as warehouse_settings
from warehouse.access import own_unit, people, scopes
from warehouse.replicas.forward import TRY_AGAIN
from warehouse.replicas.handed_on import COMMANDS
from warehouse.system import copied
from warehouse.system.children import STEP

STEPS_KEPT = 400


class Job:
    """One command on its way: what it is doing, and in the end its JSON document, its exit status and what it said."""

    def __init__(self, arguments: Sequence[str], may_be_ended: bool) -> None:
        """Starts `unionboard …`; the installation is that of the UNIONBOARD_… variables.

        `may_be_ended`: whether the command only looks, so that it is ended when nobody waits for it any more.
        """
        scopes.require(*_NEEDS.get(arguments[0], (scopes.PUBLISH,)))
        language = "en" if is_english() else "zh"
        module = "warehouse.replicas.forward" if _is_handed_on(arguments[0]) else "warehouse.command.cli"
        command = [sys.executable, "-m", module, *arguments, "--steps", "--json", "--lang", language]
        self.begin = time.monotonic()
        self.steps: list[str] = []
        self._said: list[str] = []
        self._out: list[str] = []
        self._process = subprocess.Popen(  # noqa: S603 - our own command, arguments as a list
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=_environment(),
        )
        readers = [
            threading.Thread(target=_read_steps, args=(self._process.stderr, self.steps, self._said), daemon=True),
            threading.Thread(target=_read, args=(self._process.stdout, self._out), daemon=True),
        ]
        for reader in readers:
            reader.start()
        self._readers = readers
        if may_be_ended:
            weakref.finalize(self, _end, self._process)

    @property
    def is_running(self) -> bool:
        """Whether it has not come to its end."""
        return self._process.poll() is None or any(reader.is_alive() for reader in self._readers)

    @property
    def seconds(self) -> float:
        """How long ago it began."""
        return time.monotonic() - self.begin

    @property
    def document(self) -> dict[str, Any] | None:
        """Its JSON document; None while it runs, or when it failed before it had one."""
        if self.is_running:
            return None
        try:
            found: dict[str, Any] = json.loads("".join(self._out))
        except json.JSONDecodeError:
            return None
        return found

    @property
    def exit_code(self) -> int | None:
        """Its exit status; None while it runs."""
        return None if self.is_running else self._process.returncode

    @property
    def may_be_tried_again(self) -> bool:
        """Whether it was to be run at the writer, which did not answer; nothing is lost."""
        return self.exit_code == TRY_AGAIN

    @property
    def said(self) -> str:
        """What it told people, for the case that it failed."""
        return "\n".join(self._said).strip()

    def wait(self) -> "Job":
        """Wait for its end."""
        self._process.wait()
        for reader in self._readers:
            reader.join()
        return self

    def end(self) -> None:
        """End it."""
        _end(self._process)


# What somebody must be allowed to do for each command that a page runs.
_NEEDS = {
    "check": (scopes.HAND_IN, scopes.PREVIEW),
    "fix": (scopes.HAND_IN, scopes.PREVIEW),
    "preview": (scopes.HAND_IN, scopes.PREVIEW),
    "accept": (scopes.HAND_IN,),
    "countersign": (scopes.COUNTERSIGN, scopes.HAND_IN),
    "undo": (scopes.UNDO, scopes.ROLL_BACK),
    "readmit": (scopes.UNDO, scopes.ROLL_BACK),
}


def _environment() -> dict[str, str] | None:
    """The command acts for the person whose page starts it, within what that person may hand in."""
    if not scopes.is_enforced():
        return None
    told = own_unit.told(scopes.current())
    return {**os.environ, people.VARIABLE: people.acting().as_variable(), own_unit.VARIABLE: told}


def _is_handed_on(command: str) -> bool:
    """Whether a command about files that are handed in is the writer's to run, because this is a copy."""
    return command in COMMANDS and copied.is_copy(warehouse_settings.load().home)


def _end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.terminate()


def _read_steps(stream: IO[str], steps: list[str], said: list[str]) -> None:
    for line in stream:
        if line.startswith(STEP):
            steps.append(line.removeprefix(STEP).strip())
            del steps[:-STEPS_KEPT]
        else:
            said.append(line.rstrip())


def _read(stream: IO[str], out: list[str]) -> None:
    out.append(stream.read())
