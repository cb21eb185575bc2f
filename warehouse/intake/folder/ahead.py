"""Judges the files that come next while the ones before them are put away: several at a time, each in a process of its own."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from warehouse.intake import apart
from warehouse.intake.apart import Judged
from warehouse.intake.files import DroppedFile
from warehouse.settings import Settings
from warehouse.system import machine, workers

# A file as large as this is judged alone: it uses every core by itself, and two of them more memory than one may.
LARGE_BYTES = 8 << 20
# What a process that judges small files holds at most; of the machine's memory they take a quarter.
_MEMORY_MB = 256
# A process takes a second to start: fewer files than this for each are done before it is there.
_FILES_EACH = 8


@dataclass(frozen=True)
class Wanted:
    """A file to be judged, and its SHA-256."""

    file: DroppedFile
    sha256: str


class Ahead:
    """Judgements by label; those not begun yet are made when they are asked for."""

    def __init__(
        self, wanted: Sequence[Wanted], settings: Settings, pool: ThreadPoolExecutor | None, most: int
    ) -> None:
        self._settings = settings
        self._waiting = deque(wanted)
        self._pool = pool
        self._most = most
        self._begun: dict[str, Future[tuple[Judged | None, ExitStack]]] = {}

    @contextmanager
    def judged(self, file: DroppedFile, sha256: str | None) -> Iterator[Judged | None]:
        """As `apart.prepared`: the rows are there until the block ends. Ask in the order of the files wanted."""
        self._begin()
        begun = self._begun.pop(file.label, None)
        if begun is None:
            if self._waiting and self._waiting[0].file.label == file.label:
                self._waiting.popleft()
            with apart.prepared(file.path, file.label, self._settings, file.programme, sha256) as found:
                yield found
            return
        found, stack = begun.result()
        with stack:
            self._begin()
            yield found

    def end(self) -> None:
        """Let go of what nobody asked for; nothing is judged any more."""
        for begun in self._begun.values():
            if not begun.cancelled() and begun.exception() is None:
                begun.result()[1].close()

    def _begin(self) -> None:
        while self._pool is not None and self._waiting and len(self._begun) < self._most:
            if _is_large(self._waiting[0].file):
                # Nothing is begun behind it before it is done.
                return
            wanted = self._waiting.popleft()
            self._begun[wanted.file.label] = self._pool.submit(self._judge, wanted)

    def _judge(self, wanted: Wanted) -> tuple[Judged | None, ExitStack]:
        with ExitStack() as stack:
            file = wanted.file
            found = stack.enter_context(
                apart.prepared(file.path, file.label, self._settings, file.programme, wanted.sha256)
            )
            return found, stack.pop_all()


@contextmanager
def ahead(wanted: Sequence[Wanted], settings: Settings) -> Iterator[Ahead]:
    """Judgements of these files, as many at a time as the machine has cores and memory for."""
    count = processes(len(wanted))
    if count < 2:
        yield Ahead(wanted, settings, None, 0)
        return
    with workers.several(count):
        pool = ThreadPoolExecutor(count)
        # Twice as many as work at a time, so that none of them waits for what is being put away.
        found = Ahead(wanted, settings, pool, 2 * count)
        try:
            yield found
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            workers.give_up()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
            found.end()


def processes(files: int) -> int:
    """How many processes judge so many small files."""
    return max(1, min(machine.cores(), machine.memory_mb() // 4 // _MEMORY_MB, files // _FILES_EACH))


def _is_large(file: DroppedFile) -> bool:
    try:
        return file.path.stat().st_size >= LARGE_BYTES
    except OSError:
        return False
