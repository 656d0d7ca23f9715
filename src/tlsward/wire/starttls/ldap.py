"""StartTLS of LDAP (RFC 4511 section 4.14): one extended request, one response, in BER."""

from tlsward.wire.starttls.preamble import Exchange, printable

#: RFC 4511 section 4.14.1.
START_TLS_OID = b"1.3.6.1.4.1.1466.20037"
#: LDAPMessage { messageID 1, extendedReq [APPLICATION 23] { requestName [0] OID } }
START_TLS_REQUEST = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x16" + START_TLS_OID

#: Longest response taken; real ones have a few dozen bytes.
RESPONSE_LIMIT_BYTES = 8192

#: Result codes of RFC 4511 appendix A that servers give to StartTLS.
RESULT_CODES = {
    1: "operationsError",
    2: "protocolError",
    8: "strongerAuthRequired",
    12: "unavailableCriticalExtension",
    13: "confidentialityRequired",
    50: "insufficientAccessRights",
    51: "busy",
    52: "unavailable",
    53: "unwillingToPerform",
    80: "other",
}
TEMPORARY_CODES = frozenset({51, 52})


class Ldap(Exchange):
    """The client speaks first."""

    def outgoing(self) -> bytes:
        """Return the StartTLS request."""
        return START_TLS_REQUEST

    def step(self) -> bytes | None:
        """Take the LDAPMessage as a whole."""
        if self._buffer and self._buffer[0] != 0x30:  # SEQUENCE
            return self.refuse(f"not an LDAP answer: {printable(bytes(self._buffer[:1]))}")
        header = _header(self._buffer)
        if header is None:
            return None
        _, start, end = header
        if end < 0 or end > RESPONSE_LIMIT_BYTES:
            return self.refuse("not an LDAP answer: its length is out of bounds")
        if len(self._buffer) < end:
            return None
        return self._response(self.take(end)[start:])

    def _response(self, message: bytes) -> bytes:
        identifier = _element(message, 0x02)
        if identifier is None:
            return self.refuse("not an LDAP answer: no message number")
        # [APPLICATION 24] ExtendedResponse; number 0 is an unsolicited notification, as the
        # Notice of Disconnection (section 4.4.1), which says the same with its result code.
        response = _element(identifier[1], 0x78)
        result = None if response is None else _element(response[0], 0x0A)
        if result is None or not 1 <= len(result[0]) <= 4:
            return self.refuse("not an LDAP answer: no result code")
        code = int.from_bytes(result[0], "big")
        if code == 0 and identifier[0] == b"\x01":
            return self.ready()
        name = RESULT_CODES.get(code, "result code")
        return self.refuse(f"StartTLS: {name} ({code})", temporary=code in TEMPORARY_CODES)


def _header(data: bytes | bytearray) -> tuple[int, int, int] | None:
    """Return tag, start and end of the content of the first BER element; None: needs more.

    LDAP restricts BER to definite lengths (RFC 4511 section 5.1); the end is -1 for others.
    """
    if len(data) < 2:
        return None
    first = data[1]
    if first < 0x80:
        return data[0], 2, 2 + first
    size = first & 0x7F
    if not 1 <= size <= 4:
        return data[0], 2, -1
    if len(data) < 2 + size:
        return None
    return data[0], 2 + size, 2 + size + int.from_bytes(data[2 : 2 + size], "big")


def _element(data: bytes, tag: int) -> tuple[bytes, bytes] | None:
    """Return content and rest where data begins with a whole element of this tag."""
    header = _header(data)
    if header is None or header[0] != tag or not 0 <= header[2] <= len(data):
        return None
    return data[header[1] : header[2]], data[header[2] :]
