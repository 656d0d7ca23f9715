"""Keys that are on a list: published ones, and lists of the caller's own.

Two forms of lists are read, line by line, with `#` before comments. One is that of
Debian's package openssl-blacklist: the last 20 hexadecimal digits of the SHA-1 of what
`openssl x509 -noout -modulus` prints. The other has the SHA-256 of SubjectPublicKeyInfo,
in 64 hexadecimal digits, as pwnedkeys.com and lists of revoked keys give it.
"""

import hashlib
from collections.abc import Iterator

import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tlsward.errors import UsageError
from tlsward.facts.key_weaknesses import published_keys
from tlsward.model.lint import KeyWeakness
from tlsward.pki.weak_keys.weakness import weakness

_DEBIAN_OCTETS, _SPKI_OCTETS = 10, 32


class KnownKeys(msgspec.Struct, frozen=True):
    """Lists of the caller's own: Debian's weak keys, and hashes of SubjectPublicKeyInfo."""

    debian: frozenset[bytes] = frozenset()
    spki_sha256: frozenset[bytes] = frozenset()

    @classmethod
    def read(cls, octets: bytes, *, name: str) -> "KnownKeys":
        """Return the keys of one list. Raises UsageError for a line that is of neither form."""
        debian, spki = set(), set()
        for number, line in enumerate(octets.splitlines(), start=1):
            words = line.partition(b"#")[0].split(maxsplit=1)
            if not words:
                continue
            try:
                fingerprint = bytes.fromhex(words[0].decode("ascii"))
            except ValueError:
                fingerprint = b""
            if len(fingerprint) == _DEBIAN_OCTETS:
                debian.add(fingerprint)
            elif len(fingerprint) == _SPKI_OCTETS:
                spki.add(fingerprint)
            else:
                raise UsageError(
                    f"{name}: line {number}: a list of weak keys has 20 hexadecimal digits in a "
                    "line (openssl-blacklist) or 64 (SHA-256 of SubjectPublicKeyInfo)"
                )
        if not debian and not spki:
            raise UsageError(f"{name}: there is no key in this list of weak keys")
        return cls(frozenset(debian), frozenset(spki))

    def joined(self, other: "KnownKeys") -> "KnownKeys":
        """Return the keys of both."""
        return KnownKeys(self.debian | other.debian, self.spki_sha256 | other.spki_sha256)


def known_key_weaknesses(key: PublicKeyTypes, known: KnownKeys | None) -> Iterator[KeyWeakness]:
    """Yield on which lists a key is."""
    encoded = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    fingerprint = hashlib.sha256(encoded).digest()
    published = published_keys().get(fingerprint.hex())
    if published is not None:
        yield weakness("published", published.name, reference=published.reference)
    if known is None:
        return
    if fingerprint in known.spki_sha256:
        yield weakness("compromised", fingerprint.hex())
    if isinstance(key, rsa.RSAPublicKey) and known.debian:
        own = debian_fingerprint(key.public_numbers().n)
        if own in known.debian:
            yield weakness("debian", own.hex())


def debian_fingerprint(modulus: int) -> bytes:
    """Return the second half of the SHA-1 of a modulus as `openssl -modulus` prints it."""
    # Fingerprint of a list, not a signature: SHA-1 is what the list has.
    printed = f"Modulus={modulus:X}\n".encode()
    return hashlib.sha1(printed, usedforsecurity=False).digest()[_DEBIAN_OCTETS:]
