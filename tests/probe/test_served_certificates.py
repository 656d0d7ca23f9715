"""Which certificates are asked for, and what is made of the answers; no network."""

import msgspec
import pytest

from probe.simulated import REFUSAL
from tlsward.facts.suites import suite
from tlsward.model.observation import Observation, Outcome
from tlsward.probe import served_certificates as served
from tlsward.probe.certificates import SCHEMES_BY_KEY
from tlsward.probe.served_certificates import (
    MOST_SILENCES,
    POST_QUANTUM_SCHEMES,
    TRIED,
    served_certificates,
)
from tlsward.probe.suites import VERSIONS
from tlsward.wire.extensions import decode_signature_algorithms

SILENCE = Observation(outcome=Outcome.TIMEOUT, detail="no answer within 5 s")


class Server:
    """Has certificates by kind of key, for its name and for no name, in some versions."""

    def __init__(self, named=("RSA",), unnamed=None, versions=("TLSv1.3", "TLSv1.2")):
        self.named = named
        self.unnamed = named if unnamed is None else unnamed
        self.versions = {VERSIONS[version] for version in versions}
        self.refusal = REFUSAL
        self.hates_staples = False
        self.asked = []

    def __call__(self, probe):
        self.asked.append(probe)
        has = self.unnamed if probe.server_name is None else self.named
        if self.hates_staples and probe.extra_extensions:
            return Observation(outcome=Outcome.RESET)
        if probe.version not in self.versions or not has:
            return self.refusal
        for kind in has:
            suites, scheme = probe.cipher_suites, None
            if probe.is_tls13:
                ours = [s for s in probe.signature_schemes if s in SCHEMES_BY_KEY[kind]]
                scheme = ours[0] if ours else None
                suites = suites if ours else ()
            else:
                suites = [code for code in suites if suite(code).authentication == kind]
            if suites:
                return self.served(probe, suites[0], scheme, kind)
        return self.refusal

    def served(self, probe, code, scheme, kind):
        own = b"" if probe.server_name else b"" if self.unnamed == self.named else b" of another"
        return Observation(
            outcome=Outcome.SERVED,
            version=probe.version,
            cipher_suite=code,
            signature_scheme=scheme,
            certificates=(kind.encode() + own,),
            proved=True,
        )

    def look(self, name="host.example"):
        plan = served_certificates(name)
        try:
            probes = next(plan)
            while True:
                probes = plan.send([self(probe) for probe in probes])
        except StopIteration as stop:
            return stop.value


def certificates(found):
    return {each.observation.certificates[0] for each in found.seen}


@pytest.mark.parametrize(
    ("versions", "connections"),
    [
        (("TLSv1.3", "TLSv1.2"), 4),
        (("TLSv1.3",), 4),
        (("TLSv1.2", "TLSv1.1"), 4),
        (("TLSv1",), 6),
        (("SSLv3",), 6),
    ],
)
def test_one_certificate_is_cheap_in_every_version(versions, connections):
    server = Server(versions=versions)
    found = server.look()
    assert certificates(found) == {b"RSA"}
    assert (found.reason, found.missed, found.unnamed_asked) == (None, (), "SSLv3" not in versions)
    assert len(server.asked) == connections


@pytest.mark.parametrize(
    "kinds", [("ECDSA", "RSA"), ("RSA", "ECDSA"), ("EdDSA", "RSA", "ECDSA"), ("RSA", "EdDSA")]
)
def test_every_kind_of_key_is_found(kinds):
    server = Server(kinds)
    assert certificates(server.look()) == {kind.encode() for kind in kinds}
    assert len(server.asked) <= 4 + len(kinds)


def test_who_wants_one_kind_of_key_takes_any_signature_above_it():
    server = Server(("ECDSA", "RSA"))
    server.look()
    broad, narrow = server.asked[0], server.asked[1]
    assert set(narrow.signature_schemes) < {*broad.signature_schemes, *POST_QUANTUM_SCHEMES}
    assert 0x0403 not in narrow.signature_schemes
    (above,) = [each for each in narrow.extra_extensions if each.type == 50]
    assert set(broad.signature_schemes) == set(decode_signature_algorithms(above.data))


def test_two_kinds_before_tls13():
    assert certificates(Server(("ECDSA", "RSA"), versions=("TLSv1.2",)).look()) == {
        *(b"ECDSA", b"RSA")
    }


def test_what_is_served_without_a_name_is_asked_for_every_kind_too():
    found = Server(("RSA",), unnamed=("ECDSA", "RSA")).look()
    assert certificates(found) == {b"RSA", b"ECDSA of another", b"RSA of another"}
    assert {
        each.named for each in found.seen if b"another" in each.observation.certificates[0]
    } == {False}


def test_a_server_that_needs_a_name_said_so():
    found = Server(unnamed=()).look()
    assert (certificates(found), found.unnamed_asked, found.missed) == ({b"RSA"}, True, ())


def test_without_a_name_nothing_is_asked_by_name():
    server = Server()
    assert server.look(None).unnamed_asked
    assert {probe.server_name for probe in server.asked} == {None}


def test_who_drops_what_asks_for_a_staple_is_asked_without():
    server = Server()
    server.hates_staples = True
    found = server.look()
    assert certificates(found) == {b"RSA"}
    assert not any(each.stapled for each in found.seen)


def test_a_failure_later_is_a_certificate_that_may_have_been_missed():
    server = Server()
    answer = Server.__call__

    class Flaky(Server):
        def __call__(self, probe):
            seen = answer(self, probe)
            return SILENCE if len(self.asked) > 1 else seen

    found = Flaky().look()
    assert certificates(found) == {b"RSA"}
    assert found.missed == (SILENCE.detail,)
    assert not found.unnamed_asked
    assert server.look().missed == ()


def test_refusals_of_everything_are_told_version_by_version():
    server = Server(())
    found = server.look()
    assert found.seen == ()
    assert [part.partition(":")[0] for part in found.reason.split("; ")] == list(TRIED)
    assert len(server.asked) == 2 * len(TRIED)


@pytest.mark.parametrize(
    ("seen", "asked"),
    [
        (Observation(outcome=Outcome.UNREACHABLE, detail="connection refused"), 1),
        (Observation(outcome=Outcome.NOT_TLS, detail="it speaks HTTP"), 1),
        (SILENCE, MOST_SILENCES),
    ],
)
def test_who_is_not_there_is_not_asked_on(seen, asked):
    server = Server(())
    server.refusal = seen
    found = server.look()
    assert len(server.asked) == asked
    assert found.reason == "; ".join(
        f"{version}: {seen.detail}" for version in TRIED[: len(server.asked)]
    )
    assert found.outcome is seen.outcome


def test_a_server_that_serves_another_chain_each_time_is_not_asked_for_ever():
    class Moody(Server):
        def served(self, probe, code, scheme, kind):
            seen = super().served(probe, code, scheme, kind)
            return msgspec.structs.replace(seen, certificates=(b"%d" % len(self.asked),))

    server = Moody(("RSA", "ECDSA", "EdDSA"))
    server.look()
    assert len(server.asked) < 20


def test_what_is_left_to_ask_when_the_rounds_are_over_may_have_been_missed(monkeypatch):
    server = Server(("RSA", "ECDSA", "EdDSA"))
    assert server.look().missed == ()
    monkeypatch.setattr(served, "MOST_ROUNDS", 2)
    found = server.look()
    assert certificates(found) == {b"RSA", b"ECDSA", b"EdDSA"}
    assert found.missed == ("it had another one for each of 2 rounds of questions",)
