"""The key schedule of TLS 1.3 and what it protects (RFC 9846 sections 5.2 and 7).

Enough to open a server's encrypted flight, to verify its Finished, to send ours, and to
offer its tickets again. Importing this costs nothing: `cryptography` comes in with the
first record that is opened or sealed.
"""

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

import msgspec

from tlsward.wire.codepoints import ContentType, HandshakeType, ProtocolVersion
from tlsward.wire.reader import DecodeError
from tlsward.wire.record import Record

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305

IV_LENGTH: Final = 12


class DecryptError(ValueError):
    """A protected record whose tag or padding is wrong: another key, or bytes altered."""


class Tls13Suite(msgspec.Struct, frozen=True, kw_only=True):
    """What a cipher suite of TLS 1.3 stands for. Lengths are in octets."""

    hash_name: str
    cipher: str
    key_length: int
    tag_length: int = 16


#: RFC 9846 appendix B.4.
_SUITES: Final[dict[int, Tls13Suite]] = {
    0x1301: Tls13Suite(hash_name="sha256", cipher="AES-GCM", key_length=16),
    0x1302: Tls13Suite(hash_name="sha384", cipher="AES-GCM", key_length=32),
    0x1303: Tls13Suite(hash_name="sha256", cipher="ChaCha20-Poly1305", key_length=32),
    0x1304: Tls13Suite(hash_name="sha256", cipher="AES-CCM", key_length=16),
    0x1305: Tls13Suite(hash_name="sha256", cipher="AES-CCM", key_length=16, tag_length=8),
}
OPENABLE_SUITES: Final = frozenset(_SUITES)
#: Suites whose hash is known, so that a HelloRetryRequest can be answered, and nothing more:
#: AEGIS (RFC 9846's registry) and the suites without encryption of RFC 9150.
_OTHER_HASHES: Final = {0x1306: "sha512", 0x1307: "sha256", 0xC0B4: "sha256", 0xC0B5: "sha384"}


def hash_name(cipher_suite: int) -> str:
    """Return the name of a suite's hash, as hashlib has it.

    DecodeError for a suite that TLS 1.3 does not have: it was the server that chose it.
    """
    suite = _SUITES.get(cipher_suite)
    found = suite.hash_name if suite is not None else _OTHER_HASHES.get(cipher_suite)
    if found is None:
        raise DecodeError("cipher_suite", 0, f"0x{cipher_suite:04X} has no hash in TLS 1.3")
    return found


def hkdf_extract(hash_name: str, salt: bytes, key_material: bytes) -> bytes:
    """RFC 5869 section 2.2."""
    return hmac.digest(salt, key_material, hash_name)


def hkdf_expand(hash_name: str, key: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 section 2.3."""
    output = block = b""
    counter = 1
    while len(output) < length:
        block = hmac.digest(key, block + info + counter.to_bytes(1), hash_name)
        output += block
        counter += 1
    return output[:length]


def hkdf_expand_label(
    hash_name: str, secret: bytes, label: bytes, context: bytes, length: int
) -> bytes:
    """RFC 9846 section 7.1: HKDF-Expand-Label."""
    full_label = b"tls13 " + label
    info = (
        length.to_bytes(2)
        + len(full_label).to_bytes(1)
        + full_label
        + len(context).to_bytes(1)
        + context
    )
    return hkdf_expand(hash_name, secret, info, length)


def hello_retry_transcript(hash_name: str, first_hello: bytes, retry: bytes) -> bytes:
    """Return the transcript before the second ClientHello (RFC 9846 section 4.4.1).

    `first_hello` and `retry` are messages with their headers. The first hello is replaced
    by a message_hash, so that a server without memory can put its hash into the cookie.
    """
    digest = hashlib.new(hash_name, first_hello).digest()
    header = HandshakeType.MESSAGE_HASH.to_bytes(1) + len(digest).to_bytes(3)
    return header + digest + retry


def psk_binder(
    hash_name: str,
    psk: bytes,
    truncated_hello: bytes,
    *,
    transcript_before: bytes = b"",
    external: bool = False,
) -> bytes:
    """Return the binder of a PSK (RFC 9846 section 4.2.11.2).

    `truncated_hello` is the ClientHello up to its list of binders; `transcript_before` what
    a HelloRetryRequest has put before it. `external` is a PSK that no ticket brought.
    """
    length = hashlib.new(hash_name).digest_size
    early_secret = hkdf_extract(hash_name, bytes(length), psk)
    label = b"ext binder" if external else b"res binder"
    empty = hashlib.new(hash_name, b"").digest()
    binder_key = hkdf_expand_label(hash_name, early_secret, label, empty, length)
    return _verify_data(hash_name, binder_key, transcript_before + truncated_hello)


def _verify_data(hash_name: str, base_key: bytes, transcript: bytes) -> bytes:
    """RFC 9846 section 4.4.4: what is in a Finished."""
    digest = hashlib.new(hash_name, transcript).digest()
    finished_key = hkdf_expand_label(hash_name, base_key, b"finished", b"", len(digest))
    return hmac.digest(finished_key, digest, hash_name)


class RecordProtection13:
    """Protects one direction with one traffic secret (RFC 9846 section 5.2)."""

    def __init__(self, suite: Tls13Suite, traffic_secret: bytes) -> None:
        self._suite = suite
        self.traffic_secret = traffic_secret
        # RFC 9846 section 7.3.
        self.key = hkdf_expand_label(suite.hash_name, traffic_secret, b"key", b"", suite.key_length)
        self.iv = hkdf_expand_label(suite.hash_name, traffic_secret, b"iv", b"", IV_LENGTH)
        self._iv_number = int.from_bytes(self.iv)
        self._sequence = 0
        self._aead: AESGCM | AESCCM | ChaCha20Poly1305 | None = None

    def open(self, record: Record) -> tuple[int, bytes]:
        """Return content type and content of a record; raises DecryptError.

        Content of nothing but padding is a DecodeError (RFC 9846 section 5.4). The
        sequence number goes on with each record that opens.
        """
        from cryptography.exceptions import InvalidTag

        header = (
            record.content_type.to_bytes(1)
            + record.version.to_bytes(2)
            + len(record.payload).to_bytes(2)
        )
        if len(record.payload) <= self._suite.tag_length:
            raise DecryptError("a protected record shorter than its tag")
        try:
            inner = self._cipher().decrypt(self._nonce(), record.payload, header)
        except InvalidTag:
            raise DecryptError("the tag of a protected record is wrong") from None
        self._sequence += 1
        content = inner.rstrip(b"\x00")
        if not content:
            raise DecodeError("TLSInnerPlaintext", 0, "padding without a content type")
        return content[-1], content[:-1]

    def seal(self, content_type: int, data: bytes, padding: int = 0) -> bytes:
        """Return one whole record with `data`, at most 2^14 octets, and `padding` zeros."""
        inner = data + content_type.to_bytes(1) + bytes(padding)
        header = (
            ContentType.APPLICATION_DATA.to_bytes(1)
            + ProtocolVersion.TLS12.to_bytes(2)
            + (len(inner) + self._suite.tag_length).to_bytes(2)
        )
        sealed = self._cipher().encrypt(self._nonce(), inner, header)
        self._sequence += 1
        return header + sealed

    def updated(self) -> "RecordProtection13":
        """Return the protection after a KeyUpdate (RFC 9846 section 7.2)."""
        secret = self.traffic_secret
        following = hkdf_expand_label(
            self._suite.hash_name, secret, b"traffic upd", b"", len(secret)
        )
        return RecordProtection13(self._suite, following)

    def _nonce(self) -> bytes:
        """RFC 9846 section 5.3."""
        return (self._iv_number ^ self._sequence).to_bytes(IV_LENGTH)

    def _cipher(self) -> "AESGCM | AESCCM | ChaCha20Poly1305":
        if self._aead is None:
            from cryptography.hazmat.primitives.ciphers import aead

            if self._suite.cipher == "AES-GCM":
                self._aead = aead.AESGCM(self.key)
            elif self._suite.cipher == "AES-CCM":
                self._aead = aead.AESCCM(self.key, self._suite.tag_length)
            else:
                self._aead = aead.ChaCha20Poly1305(self.key)
        return self._aead


class Tls13KeySchedule:
    """The secrets of one connection, from the ServerHello on (RFC 9846 section 7.1).

    `transcript` is every handshake message from the ClientHello to the ServerHello, with
    headers; after a HelloRetryRequest it begins with `hello_retry_transcript`. DecodeError
    for a cipher suite that is not in `OPENABLE_SUITES`.
    """

    def __init__(
        self,
        cipher_suite: int,
        shared_secret: bytes,
        transcript: bytes,
        psk: bytes | None = None,
    ) -> None:
        suite = _SUITES.get(cipher_suite)
        if suite is None:
            raise DecodeError("cipher_suite", 0, f"no code for 0x{cipher_suite:04X}")
        self._suite = suite
        self._length = hashlib.new(suite.hash_name).digest_size
        self._empty_hash = hashlib.new(suite.hash_name, b"").digest()
        early = hkdf_extract(suite.hash_name, bytes(self._length), psk or bytes(self._length))
        self.handshake_secret = hkdf_extract(suite.hash_name, self._derived(early), shared_secret)
        digest = self._digest(transcript)
        self.server_handshake = RecordProtection13(
            suite, self._expand(self.handshake_secret, b"s hs traffic", digest)
        )
        self.client_handshake = RecordProtection13(
            suite, self._expand(self.handshake_secret, b"c hs traffic", digest)
        )
        self.master_secret = hkdf_extract(
            suite.hash_name, self._derived(self.handshake_secret), bytes(self._length)
        )

    def server_finished(self, transcript: bytes) -> bytes:
        """Return what the server's Finished must hold; `transcript` ends before it."""
        secret = self.server_handshake.traffic_secret
        return _verify_data(self._suite.hash_name, secret, transcript)

    def client_finished(self, transcript: bytes) -> bytes:
        """Return what our Finished must hold; `transcript` ends before it."""
        secret = self.client_handshake.traffic_secret
        return _verify_data(self._suite.hash_name, secret, transcript)

    def application(
        self, transcript_through_server_finished: bytes
    ) -> tuple[RecordProtection13, RecordProtection13]:
        """Return the protection of application data, the server's first."""
        digest = self._digest(transcript_through_server_finished)
        server = self._expand(self.master_secret, b"s ap traffic", digest)
        client = self._expand(self.master_secret, b"c ap traffic", digest)
        return RecordProtection13(self._suite, server), RecordProtection13(self._suite, client)

    def exporter_secret(self, transcript_through_server_finished: bytes) -> bytes:
        """Return the exporter_secret (RFC 9846 section 7.5)."""
        digest = self._digest(transcript_through_server_finished)
        return self._expand(self.master_secret, b"exp master", digest)

    def resumption_secret(self, transcript_through_client_finished: bytes) -> bytes:
        """Return the resumption_secret that every ticket's PSK comes from."""
        digest = self._digest(transcript_through_client_finished)
        return self._expand(self.master_secret, b"res master", digest)

    def resumption_psk(self, transcript_through_client_finished: bytes, nonce: bytes) -> bytes:
        """Return the PSK of a ticket with `nonce` (RFC 9846 section 4.6.1)."""
        secret = self.resumption_secret(transcript_through_client_finished)
        return self._expand(secret, b"resumption", nonce)

    def _derived(self, secret: bytes) -> bytes:
        return self._expand(secret, b"derived", self._empty_hash)

    def _expand(self, secret: bytes, label: bytes, context: bytes) -> bytes:
        return hkdf_expand_label(self._suite.hash_name, secret, label, context, self._length)

    def _digest(self, transcript: bytes) -> bytes:
        return hashlib.new(self._suite.hash_name, transcript).digest()
