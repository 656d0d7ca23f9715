"""Records: what they say, and that nothing hostile in them gets out as it is."""

import dns.exception
import dns.rdata
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.test_escaping import unsafe_in
from servers.zones import ech_config_list
from tlsward.net.record_data import (
    CUT,
    LONGEST_CAA_VALUE,
    LONGEST_TLSA_DATA,
    TooLongError,
    address,
    caa_record,
    service_binding,
    tlsa_record,
)
from tlsward.pki.caa_value import MalformedValueError, parse_issue_value


def record_of(kind, rdata):
    """Return what dnspython reads in RDATA. Raises DNSException."""
    return dns.rdata.from_wire("IN", kind, rdata, 0, len(rdata))


def caa(flags=0, tag=b"issue", value=b"ca.example"):
    return record_of("CAA", bytes([flags, len(tag)]) + tag + value)


def https(priority=1, target=b"\0", *parameters):
    return record_of(
        "HTTPS",
        priority.to_bytes(2)
        + target
        + b"".join(key.to_bytes(2) + len(value).to_bytes(2) + value for key, value in parameters),
    )


def test_addresses():
    assert address(record_of("A", b"\xc0\0\2\1")) == "192.0.2.1"
    assert address(record_of("AAAA", b"\x20\1\x0d\xb8" + b"\0" * 11 + b"\1")) == "2001:db8::1"


def test_caa():
    record = caa_record(caa(128, b"IssueWild", b"Ca.Example; a=b"))
    assert (record.flags, record.tag, record.value) == (128, "issuewild", "Ca.Example; a=b")
    assert record.critical


@pytest.mark.parametrize("octet", [*range(0x09), *range(0x0A, 0x20), *range(0x7F, 0x100)])
def test_an_octet_that_no_value_has_stays_malformed(octet):
    value = caa_record(caa(value=b"ca.example; a=b" + bytes([octet]) + b"c")).value
    assert unsafe_in(value) == set()
    with pytest.raises(MalformedValueError):
        parse_issue_value(value)


def test_a_tab_is_a_blank():
    assert caa_record(caa(value=b"ca.example;\ta=b")).value == "ca.example; a=b"


def test_a_long_value_is_cut():
    assert caa_record(caa(value=b"a" * LONGEST_CAA_VALUE)).value == "a" * LONGEST_CAA_VALUE
    value = caa_record(caa(value=b"a" * 65000)).value
    assert value == "a" * LONGEST_CAA_VALUE + CUT


@given(st.integers(0, 255), st.text("aZ09", min_size=1, max_size=20), st.binary(max_size=80))
def test_any_caa_is_safe(flags, tag, value):
    record = caa_record(caa(flags, tag.encode(), value))
    assert record.flags == flags
    assert unsafe_in(record.tag + record.value) == set()


def test_tlsa():
    record = tlsa_record(record_of("TLSA", b"\3\1\0\xab\xcd"))
    assert (record.usage, record.selector, record.matching_type, record.data) == (3, 1, 0, "abcd")
    assert tlsa_record(record_of("TLSA", b"\xff\7\x09")).data == ""
    whole = tlsa_record(record_of("TLSA", b"\3\0\0" + b"\1" * LONGEST_TLSA_DATA))
    assert whole.data == "01" * LONGEST_TLSA_DATA
    with pytest.raises(TooLongError, match="a TLSA record of 16385 octets"):
        tlsa_record(record_of("TLSA", b"\3\0\0" + b"\1" * (LONGEST_TLSA_DATA + 1)))


def test_https():
    record = service_binding(
        "host.example",
        https(
            1,
            b"\3cdn\7example\0",
            (1, b"\2h2\2h3"),
            (3, b"\x20\xfb"),
            (4, b"\xc0\0\2\1"),
            (5, ech_config_list(b"cover.example")),
            (65000, b"a\x1bb"),
        ),
    )
    assert (record.priority, record.target) == (1, "cdn.example")
    assert record.parameters["alpn"] == "h2,h3"
    assert record.parameters["port"] == "8443"
    assert record.parameters["ipv4hint"] == "192.0.2.1"
    assert record.parameters["key65000"] == r"a\027b"
    assert record.ech_public_names == ("cover.example",)
    assert record.problem == ""


def test_an_ech_list_that_cannot_be_read_is_told():
    broken = ech_config_list()[:-1]
    record = service_binding("a", https(1, b"\0", (5, (len(broken) - 2).to_bytes(2) + broken[2:])))
    assert record.ech_public_names == ()
    assert record.problem.startswith("a malformed ECHConfigList: ")


@given(st.binary(max_size=80))
def test_any_https_is_safe(octets):
    try:
        read = record_of("HTTPS", b"\0\1\0" + octets)
    except dns.exception.DNSException:
        return
    record = service_binding("host.example", read)
    text = record.target + "".join(f"{key}{value}" for key, value in record.parameters.items())
    assert unsafe_in(text) == set()
