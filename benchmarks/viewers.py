"""Twenty viewers changing the region of a programme page at once, beside the same page built and served the usual way.

Each changes it again about a second after the last answer; what is measured is the server: from the choice until its script has ended.
"""

import asyncio
import os
import random
import tempfile
import time
from pathlib import Path

from benchmarks import session, usual_page
from benchmarks.pages import OURS, as_usual, served
from benchmarks.timing import Latencies
from warehouse import settings as settings_module
from warehouse.refresh import refresh

VIEWERS = int(os.environ.get("BENCHMARK_VIEWERS", "20"))
SECONDS = float(os.environ.get("BENCHMARK_SECONDS", "30"))
PAUSE = 1.0
LABELS = ("地区", "region")


def run() -> list[Latencies]:
    """Both crowds, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_module.load(home=Path(folder) / "home")
        refresh(settings)
        usual = usual_page.write(settings, Path(folder))
        with served(OURS, settings.home) as board, served(as_usual(usual), settings.home) as theirs:
            return [
                Latencies(f"{VIEWERS} viewers, our page", asyncio.run(_crowd(board, "dispute-mediation"))),
                Latencies(f"{VIEWERS} viewers, the usual cached page", asyncio.run(_crowd(theirs, ""))),
            ]


async def _crowd(address: str, page: str) -> tuple[float, ...]:
    end = time.monotonic() + SECONDS
    viewers = [_viewer(address, page, end, random.Random(number)) for number in range(VIEWERS)]
    return tuple(seconds for found in await asyncio.gather(*viewers) for seconds in found)


async def _viewer(address: str, page: str, end: float, dice: random.Random) -> list[float]:
    seconds: list[float] = []
    async with session.opened(address) as viewer:
        await viewer.run(page)
        label = next(label for label in LABELS if label in viewer.choices)
        provinces = list(viewer.choices[label].options)[:32]
        while time.monotonic() < end:
            await asyncio.sleep(PAUSE * (0.5 + dice.random()))
            begin = time.perf_counter()
            await viewer.run(page, chosen={label: dice.choice(provinces)})
            seconds.append(time.perf_counter() - begin)
        assert not viewer.errors, viewer.errors[0]
    return seconds
