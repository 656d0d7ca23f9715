"""Versions and suites against simulated servers: what is a "no", and what only looks like one."""

import msgspec
import pytest

from probe.simulated import REFUSAL, SimulatedServer
from tlsward.model.observation import Observation, Outcome
from tlsward.probe.suites import FINITE_FIELD_GROUPS, version_suites

SILENCE = Observation(outcome=Outcome.TIMEOUT, detail="silent for 5 seconds")
PROTOCOL_VERSION = Observation(outcome=Outcome.ALERT, alert=70)
INTERNAL_ERROR = Observation(outcome=Outcome.ALERT, alert=80)
DHE_RSA_AES128 = 0x0033
AES128, AES256 = 0x002F, 0x0035


def served(probe, code, **fields):
    return Observation(
        outcome=Outcome.SERVED, version=probe.version, cipher_suite=code, proved=True, **fields
    )


def ask(protocol, answer):
    server = SimulatedServer([])
    server.answer = answer
    return server.interview(version_suites(protocol, "server.test")), server


def picks(probe, *codes):
    return next((code for code in codes if code in probe.cipher_suites), None)


@pytest.mark.parametrize("protocol", ["TLSv1", "TLSv1.2", "TLSv1.3"])
def test_a_refusal_of_everything_is_a_no(protocol):
    found, _ = ask(protocol, lambda _: None)
    assert found.spoken == "no"
    found, _ = ask(protocol, lambda _: PROTOCOL_VERSION)
    assert found.spoken == "no"


@pytest.mark.parametrize("protocol", ["TLSv1", "TLSv1.2", "TLSv1.3"])
def test_silence_is_never_a_no(protocol):
    found, _ = ask(protocol, lambda _: SILENCE)
    assert found.spoken == "unknown"
    assert found.reason == "silent for 5 seconds"


def test_a_surprising_no_that_could_not_be_asked_again_is_unknown():
    """The long hellos are refused in a way that may mean their length; the short are not heard."""
    sizes = {3: REFUSAL, 30: SILENCE}
    found, _ = ask("TLSv1", lambda probe: sizes.get(len(probe.cipher_suites), INTERNAL_ERROR))
    assert found.spoken == "unknown"


def test_a_failure_that_was_then_refused_in_plain_words_is_a_no():
    first = []

    def answer(probe):
        if len(probe.cipher_suites) > 30 and probe not in first:
            first.append(probe)
            return SILENCE
        return PROTOCOL_VERSION

    assert ask("TLSv1", answer)[0].spoken == "no"


@pytest.mark.parametrize("protocol", ["TLSv1", "TLSv1.2", "TLSv1.3"])
def test_a_server_hello_that_could_not_be_proved_is_no_no(protocol):
    """Nobody here can open the flight, or knows the secret: that is not the server's word."""

    def answer(probe):
        code = probe.cipher_suites[0]
        return Observation(
            outcome=Outcome.HELLO_ONLY,
            detail="answered with an encrypted flight that was not opened",
            version=probe.version,
            cipher_suite=code,
        )

    found, _ = ask(protocol, answer)
    assert found.spoken == "unknown"
    assert "not opened" in found.reason


@pytest.mark.parametrize("protocol", ["TLSv1", "TLSv1.2"])
@pytest.mark.parametrize(("otherwise", "refuses"), [(INTERNAL_ERROR, True), (SILENCE, False)])
def test_a_server_that_is_served_without_extensions_may_not_have_heard_them(
    protocol, otherwise, refuses
):
    def answer(probe):
        if not probe.bare:
            return otherwise
        return served(probe, AES128) if AES128 in probe.cipher_suites else REFUSAL

    found, _ = ask(protocol, answer)
    assert found.spoken == "yes"
    assert found.template.bare
    assert found.refuses_extensions is refuses


@pytest.mark.parametrize("protocol", ["TLSv1.1", "TLSv1.2"])
def test_an_older_version_instead_is_a_no_and_costs_few_connections(protocol):
    """A server of TLS 1.0 answers newer hellos with its own version, suite by suite."""

    def answer(probe):
        code = picks(probe, AES256, AES128, 0x000A, DHE_RSA_AES128, 0xC013, 0xC014)
        if code is None:
            return REFUSAL
        return Observation(outcome=Outcome.HELLO_ONLY, version=0x0301, cipher_suite=code)

    found, server = ask(protocol, answer)
    assert found.spoken == "no"
    assert found.found.unproved == {}
    assert server.rounds <= 3


@pytest.mark.parametrize("protocol", ["TLSv1", "TLSv1.2"])
def test_the_servers_own_prime_is_shown_and_not_a_named_group(protocol):
    """A stack that knows RFC 7919 hides a small prime from clients that list named groups."""

    def answer(probe):
        code = picks(probe, DHE_RSA_AES128, AES128)
        if code is None:
            return REFUSAL
        if code != DHE_RSA_AES128:
            return served(probe, code)
        named = set(probe.groups) & set(FINITE_FIELD_GROUPS)
        return served(probe, code, dh_bits=2048 if named else 1024)

    found, _ = ask(protocol, answer)
    assert set(found.found.served) == {DHE_RSA_AES128, AES128}
    assert found.found.served[DHE_RSA_AES128].dh_bits == 1024


@pytest.mark.parametrize("protocol", ["TLSv1", "TLSv1.2"])
def test_an_overloaded_server_has_not_refused_the_rest(protocol):
    asked = 0
    serves = (AES256, AES128, 0x000A, 0x0005)

    def healthy(probe):
        code = picks(probe, *serves)
        return INTERNAL_ERROR if code is None else served(probe, code)

    def overloaded(probe):
        nonlocal asked
        asked += 1
        return INTERNAL_ERROR if asked > 6 else healthy(probe)

    found, _ = ask(protocol, healthy)
    assert set(found.found.served) == set(serves)
    assert found.found.unknown == {}
    found, _ = ask(protocol, overloaded)
    assert set(serves) <= found.found.served.keys() | found.found.unknown.keys()
    assert found.found.unknown or found.spoken == "unknown"


def test_what_ssl2_could_not_be_asked_is_unknown():
    assert ask("SSLv2", lambda _: SILENCE)[0].spoken == "unknown"
    refused = msgspec.structs.replace(REFUSAL, alert=None)
    assert ask("SSLv2", lambda _: refused)[0].spoken == "no"
