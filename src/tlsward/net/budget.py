"""The budget: how many connections in all, how many at once, how many a second.

One budget belongs to one endpoint. A second one may be shared by the drivers of several
endpoints, so that a list of targets does not open everything at once.
"""

import asyncio
import time
from collections import deque
from contextlib import suppress

import msgspec

_FIRST_INTERVAL_SECONDS = 0.1
_LAST_INTERVAL_SECONDS = 2.0


class Exhausted(msgspec.Struct, frozen=True):
    """Why a connection may not be opened, in words."""

    reason: str


class Budget:
    """Lets connections in: `enter` before each, `leave` after it.

    Waiting connections are let in in the order of their asking. One that asks to be alone
    waits until no other is open, and the others wait until it has left.
    """

    def __init__(
        self,
        *,
        concurrency: int,
        max_connections: int | None = None,
        rate_per_second: float | None = None,
    ) -> None:
        self.concurrency = max(1, concurrency)
        self.max_connections = max_connections
        self.opened = 0
        self.open_now = 0
        self._interval_seconds = 1 / rate_per_second if rate_per_second else 0.0
        self._next_opening = 0.0
        self._alone = False
        self._waiting: deque[tuple[asyncio.Future[None], bool]] = deque()

    async def enter(self, *, alone: bool = False) -> Exhausted | None:
        """Wait for a place and take it; return the reason where there will be none.

        Whoever got None has to call `leave` when the connection is closed. May be
        cancelled at any moment.
        """
        if self._waiting or not self._has_place(alone):
            place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append((place, alone))
            try:
                await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled():
                    self.leave()
                else:
                    with suppress(ValueError):  # `_admit` may have dropped it already
                        self._waiting.remove((place, alone))
                    self._admit()
                raise
        else:
            self._take(alone)
        if self.max_connections is not None and self.opened >= self.max_connections:
            self.leave()
            return Exhausted(f"the budget of connections ({self.max_connections}) is used up")
        self.opened += 1
        if self._interval_seconds:
            try:
                await self._pace()
            except asyncio.CancelledError:
                self.opened -= 1
                self.leave()
                raise
        return None

    def leave(self) -> None:
        """Give the place back."""
        self.open_now -= 1
        self._alone = False
        self._admit()

    def limit(self, concurrency: int) -> None:
        """Set how many may be open at once from now on (at least one)."""
        self.concurrency = max(1, concurrency)
        self._admit()

    def slow_down(self) -> None:
        """Open less often: at first 10 a second, each time half as often, at last every 2 s."""
        longer = 2 * self._interval_seconds if self._interval_seconds else _FIRST_INTERVAL_SECONDS
        self._interval_seconds = max(self._interval_seconds, min(longer, _LAST_INTERVAL_SECONDS))

    def _has_place(self, alone: bool) -> bool:
        if alone:
            return self.open_now == 0
        return not self._alone and self.open_now < self.concurrency

    def _take(self, alone: bool) -> None:
        self.open_now += 1
        self._alone = alone

    def _admit(self) -> None:
        while self._waiting:
            place, alone = self._waiting[0]
            if place.done():  # cancelled; its owner has not run yet
                self._waiting.popleft()
            elif self._has_place(alone):
                self._waiting.popleft()
                self._take(alone)
                place.set_result(None)
            else:
                return

    async def _pace(self) -> None:
        now = time.monotonic()
        opening = max(now, self._next_opening)
        self._next_opening = opening + self._interval_seconds
        if opening > now:
            await asyncio.sleep(opening - now)
