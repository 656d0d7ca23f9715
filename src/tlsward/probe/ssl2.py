"""The SSL 2.0 conversation: one hello, one ServerHello that says everything."""

from tlsward.model.observation import Observation, Outcome
from tlsward.probe.client_hello import Entropy
from tlsward.probe.probe import Probe
from tlsward.wire.codepoints import ProtocolVersion
from tlsward.wire.reader import DecodeError
from tlsward.wire.sslv2 import ClientHelloSSL2, ServerHelloSSL2, SSL2RecordReader

#: Message types of SSL 2.0 (Hickman, "The SSL Protocol", section 2.5).
SERVER_HELLO = 0x04
ERROR = 0x00


class Ssl2Conversation:
    """The conversation of one SSL 2.0 probe."""

    def __init__(self, probe: Probe, *, entropy: Entropy) -> None:
        self.probe = probe
        self.done = False
        self._challenge = entropy(16)
        self._records = SSL2RecordReader()
        self._heard = False
        self._observation: Observation | None = None

    def start(self) -> bytes:
        """Return the hello."""
        return ClientHelloSSL2(
            cipher_kinds=self.probe.cipher_suites, challenge=self._challenge
        ).encode()

    def receive(self, data: bytes) -> bytes:
        """Take bytes from the server; there is never an answer to send."""
        if self.done:
            return b""
        beginning, self._heard = not self._heard, True
        if beginning and data[:1] in {b"\x15", b"\x16"}:
            # An SSL 3.0 or TLS record: the server understood, and speaks newer versions only.
            self._end(Outcome.ALERT, "answered with a record of a newer version")
            return b""
        try:
            for message in self._records.feed(data):
                self._take(message)
                break
        except DecodeError as error:
            self._end(Outcome.MALFORMED, str(error))
        return b""

    def eof(self) -> None:
        """Note that the server closed its side."""
        self._end(Outcome.CLOSED, "closed the connection")

    def reset(self) -> None:
        """Note that the server reset the connection."""
        self._end(Outcome.RESET, "reset the connection")

    def finish(self, outcome: Outcome, detail: str = "") -> Observation:
        """End the conversation, as `outcome` where it had not ended itself."""
        self._end(outcome, detail)
        assert self._observation is not None  # noqa: S101  (_end sets it)
        return self._observation

    def _take(self, message: bytes) -> None:
        if message[:1] == bytes([ERROR]):
            self._end(Outcome.ALERT, "sent an SSL 2.0 error message")
            return
        hello = ServerHelloSSL2.decode(message)
        self._observation = Observation(
            # A ServerHello without certificate or kinds is how some stacks say no.
            outcome=Outcome.SERVED if hello.cipher_kinds else Outcome.ALERT,
            detail="" if hello.cipher_kinds else "answered without any cipher kind",
            version=ProtocolVersion.SSL2,
            cipher_suites=hello.cipher_kinds,
            certificates=(hello.certificate,) if hello.certificate else (),
            proved=bool(hello.cipher_kinds),
        )
        self.done = True

    def _end(self, outcome: Outcome, detail: str) -> None:
        if self._observation is None:
            self._observation = Observation(outcome=outcome, detail=detail)
        self.done = True
