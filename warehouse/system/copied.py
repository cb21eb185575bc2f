"""A home that is a copy of a writer's: where it comes from, how fresh it is, and what is wrong, as its follower notes it."""

import contextlib
import json
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.system.durable import replacing

FILE = "copy.json"
# A network that is away for so long is worth telling; less is a hiccup that the follower gets over.
SILENT_SECONDS = 60


@dataclass(frozen=True)
class Copy:
    """The state of a copy: the writer was last heard at `reached_at` (UTC) and named `named` then; `problem` is what went wrong since.

    `release` is what the copy points to, since `copied_at`; `missing` counts releases of the writer that are not here yet. `writer` is
    where uploads go, None where they go nowhere. `notice` is something to know that stops nothing.
    """

    source: str
    writer: str | None = None
    reached_at: str | None = None
    named: str | None = None
    release: str | None = None
    copied_at: str | None = None
    missing: int = 0
    problem: str | None = None
    problem_since: str | None = None
    attempts: int = 0
    notice: str | None = None

    @property
    def silent_seconds(self) -> float | None:
        """How long ago the writer was last heard; None when it never was."""
        if self.reached_at is None:
            return None
        return max(0.0, time.time() - datetime.fromisoformat(self.reached_at).timestamp())

    @property
    def is_behind(self) -> bool:
        """Whether the copy may show less than the writer: it has not heard from it for a while, or could not take what it named."""
        silent = self.silent_seconds
        return silent is None or silent > SILENT_SECONDS or (self.named != self.release and self._is_lasting)

    @property
    def _is_lasting(self) -> bool:
        since = self.problem_since
        return since is not None and time.time() - datetime.fromisoformat(since).timestamp() > SILENT_SECONDS / 4

    @property
    def sentence(self) -> str | None:
        """What is wrong, for people; None while all is well."""
        if self.problem is not None:
            return self.problem
        silent = self.silent_seconds
        if silent is None:
            return "还没有联系上发布主机"
        if silent > SILENT_SECONDS:
            return f"已经 {_long(silent)}没有联系上发布主机，跟随的进程可能没有运行"
        return None

    def as_json(self) -> dict[str, Any]:
        """As `status --json` and `/api/health` tell it."""
        silent = self.silent_seconds
        return {
            "from": self.source,
            "writer": self.writer,
            "reached_at": self.reached_at,
            "age_seconds": None if silent is None else round(silent),
            "writer_release": self.named,
            "release": self.release,
            "copied_at": self.copied_at,
            "missing": self.missing,
            "behind": self.is_behind,
            "problem": self.sentence,
            "attempts": self.attempts,
            "notice": self.notice,
        }


def now() -> str:
    """This moment (UTC)."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def is_copy(home: Path) -> bool:
    """Whether a home is a copy of another."""
    return (home / FILE).exists()


def load(home: Path) -> Copy | None:
    """The state of a copy; None where the home is none. One whose note cannot be read is a copy nobody knows more of."""
    try:
        document = json.loads((home / FILE).read_text(encoding="utf-8"))
        return Copy(**document)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        return Copy("", problem=f"{FILE} 读不出来")


def save(home: Path, copy: Copy) -> None:
    """Write the state. A disk that is full does not take it, which is no reason to stop."""
    with contextlib.suppress(OSError), replacing(home / FILE) as path:
        path.write_text(json.dumps(asdict(copy), ensure_ascii=False), encoding="utf-8")


def _long(seconds: float) -> str:
    return (
        f"{seconds / 3600:.1f} 小时"
        if seconds >= 7200
        else f"{seconds / 60:.0f} 分钟"
        if seconds >= 120
        else f"{seconds:.0f} 秒"
    )
