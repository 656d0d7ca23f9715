"""Checking signatures with `cryptography`'s primitives.

A scanner must tell a bad signature from a weak one, so MD5, SHA-1 and 512-bit keys are
checked as well (`x509.Certificate.verify_directly_issued_by` refuses them); whether they
count is judged elsewhere. None stands for "cannot tell": an algorithm or a key that
nothing here can compute with.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from tlsward.pki import der
from tlsward.pki import object_identifiers as oid
from tlsward.pki.public_key import SubjectPublicKeyInfo, algorithm_identifier, rsa_numbers

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

#: A modulus beyond this is not computed with: OpenSSL's own limit, in bits.
LARGEST_MODULUS = 16384
#: OpenSSL's limit for the exponent of keys above 3072 bits, here for all.
LARGEST_EXPONENT = 1 << 64
_HASH_CLASSES = {
    "md5": "MD5",
    "sha1": "SHA1",
    "sha224": "SHA224",
    "sha256": "SHA256",
    "sha384": "SHA384",
    "sha512": "SHA512",
    "sha3_224": "SHA3_224",
    "sha3_256": "SHA3_256",
    "sha3_384": "SHA3_384",
    "sha3_512": "SHA3_512",
}
_CURVE_CLASSES = {
    "prime192v1": "SECP192R1",
    "secp224r1": "SECP224R1",
    "prime256v1": "SECP256R1",
    "secp256k1": "SECP256K1",
    "secp384r1": "SECP384R1",
    "secp521r1": "SECP521R1",
    "brainpoolP256r1": "BrainpoolP256R1",
    "brainpoolP384r1": "BrainpoolP384R1",
    "brainpoolP512r1": "BrainpoolP512R1",
}


class PssParameters(msgspec.Struct, frozen=True):
    """RFC 8017 appendix A.2.3; both hashes by name."""

    hash_name: str
    mask_hash_name: str
    salt_length: int


def verified(
    key: SubjectPublicKeyInfo, algorithm: tuple[str, bytes], signature: bytes, signed: bytes
) -> bool | None:
    """Return whether `key` made `signature` over `signed`; None where it cannot be told.

    `algorithm` is the OID and the DER of its parameters. Never raises.
    """
    _, kind, hash_name = oid.SIGNATURE_ALGORITHMS.get(algorithm[0], ("", "", None))
    try:
        if kind == "rsa" and key.algorithm == oid.RSA_ENCRYPTION:
            return _rsa_pkcs1(key, hash_name or "", signature, signed)
        if kind == "rsa-pss" and key.algorithm in (oid.RSA_ENCRYPTION, oid.RSASSA_PSS):
            return _rsa_pss(key, algorithm[1], signature, signed)
        if kind == "ecdsa" and key.algorithm == oid.EC_PUBLIC_KEY:
            return _ecdsa(key, hash_name or "", signature, signed)
        if kind == "dsa" and key.algorithm == oid.DSA:
            return _dsa(key, hash_name or "", signature, signed)
        if kind in ("ed25519", "ed448") and key.algorithm == algorithm[0]:
            return _edwards(kind, key, signature, signed)
    except der.DerError:
        return None
    # A key of one kind never made a signature of another kind.
    made_by = oid.KEY_ALGORITHMS.get(key.algorithm)
    return False if made_by and kind and not kind.startswith(made_by) else None


def weak_hash(algorithm: tuple[str, bytes]) -> str | None:
    """Return md2, md4, md5 or sha1 where the signature rests on it."""
    _, kind, hash_name = oid.SIGNATURE_ALGORITHMS.get(algorithm[0], ("", "", None))
    if kind == "rsa-pss":
        try:
            hash_name = pss_parameters(algorithm[1]).hash_name
        except der.DerError:
            return None
    return hash_name if hash_name in ("md2", "md4", "md5", "sha1") else None


def pss_parameters(encoded: bytes) -> PssParameters:
    """Return the parameters of RSASSA-PSS. Raises DerError."""
    hash_name, mask_hash_name, salt_length = "sha1", "sha1", 20
    for element in der.read(encoded).sequence() if encoded else ():
        if element.tag == 0xA0:
            hash_name = _hash_name(element.only())
        elif element.tag == 0xA1:
            identifier, parameters = algorithm_identifier(element.only())
            if identifier != oid.MGF1:
                raise der.DerError("a mask of another kind")
            mask_hash_name = _hash_name(der.read(parameters))
        elif element.tag == 0xA2:
            salt_length = der.integer(element.only())
    return PssParameters(hash_name, mask_hash_name, salt_length)


def _hash_name(element: der.Element) -> str:
    identifier, _ = algorithm_identifier(element)
    if identifier not in oid.HASHES:
        raise der.DerError(f"an unknown hash {identifier}")
    return oid.HASHES[identifier]


def _rsa_pkcs1(
    key: SubjectPublicKeyInfo, hash_name: str, signature: bytes, signed: bytes
) -> bool | None:
    from cryptography.hazmat.primitives.asymmetric import padding

    public, message_hash = _rsa_key(key), _hash(hash_name)
    if public is None or message_hash is None:
        return None
    scheme = padding.PKCS1v15()
    return _accepts(lambda: public.verify(signature, signed, scheme, message_hash))


def _rsa_pss(
    key: SubjectPublicKeyInfo, parameters: bytes, signature: bytes, signed: bytes
) -> bool | None:
    from cryptography.hazmat.primitives.asymmetric import padding

    pss = pss_parameters(parameters)
    mask_hash, message_hash = _hash(pss.mask_hash_name), _hash(pss.hash_name)
    public = _rsa_key(key)
    if public is None or mask_hash is None or message_hash is None or pss.salt_length < 0:
        return None
    scheme = padding.PSS(padding.MGF1(mask_hash), pss.salt_length)
    return _accepts(lambda: public.verify(signature, signed, scheme, message_hash))


def _rsa_key(key: SubjectPublicKeyInfo) -> "rsa.RSAPublicKey | None":
    from cryptography.hazmat.primitives.asymmetric import rsa

    modulus, exponent = rsa_numbers(key)
    if not _computable(modulus, exponent):
        return None
    try:
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        return None


def _ecdsa(
    key: SubjectPublicKeyInfo, hash_name: str, signature: bytes, signed: bytes
) -> bool | None:
    from cryptography.hazmat.primitives.asymmetric import ec

    curve, _ = oid.CURVES.get(der.object_identifier(der.read(key.parameters)), ("", 0))
    message_hash = _hash(hash_name)
    curve_class = getattr(ec, _CURVE_CLASSES.get(curve, ""), None)
    if message_hash is None or curve_class is None:
        return None
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(curve_class(), key.key)
    except ValueError:
        return None
    return _accepts(lambda: public.verify(signature, signed, ec.ECDSA(message_hash)))


def _dsa(key: SubjectPublicKeyInfo, hash_name: str, signature: bytes, signed: bytes) -> bool | None:
    from cryptography.hazmat.primitives.asymmetric import dsa

    numbers = der.read(key.parameters).sequence()
    message_hash = _hash(hash_name)
    if len(numbers) != 3 or message_hash is None:
        return None
    p, q, g = (der.integer(number) for number in numbers)
    y = der.integer(der.read(key.key))
    if not _computable(p, 65537) or min(q, g, y) <= 0:
        return None
    try:
        public = dsa.DSAPublicNumbers(y, dsa.DSAParameterNumbers(p, q, g)).public_key()
    except ValueError:
        return None
    return _accepts(lambda: public.verify(signature, signed, message_hash))


def _edwards(kind: str, key: SubjectPublicKeyInfo, signature: bytes, signed: bytes) -> bool | None:
    from cryptography.hazmat.primitives.asymmetric import ed448, ed25519

    load = (
        ed25519.Ed25519PublicKey.from_public_bytes
        if kind == "ed25519"
        else ed448.Ed448PublicKey.from_public_bytes
    )
    try:
        public = load(key.key)
    except ValueError:
        return None
    return _accepts(lambda: public.verify(signature, signed))


def _accepts(verify: Callable[[], None]) -> bool | None:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        verify()
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, OverflowError, ValueError):
        return None
    return True


def _hash(name: str) -> "HashAlgorithm | None":
    from cryptography.hazmat.primitives import hashes

    found = getattr(hashes, _HASH_CLASSES.get(name, ""), None)
    return None if found is None else found()


def _computable(modulus: int, exponent: int) -> bool:
    return (
        modulus.bit_length() <= LARGEST_MODULUS and modulus > 3 and 1 < exponent < LARGEST_EXPONENT
    )
