"""One refresh: take the dropped files in, build, test, and publish a new release if something changed and every test passed."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from warehouse import build as building
from warehouse import compare, release
from warehouse.intake import take_in
from warehouse.intake.receipt import Receipt
from warehouse.intake.take_in import write_latest
from warehouse.lock import writer_lock
from warehouse.orphans import with_orphans
from warehouse.settings import Settings

Progress = Callable[[str], None]

# As many changes as a reader would look at; the rest is found by comparing the two releases.
CHANGES_KEPT = 200

LAST_REFRESH = "last_refresh.json"


@dataclass(frozen=True)
class RefreshResult:
    """What a refresh did; `seconds` by stage: intake, build, test, publish, total."""

    release: str | None
    published: bool
    reason: str
    receipts: tuple[Receipt, ...]
    tests_passed: int
    tests_failed: int
    failures: tuple[str, ...]
    seconds: dict[str, float]
    is_stopped: bool = False

    @property
    def has_refusals(self) -> bool:
        """Whether some file or some row was refused."""
        return any(receipt.status == "refused" or receipt.rows_quarantined for receipt in self.receipts)

    @property
    def exit_code(self) -> int:
        """As the command line returns it: 1 nothing published because it failed, 2 some file or row was refused, else 0."""
        if self.is_stopped:
            return 1
        return 2 if self.has_refusals else 0

    def as_json(self) -> dict[str, Any]:
        """The document that `refresh --json` prints."""
        return {
            "release": self.release,
            "published": self.published,
            "reason": self.reason,
            "files": [receipt.as_json() for receipt in self.receipts],
            "tests": {"passed": self.tests_passed, "failed": self.tests_failed, "failures": list(self.failures)},
            "seconds": {stage: round(seconds, 3) for stage, seconds in self.seconds.items()},
        }


def refresh(settings: Settings, progress: Progress | None = None) -> RefreshResult:
    """Bring the current release to what the seeds folder says; waits for another writer. The previous release stays on any failure.

    Raises LockedError when another writer does not finish, and OSError when the disk does not take the files.
    """
    say = progress or (lambda _: None)
    with writer_lock(settings.home, on_wait=say):
        try:
            result = _refresh(settings, say)
        except Exception as error:
            _remember(settings, {"published": False, "exit_code": 1, "reason": f"{type(error).__name__}: {error}"})
            raise
        _remember(settings, {**result.as_json(), "exit_code": result.exit_code, "files": len(result.receipts)})
        return result


def last_refresh(settings: Settings) -> dict[str, Any] | None:
    """How the last refresh ended: at, published, reason, exit_code and what else `refresh --json` prints; None before the first."""
    try:
        content: dict[str, Any] = json.loads((settings.home / LAST_REFRESH).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return content


def _remember(settings: Settings, outcome: dict[str, Any]) -> None:
    document = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **outcome}
    release.write_durably(settings.home / LAST_REFRESH, json.dumps(document, ensure_ascii=False))


def _refresh(settings: Settings, say: Progress) -> RefreshResult:
    clock = _Clock()
    intake = take_in(settings, lambda name, number, total: say(f"读入 {number}/{total} {name}"))
    clock.stage("intake")
    project = building.project_fingerprint(settings)
    parts = (project, intake.fingerprint, settings.today.isoformat())
    fingerprint = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    current = release.current(settings)

    def result(published: bool, reason: str, **rest: Any) -> RefreshResult:
        tests = {"tests_passed": 0, "tests_failed": 0, "failures": ()}
        now = release.current(settings)
        receipts = with_orphans(intake.receipts, now.path) if now else intake.receipts
        write_latest(settings, receipts)
        name = now.id if now else None
        return RefreshResult(name, published, reason, receipts, **{**tests, **rest}, seconds=clock.seconds())

    if current is not None and current.manifest.get("fingerprint") == fingerprint:
        return result(False, "没有变化，当前版本仍然有效。")

    # Unit tests try the models on rows of their own; what they say changes with the models, never with a dropped file.
    is_project_known = current is not None and current.manifest.get("project") == project
    candidate = release.candidate_path(settings, building.DATABASE_FILE)
    try:
        built = building.build(
            settings,
            candidate,
            lambda node: say(f"构建 {node}"),
            leave_out=["unit_test"] if is_project_known else [],
        )
    except building.BuildError as error:
        return result(False, f"模型构建失败，未发布，原版本不变：{error}", is_stopped=True)
    clock.stage("build")
    # Tests run among the models; what they took is told apart.
    clock.move("build", "test", built.test_seconds)
    outcome = {"tests_passed": built.tests_passed, "tests_failed": built.tests_failed, "failures": built.failures}
    if built.tests_failed:
        reason = f"{built.tests_failed} 项检查未通过，未发布，原版本不变：{'；'.join(built.failures)}"
        return result(False, reason, is_stopped=True, **outcome)

    say("发布")
    release.seal(candidate)
    changes = compare.kpi_changes(current.path, candidate) if current else []
    now = datetime.now(UTC)
    manifest = {
        "created_at": now.isoformat(timespec="seconds"),
        "fingerprint": fingerprint,
        "project": project,
        "previous": current.id if current else None,
        "today": settings.today.isoformat(),
        "tests": {"passed": built.tests_passed, "failed": 0},
        "files": len(intake.receipts),
        "changes_total": len(changes),
        "changes": changes[:CHANGES_KEPT],
        "seconds": clock.seconds(),
    }
    published = release.publish(settings, candidate, release.new_id(now, fingerprint), manifest)
    clock.stage("publish")
    return result(True, f"已发布 {published.id}，{len(changes)} 个指标值有变化。", **outcome)


class _Clock:
    """Seconds by stage, in the order in which the stages ended."""

    def __init__(self) -> None:
        self._begin = self._last = time.perf_counter()
        self._stages = dict.fromkeys(("intake", "build", "test", "publish"), 0.0)

    def stage(self, name: str) -> None:
        now = time.perf_counter()
        self._stages[name] += now - self._last
        self._last = now

    def move(self, source: str, target: str, seconds: float) -> None:
        self._stages[source] -= seconds
        self._stages[target] += seconds

    def seconds(self) -> dict[str, float]:
        return {**self._stages, "total": time.perf_counter() - self._begin}
