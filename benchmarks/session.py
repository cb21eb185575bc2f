"""A viewer without a browser: it speaks Streamlit's protocol (protobuf over a websocket), so that fifty of them cost next to nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Selectbox_pb2 import Selectbox
from websockets.typing import Subprotocol

# A click that has had no answer for this long is an error.
PATIENCE = 60.0


@asynccontextmanager
async def opened(address: str, headers: Mapping[str, str] | None = None) -> AsyncIterator["Session"]:
    """A session on the server at this address, opened with these headers besides, closed at the end."""
    stream = address.replace("http", "ws", 1) + "/_stcore/stream"
    async with websockets.connect(
        stream,
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        open_timeout=PATIENCE,
        additional_headers=headers,
    ) as socket:
        yield Session(socket)


class Session:
    """One viewer: `choices` are the select boxes by label, `errors` what went wrong."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self.choices: dict[str, Selectbox] = {}
        self.errors: list[str] = []

    async def run(self, page: str = "", chosen: Mapping[str, str] | None = None) -> bytes:
        """Asks for a page, or the page with words chosen in select boxes; returns what is drawn until the script ends."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        message.rerun_script.page_name = page
        for label, word in (chosen or {}).items():
            message.rerun_script.widget_states.widgets.add(id=self.choices[label].id, string_value=word)
        await self._socket.send(message.SerializeToString())
        return await self._answer()

    async def _answer(self) -> bytes:
        """A run that asks for another one is waited for."""
        drawn = bytearray()
        deadline = time.monotonic() + PATIENCE
        while True:
            data = await asyncio.wait_for(self._socket.recv(), max(0.1, deadline - time.monotonic()))
            message = ForwardMsg()
            message.ParseFromString(data)
            kind = message.WhichOneof("type")
            if kind == "delta":
                drawn += data
                element = message.delta.new_element
                if element.WhichOneof("type") == "exception":
                    self.errors.append(f"exception on a page: {element.exception.message[:200]}")
                elif element.WhichOneof("type") == "selectbox":
                    self.choices[element.selectbox.label] = element.selectbox
            elif kind == "new_session":
                drawn.clear()
            elif kind == "script_finished":
                status = ForwardMsg.ScriptFinishedStatus.Name(message.script_finished)
                if "COMPILE" in status:
                    self.errors.append(status)
                if status != "FINISHED_EARLY_FOR_RERUN":
                    return bytes(drawn)
