"""The driver: runs conversations against one endpoint and counts what that takes.

Failures of the network are values. What a connection showed is decided by its
conversation; the driver decides whether to ask again (`doubt`), how much may run at once
(`budget`), and says why where there was no connection at all.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, Literal, TypeVar

import msgspec

from tlsward.model.observation import Outcome
from tlsward.net.budget import Budget, Exhausted
from tlsward.net.connection import Ending
from tlsward.net.conversation import Conversation
from tlsward.net.doubt import Doubt, Kind, kind_of
from tlsward.net.endpoint import Endpoint
from tlsward.net.limits import Limits
from tlsward.net.route import Route

Learned = TypeVar("Learned")

#: Label under which connections are counted that only ask whether the server still answers.
CONTROL = "control"

_OUT_OF_TIME = Exhausted("the time for the whole scan is over")
_NO_LONGER_ANSWERS = (
    "the server no longer answers what it answered before: it may limit the rate of connections"
)
_NOT_ASKED_AGAIN = "ended without an answer beside other connections, and could not be asked again"

#: Before trying again to open a connection; before asking the control question again.
_PAUSES_SECONDS = (0.2, 1.0)
_CONTROL_PAUSES_SECONDS = (0.0, 0.0, 0.5, 1.5, 4.0)


#: A connection that took longer to open than this was opened by a second SYN, if the
#: endpoint is not that far away.
SYN_AGAIN_SECONDS = 0.95
#: Fewer at once than this would cost more than an occasional second.
LEAST_AT_ONCE = 4


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

    def add(self, ending: Ending) -> None:
        """Count an attempt."""
        self.connections += 1
        self.connect_failures += not ending.connected
        self.bytes_sent += ending.sent
        self.bytes_received += ending.received


class Driver:
    """Runs conversations against one endpoint, within its limits.

    `total` counts everything, `questions` the same by the label given to `run`.
    `starttls_surplus` is what a server sent in plain text after it had agreed to TLS.
    `stopped_answering` says that the server turned to refusing everything in mid-scan.
    `shared` is a budget that several drivers draw on together.
    """

    def __init__(self, endpoint: Endpoint, limits: Limits, shared: Budget | None = None) -> None:
        self.endpoint = endpoint
        self.limits = limits
        self.total = Count()
        self.questions: dict[str, Count] = {}
        self.starttls_surplus = b""
        self.stopped_answering = False
        self._budget = Budget(
            concurrency=limits.concurrency,
            max_connections=limits.max_connections,
            rate_per_second=limits.rate_per_second,
        )
        self._shared = shared
        self._route = Route(endpoint, limits)
        self._doubt = Doubt()
        self._control: Callable[[], Conversation[Any]] | None = None
        self._openings = 0
        self._fastest_connect = float("inf")
        self._one_retrial = asyncio.Lock()

    @property
    def concurrency(self) -> int:
        """How many connections are opened at once by now."""
        return self._budget.concurrency

    @property
    def connections_open(self) -> int:
        """How many connections are open now, or being opened."""
        return self._budget.open_now

    def give_up(self) -> None:
        """Open no more connections, and ask nothing again."""
        self.limits = msgspec.structs.replace(self.limits, deadline=monotonic())

    async def run(
        self, factory: Callable[[], Conversation[Learned]], *, label: str = ""
    ) -> Learned:
        """Run one conversation to its end, asking again where the network is in doubt.

        `factory` makes a fresh conversation for each attempt; the first one that is answered
        serves as control question later, so calling it again must be harmless. `finish` is
        called on one conversation, the one that counts. Nothing the network does is raised;
        it is in what `finish` returns.
        """
        question = self._question(label)
        if not question.running:
            question.rounds += 1
        question.running += 1
        try:
            return await self._run(factory, question)
        finally:
            question.running -= 1

    @asynccontextmanager
    async def place(self, label: str) -> AsyncIterator[Exhausted | None]:
        """Give a place for one connection that somebody else makes, or the reason for none.

        It is let in and counted as all others are; the octets on it are not.
        """
        exhausted = await self._enter(alone=False)
        if exhausted is not None:
            yield exhausted
            return
        for count in (self.total, self._question(label)):
            count.connections += 1
        try:
            yield None
        finally:
            self._leave()

    async def _run(self, factory: Callable[[], Conversation[Learned]], question: Count) -> Learned:
        conversation = factory()
        ending = await self._attempt(conversation, question)
        attempt = 1
        while self.limits.retries and kind_of(ending) is not None:
            if self._doubt.wants_retrial(ending, attempt):
                if attempt > self.limits.retries:
                    if kind_of(ending) is Kind.REFUSAL:
                        return factory().finish(Outcome.UNREACHABLE, _NOT_ASKED_AGAIN)
                    break
                again = factory()
                retrial = await self._retrial(again, ending, attempt, question)
                if retrial is None:
                    continue
            else:
                word = await self._control_says(ending)
                if word == "believe":
                    break
                if word == "not asked":
                    return factory().finish(Outcome.OVER_BUDGET, _NOT_ASKED_AGAIN)
                if word == "gone" or attempt > self.limits.retries:
                    return factory().finish(Outcome.UNREACHABLE, _NO_LONGER_ANSWERS)
                again = factory()
                retrial = await self._attempt(again, question)
            if _was_not_let_in(retrial):
                if kind_of(ending) is Kind.REFUSAL:
                    return again.finish(Outcome.OVER_BUDGET, _NOT_ASKED_AGAIN)
                break
            conversation, ending = again, retrial
            attempt += 1
        if ending.answered and self._control is None:
            self._control = factory
        return conversation.finish(ending.outcome, ending.detail)

    async def _retrial(
        self, conversation: Conversation[Any], ending: Ending, attempt: int, question: Count
    ) -> Ending | None:
        """Ask again alone; None where others have settled the doubt in the meantime."""
        async with self._one_retrial:
            if not self._doubt.wants_retrial(ending, attempt):
                return None
            kind = kind_of(ending)
            if kind is Kind.NO_WAY:
                await self._pause(_PAUSES_SECONDS[min(attempt, len(_PAUSES_SECONDS)) - 1])
            question.retries += 1
            self.total.retries += 1
            again = await self._attempt(conversation, question, alone=True)
            if kind is not None and self._doubt.note_retrial(kind, ending.company, again):
                if ending.company:
                    self._budget.limit(self._budget.concurrency // 2)
                else:  # it was alone already: only less often can help
                    self._budget.slow_down()
        return again

    async def _control_says(
        self, ending: Ending
    ) -> Literal["believe", "ask again", "gone", "not asked"]:
        """Tell whether the server still answers what it answered before.

        Only then is a refusal its word on the question: one that limits the rate refuses
        everything. "ask again" where it answers only after a pause.
        """
        if kind_of(ending) is not Kind.REFUSAL or self._control is None:
            return "believe"
        async with self._one_retrial:
            answered_at = self._doubt.answered_at
            for number, pause_seconds in enumerate(_CONTROL_PAUSES_SECONDS):
                if self._doubt.in_outage(ending):
                    return "ask again"
                if self._doubt.answers_after(ending):
                    return "believe"
                if self.stopped_answering:
                    return "gone"
                await self._pause(pause_seconds)
                # At first beside others, as waiting for the slowest of them costs time.
                control = await self._attempt(
                    self._control(), self._question(CONTROL), alone=number > 0
                )
                if _was_not_let_in(control):
                    return "not asked"
                if control.answered:
                    if not pause_seconds:
                        return "believe"
                    self._doubt.note_outage(answered_at, control.serial)
                    self._budget.limit(self._budget.concurrency // 2)
                    self._budget.slow_down()
                    return "ask again"
            self.stopped_answering = True
        return "gone"

    async def _attempt(
        self, conversation: Conversation[Any], question: Count, *, alone: bool = False
    ) -> Ending:
        """Open one connection within the budget, run the conversation and take note of it."""
        exhausted = await self._enter(alone=alone)
        if exhausted is not None:
            return Ending(Outcome.OVER_BUDGET, exhausted.reason)
        self._openings += 1
        serial = self._openings
        company = self._budget.open_now - 1
        try:
            ending = await self._route.run(conversation)
            ending.serial = serial
            ending.company = company + self._openings - serial
        finally:
            self._leave()
        for count in (self.total, question):
            count.add(ending)
        self._doubt.note(ending)
        self._note_connect(ending)
        if ending.answered:
            self.stopped_answering = False
        self.starttls_surplus = self.starttls_surplus or ending.starttls_surplus
        return ending

    def _note_connect(self, ending: Ending) -> None:
        """Open fewer at once where the server's queue of new connections overflowed.

        Its kernel then drops the SYN, ours sends it again after a second (RFC 6298 section
        2), and every wave of connections waits for that second.
        """
        if not ending.connect_seconds:
            return
        self._fastest_connect = min(self._fastest_connect, ending.connect_seconds)
        dropped = ending.connect_seconds > SYN_AGAIN_SECONDS > 2 * self._fastest_connect
        if dropped and self._budget.concurrency > ending.company // 4:
            self._budget.limit(max(LEAST_AT_ONCE, ending.company // 4))

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

    async def _pause(self, seconds: float) -> None:
        if self.limits.deadline is not None:
            seconds = min(seconds, self.limits.deadline - monotonic())
        if seconds > 0:
            await asyncio.sleep(seconds)

    def _question(self, label: str) -> Count:
        count = self.questions.get(label)
        if count is None:
            count = self.questions[label] = Count()
        return count


def _was_not_let_in(ending: Ending) -> bool:
    return ending.outcome is Outcome.OVER_BUDGET and not ending.connected
