"""What a release knows, as frozen dataclasses: the only SQL in Python outside the warehouse.

Every function is cached by release and selection. What it returns is shared between readers and never changed, which is why
it is kept as a resource: nothing is copied on the way out.
"""
