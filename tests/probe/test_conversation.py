"""Conversations against scripted bytes: what a server sends, field by field.

Handshakes with real servers are in tests/scan; here are the servers that nobody can
install: those that break off, storm, lie and babble.
"""

import os
import time
from datetime import datetime

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from tlsward.model.observation import FAILURES, Outcome
from tlsward.probe.client_hello import KeyShares
from tlsward.probe.conversation import Conversation
from tlsward.probe.flight import ServerFlight
from tlsward.probe.probe import Goal, Probe
from tlsward.probe.ssl2 import Ssl2Conversation
from tlsward.wire.hello import ClientHello

TLS12_PROBE = Probe(
    question="test", version=0x0303, cipher_suites=(0xC02F, 0x009C), server_name="server.test"
)
TLS13_PROBE = Probe(question="test", version=0x0304, cipher_suites=(0x1301,), groups=(0x001D,))


def conversation(probe=TLS12_PROBE):
    talk = Conversation(probe, entropy=os.urandom, shares=KeyShares())
    talk.start()
    return talk


def record(content_type: int, payload: bytes, version: int = 0x0303) -> bytes:
    return bytes([content_type]) + version.to_bytes(2) + len(payload).to_bytes(2) + payload


def message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3) + body


def server_hello(suite: int = 0x009C, version: int = 0x0303, extensions: bytes = b"") -> bytes:
    return message(
        2,  # server_hello
        version.to_bytes(2)
        + bytes(range(32))  # random
        + b"\x00"  # session id: none
        + suite.to_bytes(2)
        + b"\x00"  # compression: null
        + (len(extensions).to_bytes(2) + extensions if extensions else b""),
    )


CERTIFICATE = message(11, b"\x00\x00\x06" + b"\x00\x00\x03" + b"DER")
DONE = message(14, b"")
FATAL_HANDSHAKE_FAILURE = record(21, b"\x02\x28")
UNRECOGNIZED_NAME_WARNING = record(21, b"\x01\x70")


def observe(*chunks: bytes, probe=TLS12_PROBE, end="eof"):
    talk = conversation(probe)
    for chunk in chunks:
        talk.receive(chunk)
    if not talk.done:
        getattr(talk, end)()
    return talk.finish(Outcome.TIMEOUT, "no answer")


def test_a_whole_flight_is_support():
    seen = observe(record(22, server_hello() + CERTIFICATE + DONE))
    assert seen.outcome is Outcome.SERVED
    assert (seen.version, seen.cipher_suite, seen.certificates) == (0x0303, 0x009C, (b"DER",))
    assert seen.proved


def test_a_flight_may_come_in_any_pieces():
    flight = record(22, server_hello()) + record(22, CERTIFICATE) + record(22, DONE)
    assert observe(*(flight[i : i + 1] for i in range(len(flight)))) == observe(flight)


@pytest.mark.parametrize(
    ("rest", "end"),
    [
        (b"", "eof"),
        (b"", "reset"),
        (FATAL_HANDSHAKE_FAILURE, "eof"),
        (record(22, CERTIFICATE), "eof"),
    ],
)
def test_a_server_hello_alone_is_not_support(rest, end):
    seen = observe(record(22, server_hello()), rest, end=end)
    assert seen.outcome is Outcome.HELLO_ONLY
    assert not seen.proved
    assert seen.cipher_suite == 0x009C


def test_refusals_keep_their_manner():
    alert = observe(FATAL_HANDSHAKE_FAILURE)
    assert (alert.outcome, alert.alert) == (Outcome.ALERT, 40)
    assert observe(end="eof").outcome is Outcome.CLOSED
    assert observe(end="reset").outcome is Outcome.RESET


@pytest.mark.parametrize("version", [0x0200, 0x0300, 0x0301, 0x0303])
def test_an_alert_may_come_in_a_record_of_any_version(version):
    assert observe(record(21, b"\x02\x46", version)).alert == 70


def test_a_warning_before_the_server_hello_is_tolerated():
    seen = observe(UNRECOGNIZED_NAME_WARNING, record(22, server_hello() + CERTIFICATE + DONE))
    assert seen.outcome is Outcome.SERVED


def test_a_storm_of_warnings_is_cut_short():
    talk = conversation()
    for _ in range(100):
        talk.receive(UNRECOGNIZED_NAME_WARNING)
    assert talk.done
    assert talk.finish(Outcome.TIMEOUT).outcome is Outcome.MALFORMED


def test_http_on_the_port_is_not_tls():
    seen = observe(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
    assert seen.outcome is Outcome.NOT_TLS


def test_an_alert_counts_though_plain_words_follow_it_at_once():
    seen = observe(FATAL_HANDSHAKE_FAILURE + b"500 OOPS: SSL: cannot accept\r\n")
    assert (seen.outcome, seen.alert) == (Outcome.ALERT, 40)


def test_words_after_a_server_hello_are_no_flight():
    seen = observe(record(22, server_hello()) + b"500 OOPS\r\n")
    assert seen.outcome is Outcome.MALFORMED


def test_silence_is_the_drivers_to_name():
    seen = conversation().finish(Outcome.TIMEOUT, "no answer for 5 s")
    assert (seen.outcome, seen.detail) == (Outcome.TIMEOUT, "no answer for 5 s")


def test_a_message_that_promises_megabytes_is_refused_at_once():
    seen = observe(record(22, server_hello() + b"\x0b\xff\xff\xff" + bytes(100)))
    assert seen.outcome is Outcome.MALFORMED


def test_another_version_than_the_one_offered_is_told_by_its_number():
    seen = observe(record(22, server_hello(version=0x0302)))
    assert seen.outcome is Outcome.HELLO_ONLY
    assert seen.version == 0x0302


def test_tls13_answered_with_tls12_is_no_tls13():
    seen = observe(record(22, server_hello(suite=0x1301)), probe=TLS13_PROBE)
    assert (seen.outcome, seen.version) == (Outcome.HELLO_ONLY, 0x0303)


def hello_retry_request(group: int) -> bytes:
    extensions = (
        b"\x00\x2b\x00\x02\x03\x04"  # supported_versions: TLS 1.3
        b"\x00\x33\x00\x02" + group.to_bytes(2)  # key_share: the group alone
    )
    return message(
        2,
        b"\x03\x03"
        + bytes.fromhex("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C")
        + b"\x00"
        + b"\x13\x01"
        + b"\x00"
        + len(extensions).to_bytes(2)
        + extensions,
    )


def test_a_hello_retry_request_names_a_group_that_there_is_no_code_for():
    probe = Probe(
        question="test",
        version=0x0304,
        cipher_suites=(0x1301,),
        groups=(0x6399,),
        key_share_groups=None,
        goal=Goal.HELLO,
    )
    seen = observe(record(22, hello_retry_request(0x6399)), probe=probe)
    assert (seen.outcome, seen.group) == (Outcome.RETRY, 0x6399)


def test_a_hello_retry_request_is_answered_with_the_share_it_asks_for():
    talk = conversation(TLS13_PROBE)
    second = talk.receive(record(22, hello_retry_request(0x0017)))
    assert second[:3] == b"\x16\x03\x03"
    assert b"\x00\x17\x00\x41\x04" in second  # key_share: secp256r1, 65 octets, uncompressed


def test_a_second_hello_retry_request_ends_it():
    seen = observe(*[record(22, hello_retry_request(0x0017))] * 2, probe=TLS13_PROBE)
    assert seen.outcome is Outcome.MALFORMED


def test_an_encrypted_flight_that_does_not_open_proves_nothing():
    extensions = b"\x00\x2b\x00\x02\x03\x04" + b"\x00\x33\x00\x24\x00\x1d\x00\x20" + b"\x09" * 32
    hello = record(22, server_hello(suite=0x1301, extensions=extensions))
    seen = observe(hello, record(23, bytes(64)), probe=TLS13_PROBE)
    assert seen.outcome is Outcome.MALFORMED
    assert not seen.proved


ANY_PROBE = st.sampled_from(
    [
        TLS12_PROBE,
        TLS13_PROBE,
        Probe(question="test", version=0x0300, cipher_suites=(5,), bare=True, goal=Goal.HANDSHAKE),
    ]
)
RECORDS = st.builds(
    record, st.integers(19, 25), st.binary(max_size=200), st.integers(0x0200, 0x0305)
)
MESSAGES = st.builds(
    lambda kind, body: record(22, message(kind, body)), st.integers(0, 26), st.binary(max_size=200)
)
PLAUSIBLE = st.sampled_from(
    [
        record(22, server_hello()),
        record(22, server_hello(0xC02F)),
        record(22, CERTIFICATE),
        record(22, DONE),
        record(22, hello_retry_request(0x0017)),
        record(20, b"\x01"),
    ]
)


@given(
    ANY_PROBE,
    st.lists(st.one_of(st.binary(max_size=300), RECORDS, MESSAGES, PLAUSIBLE), max_size=8),
)
def test_whatever_a_server_sends_ends_in_an_observation(probe, chunks):
    talk = conversation(probe)
    for chunk in chunks:
        talk.receive(chunk)
    talk.eof()
    seen = talk.finish(Outcome.TIMEOUT, "")
    assert seen.outcome is not Outcome.SERVED or seen.proved


@given(st.lists(st.binary(max_size=100), max_size=6))
def test_whatever_answers_an_ssl2_hello_ends_in_an_observation(chunks):
    talk = Ssl2Conversation(
        Probe(question="test", version=2, cipher_suites=(0x010080,)), entropy=os.urandom
    )
    assert talk.start()[2] == 1  # client-hello
    for chunk in chunks:
        talk.receive(chunk)
    talk.eof()
    assert talk.finish(Outcome.TIMEOUT).outcome in set(Outcome)


def test_a_tls_record_in_answer_to_ssl2_is_a_refusal():
    talk = Ssl2Conversation(
        Probe(question="test", version=2, cipher_suites=(0x010080,)), entropy=os.urandom
    )
    talk.start()
    talk.receive(FATAL_HANDSHAKE_FAILURE)
    assert talk.finish(Outcome.TIMEOUT).outcome not in FAILURES


# ---------------------------------------------------------------- what no peer may raise

TLS13_VERSION = bytes.fromhex("002b 0002 0304")


def key_share_of(group: int, public: bytes) -> bytes:
    entry = group.to_bytes(2) + len(public).to_bytes(2) + public
    return b"\x00\x33" + len(entry).to_bytes(2) + entry


def retry(extensions: bytes) -> bytes:
    random = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
    extensions = TLS13_VERSION + extensions
    return message(
        2,  # server_hello
        b"\x03\x03"
        + random  # that of a HelloRetryRequest
        + b"\x00"
        + b"\x13\x01"
        + b"\x00"
        + len(extensions).to_bytes(2)
        + extensions,
    )


def cookie(length: int) -> bytes:
    data = length.to_bytes(2) + bytes(length)
    return b"\x00\x2c" + len(data).to_bytes(2) + data


def test_a_finished_in_the_clear_without_keys_is_no_support():
    """A server that names a group nobody knows has no key, so nothing can verify."""
    hello = server_hello(0x1301, extensions=TLS13_VERSION + key_share_of(0x7F7F, b"?" * 32))
    seen = observe(record(22, hello + message(20, bytes(32))), probe=TLS13_PROBE)
    assert seen.outcome in {Outcome.MALFORMED, Outcome.HELLO_ONLY}
    assert not seen.proved


def test_a_cookie_that_fits_no_hello_is_malformed():
    body = retry(cookie(65_480))
    records = b"".join(record(22, body[i : i + 16384]) for i in range(0, len(body), 16384))
    assert observe(records, probe=TLS13_PROBE).outcome is Outcome.MALFORMED


def test_a_retry_for_a_cookie_alone_keeps_the_shares():
    """RFC 9846 section 4.1.2: without a key_share in the retry, the shares stay as they were."""
    talk = Conversation(TLS13_PROBE, entropy=os.urandom, shares=KeyShares())
    first = ClientHello.decode(talk.start()[9:])
    second = ClientHello.decode(talk.receive(record(22, retry(cookie(8))))[9:])
    shares = {hello: shares_of(hello) for hello in (first, second)}
    assert shares[second] == shares[first] != b"\x00\x00"


def shares_of(hello: ClientHello) -> bytes:
    return next(e.data for e in hello.extensions or () if e.type == 0x0033)


def test_a_ticket_that_fits_no_hello_is_not_offered():
    ticket = (65_000).to_bytes(2) + bytes(65_000)
    body = bytes(4) + bytes(4) + b"\x00" + ticket + b"\x00\x00"
    flight = ServerFlight(TLS13_PROBE)

    class Keys:
        def resumption(self, ticket):
            raise AssertionError("nothing can be done with it")

    flight.take_tls13_ticket(body, Keys())
    assert flight.resumption is None


def certificate_of(key) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server.test")])
    issuer = ec.generate_private_key(ec.SECP256R1())
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key)
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1))
        .not_valid_after(datetime(2027, 1, 1))
        .sign(issuer, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


def handshake_with(certificate: bytes, suite: int = 0x009C, more: bytes = b""):
    chain = len(certificate).to_bytes(3) + certificate
    body = message(11, len(chain).to_bytes(3) + chain)
    probe = msgspec.structs.replace(TLS12_PROBE, cipher_suites=(suite,), goal=Goal.HANDSHAKE)
    return observe(record(22, server_hello(suite) + body + more + DONE), probe=probe)


def test_an_rsa_key_too_small_to_encrypt_with_ends_before_our_part():
    key = rsa.RSAPublicNumbers(65537, (1 << 340) + 0x59).public_key()
    seen = handshake_with(certificate_of(key))
    assert seen.outcome is Outcome.SERVED
    assert seen.resumption is None


def test_a_key_of_no_known_algorithm_ends_before_our_part():
    der = certificate_of(ec.generate_private_key(ec.SECP256R1()).public_key())
    # id-ecPublicKey 1.2.840.10045.2.1 becomes 1.2.840.10045.2.99
    unknown = der.replace(bytes.fromhex("2a8648ce3d0201"), bytes.fromhex("2a8648ce3d0263"))
    assert handshake_with(unknown).outcome is Outcome.SERVED


def test_a_monstrous_prime_costs_no_time():
    prime = b"\xff" * 15_000
    vectors = b"".join(len(v).to_bytes(2) + v for v in (prime, b"\x02", b"\x7f" * 14_999))
    exchange = message(12, vectors + b"\x04\x01" + b"\x00\x00")
    began = time.process_time()
    der = certificate_of(ec.generate_private_key(ec.SECP256R1()).public_key())
    chain = len(der).to_bytes(3) + der
    flight = server_hello(0x009E) + message(11, len(chain).to_bytes(3) + chain) + exchange + DONE
    probe = msgspec.structs.replace(TLS12_PROBE, cipher_suites=(0x009E,), goal=Goal.HANDSHAKE)
    records = b"".join(record(22, flight[i : i + 16384]) for i in range(0, len(flight), 16384))
    assert observe(records, probe=probe).outcome is Outcome.SERVED
    assert time.process_time() - began < 0.5


def test_an_ssl2_hello_may_come_in_any_pieces():
    """A piece may begin with an octet that would begin a record of TLS."""
    kinds = b"\x01\x00\x80"
    connection = b"\x16" * 16
    body = (
        b"\x04"  # server_hello
        b"\x00\x01\x00\x02"  # no hit, X.509, version 2
        + (3).to_bytes(2)
        + len(kinds).to_bytes(2)
        + len(connection).to_bytes(2)
        + b"DER"
        + kinds
        + connection
    )
    whole = (0x8000 | len(body)).to_bytes(2) + body
    probe = Probe(question="test", version=0x0002, cipher_suites=(0x010080,))
    talk = Ssl2Conversation(probe, entropy=os.urandom)
    talk.start()
    for i in range(len(whole)):
        talk.receive(whole[i : i + 1])
    assert talk.finish(Outcome.TIMEOUT).outcome is Outcome.SERVED
