"""Clients that do not take what is sent to them are disconnected.

Whoever asks and does not read fills every buffer on the way. The server then waits, for ever,
as does a transport that is closed: so many of these (MOST_CONNECTIONS), and nobody else gets in.
"""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Protocol

LOOK_SECONDS = 5.0
#: What is waiting to be sent at one look must have shrunk by so much at the next.
LEAST_BYTES = 4096


class Connected(Protocol):
    """A connection, as far as this is concerned."""

    transport: asyncio.Transport


@contextlib.asynccontextmanager
async def ending_slow_readers(
    connections: Callable[[], Iterable[Connected]],
) -> AsyncIterator[None]:
    """Abort connections whose clients do not read, while the block lasts."""
    task = asyncio.create_task(_watch(connections))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _watch(connections: Callable[[], Iterable[Connected]]) -> None:
    waiting: dict[asyncio.Transport, int] = {}
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        transports = [connection.transport for connection in connections()]
        now = {one: size for one in transports if (size := one.get_write_buffer_size())}
        for transport, size in now.items():
            if size > waiting.get(transport, math.inf) - LEAST_BYTES:
                transport.abort()
        waiting = now
