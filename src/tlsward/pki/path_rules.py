"""What a chain must satisfy to be a valid path (RFC 5280 section 6), without its signatures.

Each rule gives a reason in words or None. The anchor is the last certificate of a path.
Rules that ask extensions say nothing of a certificate whose extensions were not read.

Most of a path stands above many leaves. What the rules say of that part alone is kept in
its `Authorities`, so that a leaf costs what is to be said of itself. Time is never part of
what is kept.
"""

from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from tlsward.pki import signatures
from tlsward.pki.certificate import signature_algorithm_name
from tlsward.pki.memory import kept
from tlsward.pki.name_constraints import violation
from tlsward.pki.public_key import key_algorithm, key_size
from tlsward.pki.x509 import X509Certificate

#: Key sizes in bits below which no client of today believes a signature: the CA/Browser
#: Forum's Baseline Requirements section 6.1.5 for public authorities; OpenSSL's security
#: level 1 for private ones.
SMALLEST_PUBLIC_RSA = 2048
SMALLEST_PRIVATE_RSA = 1024
SMALLEST_ELLIPTIC_CURVE = 224
_SMALLEST_PUBLIC = {
    "rsa": SMALLEST_PUBLIC_RSA,
    "dsa": SMALLEST_PUBLIC_RSA,
    "ecdsa": SMALLEST_ELLIPTIC_CURVE,
}
_SMALLEST_PRIVATE = _SMALLEST_PUBLIC | {"rsa": SMALLEST_PRIVATE_RSA, "dsa": SMALLEST_PRIVATE_RSA}
_PUBLIC_CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
#: Not anyExtendedKeyUsage: RFC 5280 section 4.2.1.12 lets clients refuse it and OpenSSL, NSS
#: and Firefox do; public authorities may not use it (Baseline Requirements 7.1.2.7.10).
_FOR_SERVERS = ExtendedKeyUsageOID.SERVER_AUTH.dotted_string


class Authorities:
    """What stands above a leaf on one way, issuer first, anchor last.

    None stand above a leaf that is an anchor itself.
    """

    def __init__(self, certificates: Sequence[X509Certificate]) -> None:
        self.certificates = tuple(certificates)
        self._forbidden: dict[int, str | None] = {}

    @kept
    def shown_subjects(self) -> tuple[str, ...]:
        """The names as they are reported."""
        return tuple(certificate.shown_subject for certificate in self.certificates)

    @kept
    def fingerprints(self) -> tuple[str, ...]:
        """SHA-256 of each in hexadecimal."""
        return tuple(certificate.sha256.hex() for certificate in self.certificates)

    @kept
    def weak(self) -> tuple[str | None, str | None]:
        """Which rests on a broken hash or too small a key, for public and private stores."""
        last = len(self.certificates) - 1
        each = [
            _weaknesses(certificate, anchor=above == last)
            for above, certificate in enumerate(self.certificates)
        ]
        return (
            next((public for public, _ in each if public), None),
            next((private for _, private in each if private), None),
        )

    @kept
    def unread(self) -> str | None:
        """Of which of them it is not known whether the rules hold for it."""
        return next(filter(None, map(_unread, self.certificates)), None)

    @kept
    def constrained(self) -> tuple[tuple[int, X509Certificate], ...]:
        """Those that constrain names, each with its number from the issuer up."""
        return tuple(
            (above, certificate)
            for above, certificate in enumerate(self.certificates)
            if certificate.name_constraints is not None
        )

    def violated_rule(self, now: datetime) -> str | None:
        """Return which rule for a single certificate one of them breaks at `now`."""
        if self._lasting is None and self._begin <= now <= self._end:
            return None
        for certificate, lasting in zip(self.certificates, self._reasons, strict=True):
            reason = _validity(certificate, now) or lasting
            if reason is not None:
                return f"{reason}: {certificate.shown_subject}"
        return None

    @kept
    def _reasons(self) -> tuple[str | None, ...]:
        """What is wrong with each of them at any time."""
        last = len(self.certificates) - 1
        return tuple(
            _structure(certificate)
            or _authority(certificate, self.certificates[:above], anchor=above == last)
            or _extended_key_usage(certificate)
            for above, certificate in enumerate(self.certificates)
        )

    @kept
    def _lasting(self) -> str | None:
        return next(filter(None, self._reasons), None)

    @kept
    def _begin(self) -> datetime:
        return max(certificate.not_before for certificate in self.certificates)

    @kept
    def _end(self) -> datetime:
        return min(certificate.not_after for certificate in self.certificates)

    def forbidden_name(self, above: int) -> str | None:
        """Return the first name of the authorities below number `above` that it forbids.

        Certificates an authority makes for itself are excused (RFC 5280 section 6.1.3).
        """
        if above not in self._forbidden:
            constraints = self.certificates[above].name_constraints
            self._forbidden[above] = next(
                (
                    name
                    for certificate in self.certificates[:above]
                    if not certificate.self_issued and constraints is not None
                    for name in [violation(certificate, constraints)]
                    if name is not None
                ),
                None,
            )
        return self._forbidden[above]


class LeafRules:
    """What the rules say of one leaf at one time, on whichever way."""

    def __init__(self, leaf: X509Certificate, now: datetime) -> None:
        self._leaf = leaf
        self._now = now
        reason = _validity(leaf, now) or _structure(leaf) or _extended_key_usage(leaf)
        self._own = None if reason is None else f"{reason}: {leaf.shown_subject}"
        self._usage = _leaf_key_usage(leaf)
        self._weak = _weaknesses(leaf, anchor=False)
        self._unread = _unread(leaf)
        self._forbidden: dict[bytes, str | None] = {}

    def violated_rule(self, authorities: Authorities) -> str | None:
        """Return why the leaf and what stands above it are no valid path.

        None is an answer only where `unread_extensions` has nothing to say.
        """
        if self._own is not None:
            return self._own
        reason = authorities.violated_rule(self._now) if authorities.certificates else None
        return reason or self._usage or self._names(authorities)

    def unread_extensions(self, authorities: Authorities) -> str | None:
        """Return of which certificate it is not known whether the rules hold for it."""
        return self._unread or authorities.unread

    def weaknesses(self, authorities: Authorities) -> tuple[str | None, str | None]:
        """Return which certificate of the path rests on a broken hash or on too small a key.

        First for public stores, then for private ones. The signature of the anchor is never
        looked at, so its hash does not matter.
        """
        if not authorities.certificates:
            return _weaknesses(self._leaf, anchor=True)
        public, private = self._weak
        public_above, private_above = authorities.weak
        return public or public_above, private or private_above

    def _names(self, authorities: Authorities) -> str | None:
        """Section 6.1.3 (b) and (c): constraints hold for everything below the authority.

        Certificates an authority makes for itself are excused, save the leaf. Constraints
        of the anchor are honoured too (RFC 5937), as OpenSSL, Go and Windows do.
        """
        for above, authority in authorities.constrained:
            if authority.sha256 not in self._forbidden:
                constraints = authority.name_constraints
                self._forbidden[authority.sha256] = (
                    None if constraints is None else violation(self._leaf, constraints)
                )
            name = self._forbidden[authority.sha256] or authorities.forbidden_name(above)
            if name is not None:
                return f"name constraint violated, {name}: {authority.shown_subject}"
        return None


def _weaknesses(certificate: X509Certificate, *, anchor: bool) -> tuple[str | None, str | None]:
    """Return what is too weak about one certificate for public and for private stores."""
    if not anchor and signatures.weak_hash(certificate.signature):
        algorithm = signature_algorithm_name(certificate)
        weak = f"weak signature {algorithm}: {certificate.shown_subject}"
        return weak, weak
    size, algorithm = key_size(certificate.key), key_algorithm(certificate.key)
    if size is None or size >= _SMALLEST_PUBLIC.get(algorithm, 0):
        return _unusual_key(certificate), None
    weak = f"key too small, {algorithm} of {size} bits: {certificate.shown_subject}"
    return weak, weak if size < _SMALLEST_PRIVATE.get(algorithm, 0) else None


def _unusual_key(certificate: X509Certificate) -> str | None:
    """Return why no public store takes a key: the Baseline Requirements section 6.1.5.

    A key that cannot be loaded is of a kind that nothing is known of here.
    """
    algorithm, key = key_algorithm(certificate.key), certificate.key.loaded
    if key is None or algorithm == "rsa":
        return None
    kind = key.curve.name if isinstance(key, ec.EllipticCurvePublicKey) else algorithm
    if kind in _PUBLIC_CURVES:
        return None
    return f"key of a kind that browsers do not take, {kind}: {certificate.shown_subject}"


def _unread(certificate: X509Certificate) -> str | None:
    if certificate.extensions_read:
        return None
    return f"cannot read the extensions of {certificate.shown_subject}"


def _validity(certificate: X509Certificate, now: datetime) -> str | None:
    if now > certificate.not_after:
        return f"expired on {certificate.not_after:%Y-%m-%d}"
    if now < certificate.not_before:
        return f"not valid before {certificate.not_before:%Y-%m-%d}"
    return None


def _structure(certificate: X509Certificate) -> str | None:
    if (
        certificate.version < 3
        and certificate.extensions_read
        and len(certificate.loaded.extensions)
    ):
        # RFC 5280 section 4.1.2.1; some clients do not look at them then, others refuse.
        return f"extensions in a certificate of version {certificate.version}"
    if certificate.repeated is not None:
        # RFC 5280 section 4.2: at most one of each.
        return f"an extension that is there twice, {certificate.repeated}"
    if certificate.unknown_critical:
        return f"critical extension that clients do not know, {certificate.unknown_critical[0]}"
    if not certificate.algorithms_agree:
        return "its two signature algorithms differ"
    return None


def _authority(
    certificate: X509Certificate, below: Sequence[X509Certificate], *, anchor: bool
) -> str | None:
    """Section 6.1.4 (k) to (n). An old anchor of version 1 has no extensions to ask."""
    constraints = certificate.basic_constraints
    if not certificate.extensions_read:
        return None
    if constraints is None and anchor and certificate.version == 1:
        return None
    if constraints is None or not constraints.ca:
        return "not an authority"
    # Step (l): certificates that an authority makes for itself do not count.
    followers = sum(not follower.self_issued for follower in below)
    if constraints.path_length is not None and followers > constraints.path_length:
        return f"more than {constraints.path_length} authorities below one that allows no more"
    if certificate.key_usage is not None and not certificate.key_usage.key_cert_sign:
        return "its key may not sign certificates"
    return None


def _extended_key_usage(certificate: X509Certificate) -> str | None:
    """Section 4.2.1.12; in an authority it limits what it may certify, as clients have it."""
    usages = certificate.extended_key_usage
    if usages is None:
        return None
    return None if _FOR_SERVERS in usages else "not for servers (extended key usage)"


def _leaf_key_usage(leaf: X509Certificate) -> str | None:
    # RFC 9846 section 4.4.2.2 asks for digitalSignature; RSA key transport of older
    # versions for keyEncipherment, fixed Diffie-Hellman for keyAgreement.
    usage = leaf.key_usage
    if usage is None or usage.digital_signature or usage.key_encipherment or usage.key_agreement:
        return None
    return f"its key may not serve TLS (key usage): {leaf.shown_subject}"
