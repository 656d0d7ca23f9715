"""What a key may be used for, and extensions nobody knows or that are there twice."""

from collections.abc import Iterator

from pki.issuing import (
    LEAF_USAGE,
    basic_constraints,
    extended_key_usage,
    extension,
    key_usage,
    sequence,
)
from pki.verdict_set.case import Case
from pki.verdict_set.making import (
    ANY_USAGE,
    AUTHORITY,
    CLIENT,
    LEAF,
    SERVER,
    anchor,
    intermediate,
    issue,
    leaf,
    middle,
    root,
    stored_key,
)

UNHEARD_OF = "1.3.6.1.4.1.55555.1"
UNREAD = "cannot read the extensions of CN=a leaf"
NOT_FOR_SERVERS = "not for servers (extended key usage)"


def cases() -> Iterator[Case]:
    yield from _extended()
    yield from _of_authorities()
    yield from _usage()
    yield from _unknown()


def _of_leaf(name: str, *more: bytes, **expected) -> Case:
    return Case(name, (leaf(middle(), *more), middle()), (anchor(),), **expected)


def _with(name: str, *extensions: bytes, **expected) -> Case:
    end = issue("a leaf", middle(), extensions=extensions)
    return Case(name, (end, middle()), (anchor(),), **expected)


def _extended() -> Iterator[Case]:
    refused = {"verdict": "no", "because": f"{NOT_FOR_SERVERS}: CN=a leaf"}
    yield _of_leaf("a leaf for servers", extended_key_usage(SERVER))
    yield _of_leaf("a leaf for clients and servers", extended_key_usage(CLIENT, SERVER))
    yield _of_leaf("a leaf for clients", extended_key_usage(CLIENT), **refused)
    yield _of_leaf("a leaf for anything", extended_key_usage(ANY_USAGE), **refused)
    yield _of_leaf("a leaf for code", extended_key_usage("1.3.6.1.5.5.7.3.3"), **refused)
    yield _of_leaf(
        "a leaf for Netscape's step-up", extended_key_usage("2.16.840.1.113730.4.1"), **refused
    )
    yield _of_leaf(
        "an empty list of purposes", extended_key_usage(), verdict="unknown", because=UNREAD
    )


def _of_authorities() -> Iterator[Case]:
    refused = {"verdict": "no", "because": f"{NOT_FOR_SERVERS}: CN=an intermediate"}
    for name, usage, expected in (
        ("an intermediate for servers", SERVER, {}),
        ("an intermediate for clients", CLIENT, refused),
        ("an intermediate for anything", ANY_USAGE, refused),
    ):
        issuer = intermediate(anchor(), "an intermediate", extended_key_usage(usage))
        yield Case(name, (leaf(issuer), issuer), (anchor(),), **expected)
    issuer = root(extensions=(*AUTHORITY, extended_key_usage(SERVER)))
    yield Case("a root for servers", (leaf(issuer),), (issuer,))
    issuer = root(extensions=(*AUTHORITY, extended_key_usage(CLIENT)))
    yield Case(
        "a root for clients", (leaf(issuer),), (issuer,), "no", f"{NOT_FOR_SERVERS}: CN=a root"
    )


def _usage() -> Iterator[Case]:
    yield _with("a leaf without keyUsage", LEAF[1])
    for name, usage in (("keyEncipherment", 0x20), ("digitalSignature", 0x80)):
        extensions = (key_usage(usage), LEAF[1])
        end = issue("a leaf", middle(), key=stored_key("rsa2048"), extensions=extensions)
        title = f"a leaf of RSA for {name} alone"
        yield Case(title, (end, middle()), (anchor(),))
    yield _with("a leaf for keyAgreement alone", key_usage(0x08), LEAF[1])
    yield _with(
        "a leaf for nonRepudiation alone",
        key_usage(0x40),
        LEAF[1],
        verdict="no",
        because="its key may not serve TLS",
    )
    yield _with(
        "a leaf for keyCertSign alone",
        key_usage(0x04),
        LEAF[1],
        verdict="no",
        because="its key may not serve TLS",
    )
    yield _with(
        "a leaf that is an authority as well", basic_constraints(True), key_usage(0x84), LEAF[1]
    )
    yield _with("a leaf that says it is none", basic_constraints(False), *LEAF)


def _unknown() -> Iterator[Case]:
    yield _of_leaf("an unknown extension", extension(UNHEARD_OF, b"\5\0"))
    yield _of_leaf(
        "an unknown critical extension",
        extension(UNHEARD_OF, b"\5\0", critical=True),
        verdict="no",
        because=f"critical extension that clients do not know, {UNHEARD_OF}: CN=a leaf",
    )
    issuer = intermediate(
        anchor(), "an intermediate", extension(UNHEARD_OF, b"\5\0", critical=True)
    )
    yield Case(
        "an unknown critical extension of an intermediate",
        (leaf(issuer), issuer),
        (anchor(),),
        "no",
        "critical extension that clients do not know",
    )
    issuer = root(extensions=(*AUTHORITY, extension(UNHEARD_OF, b"\5\0", critical=True)))
    yield Case(
        "an unknown critical extension of the root",
        (leaf(issuer),),
        (issuer,),
        "no",
        "critical extension that clients do not know",
    )
    yield _of_leaf(
        "a precertificate",
        extension("1.3.6.1.4.1.11129.2.4.3", b"\5\0", critical=True),
        verdict="no",
        because="critical extension that clients do not know, 1.3.6.1.4.1.11129.2.4.3",
    )
    yield _of_leaf(
        "an extension that is there twice",
        key_usage(LEAF_USAGE),
        verdict="no",
        because="an extension that is there twice, 2.5.29.15",
    )
    yield _of_leaf(
        "an unknown extension that is there twice",
        extension(UNHEARD_OF, b"\5\0"),
        extension(UNHEARD_OF, b"\5\0"),
        verdict="no",
        because="an extension that is there twice",
    )
    policy = sequence(sequence(b"\x06\x06\x67\x81\x0c\x01\x02\x01"))
    yield _of_leaf("a critical certificate policy", extension("2.5.29.32", policy, critical=True))
    yield _of_leaf(
        "an extension cut short",
        extension("2.5.29.37", b"\x30\x05\x06"),
        verdict="unknown",
        because=UNREAD,
    )
