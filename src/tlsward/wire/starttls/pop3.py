"""STLS of POP3 (RFC 2595 section 4)."""

from tlsward.wire.starttls.preamble import LineExchange, printable


class Pop3(LineExchange):
    """Greeting, STLS. The command's answer says whether it is offered; no CAPA is needed."""

    def __init__(self, hostname: str) -> None:
        super().__init__(hostname)
        self._asked = False

    def line(self, line: bytes) -> bytes:
        """Take the greeting or the answer to STLS."""
        word = line.split(b" ", 1)[0].upper()
        if word == b"-ERR":
            # RFC 3206: the server is busy or locked, not unwilling.
            return self.refuse(printable(line), temporary=b"[SYS/TEMP]" in line.upper())
        if word != b"+OK":
            return self.refuse(f"not a POP3 answer: {printable(line)}")
        if self._asked:
            return self.ready()
        self._asked = True
        return b"STLS\r\n"
