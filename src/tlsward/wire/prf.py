"""Pseudorandom functions of TLS 1.2 and older, and what is made with them.

A master secret, a block of keys and the contents of a Finished each have one function here
that takes the version, because SSL 3.0 made all three in ways of its own.
"""

import hashlib
import hmac
from typing import Final

from tlsward.wire.codepoints import ProtocolVersion

MASTER_SECRET_LENGTH: Final = 48
VERIFY_DATA_LENGTH: Final = 12
#: RFC 6101 section 5.6.9: what SSL 3.0 has for the labels of a Finished.
_SSL3_SENDERS: Final = {b"client finished": b"CLNT", b"server finished": b"SRVR"}


def prf(
    version: int, hash_name: str, secret: bytes, label: bytes, seed: bytes, length: int
) -> bytes:
    """Return `length` octets: RFC 5246 section 5 with `hash_name`, before TLS 1.2 RFC 2246's.

    `hash_name` has no meaning before TLS 1.2.
    """
    if version >= ProtocolVersion.TLS12:
        return _expanded(hash_name, secret, label + seed, length)
    # RFC 2246 section 5: halves that share the middle octet where the length is odd.
    half = (len(secret) + 1) // 2
    with_md5 = _expanded("md5", secret[:half], label + seed, length)
    with_sha1 = _expanded("sha1", secret[len(secret) - half :], label + seed, length)
    return (int.from_bytes(with_md5) ^ int.from_bytes(with_sha1)).to_bytes(length)


def _expanded(hash_name: str, secret: bytes, seed: bytes, length: int) -> bytes:
    """RFC 5246 section 5: P_hash."""
    output = b""
    chained = seed
    while len(output) < length:
        chained = hmac.digest(secret, chained, hash_name)
        output += hmac.digest(secret, chained + seed, hash_name)
    return output[:length]


def _ssl3_expanded(secret: bytes, seed: bytes, length: int) -> bytes:
    """RFC 6101 section 6.2.2: MD5 over SHA-1, salted with A, BB, CCC and so on."""
    output = b""
    count = 1
    while len(output) < length:
        salt = bytes((0x40 + count,)) * count
        inner = hashlib.sha1(salt + secret + seed, usedforsecurity=False).digest()
        output += hashlib.md5(secret + inner, usedforsecurity=False).digest()
        count += 1
    return output[:length]


def master_secret(
    version: int,
    hash_name: str,
    premaster: bytes,
    client_random: bytes,
    server_random: bytes,
    extended_hash: bytes | None = None,
) -> bytes:
    """Return the master secret.

    RFC 5246 section 8.1; with `extended_hash`, the hash of the handshake through the
    ClientKeyExchange, RFC 7627 section 4; in SSL 3.0 RFC 6101 section 6.1.
    """
    randoms = client_random + server_random
    if version == ProtocolVersion.SSL3:
        return _ssl3_expanded(premaster, randoms, MASTER_SECRET_LENGTH)
    if extended_hash is not None:
        label, seed = b"extended master secret", extended_hash
    else:
        label, seed = b"master secret", randoms
    return prf(version, hash_name, premaster, label, seed, MASTER_SECRET_LENGTH)


def key_block(
    version: int,
    hash_name: str,
    master: bytes,
    client_random: bytes,
    server_random: bytes,
    length: int,
) -> bytes:
    """Return the octets that keys are cut from (RFC 5246 section 6.3; the server's first)."""
    randoms = server_random + client_random
    if version == ProtocolVersion.SSL3:
        return _ssl3_expanded(master, randoms, length)
    return prf(version, hash_name, master, b"key expansion", randoms, length)


def handshake_hash(version: int, hash_name: str, transcript: bytes) -> bytes:
    """Return the hash of a transcript that Finished and RFC 7627 sign."""
    if version >= ProtocolVersion.TLS12:
        return hashlib.new(hash_name, transcript).digest()
    with_md5 = hashlib.md5(transcript, usedforsecurity=False).digest()
    return with_md5 + hashlib.sha1(transcript, usedforsecurity=False).digest()


def verify_data(
    version: int, hash_name: str, master: bytes, label: bytes, transcript: bytes
) -> bytes:
    """Return what a Finished holds: RFC 5246 section 7.4.9, in SSL 3.0 RFC 6101 section 5.6.9.

    `label` is "client finished" or "server finished".
    """
    if version == ProtocolVersion.SSL3:
        return _ssl3_verify_data(master, _SSL3_SENDERS[label], transcript)
    digest = handshake_hash(version, hash_name, transcript)
    return prf(version, hash_name, master, label, digest, VERIFY_DATA_LENGTH)


def _ssl3_verify_data(master: bytes, sender: bytes, transcript: bytes) -> bytes:
    output = b""
    for hash_name, padding in (("md5", 48), ("sha1", 40)):
        inner = hashlib.new(
            hash_name, transcript + sender + master + b"\x36" * padding, usedforsecurity=False
        ).digest()
        output += hashlib.new(
            hash_name, master + b"\x5c" * padding + inner, usedforsecurity=False
        ).digest()
    return output
