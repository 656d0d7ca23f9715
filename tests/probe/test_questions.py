"""The questions of the second stage against simulated servers."""

import msgspec
import pytest

from probe.simulated import REFUSAL, SimulatedServer
from tlsward.model.observation import Observation, Outcome, Resumption
from tlsward.probe import certificates, groups, negotiation, sessions
from tlsward.probe.enumeration import Enumeration
from tlsward.probe.knowledge import Knowledge
from tlsward.probe.probe import Goal, Probe
from tlsward.probe.suites import VersionFindings
from tlsward.wire.codepoints import AlertDescription, ExtensionType

X25519, P256, P384, MLKEM = 0x001D, 0x0017, 0x0018, 0x11EC
ECDHE_RSA, ECDHE_ECDSA, RSA = 0xC02F, 0xC02B, 0x009C


def knowledge(*suites: int, tls13: bool = False, server_name: str | None = "server.test"):
    versions = {}
    if suites:
        template = Probe(
            question="suites", version=0x0303, cipher_suites=suites, server_name=server_name
        )
        versions["TLSv1.2"] = VersionFindings(
            protocol="TLSv1.2", spoken="yes", template=template, found=Enumeration()
        )
    if tls13:
        template = Probe(
            question="suites", version=0x0304, cipher_suites=(0x1301,), server_name=server_name
        )
        versions["TLSv1.3"] = VersionFindings(
            protocol="TLSv1.3", spoken="yes", template=template, found=Enumeration()
        )
    return Knowledge(server_name=server_name, versions=versions)


def served(probe: Probe, **fields) -> Observation:
    basis = Observation(
        outcome=Outcome.SERVED,
        version=probe.version,
        cipher_suite=probe.cipher_suites[0],
        proved=True,
    )
    return msgspec.structs.replace(basis, **fields)


def server(answer) -> SimulatedServer:
    simulated = SimulatedServer([])
    simulated.answer = answer
    return simulated


def untold(*protocols: str) -> Knowledge:
    """Knowledge of a server that did not say whether it speaks these versions."""
    return Knowledge(
        server_name="server.test",
        versions={
            p: VersionFindings(protocol=p, spoken="unknown", reason="silent") for p in protocols
        },
    )


class TestWhatIsNotKnownOfVersions:
    """A version that may be spoken is no version that is not: nothing follows from it."""

    def test_no_extension_is_called_out_of_place(self):
        nobody = server(lambda _: None)
        older = nobody.interview(negotiation.older_extensions(untold("TLSv1.2")))
        newer = nobody.interview(negotiation.newer_extensions(untold("TLSv1.3")))
        assert set(older.values()) == {"unknown"}
        assert set(newer.states.values()) == {"unknown"}

    def test_no_resumption_is_denied(self):
        nobody = server(lambda _: None)
        older = nobody.interview(sessions.older_sessions(untold("TLSv1.2")))
        newer = nobody.interview(sessions.newer_sessions(untold("TLSv1.3")))
        assert (older.session_id, older.ticket) == ("unknown", "unknown")
        assert (newer.psk, newer.early_data) == ("unknown", "unknown")

    def test_one_version_that_is_known_may_not_be_the_only_one(self):
        known = knowledge(ECDHE_RSA)
        known.versions["TLSv1.3"] = VersionFindings(protocol="TLSv1.3", spoken="unknown")
        state, reason = server(lambda _: None).interview(negotiation.fallback_signal(known))
        assert state == "unknown"
        assert reason

    def test_suites_that_were_not_told_may_be_of_blocks_or_of_curves(self):
        known = knowledge(RSA)
        known.versions["TLSv1.2"].found.unknown[ECDHE_RSA] = "silent"
        states = server(served).interview(negotiation.older_extensions(known))
        assert states["encrypt_then_mac"] == "unknown"
        assert server(served).interview(groups.curves_fallback(known)) == "unknown"

    @pytest.mark.parametrize(("refuses", "answer"), [(True, "no"), (False, "unknown")])
    def test_only_a_server_that_refuses_extensions_has_none(self, refuses, answer):
        known = knowledge(RSA)
        findings = known.versions["TLSv1.2"]
        findings.template = msgspec.structs.replace(findings.template, bare=True)
        findings.refuses_extensions = refuses
        states = server(served).interview(negotiation.older_extensions(known))
        assert states["secure_renegotiation"] == answer
        assert server(served).interview(negotiation.application_protocols(known))[0] == answer


class TestGroups:
    def test_a_retry_names_a_post_quantum_group_that_nobody_computes(self):
        has = (X25519, MLKEM)

        def answer(probe):
            assert probe.key_share_groups is None
            assert probe.goal == Goal.HELLO
            named = [group for group in probe.groups if group in has]
            return Observation(outcome=Outcome.RETRY, group=named[0]) if named else None

        found = server(answer).interview(groups.tls13_groups(knowledge(tls13=True)))
        assert set(found.found.served) == set(has)

    def test_curves_beside_an_ecdsa_certificates_own_are_found(self):
        """RFC 8422 section 5.1: without the certificate's curve the hello is refused."""
        preference = [X25519, P384, P256]

        def answer(probe):
            if P256 not in probe.groups:
                return None
            return served(probe, group=next(g for g in preference if g in probe.groups))

        found = server(answer).interview(groups.older_groups(knowledge(ECDHE_ECDSA)))
        assert set(found.found.served) == set(preference)

    def test_silence_about_a_group_is_unknown(self):
        def answer(probe):
            if X25519 in probe.groups:
                return Observation(outcome=Outcome.TIMEOUT, detail="silent for 5 seconds")
            return served(probe, group=P256) if P256 in probe.groups else None

        found = server(answer).interview(groups.older_groups(knowledge(ECDHE_RSA)))
        assert X25519 in found.found.unknown
        assert X25519 not in found.found.served

    @pytest.mark.parametrize(("falls_back", "expected"), [(True, "yes"), (False, "no")])
    def test_curves_fallback(self, falls_back, expected):
        def answer(probe):
            return served(probe, cipher_suite=RSA) if falls_back else None

        plan = groups.curves_fallback(knowledge(ECDHE_RSA, RSA))
        assert server(answer).interview(plan) == expected


class TestNegotiation:
    def test_one_hello_tells_every_extension(self):
        def answer(probe):
            offered = {extension.type for extension in probe.extra_extensions}
            answered = offered & {ExtensionType.EXTENDED_MASTER_SECRET}
            return served(probe, extensions=dict.fromkeys(answered, b""))

        states = server(answer).interview(negotiation.older_extensions(knowledge(ECDHE_RSA)))
        assert states["extended_master_secret"] == "yes"
        assert states["session_ticket"] == "no"
        assert states["encrypt_then_mac"] == "not applicable"
        assert states["compression"] == "no"

    def test_an_extension_that_the_server_refuses_hides_no_other(self):
        def answer(probe):
            offered = {extension.type for extension in probe.extra_extensions}
            if ExtensionType.HEARTBEAT in offered:
                return None
            return served(probe, extensions=dict.fromkeys(offered, b""))

        states = server(answer).interview(negotiation.older_extensions(knowledge(ECDHE_RSA)))
        assert states["session_ticket"] == "yes"
        assert states["heartbeat"] == "unknown"

    def test_a_server_of_tls13_alone_is_not_asked_what_tls12_has(self):
        plan = negotiation.older_extensions(knowledge(tls13=True))
        assert set(server(lambda _: None).interview(plan).values()) == {"not applicable"}

    @pytest.mark.parametrize(
        ("observation", "state"),
        [
            (
                Observation(outcome=Outcome.ALERT, alert=AlertDescription.INAPPROPRIATE_FALLBACK),
                "yes",
            ),
            (None, "no"),
            (Observation(outcome=Outcome.TIMEOUT, detail="silent"), "unknown"),
        ],
    )
    def test_fallback_signal(self, observation, state):
        def answer(probe):
            if probe.cipher_suites[-1] != negotiation.FALLBACK_SCSV:
                return served(probe)
            return observation or served(probe)

        plan = negotiation.fallback_signal(knowledge(ECDHE_RSA, tls13=True))
        assert server(answer).interview(plan)[0] == state

    def test_a_fallback_refused_in_other_words_counts_where_the_plain_hello_is_served(self):
        """Some stacks and boxes do refuse it, but not with the alert of RFC 7507."""

        def refuses(probe):
            return REFUSAL if negotiation.FALLBACK_SCSV in probe.cipher_suites else served(probe)

        plan = negotiation.fallback_signal
        speaks_two = knowledge(ECDHE_RSA, tls13=True)
        state, reason = server(refuses).interview(plan(speaks_two))
        assert state == "yes"
        assert reason.startswith("refused otherwise")

    def test_a_refusal_of_everything_is_no_answer_to_the_fallback(self):
        plan = negotiation.fallback_signal(knowledge(ECDHE_RSA, tls13=True))
        overloaded = Observation(outcome=Outcome.ALERT, alert=AlertDescription.INTERNAL_ERROR)
        assert server(lambda _: overloaded).interview(plan)[0] == "unknown"

    def test_one_version_leaves_nothing_to_fall_back_from(self):
        plan = negotiation.fallback_signal(knowledge(ECDHE_RSA))
        assert server(lambda _: None).interview(plan)[0] == "not applicable"


class TestCertificates:
    def test_each_key_type_is_asked_for_and_what_comes_without_a_name(self):
        chains = {ECDHE_RSA: (b"rsa",), ECDHE_ECDSA: (b"ecdsa",)}

        def answer(probe):
            chain = chains[probe.cipher_suites[0]] if probe.server_name else (b"default",)
            return served(probe, certificates=chain)

        plan = certificates.certificates(knowledge(ECDHE_RSA, ECDHE_ECDSA))
        found = server(answer).interview(plan)
        assert {(named, seen.certificates) for _, named, seen in found.seen} == {
            (True, (b"rsa",)),
            (True, (b"ecdsa",)),
            (False, (b"default",)),
        }
        assert found.requires_sni == "no"

    def test_a_refusal_without_a_name_is_a_need_for_it_and_silence_is_not(self):
        def refuses(probe):
            return served(probe, certificates=(b"der",)) if probe.server_name else REFUSAL

        def hangs(probe):
            silence = Observation(outcome=Outcome.TIMEOUT)
            return served(probe, certificates=(b"der",)) if probe.server_name else silence

        plan = certificates.certificates
        assert server(refuses).interview(plan(knowledge(ECDHE_RSA))).requires_sni == "yes"
        assert server(hangs).interview(plan(knowledge(ECDHE_RSA))).requires_sni == "unknown"

    def test_a_stack_that_drops_who_asks_for_a_staple_still_shows_its_certificate(self):
        def answer(probe):
            return None if probe.extra_extensions else served(probe, certificates=(b"der",))

        found = server(answer).interview(certificates.certificates(knowledge(ECDHE_RSA)))
        assert (b"der",) in {seen.certificates for _, _, seen in found.seen}

    def test_a_certificate_that_could_not_be_seen_is_missed(self):
        """Else a gate would pass what nobody looked at."""

        def answer(probe):
            if probe.cipher_suites[0] == ECDHE_ECDSA and probe.server_name:
                return Observation(outcome=Outcome.TIMEOUT, detail="silent for 5 seconds")
            return served(probe, certificates=(b"rsa",))

        plan = certificates.certificates(knowledge(ECDHE_RSA, ECDHE_ECDSA))
        assert server(answer).interview(plan).missed == ("silent for 5 seconds",)

    def test_a_key_type_that_is_refused_is_not_missed(self):
        def answer(probe):
            return (
                served(probe, certificates=(b"rsa",)) if 0x0804 in probe.signature_schemes else None
            )

        found = server(answer).interview(certificates.certificates(knowledge(tls13=True)))
        assert found.missed == ()


class TestSessions:
    RESUMPTION = Resumption(
        cipher_suite=ECDHE_RSA, master_secret=bytes(48), session_id=b"s" * 32, ticket=b"ticket"
    )

    def test_ticket_and_session_id_are_asked_apart(self):
        def answer(probe):
            if probe.resumption is None:
                return served(probe, resumption=self.RESUMPTION, session_id=b"s" * 32)
            by_ticket = any(e.data == b"ticket" for e in probe.extra_extensions)
            return served(probe, resumed=by_ticket)

        found = server(answer).interview(sessions.older_sessions(knowledge(ECDHE_RSA)))
        assert (found.ticket, found.session_id) == ("yes", "no")

    def test_a_session_that_is_kept_a_moment_later_is_resumed_after_all(self):
        asked = []

        def answer(probe):
            if probe.resumption is None:
                return served(probe, resumption=self.RESUMPTION, session_id=b"s" * 32)
            asked.append(probe)
            return served(probe, resumed=len(asked) > 2)

        found = server(answer).interview(sessions.older_sessions(knowledge(ECDHE_RSA)))
        assert (found.ticket, found.session_id) == ("yes", "yes")

    def test_a_handshake_that_could_not_be_finished_tells_nothing(self):
        def answer(probe):
            return Observation(outcome=Outcome.TIMEOUT, detail="silent for 5 seconds")

        found = server(answer).interview(sessions.older_sessions(knowledge(ECDHE_RSA)))
        assert (found.ticket, found.session_id) == ("unknown", "unknown")
        assert found.reasons["session.ticket_resumption"] == "silent for 5 seconds"

    def test_a_server_that_breaks_off_for_want_of_a_client_certificate_tells_nothing(self):
        def answer(probe):
            return served(probe, alert=AlertDescription.CERTIFICATE_REQUIRED)

        found = server(answer).interview(sessions.newer_sessions(knowledge(tls13=True)))
        assert (found.psk, found.early_data) == ("unknown", "unknown")
        assert "certificate_required" in found.reasons["session.psk_resumption"]

    def test_no_ticket_after_tls13_is_no_resumption(self):
        found = server(served).interview(sessions.newer_sessions(knowledge(tls13=True)))
        assert (found.psk, found.early_data) == ("no", "no")

    def test_a_ticket_is_offered_with_a_share_of_the_same_group(self):
        resumption = Resumption(
            cipher_suite=0x1301, psk=bytes(32), ticket=b"t", max_early_data_size=16384
        )

        def answer(probe):
            if probe.resumption is None:
                return served(probe, resumption=resumption, group=P384)
            assert probe.key_share_groups == (P384,)
            return served(probe, resumed=True)

        found = server(answer).interview(sessions.newer_sessions(knowledge(tls13=True)))
        assert (found.psk, found.early_data) == ("yes", "yes")
