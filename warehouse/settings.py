"""Where things live and what day it is: the settings every command and page shares."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from warehouse.system import host_names, machine

CHECKOUT = Path(__file__).resolve().parents[1]
DBT_PROJECT = CHECKOUT / "dbt_project"
OWN_HOME = CHECKOUT / "var"
TIME_ZONE = ZoneInfo("Asia/Shanghai")
# What may run the models: the first is the default.
ENGINES = ("duckdb", "spark")
# No less than a file of a million rows takes.
LEAST_JUDGE_MB = 4096


@dataclass(frozen=True)
class Settings:
    """One installation: its dropped files, its generated files, its today, its largest file in megabytes, and what stays of releases.

    Releases beyond the newest `keep_releases`, or older than `keep_days`, go; `read_only` takes the buttons off the pages.
    Judging one file ends at `judge_memory_mb` of address space and `judge_seconds`; a build takes `build_memory_mb`, 0 is what it
    needs; links in `seeds` lead into it or to `links_to`.
    Models run on `engine`, those of `spark_programmes` on Spark; `is_engine_forced` says that the command line named it for all of them.
    Spark shuffles into `spark_partitions` and gives a statement `spark_seconds`.
    The dashboard answers to the names `allow_hosts` besides the machine's own, and shows metrics to the networks `metrics_from`.
    What `trusted_proxies` say of whom they pass on is believed.
    """

    seeds: Path
    home: Path
    today: date
    max_file_mb: int = 4096
    keep_releases: int = 20
    keep_days: int = 400
    read_only: bool = False
    judge_memory_mb: int = 16384
    judge_seconds: int = 900
    build_memory_mb: int = 0
    links_to: tuple[Path, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    metrics_from: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ("127.0.0.1",)
    engine: str = ENGINES[0]
    is_engine_forced: bool = False
    spark_programmes: tuple[str, ...] = ()
    spark_partitions: int = 4
    spark_seconds: int = 3600

    @property
    def reference(self) -> Path:
        """Lists that officials own: provinces, regions, programmes, targets …; the shipped ones where `seeds` has none."""
        own = self.seeds / "reference"
        return own if own.is_dir() else CHECKOUT / "seeds" / "reference"

    @property
    def landing(self) -> Path:
        """Typed parquet of every accepted row, `<programme>/<table>/*.parquet`."""
        return self.home / "landing"

    @property
    def releases(self) -> Path:
        """Published DuckDB files and the CURRENT pointer."""
        return self.home / "releases"

    @property
    def receipts(self) -> Path:
        """What became of each dropped file."""
        return self.home / "receipts"

    @property
    def logs(self) -> Path:
        """Logs of refreshes and of the dashboard."""
        return self.home / "logs"


def load(
    seeds: Path | None = None,
    home: Path | None = None,
    today: date | None = None,
    max_file_mb: int | None = None,
) -> Settings:
    """Settings from the arguments, else from UNIONBOARD_… variables, else the checkout's own folders.

    Raises ValueError, in Chinese, when a day is not YYYY-MM-DD, a number is none, a host or network is none,
    or there is no such engine.
    """
    environment_today = os.environ.get("UNIONBOARD_TODAY")
    if today is None and environment_today:
        today = day(environment_today, "UNIONBOARD_TODAY")
    return Settings(
        seeds=(seeds or Path(os.environ.get("UNIONBOARD_SEEDS") or CHECKOUT / "seeds")).absolute(),
        home=(home or Path(os.environ.get("UNIONBOARD_HOME") or OWN_HOME)).absolute(),
        today=today or datetime.now(TIME_ZONE).date(),
        max_file_mb=max_file_mb or _number("UNIONBOARD_MAX_FILE_MB", 4096),
        keep_releases=_number("UNIONBOARD_KEEP_RELEASES", 20),
        keep_days=_number("UNIONBOARD_KEEP_DAYS", 400),
        read_only=(os.environ.get("UNIONBOARD_READ_ONLY") or "0").lower() not in ("0", "false", "no"),
        judge_memory_mb=_number("UNIONBOARD_JUDGE_MEMORY_MB", max(LEAST_JUDGE_MB, machine.memory_mb())),
        judge_seconds=_number("UNIONBOARD_JUDGE_SECONDS", 900),
        build_memory_mb=_number("UNIONBOARD_BUILD_MEMORY_MB", 0),
        allow_hosts=_several("UNIONBOARD_ALLOW_HOSTS", host_names.told),
        metrics_from=_several("UNIONBOARD_METRICS_FROM", host_names.network),
        trusted_proxies=_several("UNIONBOARD_TRUSTED_PROXIES", host_names.network) or ("127.0.0.1",),
        engine=engine_named(os.environ.get("UNIONBOARD_ENGINE") or ENGINES[0], "UNIONBOARD_ENGINE"),
        spark_programmes=_several("UNIONBOARD_SPARK_PROGRAMMES", lambda text, _: text),
        spark_partitions=_number("UNIONBOARD_SPARK_PARTITIONS", 4),
        spark_seconds=_number("UNIONBOARD_SPARK_SECONDS", 3600),
    )


def engine_named(text: str, name: str) -> str:
    """The engine that the option or variable `name` gives. Raises ValueError, in Chinese, when there is none of this name."""
    found = text.strip().lower()
    if found not in ENGINES:
        raise ValueError(f"{name} 只能是 {' 或 '.join(ENGINES)}，现为“{text}”。")
    return found


def day(text: str, name: str) -> date:
    """The day that the option or variable `name` gives. Raises ValueError, in Chinese, when it is not YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name} 的日期“{text}”写法不对，请写成 2024-05-31。") from None


def _several(name: str, read: Callable[[str, str], str]) -> tuple[str, ...]:
    """What a variable lists, blanks or commas between."""
    return tuple(read(text, name) for text in re.split(r"[\s,;，；]+", os.environ.get(name) or "") if text)


def _number(name: str, otherwise: int) -> int:
    text = os.environ.get(name)
    if not text:
        return otherwise
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"{name} 要写成正整数，现为“{text}”。")
    return int(text)
