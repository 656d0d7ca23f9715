"""What comes before TLS: a short plain-text exchange as a state machine without a socket.

A preamble is made for one connection. What `outgoing` returns is sent when the connection
stands; every chunk that arrives goes through `receive`, which returns what to send next.
The state is "talking" until it is "ready" (the next byte sent is a ClientHello) or
"refused" for ever. However the bytes are cut into chunks, the outcome is the same, and
whatever they are, nothing is raised and only a few kilobytes are kept.

Bytes that came after the answer that opens the way for TLS, but before TLS, were not
protected by it. They are kept in `surplus` and never taken for TLS (RFC 3207 section 6,
the "command injection" weakness CVE-2011-0411 and its kin).
"""

from abc import ABC, abstractmethod
from typing import Literal, Protocol

State = Literal["talking", "ready", "refused"]

#: Longest line taken; RFC 5321 asks for 512 octets, IMAP capability lines are longer.
LINE_LIMIT_BYTES = 8192
#: Most lines taken before an answer; the longest greeting banners have some dozens.
LINE_LIMIT = 256
#: How much of the surplus is kept as evidence.
SURPLUS_LIMIT_BYTES = 4096


class Preamble(Protocol):
    """The exchange before TLS on one connection."""

    @property
    def state(self) -> State:
        """How far the exchange is."""
        ...

    @property
    def detail(self) -> str:
        """Why it was refused, in words fit for a terminal; empty otherwise."""
        ...

    @property
    def temporary(self) -> bool:
        """Whether the refusal says that asking later may help (rate limits)."""
        ...

    @property
    def surplus(self) -> bytes:
        """What came after the answer and before TLS (the first kilobytes of it)."""
        ...

    def outgoing(self) -> bytes:
        """Return what to send first; empty where the server speaks first."""
        ...

    def receive(self, data: bytes) -> bytes:
        """Take bytes of the server and return what to send next."""
        ...


def printable(data: bytes) -> str:
    """Return a line of a server as text without control characters, shortened."""
    text = data[:160].decode("ascii", "backslashreplace")
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


class Exchange(ABC):
    """What all preambles share: the state, the bounded buffer and the surplus.

    A protocol overrides `step`, which looks at the buffer, takes one complete element off
    its front with `take` and returns an answer, or returns None when it needs more bytes.
    """

    surplus_limit_bytes = SURPLUS_LIMIT_BYTES

    def __init__(self, hostname: str) -> None:
        self.hostname = hostname
        self.state: State = "talking"
        self.detail = ""
        self.temporary = False
        self.surplus = b""
        self._buffer = bytearray()

    def outgoing(self) -> bytes:
        """Return nothing: by default the server speaks first."""
        return b""

    def is_over(self) -> bool:
        """Whether the exchange has come to its end, one way or the other."""
        return self.state != "talking"

    def receive(self, data: bytes) -> bytes:
        """Take bytes of the server and return what to send next."""
        if self.is_over():
            self._keep_surplus(data)
            return b""
        self._buffer += data
        answer = b""
        while not self.is_over():
            step = self.step()
            if step is None:
                return answer
            answer += step
        self._keep_surplus(bytes(self._buffer))
        self._buffer.clear()
        return answer

    @abstractmethod
    def step(self) -> bytes | None:
        """Consume one element of the buffer; None asks for more bytes."""

    def take(self, size: int) -> bytes:
        """Take bytes off the front of the buffer."""
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def ready(self) -> bytes:
        """Open the way for TLS."""
        self.state = "ready"
        return b""

    def refuse(self, detail: str, *, temporary: bool = False) -> bytes:
        """End the exchange without TLS; a server that refuses in silence is said to."""
        self.state = "refused"
        self.detail = detail or "an empty line"
        self.temporary = temporary
        return b""

    def _keep_surplus(self, data: bytes) -> None:
        if self.state == "ready":
            self.surplus += data[: self.surplus_limit_bytes - len(self.surplus)]


class LineExchange(Exchange):
    """A preamble of lines, ended by CRLF or, with the lenient, by LF alone."""

    def __init__(self, hostname: str) -> None:
        super().__init__(hostname)
        self._lines = 0

    def step(self) -> bytes | None:
        """Take one line and hand it to `line`."""
        end = self._buffer.find(b"\n", 0, LINE_LIMIT_BYTES)
        if end < 0:
            if len(self._buffer) >= LINE_LIMIT_BYTES:
                return self.refuse(f"a line longer than {LINE_LIMIT_BYTES} bytes")
            return None
        self._lines += 1
        if self._lines > LINE_LIMIT:
            return self.refuse(f"more than {LINE_LIMIT} lines without an answer")
        return self.line(self.take(end + 1).rstrip(b"\r\n"))

    @abstractmethod
    def line(self, line: bytes) -> bytes:
        """Take note of a line and return the answer to it."""
