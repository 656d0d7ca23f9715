"""How many connections a server sees that is not there, or does not want to talk."""

import asyncio
import socket

import pytest

from servers import hostile
from tlsward.model.observation import Outcome
from tlsward.net.driver import Driver
from tlsward.net.endpoint import Endpoint
from tlsward.net.limits import Limits
from tlsward.probe.probe import Probe
from tlsward.scan.interview import VANGUARD, Interview


def asked(port: int, hellos: int = 40, **limits):
    async def interview():
        driver = Driver(Endpoint(address="127.0.0.1", port=port), Limits(**limits))
        subject = Interview(driver)
        probe = Probe(question="test", version=0x0303, cipher_suites=(0xC02F,))
        return await subject.ask_all([probe] * hellos), driver.total.connections

    return asyncio.run(interview())


def test_nobody_there_is_called_a_few_times_only():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    seen, connections = asked(port)
    assert {observation.outcome for observation in seen} == {Outcome.UNREACHABLE}
    assert len(seen) == 40
    assert connections == VANGUARD


@pytest.mark.parametrize("script", [hostile.random_bytes, hostile.plain_http])
def test_what_is_no_tls_is_not_asked_on_and_on(script):
    with hostile.hostile(script) as port:
        seen, connections = asked(port)
    assert {observation.outcome for observation in seen} == {Outcome.NOT_TLS}
    assert connections <= 40


def test_everything_is_asked_of_who_answers():
    with hostile.hostile(hostile.wrong_version) as port:
        seen, connections = asked(port)
    assert {observation.outcome for observation in seen} == {Outcome.HELLO_ONLY}
    assert connections == 40
