"""One connection: bytes between a transport and the conversation, within time and size.

Theory of operation. A connection goes through its preambles in order (proxy, STARTTLS)
and then through the conversation. Whatever happens first ends it: the conversation is
done, the server closes or resets, silence or the deadline, too many bytes. The end is a
value, `Ending`, set once on a future; the transport is aborted at that moment.

Aborting closes the socket without waiting for anything. The kernel then sends a FIN, or
an RST where bytes of the server were not read; nothing is forced upon the server by a
zero SO_LINGER, which some of them do not survive, and a scan's hundred connections are
no strain on the table of closed ones.

One timer serves a connection. It is set for the earlier of silence and deadline, and
looks at the clock when it fires: re-arming a timer at each chunk would cost more than
reading it. Nagle's algorithm needs no switching off here, both loops do that on TCP.
"""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Any

from tlsward.model.observation import Outcome
from tlsward.net.conversation import Conversation
from tlsward.net.limits import Limits
from tlsward.wire.starttls.preamble import Preamble


class Stage:
    """A preamble with its part in the route, for what is said of its failure."""

    __slots__ = ("name", "outcome", "preamble", "trusted_surplus")

    def __init__(
        self, name: str, preamble: Preamble, outcome: Outcome, *, trusted_surplus: bool
    ) -> None:
        self.name = name
        self.preamble = preamble
        self.outcome = outcome
        self.trusted_surplus = trusted_surplus


class Ending:
    """How one attempt ended.

    `temporary` marks failures that asking later may mend; `answered` says that the
    conversation was given a byte, `connected` that the endpoint itself was reached. The
    driver adds `serial`, the number of the attempt in the order of opening, and `company`,
    how many other connections of ours were open during its life, at the most.
    """

    __slots__ = (
        "answered",
        "company",
        "connect_seconds",
        "connected",
        "detail",
        "outcome",
        "received",
        "sent",
        "serial",
        "starttls_surplus",
        "temporary",
    )

    def __init__(
        self,
        outcome: Outcome,
        detail: str = "",
        *,
        temporary: bool = False,
        connected: bool = False,
        answered: bool = False,
    ) -> None:
        self.outcome = outcome
        self.detail = detail
        self.temporary = temporary
        self.connected = connected
        self.connect_seconds = 0.0
        self.answered = answered
        self.sent = 0
        self.received = 0
        self.starttls_surplus = b""
        self.serial = 0
        self.company = 0


class Connection(asyncio.Protocol):
    """Pumps one conversation; `ended` receives the Ending, or the exception of a bug."""

    __slots__ = (
        "_answered",
        "_conversation",
        "_deadline",
        "_heard_at",
        "_limits",
        "_loop",
        "_received",
        "_sent",
        "_silence_seconds",
        "_stages",
        "_starttls_surplus",
        "_timer",
        "_transport",
        "ended",
    )

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        conversation: Conversation[Any],
        stages: Sequence[Stage],
        limits: Limits,
        deadline: float,
    ) -> None:
        self.ended: asyncio.Future[Ending] = loop.create_future()
        self._sent = 0
        self._received = 0
        self._starttls_surplus = b""
        self._answered = False
        self._loop = loop
        self._conversation = conversation
        self._stages = list(stages)
        self._limits = limits
        self._deadline = deadline
        self._silence_seconds = limits.timeout_seconds
        self._heard_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def abandon(self) -> None:
        """Close the connection because nobody waits for it any longer."""
        self.ended.cancel()
        self._release()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin with the first stage."""
        if self.ended.done():  # given up while connecting
            transport.abort()  # type: ignore[attr-defined]
            return
        self._transport = transport  # type: ignore[assignment]
        self._heard_at = monotonic()
        try:
            self._begin_stage()
        except Exception as error:  # noqa: BLE001  a bug of ours, handed to the caller
            self._fail(error)
            return
        self._set_timer()

    def data_received(self, data: bytes) -> None:
        """Hand bytes to the stage or the conversation."""
        if self.ended.done():
            return
        self._received += len(data)
        self._heard_at = monotonic()
        try:
            self._receive(data)
        except Exception as error:  # noqa: BLE001  a bug of ours, handed to the caller
            self._fail(error)
            return
        if self._received > self._limits.max_bytes_per_connection and not self.ended.done():
            limit = self._limits.max_bytes_per_connection
            self._end(Outcome.OVER_BUDGET, f"the server sent more than {limit} bytes")

    def eof_received(self) -> bool:
        """Take note of a FIN; the connection ends with it."""
        self._closed(Outcome.CLOSED)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note of an RST, or of the close that follows a FIN."""
        if exc is None:
            self._closed(Outcome.CLOSED)
        elif isinstance(exc, TimeoutError):  # ETIMEDOUT: what we sent was never acknowledged
            self._end(Outcome.TIMEOUT, "the server no longer acknowledges what is sent")
        else:
            self._closed(Outcome.RESET)

    # The stages.

    def _begin_stage(self) -> None:
        if self._stages:
            self._silence_seconds = self._limits.preamble_timeout_seconds
            self._send(self._stages[0].preamble.outgoing())
        else:
            self._silence_seconds = self._limits.timeout_seconds
            self._send(self._conversation.start())
            if self._conversation.done:
                self._end(Outcome.CLOSED)

    def _receive(self, data: bytes) -> None:
        while self._stages:
            stage = self._stages[0]
            preamble = stage.preamble
            self._send(preamble.receive(data))
            if preamble.state == "talking":
                return
            if preamble.state == "refused":
                detail = f"{stage.name}: {preamble.detail}"
                self._end(stage.outcome, detail, temporary=preamble.temporary)
                return
            del self._stages[0]
            data = preamble.surplus
            if not stage.trusted_surplus:
                self._starttls_surplus = data
                data = b""
            self._begin_stage()
            self._set_timer()
            if not data or self.ended.done():
                return
        self._answered = True
        self._send(self._conversation.receive(data))
        if self._conversation.done:
            self._end(Outcome.CLOSED)

    def _send(self, data: bytes) -> None:
        if data and self._transport is not None:
            self._sent += len(data)
            self._transport.write(data)

    # The end.

    def _closed(self, outcome: Outcome) -> None:
        if self.ended.done():
            return
        word = "closed" if outcome is Outcome.CLOSED else "reset"
        if self._stages:
            stage = self._stages[0]
            detail = f"{stage.name}: the connection was {word} before TLS"
            self._end(stage.outcome, detail, temporary=True)
            return
        try:
            if outcome is Outcome.CLOSED:
                self._conversation.eof()
            else:
                self._conversation.reset()
        except Exception as error:  # noqa: BLE001  a bug of ours, handed to the caller
            self._fail(error)
            return
        self._end(outcome, f"the server {word} the connection")

    def _set_timer(self) -> None:
        if self.ended.done():
            return
        if self._timer is not None:
            self._timer.cancel()
        now = monotonic()
        silence = self._heard_at + self._silence_seconds
        self._timer = self._loop.call_later(min(silence, self._deadline) - now, self._tick)

    def _tick(self) -> None:
        self._timer = None
        now = monotonic() + 0.001  # the loop's clock ticks in milliseconds
        if now >= self._deadline:
            detail = "not finished when its time was over"
        elif now >= self._heard_at + self._silence_seconds:
            detail = f"silent for {self._silence_seconds:g} seconds"
        else:
            self._set_timer()
            return
        if self._stages:
            if not self._received and not self._stages[0].trusted_surplus:
                detail = "the server said nothing; it may expect TLS from the first byte"
            detail = f"{self._stages[0].name}: {detail}"
        self._end(Outcome.TIMEOUT, detail)

    def _end(self, outcome: Outcome, detail: str = "", *, temporary: bool = False) -> None:
        if self.ended.done():
            return
        behind_proxy = not any(stage.trusted_surplus for stage in self._stages)
        ending = Ending(
            outcome, detail, temporary=temporary, connected=behind_proxy, answered=self._answered
        )
        ending.sent = self._sent
        ending.received = self._received
        ending.starttls_surplus = self._starttls_surplus
        self.ended.set_result(ending)
        self._release()

    def _fail(self, error: Exception) -> None:
        if not self.ended.done():
            self.ended.set_exception(error)
            self._release()

    def _release(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None:
            self._transport.abort()
            self._transport = None
