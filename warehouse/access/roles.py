"""The roles, and what a person is granted: which role in which regions. Nothing is the default; several add up, each in its own regions."""

from dataclasses import dataclass

from warehouse.access import scopes
from warehouse.access.scopes import NOTHING, Scope

# Programmes have pages of their own, told by this word.
PROGRAMME = "programme"
# What is held to its own regions where it is done, so that it may be done whatever else is seen in others.
_PLACED = frozenset({scopes.HAND_IN, scopes.COUNTERSIGN})


@dataclass(frozen=True)
class Role:
    """What a role may do, and its pages: those `pages` (None: all) but not the `hidden` ones.

    `is_placed` says that it needs regions, `is_of_provinces` that these are whole provinces.
    """

    may: frozenset[str]
    pages: frozenset[str] | None = None
    hidden: frozenset[str] = frozenset()
    is_placed: bool = False
    is_of_provinces: bool = False
    is_without_numbers: bool = False

    def has(self, page: str) -> bool:
        """Whether it has a page."""
        return page not in self.hidden and (self.pages is None or page in self.pages)


_LEADER = Role(
    frozenset({scopes.EXPORT, scopes.COMMENT}), hidden=frozenset({"records", "ask", "upload", "duties", "audit"})
)
ROLES = {
    "leader": _LEADER,
    "province_leader": Role(_LEADER.may, hidden=_LEADER.hidden, is_placed=True),
    "office": Role(
        frozenset({scopes.HAND_IN, scopes.UNDO, scopes.ANSWER}),
        frozenset(
            {"start", "home", "overview", PROGRAMME, "upload", "duties", "data-quality", "reminders", "glossary"}
        ),
        is_placed=True,
    ),
    "countersigner": Role(
        frozenset({scopes.COUNTERSIGN}),
        frozenset({"start", "home", "overview", PROGRAMME, "upload", "data-quality", "reminders", "glossary"}),
        is_placed=True,
        is_of_provinces=True,
    ),
    "analyst": Role(
        frozenset({scopes.EXPORT, scopes.RECORDS, scopes.SQL, scopes.PREVIEW, scopes.CONFIRM, scopes.ANSWER}),
        hidden=frozenset({"audit"}),
    ),
    "administrator": Role(
        frozenset({scopes.PUBLISH, scopes.ROLL_BACK, scopes.PIN, scopes.AUDIT}),
        frozenset({"releases", "audit"}),
        is_without_numbers=True,
    ),
}


@dataclass(frozen=True)
class Grant:
    """One role, the regions it holds for (None: all), and of an office the units it hands in for."""

    role: str
    regions: tuple[str, ...] | None
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Access:
    """Everything somebody is granted; `has_nation` is the ministry's word on the line of reference."""

    grants: tuple[Grant, ...]
    has_nation: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        """The names of the roles."""
        return tuple(dict.fromkeys(grant.role for grant in self.grants))

    def has_page(self, page: str) -> bool:
        """Whether one of the roles has a page."""
        return any(ROLES[role].has(page) for role in self.roles)

    def scope(self, *actions: str) -> Scope:
        """What may be read: everywhere any role holds; for an action, where a role holds that may do it.

        Whatever may be done in some of the regions only is not among what may be done in all of them.
        """
        grants = [grant for grant in self.grants if not actions or not ROLES[grant.role].may.isdisjoint(actions)]
        if not grants:
            return NOTHING
        reading = [grant for grant in grants if not ROLES[grant.role].is_without_numbers]
        regions = _together(reading)
        may = set()
        for grant in grants:
            role = ROLES[grant.role]
            for action in role.may:
                able = [one for one in reading if action in ROLES[one.role].may]
                if action in _PLACED or role.is_without_numbers or _together(able) == regions:
                    may.add(action)
        units = tuple(dict.fromkeys(unit for grant in grants for unit in grant.units))
        return Scope(
            regions,
            regions is None or (self.has_nation and bool(regions)),
            frozenset(may),
            units,
            self._where(scopes.HAND_IN),
            self._where(scopes.COUNTERSIGN),
        )

    def _where(self, action: str) -> tuple[str, ...] | None:
        return _together([one for one in self.grants if action in ROLES[one.role].may])


def _together(grants: list[Grant]) -> tuple[str, ...] | None:
    if any(grant.regions is None for grant in grants):
        return None
    return tuple(dict.fromkeys(region for grant in grants for region in grant.regions or ()))
