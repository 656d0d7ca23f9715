"""Seals on messages: a hash alone, which anybody can make, and HMAC, which needs a key."""

import hashlib
import hmac

import msgspec

#: The hash of nearly every cipher suite in use (FIPS 180-4); its block has 64 octets.
HASH = "sha256"
BLOCK_OCTETS = 64
_INNER, _OUTER = 0x36, 0x5C


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """An HMAC (RFC 2104 section 2) with what it was made of, all octets."""

    inner_key: bytes
    outer_key: bytes
    inner_hash: bytes
    seal: bytes


def digest(message: bytes) -> bytes:
    """Return the SHA-256 of a message."""
    return hashlib.sha256(message).digest()


def seal(message: bytes, key: bytes) -> Seal:
    """Return the seal on a message, step by step as RFC 2104 has it."""
    padded = (digest(key) if len(key) > BLOCK_OCTETS else key).ljust(BLOCK_OCTETS, b"\x00")
    inner_key = bytes(octet ^ _INNER for octet in padded)
    outer_key = bytes(octet ^ _OUTER for octet in padded)
    inner_hash = digest(inner_key + message)
    return Seal(
        inner_key=inner_key,
        outer_key=outer_key,
        inner_hash=inner_hash,
        seal=digest(outer_key + inner_hash),
    )


def holds(message: bytes, key: bytes, tag: bytes) -> bool:
    """Return whether a seal is that of the message, without telling how much of it is right."""
    return hmac.compare_digest(hmac.digest(key, message, HASH), tag)


def bits_changed(one: bytes, other: bytes) -> int:
    """Return in how many bits two digests of the same length differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()
