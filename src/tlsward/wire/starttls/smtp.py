"""STARTTLS of SMTP (RFC 3207) and LMTP (RFC 2033)."""

from tlsward.wire.starttls.preamble import LineExchange, printable


class Smtp(LineExchange):
    """Greeting, EHLO, STARTTLS; each answer may have several lines (RFC 5321 section 4.2.1)."""

    #: A client without a name of its own in the DNS must still give one; .invalid is reserved
    #: for names that are no name (RFC 6761 section 6.4).
    hello = b"EHLO tlsward.invalid\r\n"

    def __init__(self, hostname: str) -> None:
        super().__init__(hostname)
        self._asked = "greeting"
        self._offers_starttls = False

    def line(self, line: bytes) -> bytes:
        """Take a line of a reply; a hyphen after the code says that more lines follow."""
        code, mark, text = line[:3], line[3:4], line[4:]
        if not (code.isdigit() and len(code) == 3 and mark in {b"", b" ", b"-"}):
            return self.refuse(f"not an SMTP reply: {printable(line)}")
        if self._asked == "hello" and text.strip().upper() == b"STARTTLS":
            self._offers_starttls = True
        if mark == b"-":
            return b""
        return self._reply(code, line)

    def _reply(self, code: bytes, line: bytes) -> bytes:
        expected = b"250" if self._asked == "hello" else b"220"
        if code != expected:
            said = f"{self._asked}: {printable(line)}"
            return self.refuse(said, temporary=code.startswith(b"4"))
        if self._asked == "greeting":
            self._asked = "hello"
            return self.hello
        if self._asked == "hello":
            if not self._offers_starttls:
                return self.refuse("the server does not offer STARTTLS")
            self._asked = "STARTTLS"
            return b"STARTTLS\r\n"
        return self.ready()


class Lmtp(Smtp):
    """The same exchange with LMTP's own greeting word (RFC 2033 section 4.1)."""

    hello = b"LHLO tlsward.invalid\r\n"
