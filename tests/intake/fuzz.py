"""Judges a great many random and damaged files and says whether any of them broke the intake.

Run as `python -m tests.intake.fuzz --count 100000 --seed 1`; the exit status is 1 when anything broke. Files are judged in workers, as a
refresh does, with a limit on their address space; `--workbooks` makes workbooks only, their XML and the ZIP around it edited. A worker
that is lost is counted; the parent must stand, and a good file dropped beside the bad ones is judged as good throughout.
"""

import argparse
import dataclasses
import io
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.intake import files
from tests.intake.test_properties import NAMES, Style, written
from tests.intake.zip_edits import edited_workbook
from warehouse.intake import apart
from warehouse.intake.folder.take_in import take_in
from warehouse.settings import Settings

_PIECES = [
    b"", b"\0", b'"', b"'", b",", b"\r", b"\n", b"\t", b";", b"=1+1", b"\xff\xfe", b"\xef\xbb\xbf", b"\x81", b"\xa3\xac",
    "合计".encode(), "小计".encode(), "备注：".encode(), "零报告".encode(), "全国".encode(), "１２".encode(), "\u200b".encode(),
    "省份".encode(), "姓名".encode(), b"#REF!", b"9.14E+17", b"13800138000", b"-", b"99999999999999999999", b"2024-02-30",
    "近20亿".encode(), "铁西区".encode(), "广东".encode("gbk"), b"<script>", b"%", b"\x1a", b"PK\x03\x04",
]  # fmt: skip


def main() -> int:
    """Runs the fuzzer; prints statuses and codes seen, and every file that broke something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workbooks", action="store_true")
    parser.add_argument("--memory-mb", type=int, default=2048)
    parser.add_argument("--seconds", type=int, default=30)
    arguments = parser.parse_args()
    dice = random.Random(arguments.seed)
    lost: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    broken: list[tuple[int, str]] = []
    begun = time.monotonic()
    begun_at = time.time() - 600
    with tempfile.TemporaryDirectory() as folder:
        settings = files.make_settings(Path(folder))
        settings = dataclasses.replace(settings, judge_memory_mb=arguments.memory_mb, judge_seconds=arguments.seconds)
        _drop_good(settings, begun_at)
        for number in range(arguments.count):
            if number and number % 5000 == 0:
                print(f"{number} files, {len(broken)} broken, {time.monotonic() - begun:.0f} s", file=sys.stderr)
                if not _is_good_taken(settings):
                    broken.append((number, "the good file was not taken"))
            name, suffix, data = _workbook(dice) if arguments.workbooks else _file(dice)
            table = files.table_of(name)
            path = settings.seeds / f"演示_{table.name_zh}{suffix}"
            path.write_bytes(data)
            # Older files are not waited for when they look cut off.
            os.utime(path, (begun_at, begun_at))
            try:
                judgement = apart.judged(path, path.name, settings, dice.choice([table.programme, None]))
            except Exception as error:
                broken.append((number, f"{type(error).__name__}: {error}"))
                continue
            assert judgement is not None
            receipt = judgement.receipt
            statuses[receipt.status] += 1
            seen.update({message.code for message in receipt.messages})
            if judgement.problems:
                why = " <- ".join(judgement.problems[-3:])
                # A panic or an abort is the library's; what our own code raises is ours.
                lost[why.partition(" ")[0]] += 1
                if receipt.status != "refused" or "D98" not in {message.code for message in receipt.messages}:
                    broken.append((number, f"lost and not told: {why}"))
                kept = Path(tempfile.gettempdir()) / f"fuzz_lost_{arguments.seed}_{number}{suffix}"
                if sum(lost.values()) <= 20:
                    kept.write_bytes(data)
                    print(f"LOST {number}: {why} (kept as {kept})", file=sys.stderr)
            if receipt.rows_in != receipt.rows_accepted + receipt.rows_quarantined + receipt.rows_ignored:
                broken.append((number, f"rows do not add up: {receipt}"))
    print(f"{arguments.count} files, seed {arguments.seed}, {time.monotonic() - begun:.0f} s: {dict(statuses)}")
    print(f"workers lost: {dict(lost)}")
    print("codes seen:", " ".join(f"{code}:{count}" for code, count in sorted(seen.items(), key=_by_number)))
    for number, problem in broken[:50]:
        print(f"BROKEN {number}: {problem}")
    print(f"{len(broken)} broken")
    return 1 if broken else 0


def _drop_good(settings: Settings, at: float) -> None:
    table = files.table_of(NAMES[0])
    path = files.write_text(files.place(settings, table), files.to_text(files.grid_of(table, files.valid_rows(table))))
    os.utime(path, (at, at))


def _is_good_taken(settings: Settings) -> bool:
    """Whether a refresh of the folder, with the last bad file in it, takes the good one."""
    name = files.place(settings, files.table_of(NAMES[0])).name
    return any(one.file.endswith(name) and one.rows_accepted == 3 for one in take_in(settings).receipts)


def _workbook(dice: random.Random) -> tuple[str, str, bytes]:
    name = dice.choice(NAMES)
    table = files.table_of(name)
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as book:
        files.write_workbook(Path(book.name), files.typed_grid(table, files.valid_rows(table, dice.randint(1, 6))))
        data = Path(book.name).read_bytes()
    return name, ".xlsx", edited_workbook(data, dice)


def _by_number(item: tuple[str, int]) -> tuple[int, str]:
    return (int(item[0][1:]) if item[0][1:].isdigit() else 0, item[0])


def _file(dice: random.Random) -> tuple[str, str, bytes]:
    name = dice.choice(NAMES)
    table = files.table_of(name)
    kind = dice.random()
    if kind < 0.1:
        return name, dice.choice([".csv", ".xlsx", ".txt"]), dice.randbytes(dice.randint(0, 600))
    rows = files.valid_rows(table, dice.randint(0, 6))
    if kind < 0.2:
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as book:
            files.write_workbook(Path(book.name), files.typed_grid(table, rows))
            data = Path(book.name).read_bytes()
        return name, ".xlsx", _damaged(data, dice, dice.randint(0, 3))
    for row in rows:
        for column in dice.sample(list(row), dice.randint(0, 3)):
            row[column] = dice.choice(_PIECES).decode("utf-8", "replace").replace("\0", "") + dice.choice(
                ["", row[column]]
            )
    return (
        name,
        dice.choice([".csv", ".csv", ".txt"]),
        _damaged(written(table, rows, _style(dice)), dice, dice.choice([0, 0, 1, 2, 5])),
    )


def _style(dice: random.Random) -> Style:
    return Style(
        encoding=dice.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
        delimiter=dice.choice([",", "\t", ";", "，", "|"]),
        line_end=dice.choice(["\n", "\r\n", "\r"]),
        date=dice.choice(["%Y-%m-%d", "%Y/%m/%d", "serial"]),
        number=dice.choice(["plain", "thousands", "full width"]),
        quoting=dice.choice((0, 1)),
        shuffle=dice.randint(0, 1 << 16),
        titles=dice.randint(0, 3),
        is_decorated=dice.random() < 0.5,
        has_last_line_end=dice.random() < 0.5,
    )


def _damaged(data: bytes, dice: random.Random, times: int) -> bytes:
    damaged = bytearray(data)
    for _ in range(times):
        start = dice.randint(0, len(damaged))
        what = dice.random()
        if what < 0.4:
            damaged[start:start] = dice.choice(_PIECES)
        elif what < 0.7:
            del damaged[start : start + dice.randint(1, 40)]
        elif what < 0.9:
            damaged[start : start + 1] = dice.randbytes(1)
        else:
            del damaged[start:]
    return bytes(damaged)


if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", line_buffering=True)
    sys.exit(main())
