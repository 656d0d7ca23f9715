"""Subject public keys (RFC 5280 section 4.1.2.7): what they are and how large."""

import msgspec

from tlsward.model.certificate import PublicKey
from tlsward.pki import der
from tlsward.pki.object_identifiers import (
    CURVES,
    DSA,
    EC_PUBLIC_KEY,
    ED448,
    ED25519,
    KEY_ALGORITHMS,
    RSA_ENCRYPTION,
    RSASSA_PSS,
)


class SubjectPublicKeyInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A key as the certificate has it: `parameters` is DER (empty where absent)."""

    encoded: bytes
    algorithm: str
    parameters: bytes
    key: bytes


def subject_public_key_info(element: der.Element) -> SubjectPublicKeyInfo:
    """Return the key in a SubjectPublicKeyInfo. Raises DerError."""
    algorithm, key = element.sequence()[:2] if len(element.sequence()) == 2 else (None, None)
    if algorithm is None or key is None:
        raise der.DerError("a public key that is not an algorithm and bits")
    identifier, parameters = algorithm_identifier(algorithm)
    return SubjectPublicKeyInfo(
        encoded=element.encoded,
        algorithm=identifier,
        parameters=parameters,
        key=der.bit_string(key),
    )


def algorithm_identifier(element: der.Element) -> tuple[str, bytes]:
    """Return the OID and the DER of the parameters (empty where there are none)."""
    children = element.sequence()
    if not 1 <= len(children) <= 2:
        raise der.DerError("an algorithm identifier of another form")
    parameters = children[1].encoded if len(children) == 2 else b""
    return der.object_identifier(children[0]), parameters


def public_key(info: SubjectPublicKeyInfo) -> PublicKey:
    """Return what is reported of a key; `size` is None where it cannot be told."""
    algorithm = KEY_ALGORITHMS.get(info.algorithm, info.algorithm)
    try:
        return PublicKey(algorithm=algorithm, size=_size(info), curve=_curve(info))
    except der.DerError:
        return PublicKey(algorithm=algorithm)


def rsa_numbers(info: SubjectPublicKeyInfo) -> tuple[int, int]:
    """Return modulus and exponent of an RSA key (RFC 8017 appendix A.1.1)."""
    numbers = der.read(info.key).sequence()
    if len(numbers) != 2:
        raise der.DerError("an RSA key that is not a pair")
    return der.integer(numbers[0]), der.integer(numbers[1])


def _size(info: SubjectPublicKeyInfo) -> int | None:
    if info.algorithm in (RSA_ENCRYPTION, RSASSA_PSS):
        return rsa_numbers(info)[0].bit_length()
    if info.algorithm == EC_PUBLIC_KEY:
        return CURVES.get(_named_curve(info) or "", (None, None))[1]
    if info.algorithm == DSA:
        if not info.parameters:
            return None
        return der.integer(der.read(info.parameters).sequence()[0]).bit_length()
    if info.algorithm == ED25519:
        return 256
    if info.algorithm == ED448:
        return 456
    return None


def _curve(info: SubjectPublicKeyInfo) -> str | None:
    if info.algorithm != EC_PUBLIC_KEY:
        return None
    identifier = _named_curve(info)
    if identifier is None:
        return "explicit"
    return CURVES.get(identifier, (identifier, None))[0]


def _named_curve(info: SubjectPublicKeyInfo) -> str | None:
    """Return the OID of the curve, None for one given by its parameters (RFC 5480 forbids)."""
    if not info.parameters:
        return None
    element = der.read(info.parameters)
    return der.object_identifier(element) if element.tag == der.OBJECT_IDENTIFIER else None
