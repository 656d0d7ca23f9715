"""One TLS connection as an object: bytes in, bytes out, one Observation at the end.

A conversation never raises for anything the peer sends and never waits: whoever moves
the bytes calls `receive`, `eof`, `reset` and, when patience is over, `finish`. States:

    hello sent -> ServerHello -> rest of the flight -> (our Finished -> theirs) -> done
               -> HelloRetryRequest -> second hello -> ...
               -> alert, FIN, RST, nonsense -> done

A ServerHello alone is not support. Servers have been seen to answer for suites that they
cannot serve and to send an alert right after, so `SERVED` needs the ServerHelloDone of
TLS 1.2 and older, or a Finished of TLS 1.3 that opens and verifies.
"""

from collections.abc import Callable
from typing import Any

from tlsward.model.observation import MessageTrace, Observation, Outcome
from tlsward.probe.client_hello import Entropy, KeyShares, client_hello, record_version
from tlsward.probe.flight import ServerFlight
from tlsward.probe.probe import Goal, Probe
from tlsward.probe.tls12 import Tls12Completion
from tlsward.probe.tls13 import Tls13Flight, retry_transcript, with_pre_shared_key
from tlsward.wire.alert import Alert
from tlsward.wire.codepoints import (
    AlertDescription,
    ContentType,
    HandshakeType,
    ProtocolVersion,
    name_of,
)
from tlsward.wire.handshake import HandshakeMessage, HandshakeReader
from tlsward.wire.hello import ServerHello, message_name
from tlsward.wire.reader import DecodeError
from tlsward.wire.record import Record, RecordReader, encode_records
from tlsward.wire.secrets import DecryptError

#: A flight without a signature or a certificate's key proves nothing: servers without any
#: pre-shared key have been seen to send it.
UNPROVABLE = "only a client with a pre-shared key could prove it"
#: Warnings that a server may send before its ServerHello and go on: unrecognized_name is
#: sent so by servers of many names (RFC 6066 section 3), no_renegotiation means nothing here.
TOLERATED_WARNINGS = frozenset(
    {AlertDescription.UNRECOGNIZED_NAME, AlertDescription.NO_RENEGOTIATION}
)
#: More warnings than this are an attack or a defect, not a conversation.
WARNING_LIMIT = 4

#: How much of an answer that is not TLS is kept to be named.
BEGINNING_LENGTH = 64


def not_tls(beginning: bytes) -> str:
    """Return in words what a server speaks whose answer begins so."""
    if beginning.startswith((b"HTTP/", b"<")):
        return "answers in plain HTTP, not in TLS"
    if beginning[:3].isdigit() or beginning[:1] in {b"+", b"*", b"-"}:
        return "answers in plain text, not in TLS (does it want STARTTLS?)"
    return f"answers with something that is not TLS (0x{beginning[:4].hex()}...)"


class Conversation:
    """The conversation of one probe over SSL 3.0 to TLS 1.3.

    `entropy` gives random bytes, `shares` the key pairs to use, `clock` the seconds since
    the connection began (for traces only); `on_start` is called when it has begun.
    """

    def __init__(
        self,
        probe: Probe,
        *,
        entropy: Entropy,
        shares: KeyShares,
        clock: Callable[[], float] = lambda: 0.0,
        on_start: Callable[[], None] = lambda: None,
    ) -> None:
        self.probe = probe
        self.done = False
        self._shares = shares
        self._clock = clock
        self._on_start = on_start
        self._random = entropy(32)
        # RFC 9846 appendix E.4: a session id makes middleboxes take it for a resumption.
        self._session_id = entropy(32) if probe.is_tls13 else b""
        self._records = RecordReader()
        self._messages = HandshakeReader()
        self._flight = ServerFlight(probe)
        self._outgoing = b""
        self._first_hello = b""
        self._transcript = bytearray()
        self._tls13: Tls13Flight | None = None
        self._tls12: Tls12Completion | None = None
        self._retried = False
        self._changed_cipher_spec = False
        self._warnings = 0
        self._any_record = False
        self._beginning = b""
        self._observation: Observation | None = None
        self._trace: list[MessageTrace] = []

    # ------------------------------------------------------------ what the driver calls

    def start(self) -> bytes:
        """Return the bytes of the first hello."""
        self._on_start()
        probe = self.probe
        if probe.resumption is not None and not probe.is_tls13:
            self._session_id = probe.resumption.session_id
        groups = probe.key_share_groups or ()
        shares = [(g, self._shares.share(g).public) for g in groups] if probe.is_tls13 else []
        hello = client_hello(probe, self._random, self._session_id, shares)
        if probe.resumption is not None and probe.is_tls13:
            hello = with_pre_shared_key(hello, probe.resumption)
        self._first_hello = hello.encode()
        return self._send_hello(self._first_hello, record_version(probe.version))

    def receive(self, data: bytes) -> bytes:
        """Take bytes from the server, return bytes to send to it."""
        if self.done:
            return b""
        if not self._any_record and not self._beginning:
            self._beginning = data[:BEGINNING_LENGTH]
        try:
            for record in self._records.feed(data):
                self._any_record = True
                self._take_record(record)
                if self._observation is not None:
                    break
            if self._observation is None and self._records.error is not None:
                raise self._records.error
        except DecodeError as error:
            self._malformed(str(error))
        except DecryptError as error:
            self._malformed(f"a record did not decrypt: {error}")
        outgoing, self._outgoing = self._outgoing, b""
        return outgoing

    def eof(self) -> None:
        """Note that the server closed its side."""
        self._ended(Outcome.CLOSED, "closed the connection")

    def reset(self) -> None:
        """Note that the server reset the connection."""
        self._ended(Outcome.RESET, "reset the connection")

    def finish(self, outcome: Outcome, detail: str = "") -> Observation:
        """End the conversation, as `outcome` where it had not ended itself."""
        if self._observation is None:
            if self._flight.proved:
                self._end(Outcome.SERVED)
            else:
                self._end(outcome, detail)
        assert self._observation is not None  # noqa: S101  (_end sets it)
        return self._observation

    # ------------------------------------------------------------ records

    def _take_record(self, record: Record) -> None:
        match record.content_type:
            case ContentType.ALERT:
                if self._tls12 is not None and self._tls12.reading_encrypted:
                    record = Record(
                        content_type=record.content_type,
                        version=record.version,
                        payload=self._tls12.open(record),
                    )
                self._take_alert(record.payload)
            case ContentType.HANDSHAKE:
                payload = record.payload
                if self._tls12 is not None and self._tls12.reading_encrypted:
                    payload = self._tls12.open(record)
                self._take_handshake(payload, encrypted=False)
            case ContentType.CHANGE_CIPHER_SPEC:
                self._take_change_cipher_spec()
            case ContentType.APPLICATION_DATA if self._tls13 is not None:
                self._take_protected(record)
            case _:
                kind = name_of(ContentType, record.content_type)
                self._malformed(f"a record of type {kind} in the middle of the handshake")

    def _take_protected(self, record: Record) -> None:
        tls13 = self._tls13
        assert tls13 is not None  # noqa: S101  (the caller looked)
        if not tls13.can_open:
            # Without code for the suite or the group this is all that can be seen.
            self._end(Outcome.HELLO_ONLY, "answered with an encrypted flight that was not opened")
            return
        content_type, data = tls13.open(record)
        if content_type == ContentType.HANDSHAKE:
            self._take_handshake(data, encrypted=True)
        elif content_type == ContentType.ALERT:
            self._take_alert(data)
        elif content_type != ContentType.APPLICATION_DATA:
            self._malformed(f"a protected record of type {content_type}")

    def _take_alert(self, payload: bytes) -> None:
        alert = Alert.decode(payload[:2])
        self._note("server", f"Alert {alert.name}", len(payload))
        if alert.level == 1 and alert.description in TOLERATED_WARNINGS:
            self._warnings += 1
            if self._warnings > WARNING_LIMIT:
                self._malformed("sent one warning alert after another")
            return
        self._flight.alert = alert.description
        if alert.description == AlertDescription.CLOSE_NOTIFY:
            self._ended(Outcome.CLOSED, "sent close_notify")
        else:
            self._ended(Outcome.ALERT, f"sent the alert {alert.name}")

    def _take_change_cipher_spec(self) -> None:
        if not self._changed_cipher_spec:  # a server may send any number of them
            self._changed_cipher_spec = True
            self._note("server", "ChangeCipherSpec", 1)
        if self.probe.is_tls13:
            return  # a disguise for middleboxes (RFC 9846 section 5), also after a retry
        if self._tls12 is not None:
            self._tls12.reading_encrypted = True
        elif self._flight.hello is not None and self.probe.resumption is not None:
            self._begin_abbreviated()
        else:
            self._malformed("a ChangeCipherSpec before its time")

    # ------------------------------------------------------------ handshake messages

    def _take_handshake(self, payload: bytes, *, encrypted: bool) -> None:
        for message in self._messages.feed(payload):
            self._note(
                "server",
                message_name(message),
                len(message.raw),
                encrypted=encrypted or (self._tls12 is not None and self._tls12.reading_encrypted),
            )
            self._take_message(message)
            if self.done:
                return

    def _take_message(self, message: HandshakeMessage) -> None:
        if message.type == HandshakeType.SERVER_HELLO:
            self._take_server_hello(message)
        elif message.type == HandshakeType.HELLO_REQUEST and self._flight.hello is None:
            pass  # RFC 5246 section 7.4.1.1: to be ignored during a handshake
        elif self._flight.hello is None:
            self._malformed(f"{name_of(HandshakeType, message.type)} before the ServerHello")
        elif self._tls13 is not None:
            self._take_tls13_message(self._tls13, message)
        else:
            self._take_tls12_message(message)

    def _take_server_hello(self, message: HandshakeMessage) -> None:
        hello = ServerHello.decode(message.body)
        if self._flight.hello is not None:
            self._malformed("a second ServerHello")
            return
        if hello.is_hello_retry_request:
            self._take_retry(hello, message)
            return
        self._transcript += message.raw
        self._flight.take_hello(hello)
        negotiated = hello.selected_version
        if self.probe.is_tls13 and negotiated == ProtocolVersion.TLS13:
            self._tls13 = Tls13Flight(self.probe, hello, bytes(self._transcript), self._shares)
            self._flight.resumed = self._tls13.resumed
            if self._tls13.problem:
                self._flight.problem = self._tls13.problem
        if self.probe.goal == Goal.HELLO or negotiated != self.probe.version:
            self._end(Outcome.HELLO_ONLY)

    def _take_retry(self, hello: ServerHello, message: HandshakeMessage) -> None:
        self._flight.take_retry(hello)
        share = hello.key_share
        if not self.probe.is_tls13 or self._retried:
            self._malformed("a HelloRetryRequest that nothing called for")
            return
        if self.probe.goal == Goal.HELLO:
            self._end(Outcome.RETRY)
            return
        self._retried = True
        from tlsward.wire.key_share import UnsupportedGroup

        # RFC 9846 section 4.1.2: a retry without key_share leaves the shares as they were.
        groups = (share[0],) if share else self.probe.key_share_groups or ()
        try:
            shares = [(group, self._shares.share(group).public) for group in groups]
        except UnsupportedGroup:
            self._end(Outcome.RETRY, "asked for a group that there is no code for")
            return
        cookie = self._flight.cookie(hello)
        try:
            second = client_hello(
                self.probe, self._random, self._session_id, shares, cookie
            ).encode()
        except OverflowError:
            self._malformed("a HelloRetryRequest whose cookie fits no hello")
            return
        self._transcript = bytearray(
            retry_transcript(hello.cipher_suite, self._first_hello, message.raw)
        )
        self._outgoing += self._send_hello(second, ProtocolVersion.TLS12)

    def _take_tls13_message(self, tls13: Tls13Flight, message: HandshakeMessage) -> None:
        if message.type == HandshakeType.NEW_SESSION_TICKET and self._flight.proved:
            self._flight.take_tls13_ticket(message.body, tls13)
            return
        if message.type == HandshakeType.FINISHED:
            # Without keys it came in the clear, and there is nothing to verify it with.
            if not tls13.can_open or not tls13.finished_is_valid(
                bytes(self._transcript), message.body
            ):
                self._malformed("the server's Finished does not verify")
                return
            self._transcript += message.raw
            self._flight.proved = True
            if self.probe.goal == Goal.FLIGHT:
                self._end(Outcome.SERVED)
            else:
                requested = self._flight.client_certificate_requested
                self._outgoing += tls13.complete(self._transcript, requested)
                for name, size in tls13.sent:
                    self._note("client", name, size, encrypted=name != "ChangeCipherSpec")
            return
        self._transcript += message.raw
        self._flight.take_tls13(message)

    def _take_tls12_message(self, message: HandshakeMessage) -> None:
        if message.type == HandshakeType.FINISHED and self._tls12 is not None:
            if not self._tls12.finished_is_valid(bytes(self._transcript), message.body):
                self._malformed("the server's Finished does not verify")
                return
            self._flight.proved = True
            self._flight.resumption = self._tls12.resumption(self._flight)
            if not self._flight.resumed:
                # OpenSSL forgets a session whose connection was not closed properly.
                self._outgoing += self._tls12.close()
            self._end(Outcome.SERVED)
            return
        self._transcript += message.raw
        self._flight.take_tls12(message)
        if message.type == HandshakeType.SERVER_HELLO_DONE:
            if self._flight.needs_shared_secret:
                self._end(Outcome.HELLO_ONLY, UNPROVABLE)
                return
            self._flight.proved = True
            if self.probe.goal == Goal.FLIGHT:
                self._end(Outcome.SERVED)
            else:
                self._complete_tls12()

    def _complete_tls12(self) -> None:
        self._tls12 = Tls12Completion.begin(self._flight, self._random, self._shares)
        if self._tls12 is None:
            self._end(
                Outcome.SERVED, "the handshake was not finished: no code for its key exchange"
            )
            return
        self._outgoing += self._tls12.complete(
            self._transcript, self._flight.client_certificate_requested
        )
        for name, size in self._tls12.sent:
            self._note("client", name, size, encrypted=name == "Finished")

    def _begin_abbreviated(self) -> None:
        """Read the server's Finished of a resumed session (RFC 5246 section 7.3)."""
        assert self.probe.resumption is not None  # noqa: S101  (the caller looked)
        self._flight.resumed = True
        self._tls12 = Tls12Completion.resume(self._flight, self._random, self.probe.resumption)

    # ------------------------------------------------------------ the end

    def _ended(self, outcome: Outcome, detail: str) -> None:
        if self.done:
            return
        if self._flight.proved:
            self._end(Outcome.SERVED)
        elif self._flight.hello is not None:
            self._end(Outcome.HELLO_ONLY, f"{detail} after its ServerHello")
        elif self._flight.retry_seen:
            self._end(Outcome.RETRY, f"{detail} after its HelloRetryRequest")
        else:
            self._end(outcome, detail)

    def _malformed(self, detail: str) -> None:
        if self._any_record:
            self._end(Outcome.MALFORMED, detail)
        else:
            self._end(Outcome.NOT_TLS, not_tls(self._beginning))

    def _end(self, outcome: Outcome, detail: str = "") -> None:
        self.done = True
        fields: dict[str, Any] = self._flight.fields()
        self._observation = Observation(
            outcome=outcome,
            detail=detail or self._flight.problem,
            trace=tuple(self._trace),
            **fields,
        )

    def _send_hello(self, hello: bytes, version: int) -> bytes:
        self._transcript += hello
        self._note("client", "ClientHello", len(hello))
        return encode_records(ContentType.HANDSHAKE, version, hello)

    def _note(self, sender: str, name: str, size: int, *, encrypted: bool = False) -> None:
        if self.probe.trace:
            self._trace.append(
                MessageTrace(
                    sender=sender, name=name, size=size, at=self._clock(), encrypted=encrypted
                )
            )
