"""Decides which submission counts: corrections replace what came before, unless they lose more than half of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from warehouse.intake.note import Note

SubmissionKey = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Submission:
    """One submission of one file; `regions` maps (province, region) to rows."""

    submission_id: str
    programme: str
    table: str
    origin: str
    reporting_unit: str
    report_period: str
    regions: Mapping[tuple[str, str], int]
    is_zero_report: bool

    @property
    def key(self) -> SubmissionKey:
        """What a later submission replaces."""
        return (self.origin, self.programme, self.table, self.reporting_unit, self.report_period)

    @property
    def row_count(self) -> int:
        """Accepted rows."""
        return sum(self.regions.values())


@dataclass(frozen=True)
class TakenFile:
    """A file that was accepted, as far as the question of what counts goes."""

    label: str
    sha256: str
    correction: int
    number: int
    submissions: tuple[Submission, ...]

    @property
    def order(self) -> tuple[int, int, str]:
        """Later is the higher correction mark, then the later first sight, then the name."""
        return (self.correction, self.number, self.label)


@dataclass(frozen=True)
class Replacement:
    """A submission that replaced an earlier one."""

    label: str
    older_label: str
    older: Submission
    newer: Submission


@dataclass
class Standing:
    """What counts in the end: current submissions, what replaced what, and the files that wait for a word (D76)."""

    current: dict[SubmissionKey, tuple[TakenFile, Submission]] = field(default_factory=dict)
    replacements: list[Replacement] = field(default_factory=list)
    shrunken: dict[str, Note] = field(default_factory=dict)

    def is_current(self, submission: Submission) -> bool:
        """Whether no later file has replaced this submission."""
        found = self.current.get(submission.key)
        return found is not None and found[1].submission_id == submission.submission_id


def standing(files: Sequence[TakenFile], confirmed: frozenset[str]) -> Standing:
    """What counts, given all accepted files; the same files always give the same answer."""
    result = Standing()
    for file in sorted(files, key=lambda file: file.order):
        shrinking = _shrinking(file, result) if file.sha256 not in confirmed else None
        if shrinking is not None:
            result.shrunken[file.label] = shrinking
            continue
        for submission in file.submissions:
            before = result.current.get(submission.key)
            if before is not None:
                result.replacements.append(Replacement(file.label, before[0].label, before[1], submission))
            result.current[submission.key] = (file, submission)
    return result


def order_number(file: TakenFile) -> int:
    """The order of a file as one number, the higher the later."""
    return file.correction * 1_000_000_000 + file.number


_COLUMNS = (
    "submission_id", "programme", "table_name", "origin", "reporting_unit", "report_period", "province_code", "region_code",
    "unit_region_code", "row_count", "is_zero_report", "is_current", "submission_order", "report_id",
)  # fmt: skip


def rows_of(files: Sequence[TakenFile], result: Standing) -> dict[str, list[Any]]:
    """The columns of landing/intake/submissions: one row per submission and region."""
    columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    for file in sorted(files, key=lambda file: file.order):
        if file.label in result.shrunken:
            continue
        for submission in file.submissions:
            places = sorted(submission.regions.items())
            columns["province_code"] += [province for (province, _), _ in places]
            columns["region_code"] += [region for (_, region), _ in places]
            columns["unit_region_code"] += [f"{province}0000" for (province, _), _ in places]
            columns["row_count"] += [count for _, count in places]
            for name, value in (
                ("submission_id", submission.submission_id),
                ("programme", submission.programme),
                ("table_name", submission.table),
                ("origin", submission.origin),
                ("reporting_unit", submission.reporting_unit),
                ("report_period", submission.report_period),
                ("is_zero_report", submission.is_zero_report),
                ("is_current", result.is_current(submission)),
                ("submission_order", order_number(file)),
                ("report_id", file.sha256[:12]),
            ):
                columns[name] += [value] * len(places)
    return columns


def _shrinking(file: TakenFile, result: Standing) -> Note | None:
    for submission in file.submissions:
        before = result.current.get(submission.key)
        if before is not None and submission.row_count * 2 < before[1].row_count:
            values = {
                "n": submission.row_count,
                "m": before[1].row_count,
                "file": before[0].label,
                "unit": submission.reporting_unit,
                "period": submission.report_period,
            }
            return Note("D76", values)
    return None
