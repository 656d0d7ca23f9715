"""Root stores: the trust anchors a path may end at, found by their subject."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property

import msgspec
from cryptography import x509

from tlsward.facts.distrust import distrust
from tlsward.pki import signatures
from tlsward.pki.library import UnreadableError
from tlsward.pki.root_programs import (
    PUBLIC_STORES,
    Limit,
    RootCertificate,
    RootPrograms,
    by_their_subjects,
    certificates_in_pem,
    root_programs,
)
from tlsward.pki.x509 import X509Certificate, read_certificate

#: The name of the store that the caller brings.
PRIVATE = "private"
#: Signatures remembered; the oldest half is forgotten when there are more.
MOST_REMEMBERED = 8192


class Anchor(msgspec.Struct, frozen=True):
    """A trust anchor, the stores that have it and how far some of them believe it."""

    certificate: X509Certificate
    stores: frozenset[str]
    limits: dict[str, Limit]


class Stores:
    """The public root stores and, where the caller brings one, a private one.

    Data are read when first looked for. It remembers which issuer signed which
    certificate, so that scans of many hosts check each intermediate once; what it
    answers never depends on that.
    """

    def __init__(self, private_pem: bytes | None = None, *, public: bool = True) -> None:
        self._public = public
        self._private_pem = private_pem
        self._signatures: dict[tuple[bytes, bytes], bool | None] = {}
        self._anchors: dict[x509.Name, tuple[Anchor, ...]] = {}

    @classmethod
    def load(cls, private_pem: bytes | None = None) -> "Stores":
        """Return the public stores and the certificates of a PEM file as store `private`.

        A PEM file without a single certificate is a store that trusts nothing; see
        `private_certificates` for how many were found.
        """
        return cls(private_pem)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all stores asked for, also of those without data."""
        return (PUBLIC_STORES if self._public else ()) + (
            () if self._private_pem is None else (PRIVATE,)
        )

    @property
    def known(self) -> frozenset[str]:
        """The names of the stores there are data for."""
        private = () if self._private_pem is None else (PRIVATE,)
        return frozenset((*self._programs.stores, *private))

    @property
    def dates(self) -> dict[str, date]:
        """How new the data packages are: certifi's release, cryptodatahub's newest entry."""
        return self._programs.dates

    @property
    def private_certificates(self) -> int:
        """How many certificates the private store has."""
        return sum(map(len, self._private.values()))

    def anchors(self, subject: x509.Name) -> tuple[Anchor, ...]:
        """Return the trust anchors of all stores with this subject."""
        if subject in self._anchors:
            return self._anchors[subject]
        known = (*self._programs.by_subject.get(subject, ()), *self._private.get(subject, ()))
        if not known:
            # Not remembered: subjects that nobody knows are as many as servers care to send.
            return ()
        self._anchors[subject] = tuple(_anchors(known))
        return self._anchors[subject]

    def signed_by(self, certificate: X509Certificate, issuer: X509Certificate) -> bool | None:
        """Return whether `issuer`'s key signed `certificate`; None where it cannot be told."""
        pair = (certificate.sha256, issuer.sha256)
        if pair not in self._signatures:
            if len(self._signatures) >= MOST_REMEMBERED:
                for old in list(self._signatures)[: MOST_REMEMBERED // 2]:
                    del self._signatures[old]
            self._signatures[pair] = signatures.verified(issuer.key, certificate.signature)
        return self._signatures[pair]

    @property
    def _programs(self) -> RootPrograms:
        return root_programs() if self._public else RootPrograms({}, (), {})

    @cached_property
    def _private(self) -> dict[x509.Name, tuple[RootCertificate, ...]]:
        return by_their_subjects(
            RootCertificate(encoded, frozenset({PRIVATE}), {})
            for encoded in certificates_in_pem(self._private_pem or b"")
        )


def _anchors(roots: Iterable[RootCertificate]) -> Iterable[Anchor]:
    """Read the certificates; one that is in a public and the private store is one anchor."""
    merged: dict[bytes, RootCertificate] = {}
    for root in roots:
        other = merged.get(root.der)
        merged[root.der] = (
            root
            if other is None
            else RootCertificate(root.der, root.stores | other.stores, root.limits | other.limits)
        )
    for root in merged.values():
        try:
            certificate = read_certificate(root.der)
        except UnreadableError:
            continue
        yield Anchor(certificate, root.stores, _limits(certificate, root))


def _limits(certificate: X509Certificate, root: RootCertificate) -> dict[str, Limit]:
    """Return the limits of the data package, and ours where both know of one."""
    limits = dict(root.limits)
    for store in root.stores:
        rule = distrust(store, certificate.sha256.hex())
        if rule is not None:
            limits[store] = Limit(rule.issued_after, rule.logged_after)
    return limits
