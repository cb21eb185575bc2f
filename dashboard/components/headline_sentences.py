"""Three sentences made from the numbers: what is met or behind, what changed, who has not reported."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formatting, links
from dashboard.components import markup
from dashboard.components.markup import Markup, tag
from dashboard.data.kpis import Kpi
from dashboard.data.programmes import Programme
from dashboard.data.regions import Region
from dashboard.data.releases import ReleaseNote
from dashboard.data.reporting import Overdue
from dashboard.data.scores import WITH_TARGET, Judged
from dashboard.i18n import pick, t


@dataclass(frozen=True)
class LargestChange:
    """The change of this release that is told first."""

    kpi: Kpi
    region: Region
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Moved:
    """A headline KPI against the period before, like with like; `months` says which, where the period is not over."""

    programme: Programme
    kpi: Kpi
    before: float
    now: float
    months: str = ""

    @property
    def size(self) -> float:
        """By how much it moved, as a share of where it was."""
        return abs(self.now - self.before) / abs(self.before) if self.before else 0.0


def show(
    judged: Sequence[Judged],
    moved: Sequence[Moved],
    note: ReleaseNote,
    largest: LargestChange | None,
    overdue: Overdue,
) -> None:
    """The sentences, one a line."""
    markup.show(
        tag("div", _targets(judged), _moves(moved), _changes(note, largest), _reports(overdue), cls="ub-sentences"),
        key="headline_sentences",
    )


def _targets(judged: Sequence[Judged]) -> Markup:
    if not judged:
        return tag("p", t("sentence_no_targets"))
    counted = [
        tag(
            "b",
            t(f"counted_{name}", count=sum(one.value.status == name for one in judged)),
            cls=f"ub-{name.replace('_', '-')}",
        )
        for name in WITH_TARGET
    ]
    behind = next((one for one in judged if one.value.status == "behind"), None)
    tail: list[Markup | str] = [t("full_stop")]
    if behind is not None and behind.value.value is not None and behind.value.target is not None:
        tail = [
            t("furthest_behind"),
            markup.link(
                links.programme_page(behind.programme.code, kpi=behind.kpi.code),
                f"{pick(behind.programme.short_name_zh, behind.programme.name_en)} · {pick(behind.kpi.label_zh, behind.kpi.label_en)}",
            ),
            t("gap", gap=formatting.difference(behind.value.value, behind.value.target, behind.kpi)),
            t("full_stop"),
        ]
    return tag(
        "p", t("with_targets", count=len(judged)), counted[0], t("comma"), counted[1], t("comma"), counted[2], tail
    )


def _moves(moved: Sequence[Moved]) -> Markup | None:
    """The headline KPIs that moved most against the period before."""
    largest = sorted((one for one in moved if one.size), key=lambda one: -one.size)[:2]
    if not largest:
        return None
    parts: list[Markup | str] = []
    for one in largest:
        name = (
            f"{pick(one.programme.short_name_zh, one.programme.name_en)} · {pick(one.kpi.label_zh, one.kpi.label_en)}"
        )
        parts += [
            t("comma") if parts else "",
            markup.link(links.programme_page(one.programme.code, kpi=one.kpi.code), name),
            f" {formatting.difference(one.now, one.before, one.kpi)}",
            t("in_brackets", text=one.months) if one.months else "",
        ]
    return tag("p", t("moved_most"), parts, t("full_stop"))


def _changes(note: ReleaseNote, largest: LargestChange | None) -> Markup:
    if note.previous is None:
        return tag("p", t("first_release", date=formatting.minute(note.created_at)))
    if not note.changes_total:
        return tag("p", t("nothing_changed"))
    link = markup.link(
        links.Target(page="releases", release=note.id), t("values_changed", count=f"{note.changes_total:,}")
    )
    if largest is None:
        return tag("p", t("this_release"), link, t("full_stop"))
    return tag(
        "p",
        t("this_release"),
        link,
        t(
            "largest_change",
            region=formatting.region_name(largest.region),
            kpi=pick(largest.kpi.label_zh, largest.kpi.label_en),
        ),
        t("from_to", before=_amount(largest.before, largest.kpi), after=_amount(largest.after, largest.kpi)),
        t("full_stop"),
    )


def _reports(overdue: Overdue) -> Markup:
    if not overdue.provinces:
        return tag("p", t("nobody_overdue"))
    link = markup.link(
        links.Target(page="data-quality"), t("overdue", provinces=overdue.provinces, tables=overdue.tables)
    )
    return tag("p", link, t("longest_overdue", days=f"{overdue.longest_days:,}"), t("full_stop"))


def _amount(number: float | None, kpi: Kpi) -> str:
    return t("missing") if number is None else formatting.amount(number, kpi).text
