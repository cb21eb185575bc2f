"""What the pictures of the women's studios show: the five haves, funding due and paid, and benefits by type."""

from dataclasses import dataclass
from typing import Any

from dashboard.data import connection
from dashboard.data.caching import per_release
from dashboard.data.pictures import signs

HAVES = ("leader", "team", "platform", "projects_rules", "results")
BENEFITS = ("增收", "节支", "避免损失", "unknown")
FUNDED_SINCE = 2022


@dataclass(frozen=True)
class Studio:
    """A valid studio and, in the order of HAVES, which of the five it has."""

    name: str
    haves: tuple[bool, ...]


@dataclass(frozen=True)
class Group:
    """Valid studios of a region (name None: of the region itself, below no other), and how many of them have each of the five."""

    name_zh: str | None
    name_en: str | None
    studios: int
    haves: tuple[int, ...]
    all_five: int


@dataclass(frozen=True)
class Funding:
    """Funding of one year in yuan: studios it was due to, what was due and paid, and how many studios were paid something else."""

    year: int
    studios_due: int
    due: float
    paid: float
    paid_sign: str
    different: int


@dataclass(frozen=True)
class Difference:
    """A studio that was not paid what was due to it, in yuan."""

    year: int
    studio: str
    result: str
    due: float
    paid: float
    paid_sign: str


@dataclass(frozen=True)
class Benefit:
    """One type of benefit: what every studio reported, in yuan, largest first."""

    kind: str
    studios: tuple[tuple[str, float], ...]
    sign: str

    @property
    def total(self) -> float:
        """All studios together, in yuan."""
        return sum(amount for _, amount in self.studios)

    def running(self, steps: int) -> tuple[tuple[float, float], ...]:
        """Share of the studios, largest first, and their share of the total, in at most so many even steps from 0 to 1."""
        shares, reached = [0.0], 0.0
        for _, amount in self.studios:
            reached += amount
            shares.append(reached / self.total if self.total else 0.0)
        count = len(self.studios)
        places = sorted({round(count * step / steps) for step in range(steps + 1)})
        return tuple((place / count, shares[place]) for place in places)

    def studios_of_half(self) -> int:
        """How many of the largest make up half of the total."""
        reached = 0.0
        for number, (_, amount) in enumerate(self.studios, 1):
            reached += amount
            if reached * 2 >= self.total:
                return number
        return 0


_VALID = """
    from mart_women_innovation_studios_haves as haves
    inner join bridge_region_ancestor as ancestors on haves.region_code = ancestors.region_code
    inner join dim_period as periods
        on haves.valid_from <= periods.period_end and periods.period_start <= haves.known_until
        and (haves.valid_to is null or haves.valid_to > periods.period_end)
"""
_WHERE = "where ancestors.ancestor_code = $region and periods.period = $period and haves.origin = $origin"
_COUNTS = ", ".join(f"count(*) filter (where haves.has_{have}) as {have}" for have in HAVES)


@per_release(128)
def haves_in(release_id: str, region: str, period: str, origin: str) -> Group | None:
    """All studios valid at the end of a period in a region, None without any."""
    found = connection.rows(
        release_id,
        f"""
        select null as name_zh, null as name_en, count(*) as studios, {_COUNTS},
            count(*) filter (where haves.has_all_five) as all_five
        {_VALID} {_WHERE}
        """,
        {"region": region, "period": period, "origin": origin},
    )
    return _group(found[0]) if found[0]["studios"] else None


@per_release(128)
def haves_by_region(release_id: str, region: str, period: str, origin: str) -> tuple[Group, ...]:
    """The same for each region right below, those with most studios short of all five first."""
    found = connection.rows(
        release_id,
        f"""
        with children as (
            select bridge.region_code, regions.name_en, regions.sort_order,
                case when regions.region_level = 'province' then regions.short_name else regions.region_name end as name_zh
            from bridge_region_ancestor as bridge
            inner join dim_region as regions on bridge.ancestor_code = regions.region_code
            where regions.parent_code = $region
        )
        select children.name_zh, children.name_en, count(*) as studios, {_COUNTS},
            count(*) filter (where haves.has_all_five) as all_five
        {_VALID} left join children on haves.region_code = children.region_code
        {_WHERE}
        group by children.name_zh, children.name_en, children.sort_order
        order by count(*) filter (where not haves.has_all_five) desc, children.sort_order
        """,  # noqa: S608
        {"region": region, "period": period, "origin": origin},
    )
    return tuple(_group(row) for row in found)


@per_release(128)
def studios(release_id: str, region: str, period: str, origin: str) -> tuple[Studio, ...]:
    """Every valid studio, those that lack most first."""
    columns = ", ".join(f"haves.has_{have} as {have}" for have in HAVES)
    missing = " + ".join(f"cast(not haves.has_{have} as integer)" for have in HAVES)
    found = connection.rows(
        release_id,
        f"select haves.studio_name as name, {columns} {_VALID} {_WHERE} order by {missing} desc, haves.studio_id",
        {"region": region, "period": period, "origin": origin},
    )
    return tuple(Studio(row["name"], tuple(bool(row[have]) for have in HAVES)) for row in found)


_MONEY = """
    from mart_women_innovation_studios_money as money
    inner join bridge_region_ancestor as ancestors on money.region_code = ancestors.region_code
    where ancestors.ancestor_code = $region and money.origin = $origin
"""


@per_release(128)
def funding(release_id: str, region: str, until: int | None, origin: str) -> tuple[Funding, ...]:
    """Funding by year since the rule began, up to a year (None: to the last), oldest first."""
    found = connection.rows(
        release_id,
        f"""
        select money.money_year as year, count(*) filter (where money.due_yuan > 0) as studios_due, sum(money.due_yuan) as due,
            sum(money.amount_yuan) as paid, list(distinct money.sign) as signs,
            count(*) filter (where money.amount_yuan <> money.due_yuan) as different
        {_MONEY} and money.kind = 'funding' and money.due_yuan is not null
            and money.money_year <= coalesce($until, money.money_year)
        group by money.money_year order by money.money_year
        """,
        {"region": region, "origin": origin, "until": until},
    )
    return tuple(_funding(row) for row in found)


@per_release(128)
def differences(release_id: str, region: str, until: int | None, origin: str) -> tuple[Difference, ...]:
    """Studios that were not paid what was due, latest year first, the largest difference first."""
    found = connection.rows(
        release_id,
        f"""
        select money.money_year as year, money.studio_name as studio, money.review_result as result,
            money.due_yuan as due, money.amount_yuan as paid, money.sign as paid_sign
        {_MONEY} and money.kind = 'funding' and money.amount_yuan <> money.due_yuan
            and money.money_year <= coalesce($until, money.money_year)
        order by money.money_year desc, abs(money.amount_yuan - money.due_yuan) desc, money.studio_id
        """,
        {"region": region, "origin": origin, "until": until},
    )
    return tuple(Difference(**row) for row in found)


@per_release(128)
def benefits(release_id: str, region: str, year: int | None, origin: str) -> tuple[Benefit, ...]:
    """Benefits of a year (None: of all years) by type, each studio's own sum; types without any are missing."""
    found = connection.rows(
        release_id,
        f"""
        select money.kind, any_value(money.studio_name) as studio, sum(money.amount_yuan) as amount, list(distinct money.sign) as signs
        {_MONEY} and money.kind <> 'funding' and money.money_year = coalesce($year, money.money_year)
        group by money.kind, money.studio_id order by amount desc, money.studio_id
        """,
        {"region": region, "origin": origin, "year": year},
    )
    return tuple(
        Benefit(
            kind,
            tuple((row["studio"], row["amount"]) for row in found if row["kind"] == kind),
            signs.combined(sign for row in found if row["kind"] == kind for sign in row["signs"]),
        )
        for kind in BENEFITS
        if any(row["kind"] == kind for row in found)
    )


def _group(row: dict[str, Any]) -> Group:
    haves = tuple(row[have] for have in HAVES)
    return Group(row["name_zh"], row["name_en"], row["studios"], haves, row["all_five"])


def _funding(row: dict[str, Any]) -> Funding:
    found = row.pop("signs")
    return Funding(**row, paid_sign=signs.combined(found))
