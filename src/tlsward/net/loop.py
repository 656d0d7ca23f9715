"""The event loop: uvloop where it is installed, asyncio's own where it is not.

Both are imported when the loop is started, not before: a command that opens no
connection should not pay some 35 ms of CPU for importing asyncio. uvloop costs about 3 ms on
top of that and halves the price of a connection (about 30 µs instead of 70 µs).
"""

from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T], *, datagrams: bool = False) -> T:
    """Run a coroutine in a new event loop to its end and return its result.

    With `datagrams`, as questions to the DNS are, the loop is asyncio's own: uvloop 0.23 was
    seen to wait for ever when it was closed after them.
    """
    import asyncio

    if datagrams:
        return asyncio.run(main)
    try:
        from uvloop import new_event_loop
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main)
