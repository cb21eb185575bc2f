"""KPI values crossed by what tells them apart: which values stand in a cell, and what may be said of several of them together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

from dashboard.data import connection, kpis, origins, periods, regions, values
from dashboard.data.caching import per_release
from dashboard.data.kpis import Kpi
from dashboard.data.regions import NATION
from dashboard.data.values import Value

REGION, PERIOD, PROGRAMME, KPI, CATEGORY, STATUS = DIMENSIONS = (
    "region",
    "period",
    "programme",
    "kpi",
    "category",
    "status",
)
# One question takes so many values at most.
MOST = 40_000
STATUSES = ("met", "on_track", "behind", "no_target", "no_data", "hidden")
LEVELS = ("province", "prefecture", "county")

Key = tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """What is crossed: the dimensions of rows and columns, and of each dimension the members that are asked for.

    `categories` is None for the KPIs themselves, empty for all their categories; empty `statuses` are all of them.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    kpis: tuple[Kpi, ...]
    regions: tuple[str, ...]
    periods: tuple[str, ...]
    mode: str
    categories: tuple[str, ...] | None = None
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Together:
    """What several values of one KPI are together: a number, or why there is none; `missing` of them have not been reported."""

    kpi: Kpi | None
    value: float | None = None
    qualifier: str = ""
    reason: str = ""
    missing: int = 0


@dataclass(frozen=True)
class Crossed:
    """The answer: the keys of rows and columns in their order, and the values of each cell that has any."""

    rows: tuple[Key, ...]
    columns: tuple[Key, ...]
    cells: dict[tuple[Key, Key], tuple[Value, ...]]
    is_cut: bool = False

    def row(self, key: Key) -> list[Value]:
        """The values of one row."""
        return [value for column in self.columns for value in self.cells.get((key, column), ())]

    def column(self, key: Key) -> list[Value]:
        """The values of one column."""
        return [value for row in self.rows for value in self.cells.get((row, key), ())]

    def every(self) -> list[Value]:
        """All values."""
        return [value for found in self.cells.values() for value in found]


def inside(release_id: str, region: str, level: str) -> tuple[str, ...]:
    """The regions of a level (province, prefecture, county) in a region, itself among them where it is of that level."""
    found: list[str] = []
    waiting = [region]
    while waiting:
        code = waiting.pop(0)
        known = regions.find(release_id, code)
        if known is not None and known.level == level:
            found.append(code)
        elif known is not None:
            waiting += [one.code for one in regions.children(release_id, code)]
    return tuple(found)


@per_release(4)
def categories(release_id: str) -> dict[str, tuple[str, ...]]:
    """By KPI, the categories that it has values of anywhere in the scope, in the order of their names."""
    found = connection.rows(
        release_id,
        "select kpi, list(distinct category order by category) as categories from mart_kpi_values"
        " where category is not null and not is_hidden group by kpi",
    )
    return {row["kpi"]: tuple(row["categories"]) for row in found}


def crossed(release_id: str, question: Question) -> Crossed:
    """Every value asked for in its cell; regions in official order, periods the latest first, KPIs as they were chosen."""
    found = list(_asked(release_id, question))
    kept = [one for one in found[:MOST] if not question.statuses or _status(one) in question.statuses]
    defined = kpis.by_code(release_id)
    cells: dict[tuple[Key, Key], list[Value]] = {}
    for value in kept:
        place = tuple(
            tuple(_member(defined, value, dimension) for dimension in axis)
            for axis in (question.rows, question.columns)
        )
        cells.setdefault((place[0], place[1]), []).append(value)
    order = _Order(release_id, question)
    rows, columns = {row for row, _ in cells}, {column for _, column in cells}
    return Crossed(
        tuple(sorted(rows | _named(question, question.rows), key=lambda key: order.of(question.rows, key))),
        tuple(sorted(columns | _named(question, question.columns), key=lambda key: order.of(question.columns, key))),
        {place: tuple(members) for place, members in cells.items()},
        len(found) > MOST,
    )


def together(release_id: str, members: Sequence[Value], places: int = 1) -> Together:
    """One value as it is; several as a sum, of shares as sum over sum, and otherwise why they are nothing together.

    `places` is how many there might be. Sums only where the definition says that values may be added; never over regions or periods
    that lie in each other, never over categories, which may share their records, and never where one of them is hidden, because the
    sum would tell it.
    """
    defined = kpis.by_code(release_id)
    codes = {one.kpi for one in members}
    if len(codes) != 1:
        return Together(None, reason="kpis" if codes else "")
    kpi = defined[codes.pop()]
    if len(members) == 1 and places <= 1:
        only = members[0]
        return Together(kpi, only.value, only.qualifier, "hidden" if only.is_masked else "")
    reason = _reason(release_id, kpi, members)
    if reason:
        return Together(kpi, reason=reason)
    known = [one for one in members if one.value is not None]
    missing = max(len(members), places) - len(known)
    if missing and kpi.reference_measure:
        # Whoever is silent is in the denominator all the same.
        return Together(kpi, reason="silent", missing=missing)
    signs = {one.qualifier for one in known} - {""}
    sign = signs.pop() if len(signs) == 1 else "≈" if signs else ""
    if not known:
        return Together(kpi, missing=missing)
    if not kpi.is_ratio:
        return Together(kpi, sum(one.value or 0 for one in known), sign, missing=missing)
    below = sum(one.denominator or 0 for one in known)
    if not below or any(one.numerator is None or one.denominator is None for one in known):
        return Together(kpi, reason="parts", missing=missing)
    return Together(kpi, sum(one.numerator or 0 for one in known) / below, sign, missing=missing)


def adds_over_regions(kpi: Kpi) -> bool:
    """Whether values of regions that do not lie in each other make one value: sums, and shares whose both parts are sums."""
    return _is_of_sums(kpi) if kpi.is_ratio else kpi.is_additive_over_regions


def adds_over_time(kpi: Kpi, shown: Iterable[str] = ()) -> bool:
    """The same of periods; what counts each person once a year adds up within one year only. A standing number never does."""
    if kpi.is_ratio:
        return kpi.basis == "period" and not kpi.reference_measure and not kpi.answer_table and _is_of_sums(kpi)
    is_one_year = len({period[:4] for period in shown}) <= 1
    return kpi.is_additive_over_time and (kpi.additive_time != "within_year" or is_one_year)


def _reason(release_id: str, kpi: Kpi, members: Sequence[Value]) -> str:
    """Why these have no total; empty where they have one."""
    if any(one.is_masked for one in members):
        return "hidden"
    if len({one.category for one in members}) > 1:
        return "categories"
    places, shown = {one.region for one in members}, {one.period for one in members}
    if len(places) * len(shown) < len(members) or any(_contains(a, b) for a, b in combinations(sorted(shown), 2)):
        return "overlap"
    if len(places) > 1 and any(
        place.code in places for code in places for place in regions.lineage(release_id, code)[:-1]
    ):
        return "overlap"
    if len(places) > 1 and not adds_over_regions(kpi):
        return "regions"
    if len(shown) > 1 and not adds_over_time(kpi, shown):
        return "periods"
    return ""


def _contains(one: str, other: str) -> bool:
    """Whether two periods share days: a quarter and its month, a year and its quarter, everything and anything."""
    if "all" in (one, other):
        return True
    (first, last), (begin, end) = periods.bounds(one), periods.bounds(other)
    return first <= end and begin <= last


def _is_of_sums(kpi: Kpi) -> bool:
    return all(
        part is None or kpi.reference_measure == part or _is_sum(part)
        for part in (kpi.numerator_sql, kpi.denominator_sql)
    )


def _is_sum(expression: str) -> bool:
    # What the models call additive (dbt_project/macros/kpis/definitions.sql).
    text = expression.lower().strip()
    return text.startswith(("sum(", "count(")) and "distinct" not in text


def _asked(release_id: str, question: Question) -> Iterator[Value]:
    """The values, programme by programme, each KPI in the periods of its own rhythm."""
    wanted = sorted(question.kpis, key=lambda one: (one.programme, one.grain))
    for (programme, grain), defined in groupby(wanted, key=lambda one: (one.programme, one.grain)):
        yield from values.of_cells(
            release_id,
            programme,
            [one.code for one in defined],
            question.regions,
            sorted({values.period_of(grain, period) for period in question.periods}),
            origins.shown(release_id, programme, question.mode),
            question.categories,
            MOST + 1,
        )


def _named(question: Question, axis: Sequence[str]) -> set[Key]:
    """Regions and KPIs that were asked for by name: they stand there without a value, too."""
    if question.statuses or len(axis) != 1 or axis[0] not in (REGION, KPI):
        return set()
    return {(code,) for code in (question.regions if axis[0] == REGION else [kpi.code for kpi in question.kpis])}


def _status(value: Value) -> str:
    return "hidden" if value.is_masked else value.status or "no_data"


def _member(defined: dict[str, Kpi], value: Value, dimension: str) -> str:
    if dimension == PROGRAMME:
        return defined[value.kpi].programme
    return _status(value) if dimension == STATUS else str(getattr(value, dimension) or "")


class _Order:
    """Where the members of each dimension stand."""

    def __init__(self, release_id: str, question: Question) -> None:
        self._places: dict[str, dict[str, int]] = {
            REGION: _numbered(question.regions),
            KPI: _numbered(kpi.code for kpi in question.kpis),
            PROGRAMME: _numbered(kpi.programme for kpi in kpis.all_kpis(release_id)),
            STATUS: _numbered(STATUSES),
        }

    def of(self, axis: Sequence[str], key: Key) -> tuple[tuple[int, str], ...]:
        """What a key is sorted by."""
        return tuple(
            (self._time(member), member)
            if dimension == PERIOD
            else (self._places.get(dimension, {}).get(member, 10**6), member)
            for dimension, member in zip(axis, key, strict=True)
        )

    @staticmethod
    def _time(period: str) -> int:
        return -int(periods.last_month(period).replace("-", ""))


def _numbered(members: Iterable[str]) -> dict[str, int]:
    return {member: place for place, member in enumerate(dict.fromkeys(members))}


def levels_inside(release_id: str, region: str) -> tuple[str, ...]:
    """The levels below a region that have any."""
    known = regions.find(release_id, region)
    own = -1 if known is None or region == NATION else LEVELS.index(known.level) if known.level in LEVELS else 0
    return tuple(level for level in LEVELS[own + 1 :] if inside(release_id, region, level))
