"""Record protection of TLS 1.2 and older: AEAD, block and stream ciphers.

Each class protects one direction. `seal` gives a whole record, `open` the content of one
or a DecryptError. Nothing here has to hide how long it takes: these keys protect nothing.
"""

import hashlib
import hmac
import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec

from tlsward.wire.codepoints import ProtocolVersion
from tlsward.wire.record import Record
from tlsward.wire.secrets import DecryptError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, CipherContext
    from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305

#: RFC 6101 section 5.2.3.1: octets of padding in the MAC of SSL 3.0.
_SSL3_PADDING: Final = {"md5": 48, "sha1": 40}


class BulkCipher(msgspec.Struct, frozen=True, kw_only=True):
    """What of a cipher suite concerns records. Lengths are in octets.

    `kind` is aead, block, stream or null. `mac` is a hash's name, empty for an AEAD.
    `fixed_iv_length` counts what comes from the key block: the salt of an AEAD, the first
    IV of a block cipher before TLS 1.1.
    """

    name: str
    kind: str
    key_length: int
    mac: str = ""
    fixed_iv_length: int = 0
    block_length: int = 0
    tag_length: int = 16

    @property
    def mac_length(self) -> int:
        """Length of the MAC and of its key."""
        return hashlib.new(self.mac, usedforsecurity=False).digest_size if self.mac else 0


class RecordProtection12(ABC):
    """One direction of a connection; the sequence number goes up with each record."""

    def __init__(self, version: int) -> None:
        self._version = version
        self._sequence = 0

    def seal(self, content_type: int, data: bytes) -> bytes:
        """Return one whole record with `data`, at most 2^14 octets."""
        sealed = self._seal(content_type, data)
        self._sequence += 1
        header = content_type.to_bytes(1) + self._version.to_bytes(2)
        return header + len(sealed).to_bytes(2) + sealed

    def open(self, record: Record) -> bytes:
        """Return the content of a record; raises DecryptError."""
        content = self._open(record.content_type, record.payload)
        self._sequence += 1
        return content

    @abstractmethod
    def _seal(self, content_type: int, data: bytes) -> bytes: ...

    @abstractmethod
    def _open(self, content_type: int, payload: bytes) -> bytes: ...

    def _pseudo_header(self, content_type: int, length: int) -> bytes:
        """RFC 5246 section 6.2.3.1: what is authenticated before the content."""
        return (
            self._sequence.to_bytes(8)
            + content_type.to_bytes(1)
            + self._version.to_bytes(2)
            + length.to_bytes(2)
        )


class AeadProtection(RecordProtection12):
    """AES-GCM (RFC 5288), AES-CCM (RFC 6655) and ChaCha20-Poly1305 (RFC 7905)."""

    def __init__(self, version: int, bulk: BulkCipher, key: bytes, salt: bytes) -> None:
        super().__init__(version)
        from cryptography.hazmat.primitives.ciphers import aead

        self._salt = salt
        self._tag_length = bulk.tag_length
        self._aead: AESGCM | AESCCM | ChaCha20Poly1305
        if bulk.name == "AES-GCM":
            self._aead = aead.AESGCM(key)
        elif bulk.name == "AES-CCM":
            self._aead = aead.AESCCM(key, bulk.tag_length)
        else:
            self._aead = aead.ChaCha20Poly1305(key)
        #: RFC 7905 section 2 sends no part of the nonce, the others eight octets.
        self._explicit_length = 12 - len(salt)

    def _seal(self, content_type: int, data: bytes) -> bytes:
        explicit = self._sequence.to_bytes(8)[: self._explicit_length]
        header = self._pseudo_header(content_type, len(data))
        return explicit + self._aead.encrypt(self._nonce(explicit), data, header)

    def _open(self, content_type: int, payload: bytes) -> bytes:
        from cryptography.exceptions import InvalidTag

        length = len(payload) - self._explicit_length - self._tag_length
        if length < 0:
            raise DecryptError("a protected record shorter than its tag")
        explicit = payload[: self._explicit_length]
        sealed = payload[self._explicit_length :]
        try:
            return self._aead.decrypt(
                self._nonce(explicit), sealed, self._pseudo_header(content_type, length)
            )
        except InvalidTag:
            raise DecryptError("the tag of a protected record is wrong") from None

    def _nonce(self, explicit: bytes) -> bytes:
        if explicit:
            return self._salt + explicit
        return (int.from_bytes(self._salt) ^ self._sequence).to_bytes(12)


class _MacProtection(RecordProtection12):
    """What block and stream ciphers share: a MAC of its own."""

    def __init__(self, version: int, bulk: BulkCipher, mac_key: bytes) -> None:
        super().__init__(version)
        self._hash_name = bulk.mac
        self._mac_length = bulk.mac_length
        self._mac_key = mac_key

    def _mac(self, content_type: int, data: bytes) -> bytes:
        if self._version == ProtocolVersion.SSL3:
            return self._ssl3_mac(content_type, data)
        header = self._pseudo_header(content_type, len(data))
        return hmac.digest(self._mac_key, header + data, self._hash_name)

    def _ssl3_mac(self, content_type: int, data: bytes) -> bytes:
        """RFC 6101 section 5.2.3.1: what HMAC was before it was HMAC, without the version."""
        padding = _SSL3_PADDING[self._hash_name]
        header = (
            self._sequence.to_bytes(8) + content_type.to_bytes(1) + len(data).to_bytes(2) + data
        )
        inner = hashlib.new(
            self._hash_name, self._mac_key + b"\x36" * padding + header, usedforsecurity=False
        ).digest()
        return hashlib.new(
            self._hash_name, self._mac_key + b"\x5c" * padding + inner, usedforsecurity=False
        ).digest()

    def _checked(self, content_type: int, content: bytes) -> bytes:
        """Return `content` without the MAC at its end."""
        length = len(content) - self._mac_length
        if length < 0:
            raise DecryptError("a protected record shorter than its MAC")
        data = content[:length]
        if self._mac(content_type, data) != content[length:]:
            raise DecryptError("the MAC of a protected record is wrong")
        return data


class StreamProtection(_MacProtection):
    """RC4, and no cipher at all (RFC 5246 section 6.2.3.1)."""

    def __init__(
        self, version: int, bulk: BulkCipher, mac_key: bytes, key: bytes, *, sealing: bool
    ) -> None:
        super().__init__(version, bulk, mac_key)
        self._stream: CipherContext | None = None
        if bulk.kind == "stream":
            from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
            from cryptography.hazmat.primitives.ciphers import Cipher

            cipher = Cipher(ARC4(key), None)
            self._stream = cipher.encryptor() if sealing else cipher.decryptor()

    def _seal(self, content_type: int, data: bytes) -> bytes:
        return self._changed(data + self._mac(content_type, data))

    def _open(self, content_type: int, payload: bytes) -> bytes:
        return self._checked(content_type, self._changed(payload))

    def _changed(self, data: bytes) -> bytes:
        return data if self._stream is None else self._stream.update(data)


class BlockProtection(_MacProtection):
    """Block ciphers in CBC mode (RFC 5246 section 6.2.3.2), MAC first or last (RFC 7366)."""

    def __init__(
        self,
        version: int,
        bulk: BulkCipher,
        mac_key: bytes,
        key: bytes,
        first_iv: bytes,
        *,
        encrypt_then_mac: bool,
    ) -> None:
        super().__init__(version, bulk, mac_key)
        self._name = bulk.name
        self._key = key
        self._block = bulk.block_length
        self._encrypt_then_mac = encrypt_then_mac
        # RFC 4346 section 6.2.3.2: from TLS 1.1 on each record brings its own IV; before,
        # the last block of one is the IV of the next.
        self._explicit_iv = version >= ProtocolVersion.TLS11
        self._iv = first_iv

    def _seal(self, content_type: int, data: bytes) -> bytes:
        content = data if self._encrypt_then_mac else data + self._mac(content_type, data)
        padding = self._block - 1 - len(content) % self._block
        content += bytes((padding,)) * (padding + 1)
        iv = os.urandom(self._block) if self._explicit_iv else self._iv
        encryptor = _cbc(self._name, self._key, iv, sealing=True)
        sealed = encryptor.update(content) + encryptor.finalize()
        if self._explicit_iv:
            sealed = iv + sealed
        else:
            self._iv = sealed[-self._block :]
        if self._encrypt_then_mac:
            sealed += self._mac(content_type, sealed)
        return sealed

    def _open(self, content_type: int, payload: bytes) -> bytes:
        if self._encrypt_then_mac:
            payload = self._checked(content_type, payload)
        iv = self._iv
        if self._explicit_iv:
            iv, payload = payload[: self._block], payload[self._block :]
        if not payload or len(payload) % self._block or len(iv) != self._block:
            raise DecryptError("a protected record that is no whole number of blocks")
        decryptor = _cbc(self._name, self._key, iv, sealing=False)
        content = decryptor.update(payload) + decryptor.finalize()
        if not self._explicit_iv:
            self._iv = payload[-self._block :]
        content = self._without_padding(content)
        return content if self._encrypt_then_mac else self._checked(content_type, content)

    def _without_padding(self, content: bytes) -> bytes:
        padding = content[-1]
        end = len(content) - padding - 1
        # RFC 6101 section 5.2.3.2: SSL 3.0 fills its padding with anything.
        filled = self._version == ProtocolVersion.SSL3 or (
            content[end:] == bytes((padding,)) * (padding + 1)
        )
        if end < 0 or not filled:
            raise DecryptError("the padding of a protected record is wrong")
        return content[:end]


def _cbc(name: str, key: bytes, iv: bytes, *, sealing: bool) -> "CipherContext":
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

    if name == "AES-CBC":
        from cryptography.hazmat.primitives.ciphers.algorithms import AES

        cipher = Cipher(AES(key), modes.CBC(iv))
        return cipher.encryptor() if sealing else cipher.decryptor()
    from cryptography.hazmat.decrepit.ciphers import algorithms

    old: dict[str, Callable[[bytes], BlockCipherAlgorithm]] = {
        "3DES-CBC": algorithms.TripleDES,
        "CAMELLIA-CBC": algorithms.Camellia,
        "SEED-CBC": algorithms.SEED,
    }
    older = Cipher(old[name](key), modes.CBC(iv))
    return older.encryptor() if sealing else older.decryptor()
