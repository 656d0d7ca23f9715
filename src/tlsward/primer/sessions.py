"""Opening a recorded session with the server's private key, where that is possible at all.

With RSA key exchange (RFC 5246 section 7.4.7.1) it is: the client's premaster secret is in
the recording, encrypted to the key of the certificate. With an ephemeral key exchange, and
so in all of TLS 1.3, the secret was never sent, and the private key only signed.
"""

from typing import TYPE_CHECKING, Final

import msgspec

from tlsward.model.recording import Sender
from tlsward.primer.closed import Closed, why_closed
from tlsward.primer.watching import Seen
from tlsward.wire.codepoints import ContentType, ExtensionType, HandshakeType, ProtocolVersion
from tlsward.wire.handshake import encode_handshake
from tlsward.wire.reader import DecodeError, Reader
from tlsward.wire.secrets import DecryptError
from tlsward.wire.secrets12 import Tls12KeySchedule, session_hash

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

#: RFC 5246 section 7.4.7.1: two octets of version and 46 random ones.
_PREMASTER_LENGTH: Final = 48


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A session opened afterwards: the secrets on the way, and what both said.

    `finished_verified` are the senders whose Finished proved the keys to be right;
    `error` says where the session could not be followed further.
    """

    encrypted_premaster: bytes
    premaster: bytes
    master_secret: bytes
    extended_master_secret: bool
    finished_verified: tuple[Sender, ...]
    said: tuple[tuple[Sender, bytes], ...]
    error: str | None = None

    def all_of(self, sender: Sender) -> bytes:
        """Return everything that one side said."""
        return b"".join(octets for said_by, octets in self.said if said_by == sender)


def open_session(seen: Seen, key: "RSAPrivateKey") -> Opened | Closed:
    """Return the session opened with the server's private key, or why it stays closed."""
    # In TLS 1.3 the certificate is encrypted, and whose key it is cannot be told.
    if seen.certificates and not _belongs(seen.certificates[0], key):
        return Closed(reason="the private key is not that of the certificate in the recording")
    closed = why_closed(seen)
    if closed is not None:
        return msgspec.structs.replace(closed, attempt=_attempt(seen, key))
    assert seen.client_hello is not None  # noqa: S101 - what `why_closed` looked at
    assert seen.server_hello is not None  # noqa: S101
    assert seen.cipher_suite is not None  # noqa: S101
    assert seen.version is not None  # noqa: S101
    encrypted = _encrypted_premaster(seen)
    premaster = _decrypted(encrypted, key)
    if premaster is None or premaster[:2] != seen.client_hello.legacy_version.to_bytes(2):
        return Closed(reason="what the client sent does not open with this private key")
    extended = seen.server_hello.extension(ExtensionType.EXTENDED_MASTER_SECRET) is not None
    etm = seen.server_hello.extension(ExtensionType.ENCRYPT_THEN_MAC) is not None
    schedule = Tls12KeySchedule(
        seen.cipher_suite,
        premaster,
        seen.client_hello.random,
        seen.server_hello.random,
        session_hash(seen.cipher_suite, seen.version, seen.transcript) if extended else None,
        version=seen.version,
        encrypt_then_mac=etm,
    )
    return _read_on(seen, schedule, encrypted, premaster, extended)


def _encrypted_premaster(seen: Seen) -> bytes:
    """Return EncryptedPreMasterSecret; SSL 3.0 sends it without a length."""
    body = seen.client_key_exchange or b""
    if seen.version == ProtocolVersion.SSL3:
        return body
    try:
        reader = Reader(body, "ClientKeyExchange")
        encrypted = reader.vector16("EncryptedPreMasterSecret", minimum=1)
        reader.finish()
    except DecodeError:
        return b""
    return encrypted


def _attempt(seen: Seen, key: "RSAPrivateKey") -> str:
    """Return in words what comes of decrypting what the client sent, empty where it sent none."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    if not seen.client_key_exchange:
        return ""
    try:
        octets = key.decrypt(seen.client_key_exchange, PKCS1v15())
    except ValueError:
        return "nothing: it is no ciphertext of this key"
    return f"{len(octets)} octets that mean nothing"


def _decrypted(encrypted: bytes, key: "RSAPrivateKey") -> bytes | None:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    try:
        premaster = key.decrypt(encrypted, PKCS1v15())
    except ValueError:
        return None
    # OpenSSL answers wrong padding with chance octets of chance length since version 3.2.
    return premaster if len(premaster) == _PREMASTER_LENGTH else None


def _belongs(certificate: bytes, key: "RSAPrivateKey") -> bool:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    from tlsward.pki.library import UnreadableError
    from tlsward.pki.x509 import read_certificate

    try:
        public = read_certificate(certificate).key.loaded
    except UnreadableError:
        return False
    own = key.public_key().public_numbers()
    return isinstance(public, RSAPublicKey) and public.public_numbers() == own


def _read_on(
    seen: Seen, schedule: Tls12KeySchedule, encrypted: bytes, premaster: bytes, extended: bool
) -> Opened:
    """Open every protected record; a Finished shows whether the keys are right."""
    said: list[tuple[Sender, bytes]] = []
    verified: list[Sender] = []
    transcript = bytearray()
    error = seen.error
    for each in seen.order:
        if isinstance(each, bytes):
            transcript += each
            continue
        sender, kind = each.sender, each.record.content_type
        protection = schedule.client if sender == "client" else schedule.server
        try:
            content = protection.open(each.record)
        except DecryptError as refusal:
            error = f"a record of the {sender} does not open: {refusal}"
            break
        if kind == ContentType.APPLICATION_DATA:
            said.append((sender, content))
        elif kind == ContentType.HANDSHAKE:
            if content != _finished(schedule, sender, bytes(transcript)):
                error = f"what the {sender} sent is not the Finished that the keys make"
                break
            verified.append(sender)
            transcript += content
    return Opened(
        encrypted_premaster=encrypted,
        premaster=premaster,
        master_secret=schedule.master_secret,
        extended_master_secret=extended,
        finished_verified=tuple(verified),
        said=tuple(said),
        error=error,
    )


def _finished(schedule: Tls12KeySchedule, sender: Sender, transcript: bytes) -> bytes:
    """Return the message that proves the keys (RFC 5246 section 7.4.9)."""
    if sender == "client":
        verify_data = schedule.client_finished(transcript)
    else:
        verify_data = schedule.server_finished(transcript)
    return encode_handshake(HandshakeType.FINISHED, verify_data)
