"""Chains of trust for the reports: real certificates, judged by stores made for them."""

from datetime import timedelta
from functools import cache

from msgspec.structs import replace

from pki.explanation.samples import HOSTILE, dns, everything, example_root, fixed_key, uri
from pki.issuing import (
    A_YEAR,
    CA_USAGE,
    LEAF_USAGE,
    NOW,
    Issued,
    basic_constraints,
    issue,
    key_usage,
    name,
    subject_alternative_name,
)
from tlsward.model.chain_of_trust import ChainOfTrust
from tlsward.model.served_chain import ServedChain
from tlsward.pki.chain_of_trust import chain_of_trust
from tlsward.pki.stores import Stores

AUTHORITY = (basic_constraints(True), key_usage(CA_USAGE))


def named(organization: str, common: str) -> bytes:
    return name(("2.5.4.10", organization), ("2.5.4.3", common))


def authority(subject: bytes, issuer: Issued | None, number: int, **how) -> Issued:
    how.setdefault("not_before", NOW - 5 * A_YEAR)
    how.setdefault("not_after", NOW + 5 * A_YEAR)
    key = how.pop("key", fixed_key(number))
    return issue(subject, issuer, key=key, serial=number, extensions=AUTHORITY, **how)


def leaf(issuer: Issued, *names: str, number: int = 90) -> Issued:
    return issue(
        name(("2.5.4.3", names[0])),
        issuer,
        key=fixed_key(number),
        serial=number,
        extensions=(key_usage(LEAF_USAGE), subject_alternative_name(*map(dns, names))),
        not_before=NOW - timedelta(days=10),
        not_after=NOW + timedelta(days=80),
    )


OLD = authority(named("Old Trust", "Old Root"), None, 11, not_after=NOW - timedelta(days=3))
NEW = authority(named("New Trust", "New Root X1"), None, 12)
OTHER = authority(named("Somebody Else", "Root That Nobody Has"), None, 13)
CROSS = authority(NEW.subject, OLD, 14, key=NEW.key)
ASTRAY = authority(NEW.subject, OTHER, 15, key=NEW.key)
ISSUING = authority(named("New Trust", "R12"), NEW, 16)
LEAF = leaf(ISSUING, "www.example.com", "example.com")


def judged(*chain: Issued, roots: tuple[Issued, ...] = (), **how) -> ChainOfTrust:
    served = ServedChain(
        certificates=tuple(each.der for each in chain),
        hostname=how.get("hostname", "www.example.com"),
        protocols=how.get("protocols", ("TLSv1.3", "TLSv1.2")),
        served_with_sni=how.get("with_sni", "yes"),
        served_without_sni=how.get("without_sni", "yes"),
    )
    pem = b"".join(root.pem for root in roots)
    return chain_of_trust(
        served, Stores(pem, public=False), NOW, in_order=how.get("in_order", True)
    )


@cache
def simple() -> ChainOfTrust:
    return judged(LEAF, ISSUING, roots=(NEW,))


@cache
def crossed() -> ChainOfTrust:
    """A root that two others have signed as well: one expired, one that nobody has."""
    return judged(LEAF, ISSUING, CROSS, ASTRAY, roots=(NEW, OLD))


@cache
def diamond() -> ChainOfTrust:
    """Two intermediates with one key, both certified by the same root."""
    twin = authority(ISSUING.subject, NEW, 17, key=ISSUING.key)
    return judged(LEAF, ISSUING, twin, roots=(NEW,))


@cache
def incomplete() -> ChainOfTrust:
    return judged(LEAF, roots=(NEW,))


@cache
def in_several_stores() -> ChainOfTrust:
    """As the public stores would have it; their verdicts are written here by hand."""
    chain = simple()
    [way] = chain.ways
    [verdict] = way.stores
    stores = [
        *(replace(verdict, store=store) for store in ("mozilla", "microsoft", "apple", "chrome")),
        replace(
            verdict,
            store="android",
            trusted="no",
            reason="distrusted for certificates issued after 2026-01-01: CN=New Root X1",
        ),
        replace(
            verdict,
            store="java",
            trusted="unknown",
            reason="cannot check the signature of CN=R12,O=New Trust",
        ),
    ]
    return replace(
        chain,
        ways=(replace(way, stores=tuple(stores)),),
        trust={each.store: each.trusted for each in stores},
        trust_reasons={each.store: each.reason or "CN=New Root X1,O=New Trust" for each in stores},
        asked=tuple(each.store for each in stores),
    )


@cache
def hostile() -> ChainOfTrust:
    evil = authority(named(HOSTILE, HOSTILE), example_root(), 20)
    below = issue(
        named(HOSTILE, HOSTILE + "leaf"),
        evil,
        key=fixed_key(21),
        serial=21,
        extensions=(subject_alternative_name(dns(HOSTILE), uri(HOSTILE)),),
        not_before=NOW - A_YEAR,
        not_after=NOW + A_YEAR,
    )
    return judged(below, evil, hostname=HOSTILE, protocols=(HOSTILE,))


@cache
def unreadable() -> ChainOfTrust:
    rubbish = Issued(b"\x30\x03\x02\x01\x00", everything().key, b"")
    return judged(rubbish, ISSUING, roots=(NEW,))
