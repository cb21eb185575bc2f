"""What this machine gives: its memory and its cores, or what the container it runs in leaves of them."""

import os
from pathlib import Path

# Where Linux says how much a container may take; "max" where it does not limit it.
_CGROUP = Path("/sys/fs/cgroup/memory.max")
# Every thread of an engine holds parts of its own of what is grouped, joined and written.
_THREAD_MB = 150


def memory_mb() -> int:
    """Megabytes of memory that processes here may take together."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        allowed = int(_CGROUP.read_text(encoding="ascii"))
    except (OSError, ValueError):
        allowed = whole
    return min(whole, allowed) >> 20


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads(memory_mb: int) -> int:
    """How many threads of an engine so much memory is for, of those that there are cores for."""
    return max(1, min(cores(), memory_mb // _THREAD_MB))
