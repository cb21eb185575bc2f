"""What somebody may be told: of which programmes, and of which regions with all that lies in them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """None means all. Of a scope with regions, the nation and other regions are not told, whatever is asked."""

    programmes: frozenset[str] | None = None
    regions: frozenset[str] | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is kept back."""
        return self.programmes is None and self.regions is None

    def has_programme(self, programme: str) -> bool:
        """Whether a programme may be told of."""
        return self.programmes is None or programme in self.programmes

    @property
    def key(self) -> str:
        """The scope in a word, for what is kept by it."""
        parts = ("*" if part is None else ",".join(sorted(part)) for part in (self.programmes, self.regions))
        return "|".join(parts)


EVERYTHING = Scope()
