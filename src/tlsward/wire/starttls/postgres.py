"""SSLRequest of PostgreSQL (its documentation, "Message Flow", section on SSL)."""

from tlsward.wire.starttls.preamble import Exchange, printable

#: Length 8, then the request code 80877103 that stands where a version number would.
SSL_REQUEST = bytes.fromhex("00000008 04d2162f")


class Postgres(Exchange):
    """The client speaks first; one byte answers."""

    def outgoing(self) -> bytes:
        """Return the SSLRequest."""
        return SSL_REQUEST

    def step(self) -> bytes | None:
        """Take the byte: S willing, N unwilling, E an error message of old servers."""
        if not self._buffer:
            return None
        answer = self.take(1)
        if answer == b"S":
            return self.ready()
        if answer == b"N":
            return self.refuse("the server does not offer TLS (answer N)")
        if answer == b"E":
            return self.refuse("the server answered the SSLRequest with an error")
        return self.refuse(f"not an answer to an SSLRequest: {printable(answer)}")
