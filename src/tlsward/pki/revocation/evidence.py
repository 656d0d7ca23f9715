"""What CRLs and OCSP responses have in common: who signed them, and what they rest on."""

from collections.abc import Iterable

import msgspec
from cryptography import x509

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.pki import signatures
from tlsward.pki.signatures import Signature
from tlsward.pki.x509 import X509Certificate

#: SHA-1 is taken: to forge an existing statement takes a second preimage, not a collision.
_TOLERATED_HASHES = frozenset({"sha1"})


class SignatureVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether somebody signed who may; `reason` for all but a yes, `note` beside a yes."""

    valid: Answer
    reason: str = ""
    note: str = ""


def signature_verdict(
    signature: Signature, keys: Iterable[bool | None], *, signers: str
) -> SignatureVerdict:
    """Return what the answers of all who may have signed come to.

    `keys` has for each of them whether its key made the signature, None where it cannot
    be told; `signers` says in words who may.
    """
    answers = list(keys)
    weak = signatures.weak_hash(signature)
    if True in answers:
        if weak is not None and weak not in _TOLERATED_HASHES:
            return SignatureVerdict(
                valid=UNKNOWN, reason=f"its signature rests on {weak}, which is broken"
            )
        return SignatureVerdict(valid=YES, note=f"signed with {weak}" if weak else "")
    if not answers:
        return SignatureVerdict(valid=UNKNOWN, reason=f"{signers} is not known")
    if None in answers:
        return SignatureVerdict(valid=UNKNOWN, reason="its signature cannot be checked here")
    return SignatureVerdict(valid=NO, reason=f"its signature is not one of {signers}")


def certifiers(
    certificate: X509Certificate, authorities: Iterable[X509Certificate]
) -> list[X509Certificate]:
    """Return those that certified a certificate, as far as can be told."""
    return [
        authority
        for authority in authorities
        if authority.named
        and certificate.named
        and authority.subject == certificate.issuer
        and signatures.verified(authority.key, certificate.signature) is not False
    ]


def revocation_reason(reason: x509.ReasonFlags | None) -> str:
    """Return the name of a reason code (RFC 5280 section 5.3.1)."""
    return "unspecified" if reason is None else str(reason.value)
