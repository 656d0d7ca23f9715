"""Root stores: the trust anchors a path may end at, found by their subject."""

import hashlib
from collections.abc import Iterable
from datetime import date
from functools import cached_property

import msgspec
from cryptography import x509

from tlsward.facts.distrust import distrust
from tlsward.pki import signatures
from tlsward.pki.library import UnreadableError
from tlsward.pki.memory import Memory, kept
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
#: How much is remembered: anchors' names, signatures of authorities and of leaves, chains
#: that servers send, authorities that were read. A pair of keys takes some 300 octets, a
#: chain up to 32 ways of twelve certificates.
MOST_NAMES = 4096
MOST_SIGNATURES = 16_384
MOST_LEAF_SIGNATURES = 256
MOST_SURROUNDINGS = 1024


class Anchor(msgspec.Struct, frozen=True):
    """A trust anchor, the stores that have it and how far some of them believe it."""

    certificate: X509Certificate
    stores: frozenset[str]
    limits: dict[str, Limit]


class Stores:
    """The public root stores and, where the caller brings one, a private one.

    Data are read when first looked for. It remembers what it verified and which ways led
    from an issuer to the anchors, by fingerprints, so that of many chains each authority
    is judged once; what it answers never depends on that, nor what is remembered on time.
    `intermediates` (PEM) is a pool of certificates to build paths with, `programs` stands
    in for the installed roots of the public stores; without `memory` nothing is kept.
    """

    def __init__(
        self,
        private_pem: bytes | None = None,
        *,
        public: bool = True,
        intermediates: bytes | None = None,
        programs: RootPrograms | None = None,
        memory: bool = True,
    ) -> None:
        self._public = public
        self._private_pem = private_pem
        self._intermediates_pem = intermediates
        self._given_programs = programs
        size = int(memory)
        self._signatures: Memory[tuple[bytes, bytes], bool | None] = Memory(size * MOST_SIGNATURES)
        self._leaf_signatures: Memory[tuple[bytes, bytes], bool | None] = Memory(
            size * MOST_LEAF_SIGNATURES
        )
        self._anchors: Memory[x509.Name, tuple[Anchor, ...]] = Memory(size * MOST_NAMES)
        self._pooled: Memory[bytes, X509Certificate | None] = Memory(size * MOST_NAMES)
        #: What `read_chain` remembers of the authorities in them.
        self.read_certificates: Memory[bytes, object] = Memory(size * MOST_NAMES)
        #: What `chain_building` remembers of the chains that servers send.
        self.surroundings: Memory[tuple[object, ...], object] = Memory(size * MOST_SURROUNDINGS)
        #: What `paths` remembers of sets of anchors: for each store one that has as much of them.
        self.alike: Memory[tuple[bytes | None, ...], dict[str, str]] = Memory(
            size * MOST_SURROUNDINGS
        )

    @classmethod
    def load(
        cls, private_pem: bytes | None = None, *, intermediates: bytes | None = None
    ) -> "Stores":
        """Return the public stores and the certificates of a PEM file as store `private`.

        A PEM file without a single certificate is a store that trusts nothing; see
        `private_certificates` for how many were found, `pooled_certificates` for the pool.
        """
        return cls(private_pem, intermediates=intermediates)

    @kept
    def names(self) -> tuple[str, ...]:
        """The names of all stores asked for, also of those without data."""
        return (PUBLIC_STORES if self._public else ()) + (
            () if self._private_pem is None else (PRIVATE,)
        )

    @kept
    def known(self) -> frozenset[str]:
        """The names of the stores there are data for."""
        private = () if self._private_pem is None else (PRIVATE,)
        return frozenset((*self._programs.stores, *private))

    @property
    def dates(self) -> dict[str, date]:
        """How new the data packages are: certifi's release, cryptodatahub's newest entry."""
        return self._programs.dates

    @property
    def packages(self) -> dict[str, str]:
        """The data package that each public store's roots are from."""
        return self._programs.packages

    @property
    def private_certificates(self) -> int:
        """How many certificates the private store has."""
        return sum(map(len, self._private.values()))

    @property
    def pooled_certificates(self) -> int:
        """How many certificates the pool of intermediates has."""
        return sum(map(len, self._pool.values()))

    def anchors(self, subject: x509.Name) -> tuple[Anchor, ...]:
        """Return the trust anchors of all stores with this subject."""
        known = (*self._programs.by_subject.get(subject, ()), *self._private.get(subject, ()))
        if not known:
            # Not remembered: subjects that nobody knows are as many as servers care to send.
            return ()
        return self._anchors.recall(subject, lambda: tuple(_anchors(known)))

    def anchor(self, sha256: bytes) -> Anchor | None:
        """Return the trust anchor with this fingerprint."""
        subject = self._anchor_subjects.get(sha256)
        if subject is None:
            return None
        found = self.anchors(subject)
        return next((each for each in found if each.certificate.sha256 == sha256), None)

    def all_anchors(self) -> tuple[Anchor, ...]:
        """Return every trust anchor of every store."""
        subjects = dict.fromkeys((*self._programs.by_subject, *self._private))
        return tuple(anchor for subject in subjects for anchor in self.anchors(subject))

    def intermediates(self, subject: x509.Name, *, most: int) -> tuple[X509Certificate, ...]:
        """Return the first `most` certificates of the pool with this subject."""
        found = (self._read(root.der) for root in self._pool.get(subject, ())[:most])
        return tuple(certificate for certificate in found if certificate is not None)

    def signed_by(self, certificate: X509Certificate, issuer: X509Certificate) -> bool | None:
        """Return whether `issuer`'s key signed `certificate`; None where it cannot be told."""
        # Leaves are as many as servers; they must not push out what authorities signed.
        memory = self._signatures if certificate.is_authority else self._leaf_signatures
        return memory.recall(
            (certificate.sha256, issuer.sha256),
            lambda: signatures.verified(issuer.key, certificate.signature),
        )

    def _read(self, encoded: bytes) -> X509Certificate | None:
        return self._pooled.recall(encoded, lambda: _readable(encoded))

    @cached_property
    def _programs(self) -> RootPrograms:
        if not self._public:
            return RootPrograms({}, (), {})
        return self._given_programs or root_programs()

    @cached_property
    def _anchor_subjects(self) -> dict[bytes, x509.Name]:
        return {
            hashlib.sha256(root.der).digest(): subject
            for by_subject in (self._programs.by_subject, self._private)
            for subject, roots in by_subject.items()
            for root in roots
        }

    @cached_property
    def _pool(self) -> dict[x509.Name, tuple[RootCertificate, ...]]:
        return by_their_subjects(
            RootCertificate(encoded, frozenset(), {})
            for encoded in dict.fromkeys(certificates_in_pem(self._intermediates_pem or b""))
        )

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
        certificate = _readable(root.der)
        if certificate is not None:
            yield Anchor(certificate, root.stores, _limits(certificate, root))


def _readable(encoded: bytes) -> X509Certificate | None:
    try:
        return read_certificate(encoded)
    except UnreadableError:
        return None


def _limits(certificate: X509Certificate, root: RootCertificate) -> dict[str, Limit]:
    """Return the limits of the data package, and ours where both know of one."""
    limits = dict(root.limits)
    for store in root.stores:
        rule = distrust(store, certificate.sha256.hex())
        if rule is not None:
            limits[store] = Limit(rule.issued_after, rule.logged_after)
    return limits
