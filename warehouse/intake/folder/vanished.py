"""The error of a seeds folder that went away, apart from what finds it: every command words it, few look at the folder."""


class VanishedError(OSError):
    """Dropped files are gone in a way in which nobody removes files; the message says which folder and what to do."""
