"""dbt in a process of its own: it compiles while files are read, and what it holds in memory goes when it ends.

Here the parent's side; what the child does stands in `dbt_process`. They speak lines.
"""

import contextlib
import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from warehouse.build import plan as planning
from warehouse.build import project
from warehouse.build.project import BuildError
from warehouse.settings import Settings
from warehouse.system.children import speaking

LOG = "dbt-process.log"


class DbtProcess:
    """The child, as long as one refresh needs it; it is started by the first question."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._child: subprocess.Popen[str] | None = None
        self._asked: list[str] = []
        self._answers: dict[str, dict[str, Any]] = {}

    def begin(self) -> None:
        """Begin to compile, and to run the models' unit tests, without waiting for the end, where the models are not known yet."""
        if not planning.is_known(self._settings):
            self._ask("compile")
            if not planning.is_unit_tested(self._settings):
                self._ask("unit_tests")

    def compile(self) -> None:
        """Make the plan known. Raises BuildError when the project cannot be parsed or compiled, OSError on a full disk."""
        if not planning.is_known(self._settings):
            self._answer("compile")

    def run_unit_tests(self) -> list[str]:
        """What fails of the models' unit tests, as name and message; models that have passed are not asked again."""
        if planning.is_unit_tested(self._settings):
            return []
        failures: list[str] = self._answer("unit_tests")["failures"]
        if not failures:
            planning.note_unit_tested(self._settings)
        return failures

    def end(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def _ask(self, question: str) -> None:
        if self._child is None:
            self._child = _start(self._settings)
        assert self._child.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # The answer that does not come tells what happened.
            self._child.stdin.write(question + "\n")
            self._child.stdin.flush()
        self._asked.append(question)

    def _answer(self, question: str) -> dict[str, Any]:
        """The child's answer; what was asked before is answered before."""
        if question not in self._asked and question not in self._answers:
            self._ask(question)
        assert self._child is not None and self._child.stdout is not None
        while question not in self._answers:
            line = self._child.stdout.readline()
            if not line:
                code = self._child.wait()
                raise BuildError(f"dbt 的进程意外结束（{code}），详情在 {self._settings.logs / LOG}。")
            self._answers[self._asked.pop(0)] = json.loads(line)
        answer = self._answers[question]
        if answer.get("is_full"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._settings.home))
        if "error" in answer:
            raise BuildError(answer["error"])
        return answer


@contextlib.contextmanager
def dbt_process(settings: Settings) -> Iterator[DbtProcess]:
    """The child of one refresh, ended with it."""
    process = DbtProcess(settings)
    try:
        yield process
    finally:
        process.end()


def _start(settings: Settings) -> "subprocess.Popen[str]":
    return speaking(Path(sys.executable), "warehouse.build.dbt_process", project.in_use(), settings, LOG)
