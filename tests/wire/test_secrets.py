"""The key schedule of TLS 1.3 against the traces of RFC 8448 sections 3 and 4."""

import hashlib
from pathlib import Path

import pytest

from tlsward.wire.codepoints import ContentType
from tlsward.wire.hello import ClientHello, ServerHello
from tlsward.wire.reader import DecodeError
from tlsward.wire.record import Record, RecordReader
from tlsward.wire.secrets import (
    OPENABLE_SUITES,
    DecryptError,
    Tls13KeySchedule,
    hash_name,
    hello_retry_transcript,
    hkdf_expand,
    hkdf_extract,
    psk_binder,
)
from tlsward.wire.ticket import decode_new_session_ticket_tls13

VECTORS = Path(__file__).with_name("vectors")
SHARED_SECRET = bytes.fromhex("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d")
PSK = bytes.fromhex("4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3")


def trace(name):
    return (VECTORS / f"rfc8448-{name}.bin").read_bytes()


HELLOS = trace("client-hello") + trace("server-hello")
FLIGHT = trace("encrypted-extensions") + trace("certificate") + trace("certificate-verify")
THROUGH_SERVER_FINISHED = HELLOS + FLIGHT + trace("server-finished")
THROUGH_CLIENT_FINISHED = THROUGH_SERVER_FINISHED + trace("client-finished")


def records(name):
    return RecordReader().feed(trace(name))


@pytest.fixture
def schedule():
    return Tls13KeySchedule(0x1301, SHARED_SECRET, HELLOS)


def test_hkdf_of_rfc5869_appendix_a1():
    prk = hkdf_extract("sha256", bytes(range(13)), b"\x0b" * 22)
    assert prk.hex() == "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"
    assert hkdf_expand("sha256", prk, bytes(range(0xF0, 0xFA)), 42).hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )


def test_hellos_of_the_trace():
    client = ClientHello.decode(trace("client-hello")[4:])
    server = ServerHello.decode(trace("server-hello")[4:])
    assert client.encode() + server.encode() == HELLOS
    assert client.cipher_suites == (0x1301, 0x1303, 0x1302)
    assert server.cipher_suite == 0x1301
    assert server.key_share[0] == 0x001D
    assert hashlib.sha256(HELLOS).hexdigest() == (
        "860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            lambda s: s.handshake_secret,
            "1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac",
        ),
        (
            lambda s: s.client_handshake.traffic_secret,
            "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21",
        ),
        (
            lambda s: s.server_handshake.traffic_secret,
            "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38",
        ),
        (lambda s: s.server_handshake.key, "3fce516009c21727d0f2e4e86ee403bc"),
        (lambda s: s.server_handshake.iv, "5d313eb2671276ee13000b30"),
        (lambda s: s.client_handshake.key, "dbfaa693d1762c5b666af5d950258d01"),
        (lambda s: s.client_handshake.iv, "5bd3c71b836e0b76bb73265f"),
        (
            lambda s: s.master_secret,
            "18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919",
        ),
        (
            lambda s: s.application(THROUGH_SERVER_FINISHED)[0].traffic_secret,
            "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643",
        ),
        (
            lambda s: s.application(THROUGH_SERVER_FINISHED)[1].traffic_secret,
            "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5",
        ),
        (
            lambda s: s.application(THROUGH_SERVER_FINISHED)[0].key,
            "9f02283b6c9c07efc26bb9f2ac92e356",
        ),
        (lambda s: s.application(THROUGH_SERVER_FINISHED)[0].iv, "cf782b88dd83549aadf1e984"),
        (
            lambda s: s.exporter_secret(THROUGH_SERVER_FINISHED),
            "fe22f881176eda18eb8f44529e6792c50c9a3f89452f68d8ae311b4309d3cf50",
        ),
        (lambda s: s.server_finished(HELLOS + FLIGHT), trace("server-finished")[4:].hex()),
        (
            lambda s: s.client_finished(THROUGH_SERVER_FINISHED),
            trace("client-finished")[4:].hex(),
        ),
        (lambda s: s.resumption_psk(THROUGH_CLIENT_FINISHED, b"\x00\x00"), PSK.hex()),
    ],
)
def test_secrets_of_the_trace(schedule, value, expected):
    assert value(schedule).hex() == expected


def test_the_flight_opens_and_seals(schedule):
    (record,) = records("server-flight-record")
    kind, content = schedule.server_handshake.open(record)
    assert (kind, content) == (ContentType.HANDSHAKE, FLIGHT + trace("server-finished"))
    again = Tls13KeySchedule(0x1301, SHARED_SECRET, HELLOS).server_handshake
    assert again.seal(kind, content) == trace("server-flight-record")
    sealed = schedule.client_handshake.seal(ContentType.HANDSHAKE, trace("client-finished"))
    assert sealed == trace("client-finished-record")


def test_records_after_the_handshake(schedule):
    server, client = schedule.application(THROUGH_SERVER_FINISHED)
    (record,) = records("new-session-ticket-record")
    assert server.open(record) == (ContentType.HANDSHAKE, trace("new-session-ticket"))
    data, goodbye = records("server-data-records")
    assert server.open(data) == (ContentType.APPLICATION_DATA, bytes(range(50)))
    assert server.open(goodbye) == (ContentType.ALERT, b"\x01\x00")
    sealed = client.seal(ContentType.APPLICATION_DATA, bytes(range(50)))
    sealed += client.seal(ContentType.ALERT, b"\x01\x00")
    assert sealed == trace("client-data-records")


def test_the_ticket_of_the_trace():
    ticket = decode_new_session_ticket_tls13(trace("new-session-ticket")[4:])
    assert ticket.lifetime == 30
    assert ticket.age_add == 0xFAD6AAC5
    assert ticket.nonce == b"\x00\x00"
    assert len(ticket.ticket) == 178
    assert ticket.max_early_data == 1024
    assert ticket.encode() == trace("new-session-ticket")[4:]


def test_resumption_with_a_binder():
    """Section 4: the binder of the second hello, and the Finished that the PSK leads to."""
    prefix = trace("resumed-client-hello-prefix")
    binder = psk_binder("sha256", PSK, prefix)
    assert binder.hex() == "3add4fb2d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d"
    client_hello = prefix + b"\x00\x21\x20" + binder
    assert ClientHello.decode(client_hello[4:]).encode() == client_hello
    hellos = client_hello + trace("resumed-server-hello")
    secret = bytes.fromhex("f44194756ff9ec9d25180635d66ea6824c6ab3bf179977be37f723570e7ccb2e")
    schedule = Tls13KeySchedule(0x1301, secret, hellos, PSK)
    transcript = hellos + trace("resumed-encrypted-extensions")
    assert schedule.server_finished(transcript) == trace("resumed-server-finished")[4:]


def test_an_external_psk_has_another_binder():
    assert psk_binder("sha256", PSK, b"hello") != psk_binder("sha256", PSK, b"hello", external=True)
    assert psk_binder("sha256", PSK, b"lo", transcript_before=b"hel") == psk_binder(
        "sha256", PSK, b"hello"
    )


@pytest.mark.parametrize("suite", sorted(OPENABLE_SUITES), ids=hex)
@pytest.mark.parametrize("padding", [0, 1, 200])
def test_every_suite_opens_what_it_seals(suite, padding):
    sealing = Tls13KeySchedule(suite, SHARED_SECRET, HELLOS).client_handshake
    opening = Tls13KeySchedule(suite, SHARED_SECRET, HELLOS).client_handshake
    for data in (b"first", b"", b"\x00 zeros stay \x00", bytes(16384 - padding)):
        (record,) = RecordReader().feed(sealing.seal(ContentType.HANDSHAKE, data, padding))
        assert opening.open(record) == (ContentType.HANDSHAKE, data)
    updated = sealing.updated().seal(23, b"after a KeyUpdate")
    (record,) = RecordReader().feed(updated)
    assert opening.updated().open(record) == (23, b"after a KeyUpdate")


@pytest.mark.parametrize("suite", sorted(OPENABLE_SUITES), ids=hex)
def test_what_was_altered_does_not_open(suite):
    sealing = Tls13KeySchedule(suite, SHARED_SECRET, HELLOS).client_handshake
    (record,) = RecordReader().feed(sealing.seal(ContentType.HANDSHAKE, b"data"))
    altered = bytes((record.payload[0] ^ 1,)) + record.payload[1:]
    for payload in (altered, record.payload[:-1], record.payload + b"\x00", b"", b"\x00" * 8):
        opening = Tls13KeySchedule(suite, SHARED_SECRET, HELLOS).client_handshake
        with pytest.raises(DecryptError):
            opening.open(Record(content_type=23, version=0x0303, payload=payload))


def test_padding_alone_is_no_content():
    sealing = Tls13KeySchedule(0x1301, SHARED_SECRET, HELLOS).client_handshake
    (record,) = RecordReader().feed(sealing.seal(0, b"", padding=9))
    opening = Tls13KeySchedule(0x1301, SHARED_SECRET, HELLOS).client_handshake
    with pytest.raises(DecodeError, match="without a content type"):
        opening.open(record)


def test_suites_without_code_and_without_hash():
    assert hash_name(0x1302) == "sha384"
    assert hash_name(0x1306) == "sha512"
    with pytest.raises(DecodeError, match="0xC02F has no hash"):
        hash_name(0xC02F)
    with pytest.raises(DecodeError, match="no code for 0x1306"):
        Tls13KeySchedule(0x1306, SHARED_SECRET, HELLOS)


def test_a_retry_replaces_the_first_hello_by_its_hash():
    transcript = hello_retry_transcript("sha384", b"first", b"retry")
    assert transcript == b"\xfe\x00\x00\x30" + hashlib.sha384(b"first").digest() + b"retry"
