"""What is sent and what is known: order, gaps, surplus, crosswise certificates, versions."""

from collections.abc import Iterator
from datetime import timedelta

from pki.issuing import (
    NOW,
    basic_constraints,
    common_name,
    extension,
    key_usage,
    octets,
    p256,
    sequence,
    tlv,
)
from pki.verdict_set.case import OTHER_HOST, Case
from pki.verdict_set.making import (
    AUTHORITY,
    LEAF,
    anchor,
    intermediate,
    issue,
    leaf,
    middle,
    root,
)

EXPIRED = NOW - timedelta(days=1)


def cases() -> Iterator[Case]:
    yield from _sent()
    yield from _anchors()
    yield from _crosswise()
    yield from _authorities()
    yield from _versions()
    yield from _serials()


def _sent() -> Iterator[Case]:
    roots = (anchor(),)
    end = leaf(middle())
    lower = intermediate(middle(), "a lower intermediate")
    below = leaf(lower)
    yield Case("leaf and intermediate", (end, middle()), roots)
    yield Case("a leaf right below the root", (leaf(anchor()),), roots)
    yield Case("two intermediates", (below, lower, middle()), roots)
    yield Case("intermediates in the reverse order", (below, middle(), lower), roots)
    yield Case("the root is sent as well", (end, middle(), anchor()), roots)
    yield Case("an intermediate sent twice", (end, middle(), middle()), roots)
    stranger = intermediate(root("another root"), "a stranger")
    yield Case("certificates that nobody needs", (end, stranger, middle(), leaf(stranger)), roots)
    yield Case("no intermediate", (end,), roots, "no", "unknown issuer: CN=an intermediate")
    yield Case(
        "the lower of two intermediates is missing",
        (below, middle()),
        roots,
        "no",
        "unknown issuer: CN=a lower intermediate",
    )
    yield Case(
        "the upper of two intermediates is missing",
        (below, lower),
        roots,
        "no",
        "unknown issuer: CN=an intermediate",
    )
    yield Case(
        "the intermediate sent first",
        (middle(), end),
        roots,
        "no",
        "its key may not serve TLS (key usage): CN=an intermediate",
    )


def _anchors() -> Iterator[Case]:
    yield Case(
        "a root nobody knows",
        (leaf(middle()), middle()),
        (root("another root"),),
        "no",
        "unknown issuer: CN=a root",
    )
    yield Case(
        "a root nobody knows, sent",
        (leaf(middle()), middle(), anchor()),
        (root("another root"),),
        "no",
        "self-signed: CN=a root",
    )
    yield Case(
        "another root of the same name",
        (leaf(middle()), middle()),
        (root(),),
        "no",
        "bad signature: CN=an intermediate",
    )
    own = leaf(None)
    yield Case("a self-signed leaf", (own,), (anchor(),), "no", "self-signed: CN=a leaf")
    yield Case("a self-signed leaf that is a root", (own,), (own,))
    both = issue("a leaf and root", None, extensions=(*AUTHORITY[:1], key_usage(0x86), LEAF[1]))
    yield Case("an authority that is a root and the leaf", (both,), (both,))
    yield Case("the intermediate is the anchor", (leaf(middle()), middle()), (middle(),))
    yield Case("the leaf is the anchor, not self-signed", (below := leaf(middle()),), (below,))


def _crosswise() -> Iterator[Case]:
    old, new = root("an old root", not_after=EXPIRED), root("a new root")
    crossed = issue(new.subject, old, key=new.key, extensions=AUTHORITY)
    chain = (leaf(new), crossed)
    yield Case("crosswise: the path to the old root has expired", chain, (old, new))
    yield Case("crosswise: the new root alone", chain, (new,))
    yield Case(
        "crosswise: the expired root alone",
        chain,
        (old,),
        "no",
        "expired on 2026-05-31: CN=an old root",
    )
    other = root("another root")
    crossed = issue(new.subject, other, key=new.key, extensions=AUTHORITY)
    yield Case("crosswise: another root", (leaf(new), crossed), (other,))
    expired = issue(new.subject, other, key=new.key, extensions=AUTHORITY, not_after=EXPIRED)
    yield Case("crosswise: the certificate between has expired", (leaf(new), expired), (new,))
    key = p256()
    first = intermediate(anchor(), key=key, not_after=EXPIRED)
    second = intermediate(anchor(), key=key)
    yield Case(
        "an intermediate and its renewal, the expired one first",
        (leaf(second), first, second),
        (anchor(),),
    )
    dead = intermediate(other, key=key)
    yield Case(
        "an intermediate below two roots, the unknown one first",
        (leaf(second), dead, second),
        (anchor(),),
    )
    namesake = intermediate(anchor())
    yield Case(
        "two intermediates of one name and two keys",
        (leaf(second), namesake, second),
        (anchor(),),
    )
    renewed = issue(anchor().subject, anchor(), extensions=AUTHORITY)
    yield Case("a root that certified its next key", (leaf(renewed), renewed), (anchor(),))
    one_key, two_key = p256(), p256()
    one = issue(
        "one",
        None,
        key=one_key,
        signer=two_key,
        issuer_name=common_name("two"),
        extensions=AUTHORITY,
        identified=False,
    )
    two = issue(
        "two",
        None,
        key=two_key,
        signer=one_key,
        issuer_name=common_name("one"),
        extensions=AUTHORITY,
        identified=False,
    )
    yield Case(
        "two authorities that certify each other",
        (leaf(one), one, two),
        (anchor(),),
        "no",
        "unknown issuer: CN=one",
    )


def _authorities() -> Iterator[Case]:
    def below(*extensions: bytes):
        issuer = issue("an intermediate", anchor(), extensions=extensions)
        return (leaf(issuer), issuer), (anchor(),)

    no_authority = "not an authority: CN=an intermediate"
    yield Case(
        "an intermediate without basicConstraints", *below(key_usage(0x06)), "no", no_authority
    )
    yield Case(
        "an intermediate that says it is no authority",
        *below(basic_constraints(False), key_usage(0x06)),
        "no",
        no_authority,
    )
    yield Case(
        "an intermediate without keyCertSign",
        *below(basic_constraints(True), key_usage(0x02)),
        "no",
        "its key may not sign certificates",
    )
    yield Case("an intermediate without keyUsage", *below(basic_constraints(True)))
    plain = extension("2.5.29.19", sequence(b"\x01\x01\xff"))
    yield Case("basicConstraints that are not critical", *below(plain, key_usage(0x06)))
    chain = (leaf(end := leaf(middle())), end, middle())
    yield Case("a leaf that certifies", chain, (anchor(),), "no", "not an authority: CN=a leaf")
    bare = root(extensions=(key_usage(0x06),))
    yield Case(
        "a root without basicConstraints",
        (leaf(bare),),
        (bare,),
        "no",
        "not an authority: CN=a root",
    )
    mute = root(extensions=(basic_constraints(True), key_usage(0x80)))
    yield Case(
        "a root without keyCertSign",
        (leaf(mute),),
        (mute,),
        "no",
        "its key may not sign certificates: CN=a root",
    )
    open_root = root(extensions=(basic_constraints(True),))
    yield Case("a root without keyUsage", (leaf(open_root),), (open_root,))
    identifier = extension("2.5.29.35", sequence(tlv(0x80, b"another issuer's key")))
    own = extension("2.5.29.14", octets(b"this leaf's own key."))
    wrong = leaf(middle(), own, identifier, identified=False)
    yield Case("an authorityKeyIdentifier that is of no key here", (wrong, middle()), (anchor(),))


def _versions() -> Iterator[Case]:
    bare = {"extensions": None, "identified": False, "version": 1}
    old = root(**bare)
    yield Case("a root of version 1", (leaf(old),), (old,))
    old = issue("an intermediate", anchor(), **bare)
    yield Case(
        "an intermediate of version 1",
        (leaf(old), old),
        (anchor(),),
        "no",
        "not an authority: CN=an intermediate",
    )
    yield Case(
        "a leaf of version 1",
        (issue("host.example", middle(), **bare), middle()),
        (anchor(),),
        "no",
        OTHER_HOST,
    )
    extended = leaf(middle(), version=1)
    yield Case(
        "a leaf of version 1 with extensions",
        (extended, middle()),
        (anchor(),),
        "no",
        "extensions in a certificate of version 1: CN=a leaf",
    )
    second = leaf(middle(), version=2)
    yield Case(
        "a leaf of version 2 with extensions",
        (second, middle()),
        (anchor(),),
        "unknown",
        "not a certificate: ",
    )
    fourth = leaf(middle(), version=4)
    yield Case(
        "a leaf of version 4", (fourth, middle()), (anchor(),), "unknown", "not a certificate: "
    )


def _serials() -> Iterator[Case]:
    for name, serial in (
        ("a serial number of zero", 0),
        ("a negative serial number", -5),
        ("a serial number of 20 octets", (1 << 158) + 1),
        ("a serial number of 21 octets", (1 << 160) + 1),
        ("a serial number of 200 octets", (1 << 1590) + 1),
    ):
        yield Case(name, (leaf(middle(), serial=serial), middle()), (anchor(),))
