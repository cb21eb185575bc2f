"""The fix-it workbook: an office's own rows in XLSX, with only what needs mending marked and explained in Chinese."""

from pathlib import Path

from warehouse.front_door.offer import next_correction
from warehouse.intake import apart, filename, messages, privacy
from warehouse.intake.folder import latest_receipts
from warehouse.intake.folder.one_file import judge
from warehouse.intake.judge import label_of, programme_of
from warehouse.intake.marked_workbook import Drawing, FixItError, shown
from warehouse.intake.plain_data import plain
from warehouse.intake.receipt import Message, Receipt
from warehouse.settings import Settings
from warehouse.system.durable import replacing
from warehouse.system.workers import LostError

__all__ = ["FixItError", "write_fix_it"]

# What is said of the file's name or of other files: nothing in the cells mends it.
_NOT_IN_CELLS = frozenset({"D74", "D75", "D91", "D121"})
# What only a refresh knows, because it needs the other files.
_LATER = frozenset({"D76", "D77", "D78", "D79", "D101", "D105"})


def write_fix_it(path: Path, settings: Settings, out: Path, programme: str | None = None) -> Path | None:
    """Write `{name}_更正{n}.xlsx` into `out`: titles, header and rows where they stood, a fill and a comment where something is wrong.

    Personal data are never written: their cells are blank, with a comment. None when nothing in the file needs mending.
    The file is opened in a worker only (`intake/marked_workbook.py`). Raises FixItError when it cannot be read as a table or is too long.
    """
    judgement = judge(path, settings, programme)
    if judgement is None:
        raise FixItError(f"{shown(path)} 不是上报的文件。")
    told_of_all = judgement.receipt.messages
    told = [one for one in _messages(path, judgement.receipt, settings) if one.code not in _NOT_IN_CELLS]
    if not told:
        return None
    folder = settings.seeds / (judgement.receipt.programme or "")
    out.mkdir(parents=True, exist_ok=True)
    target = out / next_correction(folder, privacy.masked(filename.readable(path.name)), ".xlsx")
    notes = tuple(one.row for one in told_of_all if one.code == "D13" and one.row is not None)
    chosen = programme or programme_of(path, settings)
    with replacing(target) as temporary:
        wanted = {"fix": plain(Drawing(temporary, tuple(told), notes))}
        try:
            answer = apart.asked_of_worker(path, label_of(path), settings, chosen, wanted)
        except LostError as lost:
            raise FixItError(f"{shown(path)} 没有做成改错表（{lost.why}）；请按回执在原文件里修改。") from None
        if answer["why"] is not None:
            raise FixItError(answer["why"])
    return target


def _messages(path: Path, receipt: Receipt, settings: Settings) -> list[Message]:
    """All that needs mending, with what the last refresh knew from the other files."""
    found = [one for one in receipt.messages if one.severity != messages.INFO]
    try:
        label = privacy.masked(path.absolute().relative_to(settings.seeds).as_posix())
    except ValueError:
        return found
    codes = {one.code for one in found}
    for entry in latest_receipts.files(settings):
        for one in entry["messages"] if entry["file"] == label else ():
            if one["code"] in _LATER - codes and one["severity"] != messages.INFO:
                found.append(Message(one["code"], one["severity"], one["row"], one["column"], one["message"], ""))
    return found
