"""For whom somebody may hand files in: an office for its own units and within its own regions, whatever the file says."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass

from warehouse.access.scopes import Scope

# Set by the page that starts a command for somebody; without it the command is the owner's own.
VARIABLE = "UNIONBOARD_HAND_IN_FOR"


@dataclass(frozen=True)
class OwnUnit:
    """The units and regions (None: any) for which files may be handed in."""

    units: frozenset[str] | None
    regions: tuple[str, ...] | None

    def foreign(self, submissions: Iterable[tuple[str, str | None]]) -> list[str]:
        """Of these pairs of reporting unit and region, the units that are not one's own, or lie elsewhere."""
        return sorted({unit for unit, region in submissions if not self._is_own(unit, region)})

    def _is_own(self, unit: str, region: str | None) -> bool:
        if self.units is not None and unit not in self.units:
            return False
        return self.regions is None or region is None or any(_holds(one, region) for one in self.regions)


def told(scope: Scope) -> str:
    """As it is handed to a command."""
    return json.dumps({"units": scope.units, "regions": scope.regions}, ensure_ascii=False)


def of_this_command() -> OwnUnit | None:
    """What the command was told; None where it is the owner's own. What cannot be read allows nothing."""
    given = os.environ.get(VARIABLE)
    if given is None:
        return None
    try:
        content = json.loads(given)
        units, regions = content["units"], content["regions"]
        return OwnUnit(
            None if units is None else frozenset(map(str, units)), None if regions is None else tuple(map(str, regions))
        )
    except (ValueError, KeyError, TypeError):
        return OwnUnit(frozenset(), ())


def _holds(outer: str, inner: str) -> bool:
    """Whether a region lies in another, by the codes: 410000 holds 410300 holds 410324."""
    return inner.startswith(outer.removesuffix("00").removesuffix("00")) if outer != "000000" else True
