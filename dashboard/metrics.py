"""What `/metrics` says in Prometheus's text format: the release's age, refreshes, refused rows, sessions, latencies."""

import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from streamlit import runtime

from dashboard.data import releases
from warehouse.intake.folder import latest_receipts
from warehouse.refresh import last_refresh
from warehouse.releases import held, retention
from warehouse.settings import Settings
from warehouse.system import copied

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Seconds; a page that takes longer than the last is broken.
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OUTCOMES = ("published", "unchanged", "held", "failed")
STAGES = ("intake", "build", "test", "publish", "total")

Labels = tuple[tuple[str, str], ...]


class Histogram:
    """How long something took, by label."""

    def __init__(self, name: str, help_text: str) -> None:
        self.name, self.help_text = name, help_text
        self._lock = threading.Lock()
        self._counts: dict[Labels, list[int]] = {}
        self._sums: dict[Labels, float] = {}

    def observe(self, seconds: float, **labels: str) -> None:
        """One more of these."""
        key = tuple(sorted(labels.items()))
        with self._lock:
            counts = self._counts.setdefault(key, [0] * (len(BUCKETS) + 1))
            counts[bisect_left(BUCKETS, seconds)] += 1
            self._sums[key] = self._sums.get(key, 0.0) + seconds

    def lines(self) -> Iterator[str]:
        """Its lines; buckets are cumulative, as Prometheus wants them."""
        yield f"# HELP {self.name} {self.help_text}"
        yield f"# TYPE {self.name} histogram"
        with self._lock:
            known = [(key, list(counts), self._sums[key]) for key, counts in self._counts.items()]
        for key, counts, total in known:
            running = 0
            for bound, count in zip((*map(str, BUCKETS), "+Inf"), counts, strict=True):
                running += count
                yield f"{self.name}_bucket{_labels((*key, ('le', bound)))} {running}"
            yield f"{self.name}_sum{_labels(key)} {total:.6f}"
            yield f"{self.name}_count{_labels(key)} {running}"


requests = Histogram(
    "unionboard_http_request_seconds", "Seconds until an HTTP request was answered, by kind and status."
)
pages = Histogram("unionboard_page_run_seconds", "Seconds that a page's script ran, by page.")


def text(settings: Settings) -> str:
    """The whole page."""
    return "\n".join((*_lines(settings), *requests.lines(), *pages.lines())) + "\n"


def _lines(settings: Settings) -> Iterator[str]:
    shown = releases.serving(settings)
    yield from _metric(
        "unionboard_release_readable", "gauge", "Whether a whole release is shown.", {(): int(shown is not None)}
    )
    yield from _metric(
        "unionboard_release_current_damaged",
        "gauge",
        "Whether the current release is damaged on disk and another is shown.",
        {(): int(releases.damage(settings) is not None)},
    )
    if shown is not None:
        age = max(0.0, (datetime.now(UTC) - shown.created_at).total_seconds())
        yield from _metric("unionboard_release_age_seconds", "gauge", "Age of the release that is shown.", {(): age})
        yield from _metric(
            "unionboard_release_info", "gauge", "The release that is shown.", {(("release", shown.id),): 1}
        )
    copy = copied.load(settings.home)
    if copy is not None:
        silent = copy.silent_seconds
        yield from _metric(
            "unionboard_copy_age_seconds",
            "gauge",
            "Seconds since the writer was last heard.",
            {(): float("inf") if silent is None else silent},
        )
        yield from _metric(
            "unionboard_copy_behind",
            "gauge",
            "Whether the copy may be older than the writer.",
            {(): int(copy.is_behind)},
        )
    waits = held.current(settings) is not None
    yield from _metric("unionboard_release_held", "gauge", "Whether a release waits for a word.", {(): int(waits)})
    yield from _refreshes(last_refresh(settings) or {})
    yield from _refused(settings)
    yield from _metric("unionboard_sessions", "gauge", "Browsers connected now.", {(): _sessions()})
    disk = retention.disk_use(settings)
    sizes: dict[Labels, float] = {
        (("what", name),): disk[f"{name}_bytes"] or 0 for name in ("releases", "landing", "home", "free")
    }
    yield from _metric("unionboard_disk_bytes", "gauge", "Bytes on disk.", sizes)


def _refreshes(last: Mapping[str, Any]) -> Iterator[str]:
    totals = last.get("totals") or {}
    counts: dict[Labels, float] = {(("outcome", name),): totals.get(name, 0) for name in OUTCOMES}
    yield from _metric("unionboard_refreshes_total", "counter", "Refreshes of this home, by how they ended.", counts)
    if not last:
        return
    at = datetime.fromisoformat(last["at"]).timestamp()
    yield from _metric("unionboard_last_refresh_timestamp_seconds", "gauge", "When the last refresh ended.", {(): at})
    ended: dict[Labels, float] = {(("outcome", name),): int(last.get("outcome") == name) for name in OUTCOMES}
    yield from _metric("unionboard_last_refresh_outcome", "gauge", "How the last refresh ended.", ended)
    seconds = last.get("seconds") or {}
    stages: dict[Labels, float] = {(("stage", name),): seconds[name] for name in STAGES if name in seconds}
    yield from _metric("unionboard_last_refresh_seconds", "gauge", "Seconds of the last refresh, by stage.", stages)


def _refused(settings: Settings) -> Iterator[str]:
    """By programme, what the last refresh refused."""
    rows: dict[Labels, float] = {}
    refused: dict[Labels, float] = {}
    for file in latest_receipts.files(settings):
        key = (("programme", file["programme"] or ""),)
        rows[key] = rows.get(key, 0) + file["rows_quarantined"]
        refused[key] = refused.get(key, 0) + (file["status"] == "refused")
    yield from _metric("unionboard_rows_refused", "gauge", "Rows refused, of the files that are there.", rows)
    yield from _metric("unionboard_files_refused", "gauge", "Files refused, of the files that are there.", refused)
    yield from _metric(
        "unionboard_files_unjudged",
        "gauge",
        "Files that could not be judged: a crash, a limit of memory or time, or nothing in them that can be read.",
        {(): len(latest_receipts.unjudged(settings))},
    )


def _sessions() -> int:
    return len(runtime.get_instance()._session_mgr.list_active_sessions()) if runtime.exists() else 0


def _metric(name: str, kind: str, help_text: str, values: Mapping[Labels, float]) -> Iterator[str]:
    yield f"# HELP {name} {help_text}"
    yield f"# TYPE {name} {kind}"
    for labels, value in values.items():
        yield f"{name}{_labels(labels)} {_number(value)}"


def _number(value: float) -> str:
    return "+Inf" if value == float("inf") else f"{value:.15g}"


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    quoted = (
        f'{name}="{value}"'
        for name, value in (
            (name, value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")) for name, value in labels
        )
    )
    return "{" + ",".join(quoted) + "}"
