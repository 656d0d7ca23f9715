"""Servers that follow a script, and a conversation that only records.

They are fakes, for what no packaged server does on demand: silence, one byte a second, an
RST at a chosen moment, a stream without end, one client at a time.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from tlsward.model.observation import Observation, Outcome

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Recorder:
    """Sends a hello and is content with `wanted` bytes."""

    def __init__(self, hello: bytes = b"hello", wanted: int = 5) -> None:
        self.hello = hello
        self.wanted = wanted
        self.received = b""
        self.events: list[str] = []
        self.done = False

    def start(self) -> bytes:
        self.events.append("start")
        return self.hello

    def receive(self, data: bytes) -> bytes:
        self.received += data
        self.done = len(self.received) >= self.wanted
        return b""

    def eof(self) -> None:
        self.events.append("eof")

    def reset(self) -> None:
        self.events.append("reset")

    def finish(self, outcome_if_open: Outcome, detail: str) -> Observation:
        self.events.append("finish")
        outcome = Outcome.SERVED if self.done else outcome_if_open
        return Observation(outcome=outcome, detail=detail, session_id=self.received)


@asynccontextmanager
async def serving(handler: Handler, host: str = "127.0.0.1", **options) -> AsyncIterator[int]:
    """Run a handler for each connection on a free port of loopback."""
    tasks: set[asyncio.Task] = set()

    async def handle(reader, writer):
        task = asyncio.current_task()
        tasks.add(task)
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            tasks.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(handle, host, 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def reset_at_close(writer: asyncio.StreamWriter) -> None:
    """Make closing send an RST instead of a FIN (zero linger)."""
    endpoint = writer.get_extra_info("socket")
    endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read a hello and answer it."""
    await reader.readexactly(5)
    writer.write(b"world")
    await writer.drain()
    await reader.read()


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read whatever comes and never answer."""
    while await reader.read(65536):
        pass
