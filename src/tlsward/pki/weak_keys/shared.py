"""Primes and moduli that several keys have in common.

Two moduli with one prime in common are factored by their greatest common divisor, which
is found for all pairs at once: each modulus against the product of all (Bernstein,
"How to find smooth parts of integers", 2004; Heninger and others, 2012).
"""

from collections.abc import Sequence
from math import gcd

from cryptography.hazmat.primitives.asymmetric import rsa

from tlsward.model.lint import KeyWeakness
from tlsward.pki.signatures import LARGEST_MODULUS
from tlsward.pki.weak_keys.weakness import weakness
from tlsward.pki.x509 import X509Certificate

#: Certificates compared with each other; what follows is left out.
MOST_COMPARED = 4096


def shared_moduli(
    certificates: Sequence[X509Certificate],
) -> dict[str, tuple[KeyWeakness, ...]]:
    """Return what RSA keys have in common, by the SHA-256 of the certificate in hex.

    Certificates of one subject may well share a key, as a root and its cross-certificate
    do; of several subjects it is told. Only certificates with something to tell are in it.
    """
    holders: dict[int, list[X509Certificate]] = {}
    seen: set[bytes] = set()
    for certificate in certificates[:MOST_COMPARED]:
        key = certificate.key.loaded
        if certificate.sha256 in seen or not isinstance(key, rsa.RSAPublicKey):
            continue
        seen.add(certificate.sha256)
        if key.key_size <= LARGEST_MODULUS:
            holders.setdefault(key.public_numbers().n, []).append(certificate)
    found: dict[str, list[KeyWeakness]] = {}
    for modulus, factor in zip(holders, shared_factors(tuple(holders)), strict=True):
        if factor > 1:
            told = weakness("shared-factor", f"a factor of {factor.bit_length()} bits")
            for each in holders[modulus]:
                found.setdefault(each.sha256.hex(), []).append(told)
    for sharing in holders.values():
        if len({each.subject.public_bytes() for each in sharing}) > 1:
            for each in sharing:
                others = [o.sha256.hex() for o in sharing if o.subject != each.subject]
                told = weakness("shared-modulus", f"certificate {others[0]}")
                found.setdefault(each.sha256.hex(), []).append(told)
    return {fingerprint: tuple(each) for fingerprint, each in found.items()}


def shared_factors(moduli: Sequence[int]) -> tuple[int, ...]:
    """Return for each of several different moduli what it shares with the others, 1 for nothing."""
    if len(moduli) < 2:
        return (1,) * len(moduli)
    levels = [list(moduli)]
    while len(levels[-1]) > 1:
        level = levels[-1]
        levels.append(
            [
                level[i] * level[i + 1] if i + 1 < len(level) else level[i]
                for i in range(0, len(level), 2)
            ]
        )
    # Down again: the product of all modulo the square of each modulus.
    remainders = levels.pop()
    for level in reversed(levels):
        remainders = [remainders[i // 2] % (each * each) for i, each in enumerate(level)]
    return tuple(
        gcd(modulus, remainder // modulus)
        for modulus, remainder in zip(moduli, remainders, strict=True)
    )
