"""ECHConfigLists (RFC 9849 section 4)."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.wire.ech import ECH_VERSION, MOST_CONFIGURATIONS, decode_ech_config_list
from tlsward.wire.reader import DecodeError


def configuration(
    *,
    version=0xFE0D,
    public_key=b"k" * 32,
    suites=b"\0\1\0\1",
    public_name=b"cover.example",
    extensions=b"",
    more=b"",
):
    contents = b"".join(
        [
            b"\x2a",  # config_id
            b"\0\x20",  # kem_id
            len(public_key).to_bytes(2) + public_key,
            len(suites).to_bytes(2) + suites,
            b"\x40",  # maximum_name_length
            bytes([len(public_name)]) + public_name,
            len(extensions).to_bytes(2) + extensions,
            more,
        ]
    )
    return version.to_bytes(2) + len(contents).to_bytes(2) + contents


def listed(*configurations):
    octets = b"".join(configurations)
    return len(octets).to_bytes(2) + octets


def test_each_field():
    [read] = decode_ech_config_list(
        listed(configuration(suites=b"\0\1\0\1\0\1\0\3", extensions=b"\xff\1\0\2hi"))
    )
    assert read.version == ECH_VERSION
    assert read.config_id == 0x2A
    assert read.kem_id == 0x20
    assert read.public_key == b"k" * 32
    assert read.cipher_suites == ((1, 1), (1, 3))
    assert read.maximum_name_length == 0x40
    assert read.public_name == "cover.example"
    assert read.extensions == ((0xFF01, b"hi"),)


def test_other_versions_are_passed_over():
    read = decode_ech_config_list(
        listed(b"\xfe\x0a\0\3abc", configuration(public_name=b"second.example"))
    )
    assert [each.version for each in read] == [0xFE0A, ECH_VERSION]
    assert [each.public_name for each in read] == ["", "second.example"]


def test_a_list_as_it_is_published():
    """What the HTTPS records of cloudflare-ech.com had on 2026-09-25."""
    encoded = (
        "AEX+DQBBuAAgACBeWfLyd08MrrxQgz3O0ws1h/j6yhgH1+4jTfFQ5Y6qawAEAAEAAQASY2xvdWRmbGFyZS1l"
        "Y2guY29tAAA="
    )
    [read] = decode_ech_config_list(base64.b64decode(encoded))
    assert (read.config_id, read.kem_id) == (0xB8, 0x20)
    assert read.cipher_suites == ((1, 1),)
    assert read.public_name == "cloudflare-ech.com"


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\0\0",
        b"\0\4\xfe\x0d\0\1",
        listed(configuration()) + b"\0",
        listed(configuration())[:-1],
        listed(configuration(public_key=b"")),
        listed(configuration(public_name=b"")),
        listed(configuration(suites=b"")),
        listed(configuration(suites=b"\0\1\0")),
        listed(configuration(extensions=b"\0\1\0")),
        listed(configuration(more=b"x")),
        listed(*[b"\xfe\x0a\0\0"] * (MOST_CONFIGURATIONS + 1)),
    ],
)
def test_malformed(octets):
    with pytest.raises(DecodeError):
        decode_ech_config_list(octets)


@given(st.binary(max_size=200))
def test_anything_is_read_or_refused(octets):
    try:
        decode_ech_config_list(octets)
    except DecodeError:
        return


@given(st.data())
def test_a_cut_list_is_refused(data):
    whole = listed(configuration(), b"\xfe\x0a\0\3abc")
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(DecodeError):
        decode_ech_config_list(whole[:cut])
