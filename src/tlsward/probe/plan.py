"""Plans: strategy without a network.

A plan is a generator. It yields a round, which is a sequence of probes that may all be
made at once, and is sent their observations in the same order; what it returns is the
answer to its question. A plan never learns how, when or over what the probes were made,
so every plan can be tested against a function from Probe to Observation.
"""

from collections.abc import Generator, Sequence
from typing import TypeVar

from tlsward.model.observation import FAILURES, Observation, Outcome
from tlsward.probe.probe import Probe
from tlsward.wire.codepoints import AlertDescription

T = TypeVar("T")
Round = Sequence[Probe]
Answers = Sequence[Observation]
Plan = Generator[Round, Answers, T]

#: The alerts with which a server says that nothing offered suits it.
NOTHING_IN_COMMON = frozenset(
    {AlertDescription.HANDSHAKE_FAILURE, AlertDescription.INSUFFICIENT_SECURITY}
)


def is_served(probe: Probe, observation: Observation) -> bool:
    """Whether the server served what was asked: version, suite and proof."""
    return (
        observation.outcome is Outcome.SERVED
        and observation.version == probe.version
        and observation.cipher_suite in probe.cipher_suites
    )


def served_suite(probe: Probe, observation: Observation) -> int | None:
    """Return the suite that an observation proves, None where it proves none."""
    return observation.cipher_suite if is_served(probe, observation) else None


def reason(observation: Observation) -> str:
    """Return in words why an observation says nothing."""
    return observation.detail or str(observation.outcome)


def ask(probe: Probe) -> Plan[Observation]:
    """Ask one probe, and once more where the answer was a failure."""
    (observation,) = yield [probe]
    if observation.outcome in FAILURES and observation.outcome is not Outcome.OVER_BUDGET:
        (observation,) = yield [probe]
    return observation
