"""Three sentences made from the numbers: what is met or behind, what changed, who has not reported."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formatting, links
from dashboard.components import markup, outlook_words
from dashboard.components.markup import Markup, tag
from dashboard.data import origins
from dashboard.data.forecasts import Expected
from dashboard.data.kpis import Kpi
from dashboard.data.programmes import Programme
from dashboard.data.regions import Region
from dashboard.data.releases import ReleaseNote
from dashboard.data.scores import Judged
from dashboard.i18n import pick, t
from warehouse.answers.owed import Overdue
from warehouse.answers.telling import WITH_TARGET
from warehouse.releases.forecasts.outlook import AT_RISK, MET, MISSED


@dataclass(frozen=True)
class LargestChange:
    """The change of this release that is told first."""

    kpi: Kpi
    region: Region
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Moved:
    """A headline KPI against the period before, like with like; `months` says over which, and of how many provinces, where not of all."""

    programme: Programme
    kpi: Kpi
    before: float
    now: float
    months: str = ""

    @property
    def size(self) -> float:
        """By how much it moved, as a share of where it was."""
        return abs(self.now - self.before) / abs(self.before) if self.before else 0.0


@dataclass(frozen=True)
class Basis:
    """Which origin the sentences speak of, of how many programmes, and how many others stand apart."""

    origin: str
    programmes: int
    apart: int


def show(
    basis: Basis,
    judged: Sequence[Judged],
    expected: Sequence[Expected],
    moved: Sequence[Moved],
    note: ReleaseNote,
    largest: LargestChange | None,
    overdue: Overdue,
) -> None:
    """The sentences, one a line; none of them speaks of two origins, and each says of which."""
    markup.show(
        tag(
            "div",
            _targets(judged, basis),
            _expected(expected),
            _moves(moved, basis),
            _changes(note, largest, basis),
            _reports(overdue, basis),
            cls="ub-sentences",
        ),
        key="headline_sentences",
    )


def _on(basis: Basis) -> str:
    return t("on_basis", origin=t(f"name_{basis.origin}"))


def _apart(basis: Basis) -> str:
    if not basis.apart:
        return ""
    return t("apart", origin=t(f"name_{origins.other(basis.origin)}"), count=basis.apart)


def _targets(judged: Sequence[Judged], basis: Basis) -> Markup:
    of = t("on_basis_count", origin=t(f"name_{basis.origin}"), count=basis.programmes)
    if not judged:
        return tag("p", of, t("sentence_no_targets"), _apart(basis))
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
        "p",
        of,
        t("with_targets", count=len(judged)),
        counted[0],
        t("comma"),
        counted[1],
        t("comma"),
        counted[2],
        tail,
        _apart(basis),
    )


def _expected(expected: Sequence[Expected]) -> Markup | None:
    """Of the targets with a date how many will be met, are at risk, will be missed; the one furthest off in full."""
    if not expected:
        return None
    counted: list[Markup | str] = []
    for verdict, colour in ((MET, "met"), (AT_RISK, "check"), (MISSED, "behind")):
        count = sum(one.outlook.verdict == verdict for one in expected)
        counted += [t("comma") if counted else "", tag("b", t(f"expected_{verdict}", count=count), cls=f"ub-{colour}")]
    first = expected[0]
    tail: list[Markup | str] = [t("full_stop")]
    if first.outlook.verdict != MET:
        page = links.programme_page(first.kpi.programme, kpi=first.kpi.code, region=first.region.code)
        name = f"{formatting.region_name(first.region)} · {pick(first.kpi.label_zh, first.kpi.label_en)}"
        said = outlook_words.short(first.outlook, first.kpi, first.value.target, first.value.target_upper)
        tail = [t("expected_first"), markup.link(page, name), t("colon"), said, t("full_stop")]
    return tag("p", t("sentence_ahead", count=len(expected)), counted, tail)


def _moves(moved: Sequence[Moved], basis: Basis) -> Markup | None:
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
    return tag("p", _on(basis), t("moved_most"), parts, t("full_stop"))


def _changes(note: ReleaseNote, largest: LargestChange | None, basis: Basis) -> Markup:
    """What the release changed is counted over everything in it, and said to be; the change named is of one origin."""
    if note.previous is None:
        return tag("p", t("first_release", date=formatting.minute(note.created_at)))
    if not note.changes_total:
        return tag("p", t("nothing_changed"))
    link = markup.link(
        links.Target(page="releases", release=note.id), t("values_changed", count=f"{note.changes_total:,}")
    )
    whole = t("of_all_origins") if basis.apart else ""
    if largest is None:
        return tag("p", t("this_release"), link, whole, t("full_stop"))
    return tag(
        "p",
        t("this_release"),
        link,
        whole,
        t("comma_then"),
        _on(basis) if basis.apart else "",
        t(
            "largest_change",
            region=formatting.region_name(largest.region),
            kpi=pick(largest.kpi.label_zh, largest.kpi.label_en),
        ),
        t("from_to", before=_amount(largest.before, largest.kpi), after=_amount(largest.after, largest.kpi)),
        t("full_stop"),
    )


def _reports(overdue: Overdue, basis: Basis) -> Markup:
    if not overdue.provinces:
        return tag("p", _on(basis), t("nobody_overdue"))
    link = markup.link(
        links.Target(page="data-quality"), t("overdue", provinces=overdue.provinces, tables=overdue.tables)
    )
    return tag("p", _on(basis), link, t("longest_overdue", days=f"{overdue.longest_days:,}"), t("full_stop"))


def _amount(number: float | None, kpi: Kpi) -> str:
    return t("missing") if number is None else formatting.amount(number, kpi).text
