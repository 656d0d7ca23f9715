"""A simulated server: it picks from what is offered as a real one would, without bytes.

Plans are strategy without a network, so this is all they need to be tested exhaustively;
real servers come into play in tests/scan.
"""

from collections.abc import Callable, Sequence

from tlsward.model.observation import Observation, Outcome
from tlsward.probe.plan import Plan
from tlsward.probe.probe import Probe

VERSION = 0x0303


def offer(codes: tuple[int, ...]) -> Probe:
    return Probe(question="test", version=VERSION, cipher_suites=codes)


def served(code: int) -> Observation:
    return Observation(outcome=Outcome.SERVED, version=VERSION, cipher_suite=code, proved=True)


REFUSAL = Observation(outcome=Outcome.ALERT, alert=40, detail="sent the alert handshake_failure")


class SimulatedServer:
    """Counts what it is asked; `pick` chooses from the offered codes it serves."""

    def __init__(
        self,
        suites: Sequence[int],
        pick: Callable[[list[int]], int] | None = None,
        refusal: Observation = REFUSAL,
    ) -> None:
        self.suites = list(suites)
        self.pick = pick or self.own_order
        self.refusal = refusal
        self.connections = 0
        self.rounds = 0
        self.answer: Callable[[Probe], Observation | None] = lambda probe: None

    def own_order(self, common: list[int]) -> int:
        return min(common, key=self.suites.index)

    def __call__(self, probe: Probe) -> Observation:
        self.connections += 1
        special = self.answer(probe)
        if special is not None:
            return special
        common = [code for code in probe.cipher_suites if code in self.suites]
        return served(self.pick(common)) if common else self.refusal

    def interview(self, plan: Plan) -> object:
        """Run a plan, counting rounds."""
        try:
            probes = next(plan)
            while True:
                self.rounds += 1
                probes = plan.send([self(probe) for probe in probes])
        except StopIteration as stop:
            return stop.value
