"""Each extension octet by octet, as its RFC draws it, and read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.wire import extensions
from tlsward.wire.codepoints import ExtensionType
from tlsward.wire.extensions import Extension, decode_answer
from tlsward.wire.reader import DecodeError

OFFERS = [
    (extensions.server_name("a.b"), 0, "0006 00 0003 612e62"),
    (extensions.max_fragment_length(1), 1, "01"),
    (extensions.truncated_hmac(), 4, ""),
    (extensions.status_request(), 5, "01 0000 0000"),
    (extensions.supported_groups((0x1D, 0x17)), 10, "0004 001d 0017"),
    (extensions.ec_point_formats(), 11, "01 00"),
    (extensions.signature_algorithms((0x0403,)), 13, "0002 0403"),
    (extensions.heartbeat(1), 15, "01"),
    (
        extensions.application_layer_protocol_negotiation(("h2", "http/1.1")),
        16,
        "000c 02 6832 08 687474702f312e31",
    ),
    (extensions.status_request_v2(), 17, "000e 02 0004 0000 0000 01 0004 0000 0000"),
    (extensions.signed_certificate_timestamp(), 18, ""),
    (extensions.padding(3), 21, "000000"),
    (extensions.encrypt_then_mac(), 22, ""),
    (extensions.extended_master_secret(), 23, ""),
    (extensions.compress_certificate((2, 1)), 27, "04 0002 0001"),
    (extensions.record_size_limit(0x4001), 28, "4001"),
    (extensions.delegated_credential((0x0403,)), 34, "0002 0403"),
    (extensions.session_ticket(), 35, ""),
    (extensions.session_ticket(b"\xaa\xbb"), 35, "aabb"),
    (extensions.early_data(), 42, ""),
    (extensions.supported_versions((0x0304, 0x0303)), 43, "04 0304 0303"),
    (extensions.cookie(b"\xcc"), 44, "0001 cc"),
    (extensions.psk_key_exchange_modes(), 45, "01 01"),
    (extensions.post_handshake_auth(), 49, ""),
    (extensions.signature_algorithms_cert((0x0804,)), 50, "0002 0804"),
    (extensions.key_share([(0x1D, b"\x01\x02")]), 51, "0006 001d 0002 0102"),
    (extensions.key_share([]), 51, "0000"),
    (extensions.renegotiation_info(), 65281, "00"),
    (extensions.grease(0x0A0A), 0x0A0A, ""),
    (
        extensions.pre_shared_key([(b"\x77", 5)], [b"\x99" * 32]),
        41,
        "0007 0001 77 00000005 0021 20" + "99" * 32,
    ),
]


@pytest.mark.parametrize(("extension", "number", "data"), OFFERS)
def test_offers(extension, number, data):
    assert extension == Extension(type=number, data=bytes.fromhex(data))


@pytest.mark.parametrize(
    ("decode", "data", "value"),
    [
        (extensions.decode_server_name, "0006 00 0003 612e62", ("a.b",)),
        (extensions.decode_server_name, "000a 01 0001 78 00 0003 612e62", ("a.b",)),
        (extensions.decode_key_share, "0006 001d 0002 0102", ((0x1D, b"\x01\x02"),)),
        (extensions.decode_key_share, "0000", ()),
        (extensions.decode_supported_versions, "04 0304 0303", (0x0304, 0x0303)),
        (extensions.decode_compress_certificate, "04 0002 0001", (2, 1)),
        (extensions.decode_psk_key_exchange_modes, "01 01", (1,)),
        (extensions.decode_signature_algorithms, "0002 0403", (0x0403,)),
        (
            extensions.decode_pre_shared_key,
            "0007 0001 77 00000005 0021 20" + "99" * 32,
            (((b"\x77", 5),), (b"\x99" * 32,)),
        ),
    ],
)
def test_offers_read_back(decode, data, value):
    assert decode(bytes.fromhex(data)) == value


ANSWERS = [
    (ExtensionType.SERVER_NAME, "", True),
    (ExtensionType.MAX_FRAGMENT_LENGTH, "04", 4),
    (ExtensionType.STATUS_REQUEST, "", True),
    (ExtensionType.SUPPORTED_GROUPS, "0004 0017 0018", (0x17, 0x18)),
    (ExtensionType.EC_POINT_FORMATS, "03 00 01 02", (0, 1, 2)),
    (ExtensionType.HEARTBEAT, "02", 2),
    (ExtensionType.APPLICATION_LAYER_PROTOCOL_NEGOTIATION, "0003 02 6832", ("h2",)),
    (
        ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP,
        "0008 0002 aaaa 0002 bbbb",
        (b"\xaa" * 2, b"\xbb" * 2),
    ),
    (ExtensionType.RECORD_SIZE_LIMIT, "4001", 0x4001),
    (ExtensionType.SESSION_TICKET, "", True),
    (ExtensionType.PRE_SHARED_KEY, "0001", 1),
    (ExtensionType.SUPPORTED_VERSIONS, "0304", 0x0304),
    (ExtensionType.COOKIE, "0001 cc", b"\xcc"),
    (ExtensionType.KEY_SHARE, "0017", (0x17, b"")),
    (ExtensionType.KEY_SHARE, "001d 0001 05", (0x1D, b"\x05")),
    (ExtensionType.NEXT_PROTOCOL_NEGOTIATION, "02 6832 00", ("h2", "")),
    (ExtensionType.RENEGOTIATION_INFO, "02 abcd", b"\xab\xcd"),
    (0x1234, "00", b"\x00"),
]


@pytest.mark.parametrize(("number", "data", "value"), ANSWERS)
def test_answers(number, data, value):
    assert decode_answer(Extension(type=number, data=bytes.fromhex(data))) == value


@pytest.mark.parametrize(
    ("number", "data"),
    [
        (ExtensionType.SERVER_NAME, "00"),
        (ExtensionType.APPLICATION_LAYER_PROTOCOL_NEGOTIATION, "0001 00"),
        (ExtensionType.APPLICATION_LAYER_PROTOCOL_NEGOTIATION, "0003 02 6832 00"),
        (ExtensionType.SUPPORTED_VERSIONS, "03"),
        (ExtensionType.KEY_SHARE, "001d 0000"),
        (ExtensionType.COOKIE, "0000"),
        (ExtensionType.RENEGOTIATION_INFO, "02 ab"),
        (ExtensionType.SUPPORTED_GROUPS, "0003 001718"),
    ],
)
def test_answers_that_are_wrong(number, data):
    with pytest.raises(DecodeError):
        decode_answer(Extension(type=number, data=bytes.fromhex(data)))


@given(st.lists(st.binary(min_size=1, max_size=20), max_size=8))
def test_names_of_alpn_are_octets(names):
    spelled = tuple(name.decode("latin-1") for name in names)
    offer = extensions.application_layer_protocol_negotiation(spelled)
    assert extensions.decode_alpn(offer.data) == spelled


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(min_size=1, max_size=30)), max_size=5))
def test_key_shares_come_back(entries):
    assert extensions.decode_key_share(extensions.key_share(entries).data) == tuple(entries)


@given(
    st.lists(
        st.tuples(st.binary(min_size=1, max_size=30), st.integers(0, 0xFFFFFFFF)),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.binary(min_size=32, max_size=64), min_size=1, max_size=4),
)
def test_pre_shared_keys_come_back(identities, binders):
    offer = extensions.pre_shared_key(identities, binders)
    assert extensions.decode_pre_shared_key(offer.data) == (tuple(identities), tuple(binders))
