"""Linting of a whole chain: each certificate beside its issuer, and all keys together."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

import msgspec

from tlsward.model.lint import UNCHECKED, UNREAD, KeyWeakness, LintFinding
from tlsward.model.lint_report import LintedCertificate
from tlsward.pki.chain_building import MOST_SERVED
from tlsward.pki.distinguished_name import shown_name
from tlsward.pki.library import UnreadableError
from tlsward.pki.lint import SEVERITIES, lint
from tlsward.pki.lint.deep import FAILED, deep_lint
from tlsward.pki.lint.linted import Linted
from tlsward.pki.publicity import seems_public
from tlsward.pki.stores import Stores
from tlsward.pki.weak_keys import KnownKeys, key_weaknesses
from tlsward.pki.x509 import X509Certificate, read_certificate

#: Issuers of one name whose signature is tried.
_MOST_ISSUERS = 16


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """How to lint: `public` None finds out by itself, `served` means the first is a server's.

    `deep` asks pkilint as well; `known` are lists of known keys beside our own.
    """

    now: datetime
    public: bool | None = None
    served: bool = False
    deep: bool = False
    known: KnownKeys | None = None


def lint_chain(
    octets: Sequence[bytes],
    stores: Stores,
    manner: Manner,
    shared: dict[str, tuple[KeyWeakness, ...]],
) -> tuple[LintedCertificate, ...]:
    """Return the findings of each certificate (DER), in their order.

    `shared` is what `weak_keys.shared_moduli` says of these and other certificates.
    """
    read = list(map(_read, octets))
    certificates = [each for each in read if isinstance(each, X509Certificate)]
    found = []
    for number, each in enumerate(read):
        if isinstance(each, X509Certificate):
            leaf = manner.served and number == 0
            weak = shared.get(each.sha256.hex(), ())
            found.append(_linted(each, certificates, stores, manner, leaf=leaf, shared=weak))
        else:
            found.append(each)
    return tuple(found)


def read_all(octets: Sequence[bytes]) -> tuple[X509Certificate, ...]:
    """Return those certificates that can be read."""
    return tuple(each for each in map(_read, octets) if isinstance(each, X509Certificate))


def _read(octets: bytes) -> X509Certificate | LintedCertificate:
    try:
        return read_certificate(octets)
    except UnreadableError as error:
        return LintedCertificate(
            sha256=hashlib.sha256(octets).hexdigest(), error=f"not a certificate: {error}"
        )


def _linted(
    certificate: X509Certificate,
    others: Sequence[X509Certificate],
    stores: Stores,
    manner: Manner,
    *,
    leaf: bool,
    shared: tuple[KeyWeakness, ...],
) -> LintedCertificate:
    public, because = (
        # A long list is a collection, not a chain: no paths are sought through it.
        seems_public(certificate, others if len(others) <= MOST_SERVED else (), stores)
        if manner.public is None
        else (manner.public, "it was asked for")
    )
    issuer = _issuer(certificate, others, stores)
    findings = [
        *lint(certificate, issuer=issuer, public=public, now=manner.now, leaf=leaf),
        *_of_key(certificate, (*key_weaknesses(certificate.key, known=manner.known), *shared)),
        *(deep_lint(certificate, public=public) if manner.deep else ()),
    ]
    linted = Linted(certificate, issuer=issuer, public=public, now=manner.now, leaf=leaf)
    return LintedCertificate(
        sha256=certificate.sha256.hex(),
        subject=shown_name(certificate.subject) or _first_name(certificate),
        role=linted.role,
        public=public,
        public_because=because,
        unchecked=tuple(_unchecked(certificate, findings)),
        findings=tuple(sorted(findings, key=lambda each: SEVERITIES.index(each.severity))),
    )


def _issuer(
    certificate: X509Certificate, others: Sequence[X509Certificate], stores: Stores
) -> X509Certificate | None:
    """Return the certificate among the others whose key signed this one."""
    if certificate.self_signed or not certificate.named:
        return None
    named = (each for each in others if each.named and each.subject == certificate.issuer)
    for other in islice(named, _MOST_ISSUERS):
        if stores.signed_by(certificate, other):
            return other
    return None


def _of_key(
    certificate: X509Certificate, weaknesses: Sequence[KeyWeakness]
) -> Iterator[LintFinding]:
    for each in weaknesses:
        yield LintFinding(
            id=f"key.{each.id}",
            severity="error" if each.broken else "notice",
            certificate=certificate.sha256.hex(),
            text=each.text,
            reference=each.reference,
            evidence=each.evidence,
        )


def _unchecked(certificate: X509Certificate, findings: Sequence[LintFinding]) -> Iterator[str]:
    for each in findings:
        if each.id in {*UNREAD, FAILED, f"key.{UNCHECKED}"}:
            yield f"{each.text} {each.evidence}"
    for field, why in certificate.unread.items():
        if field != "extensions":
            yield f"{field}: {why}"


def _first_name(certificate: X509Certificate) -> str:
    """Return what to call a certificate without a subject."""
    from tlsward.pki.certificate import described

    shown = described(certificate)
    names = (*shown.dns_names, *shown.ip_addresses)
    return names[0] if names else ""
