"""Host names and addresses (RFC 9525): what a subjectAltName says, and to whom."""

from collections.abc import Iterator

from pki.issuing import (
    LEAF_USAGE,
    address,
    dns,
    extension,
    key_usage,
    mailbox,
    name,
    sequence,
    subject_alternative_name,
    tlv,
)
from pki.verdict_set.case import OTHER_HOST, Case
from pki.verdict_set.making import anchor, issue, leaf, middle

NO = {"verdict": "no", "because": OTHER_HOST}
IPV6 = bytes.fromhex("20010db8000000000000000000000001")


def cases() -> Iterator[Case]:
    yield from _plain()
    yield from _wildcards()
    yield from _addresses()
    yield from _international()
    yield from _odd()


def _case(title: str, names: tuple[bytes, ...] | str, hostname: str = "host.example", **expected):
    entries = (dns(names),) if isinstance(names, str) else names
    end = leaf(middle(), extensions=(key_usage(LEAF_USAGE), subject_alternative_name(*entries)))
    return Case(title, (end, middle()), (anchor(),), hostname=hostname, **expected)


def _plain() -> Iterator[Case]:
    yield _case("the name", "host.example")
    yield _case("another name", "other.example", **NO)
    yield _case("the name in capitals", "HOST.Example")
    yield _case("the host in capitals", "host.example", "HOST.EXAMPLE")
    yield _case("one of two names", (dns("other.example"), dns("host.example")))
    yield _case("a name above", "host.example", "sub.host.example", **NO)
    yield _case("a name below", "sub.host.example", **NO)
    yield _case("a trailing dot of the host", "host.example", "host.example.")
    yield _case("a trailing dot in the certificate", "host.example.", **NO)
    yield _case("a trailing dot of both", "host.example.", "host.example.", **NO)
    yield _case("an underscore", "a_b.example", "a_b.example")
    yield _case("a name of one label", "localhost", "localhost")
    no_names = issue(name(("2.5.4.3", "host.example")), middle(), extensions=(key_usage(0x80),))
    yield Case("a common name alone", (no_names, middle()), (anchor(),), **NO)
    mixed = issue(
        name(("2.5.4.3", "host.example")),
        middle(),
        extensions=(key_usage(0x80), subject_alternative_name(dns("other.example"))),
    )
    yield Case("a common name beside other names", (mixed, middle()), (anchor(),), **NO)
    mailboxes = issue(
        name(("2.5.4.3", "host.example")),
        middle(),
        extensions=(key_usage(0x80), subject_alternative_name(mailbox("me@host.example"))),
    )
    yield Case("a common name beside a mailbox", (mailboxes, middle()), (anchor(),), **NO)


def _wildcards() -> Iterator[Case]:
    yield _case("a wildcard", "*.host.example", "sub.host.example")
    yield _case("a wildcard and the name above it", "*.host.example", "host.example", **NO)
    yield _case("a wildcard and a deeper name", "*.host.example", "a.b.host.example", **NO)
    yield _case("a wildcard of a top-level domain", "*.example", **NO)
    yield _case("a bare wildcard", "*", "localhost", **NO)
    yield _case("a wildcard and a dot", "*.", "localhost", **NO)
    yield _case("a partial wildcard, f*", "f*.host.example", "foo.host.example", **NO)
    yield _case("a partial wildcard, *o", "*o.host.example", "foo.host.example", **NO)
    yield _case("a partial wildcard, f*o", "f*o.host.example", "foo.host.example", **NO)
    yield _case("a wildcard in the middle", "a.*.example", "a.b.example", **NO)
    yield _case("two wildcards", "*.*.host.example", "a.b.host.example", **NO)
    yield _case("a wildcard beside an A-label", "*.host.example", "xn--bcher-kva.host.example")
    yield _case(
        "a wildcard within an A-label", "xn--*.host.example", "xn--bcher-kva.host.example", **NO
    )
    yield _case("a wildcard below capitals", "*.HOST.example", "sub.host.example")
    yield _case("a wildcard for an underscore", "*.host.example", "a_b.host.example")
    yield _case("a wildcard as the host", "*.host.example", "*.host.example")
    yield _case("a wildcard for an address", "*.0.0.1", "10.0.0.1", **NO)


def _addresses() -> Iterator[Case]:
    yield _case("an IPv4 address", (address(b"\x0a\0\0\1"),), "10.0.0.1")
    yield _case("another IPv4 address", (address(b"\x0a\0\0\2"),), "10.0.0.1", **NO)
    yield _case("an IPv4 address as dNSName", "10.0.0.1", "10.0.0.1", **NO)
    yield _case("an IPv6 address", (address(IPV6),), "2001:db8::1")
    yield _case("an IPv6 address, written out", (address(IPV6),), "2001:0DB8:0:0:0:0:0:1")
    yield _case("an IPv6 address as dNSName", "2001:db8::1", "2001:db8::1", **NO)
    mapped = bytes(10) + b"\xff\xff\x0a\0\0\1"
    yield _case("an IPv4 address mapped to IPv6", (address(mapped),), "10.0.0.1", **NO)
    bare = issue(name(("2.5.4.3", "10.0.0.1")), middle(), extensions=(key_usage(0x80),))
    yield Case(
        "an address as common name", (bare, middle()), (anchor(),), hostname="10.0.0.1", **NO
    )
    yield _case(
        "an address of three octets",
        (address(b"\x0a\0\0"), dns("host.example")),
        verdict="unknown",
        because="cannot read the extensions of CN=a leaf",
    )


def _international() -> Iterator[Case]:
    a_label, u_label = "xn--bcher-kva.example", "bücher.example"
    yield _case("an A-label", a_label, a_label)
    yield _case("an A-label, the host written as U-label", a_label, u_label)
    yield _case("an A-label in capitals", a_label.upper(), a_label)
    yield _case(
        "a U-label in the certificate",
        (dns(u_label.encode()),),
        a_label,
        **NO,
    )


def _odd() -> Iterator[Case]:
    yield _case("a NUL after the name", (dns(b"host.example\0.other.example"),), **NO)
    nul = name(("2.5.4.3", tlv(0x0C, b"host.example\0.other.example")))
    end = issue(nul, middle(), extensions=(key_usage(0x80),))
    yield Case("a NUL in the common name", (end, middle()), (anchor(),), **NO)
    yield _case("an empty name", (dns(""),), **NO)
    yield _case("an empty name beside the name", (dns(""), dns("host.example")))
    yield _case("a space within a name", (dns("host .example"), dns("host.example")))
    yield _case("a leading dot", ".host.example", "sub.host.example", **NO)
    yield _case("no names in the list", (), **NO)
    yield _case("a URI of the host", (tlv(0x86, b"https://host.example/"),), **NO)
    entries = sequence(dns("host.example"))
    for title, subject, critical in (
        ("an empty subject and critical names", sequence(), True),
        ("an empty subject and names that are not critical", sequence(), False),
        ("a subject and critical names", name(("2.5.4.3", "a leaf")), True),
    ):
        names = extension("2.5.29.17", entries, critical=critical)
        end = issue(subject, middle(), extensions=(key_usage(LEAF_USAGE), names))
        yield Case(title, (end, middle()), (anchor(),))
    many = (*(dns(f"n{number}.example") for number in range(1000)), dns("host.example"))
    yield _case("a thousand other names before it", many)
