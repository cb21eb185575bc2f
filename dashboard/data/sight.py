"""What a scope may see of things that lie beside the release: receipts, uploads and changes, each told by its file or its region."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from dashboard.data import connection
from dashboard.data.caching import per_release
from warehouse import contracts
from warehouse import settings as warehouse_settings
from warehouse.access import scopes
from warehouse.intake import filename, reference
from warehouse.releases import release


class OfRegion(Protocol):
    """Something about one region."""

    @property
    def region(self) -> str:
        """Its code."""


Told = TypeVar("Told", bound=OfRegion)


def of_own_regions(told: Iterable[Told]) -> list[Told]:
    """Those about regions of the scope; of the nation only where everything may be seen."""
    if scopes.current().is_everything:
        return list(told)
    shown = release.current(warehouse_settings.load())
    own = _regions(shown.id) if shown is not None else frozenset()
    return [one for one in told if one.region in own]


def is_own_region(release_id: str, code: str) -> bool:
    """Whether a region is the scope's own; the nation is where everything may be seen."""
    return scopes.current().is_everything or code in _regions(release_id)


def roots(release_id: str) -> tuple[str, ...]:
    """The regions that a scope was given, as far as the release knows them."""
    own = _regions(release_id)
    return tuple(code for code in scopes.current().regions or () if code in own)


def home(release_id: str) -> str:
    """The region with which pages open: the nation, or the first of a scope's own."""
    if scopes.current().is_everything:
        return scopes.NATION
    return next(iter(roots(release_id)), scopes.NATION)


def is_own_file(name: str) -> bool:
    """Whether a file, named as receipts name it, is the scope's own: all that a release counts of it is, or its name says so."""
    scope = scopes.current()
    if scope.is_everything:
        return True
    shown = release.current(warehouse_settings.load())
    if shown is not None:
        if name in _files(shown.id):
            return True
        with scopes.inside(scopes.OF_THE_SERVER):
            if name in _counted(shown.id):
                return False
    lists = reference.load(warehouse_settings.load().reference)
    told = filename.parse(name.rpartition("/")[2], lists, contracts.all_tables())
    if told.province_code is None:
        return False
    if f"{told.province_code}0000" in (scope.regions or ()):
        return True
    return scope.units is not None and told.reporting_unit in scope.units and _is_above(told.province_code, scope)


def _is_above(province_code: str, scope: scopes.Scope) -> bool:
    return any(code[:2] == province_code for code in scope.regions or ())


@per_release(64)
def _regions(release_id: str) -> frozenset[str]:
    return frozenset(row["region_code"] for row in connection.rows(release_id, "select region_code from scope_regions"))


@per_release(64)
def _files(release_id: str) -> frozenset[str]:
    return frozenset(row["file_name"] for row in connection.rows(release_id, "select file_name from dim_file"))


@per_release(2)
def _counted(release_id: str) -> frozenset[str]:
    """Every file of which rows are counted, whoever asks."""
    found = connection.rows(
        release_id,
        "select distinct files.file_name from dim_file as files"
        " inner join fct_submissions as submissions on files.report_id = submissions.report_id",
    )
    return frozenset(row["file_name"] for row in found)
