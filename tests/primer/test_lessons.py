"""Lessons: what they tell of numbers, chains and connections, and that all of it is there."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from servers.laboratory import make_credentials
from tlsward.errors import UsageError
from tlsward.model.lesson import Alphabet, Arrow, Flow, Ladder, Mixing, Remark
from tlsward.model.observation import MessageTrace, Observation, Outcome
from tlsward.pki.bundle import read_bundle
from tlsward.pki.stores import Stores
from tlsward.pki.x509 import read_certificate
from tlsward.primer.certificates import altered, follow, recovered
from tlsward.primer.lessons.caesar import caesar, caesar_broken, caesar_decrypted
from tlsward.primer.lessons.chain import chain_of_trust
from tlsward.primer.lessons.diffie_hellman import diffie_hellman
from tlsward.primer.lessons.handshake import Connection, handshake
from tlsward.primer.lessons.rsa import rsa
from tlsward.primer.lessons.seal import sealed
from tlsward.report.lesson.document import render_lesson_json
from tlsward.report.lesson.page import render_page
from tlsward.report.lesson.text import render_lesson
from tlsward.sandbox.authority import throw_away_credentials


def titles(lesson):
    return [step.title for step in lesson.steps]


def figures(lesson, kind):
    return [step.figure for step in lesson.steps if isinstance(step.figure, kind)]


class TestCaesar:
    def test_the_worked_example(self):
        lesson = caesar()
        assert lesson.results["ciphertext"] == "haahjr aol zvbaolyu nhal ha khdu"
        assert lesson.results["broken_key"] == "7"
        assert lesson.results["alphabet"] == "hijklmnopqrstuvwxyzabcdefg"
        assert titles(lesson)[-1] == "The key is found"
        assert figures(lesson, Alphabet)

    def test_a_wrong_guess_is_told(self):
        lesson = caesar("zzz", 1)
        assert lesson.results["broken_key"] != "1"
        assert titles(lesson)[-1] == "The guess is wrong"

    def test_keys_go_round(self):
        assert titles(caesar("abc", -19))[0] == "A key is a number of places"
        assert caesar("abc", -19).results["ciphertext"] == caesar("abc", 7).results["ciphertext"]

    def test_without_letters(self):
        assert titles(caesar("12 é", 3))[-1] == "Nothing to count"
        with pytest.raises(UsageError, match="nothing to count"):
            caesar_broken("12 é")

    def test_both_ways(self):
        ciphertext = "haahjr aol zvbaolyu nhal ha khdu"
        assert caesar_decrypted(ciphertext, 7).results["decrypted"].startswith("attack the")
        assert caesar_broken(ciphertext).results["broken"] == "attack the southern gate at dawn"

    def test_a_text_too_long(self):
        with pytest.raises(UsageError, match="10001 characters"):
            caesar("a" * 10_001)


class TestNumbers:
    def test_diffie_hellman(self):
        results = diffie_hellman().results
        assert {name: results[name] for name in "pgabAB"} == {
            "p": "23",
            "g": "5",
            "a": "6",
            "b": "15",
            "A": "8",
            "B": "19",
        }
        assert results["shared"] == results["eavesdropper_shared"] == "2"
        assert figures(diffie_hellman(), Mixing)[0].shared == "s = 2"

    def test_an_eavesdropper_may_find_another_exponent(self):
        lesson = diffie_hellman(23, 2, 14, 3)  # 2 has 11 powers, so 14 does what 3 does
        assert "Any exponent that fits is enough" in titles(lesson)
        assert lesson.results["eavesdropper_tries"] == "3"

    def test_a_shared_secret_of_one_is_pointed_out(self):
        assert diffie_hellman(13, 2, 4, 3).results["shared"] == "1"
        assert "A secret that is no secret" in titles(diffie_hellman(13, 2, 4, 3))
        assert "A secret that is no secret" not in titles(diffie_hellman())

    def test_how_hard_a_search_is(self):
        assert "the largest of them, here 2." in diffie_hellman(65537, 3, 100, 200).steps[0].text
        assert "11 is a prime" in diffie_hellman(23, 2, 3, 4).steps[0].text

    @pytest.mark.parametrize(
        ("prime", "time"),
        [
            (2**31 - 1, "needs 1 second:"),
            (2**61 - 1, "needs 36 years:"),
            (2**89 - 1, "needs more than 10 to the power of 9 years:"),
        ],
    )
    def test_how_long_a_search_takes(self, prime, time):
        lesson = diffie_hellman(prime, 7 if prime == 2**31 - 1 else 37, 2**29 + 1, 2**30 - 9)
        (text,) = [step.text for step in lesson.steps if step.title.endswith("gives up")]
        assert time.removesuffix(":") in text

    def test_an_eavesdropper_gives_up(self):
        prime = 2**89 - 1
        lesson = diffie_hellman(prime, 3, 2**80 + 1, 2**81 + 3)
        assert "The eavesdropper gives up" in titles(lesson)
        assert "passed a test" in lesson.steps[0].text
        assert lesson.results["shared"] == str(pow(3, (2**80 + 1) * (2**81 + 3), prime))

    def test_rsa(self):
        results = rsa().results
        wanted = {"n": "221", "phi": "192", "e": "5", "d": "77", "message": "123"}
        wanted |= {"ciphertext": "106", "decrypted": "123", "opened": "123"}
        assert {name: results[name] for name in wanted} == wanted
        assert figures(rsa(), Flow)

    def test_rsa_tells_where_d_was_negative(self):
        lesson = rsa(11, 7, 7, 2)
        assert any("with φ(n) added" in step.text for step in lesson.steps)
        assert int(lesson.results["d"]) == pow(7, -1, 60)

    @pytest.mark.parametrize(
        ("e", "title"), [(49, "This key changes nothing"), (31, "This key keeps nothing")]
    )
    def test_a_key_that_is_none(self, e, title):
        assert title in titles(rsa(17, 13, e, 100))
        assert title not in titles(rsa(17, 13, 5, 100))

    def test_the_worked_ciphertext_is_the_signature_by_accident(self):
        lesson = rsa()
        assert lesson.results["ciphertext"] == lesson.results["signature"] == "106"
        (text,) = [step.text for step in lesson.steps if step.title == "Twice the same number"]
        assert f"{pow(3, 5, 221)} and the signature {pow(3, 77, 221)}" in text
        assert "Twice the same number" not in titles(rsa(61, 53, 17, 65))

    @pytest.mark.parametrize("message", [0, 1, 220])
    def test_what_stays_is_only_said_of_this_exponent(self, message):
        lesson = rsa(17, 13, 5, message)
        (text,) = [step.text for step in lesson.steps if step.title.startswith("Messages that")]
        assert text.startswith(f"{message} to the power of e is {message} again")
        assert "Twice the same number" not in titles(lesson)

    def test_large_numbers_stay_within_a_terminal(self):
        lesson = (
            rsa(2**1279 - 1, 2**1279 - 2**520 + 2**9 + 5, 65537)
            if False
            else rsa(2**607 - 1, 2**1279 - 1, 65537)
        )
        assert max(map(len, render_lesson(lesson).splitlines())) <= 80

    def test_rsa_without_a_message(self):
        assert rsa(3, 11, 3).results["message"] == "2"
        assert rsa(61, 53, 17).results["message"] == "123"

    def test_messages_that_stay_as_they_are(self):
        assert "Messages that stay as they are" in titles(rsa(17, 13, 5, 1))

    def test_a_large_n_is_not_taken_apart(self):
        assert "The attacker gives up" in titles(rsa(2**61 - 1, 2**89 - 1, 65537, 42))


class TestSeal:
    def test_the_worked_example(self):
        results = sealed().results
        assert results["tampered"] == "attack the northern gate at dawn"
        assert results["tampered_accepted"] == "no"
        assert len(results["hmac_sha256"]) == 64

    @pytest.mark.parametrize(
        ("given", "reason"),
        [
            (("", "k", None), "the message is empty"),
            (("m", "", None), "the key is empty"),
            (("m", "k", "m"), "is the message itself"),
            (("m" * 10_001, "k", None), "10001 characters"),
        ],
    )
    def test_what_cannot_be_used(self, given, reason):
        with pytest.raises(UsageError, match=reason):
            sealed(*given)

    def test_a_guess_that_is_the_key_is_not_taken(self):
        for key in ("a guess", "another guess"):
            values = {value.name: value.value for value in sealed("m", key).steps[-1].values}
            assert values["guess"] != key
            assert values["seal"] != values["expected"]

    def test_a_long_key_is_hashed_first(self):
        texts = [
            [step.text for step in sealed("m", "k" * count).steps if "HMAC" in step.title]
            for count in (64, 65)
        ]
        assert texts[0][0].startswith("The key is filled up to 64 octets")
        assert texts[1][0].startswith("The key has 65 octets. One of more than 64")

    @given(st.text(min_size=1, max_size=50), st.text(min_size=1, max_size=50))
    def test_any_text(self, message, key):
        assert sealed(message, key).results["tampered_accepted"] == "no"


def chain(credentials_chain, root):
    bundle = read_bundle(credentials_chain, name="chain")
    leaf, *others = map(read_certificate, bundle.certificates)
    return leaf, others, Stores.load(root)


@pytest.fixture(scope="module")
def elliptic():
    credentials = throw_away_credentials(datetime.now(UTC))
    return chain(credentials.chain, credentials.root)


@pytest.fixture(scope="module")
def signed_with_rsa(tmp_path_factory):
    credentials = make_credentials(tmp_path_factory.mktemp("authority"))
    return chain(credentials.certificate("ecdsa").read_bytes(), credentials.ca.read_bytes())


class TestChain:
    def test_every_link_holds_and_an_altered_one_does_not(self, elliptic):
        results = chain_of_trust("here", *elliptic).results
        assert [results[f"holds_{depth}"] for depth in range(3)] == ["yes"] * 3
        assert results["stores"] == "private"
        assert results["altered_holds"] == "no"
        assert results["issuer_0"] == results["subject_1"]

    def test_one_octet_of_the_name_is_altered(self, elliptic):
        link = follow(*elliptic).links[0]
        change = altered(link)
        assert (change.before ^ change.after, change.reads) == (1, "localhosu")
        assert change.fingerprint != link.fingerprint
        assert change.holds is False

    def test_an_rsa_signature_has_the_fingerprint_in_it(self, signed_with_rsa):
        link = follow(*signed_with_rsa).links[0]
        padded = recovered(link)
        assert padded.startswith(b"\x00\x01\xff\xff")
        assert padded.endswith(link.fingerprint)
        assert "What is in an RSA signature" in titles(chain_of_trust("x", *signed_with_rsa))

    def test_where_no_store_has_the_root(self, elliptic):
        leaf, others, _ = elliptic
        lesson = chain_of_trust("here", leaf, others, Stores.load(None))
        assert lesson.results["stores"] == ""
        assert "Here the chain ends" in titles(lesson)

    def test_a_leaf_alone(self, elliptic):
        leaf, _, _ = elliptic
        lesson = chain_of_trust("here", leaf, (), Stores.load(None))
        assert "altered_holds" not in lesson.results
        assert titles(lesson)[-1] == "Here the chain ends"


def made(subject, issuer, key, signer, *, authority=False, says_own=False):
    """A certificate with names and keys as given, and with identifiers as if its own."""
    now = datetime.now(UTC)
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cn)]) for cn in (subject, issuer)]
    builder = (
        x509.CertificateBuilder()
        .subject_name(names[0])
        .issuer_name(names[1])
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=9))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
    )
    if says_own:
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        issuers = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)
        builder = builder.add_extension(own, critical=False)
        builder = builder.add_extension(issuers, critical=False)
    return read_certificate(builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER))


@pytest.fixture(scope="module")
def keys():
    return [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]


class TestChainsThatAreNotWhole:
    def test_a_forged_signature_is_no_missing_issuer(self, keys):
        leaf = made("leaf", "I", keys[0], keys[2])
        issuer = made("I", "I", keys[1], keys[1], authority=True)
        lesson = chain_of_trust("here", leaf, [issuer], Stores.load(None))
        assert titles(lesson)[-1] == "Here the chain breaks"
        step = lesson.steps[-1]
        assert "its key did not make the signature on CN=leaf" in step.text
        assert step.values[0].value == "does not hold, with the key of CN=I"
        assert "Each is signed" not in lesson.steps[0].text

    def test_an_anchor_need_not_sign_itself(self, keys):
        leaf = made("leaf", "I", keys[0], keys[1])
        intermediate = made("I", "R", keys[1], keys[2], authority=True)
        store = x509.load_der_x509_certificate(intermediate.der).public_bytes(Encoding.PEM)
        lesson = chain_of_trust("here", leaf, [], Stores.load(store))
        texts = [step.text for step in lesson.steps if step.title == "CN=I"]
        assert texts[0].startswith("Not signed with its own key")
        assert "Each is signed" in lesson.steps[0].text

    def test_a_broken_signature_of_its_own(self, keys):
        alone = made("alone", "alone", keys[0], keys[1], says_own=True)
        lesson = chain_of_trust("here", alone, [], Stores.load(None))
        assert "does not fit its own key" in lesson.steps[1].text
        assert lesson.results["holds_0"] == "no"
        whole = made("alone", "alone", keys[0], keys[0])
        lesson = chain_of_trust("here", whole, [], Stores.load(None))
        assert "The signature fits" in lesson.steps[1].text


def message(sender, name, *, encrypted=False):
    return MessageTrace(sender=sender, name=name, size=1, at=0.001, encrypted=encrypted)


class TestHandshake:
    def seen(self, version, *names, suite=0x1301):
        return Observation(
            outcome=Outcome.SERVED,
            version=version,
            cipher_suite=suite,
            group=29,
            trace=tuple(message(*name.split()) for name in names),
        )

    def test_keys_come_when_they_can(self):
        seen = self.seen(
            0x0304,
            "client ClientHello",
            "server ServerHello",
            "server Finished",
            "client Finished",
            "server Alert",
        )
        (ladder,) = figures(handshake([Connection(source="x", seen=seen)]), Ladder)
        kinds = [rung.name if isinstance(rung, Arrow) else "*" for rung in ladder.rungs]
        assert kinds == [
            *("ClientHello", "ServerHello", "*", "Finished", "*", "Finished", "*", "Alert")
        ]
        assert ladder.rungs[-1].sealed
        assert isinstance(ladder.rungs[2], Remark)
        assert "client_handshake_traffic_secret" in ladder.rungs[2].text

    def test_rsa_key_exchange_is_told_as_such(self):
        seen = self.seen(0x0303, "client ClientKeyExchange", suite=0x009C)
        (ladder,) = figures(handshake([Connection(source="x", seen=seen)]), Ladder)
        assert ladder.rungs[0].carries.startswith("the premaster secret, encrypted")

    def test_a_retry_is_two_round_trips_and_no_keys(self):
        seen = self.seen(
            0x0304,
            *("client ClientHello", "server HelloRetryRequest", "client ClientHello"),
            *("server ServerHello", "server Finished", "client Finished"),
        )
        lesson = handshake([Connection(source="x", seen=seen)])
        (ladder,) = figures(lesson, Ladder)
        kinds = [rung.name if isinstance(rung, Arrow) else "*" for rung in ladder.rungs]
        assert kinds[:5] == ["ClientHello", "HelloRetryRequest", "ClientHello", "ServerHello", "*"]
        assert ladder.rungs[0].carries != ladder.rungs[2].carries
        assert lesson.steps[0].text.startswith("Two round trips")

    def test_a_client_without_a_certificate_says_so(self):
        seen = self.seen(0x0303, "client Certificate", "client Finished", "server Finished")
        (ladder,) = figures(handshake([Connection(source="x", seen=seen)]), Ladder)
        assert ladder.rungs[0].carries.startswith("an empty list")

    def test_without_both_finished_nothing_is_claimed(self):
        whole = self.seen(0x0303, "client Finished", "server Finished")
        assert handshake([Connection(source="x", seen=whole)]).conclusion.startswith("Both end")
        cut = self.seen(0x0303, "client ClientHello", "client Finished")
        lesson = handshake([Connection(source="x", seen=whole), Connection(source="y", seen=cut)])
        assert "nothing proves" in lesson.conclusion

    def test_an_old_version_has_no_table_of_keys(self):
        seen = self.seen(0x0301, "client ClientHello", suite=0xC013)
        lesson = handshake([Connection(source="x", seen=seen)])
        assert titles(lesson) == ["TLSv1 with x"]

    def test_nothing_known_is_no_error(self):
        seen = Observation(outcome=Outcome.SERVED, trace=(message("server", "0x00FE"),))
        assert render_lesson(handshake([Connection(source="x", seen=seen)]))


@given(st.text(max_size=300), st.integers(-(2**64), 2**64))
def test_every_text_is_told_in_every_form(text, key):
    lesson = caesar(text, key)
    for written in (render_lesson(lesson), render_lesson_json(lesson), render_page([lesson], "")):
        assert "\x1b" not in written
        assert all(line.isprintable() for line in written.splitlines() if line.isascii())
