"""What a release knows, as frozen dataclasses: the only SQL in Python outside the warehouse."""
