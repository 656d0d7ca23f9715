"""Name constraints (RFC 5280 section 4.2.1.10) and path length (section 4.2.1.9)."""

from collections.abc import Iterator

from pki.issuing import (
    CA_USAGE,
    LEAF_USAGE,
    address,
    basic_constraints,
    common_name,
    directory,
    dns,
    key_usage,
    mailbox,
    name,
    name_constraints,
    subject_alternative_name,
)
from pki.verdict_set.case import Case
from pki.verdict_set.making import AUTHORITY, anchor, intermediate, issue, leaf, middle, root

NO = {"verdict": "no", "because": "name constraint violated, "}
TEN = address(b"\x0a\0\0\0\xff\0\0\0")


def cases() -> Iterator[Case]:
    yield from _dns_names()
    yield from _other_names()
    yield from _places()
    yield from _path_length()


def _case(
    title: str, permitted=(), excluded=(), *, names=None, hostname="host.example", **expected
):
    """Return a case of an intermediate that is constrained."""
    issuer = intermediate(anchor(), "an intermediate", name_constraints(permitted, excluded))
    entries = names or (dns("host.example"),)
    end = leaf(issuer, extensions=(key_usage(LEAF_USAGE), subject_alternative_name(*entries)))
    return Case(title, (end, issuer), (anchor(),), hostname=hostname, **expected)


def _dns_names() -> Iterator[Case]:
    yield _case("the domain is permitted", [dns("example")])
    yield _case("the name itself is permitted", [dns("host.example")])
    yield _case("another domain is permitted", [dns("other.example")], **NO)
    yield _case("the end of a label is permitted", [dns("st.example")], **NO)
    yield _case("the domain is excluded", excluded=[dns("example")], **NO)
    yield _case("another domain is excluded", excluded=[dns("other.example")])
    yield _case("permitted, and excluded below it", [dns("example")], [dns("host.example")], **NO)
    yield _case("a domain permitted in capitals", [dns("EXAMPLE")])
    yield _case("a leading dot, a name below", [dns(".example")])
    yield _case("a leading dot, the name itself", [dns(".host.example")], **NO)
    yield _case("an empty name is permitted", [dns("")])
    yield _case("an empty name is excluded", excluded=[dns("")], **NO)
    yield _case(
        "one of two names is not permitted",
        [dns("example")],
        names=(dns("host.example"), dns("host.invalid")),
        **NO,
    )
    wildcard = {"names": (dns("*.host.example"),), "hostname": "sub.host.example"}
    yield _case("a wildcard within what is permitted", [dns("host.example")], **wildcard)
    yield _case("a wildcard wider than permitted", [dns("sub.host.example")], **wildcard, **NO)
    yield _case(
        "a wildcard that covers what is excluded",
        excluded=[dns("sub.host.example")],
        **wildcard,
        **NO,
    )


def _other_names() -> Iterator[Case]:
    four = {"names": (address(b"\x0a\1\2\3"),), "hostname": "10.1.2.3"}
    yield _case("the network is permitted", [TEN], **four)
    other = address(b"\x0b\0\0\0\xff\0\0\0")
    yield _case("another network is permitted", [other], **four, **NO)
    yield _case("the network is excluded", excluded=[TEN], **four, **NO)
    yield _case("an address where names alone are permitted", [dns("example")], **four)
    yield _case("a name where addresses alone are permitted", [TEN])
    yield _case("all IPv4 addresses are excluded", excluded=[address(bytes(8))])
    yield _case(
        "an IPv6 address where an IPv4 network is permitted",
        [TEN],
        names=(address(bytes(15) + b"\1"),),
        hostname="::1",
        **NO,
    )
    yield _case("the subject is permitted", [directory(common_name("a leaf"))])
    yield _case("another subject is permitted", [directory(common_name("another leaf"))], **NO)
    yield _case("the subject is excluded", excluded=[directory(common_name("a leaf"))], **NO)
    both = (dns("host.example"), mailbox("me@host.example"))
    yield _case("the mailbox's host is permitted", [mailbox("host.example")], names=both)
    yield _case("a mailbox of another host", [mailbox("other.example")], names=both, **NO)
    yield _case("mailboxes below a domain", [mailbox(".example")], names=both)
    yield _case("the mailbox is excluded", excluded=[mailbox("me@host.example")], names=both, **NO)
    yield _case(
        "neither permitted nor excluded",
        verdict="unknown",
        because="cannot read the extensions of CN=an intermediate",
    )


def _places() -> Iterator[Case]:
    wrong = name_constraints([dns("other.example")])
    issuer = root(extensions=(*AUTHORITY, wrong))
    yield Case("another domain is permitted by the root", (leaf(issuer),), (issuer,), **NO)
    upper = intermediate(anchor(), "an intermediate", wrong)
    lower = intermediate(upper, "a lower intermediate")
    yield Case(
        "another domain is permitted two certificates above",
        (leaf(lower), lower, upper),
        (anchor(),),
        **NO,
    )
    upper = intermediate(anchor(), "an intermediate", name_constraints([dns("example")]))
    wider = intermediate(upper, "a lower intermediate", name_constraints([dns("invalid")]))
    names = subject_alternative_name(dns("host.example"))
    end = leaf(wider, extensions=(key_usage(LEAF_USAGE), names))
    yield Case("permitted above, not permitted below", (end, wider, upper), (anchor(),), **NO)
    bare = issue(
        name(("2.5.4.3", "host.example")),
        constrained := intermediate(anchor(), "an intermediate", wrong),
        extensions=(key_usage(LEAF_USAGE),),
    )
    yield Case(
        "a common name where another domain is permitted",
        (bare, constrained),
        (anchor(),),
        "no",
        "not for this host",
    )
    upper = intermediate(
        anchor(), "an intermediate", name_constraints([directory(common_name("a leaf"))])
    )
    renewed = issue(upper.subject, upper, extensions=AUTHORITY)
    yield Case(
        "the subject is permitted, that of a self-issued authority is not",
        (leaf(renewed), renewed, upper),
        (anchor(),),
    )
    end = leaf(middle(), wrong)
    yield Case("constraints in the leaf", (end, middle()), (anchor(),))


def _limited(length: int) -> tuple[bytes, bytes]:
    return basic_constraints(True, length), key_usage(CA_USAGE)


def _path_length() -> Iterator[Case]:
    def too_many(allowed: int) -> dict[str, str]:
        return {"verdict": "no", "because": f"more than {allowed} authorities below one"}

    zero = intermediate(anchor(), extensions=_limited(0))
    yield Case("path length 0, a leaf below", (leaf(zero), zero), (anchor(),))
    lower = intermediate(zero, "a lower intermediate")
    chain = (leaf(lower), lower, zero)
    yield Case("path length 0, an authority below", chain, (anchor(),), **too_many(0))
    one = intermediate(anchor(), extensions=_limited(1))
    lower = intermediate(one, "a lower intermediate")
    yield Case("path length 1, an authority below", (leaf(lower), lower, one), (anchor(),))
    lowest = intermediate(lower, "the lowest intermediate")
    chain = (leaf(lowest), lowest, lower, one)
    yield Case("path length 1, two authorities below", chain, (anchor(),), **too_many(1))
    wider = intermediate(zero, "a lower intermediate", extensions=_limited(5))
    chain = (leaf(wider), wider, zero)
    yield Case("path length 0, 5 below it", chain, (anchor(),), **too_many(0))
    issuer = root(extensions=_limited(0))
    below = intermediate(issuer)
    yield Case("path length 0 of the root", (leaf(below), below), (issuer,), **too_many(0))
    renewed = issue(zero.subject, zero, extensions=_limited(0))
    chain = (leaf(renewed), renewed, zero)
    yield Case("path length 0, a self-issued authority below", chain, (anchor(),))
    end = leaf(
        zero,
        extensions=(
            basic_constraints(True),
            key_usage(0x84),
            subject_alternative_name(dns("host.example")),
        ),
    )
    yield Case("path length 0, a leaf that is an authority", (end, zero), (anchor(),))
    plain = intermediate(anchor(), extensions=(basic_constraints(False, 0), key_usage(CA_USAGE)))
    yield Case(
        "path length of what is no authority",
        (leaf(plain), plain),
        (anchor(),),
        "unknown",
        "cannot read the extensions of CN=an intermediate",
    )
    chain = [anchor()]
    for step in range(9):
        chain.append(intermediate(chain[-1], f"step {step}"))
    served = tuple(reversed(chain[1:]))
    yield Case("nine intermediates", (leaf(served[0]), *served), (anchor(),))
