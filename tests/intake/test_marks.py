"""Characters that look like digits and are none: whatever they stand beside, they never become digits."""

import sys
import unicodedata
from datetime import date

import pytest

from tests.intake import files
from warehouse.intake.marks import fold, is_mark
from warehouse.settings import Settings

EVENT = files.table_of("skills_to_community.event")
DIGITS = frozenset("0123456789")
# Everything that plain folding would turn into digits, and everything that is a number and no digit.
LIKE_DIGITS = [
    character
    for character in map(chr, range(0x80, sys.maxunicode + 1))
    if unicodedata.category(character) in ("No", "Nl")
    or (unicodedata.category(character) != "Nd" and DIGITS & set(unicodedata.normalize("NFKC", character)))
]


@pytest.mark.parametrize("mark", list("①⑳⑴⒈❶¹²₃½⅓ⅣⅫ㈠㊀㋄㏠㎡〸🄁"), ids=lambda mark: f"U+{ord(mark):04X}")
def test_mark_is_never_folded_into_digits(mark: str) -> None:
    assert is_mark(mark)
    assert fold(f"35{mark}６") == f"35{mark}6"


@pytest.mark.parametrize("character", list("6６𝟔〇六⼗⽉月，"))
def test_digits_of_any_width_are_digits(character: str) -> None:
    assert not is_mark(character)


@pytest.mark.parametrize(
    ("column", "before", "after", "without"),
    [
        ("residents_served", "356", "", 356),
        ("residents_served", "", "45", 45),
        ("residents_served", "3", "5", None),
        ("residents_served", "10", "", 10),
        ("event_date", "2024-05-1", "", date(2024, 5, 1)),
        ("event_date", "2024-0", "-12", None),
        ("event_date", "2024年", "月1日", None),
        ("report_period", "2024-05", "", "2024-05"),
        ("report_period", "20240", "", None),
        ("region_code", "41030", "", None),
    ],
)
def test_no_character_becomes_a_digit_of_a_number_date_period_or_code(
    column: str, before: str, after: str, without: object, settings: Settings
) -> None:
    assert len(LIKE_DIGITS) > 1000
    rows = files.valid_rows(EVENT, len(LIKE_DIGITS))
    for row, mark in zip(rows, LIKE_DIGITS, strict=True):
        row |= {"satisfaction_n": "", "satisfied_n": "", column: f"{before}{mark}{after}"}
    rows.append(files.valid_rows(EVENT, len(rows) + 1)[-1])
    path = settings.seeds / EVENT.programme / "演示_表.csv"

    judgement = files.judged(files.write_text(path, files.to_text(files.grid_of(EVENT, rows))), settings)

    taken = files.frame_of(judgement).filter(files.frame_of(judgement)["line"] < len(rows) + 1)
    values = {str(value) if column == "report_period" else value for value in taken[column]}
    assert values <= {without} - {None}
    told = {message.row for message in judgement.receipt.messages if message.severity == "warning"}
    unlisted = taken.height - len(told & set(taken["line"]))
    # Beyond two hundred, warnings are counted in one sentence.
    assert not unlisted or any("另有" in message.zh for message in judgement.receipt.messages)
    if before == "10":
        raised = [number for number, mark in enumerate(LIKE_DIGITS, start=2) if mark in "²³⁰⁴⁵⁶⁷⁸⁹"]
        assert not set(raised) & set(taken["line"])


@pytest.mark.parametrize("written", ["❶00", "①00", "㈠05", "\u202e001", "\u202b001", "1\u202e02"])
def test_number_that_is_not_what_is_shown_is_set_aside(written: str, settings: Settings) -> None:
    rows = files.valid_rows(EVENT, 2)
    rows[0]["residents_served"] = written

    judgement = files.judged(
        files.write_text(files.place(settings, EVENT), files.to_text(files.grid_of(EVENT, rows))), settings
    )

    assert [(m.row, m.severity) for m in judgement.receipt.messages if m.column == "服务居民"] == [(2, "quarantine")]
    assert judgement.receipt.rows_accepted == 1


def test_text_that_runs_from_right_to_left_loses_the_sign_only(settings: Settings) -> None:
    rows = files.valid_rows(EVENT, 2)
    rows[0]["community"] = "社区\u202e甲"

    judgement = files.judged(
        files.write_text(files.place(settings, EVENT), files.to_text(files.grid_of(EVENT, rows))), settings
    )

    assert files.frame_of(judgement)["community"][0] == "社区甲"
