"""The releases: the current one, those before it, and what each changed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from dashboard.data import changes as changed
from dashboard.data import connection, sight
from dashboard.data.caching import per_release
from dashboard.data.changes import Change
from warehouse import settings as warehouse_settings
from warehouse.access import scopes
from warehouse.intake.folder import set_aside
from warehouse.intake.folder.set_aside import Taken
from warehouse.refresh import confirm_held
from warehouse.releases import compare, retention, rollback
from warehouse.releases import held as warehouse_held
from warehouse.releases import release as warehouse_release
from warehouse.releases.held import Held
from warehouse.releases.release import Release, ReleaseError
from warehouse.releases.what_changed import WhatChanged
from warehouse.settings import TIME_ZONE, Settings
from warehouse.system import copied
from warehouse.system.copied import Copy
from warehouse.system.lock import writer_lock

# A page that waits longer for another writer would look broken.
WAIT_SECONDS = 8.0


@dataclass(frozen=True)
class ReleaseNote:
    """A release and what its manifest says; `changes` holds the largest, `changes_total` counts all."""

    id: str
    created_at: datetime
    reason: str
    tests_passed: int
    tests_failed: int
    seconds: float | None
    previous: str | None
    changes: tuple[Change, ...]
    changes_total: int
    is_current: bool
    is_pinned: bool
    problem: str | None
    withdrawn: str | None = None


def current_id() -> str | None:
    """The id of the release that is shown, or None before the first one: the current one, or the last whole one where it is damaged."""
    shown = serving(warehouse_settings.load())
    return shown.id if shown else None


def serving(settings: Settings) -> Release | None:
    """The release that pages read; its bytes were checked once in this process. Two small files are read."""
    return warehouse_release.current(settings)


def damage(settings: Settings) -> str | None:
    """What is wrong with the current release, so that another is shown; None when nothing is."""
    return warehouse_release.problem_of_current(settings)


def damage_now() -> str | None:
    """What is wrong with the current release of this installation; see damage."""
    return damage(warehouse_settings.load())


def damage_of(release_id: str) -> str | None:
    """What is wrong with a release on disk, as a Chinese sentence without a full stop; None when it is whole.

    Its bytes are read once in this process for each state of the file.
    """
    try:
        return warehouse_release.find(warehouse_settings.load(), release_id).problem()
    except ReleaseError as error:
        return str(error).rstrip("。")


def is_stand_in(release_id: str) -> bool:
    """Whether this release is shown because the current one is damaged."""
    settings = warehouse_settings.load()
    return warehouse_release.current_id(settings) != release_id and damage(settings) is not None


def check_again() -> None:
    """Read the bytes of the current release once more, because rot leaves no other trace."""
    warehouse_release.problem_of_current(warehouse_settings.load(), again=True)


def waiting() -> Held | None:
    """The release that waits for somebody's word, or None."""
    found = warehouse_held.current(warehouse_settings.load())
    # What is beyond the limits is told in numbers of the nation and of any region.
    return found if found is None or scopes.current().is_everything else replace(found, excesses=())


def disk_use() -> dict[str, Any]:
    """Bytes by what they hold, and how many releases there are."""
    return retention.disk_use(warehouse_settings.load())


def copy() -> Copy | None:
    """How fresh this host's copy of the writer's release is; None on the writer itself."""
    return copied.load(warehouse_settings.load().home)


def may_operate(*actions: str) -> bool:
    """Whether pages may publish, roll back and pin (UNIONBOARD_READ_ONLY takes that away), and whoever looks one of these actions."""
    return not warehouse_settings.load().read_only and (not actions or scopes.current().allows(*actions))


def confirm(release_id: str) -> None:
    """Publish the release that waits. Raises ReleaseError, NotAllowedError or LockedError with a sentence for the reader."""
    scopes.require(scopes.CONFIRM, scopes.PUBLISH)
    confirm_held(warehouse_settings.load(), release_id, WAIT_SECONDS)


def roll_back(release_id: str | None, reason: str) -> None:
    """Point back to a release, or to the one before the current. Raises ReleaseError, NotAllowedError, LockedError or OSError."""
    scopes.require(scopes.ROLL_BACK)
    settings = warehouse_settings.load()
    with writer_lock(settings.home, WAIT_SECONDS):
        rollback.roll_back(settings, release_id, reason)


def pin(release_id: str, keep: bool) -> None:
    """Keep a release for good, or no longer. Raises ReleaseError, NotAllowedError or LockedError."""
    scopes.require(scopes.PIN)
    settings = warehouse_settings.load()
    with writer_lock(settings.home, WAIT_SECONDS):
        (retention.pin if keep else retention.unpin)(settings, release_id)


def taken_back() -> tuple[Taken, ...]:
    """Rollbacks and undone uploads, the latest first; none where the list of them cannot be believed, of which refreshes tell."""
    try:
        taken = reversed(set_aside.load(warehouse_settings.load()))
        return tuple(one for one in taken if all(sight.is_own_file(file.file) for file in (*one.files, *one.missing)))
    except OSError:
        return ()


def withdrawn() -> dict[str, str]:
    """By its id, why each withdrawn release was withdrawn."""
    return {name: one.reason for name, one in set_aside.withdrawn(warehouse_settings.load()).items()}


@per_release(8)
def note(release_id: str) -> ReleaseNote:
    """What the manifest of a release says. Raises ReleaseError when there is no such release."""
    found = warehouse_release.find(warehouse_settings.load(), release_id)
    return _note(found, release_id)


def count_kpis(release_id: str) -> int:
    """How many KPIs a release defines, asked of the file itself. Raises duckdb.Error when it cannot be read."""
    with scopes.inside(scopes.OF_THE_SERVER):
        return int(connection.rows(release_id, "select count(*) as kpis from dim_kpi")[0]["kpis"])


def all_notes() -> tuple[ReleaseNote, ...]:
    """All releases on disk, newest first."""
    now, gone = current_id(), withdrawn()
    notes = (_note(one, now) for one in warehouse_release.list_releases(warehouse_settings.load()))
    return tuple(replace(note, withdrawn=gone.get(note.id)) for note in notes)


def ids() -> tuple[str, ...]:
    """The ids of all releases on disk, newest first; no manifest is read."""
    folder = warehouse_settings.load().releases
    return tuple(
        sorted((path.stem for path in folder.glob("*.duckdb") if path.with_suffix(".json").exists()), reverse=True)
    )


def minute_of(release_id: str) -> str:
    """When a release was made, as its id says it, in China's time: 2024-06-01 16:30."""
    try:
        made = datetime.strptime(release_id.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return release_id
    return made.astimezone(TIME_ZONE).strftime("%Y-%m-%d %H:%M")


def differences(before: str, after: str) -> tuple[Change, ...]:
    """Every KPI value or status without category that differs between two releases, largest relative change first.

    Raises ReleaseError when one of them is not there.
    """
    return _compared(before, after)[0]


def done_between(before: str, after: str) -> WhatChanged:
    """What was done between two releases: definitions, targets, lists, code and files. Raises as `differences` does."""
    return _compared(before, after)[1]


@per_release(4)
def _compared(before: str, after: str) -> tuple[tuple[Change, ...], WhatChanged]:
    settings = warehouse_settings.load()
    first, second = (warehouse_release.whole(settings, one).path for one in (before, after))
    found = compare.compared(first, second)
    told = tuple(changed.of(one for one in found.changes if one["category"] is None))
    return told, replace(
        found.what,
        targets=tuple(sight.of_own_regions(found.what.targets)),
        files=tuple(one for one in found.what.files if sight.is_own_file(one.file)),
    )


def short_id(release_id: str) -> str:
    """What people are shown of an id: month, day and the content's mark, as in 0601-3f2a."""
    stamp, _, mark = release_id.partition("-")
    return f"{stamp[4:8]}-{mark[:4]}" if mark else release_id


def _note(found: warehouse_release.Release, current: str | None) -> ReleaseNote:
    manifest = found.manifest
    tests = manifest.get("tests") or {}
    changes = tuple(changed.of(manifest.get("changes")))
    is_everything = scopes.current().is_everything
    total = manifest.get("changes_total", len(changes)) if is_everything else len(changes)
    return ReleaseNote(
        id=found.id,
        created_at=found.created_at.astimezone(TIME_ZONE),
        reason=manifest.get("reason") or "",
        tests_passed=tests.get("passed", 0),
        tests_failed=tests.get("failed", 0),
        seconds=(manifest.get("seconds") or {}).get("total"),
        previous=manifest.get("previous"),
        changes=changes,
        changes_total=total,
        is_current=found.id == current,
        is_pinned=retention.is_pinned(found),
        problem=found.visible_problem(),
    )
