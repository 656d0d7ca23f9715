"""Whole handshakes of TLS 1.2 and older with OpenSSL: both Finished accepted, tickets used."""

import pytest

from tlsward.wire.codepoints import ExtensionType, ProtocolVersion
from tlsward.wire.secrets12 import SUPPORTED_SUITES
from wire.client import handshake12
from wire.openssl_server import serving_everything

pytestmark = pytest.mark.real_server

TLS10, TLS11, TLS12 = ProtocolVersion.TLS10, ProtocolVersion.TLS11, ProtocolVersion.TLS12

#: Suites by their key exchange, as far as OpenSSL 3.0 of Debian serves them.
SUITES = {
    "rsa": """009C 009D C09C C09D C0A0 C0A1 002F 0035 003C 003D 0041 0084 00BA 00C0
        0001 0002 003B""",
    "dhe": "009E 009F CCAA C09E C0A3 0033 0039 0067 006B 0045 0088 00BE 00C4",
    "ecdhe": """C02B C02C C02F C030 CCA8 CCA9 C0AC C0AD C0AE C0AF C009 C00A C013 C014
        C023 C024 C027 C028 C072 C073 C076 C077 C006 C010""",
    "dh_anon": "00A6 0034 006D",
    "ecdh_anon": "C015 C018 C019",
}
CASES = [(suite, kind) for kind, suites in SUITES.items() for suite in suites.split()]
OLD_CASES = [(0x002F, "rsa"), (0x0039, "dhe"), (0xC013, "ecdhe"), (0xC010, "ecdhe"), (1, "rsa")]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = serving_everything(tmp_path_factory.mktemp("openssl"))
    yield server
    server.stop()


@pytest.mark.parametrize(("suite", "kind"), CASES)
def test_every_suite_of_tls12(server, suite, kind):
    code = int(suite, 16)
    assert code in SUPPORTED_SUITES
    session = handshake12(server.port, code, kind)
    assert session.ticket
    assert (session.key_exchange is None) == (kind == "rsa")


@pytest.mark.parametrize("version", [TLS10, TLS11], ids=hex)
@pytest.mark.parametrize(("suite", "kind"), OLD_CASES)
def test_older_versions(server, version, suite, kind):
    assert handshake12(server.port, suite, kind, version=version).ticket


@pytest.mark.parametrize("version", [TLS10, TLS11, TLS12], ids=hex)
@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("encrypt_then_mac", [False, True])
def test_extensions_that_change_keys_and_records(server, version, extended, encrypt_then_mac):
    session = handshake12(
        server.port,
        0xC013,
        "ecdhe",
        version=version,
        extended_master_secret=extended,
        encrypt_then_mac=encrypt_then_mac,
    )
    assert (ExtensionType.EXTENDED_MASTER_SECRET in session.answered) == extended
    assert (ExtensionType.ENCRYPT_THEN_MAC in session.answered) == encrypt_then_mac


@pytest.mark.parametrize("suite", [0xC02F, 0xC013, 0xCCA8], ids=hex)
def test_a_ticket_resumes(server, suite):
    first = handshake12(server.port, suite, "ecdhe")
    second = handshake12(server.port, suite, "ecdhe", before=first)
    assert second.resumed
    assert second.master_secret == first.master_secret
    assert second.certificates == ()


def test_the_group_and_the_prime_are_read(server):
    ecdhe = handshake12(server.port, 0xC02F, "ecdhe").key_exchange
    assert ecdhe.group == 0x0017
    assert ecdhe.signature_scheme == 0x0804
    assert len(ecdhe.public) == 65
    dhe = handshake12(server.port, 0x009E, "dhe").key_exchange
    assert dhe.dh_bits == 2048
    assert dhe.dh_generator == b"\x02"
    assert dhe.parameters.endswith(dhe.public)
    older = handshake12(server.port, 0x0033, "dhe", version=TLS10).key_exchange
    assert older.signature_scheme is None
    assert len(older.signature) == 256
