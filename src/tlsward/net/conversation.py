"""What the driver needs of a conversation: one connection as an object, without a socket.

Theory of operation. A conversation is made by a factory for each connection. The driver
calls `start` when the connection stands (after a proxy and STARTTLS), sends what it
returns, then calls `receive` for every chunk of bytes in the order of arrival, until
`done`. When the server ends the connection first, `eof` (FIN) or `reset` (RST) is called
once. At the very end `finish` is called once, always, also when nothing was ever sent:
it returns what was learned, with the driver's outcome where the conversation itself has
come to no conclusion.

No method may block or raise for anything a server sends.
"""

from typing import Protocol, TypeVar

from tlsward.model.observation import Outcome

Learned_co = TypeVar("Learned_co", covariant=True)


class Conversation(Protocol[Learned_co]):
    """One connection: bytes out, bytes in, and in the end what was learned from it."""

    @property
    def done(self) -> bool:
        """Whether everything is known; the driver then closes the connection."""
        ...

    def start(self) -> bytes:
        """Return what to send first."""
        ...

    def receive(self, data: bytes) -> bytes:
        """Take bytes of the server and return what to send next (empty: nothing)."""
        ...

    def eof(self) -> None:
        """Take note that the server has closed its side (FIN)."""
        ...

    def reset(self) -> None:
        """Take note that the server has reset the connection (RST)."""
        ...

    def finish(self, outcome_if_open: Outcome, detail: str) -> Learned_co:
        """Return what was learned; the outcome given counts where none was reached."""
        ...
