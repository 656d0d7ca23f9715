import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.wire.codepoints import ProtocolVersion
from tlsward.wire.prf import prf
from tlsward.wire.reader import DecodeError
from tlsward.wire.record import Record, RecordReader
from tlsward.wire.secrets import DecryptError
from tlsward.wire.secrets12 import (
    _SUITES,
    SUPPORTED_SUITES,
    RecordProtection12,
    Tls12KeySchedule,
    session_hash,
)

SSL3, TLS10, TLS11, TLS12 = (
    ProtocolVersion.SSL3,
    ProtocolVersion.TLS10,
    ProtocolVersion.TLS11,
    ProtocolVersion.TLS12,
)
SECRET, CLIENT, SERVER = b"\x01" * 48, b"\x02" * 32, b"\x03" * 32
VERSIONS_OF_MACS = {"sha1": (SSL3, TLS10, TLS11, TLS12), "md5": (SSL3, TLS10, TLS11, TLS12)}
#: One suite of each family in each version that may have it.
CASES = [
    (suite, version, together)
    for suite in {family: code for code, family in sorted(_SUITES.items())}.values()
    for version in VERSIONS_OF_MACS.get(_SUITES[suite][0].mac, (TLS12,))
    for together in ((False, True) if _SUITES[suite][0].kind == "block" else (False,))
    if not (together and version == SSL3)
]


def schedule(suite, version=TLS12, together=False):
    return Tls12KeySchedule(
        suite, SECRET, CLIENT, SERVER, version=version, encrypt_then_mac=together
    )


def peer(suite, version=TLS12, together=False) -> RecordProtection12:
    """What the server opens our records with: our own keys, the other way round."""
    from tlsward.wire.secrets12 import _protection, key_block

    bulk, hash_name = _SUITES[suite]
    lengths = (bulk.mac_length, bulk.key_length, bulk.fixed_iv_length)
    master = schedule(suite, version, together).master_secret
    block = key_block(version, hash_name, master, CLIENT, SERVER, 2 * sum(lengths))
    keys, start = [], 0
    for length in lengths:
        keys.append(block[start : start + length])
        start += 2 * length
    return _protection(version, bulk, keys, together, sealing=False)


def test_prf_of_tls12():
    """The vector for P_SHA256 that the TLS working group's list has passed on since 2009."""
    output = prf(
        TLS12,
        "sha256",
        bytes.fromhex("9bbe436ba940f017b17652849a71db35"),
        b"test label",
        bytes.fromhex("a0ba9f936cda311827a6f796ffd5198c"),
        100,
    )
    assert output.hex() == (
        "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a"
        "6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab"
        "4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701"
        "87347b66"
    )


@pytest.mark.parametrize(("suite", "version", "together"), CASES)
def test_every_cipher_opens_what_it_seals(suite, version, together):
    sealing, opening = schedule(suite, version, together).client, peer(suite, version, together)
    for data in (b"first", b"", b"x" * 15, b"y" * 16, bytes(16000)):
        (record,) = RecordReader().feed(sealing.seal(22, data))
        assert (record.content_type, record.version) == (22, version)
        assert opening.open(record) == data


@pytest.mark.parametrize(("suite", "version", "together"), CASES)
def test_what_was_altered_does_not_open(suite, version, together):
    sealed = schedule(suite, version, together).client.seal(22, b"some content")
    (record,) = RecordReader().feed(sealed)
    altered = bytes((record.payload[0] ^ 1,)) + record.payload[1:]
    for payload in (altered, record.payload[:-1], record.payload[:3], b""):
        with pytest.raises(DecryptError):
            peer(suite, version, together).open(
                Record(content_type=22, version=version, payload=payload)
            )
    with pytest.raises(DecryptError):
        peer(suite, version, together).open(
            Record(content_type=23, version=version, payload=record.payload)
        )


@given(st.sampled_from(CASES), st.binary(max_size=120))
def test_no_bytes_do_harm(case, payload):
    with pytest.raises(DecryptError):
        peer(*case).open(Record(content_type=22, version=case[1], payload=payload))


def test_a_resumed_schedule_has_the_same_keys():
    first = schedule(0xC02F)
    again = Tls12KeySchedule.from_master_secret(0xC02F, first.master_secret, CLIENT, SERVER)
    assert again.client.seal(22, b"data") == first.client.seal(22, b"data")
    assert again.client_finished(b"transcript") == first.client_finished(b"transcript")


def test_finished_by_version():
    lengths = {
        version: len(schedule(0x002F, version).client_finished(b"transcript"))
        for version in (SSL3, TLS10, TLS12)
    }
    assert lengths == {SSL3: 36, TLS10: 12, TLS12: 12}
    for version in lengths:
        keys = schedule(0x002F, version)
        assert keys.client_finished(b"") != keys.server_finished(b"")


def test_session_hashes():
    assert len(session_hash(0xC02F, TLS12, b"x")) == 32
    assert len(session_hash(0xC030, TLS12, b"x")) == 48
    assert len(session_hash(0xC013, TLS10, b"x")) == 36  # MD5 and SHA-1
    extended = Tls12KeySchedule(0xC02F, SECRET, CLIENT, SERVER, b"\x09" * 32)
    assert extended.master_secret != schedule(0xC02F).master_secret


@pytest.mark.parametrize("suite", [0x1301, 0xC050, 0x0003, 0xFFFF])
def test_suites_without_code(suite):
    assert suite not in SUPPORTED_SUITES
    for make in (lambda: schedule(suite), lambda: session_hash(suite, TLS12, b"")):
        with pytest.raises(DecodeError, match="no code for"):
            make()
