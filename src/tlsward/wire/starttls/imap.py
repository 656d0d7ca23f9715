"""STARTTLS of IMAP (RFC 9051 section 6.2.1)."""

from tlsward.wire.starttls.preamble import LineExchange, printable


class Imap(LineExchange):
    """Greeting, CAPABILITY where the greeting does not hold it, STARTTLS."""

    def __init__(self, hostname: str) -> None:
        super().__init__(hostname)
        self._tag = b""
        self._offers_starttls: bool | None = None

    def line(self, line: bytes) -> bytes:
        """Take a greeting, an untagged answer or the answer to our command."""
        words = line.upper().split()
        self._note_capabilities(line.upper())
        if not self._tag:
            return self._greeting(words, line)
        if words[:2] == [b"*", b"BYE"]:
            return self.refuse(printable(line), temporary=True)
        if words[:1] != [self._tag]:
            return b""  # untagged data, or the continuation of it
        if words[1:2] != [b"OK"]:
            return self.refuse(printable(line))
        if self._tag == b"T1":
            return self._start()
        return self.ready()

    def _note_capabilities(self, line: bytes) -> None:
        # Either an untagged answer or a response code in brackets (RFC 9051 section 7.1).
        _, found, listed = line.partition(b"CAPABILITY ")
        if found and (line.startswith(b"* CAPABILITY ") or b"[CAPABILITY " in line):
            self._offers_starttls = b"STARTTLS" in listed.partition(b"]")[0].split()

    def _greeting(self, words: list[bytes], line: bytes) -> bytes:
        if words[:2] == [b"*", b"PREAUTH"]:
            return self.refuse("the connection is authenticated already (PREAUTH)")
        if words[:2] == [b"*", b"BYE"]:
            return self.refuse(printable(line), temporary=True)
        if words[:2] != [b"*", b"OK"]:
            return self.refuse(f"not an IMAP greeting: {printable(line)}")
        if self._offers_starttls is None:
            self._tag = b"T1"
            return b"T1 CAPABILITY\r\n"
        return self._start()

    def _start(self) -> bytes:
        if not self._offers_starttls:
            return self.refuse("the server does not offer STARTTLS")
        self._tag = b"T2"
        return b"T2 STARTTLS\r\n"
