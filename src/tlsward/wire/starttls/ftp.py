"""AUTH TLS of FTP (RFC 4217 section 4)."""

from tlsward.wire.starttls.preamble import LineExchange, printable


class Ftp(LineExchange):
    """Greeting, AUTH TLS.

    In a reply of several lines only the last one is "code space text"; the lines between
    may hold anything, even other codes (RFC 959 section 4.2).
    """

    def __init__(self, hostname: str) -> None:
        super().__init__(hostname)
        self._asked = False
        self._open_code = b""

    def line(self, line: bytes) -> bytes:
        """Take a line of a reply."""
        code, mark = line[:3], line[3:4]
        if self._open_code:
            if code != self._open_code or mark not in {b"", b" "}:
                return b""
            self._open_code = b""
        elif not (code.isdigit() and len(code) == 3 and mark in {b"", b" ", b"-"}):
            return self.refuse(f"not an FTP reply: {printable(line)}")
        elif mark == b"-":
            self._open_code = code
            return b""
        return self._reply(code, line)

    def _reply(self, code: bytes, line: bytes) -> bytes:
        if code == b"120" and not self._asked:
            return b""  # "service ready in nnn minutes": another greeting follows
        # RFC 4217 answers 234; 334 is what some servers of the drafts' time still say.
        expected = {b"234", b"334"} if self._asked else {b"220"}
        if code not in expected:
            return self.refuse(printable(line), temporary=code.startswith(b"4"))
        if self._asked:
            return self.ready()
        self._asked = True
        return b"AUTH TLS\r\n"
