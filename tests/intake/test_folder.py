"""What lies in the seeds folder and is no file to be read: links that lead out, pipes, names that hide or are no UTF-8."""

import os
import socket
import subprocess
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from tests.intake import files
from warehouse.contracts import Table
from warehouse.front_door import offer
from warehouse.front_door.check import check
from warehouse.intake import filename
from warehouse.intake.folder import mounts
from warehouse.intake.folder.take_in import take_in
from warehouse.intake.receipt import Receipt
from warehouse.settings import Settings

EVENT = "skills_to_community.event"


@pytest.fixture
def table() -> Table:
    return files.table_of(EVENT)


def test_link_that_leads_out_of_the_folder_is_named_and_not_followed(
    table: Table, settings: Settings, tmp_path: Path
) -> None:
    outside = files.write_text(tmp_path / "outside" / "河南_社区服务_202405.csv", _text(table))
    folder = _folder(settings, table)
    (folder / "河南_社区服务_202404.csv").symlink_to(outside)
    (folder / "河南_社区服务_202403.csv").symlink_to(tmp_path / "nothing")
    (folder / "五月").symlink_to(outside.parent)
    _drop(settings, table)

    told = _told(settings)

    assert told.pop(files.place(settings, table).name) == ("accepted", [])
    assert told == {
        "河南_社区服务_202404.csv": ("refused", ["D109"]),
        "河南_社区服务_202403.csv": ("refused", ["D109"]),
        "五月": ("refused", ["D109"]),
    }


def test_link_inside_the_folder_is_followed(table: Table, settings: Settings) -> None:
    path = _drop(settings, table)
    (path.parent / "河南_社区服务_202405_更正1.csv").symlink_to(path)
    (path.parent / "又一处").symlink_to(path.parent)

    assert _told(settings) == {
        path.name: ("accepted", []),
        "河南_社区服务_202405_更正1.csv": ("accepted", ["D74"]),
    }


def test_pipes_and_sockets_are_named_and_never_waited_for(table: Table, settings: Settings) -> None:
    folder = _folder(settings, table)
    os.mkfifo(folder / "河南_社区服务_202404.csv")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "s.csv"))
        _drop(settings, table)

        told = _told(settings)
        checked = check(settings, [folder, folder / "河南_社区服务_202404.csv"], None, lambda _: None)

    assert told["河南_社区服务_202404.csv"] == told["s.csv"] == ("refused", ["D109"])
    assert told[files.place(settings, table).name] == ("accepted", [])
    assert sorted((one.status, Path(one.file).name) for one in checked) == [
        # The same bytes as what was taken in.
        ("accepted", files.place(settings, table).name),
        ("refused", "s.csv"),
        ("refused", "河南_社区服务_202404.csv"),
        ("refused", "河南_社区服务_202404.csv"),
    ]


def test_file_that_became_a_pipe_since_it_was_listed_is_not_waited_for(table: Table, settings: Settings) -> None:
    from warehouse.intake.folder.ledger import Ledger

    pipe = _folder(settings, table) / "x.csv"
    os.mkfifo(pipe)

    with Ledger(settings.home) as ledger, pytest.raises(OSError, match="Invalid argument"):
        ledger.hash_of(pipe, "x.csv")


def test_rows_of_a_file_that_became_a_link_stay(table: Table, settings: Settings, tmp_path: Path) -> None:
    path = _drop(settings, table)
    take_in(settings)
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere.csv")

    [receipt] = take_in(settings).receipts

    assert (receipt.status, _codes(receipt)) == ("refused", ["D109", "D107"])


@pytest.mark.parametrize(
    "name", ["..\\..\\湖南_社区服务_202405.csv", "..湖南_社区服务_202405.csv", ".湖南_社区服务_202405.csv", "...xlsx"]
)
def test_name_that_begins_with_dots_has_a_receipt(name: str, table: Table, settings: Settings) -> None:
    files.write_text(_folder(settings, table) / name, _text(table))

    assert _told(settings) == {name: ("refused", ["D96"])}


@pytest.mark.parametrize(
    "name", [".~lock.x.csv#", "._x.csv", ".accept-12-0.tmp", ".gitkeep", ".x.csv.Ab3dE1", ".#x.csv"]
)
def test_what_systems_hide_is_not_listed(name: str, table: Table, settings: Settings) -> None:
    files.write_text(_folder(settings, table) / name, _text(table))

    assert _told(settings) == {}


def test_name_in_gbk_is_read_and_everything_that_writes_it_stands_it(table: Table, settings: Settings) -> None:
    name = "河南_社区服务_活动表_洛阳市总工会_202405.csv"
    folder = os.fsencode(_folder(settings, table))
    with open(os.path.join(folder, name.encode("gbk")), "wb") as file:
        file.write(_text(table).encode("utf-8"))
    with open(os.path.join(folder, b"\xff\xfe\xfa.csv"), "wb") as file:
        file.write(b"other bytes")

    intake = take_in(settings)
    mounts.remember(settings, mounts.check(settings))

    told = {receipt.file.partition("/")[2]: (receipt.status, _codes(receipt)) for receipt in intake.receipts}
    assert told == {name: ("accepted", ["D108"]), "\\xff\\xfe\\xfa.csv": ("refused", ["D96"])}
    assert take_in(settings).receipts == intake.receipts
    landed = settings.landing / table.programme / table.name
    [path] = [path for path in landed.glob("*.parquet") if path.name != "schema.parquet"]
    assert pl.read_parquet(path)["file_name"].unique().to_list() == [f"{table.programme}/{name}"]


def test_workbook_with_a_name_in_gbk_is_read(table: Table, settings: Settings) -> None:
    book = files.write_workbook(settings.home / "a.xlsx", files.typed_grid(table, files.valid_rows(table)))
    name = "河南_社区服务_活动表_洛阳市总工会_202405.xlsx"
    os.rename(os.fsencode(book), os.path.join(os.fsencode(_folder(settings, table)), name.encode("gbk")))

    assert _told(settings) == {name: ("accepted", ["D108"])}


def test_offered_file_with_a_name_in_gbk_gets_a_readable_place(
    table: Table, settings: Settings, tmp_path: Path
) -> None:
    name = "河南_社区服务_活动表_洛阳市总工会_202405.csv"
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name.encode("gbk"))))
    path.write_text(_text(table), encoding="utf-8")

    with offer.opened([path]) as (offered, _):
        [one] = offer.judged(settings, offered, None, False, lambda _: None, tmp_path)

    assert one.place == settings.seeds / table.programme / name
    assert one.receipt.file.endswith(name)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("湖南_社区服务_202405.csv".encode(), "湖南_社区服务_202405.csv"),
        (
            "陕西_社区服务_西安市鄠邑区总工会_202405.csv".encode("gb18030"),
            "陕西_社区服务_西安市鄠邑区总工会_202405.csv",
        ),
        ("café.csv".encode("latin-1"), "caf\\xe9.csv"),
        (b"\xa1.csv", "\\xa1.csv"),
        ("臺北市總工會.csv".encode("big5"), None),
    ],
)
def test_only_what_is_certainly_gbk_is_read_as_such(raw: bytes, shown: str | None) -> None:
    found = filename.readable(os.fsdecode(raw))

    found.encode("utf-8")
    assert found == shown if shown is not None else "\\x" in found


def test_refresh_with_a_gbk_name_and_a_link_out_publishes(installation: Settings) -> None:
    table = files.table_of(EVENT)
    folder = os.fsencode(_folder(installation, table))
    with open(os.path.join(folder, "河南_社区服务_202405.csv".encode("gbk")), "wb") as file:
        file.write(_text(table).encode("utf-8"))
    os.symlink("/etc/passwd", os.path.join(folder, b"\xb0\xa1.csv"))
    environment = {
        **os.environ,
        "UNIONBOARD_SEEDS": str(installation.seeds),
        "UNIONBOARD_HOME": str(installation.home),
        "UNIONBOARD_TODAY": installation.today.isoformat(),
    }

    done = subprocess.run(
        [".venv/bin/unionboard", "refresh", "--json"], env=environment, capture_output=True, text=True, timeout=600
    )

    assert done.returncode == 2, done.stderr
    assert "河南_社区服务_202405.csv" in done.stdout
    assert "D109" in done.stdout


def _folder(settings: Settings, table: Table) -> Path:
    folder = settings.seeds / table.programme
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _text(table: Table) -> str:
    return files.to_text(files.grid_of(table, files.valid_rows(table)))


def _drop(settings: Settings, table: Table) -> Path:
    return files.write_text(files.place(settings, table), _text(table))


def _codes(receipt: Receipt) -> list[str]:
    return [message.code for message in receipt.messages]


def _told(settings: Settings) -> dict[str, tuple[str, list[str]]]:
    """By name: status and codes, but for what is said of every name that is not as it should be (D91)."""
    receipts = take_in(replace(settings)).receipts
    return {
        receipt.file.partition("/")[2]: (receipt.status, [code for code in _codes(receipt) if code != "D91"])
        for receipt in receipts
    }
