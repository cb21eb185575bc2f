"""How much one person or one address may ask of a server, so that nobody takes it from the others: what is allowed, and what was had."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

PREFIX = "UNIONBOARD_LIMIT_"
MINUTE, HOUR = 60.0, 3600.0
# On the machine itself programs ask for many; what a setting says holds there too.
AT_MACHINE = 100
# Addresses are many, and cost a server little to make up.
MOST_KEYS = 50_000


@dataclass(frozen=True)
class Limit:
    """So many in so long by default; `seconds` is 0 where it says how many or how large at once."""

    name: str
    otherwise: int
    seconds: float
    zh: str

    @property
    def variable(self) -> str:
        """The setting."""
        return f"{PREFIX}{self.name}"

    @property
    def is_set(self) -> bool:
        """Whether somebody has said how many."""
        return bool(os.environ.get(self.variable))

    def most(self, is_at_machine: bool = False) -> int:
        """How many are allowed. Raises ValueError, in Chinese, when the setting is no number."""
        text = os.environ.get(self.variable)
        if not text:
            return self.otherwise * AT_MACHINE if is_at_machine else self.otherwise
        if not text.isdecimal() or int(text) < 1:
            raise ValueError(f"{self.variable}（{self.zh}）要写成正整数，现为“{text}”。")
        return int(text)


# An office's people may share an address, so an address is given more than a person.
ADDRESS_REQUESTS = Limit("ADDRESS_REQUESTS", 6_000, MINUTE, "一个地址一分钟的请求数")
REQUESTS = Limit("REQUESTS", 1_500, MINUTE, "一个人一分钟的请求数")
UPLOADS = Limit("UPLOADS", 300, HOUR, "一小时上传的文件数")
SQL = Limit("SQL", 60, MINUTE, "一分钟的 SQL 查询数")
PAGES = Limit("PAGES", 100, 0, "同时打开的页面数")
SESSIONS = Limit("SESSIONS", 20, 0, "一个账号同时登录的次数")
UPLOAD_MB = Limit("UPLOAD_MB", 200, 0, "一个上传文件的兆字节数")
UPLOAD_ROWS = Limit("UPLOAD_ROWS", 5_000_000, 0, "一次上传的行数")
UPLOAD_SECONDS = Limit("UPLOAD_SECONDS", 1_800, 0, "一个文件上传的秒数")
ALL = (ADDRESS_REQUESTS, REQUESTS, UPLOADS, SQL, PAGES, SESSIONS, UPLOAD_MB, UPLOAD_ROWS, UPLOAD_SECONDS)


def check() -> None:
    """Raises ValueError, in Chinese, for a setting that is no number."""
    for limit in ALL:
        limit.most()


@dataclass
class _Had:
    left: float
    at: float
    told_at: float | None = None


class Rate:
    """What each has had of one limit: full at first, filled again evenly."""

    def __init__(self, limit: Limit, now: Callable[[], float] = time.monotonic) -> None:
        self.limit, self._now = limit, now
        self._lock = threading.Lock()
        self._had: dict[str, _Had] = {}

    def take(self, key: str, is_at_machine: bool = False) -> float:
        """Take one: 0 where that is allowed, else in how many seconds it will be."""
        most, now = self.limit.most(is_at_machine), self._now()
        with self._lock:
            had = self._had.pop(key, None) or _Had(most, now)
            had.left = min(float(most), had.left + (now - had.at) * most / self.limit.seconds)
            had.at = now
            # Behind the others, so that the first is the one that has asked for nothing longest.
            self._had[key] = had
            if len(self._had) > MOST_KEYS:
                del self._had[next(iter(self._had))]
            if had.left >= 1:
                had.left -= 1
                return 0.0
            return (1 - had.left) * self.limit.seconds / most

    def is_first_told(self, key: str) -> bool:
        """Whether it is the first time in the limit's own time that this one is told: the audit needs no line for each."""
        now = self._now()
        with self._lock:
            had = self._had.get(key)
            if had is None or (had.told_at is not None and now - had.told_at < self.limit.seconds):
                return False
            had.told_at = now
            return True
