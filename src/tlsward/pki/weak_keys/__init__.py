"""Keys that are known to others, or easy to break, whatever their size.

Sizes are a matter of lint and of guidelines. What is here needs no secret and little
time: lists of known keys, the marks that faulty generators leave, and primes in common.
"""

from tlsward.model.lint import KeyWeakness
from tlsward.pki.public_key import SubjectPublicKey
from tlsward.pki.weak_keys.known_keys import KnownKeys, known_key_weaknesses
from tlsward.pki.weak_keys.rsa_structure import rsa_weaknesses
from tlsward.pki.weak_keys.shared import shared_moduli

__all__ = ["KnownKeys", "key_weaknesses", "shared_moduli"]


def key_weaknesses(
    key: SubjectPublicKey, *, known: KnownKeys | None = None
) -> tuple[KeyWeakness, ...]:
    """Return what is weak about a key; `known` are lists of known keys beside our own.

    Nothing is said of a key that the library does not load, nor of what only the private
    key would show.
    """
    if key.loaded is None:
        return ()
    return (*known_key_weaknesses(key.loaded, known), *rsa_weaknesses(key.loaded))
