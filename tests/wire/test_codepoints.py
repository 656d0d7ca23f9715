import pytest

from tlsward.wire import codepoints
from tlsward.wire.alert import Alert
from tlsward.wire.codepoints import (
    AlertDescription,
    ContentType,
    ExtensionType,
    HandshakeType,
    ProtocolVersion,
    name_of,
)
from tlsward.wire.reader import DecodeError

REGISTRIES = [
    value
    for value in vars(codepoints).values()
    if isinstance(value, type) and value.__module__ == codepoints.__name__
]


@pytest.mark.parametrize(
    ("registry", "number", "name"),
    [
        (ProtocolVersion, 0x0002, "SSLv2"),
        (ProtocolVersion, 0x0300, "SSLv3"),
        (ProtocolVersion, 0x0301, "TLSv1"),
        (ProtocolVersion, 0x0304, "TLSv1.3"),
        (ProtocolVersion, 0x7F1C, "0x7F1C"),
        (ContentType, 22, "handshake"),
        (HandshakeType, 2, "ServerHello"),
        (HandshakeType, 22, "CertificateStatus"),
        (HandshakeType, 99, "0x0063"),
        (AlertDescription, 40, "handshake_failure"),
        (AlertDescription, 86, "inappropriate_fallback"),
        (ExtensionType, 0xFF01, "renegotiation_info"),
        (ExtensionType, 0x0A0A, "0x0A0A"),
    ],
)
def test_names(registry, number, name):
    assert name_of(registry, number) == name


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda r: r.__name__)
def test_no_number_stands_twice(registry):
    numbers = [n for name, n in vars(registry).items() if not name.startswith("_")]
    assert len(numbers) == len(set(numbers)) > 0
    assert all(type(number) is int for number in numbers)


def test_alerts():
    alert = Alert.decode(b"\x02\x46")
    assert (alert.level, alert.name) == (2, "protocol_version")
    assert Alert(level=1, description=0xEE).name == "0x00EE"
    assert alert.encode() == b"\x02\x46"
    for payload, offset in ((b"", 0), (b"\x02", 1), (b"\x02\x46\x00", 2)):
        with pytest.raises(DecodeError) as caught:
            Alert.decode(payload)
        assert caught.value.offset == offset
