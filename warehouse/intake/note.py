"""What was found in one cell, row or file, before it becomes a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from warehouse.intake import messages


@dataclass(frozen=True)
class Note:
    """Something found in one cell: the key of its message and what the text is filled with."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    severity: str | None = None

    @property
    def weight(self) -> str:
        """The severity: the note's own, else the catalogue's."""
        return self.severity or messages.entry(self.key).severity

    @property
    def stops_row(self) -> bool:
        """Whether the row cannot be taken in."""
        return self.weight == messages.QUARANTINE
