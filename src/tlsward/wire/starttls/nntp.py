"""STARTTLS of NNTP (RFC 4642 section 2.2)."""

from tlsward.wire.starttls.preamble import LineExchange, printable


class Nntp(LineExchange):
    """Greeting, STARTTLS."""

    def __init__(self, hostname: str) -> None:
        super().__init__(hostname)
        self._asked = False

    def line(self, line: bytes) -> bytes:
        """Take the greeting (200 or 201) or the answer to STARTTLS (382)."""
        code = line[:3]
        expected = {b"382"} if self._asked else {b"200", b"201"}
        if code not in expected:
            # 400: service not available, idle or busy (RFC 3977 section 3.2.1).
            return self.refuse(printable(line), temporary=code == b"400")
        if self._asked:
            return self.ready()
        self._asked = True
        return b"STARTTLS\r\n"
