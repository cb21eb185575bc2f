"""Whether a full disk is behind an error."""

import errno


def is_full(error: Exception) -> bool:
    """Whether a full disk is behind it: each library says so in its own way."""
    text = str(error).lower()
    return getattr(error, "errno", None) == errno.ENOSPC or "no space left" in text or "disk is full" in text
