"""RDATA: what it says, and that nothing hostile in it gets out as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.test_escaping import unsafe_in
from servers.zones import ech_config_list
from tlsward.net.record_data import (
    CUT,
    LONGEST_CAA_VALUE,
    MalformedRecordError,
    address,
    caa_record,
    service_binding,
    tlsa_record,
)
from tlsward.pki.caa_value import MalformedValueError, parse_issue_value


def caa(flags=0, tag=b"issue", value=b"ca.example"):
    return bytes([flags, len(tag)]) + tag + value


def https(priority=1, target=b"\0", *parameters):
    return (
        priority.to_bytes(2)
        + target
        + b"".join(key.to_bytes(2) + len(value).to_bytes(2) + value for key, value in parameters)
    )


def test_addresses():
    assert address(b"\xc0\0\2\1") == "192.0.2.1"
    assert address(b"\x20\1\x0d\xb8" + b"\0" * 11 + b"\1") == "2001:db8::1"
    with pytest.raises(MalformedRecordError):
        address(b"abcde")


def test_caa():
    record = caa_record(caa(128, b"IssueWild", b"Ca.Example; a=b"))
    assert (record.flags, record.tag, record.value) == (128, "issuewild", "Ca.Example; a=b")
    assert record.critical


@pytest.mark.parametrize("rdata", [b"", b"\0", b"\0\0", b"\0\5abc"])
def test_malformed_caa(rdata):
    with pytest.raises(MalformedRecordError):
        caa_record(rdata)


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


@given(st.binary(max_size=80))
def test_any_caa_is_safe_or_refused(rdata):
    try:
        record = caa_record(rdata)
    except MalformedRecordError:
        return
    assert unsafe_in(record.tag + record.value) == set()


def test_tlsa():
    record = tlsa_record(b"\3\1\1\xab\xcd")
    assert (record.usage, record.selector, record.matching_type, record.data) == (3, 1, 1, "abcd")
    assert tlsa_record(b"\xff\7\x09").data == ""
    for rdata in (b"", b"\3\1", b"\0" * 20000):
        with pytest.raises(MalformedRecordError):
            tlsa_record(rdata)


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


@pytest.mark.parametrize(
    "rdata",
    [
        b"",
        b"\0\1",
        https(0, b"\0", (1, b"\2h2")),  # parameters in AliasMode
        https(1, b"\0", (1, b"")),  # no protocol at all
        https(1, b"\0", (4, b"abc")),
        https(1, b"\0", (3, b"\0\1"), (1, b"\2h2")),  # keys out of order
        https(1, b"\0", (0, b"\0\3")),  # a mandatory key that is not there
        https(1, b"\xc0\0"),  # a compressed name
    ],
)
def test_malformed_https(rdata):
    with pytest.raises(MalformedRecordError):
        service_binding("host.example", rdata)


@given(st.binary(max_size=80))
def test_any_https_is_safe_or_refused(octets):
    try:
        record = service_binding("host.example", b"\0\1\0" + octets)
    except MalformedRecordError:
        return
    text = record.target + "".join(f"{key}{value}" for key, value in record.parameters.items())
    assert unsafe_in(text) == set()
