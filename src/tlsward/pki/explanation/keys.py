"""Public keys: kind, size, curve, exponent, strength; and what keys a file holds."""

import hashlib
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tlsward.facts.certificate_fields import key_strength
from tlsward.model.certificate import PublicKey
from tlsward.pki.explanation.tree import Explained, Told, explained, in_hex
from tlsward.pki.library import UnreadableError, reading
from tlsward.pki.object_identifiers import KEY_ALGORITHMS
from tlsward.pki.pins import spki_pin
from tlsward.pki.public_key import SubjectPublicKey, public_key

#: What people call the kinds of keys; the others have the standard's name already.
_WORDS = {"rsa": "RSA", "ecdsa": "ECDSA", "dsa": "DSA", "ed25519": "Ed25519", "ed448": "Ed448"}
_CLASSES: dict[type, str] = {
    rsa.RSAPublicKey: "rsa",
    ec.EllipticCurvePublicKey: "ecdsa",
    dsa.DSAPublicKey: "dsa",
    ed25519.Ed25519PublicKey: "ed25519",
    ed448.Ed448PublicKey: "ed448",
}
#: Digits of an exponent that are shown; the usual one has five.
_MOST_DIGITS = 40


class ExplainedKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key of a file: `private` whether its secret half is there too, which is not shown."""

    private: bool
    plain: dict[str, Any]
    pin: str
    fields: tuple[Explained, ...]


def told_key(key: SubjectPublicKey) -> Told:
    """Return a public key; one that cannot be loaded has its algorithm alone."""
    shown = public_key(key)
    strength = None if shown.size is None else key_strength(shown.algorithm, shown.size)
    exponent = _exponent(key.loaded)
    children = []
    if shown.size is not None:
        children.append(explained("fields", "key_size", f"{shown.size} bits"))
    if shown.curve is not None:
        children.append(explained("fields", "key_curve", shown.curve))
    if exponent is not None:
        children.append(explained("fields", "key_exponent", exponent))
    if strength is not None:
        children.append(explained("fields", "key_strength", _strength(strength)))
    octets = _octets(key.loaded)
    if octets is not None:
        children.append(explained("fields", "key_octets", in_hex(octets)))
    return Told(
        text=_words(shown),
        plain={
            "algorithm": shown.algorithm,
            "algorithm_oid": key.algorithm,
            "size": shown.size,
            "curve": shown.curve,
            "exponent": exponent,
            "strength_bits": strength,
        },
        children=tuple(children),
    )


def explain_key(loaded: PublicKeyTypes, *, private: bool) -> ExplainedKey:
    """Return a key of a file explained by its public half."""
    encoded = loaded.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    told = told_key(SubjectPublicKey(key_algorithm(loaded), loaded))
    kind = "private_key" if private else "public_key_file"
    pin = spki_pin(encoded)
    return ExplainedKey(
        private=private,
        plain=told.plain,
        pin=pin,
        fields=(
            explained("fields", kind, told.text, told.children),
            explained("fields", "pin", f"sha256/{pin}"),
        ),
    )


def fingerprints(der: bytes) -> dict[str, str]:
    """Return the digests by which a certificate is named, in lower-case hex."""
    return {
        "sha256": hashlib.sha256(der).hexdigest(),
        "sha1": hashlib.sha1(der, usedforsecurity=False).hexdigest(),
    }


def _words(key: PublicKey) -> str:
    size = key.curve or (f"{key.size} bits" if key.size else "")
    return " ".join(part for part in (_WORDS.get(key.algorithm, key.algorithm), size) if part)


def _strength(bits: int) -> str:
    return f"at least {bits} bits" if bits else "broken: less than any size in use"


def _exponent(loaded: PublicKeyTypes | None) -> str | None:
    if not isinstance(loaded, rsa.RSAPublicKey):
        return None
    exponent = loaded.public_numbers().e
    # Python turns no integer of thousands of digits into text.
    if exponent.bit_length() > 3 * _MOST_DIGITS:
        return f"a number of {exponent.bit_length()} bits"
    return str(exponent)


def _octets(loaded: PublicKeyTypes | None) -> bytes | None:
    """Return a key's own octets: the modulus of RSA, the point of a curve."""
    if loaded is None:
        return None
    if isinstance(loaded, rsa.RSAPublicKey):
        modulus = loaded.public_numbers().n
        return modulus.to_bytes((modulus.bit_length() + 7) // 8, "big")
    for encoding, form in (
        (Encoding.X962, PublicFormat.UncompressedPoint),
        (Encoding.Raw, PublicFormat.Raw),
    ):
        try:
            with reading():
                return loaded.public_bytes(encoding, form)
        except UnreadableError:
            continue
    return None


def key_algorithm(loaded: PublicKeyTypes) -> str:
    """Return the OID of a key's algorithm, which the library does not say of keys alone.

    Of a kind that has none here it is the library's name.
    """
    for kind, name in _CLASSES.items():
        if isinstance(loaded, kind):
            return next(oid for oid, called in KEY_ALGORITHMS.items() if called == name)
    return type(loaded).__name__.removesuffix("PublicKey")
