"""The releases: the current one, those before it, and what each changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard.data import connection
from warehouse import release as warehouse_release
from warehouse import settings as warehouse_settings
from warehouse.settings import TIME_ZONE


@dataclass(frozen=True)
class Change:
    """One KPI value that differs from the release before."""

    kpi: str
    region: str
    period: str
    origin: str
    before: float | None
    after: float | None
    files: tuple[str, ...]


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


def current_id() -> str | None:
    """The id of the current release, or None before the first one; one small file is read."""
    return warehouse_release.current_id(warehouse_settings.load())


@st.cache_resource(max_entries=8, show_spinner=False)
def note(release_id: str) -> ReleaseNote:
    """What the manifest of a release says. Raises ReleaseError when there is no such release."""
    found = warehouse_release.find(warehouse_settings.load(), release_id)
    return _note(found, release_id)


def count_kpis(release_id: str) -> int:
    """How many KPIs a release defines, asked of the file itself. Raises duckdb.Error when it cannot be read."""
    return int(connection.rows(release_id, "select count(*) as kpis from dim_kpi")[0]["kpis"])


def all_notes() -> tuple[ReleaseNote, ...]:
    """All releases on disk, newest first."""
    now = current_id()
    return tuple(_note(one, now) for one in warehouse_release.list_releases(warehouse_settings.load()))


def short_id(release_id: str) -> str:
    """What people are shown of an id: month, day and the content's mark, as in 0601-3f2a."""
    stamp, _, mark = release_id.partition("-")
    return f"{stamp[4:8]}-{mark[:4]}" if mark else release_id


def _note(found: warehouse_release.Release, current: str | None) -> ReleaseNote:
    manifest = found.manifest
    tests = manifest.get("tests") or {}
    changes = tuple(map(_change, manifest.get("changes") or []))
    return ReleaseNote(
        id=found.id,
        created_at=found.created_at.astimezone(TIME_ZONE),
        reason=manifest.get("reason") or "",
        tests_passed=tests.get("passed", 0),
        tests_failed=tests.get("failed", 0),
        seconds=(manifest.get("seconds") or {}).get("total"),
        previous=manifest.get("previous"),
        changes=changes,
        changes_total=manifest.get("changes_total", len(changes)),
        is_current=found.id == current,
    )


def _change(content: dict[str, Any]) -> Change:
    return Change(
        kpi=content["kpi"],
        region=content["region"],
        period=content["period"],
        origin=content.get("origin", ""),
        before=content.get("before"),
        after=content.get("after"),
        files=tuple(content.get("files") or ()),
    )
