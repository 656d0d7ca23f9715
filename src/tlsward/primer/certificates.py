"""A chain of certificates looked at link by link: which key checks which signature."""

import hashlib
from collections.abc import Sequence

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID

from tlsward.model.certificate import PublicKey
from tlsward.pki import object_identifiers as oid
from tlsward.pki.chain_building import Way, ways
from tlsward.pki.display import safe_text
from tlsward.pki.public_key import SubjectPublicKey, public_key
from tlsward.pki.signatures import LARGEST_MODULUS, Signature, verified
from tlsward.pki.stores import Stores
from tlsward.pki.x509 import X509Certificate


class ChainLink(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate, and the one whose key signed it: None where that is not there.

    `holds` says whether the signature fits that key, None where it cannot be computed.
    `fingerprint` is the hash that was signed, None where the algorithm has its own.
    """

    certificate: X509Certificate
    issuer: X509Certificate | None
    holds: bool | None
    fingerprint: bytes | None
    key: PublicKey


class Alteration(msgspec.Struct, frozen=True, kw_only=True):
    """One octet of what was signed, changed: where, from what, to what, what became of it.

    `reads` is a piece of text around it afterwards, safe to show.
    """

    position: int
    before: int
    after: int
    reads: str
    fingerprint: bytes | None
    holds: bool | None


class FollowedChain(msgspec.Struct, frozen=True, kw_only=True):
    """The best way from a leaf towards a root: `stores` have its last certificate.

    `ends` says why there is no way to a root, None where there is. `refused` came along and
    has the name of the last one's issuer, but its key did not make that one's signature.
    """

    links: tuple[ChainLink, ...]
    stores: tuple[str, ...]
    ends: str | None
    refused: X509Certificate | None = None


def follow(
    leaf: X509Certificate, others: Sequence[X509Certificate], stores: Stores
) -> FollowedChain:
    """Return the way that reaches most stores, else the longest."""
    found = ways(leaf, others, stores).ways
    best = max(found, key=_worth)
    certificates = best.certificates
    links = []
    for index, certificate in enumerate(certificates):
        issuer = certificates[index + 1] if index + 1 < len(certificates) else None
        if issuer is None and certificate.self_signed:
            issuer = certificate
        links.append(
            ChainLink(
                certificate=certificate,
                issuer=issuer,
                holds=None if issuer is None else verified(issuer.key, certificate.signature),
                fingerprint=fingerprint(certificate.signature),
                key=public_key(certificate.key),
            )
        )
    anchored = () if best.anchor is None else tuple(sorted(best.anchor.stores))
    refused = None if best.anchor is not None else _refused(certificates[-1], others)
    return FollowedChain(links=tuple(links), stores=anchored, ends=best.dead_end, refused=refused)


def _refused(last: X509Certificate, others: Sequence[X509Certificate]) -> X509Certificate | None:
    if last.self_signed:
        return None
    return next(
        (
            each
            for each in others
            if each.subject == last.issuer and verified(each.key, last.signature) is False
        ),
        None,
    )


def _worth(way: Way) -> tuple[int, int]:
    return (0 if way.anchor is None else len(way.anchor.stores)), len(way.certificates)


def fingerprint(signature: Signature) -> bytes | None:
    """Return the hash of what was signed, None where the algorithm names none."""
    if signature.hash is None:
        return None
    try:
        return hashlib.new(signature.hash.name, signature.signed, usedforsecurity=False).digest()
    except ValueError:  # a hash that this Python has not
        return None


def altered(link: ChainLink) -> Alteration:
    """Return what becomes of a signature when one octet of its certificate is changed.

    It is the last letter of a name where one is found in it, else one in the middle.
    """
    signature = link.certificate.signature
    position, text = _letter(link.certificate)
    signed = bytearray(signature.signed)
    before = signed[position]
    signed[position] ^= 1
    changed = msgspec.structs.replace(signature, signed=bytes(signed))
    start = position - len(text) + 1
    reads = bytes(signed[start : position + 1]).decode("utf-8", "replace") if text else ""
    return Alteration(
        position=position,
        before=before,
        after=signed[position],
        reads=safe_text(reads) or "otherwise",
        fingerprint=fingerprint(changed),
        holds=None if link.issuer is None else verified(link.issuer.key, changed),
    )


def _letter(certificate: X509Certificate) -> tuple[int, bytes]:
    """Return where the last letter of the subject's common name is, and that name's octets."""
    signed = certificate.signature.signed
    for attribute in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME):
        text = attribute.value
        octets = text.encode() if isinstance(text, str) else text
        # The subject comes after the issuer, whose name it may be as well.
        found = signed.rfind(octets) if octets and octets.isascii() else -1
        if found >= 0:
            return found + len(octets) - 1, octets
    return len(signed) // 2, b""


def recovered(link: ChainLink) -> bytes | None:
    """Return the octets that an RSA signature becomes with the issuer's public key.

    None for other signatures and for keys that are too large to compute with.
    """
    key = _rsa_key(link.issuer.key) if link.issuer is not None else None
    signature = link.certificate.signature
    if key is None or key.key_size > LARGEST_MODULUS or signature.algorithm == oid.RSASSA_PSS:
        return None
    numbers = key.public_numbers()
    if numbers.e.bit_length() > 64:
        return None
    number = int.from_bytes(signature.octets)
    return pow(number, numbers.e, numbers.n).to_bytes((key.key_size + 7) // 8)


def _rsa_key(key: SubjectPublicKey) -> RSAPublicKey | None:
    return key.loaded if isinstance(key.loaded, RSAPublicKey) else None
