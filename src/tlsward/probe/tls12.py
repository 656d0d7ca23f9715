"""The TLS 1.2 part of a conversation that goes beyond the server's flight.

Needed for tickets, resumption and `inspect`: our ClientKeyExchange and Finished, then the
server's. ECDHE, DHE and RSA key exchange with AEAD and CBC suites.
"""

import secrets
from typing import TYPE_CHECKING

from tlsward.facts.suites import suite
from tlsward.model.observation import Resumption
from tlsward.probe.client_hello import KeyShares
from tlsward.wire.codepoints import ContentType, ExtensionType, HandshakeType, ProtocolVersion
from tlsward.wire.handshake import encode_handshake
from tlsward.wire.record import Record, encode_records
from tlsward.wire.secrets12 import SUPPORTED_SUITES, Tls12KeySchedule, session_hash
from tlsward.wire.writer import vector8, vector16

if TYPE_CHECKING:
    from tlsward.probe.flight import ServerFlight

CLOSE_NOTIFY = b"\x01\x00"
#: OpenSSL computes with no larger prime; the field has room for one that takes minutes.
LARGEST_PRIME_BITS = 10_000


class Tls12Completion:
    """Keys of one connection of TLS 1.2 or older after the server's flight.

    `secret` is the premaster secret of a full handshake, or the master secret of a
    resumed session; `exchange` the body of our ClientKeyExchange.
    """

    def __init__(
        self, flight: "ServerFlight", client_random: bytes, secret: bytes, exchange: bytes = b""
    ) -> None:
        assert flight.hello is not None  # noqa: S101  (there is no completion without it)
        self.reading_encrypted = False
        self.sent: list[tuple[str, int]] = []
        self._hello = flight.hello
        self._client_random = client_random
        self._secret = secret
        self._exchange = exchange
        self._schedule: Tls12KeySchedule | None = None

    @classmethod
    def begin(
        cls, flight: "ServerFlight", client_random: bytes, shares: KeyShares
    ) -> "Tls12Completion | None":
        """Return the completion of a full handshake, None where there is no code for it."""
        hello = flight.hello
        assert hello is not None  # noqa: S101  (the flight is complete)
        if hello.cipher_suite not in SUPPORTED_SUITES:
            return None
        agreed = _premaster(flight, hello.legacy_version, shares)
        return None if agreed is None else cls(flight, client_random, *agreed)

    @classmethod
    def resume(
        cls, flight: "ServerFlight", client_random: bytes, resumption: Resumption
    ) -> "Tls12Completion":
        """Return the completion of an abbreviated handshake; its records come encrypted."""
        completion = cls(flight, client_random, resumption.master_secret)
        hello = completion._hello
        completion._schedule = Tls12KeySchedule.from_master_secret(
            hello.cipher_suite,
            resumption.master_secret,
            client_random,
            hello.random,
            version=hello.selected_version,
            encrypt_then_mac=hello.extension(ExtensionType.ENCRYPT_THEN_MAC) is not None,
        )
        completion.reading_encrypted = True
        return completion

    def complete(self, transcript: bytearray, certificate_requested: bool) -> bytes:
        """Return ClientKeyExchange, ChangeCipherSpec and Finished as records."""
        version = self._hello.selected_version
        messages = b""
        if certificate_requested:
            messages += encode_handshake(HandshakeType.CERTIFICATE, b"\x00\x00\x00")
            self.sent.append(("Certificate", len(messages)))
        exchange = encode_handshake(HandshakeType.CLIENT_KEY_EXCHANGE, self._exchange)
        messages += exchange
        transcript += messages
        schedule = self._schedule = self._full_schedule(bytes(transcript))
        out = encode_records(ContentType.HANDSHAKE, version, messages)
        out += encode_records(ContentType.CHANGE_CIPHER_SPEC, version, b"\x01")
        finished = encode_handshake(
            HandshakeType.FINISHED, schedule.client_finished(bytes(transcript))
        )
        transcript += finished
        self.sent.append(("ClientKeyExchange", len(exchange)))
        self.sent.append(("ChangeCipherSpec", 1))
        self.sent.append(("Finished", len(finished)))
        return out + schedule.client.seal(ContentType.HANDSHAKE, finished)

    def _full_schedule(self, transcript: bytes) -> Tls12KeySchedule:
        hello = self._hello
        extended = None
        if hello.extension(ExtensionType.EXTENDED_MASTER_SECRET) is not None:
            extended = session_hash(hello.cipher_suite, hello.selected_version, transcript)
        return Tls12KeySchedule(
            hello.cipher_suite,
            self._secret,
            self._client_random,
            hello.random,
            extended,
            version=hello.selected_version,
            encrypt_then_mac=hello.extension(ExtensionType.ENCRYPT_THEN_MAC) is not None,
        )

    def _keys(self) -> Tls12KeySchedule:
        assert self._schedule is not None  # noqa: S101  (there are keys once we have answered)
        return self._schedule

    def open(self, record: Record) -> bytes:
        """Return the data of a protected record; raises DecryptError."""
        return self._keys().server.open(record)

    def finished_is_valid(self, transcript: bytes, verify_data: bytes) -> bool:
        """Check the server's Finished (RFC 5246 section 7.4.9)."""
        return self._keys().server_finished(transcript) == verify_data

    def close(self) -> bytes:
        """Return a close_notify as a record."""
        return self._keys().client.seal(ContentType.ALERT, CLOSE_NOTIFY)

    def resumption(self, flight: "ServerFlight") -> Resumption:
        """Return what a later hello needs to resume this session."""
        return Resumption(
            cipher_suite=self._hello.cipher_suite,
            master_secret=self._keys().master_secret,
            session_id=self._hello.session_id,
            ticket=flight.ticket(),
        )


def _premaster(
    flight: "ServerFlight", client_version: int, shares: KeyShares
) -> tuple[bytes, bytes] | None:
    """Return the premaster secret and the body of the ClientKeyExchange."""
    assert flight.hello is not None  # noqa: S101  (the flight is complete)
    exchange = flight.key_exchange
    if exchange is None:
        if suite(flight.hello.cipher_suite).key_exchange != "RSA":
            return None
        return _rsa_premaster(flight.certificates, client_version)
    try:
        if exchange.group is not None:
            share = shares.share(exchange.group)
            return share.exchange(exchange.public), vector8(share.public)
    except ValueError:  # a group without code, or a point off the curve
        return None
    if exchange.dh_prime is not None:
        prime = int.from_bytes(exchange.dh_prime)
        if not prime or prime.bit_length() > LARGEST_PRIME_BITS:
            return None
        private = secrets.randbits(256)
        public = pow(int.from_bytes(exchange.dh_generator or b""), private, prime)
        shared = pow(int.from_bytes(exchange.public), private, prime)
        # RFC 5246 section 8.1.2: leading zeros of Z are stripped.
        secret = shared.to_bytes((shared.bit_length() + 7) // 8)
        return secret, vector16(public.to_bytes((public.bit_length() + 7) // 8))
    return None


def _rsa_premaster(certificates: tuple[bytes, ...], version: int) -> tuple[bytes, bytes] | None:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    if not certificates:
        return None
    try:
        key = x509.load_der_x509_certificate(certificates[0]).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, RSAPublicKey):
        return None
    # RFC 5246 section 7.4.7.1: the version offered leads the premaster secret.
    premaster = version.to_bytes(2) + secrets.token_bytes(46)
    try:
        encrypted = key.encrypt(premaster, PKCS1v15())
    except ValueError:  # a modulus with no room for the secret, or that is none
        return None
    # RFC 6101 section 5.6.7.1: SSL 3.0 sends it without a length.
    return premaster, encrypted if version == ProtocolVersion.SSL3 else vector16(encrypted)
