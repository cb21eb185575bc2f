"""Values that changed from one release to another, as rows of a table; small counts stay hidden."""

from dashboard import formatting
from dashboard.data import kpis, regions, values
from dashboard.data.kpis import Kpi
from dashboard.data.releases import Change
from dashboard.i18n import pick, t


def header() -> list[str]:
    """The heads of the columns."""
    return [t("kpi"), t("region"), t("period"), t("origin"), t("before"), t("after"), t("files")]


def row(change: Change, release_id: str) -> list[str | int]:
    """One change, named by what this release knows, hidden where it or the release before hides it."""
    kpi = kpis.find(release_id, change.kpi)
    region = regions.find(release_id, change.region)
    hidden = change.is_small or values.is_masked_at(release_id, change.kpi, change.region, change.period, change.origin)
    return [
        pick(kpi.label_zh, kpi.label_en) if kpi else change.kpi,
        formatting.region_name(region) if region else change.region,
        formatting.period_name(change.period),
        t(f"name_{change.origin}") if change.origin else "",
        t("masked") if hidden else _amount(change.before, kpi),
        t("masked") if hidden else _amount(change.after, kpi),
        t("comma").join(change.files[:3]) + (t("and_more", count=len(change.files)) if len(change.files) > 3 else ""),
    ]


def _amount(number: float | None, kpi: Kpi | None) -> str:
    if number is None:
        return t("missing")
    return formatting.amount(number, kpi).text if kpi else formatting.trimmed(number, 4)
