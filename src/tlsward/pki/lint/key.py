"""Rules on public keys: kinds, sizes, exponents, curves."""

from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tlsward.pki.library import UnreadableError, reading
from tlsward.pki.lint.linted import Check, Linted
from tlsward.pki.object_identifiers import KEY_ALGORITHMS, RSA_ENCRYPTION

_ECDSA = "1.2.840.10045.2.1"
_LEAST_RSA_BITS = 2048
_LEAST_EXPONENT, _LARGEST_EXPONENT = 1 << 16, 1 << 256
_CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})


def _rsa(linted: Linted) -> rsa.RSAPublicKey | None:
    loaded = linted.certificate.key.loaded
    return loaded if isinstance(loaded, rsa.RSAPublicKey) else None


def _rsa_size(linted: Linted) -> Iterator[str]:
    key = _rsa(linted)
    if key is not None and key.key_size < _LEAST_RSA_BITS:
        yield f"{key.key_size} bits"


def _rsa_octets(linted: Linted) -> Iterator[str]:
    key = _rsa(linted)
    if key is not None and key.key_size % 8:
        yield f"{key.key_size} bits"


def _exponent(linted: Linted) -> Iterator[str]:
    key = _rsa(linted)
    if key is not None:
        exponent = key.public_numbers().e
        if exponent % 2 == 0 or exponent < 3:
            yield f"{exponent:#x}"
    elif (refusal := _refusal(linted)) and refusal.startswith("e must"):
        # The library loads no such key, and says why.
        yield refusal


def _exponent_range(linted: Linted) -> Iterator[str]:
    key = _rsa(linted)
    if key is None:
        return
    exponent = key.public_numbers().e
    if not _LEAST_EXPONENT < exponent < _LARGEST_EXPONENT:
        yield str(exponent) if exponent < _LEAST_EXPONENT else f"{exponent.bit_length()} bits"


def _curve(linted: Linted) -> Iterator[str]:
    loaded = linted.certificate.key.loaded
    if isinstance(loaded, ec.EllipticCurvePublicKey):
        if loaded.curve.name not in _CURVES:
            yield loaded.curve.name
    elif linted.certificate.key.algorithm == _ECDSA:
        yield "a curve that the library does not know"


def _p521(linted: Linted) -> Iterator[str]:
    loaded = linted.certificate.key.loaded
    if isinstance(loaded, ec.EllipticCurvePublicKey) and loaded.curve.name == "secp521r1":
        yield ""


def _algorithm(linted: Linted) -> Iterator[str]:
    identifier = linted.certificate.key.algorithm
    if identifier not in {RSA_ENCRYPTION, _ECDSA}:
        yield KEY_ALGORITHMS.get(identifier, identifier)


def _browsers(linted: Linted) -> Iterator[str]:
    identifier = linted.certificate.key.algorithm
    if KEY_ALGORITHMS.get(identifier) not in {"rsa", "ecdsa"}:
        yield KEY_ALGORITHMS.get(identifier, identifier)


def _unread(linted: Linted) -> Iterator[str]:
    refusal = _refusal(linted)
    if refusal is not None and not refusal.startswith("e must"):
        yield refusal


def _refusal(linted: Linted) -> str | None:
    """Return why the library does not load the key, None where it does."""
    if linted.certificate.key.loaded is not None:
        return None
    try:
        with reading():
            linted.certificate.loaded.public_key()
    except UnreadableError as error:
        return str(error)
    return None


CHECKS: dict[str, Check] = {
    "lint.key.rsa-size": _rsa_size,
    "lint.key.rsa-octets": _rsa_octets,
    "lint.key.rsa-exponent": _exponent,
    "lint.key.rsa-exponent-range": _exponent_range,
    "lint.key.curve": _curve,
    "lint.key.p521": _p521,
    "lint.key.algorithm": _algorithm,
    "lint.key.browsers": _browsers,
    "lint.key.unread": _unread,
}
