"""Rules on signatures: which algorithms may be used, by whom and since when."""

from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric import ec

from tlsward.pki.lint.linted import Check, Linted
from tlsward.pki.object_identifiers import RSASSA_PSS, SIGNATURE_ALGORITHMS
from tlsward.pki.signatures import weak_hash

#: Baseline Requirements section 7.1.3.2, by OpenSSL's names; PSS is looked at further.
_ALLOWED = frozenset(
    {
        "sha256WithRSAEncryption",
        "sha384WithRSAEncryption",
        "sha512WithRSAEncryption",
        "ecdsa-with-SHA256",
        "ecdsa-with-SHA384",
        "ecdsa-with-SHA512",
    }
)
_HASHES_ALLOWED = frozenset({"sha256", "sha384", "sha512"})
#: Section 7.1.3.2.2: the hash that goes with the signer's curve.
_HASH_OF_CURVE = {"secp256r1": "sha256", "secp384r1": "sha384", "secp521r1": "sha512"}


def _broken(linted: Linted) -> Iterator[str]:
    weak = weak_hash(linted.certificate.signature)
    if weak not in {None, "sha1"} and not linted.certificate.self_signed:
        yield _name(linted)


def _sha1(linted: Linted) -> Iterator[str]:
    # A signature that certifies itself proves nothing, so its hash does not matter.
    if weak_hash(linted.certificate.signature) == "sha1" and not linted.certificate.self_signed:
        yield _name(linted)


def _algorithm(linted: Linted) -> Iterator[str]:
    signature = linted.certificate.signature
    if linted.certificate.self_signed or weak_hash(signature) is not None:
        return
    if signature.algorithm == RSASSA_PSS:
        if signature.hash is None or signature.hash.name not in _HASHES_ALLOWED:
            yield f"{_name(linted)} with {signature.hash.name if signature.hash else 'no hash'}"
    elif _name(linted) not in _ALLOWED:
        yield _name(linted)


def _ecdsa_hash(linted: Linted) -> Iterator[str]:
    if linted.issuer is None:
        return
    key, used = linted.issuer.key.loaded, linted.certificate.signature.hash
    if isinstance(key, ec.EllipticCurvePublicKey) and used is not None:
        wanted = _HASH_OF_CURVE.get(key.curve.name)
        if wanted is not None and used.name != wanted:
            yield f"{used.name} with {key.curve.name}"


def _differ(linted: Linted) -> Iterator[str]:
    if not linted.certificate.algorithms_agree:
        yield f"{_name(linted)} beside the signature"


def _name(linted: Linted) -> str:
    identifier = linted.certificate.signature.algorithm
    return SIGNATURE_ALGORITHMS.get(identifier, (identifier,))[0]


CHECKS: dict[str, Check] = {
    "lint.signature.broken": _broken,
    "lint.signature.sha1": _sha1,
    "lint.signature.sha1-private": _sha1,
    "lint.signature.sha1-authority": _sha1,
    "lint.signature.sha1-sunset": _sha1,
    "lint.signature.algorithm": _algorithm,
    "lint.signature.ecdsa-hash": _ecdsa_hash,
    "lint.signature.algorithms-differ": _differ,
}
