"""What this machine gives: its memory, or what the container it runs in leaves of it."""

import os
from pathlib import Path

# Where Linux says how much a container may take; "max" where it does not limit it.
_CGROUP = Path("/sys/fs/cgroup/memory.max")


def memory_mb() -> int:
    """Megabytes of memory that processes here may take together."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        allowed = int(_CGROUP.read_text(encoding="ascii"))
    except (OSError, ValueError):
        allowed = whole
    return min(whole, allowed) >> 20
