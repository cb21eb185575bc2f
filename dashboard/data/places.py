"""Which region a reader means by what stands in an address: a code, a name in either language, a path, a former region."""

from dataclasses import dataclass

from dashboard.data import regions
from dashboard.data.caching import per_release
from dashboard.data.regions import Region
from warehouse import settings as warehouse_settings
from warehouse.intake import reference

SEPARATOR = "›"


@dataclass(frozen=True)
class Meant:
    """The region that is meant, or those that may be: several have the name, or what was asked for became several."""

    region: Region | None
    choices: tuple[Region, ...] = ()
    is_former: bool = False


@per_release(500)
def meant(release_id: str, asked: str) -> Meant:
    """What `asked` names; neither region nor choices when nothing has that name."""
    asked = asked.strip()
    known = regions.find(release_id, asked) or _by_path(release_id, asked)
    if known is not None:
        return Meant(known)
    named = regions.named(release_id, asked)
    if named:
        return Meant(named[0]) if len(named) == 1 else Meant(None, named)
    successors = _successors(release_id, asked)
    return Meant(successors[0]) if len(successors) == 1 else Meant(None, successors, is_former=bool(successors))


def _by_path(release_id: str, path: str) -> Region | None:
    """The region of a path such as 河南 › 洛阳市; of a single name, the nation or a province."""
    found = regions.find(release_id, regions.NATION)
    if found is not None and path.casefold() in regions.names(found):
        return found
    for name in path.split(SEPARATOR):
        below = regions.children(release_id, found.code) if found is not None else ()
        found = next((region for region in below if name.strip().casefold() in regions.names(region)), None)
        if found is None:
            return None
    return found


def _successors(release_id: str, asked: str) -> tuple[Region, ...]:
    lists = reference.load(warehouse_settings.load().reference)
    codes = [code for by_name in lists.former_names.values() for code in by_name.get(asked, ())]
    codes += lists.former_codes.get(asked, ())
    found = [regions.find(release_id, code) for code in dict.fromkeys(codes)]
    return tuple(region for region in found if region is not None)
