"""Runs what is asynchronous to its end, also where a browser of this process keeps a loop of its own running."""

import asyncio
import contextvars
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run(wanted: Coroutine[Any, Any, Any]) -> Any:
    """What it gives, from a thread with a loop of its own and what the caller has set (scope, person)."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(contextvars.copy_context().run, asyncio.run, wanted).result()
