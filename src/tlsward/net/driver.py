"""The driver: runs conversations against one endpoint and counts what that takes.

Failures of the network are values. What a connection showed is decided by its
conversation; the driver decides whether to ask again (`doubt`), how much may run at once
(`budget`), and says why where there was no connection at all.
"""

import asyncio
import errno
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from tlsward.model.observation import Outcome
from tlsward.net.budget import Budget, Exhausted
from tlsward.net.connection import Connection, Ending, Stage
from tlsward.net.conversation import Conversation
from tlsward.net.endpoint import Endpoint
from tlsward.net.limits import Limits

Learned = TypeVar("Learned")

_OUT_OF_TIME = Exhausted("the time for the whole scan is over")


class Count:
    """What was spent. `rounds` counts the times work began while none was under way."""

    __slots__ = (
        "bytes_received",
        "bytes_sent",
        "connect_failures",
        "connections",
        "retries",
        "rounds",
        "running",
    )

    def __init__(self) -> None:
        self.connections = 0
        self.connect_failures = 0
        self.retries = 0
        self.rounds = 0
        self.running = 0
        self.bytes_sent = 0
        self.bytes_received = 0


class Driver:
    """Runs conversations against one endpoint, within its limits.

    `total` counts everything, `questions` the same by the label given to `run`.
    `starttls_surplus` is what a server sent in plain text after it had agreed to TLS.
    `shared` is a budget that several drivers draw on together.
    """

    def __init__(self, endpoint: Endpoint, limits: Limits, shared: Budget | None = None) -> None:
        self.endpoint = endpoint
        self.limits = limits
        self.total = Count()
        self.questions: dict[str, Count] = {}
        self.starttls_surplus = b""
        self._budget = Budget(
            concurrency=limits.concurrency,
            max_connections=limits.max_connections,
            rate_per_second=limits.rate_per_second,
        )
        self._shared = shared
        self._answered = False

    async def run(
        self, factory: Callable[[], Conversation[Learned]], *, label: str = ""
    ) -> Learned:
        """Run one conversation to its end, asking again where the network is in doubt.

        `factory` makes a fresh conversation for each attempt. Nothing the network does is
        raised; it is in what the conversation's `finish` returns.
        """
        question = self.questions.setdefault(label, Count())
        if not question.running:
            question.rounds += 1
        question.running += 1
        try:
            return await self._run(factory, question)
        finally:
            question.running -= 1

    async def _run(self, factory: Callable[[], Conversation[Learned]], question: Count) -> Learned:
        conversation = factory()
        ending: Ending | None = None
        for attempt in range(self.limits.retries + 1):
            exhausted = await self._enter(alone=attempt > 1)
            if exhausted is not None:
                if ending is None:
                    return conversation.finish(Outcome.OVER_BUDGET, exhausted.reason)
                break
            if ending is not None:
                question.retries += 1
                self.total.retries += 1
                conversation = factory()
            try:
                ending = await self._attempt(conversation, question)
            finally:
                self._leave()
            if ending.received:
                self._answered = True
            if not self._failed(ending):
                break
            self._budget.limit(self._budget.concurrency // 2)
        assert ending is not None  # noqa: S101  the loop runs at least once
        return conversation.finish(ending.outcome, ending.detail)

    def _failed(self, ending: Ending) -> bool:
        if ending.temporary:
            return True
        silent = ending.outcome is Outcome.TIMEOUT and not ending.received
        return self._answered and (silent or ending.outcome is Outcome.UNREACHABLE)

    async def _enter(self, *, alone: bool) -> Exhausted | None:
        deadline = self.limits.deadline
        if deadline is None:
            return await self._enter_budgets(alone=alone)
        left = deadline - monotonic()
        if left <= 0:
            return _OUT_OF_TIME
        try:
            async with asyncio.timeout(left):
                return await self._enter_budgets(alone=alone)
        except TimeoutError:
            return _OUT_OF_TIME

    async def _enter_budgets(self, *, alone: bool) -> Exhausted | None:
        exhausted = await self._budget.enter(alone=alone)
        if exhausted is None and self._shared is not None:
            try:
                exhausted = await self._shared.enter()
            except asyncio.CancelledError:
                self._budget.leave()
                raise
            if exhausted is not None:
                self._budget.leave()
        return exhausted

    def _leave(self) -> None:
        self._budget.leave()
        if self._shared is not None:
            self._shared.leave()

    async def _attempt(self, conversation: Conversation[Learned], question: Count) -> Ending:
        loop = asyncio.get_running_loop()
        limits = self.limits
        deadline = monotonic() + limits.conversation_deadline_seconds
        if limits.deadline is not None:
            deadline = min(deadline, limits.deadline)
        connection = Connection(loop, conversation, self._stages(), limits, deadline)
        question.connections += 1
        self.total.connections += 1
        connect_seconds = min(limits.connect_timeout_seconds, deadline - monotonic())
        endpoint = self.endpoint
        try:
            async with asyncio.timeout(connect_seconds):
                await loop.create_connection(lambda: connection, endpoint.address, endpoint.port)
        except OSError as error:  # TimeoutError is one
            connection.ended.cancel()
            question.connect_failures += 1
            self.total.connect_failures += 1
            return Ending(Outcome.UNREACHABLE, connect_failure(error))
        try:
            ending = await connection.ended
        except asyncio.CancelledError:
            connection.abandon()
            raise
        finally:
            for count in (question, self.total):
                count.bytes_sent += connection.sent
                count.bytes_received += connection.received
        ending.sent = connection.sent
        ending.received = connection.received
        self.starttls_surplus = self.starttls_surplus or connection.starttls_surplus
        return ending

    def _stages(self) -> list[Stage]:
        stages: list[Stage] = []
        endpoint = self.endpoint
        if endpoint.starttls is not None:
            from tlsward.wire.starttls import preamble

            stages.append(
                Stage(
                    f"STARTTLS ({endpoint.starttls})",
                    preamble(endpoint.starttls, endpoint.hostname or endpoint.address),
                    Outcome.STARTTLS_REFUSED,
                    trusted_surplus=False,
                )
            )
        return stages


_REASONS = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection reset while connecting",
    errno.EHOSTUNREACH: "no route to host",
    errno.ENETUNREACH: "network is unreachable",
    errno.EADDRNOTAVAIL: "no local address fits",
    errno.EAFNOSUPPORT: "address family not supported here",
    errno.EACCES: "not permitted by this machine",
    errno.EPERM: "not permitted by this machine",
    errno.EMFILE: "too many open files on this machine",
    errno.ENFILE: "too many open files on this machine",
}


def connect_failure(error: OSError) -> str:
    """Say in words why a connection could not be opened."""
    if error.errno is None and isinstance(error, TimeoutError):
        return "no answer to the connection attempt"
    if error.errno == errno.ETIMEDOUT:
        return "no answer to the connection attempt"
    return _REASONS.get(error.errno or 0, error.strerror or "connection failed")
