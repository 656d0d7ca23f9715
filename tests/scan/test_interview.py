"""Rounds are counted by plan and question, whatever runs beside them."""

import asyncio

from tlsward.model.observation import Observation, Outcome
from tlsward.probe.probe import Probe
from tlsward.scan.interview import Interview
from tlsward.wire.codepoints import ProtocolVersion

SEEN = Observation(outcome=Outcome.SERVED)


class Answering:
    """A driver whose server answers everything alike."""

    async def run(self, factory, label=""):
        await asyncio.sleep(0)
        return SEEN


def probe(question):
    return Probe(question=question, version=ProtocolVersion.TLS12, cipher_suites=(0xC02B,))


def plan(*rounds):
    seen = []
    for questions in rounds:
        seen += yield [probe(question) for question in questions]
    return seen


def test_a_plan_gives_what_it_returns():
    interview = Interview(Answering())
    assert asyncio.run(interview.run(plan(("suites",), ("suites", "order")))) == [SEEN] * 3


def test_rounds_are_those_of_the_longest_plan():
    interview = Interview(Answering())

    async def both():
        await asyncio.gather(
            interview.run(plan(("protocols",), ("suites", "suites"), ("suites",))),
            interview.run(
                plan(
                    ("protocols", "suites"),
                )
            ),
        )

    asyncio.run(both())
    assert interview.rounds == {"protocols": 1, "suites": 2}
