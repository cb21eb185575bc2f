"""`/api/v1/values` asked by twenty clients at once, beside DuckDB alone asked the same by twenty threads, in turn in one run."""

import asyncio
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median

import duckdb
import httpx

from benchmarks.pages import OURS, served
from warehouse import settings as settings_module
from warehouse.interface.describe import ROOT
from warehouse.refresh import refresh
from warehouse.releases import release
from warehouse.settings import Settings

CLIENTS = int(os.environ.get("BENCHMARK_CLIENTS", "20"))
ASKED = int(os.environ.get("BENCHMARK_REQUESTS", "400"))
ROUNDS = 5
PROGRAMME, PERIODS = "dispute_mediation", ("2024-05", "2024-04", "2024Q1", "2023")
_SQL = "select * from mart_kpi_values where programme = ? and region = ? and period = ? and category is null"


@dataclass(frozen=True)
class Served:
    """95th percentiles, in seconds, of the rounds."""

    ours: tuple[float, ...]
    bare: tuple[float, ...]

    def line(self) -> str:
        """One line of the report."""
        ours, bare = 1000 * median(self.ours), 1000 * median(self.bare)
        return (
            f"/values at {CLIENTS} clients: p95 {ours:.1f} ms ({1000 * min(self.ours):.1f}–{1000 * max(self.ours):.1f}), "
            f"DuckDB alone {bare:.1f} ms, ratio {ours / bare:.2f}, medians of {len(self.ours)} rounds of {ASKED} in turn"
        )


def run() -> list[Served]:
    """Both, in turn; nothing is asked twice by one who knows the answer's ETag."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_module.load(home=Path(os.environ.get("BENCHMARK_HOME") or f"{folder}/home"))
        refresh(settings)
        os.environ |= dict.fromkeys(("UNIONBOARD_LIMIT_REQUESTS", "UNIONBOARD_LIMIT_ADDRESS_REQUESTS"), "1000000")
        asked = _questions(settings)
        with served(OURS, settings.home) as address:
            asyncio.run(_round(address, asked))
            _bare(settings, asked)
            rounds = [(asyncio.run(_round(address, asked)), _bare(settings, asked)) for _ in range(ROUNDS)]
        return [Served(tuple(one for one, _ in rounds), tuple(other for _, other in rounds))]


def _questions(settings: Settings) -> list[tuple[str, str]]:
    with duckdb.connect(str(_path(settings)), read_only=True) as database:
        found = database.table("dim_region").filter("region_level in ('province', 'prefecture')").project("region_code")
        regions = [code for (code,) in found.order("region_code").fetchall()]
    return [(regions[number % len(regions)], PERIODS[number % len(PERIODS)]) for number in range(ASKED)]


async def _round(address: str, asked: list[tuple[str, str]]) -> float:
    seconds: list[float] = []
    places = count()
    limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=60) as client:

        async def one() -> None:
            while (place := next(places)) < len(asked):
                region, period = asked[place]
                begin = time.perf_counter()
                answer = await client.get(
                    f"{ROOT}/values", params={"programme": PROGRAMME, "region": region, "period": period}
                )
                seconds.append(time.perf_counter() - begin)
                assert answer.status_code == 200, answer.text

        await asyncio.gather(*(one() for _ in range(CLIENTS)))
    return _p95(seconds)


def _bare(settings: Settings, asked: list[tuple[str, str]]) -> float:
    with duckdb.connect(str(_path(settings)), read_only=True) as database, ThreadPoolExecutor(CLIENTS) as threads:

        def one(question: tuple[str, str]) -> float:
            begin = time.perf_counter()
            with database.cursor() as cursor:
                cursor.execute(_SQL, [PROGRAMME, *question]).fetchall()
            return time.perf_counter() - begin

        return _p95(list(threads.map(one, asked)))


def _path(settings: Settings) -> Path:
    return settings.releases / f"{release.current_id(settings)}.duckdb"


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]
