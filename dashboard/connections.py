"""Connections that keep the server waiting are closed: nobody holds one open by sending little, or by reading nothing."""

import asyncio
import resource
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# A request's head comes in one go; whoever sends it letter by letter is no browser.
HEAD_SECONDS = 10.0
# A body may come slowly, over a bad line, but not slower than this after a while.
BODY_SECONDS = 30.0
SLOWEST_BYTES_A_SECOND = 1_000
# Whoever takes nothing of an answer for so long does not want it.
READING_SECONDS = 60.0
LOOK_SECONDS = 2.0


class Connection(H11Protocol):
    """One connection; it looks at itself now and then as long as it speaks HTTP."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to look."""
        super().connection_made(transport)
        self._state: Any = h11.IDLE
        self._since = self._taken_at = self.loop.time()
        self._came = self._unsent = 0
        self._look_task: asyncio.TimerHandle | None = self.loop.call_later(_beat(), self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Looks no more."""
        self._stop_looking()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Counts what came."""
        self._came += len(data)
        super().data_received(data)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """What speaks another language is watched by its own pings."""
        self._stop_looking()
        super().handle_websocket_upgrade(event)

    def on_response_complete(self) -> None:
        """The next request has its own time."""
        self._begin(h11.IDLE)
        super().on_response_complete()

    def _begin(self, state: Any) -> None:
        self._state, self._since, self._came = state, self.loop.time(), 0

    def _stop_looking(self) -> None:
        if self._look_task is not None:
            self._look_task.cancel()
            self._look_task = None

    def _look(self) -> None:
        self._look_task = self.loop.call_later(_beat(), self._look)
        now, state = self.loop.time(), self.conn.their_state
        if state is not self._state or self.flow.read_paused:
            self._begin(state)
        waited = now - self._since
        is_slow = state is h11.SEND_BODY and waited > BODY_SECONDS and self._came < waited * SLOWEST_BYTES_A_SECOND
        if is_slow or (state is h11.IDLE and waited > HEAD_SECONDS):
            self.transport.abort()
        unsent = self.transport.get_write_buffer_size()
        if not unsent or unsent < self._unsent:
            self._taken_at = now
        self._unsent = unsent
        if unsent and now - self._taken_at > READING_SECONDS:
            self.transport.abort()


def as_many_as_allowed() -> None:
    """Lets this process have as many connections as the system lets anybody have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _beat() -> float:
    return min(LOOK_SECONDS, HEAD_SECONDS / 4)
