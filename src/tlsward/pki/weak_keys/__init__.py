"""Keys that are known to others, or easy to break, whatever their size.

Sizes are a matter of lint and of guidelines. What is here needs no secret and little
time: lists of known keys, the marks that faulty generators leave, and primes in common.
"""

from tlsward.model.lint import UNCHECKED, KeyWeakness
from tlsward.pki.public_key import SubjectPublicKey
from tlsward.pki.weak_keys.known_keys import KnownKeys, known_key_weaknesses
from tlsward.pki.weak_keys.rsa_structure import rsa_weaknesses
from tlsward.pki.weak_keys.shared import shared_moduli
from tlsward.pki.weak_keys.weakness import weakness

__all__ = ["KnownKeys", "key_weaknesses", "shared_moduli"]


def key_weaknesses(
    key: SubjectPublicKey, *, known: KnownKeys | None = None
) -> tuple[KeyWeakness, ...]:
    """Return what is weak about a key; `known` are lists of known keys beside our own.

    Of a key that cannot be looked at that is said, as `unchecked`: nothing is known of it
    then. What only the private key would show is not said of any.
    """
    if key.loaded is None:
        return (weakness(UNCHECKED, "the library does not load it"),)
    return (*known_key_weaknesses(key.loaded, known), *rsa_weaknesses(key.loaded))
