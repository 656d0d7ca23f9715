"""STARTTLS of IRC (the IRCv3 "tls" extension)."""

from tlsward.wire.starttls.preamble import LineExchange, printable


class Irc(LineExchange):
    """The client may speak at once; notices of the server come before the numeric answer."""

    def outgoing(self) -> bytes:
        """Return the command."""
        return b"STARTTLS\r\n"

    def line(self, line: bytes) -> bytes:
        """Take a message: an optional prefix, a command or numeric, parameters."""
        words = line.split()
        if words[:1] and words[0].startswith(b":"):
            words = words[1:]
        command = words[0].upper() if words else b""
        if command == b"670":
            return self.ready()
        if command == b"PING":
            return b"PONG " + b" ".join(words[1:2]) + b"\r\n"
        if command == b"ERROR":
            return self.refuse(printable(line), temporary=True)
        # 691 is STARTTLS's own failure; 421 unknown command, 451 not registered.
        if command.isdigit() and command.startswith((b"4", b"5", b"6")):
            return self.refuse(printable(line))
        return b""  # notices and CAP lines
