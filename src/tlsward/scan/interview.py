"""Runs plans over a driver: one interview with one server at one address."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from tlsward.model.observation import FAILURES, Observation, Outcome
from tlsward.net.budget import Exhausted
from tlsward.net.driver import Driver
from tlsward.probe.client_hello import KeyShares
from tlsward.probe.conversation import Conversation
from tlsward.probe.plan import Plan
from tlsward.probe.probe import Probe
from tlsward.probe.ssl2 import Ssl2Conversation
from tlsward.wire.codepoints import ProtocolVersion

T = TypeVar("T")

#: So many hellos go ahead; the others wait until one of them meets a server. Nobody who
#: is not there, or does not want to talk, is sent more.
VANGUARD = 6

Progress = Callable[[int, int], None]


class Interview:
    """Carries out probes and plans, and remembers how the server bore it.

    `progress` is called with the connections finished and those begun. `rounds` counts, for
    each question, the rounds of the plan that took most of them: plans run side by side, so
    that is how often the scan had to wait for an answer before it could ask on.
    """

    def __init__(self, driver: Driver, progress: Progress | None = None) -> None:
        self.driver = driver
        self.failures: list[Observation] = []
        self.answered = False
        self.cut_off = False
        self.rounds: dict[str, int] = {}
        self._shares = KeyShares()
        self._progress = progress
        self._met = asyncio.Event()
        self._begun = 0
        self._finished = 0

    async def run(self, plan: Plan[T]) -> T:
        """Run a plan to its answer; its rounds are made at once, as far as the budget goes."""
        rounds: Counter[str] = Counter()
        try:
            probes = next(plan)
            while True:
                rounds.update({probe.question for probe in probes})
                probes = plan.send(await self.ask_all(probes))
        except StopIteration as stop:
            for question, count in rounds.items():
                self.rounds[question] = max(count, self.rounds.get(question, 0))
            value: T = stop.value
            return value

    async def ask_all(self, probes: Sequence[Probe]) -> list[Observation]:
        """Make probes at once; the observations come in their order."""
        return await asyncio.gather(*(self.ask(probe) for probe in probes))

    async def ask(self, probe: Probe) -> Observation:
        """Make one probe."""
        ahead = self._begun < VANGUARD
        self._begun += 1
        if not ahead:
            await self._met.wait()
            if not self.answered and len(self.failures) >= VANGUARD:
                self._finished += 1
                first = self.failures[0]
                return Observation(outcome=first.outcome, detail=first.detail)
        observation = await self.driver.run(lambda: self._conversation(probe), label=probe.question)
        self._finished += 1
        if self._finished >= VANGUARD:
            self._met.set()
        self._tell()
        if observation.outcome is Outcome.OVER_BUDGET:
            self.cut_off = True
        elif observation.outcome in FAILURES:
            self.failures.append(observation)
            if observation.outcome is Outcome.NOT_TLS and not self.answered:
                self.driver.give_up()  # what is not TLS need not be asked again
        else:
            self.answered = True
        return observation

    @asynccontextmanager
    async def place(self, question: str) -> AsyncIterator[Exhausted | None]:
        """Give a place for one connection that is no probe, or the reason why there is none."""
        self._begun += 1
        self._tell()
        try:
            async with self.driver.place(question) as exhausted:
                yield exhausted
        finally:
            self._finished += 1
            self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self._finished, self._begun)

    def _conversation(self, probe: Probe) -> Conversation | Ssl2Conversation:
        if probe.version == ProtocolVersion.SSL2:
            return Ssl2Conversation(probe, entropy=os.urandom)
        return Conversation(probe, entropy=os.urandom, shares=self._shares, on_start=self._met.set)
