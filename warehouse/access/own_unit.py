"""For whom somebody may hand files in: an office for its own units and within its own regions, whatever the file says."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from warehouse.access import scopes
from warehouse.access.scopes import Scope

# Set by the page that starts a command for somebody; without it the command is the owner's own.
VARIABLE = "UNIONBOARD_HAND_IN_FOR"


@dataclass(frozen=True)
class OwnUnit:
    """The units and regions (None: any) for which files may be handed in, and the provinces whose files may be countersigned."""

    units: frozenset[str] | None
    regions: tuple[str, ...] | None
    signs: tuple[str, ...] | None = ()

    def foreign(self, submissions: Iterable[tuple[str, str | None]]) -> list[str]:
        """Of these pairs of reporting unit and region, the units that are not one's own, or lie elsewhere."""
        return sorted({unit for unit, region in submissions if not self._is_own(unit, region)})

    def _is_own(self, unit: str, region: str | None) -> bool:
        if self.units is not None and unit not in self.units:
            return False
        return self.regions is None or not region or any(holds(one, region) for one in self.regions)


def told(scope: Scope) -> str:
    """As it is handed to a command."""
    own = of(scope)
    units = None if own.units is None else sorted(own.units)
    return json.dumps({"units": units, "regions": own.regions, "signs": own.signs}, ensure_ascii=False)


def of(scope: Scope) -> OwnUnit:
    """What a scope may hand in and sign. Whoever only looks at what files would do is held to regions, not to units."""
    may = scope.allows(scopes.HAND_IN)
    units = scope.units if may else None
    return OwnUnit(
        None if units is None else frozenset(units),
        scope.hands_in if may and scope.hands_in is not None else scope.regions,
        scope.signs if scope.allows(scopes.COUNTERSIGN) else (),
    )


def of_this_command() -> OwnUnit | None:
    """What the command was told; None where it is the owner's own. What cannot be read allows nothing."""
    given = os.environ.get(VARIABLE)
    if given is None:
        return None
    try:
        content = json.loads(given)
        units, regions, signs = content["units"], _listed(content["regions"]), _listed(content.get("signs", ()))
        return OwnUnit(None if units is None else frozenset(_listed(units) or ()), regions, signs)
    except (ValueError, KeyError, TypeError):
        return OwnUnit(frozenset(), ())


def _listed(given: Any) -> tuple[str, ...] | None:
    """A list of texts, None for any. Raises TypeError for anything else: a text is no list of its letters."""
    if given is None:
        return None
    if not isinstance(given, list | tuple):
        raise TypeError(given)
    return tuple(map(str, given))


def holds(outer: str, inner: str) -> bool:
    """Whether a region lies in another, by the codes: 410000 holds 410300 holds 410324."""
    return inner.startswith(outer.removesuffix("00").removesuffix("00")) if outer != "000000" else True
