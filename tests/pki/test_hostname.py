"""Host names against certificates, RFC 9525."""

import pytest

from pki.issuing import (
    address,
    dns,
    extension,
    issue,
    leaf,
    name,
    subject_alternative_name,
    tlv,
)
from tlsward.pki.hostname import hostname_match
from tlsward.pki.x509 import read_certificate


def match(names, host):
    made = leaf(None, extensions=(subject_alternative_name(*names),))
    return hostname_match(read_certificate(made.der), host)


@pytest.mark.parametrize(
    ("presented", "host", "answer"),
    [
        ("host.example", "host.example", "yes"),
        ("HOST.Example", "host.eXample", "yes"),
        ("host.example", "host.example.", "yes"),
        ("host.example.", "host.example", "no"),
        ("host.example", "other.example", "no"),
        ("host.example", "sub.host.example", "no"),
        ("*.host.example", "sub.host.example", "yes"),
        ("*.host.example", "SUB.Host.example.", "yes"),
        ("*.host.example", "host.example", "no"),
        ("*.host.example", "a.sub.host.example", "no"),
        ("*.host.example", ".host.example", "no"),
        ("*.host.example", "xn--bcher-kva.host.example", "yes"),
        ("*.example", "host.example", "no"),
        ("*", "host", "no"),
        ("*.*.example", "a.b.example", "no"),
        ("host.*.example", "host.sub.example", "no"),
        ("h*.sub.example", "host.sub.example", "no"),
        ("*t.sub.example", "host.sub.example", "no"),
        ("h*t.sub.example", "host.sub.example", "no"),
        ("", "", "no"),
        ("", ".", "no"),
        ("xn--bcher-kva.example", "bücher.example", "yes"),
        ("xn--bcher-kva.example", "BÜCHER.example", "yes"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example", "yes"),
        ("xn--fuball-cta.example", "fußball.example", "yes"),
        ("host.example", "host .example\udcff", "no"),
        ("_service.host.example", "_service.host.example", "yes"),
        ("10.0.0.1", "10.0.0.1", "no"),
        ("*.0.0.1", "10.0.0.1", "no"),
        ("\u212aiosk.example", "kiosk.example", "no"),  # the sign of Kelvin, in lower case a k
    ],
)
def test_names(presented, host, answer):
    assert match([dns(presented)], host) == answer


@pytest.mark.parametrize(
    ("octets", "host", "answer"),
    [
        (b"\x0a\0\0\1", "10.0.0.1", "yes"),
        (b"\x0a\0\0\1", "10.0.0.1.", "yes"),
        (b"\x0a\0\0\1", "10.0.0.2", "no"),
        (b"\x0a\0\0\1", "010.0.0.1", "no"),
        (bytes(15) + b"\1", "::1", "yes"),
        (bytes(15) + b"\1", "[::1]", "yes"),
        (bytes(15) + b"\1", "0:0:0:0:0:0:0:1", "yes"),
        (b"\xfe\x80" + bytes(13) + b"\1", "fe80::1%eth0", "yes"),
        (bytes(10) + b"\xff\xff\x0a\0\0\1", "10.0.0.1", "no"),
        (b"\x0a\0\0", "10.0.0.1", "unknown"),
    ],
)
def test_addresses(octets, host, answer):
    assert match([address(octets)], host) == answer


def test_a_name_with_a_nul_is_not_the_name_before_it():
    assert match([dns(b"host.example\0.other.example")], "host.example") == "no"


def test_any_of_the_names_will_do():
    assert match([dns("one.example"), dns("two.example")], "two.example") == "yes"


def test_the_common_name_is_ignored():
    subject = name(("2.5.4.3", "host.example"))
    bare = issue(subject, extensions=())
    assert hostname_match(read_certificate(bare.der), "host.example") == "no"
    other = issue(subject, extensions=(subject_alternative_name(dns("other.example")),))
    assert hostname_match(read_certificate(other.der), "host.example") == "no"


def test_a_mailbox_or_a_uri_is_no_host_name():
    names = [tlv(0x81, b"host.example"), tlv(0x86, b"https://host.example/")]
    assert match(names, "host.example") == "no"


def test_names_that_cannot_be_read_are_unknown_and_not_no():
    broken = leaf(None, extensions=(extension("2.5.29.17", b"\x30\x05\x82"),))
    assert hostname_match(read_certificate(broken.der), "host.example") == "unknown"
