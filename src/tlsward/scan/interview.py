"""Runs plans over a driver: one interview with one server at one address."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from tlsward.model.observation import FAILURES, Observation, Outcome
from tlsward.net.driver import Driver
from tlsward.probe.client_hello import KeyShares
from tlsward.probe.conversation import Conversation
from tlsward.probe.plan import Plan
from tlsward.probe.probe import Probe
from tlsward.probe.ssl2 import Ssl2Conversation
from tlsward.wire.codepoints import ProtocolVersion

T = TypeVar("T")

#: A server that has answered nothing sensible to this many hellos is not asked more.
PATIENCE = 12

Progress = Callable[[int, int], None]


class Interview:
    """Carries out probes and plans, and remembers how the server bore it.

    `progress` is called with the probes finished and the probes begun. `rounds` counts, for
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
        if len(probes) == 1:
            return [await self.ask(probes[0])]
        return await asyncio.gather(*(self.ask(probe) for probe in probes))

    async def ask(self, probe: Probe) -> Observation:
        """Make one probe."""
        if not self.answered and len(self.failures) >= PATIENCE:
            return Observation(outcome=self.failures[0].outcome, detail=self.failures[0].detail)
        self._begun += 1
        observation = await self.driver.run(lambda: self._conversation(probe), label=probe.question)
        self._finished += 1
        if self._progress is not None:
            self._progress(self._finished, self._begun)
        if observation.outcome is Outcome.OVER_BUDGET:
            self.cut_off = True
        elif observation.outcome in FAILURES:
            self.failures.append(observation)
            if observation.outcome is Outcome.NOT_TLS and not self.answered:
                self.driver.give_up()  # what is not TLS need not be asked again
        else:
            self.answered = True
        return observation

    def _conversation(self, probe: Probe) -> Conversation | Ssl2Conversation:
        if probe.version == ProtocolVersion.SSL2:
            return Ssl2Conversation(probe, entropy=os.urandom)
        return Conversation(probe, entropy=os.urandom, shares=self._shares)
