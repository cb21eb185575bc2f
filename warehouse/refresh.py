"""One refresh: take the dropped files in, build, test, and publish a new release if something changed and every test passed."""

import contextlib
import errno
import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.access import audit
from warehouse.build import candidate as building
from warehouse.build.dbt import DbtProcess, dbt_process
from warehouse.build.project import models_fingerprint
from warehouse.intake.folder import latest_receipts, mounts, set_aside
from warehouse.intake.folder.orphans import with_orphans
from warehouse.intake.folder.take_in import take_in
from warehouse.intake.receipt import Receipt
from warehouse.releases import compare, held, in_use, limits, release, retention, rollback, summary
from warehouse.releases.compare import Compared
from warehouse.releases.held import Held
from warehouse.releases.summary import Summary
from warehouse.settings import Settings
from warehouse.system import durable, journal, private
from warehouse.system.full_disk import is_full
from warehouse.system.lock import LockedError, writer_lock

Progress = Callable[[str], None]

# As many changes as a reader would look at; the rest is found by comparing the two releases.
CHANGES_KEPT = 200

LAST_REFRESH = "last_refresh.json"

_log = logging.getLogger("unionboard.refresh")


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
    held: Held | None = None
    summary: Summary | None = None

    @property
    def outcome(self) -> str:
        """published, unchanged, held (beyond the limits, waits for a word) or failed."""
        if self.held is not None:
            return "held"
        if self.is_stopped:
            return "failed"
        return "published" if self.published else "unchanged"

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
            "outcome": self.outcome,
            "held": self.held.as_json() if self.held else None,
            "summary": self.summary.as_json() if self.summary else None,
        }


def refresh(settings: Settings, progress: Progress | None = None, confirm: bool = False) -> RefreshResult:
    """Bring the current release to what the seeds folder says; waits for another writer. The previous release stays on any failure.

    A candidate beyond the limits of release_limits.csv is kept aside, unless `confirm` says that it is meant.

    Raises LockedError when another writer does not finish or another program has the release open for writing, OSError when the disk
    does not take the files or the seeds folder cannot be seen, and LimitsError when the limits cannot be read.
    """
    say = progress or (lambda _: None)
    with (
        private.writing(settings),
        writer_lock(settings.home, on_wait=say),
        journal.writing(settings.logs / "refresh.jsonl", "unionboard"),
        journal.run(journal.new_id()) as refresh_id,
    ):
        _log.info("refresh begins", extra={"seeds": str(settings.seeds), "today": settings.today.isoformat()})
        try:
            audit.check(settings)
            in_use.check(settings)
            retention.sweep(settings)
            release.begin_signing(settings)
            rollback.complete(settings)
            seen = mounts.check(settings, confirm)
            result = _refresh(settings, say, confirm)
        except Exception as error:
            reason = str(error) if isinstance(error, LockedError) else f"{type(error).__name__}: {error}"
            _log.exception("refresh fails", extra={"outcome": "failed"})
            # On a full disk even this may not fit; what went wrong is raised all the same.
            with contextlib.suppress(OSError):
                retention.sweep(settings)
                _remember(
                    settings, refresh_id, {"published": False, "outcome": "failed", "exit_code": 1, "reason": reason}
                )
            if not isinstance(error, OSError) and is_full(error):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(settings.home)) from error
            # Opened there while we were at work.
            if not isinstance(error, LockedError) and (conflict := in_use.conflict_of(error)) is not None:
                raise in_use.InUseError(conflict.zh) from error
            raise
        release.discard_candidate(settings)
        mounts.remember(settings, seen)
        told = {**result.as_json(), "exit_code": result.exit_code, "files": len(result.receipts)}
        _remember(settings, refresh_id, told)
        if result.outcome != "unchanged":
            _record(settings, result)
        _log.log(logging.ERROR if result.is_stopped else logging.INFO, "refresh ends", extra=told)
        return result


def stopped(settings: Settings, reason: str) -> dict[str, Any]:
    """The document of `refresh --json` for a refresh that could not even be tried."""
    now = release.current(settings)
    return RefreshResult(
        now.id if now else None, False, reason, (), 0, 0, (), _Clock().seconds(), is_stopped=True
    ).as_json()


def confirm_held(settings: Settings, release_id: str | None = None, wait_seconds: float = 600.0) -> release.Release:
    """Publish the candidate that waits for a word. Raises ReleaseError as held.confirm does, LockedError when another writer works."""
    with (
        private.writing(settings),
        writer_lock(settings.home, wait_seconds),
        journal.writing(settings.logs / "refresh.jsonl", "unionboard"),
    ):
        audit.check(settings)
        published = held.confirm(settings, release_id)
        set_aside.decide(settings)
        retention.remove_old(settings)
        audit.record(settings, "release.confirm", release=published.id)
        _log.info("release confirmed", extra={"release": published.id})
        return published


def last_refresh(settings: Settings) -> dict[str, Any] | None:
    """How the last refresh ended: at, published, reason, exit_code and what else `refresh --json` prints; None before the first."""
    try:
        content: dict[str, Any] = json.loads((settings.home / LAST_REFRESH).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        return None
    return content


def _remember(settings: Settings, refresh_id: str, told: dict[str, Any]) -> None:
    before = last_refresh(settings) or {}
    totals = {**before.get("totals", {})}
    totals[told["outcome"]] = totals.get(told["outcome"], 0) + 1
    at = datetime.now(UTC).isoformat(timespec="seconds")
    document = {"at": at, "refresh_id": refresh_id, **told, "totals": totals}
    durable.write_text(settings.home / LAST_REFRESH, json.dumps(document, ensure_ascii=False))


def _record(settings: Settings, result: RefreshResult) -> None:
    if result.held is not None:
        audit.record(settings, "release.wait", release=result.held.id)
        return
    outcome = audit.FAILED if result.is_stopped else audit.DONE
    audit.record(settings, "release.publish", outcome, release=result.release, files=len(result.receipts))


def _refresh(settings: Settings, say: Progress, confirm: bool) -> RefreshResult:
    with dbt_process(settings) as dbt:
        # Where the models are not compiled yet, that is done while the files are read.
        dbt.begin()
        return _refresh_beside(dbt, settings, say, confirm)


def _refresh_beside(dbt: DbtProcess, settings: Settings, say: Progress, confirm: bool) -> RefreshResult:
    clock = _Clock()
    allowed = limits.read(settings)
    with ThreadPoolExecutor(max_workers=1) as beside:
        # Its bytes are read now: a release that rotted must neither stand as unchanged nor be built upon.
        standing = beside.submit(release.current, settings, again=True)
        intake = take_in(settings, lambda name, number, total: say(f"读入 {number}/{total} {name}"))
        current = standing.result()
    clock.stage("intake")
    project = building.project_fingerprint(settings)
    parts = (project, intake.fingerprint, settings.today.isoformat())
    fingerprint = hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def result(published: bool, reason: str, **rest: Any) -> RefreshResult:
        tests = {"tests_passed": 0, "tests_failed": 0, "failures": ()}
        now = release.current(settings)
        receipts = with_orphans(intake.receipts, now.path) if now else intake.receipts
        latest_receipts.write(settings, receipts)
        name = now.id if now else None
        return RefreshResult(name, published, reason, receipts, **{**tests, **rest}, seconds=clock.seconds())

    if current is not None and current.manifest.get("fingerprint") == fingerprint:
        held.discard(settings)
        if current.id != release.current_id(settings):
            release.point_to(settings, current.id)
            return result(True, f"当前版本已损坏，改用内容相同的完好版本 {current.id}。")
        return result(False, "没有变化，当前版本仍然有效。")
    waiting = held.current(settings)
    if waiting is not None and waiting.manifest.get("fingerprint") == fingerprint:
        if confirm:
            published = held.confirm(settings)
            set_aside.decide(settings)
            clock.stage("publish")
            return result(True, f"已确认并发布 {published.id}。")
        return result(False, waiting.sentence, is_stopped=True, held=waiting)

    # Unit tests try the models on rows of their own; what they say changes with the models, never with a dropped file.
    models = models_fingerprint()
    are_models_known = current is not None and current.manifest.get("models") == models
    candidate = release.candidate_path(settings, building.DATABASE_FILE)
    try:
        built = building.build(
            settings,
            candidate,
            say,
            base=release_base(current) if current else None,
            with_unit_tests=not are_models_known,
            dbt=dbt,
        )
    except building.BuildError as error:
        release.discard_candidate(settings)
        if is_full(error):
            raise
        return result(False, f"模型构建失败，未发布，原版本不变：{error}", is_stopped=True)
    clock.stage("build")
    # Tests run among the models; what they took is told apart.
    clock.move("build", "test", built.test_seconds)
    outcome = {"tests_passed": built.tests_passed, "tests_failed": built.tests_failed, "failures": built.failures}
    if built.tests_failed:
        release.discard_candidate(settings)
        reason = f"{built.tests_failed} 项检查未通过，未发布，原版本不变：{'；'.join(built.failures)}"
        return result(False, reason, is_stopped=True, **outcome)

    say("发布")
    aside = set_aside.out(set_aside.load(settings))
    excesses, compared = _compared(current, candidate, built.relations, [] if confirm else allowed, aside)
    short = summary.of(compared) if compared else None
    if not confirm:
        excesses += rollback.withdrawn_again(settings, project, intake.receipts)
    now = datetime.now(UTC)
    manifest = {
        "created_at": now.isoformat(timespec="seconds"),
        "fingerprint": fingerprint,
        "project": project,
        "models": models,
        "previous": current.id if current else None,
        "today": settings.today.isoformat(),
        "tests": {"passed": built.tests_passed, "failed": 0},
        "files": len(intake.receipts),
        "changes_total": len(compared.changes) if compared else 0,
        "changes": summary.weightiest(compared, CHANGES_KEPT) if compared else [],
        "what": compared.what.as_json() if compared else {},
        "keys": dict(built.keys),
        "partitions": {name: dict(digests) for name, digests in built.partitions.items()},
        "made_of": {name: dict(inputs) for name, inputs in built.made_of.items()},
        "seconds": clock.seconds(),
    }
    newest = release.newest_id(settings)
    release_id = release.new_id(now, fingerprint, newest)
    if excesses:
        kept = held.keep_aside(settings, candidate, release_id, manifest, excesses)
        clock.stage("publish")
        return result(False, kept.sentence, is_stopped=True, held=kept, summary=short, **outcome)
    published = release.publish(settings, candidate, release_id, manifest)
    if confirm:
        set_aside.decide(settings)
    held.discard(settings)
    retention.remove_old(settings)
    clock.stage("publish")
    nothing_before = "这是第一个版本" if newest is None else "没有完好的上一版可以比较"
    said = short.sentence() if short else nothing_before
    return result(True, f"已发布 {published.id}，{said}。", summary=short, **outcome)


def _compared(
    current: release.Release | None,
    candidate: Path,
    built: Collection[str],
    allowed: Sequence[limits.Limit],
    aside: Collection[str],
) -> tuple[list[limits.Excess], Compared | None]:
    """What the candidate changes beyond the limits, and all that it changes; None where there is nothing to compare with."""
    if current is None:
        return [], None
    with ThreadPoolExecutor(max_workers=1) as beside:
        excesses = beside.submit(limits.beyond, current.path, candidate, allowed, built, aside)
        found = compare.compared(current.path, candidate, built)
        return excesses.result(), found


def release_base(current: release.Release) -> building.Base:
    """The release as what a build may start from; a release of an earlier version has no keys, so everything is built."""
    known = current.manifest
    return building.Base(current.path, known.get("keys", {}), known.get("partitions", {}), known.get("made_of", {}))


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
