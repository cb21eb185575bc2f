"""Says in a file's receipt that somebody took the file back, so that it counts nowhere (D124)."""

from dataclasses import replace

from warehouse.intake.folder.set_aside import UNDO, Taken
from warehouse.intake.note import Note
from warehouse.intake.receipt import REFUSED, WAITING, Receipt, message_of

CODE = "D124"


def told(receipt: Receipt, taken: Taken) -> Receipt:
    """The receipt of a file that was set aside: none of its rows is in. What was refused or waits has its own reason."""
    if receipt.status in (REFUSED, WAITING):
        return receipt
    key = f"{CODE}.undone" if taken.kind == UNDO else CODE
    values = {"t": taken.when(), "release": taken.release or "", "reason": taken.said, "file": receipt.file}
    return replace(
        receipt,
        status=REFUSED,
        rows_accepted=0,
        rows_quarantined=receipt.rows_in - receipt.rows_ignored,
        messages=(*receipt.messages, message_of(Note(key, values), None, None)),
    )
