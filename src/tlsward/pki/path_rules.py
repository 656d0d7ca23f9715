"""What a chain must satisfy to be a valid path (RFC 5280 section 6), without its signatures.

Each rule gives a reason in words or None. The anchor is the last certificate of a path.
Rules that ask extensions say nothing of a certificate whose extensions were not read.
"""

from collections.abc import Sequence
from datetime import datetime

from cryptography.x509.oid import ExtendedKeyUsageOID

from tlsward.pki import signatures
from tlsward.pki.certificate import signature_algorithm_name
from tlsward.pki.distinguished_name import shown_name
from tlsward.pki.name_constraints import violation
from tlsward.pki.public_key import public_key
from tlsward.pki.x509 import X509Certificate, algorithms_agree

#: Key sizes in bits below which no client of today believes a signature: the CA/Browser
#: Forum's Baseline Requirements section 6.1.5 for public authorities; OpenSSL's security
#: level 1 for private ones.
SMALLEST_PUBLIC_RSA = 2048
SMALLEST_PRIVATE_RSA = 1024
SMALLEST_ELLIPTIC_CURVE = 224
_FOR_SERVERS = {
    ExtendedKeyUsageOID.SERVER_AUTH.dotted_string,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string,
}


def violated_rule(path: Sequence[X509Certificate], now: datetime) -> str | None:
    """Return why `path`, leaf first and anchor last, is no valid path at `now`.

    None is an answer only where `unread_extensions` has nothing to say.
    """
    for depth, certificate in enumerate(path):
        anchor = depth == len(path) - 1
        reason = (
            _validity(certificate, now)
            or _structure(certificate)
            or (None if depth == 0 else _authority(certificate, path[1:depth], anchor=anchor))
            or _extended_key_usage(certificate)
        )
        if reason is not None:
            return f"{reason}: {shown_name(certificate.subject)}"
    return _leaf_key_usage(path[0]) or _names(path)


def unread_extensions(path: Sequence[X509Certificate]) -> str | None:
    """Return of which certificate it is not known whether the rules hold for it."""
    for certificate in path:
        if not certificate.extensions_read:
            return f"cannot read the extensions of {shown_name(certificate.subject)}"
    return None


def weakness(path: Sequence[X509Certificate], *, public: bool) -> str | None:
    """Return which certificate of the path rests on a broken hash or on too small a key.

    The signature of the anchor is never looked at, so its hash does not matter.
    """
    smallest_rsa = SMALLEST_PUBLIC_RSA if public else SMALLEST_PRIVATE_RSA
    for depth, certificate in enumerate(path):
        name = shown_name(certificate.subject)
        if depth < len(path) - 1 and signatures.weak_hash(certificate.signature):
            return f"weak signature {signature_algorithm_name(certificate)}: {name}"
        key = public_key(certificate.key)
        smallest = {"rsa": smallest_rsa, "dsa": smallest_rsa, "ecdsa": SMALLEST_ELLIPTIC_CURVE}
        if key.size is not None and key.size < smallest.get(key.algorithm, 0):
            return f"key too small, {key.algorithm} of {key.size} bits: {name}"
    return None


def _validity(certificate: X509Certificate, now: datetime) -> str | None:
    if now > certificate.not_after:
        return f"expired on {certificate.not_after:%Y-%m-%d}"
    if now < certificate.not_before:
        return f"not valid before {certificate.not_before:%Y-%m-%d}"
    return None


def _structure(certificate: X509Certificate) -> str | None:
    if certificate.repeated is not None:
        # RFC 5280 section 4.2: at most one of each.
        return f"an extension that is there twice, {certificate.repeated}"
    if certificate.unknown_critical:
        return f"critical extension that clients do not know, {certificate.unknown_critical[0]}"
    if not algorithms_agree(certificate):
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
    return None if usages & _FOR_SERVERS else "not for servers (extended key usage)"


def _leaf_key_usage(leaf: X509Certificate) -> str | None:
    # RFC 9846 section 4.4.2.2 asks for digitalSignature; RSA key transport of older
    # versions for keyEncipherment, fixed Diffie-Hellman for keyAgreement.
    usage = leaf.key_usage
    if usage is None or usage.digital_signature or usage.key_encipherment or usage.key_agreement:
        return None
    return f"its key may not serve TLS (key usage): {shown_name(leaf.subject)}"


def _names(path: Sequence[X509Certificate]) -> str | None:
    """Section 6.1.3 (b) and (c): constraints hold for everything below the authority.

    Certificates an authority makes for itself are excused, save the leaf. Constraints of
    the anchor are honoured too (RFC 5937), as OpenSSL, Go and Windows do.
    """
    for depth, authority in enumerate(path):
        if authority.name_constraints is None:
            continue
        for below, certificate in enumerate(path[:depth]):
            if below > 0 and certificate.self_issued:
                continue
            name = violation(certificate, authority.name_constraints)
            if name is not None:
                return f"name constraint violated, {name}: {shown_name(authority.subject)}"
    return None
