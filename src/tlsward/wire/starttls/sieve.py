"""STARTTLS of ManageSieve (RFC 5804 section 2.2)."""

from tlsward.wire.starttls.preamble import LineExchange, printable


class Sieve(LineExchange):
    """Greeting of capability lines closed by OK, then STARTTLS."""

    def __init__(self, hostname: str) -> None:
        super().__init__(hostname)
        self._asked = False
        self._offers_starttls = False

    def line(self, line: bytes) -> bytes:
        """Take a capability line or an answer (OK, NO, BYE)."""
        words = line.upper().split()
        word = words[0] if words else b""
        if word in {b"NO", b"BYE"}:
            temporary = word == b"BYE" or b"TRYLATER" in line.upper()
            return self.refuse(printable(line), temporary=temporary)
        if word == b'"STARTTLS"':
            self._offers_starttls = True
        if word != b"OK":
            # Capability names are quoted strings (section 1.7); a line of anything else
            # is another protocol.
            if not self._asked and not word.startswith((b'"', b"{")):
                return self.refuse(f"not a ManageSieve greeting: {printable(line)}")
            return b""
        if self._asked:
            return self.ready()
        if not self._offers_starttls:
            return self.refuse("the server does not offer STARTTLS")
        self._asked = True
        return b"STARTTLS\r\n"
