"""The DER reader: exact, bounded, and with one error only."""

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from pki.issuing import integer, object_identifier, sequence, tlv
from tlsward.pki import der


@pytest.mark.parametrize("length", [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 0x10000])
def test_lengths_of_all_forms(length):
    element = der.read(tlv(0x04, bytes(length)))
    assert (element.tag, element.content) == (0x04, bytes(length))


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"\x04",
        b"\x04\x01",
        b"\x04\x80\0\0",  # indefinite form
        b"\x04\x81\x7f" + bytes(0x7F),  # one octet would do
        b"\x04\x82\0\x80" + bytes(0x80),  # a zero in front
        b"\x04\x85\0\0\0\0\1\0",  # five octets
        b"\x04\xff",
        b"\x1f\x81\0\0",  # a tag number of two octets
        b"\x04\0\0",  # something after it
    ],
)
def test_what_is_not_der(wrong):
    with pytest.raises(der.DerError):
        der.read(wrong)


def test_children_must_fill_their_parent():
    with pytest.raises(der.DerError):
        der.read(b"\x30\x03\x04\x02\0").children()


@given(st.integers(-(1 << 200), 1 << 200))
def test_integers_round_trip(number):
    assert der.integer(der.read(integer(number))) == number


@pytest.mark.parametrize("dotted", ["2.5.4.3", "1.2.840.113549.1.1.11", "0.9.2342", "2.999.1"])
def test_object_identifiers(dotted):
    encoded = tlv(0x06, b"\x88\x37\x01") if dotted == "2.999.1" else object_identifier(dotted)
    assert der.object_identifier(der.read(encoded)) == dotted


@given(st.binary(min_size=1, max_size=12))
def test_object_identifiers_are_those_another_reader_reads(content):
    try:
        found = der.dotted(content)
    except der.DerError:
        return
    name = sequence(tlv(0x31, sequence(tlv(0x06, content), tlv(0x0C, b"x"))))
    try:
        theirs = x509.Name.from_bytes(name) if hasattr(x509.Name, "from_bytes") else None
    except ValueError:
        return
    if theirs is not None:
        assert [each.oid.dotted_string for each in theirs] == [found]


@pytest.mark.parametrize("content", [b"", b"\x80", b"\x2a\x80\x01", b"\x2a\x86", bytes(65)])
def test_what_is_no_object_identifier(content):
    with pytest.raises(der.DerError):
        der.dotted(content)


@given(st.binary(max_size=300))
def test_any_octets_end_in_elements_or_one_error(octets):
    pending = [octets]
    seen = 0
    while pending:
        try:
            children = der.read(pending.pop()).children()
        except der.DerError:
            continue
        seen += len(children)
        pending += [child.encoded for child in children]
    assert seen <= 300 * 300
