"""One round of sending beside the watcher: says what it did, and nothing where there was nothing to do."""

import sys

from warehouse import settings as settings_module
from warehouse.access.audit import AuditError
from warehouse.notify import run
from warehouse.notify.beside import MISTAKEN
from warehouse.notify.lined import ScheduleError
from warehouse.notify.outbox import BusyError
from warehouse.system import private


def main() -> None:
    """The round; the installation is that of the UNIONBOARD_… variables."""
    settings = settings_module.load()
    try:
        with private.writing(settings):
            done = run.send(settings, run.needed(settings), _say)
        for one in done.parcels:
            if one in done.open:
                _say(
                    f"要人看：{one.id} {one.recipient}《{one.subject}》{run.WORDS[one.state]}（unionboard notify --list）"
                )
    except BusyError:
        return
    except ScheduleError as error:
        _say(f"通知没有发：{error}")
        sys.exit(MISTAKEN)
    except (AuditError, OSError) as error:
        _say(f"通知没有发：{error}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
