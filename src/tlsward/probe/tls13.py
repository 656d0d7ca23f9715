"""The TLS 1.3 part of a conversation: open the encrypted flight, and finish it.

Everything that needs a key lives here, so that TLS 1.2 probes never import cryptography.
"""

from typing import TYPE_CHECKING

from tlsward.model.observation import Resumption
from tlsward.probe.client_hello import KeyShares
from tlsward.probe.probe import Probe
from tlsward.wire.codepoints import ContentType, ExtensionType, HandshakeType, ProtocolVersion
from tlsward.wire.handshake import encode_handshake
from tlsward.wire.hello import ClientHello, ServerHello
from tlsward.wire.record import Record, encode_records
from tlsward.wire.secrets import (
    OPENABLE_SUITES,
    Tls13KeySchedule,
    hash_name,
    hello_retry_transcript,
    psk_binder,
)
from tlsward.wire.ticket import NewSessionTicket13

if TYPE_CHECKING:
    from tlsward.wire.secrets import RecordProtection13

#: An age that any server accepts for a ticket it has just sent, in milliseconds.
TICKET_AGE_MILLISECONDS = 100
CLOSE_NOTIFY = b"\x01\x00"
EMPTY_CERTIFICATE = b"\x00\x00\x00\x00"


class Tls13Flight:
    """Keys and transcript of one TLS 1.3 connection from its ServerHello on."""

    def __init__(
        self, probe: Probe, hello: ServerHello, transcript: bytes, shares: KeyShares
    ) -> None:
        self.problem = ""
        #: What was sent after the hello: names and sizes, for traces.
        self.sent: list[tuple[str, int]] = []
        self._suite = hello.cipher_suite
        self._opening: RecordProtection13 | None = None
        self._schedule: Tls13KeySchedule | None = None
        self._after_client_finished = b""
        psk = None
        if probe.resumption is not None and hello.extension(ExtensionType.PRE_SHARED_KEY):
            psk = probe.resumption.psk
        self.resumed = psk is not None
        secret = self._shared_secret(hello, shares)
        if secret is None:
            return
        if hello.cipher_suite not in OPENABLE_SUITES:
            self.problem = "no code to open a flight of this suite"
            return
        self._schedule = Tls13KeySchedule(hello.cipher_suite, secret, transcript, psk)
        self._opening = self._schedule.server_handshake

    def _shared_secret(self, hello: ServerHello, shares: KeyShares) -> bytes | None:
        if hello.key_share is None:
            self.problem = "a ServerHello without key_share"
            return None
        group, public = hello.key_share
        try:
            return shares.share(group).exchange(public)
        except ValueError as error:  # a group without code, or a point off the curve
            self.problem = f"no shared secret: {error}"
            return None

    @property
    def can_open(self) -> bool:
        """Whether there are keys for the server's records."""
        return self._opening is not None

    def open(self, record: Record) -> tuple[int, bytes]:
        """Return content type and data of a protected record; raises DecryptError."""
        assert self._opening is not None  # noqa: S101  (callers look at can_open)
        return self._opening.open(record)

    def finished_is_valid(self, transcript: bytes, verify_data: bytes) -> bool:
        """Check the server's Finished (RFC 9846 section 4.4.4)."""
        return self._keys().server_finished(transcript) == verify_data

    def complete(self, transcript: bytearray, certificate_requested: bool) -> bytes:
        """Return our Finished and a close_notify, and read with application keys from now on.

        The close_notify makes the server end the connection once it has sent what it
        sends after a handshake, so that "no ticket" is seen and not waited for.
        """
        schedule = self._keys()
        writing = schedule.client_handshake
        through_server_finished = bytes(transcript)
        out = encode_records(ContentType.CHANGE_CIPHER_SPEC, ProtocolVersion.TLS12, b"\x01")
        self.sent.append(("ChangeCipherSpec", 1))
        if certificate_requested:
            certificate = encode_handshake(HandshakeType.CERTIFICATE, EMPTY_CERTIFICATE)
            out += writing.seal(ContentType.HANDSHAKE, certificate)
            transcript += certificate
            self.sent.append(("Certificate", len(certificate)))
        verify_data = schedule.client_finished(bytes(transcript))
        finished = encode_handshake(HandshakeType.FINISHED, verify_data)
        out += writing.seal(ContentType.HANDSHAKE, finished)
        transcript += finished
        self.sent.append(("Finished", len(finished)))
        self._after_client_finished = bytes(transcript)
        self._opening, sealing = schedule.application(through_server_finished)
        return out + sealing.seal(ContentType.ALERT, CLOSE_NOTIFY)

    def resumption(self, ticket: NewSessionTicket13) -> Resumption:
        """Return what a later hello needs to offer `ticket`."""
        psk = self._keys().resumption_psk(self._after_client_finished, ticket.nonce)
        return Resumption(
            cipher_suite=self._suite,
            psk=psk,
            ticket=ticket.ticket,
            ticket_age_add=ticket.age_add,
            max_early_data_size=ticket.max_early_data,
        )

    def _keys(self) -> Tls13KeySchedule:
        assert self._schedule is not None  # noqa: S101  (messages arrive only when opened)
        return self._schedule


def retry_transcript(cipher_suite: int, first_hello: bytes, retry: bytes) -> bytes:
    """Return the transcript as it stands after a HelloRetryRequest (RFC 9846 section 4.4.1)."""
    return hello_retry_transcript(hash_name(cipher_suite), first_hello, retry)


def with_pre_shared_key(hello: ClientHello, resumption: Resumption) -> ClientHello:
    """Return `hello` with the ticket offered, its binder computed (RFC 9846 section 4.2.11.2)."""
    from tlsward.wire.extensions import pre_shared_key

    age = (TICKET_AGE_MILLISECONDS + resumption.ticket_age_add) & 0xFFFFFFFF
    length = 48 if hash_name(resumption.cipher_suite) == "sha384" else 32
    identities = [(resumption.ticket, age)]

    def offer(binder: bytes) -> ClientHello:
        extension = pre_shared_key(identities, [binder])
        return ClientHello(
            legacy_version=hello.legacy_version,
            random=hello.random,
            session_id=hello.session_id,
            cipher_suites=hello.cipher_suites,
            compression_methods=hello.compression_methods,
            extensions=(*(hello.extensions or ()), extension),
        )

    # The binder covers the hello up to the binders' list: 2 octets of the list's length,
    # 1 of the binder's, and the binder itself are cut off.
    truncated = offer(bytes(length)).encode()[: -(length + 3)]
    return offer(psk_binder(hash_name(resumption.cipher_suite), resumption.psk, truncated))
