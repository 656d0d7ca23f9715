"""SSLRequest of MySQL and MariaDB (their documentation, "Connection Phase Packets")."""

from tlsward.wire.starttls.preamble import Exchange, printable

CLIENT_PROTOCOL_41 = 0x0000_0200
CLIENT_SSL = 0x0000_0800
CLIENT_SECURE_CONNECTION = 0x0000_8000

#: Longest handshake packet taken; real ones have about a hundred bytes.
PACKET_LIMIT_BYTES = 4096

#: Too many connections; host blocked after too many broken handshakes; too many for the user.
TEMPORARY_ERRORS = frozenset({1040, 1129, 1203})

#: Payload of the SSLRequest: capabilities, largest packet 16 MiB, character set 0x21
#: (utf8), 23 reserved bytes.
_PAYLOAD = (
    (CLIENT_PROTOCOL_41 | CLIENT_SSL | CLIENT_SECURE_CONNECTION).to_bytes(4, "little")
    + (1 << 24).to_bytes(4, "little")
    + b"\x21"
    + bytes(23)
)
#: The packet: three bytes of length, sequence number 1 (the server's packet was 0).
SSL_REQUEST = len(_PAYLOAD).to_bytes(3, "little") + b"\x01" + _PAYLOAD


class Mysql(Exchange):
    """The server speaks first; the request is followed by TLS without an answer."""

    def step(self) -> bytes | None:
        """Take the server's first packet."""
        if len(self._buffer) < 4:
            return None
        size = int.from_bytes(self._buffer[:3], "little")
        if not 1 <= size <= PACKET_LIMIT_BYTES:
            return self.refuse(f"not a MySQL greeting: {printable(bytes(self._buffer[:4]))}")
        if len(self._buffer) < 4 + size:
            return None
        return self._greeting(self.take(4 + size)[4:])

    def _greeting(self, packet: bytes) -> bytes:
        if packet[0] == 0xFF:
            number = int.from_bytes(packet[1:3], "little")
            said = f"error {number}: {printable(packet[3:])}"
            return self.refuse(said, temporary=number in TEMPORARY_ERRORS)
        if packet[0] != 10:
            return self.refuse(f"unknown MySQL protocol version {packet[0]}")
        version, end, rest = packet[1:].partition(b"\x00")
        # Thread id (4), first part of the challenge (8), filler (1), capabilities (2).
        if not end or len(rest) < 15:
            return self.refuse("a MySQL greeting that ends too early")
        capabilities = int.from_bytes(rest[13:15], "little")
        if not capabilities & CLIENT_SSL:
            return self.refuse(f"the server ({printable(version)}) does not offer TLS")
        self.ready()
        return SSL_REQUEST
