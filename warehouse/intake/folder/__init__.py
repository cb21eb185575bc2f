"""What the whole seeds folder means: which file counts, what replaces what, what was set aside, and what is new since the last time.

Nothing is imported here: what a command asks of the folder (which release was set aside) must not load what reads files.
"""
