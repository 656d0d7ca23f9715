"""PEM (RFC 7468): the armoured blocks of a text, whatever stands around them.

Read leniently as RFC 7468 section 2 asks for: text before, between and after blocks, lines
of any length, indented ones, any line ending. What Windows writes as "Unicode" (UTF-16 with a
byte order mark) is text as well. A block that is begun and not ended as it should be is an
error with its number, since whoever reads a file must not lose a certificate in silence.
"""

import base64
import binascii
import codecs
import re
from collections.abc import Iterator

import msgspec

#: Text with an encoding that its first octets tell; the longer mark first.
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
#: A label is printable and has no hyphen in practice (RFC 7468 section 3).
_BOUNDARY = re.compile(r"-----(BEGIN|END) ([^-\r\n]{1,64})-----")
_BEGIN = "-----BEGIN "
#: A header of RFC 1421 section 4.6, as encrypted keys of OpenSSL's old form have them.
_HEADER = re.compile(r"[ \t]*([A-Za-z][A-Za-z0-9-]*):[ \t]*([^\r\n]*)\r?\n")
#: Encrypted keys have two of them.
_MOST_HEADERS = 16
_BLANKS = re.compile(r"\s+")
#: Possessive, since text that is not Base64 at its very end must not be gone over again.
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]++={0,2}\s*+\Z")


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One block: its number in the file, from 1, its line, its label and what it holds."""

    number: int
    line: int
    label: str
    headers: dict[str, str]
    octets: bytes


class BrokenBlockError(ValueError):
    """A block cannot be read: its number and line in the file, its label, and why."""

    def __init__(self, number: int, line: int, label: str, reason: str) -> None:
        super().__init__(reason)
        self.number = number
        self.line = line
        self.label = label
        self.reason = reason


def text_of(octets: bytes) -> str:
    """Return the text that octets are, decoded by its byte order mark.

    Without one every octet is a character: armour is ASCII, and what stands around it,
    in whatever encoding, is not looked at.
    """
    for mark, encoding in _MARKS.items():
        if octets.startswith(mark):
            return octets[len(mark) :].decode(encoding, "replace")
    return octets.decode("latin-1")


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a text in their order. Raises BrokenBlockError."""
    number = 0
    line, counted, end = 1, 0, 0
    opened: re.Match[str] | None = None
    for boundary in _BOUNDARY.finditer(text):
        kind, label = boundary.groups()
        end = boundary.end()
        if opened is None:
            number += 1
            line += text.count("\n", counted, boundary.start())
            counted = boundary.start()
            if kind == "END":
                raise BrokenBlockError(number, line, label, "it ends and was never begun")
            opened = boundary
            continue
        begun = opened[2]
        if kind == "BEGIN":
            raise BrokenBlockError(number, line, begun, f"it has no -----END {begun}-----")
        if label != begun:
            raise BrokenBlockError(number, line, begun, f"it ends as {label}")
        headers, octets = _content(text[opened.end() : boundary.start()], number, line, label)
        yield Block(number=number, line=line, label=label, headers=headers, octets=octets)
        opened = None
    if opened is not None:
        raise BrokenBlockError(number, line, opened[2], f"it has no -----END {opened[2]}-----")
    cut_off = text.find(_BEGIN, end)
    if cut_off >= 0:
        line += text.count("\n", counted, cut_off)
        raise BrokenBlockError(number + 1, line, "no label", "its first line is cut off")


def armoured_certificate(octets: bytes) -> bytes:
    """Return a certificate's DER in PEM, as it stands: lines of 64 (RFC 7468 section 2)."""
    encoded = base64.b64encode(octets).decode()
    lines = (encoded[start : start + 64] for start in range(0, len(encoded), 64))
    text = "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])
    return text.encode()


def bare_base64(text: str) -> bytes | None:
    """Return what a text holds that is Base64 and nothing else; None where it is not."""
    if not _BASE64.match(text):
        return None
    try:
        return base64.b64decode(_BLANKS.sub("", text), validate=True)
    except binascii.Error:
        return None


def _content(body: str, number: int, line: int, label: str) -> tuple[dict[str, str], bytes]:
    headers: dict[str, str] = {}
    position = len(body) - len(body.lstrip())
    while (header := _HEADER.match(body, position)) is not None:
        headers[header[1]] = header[2].strip()
        position = header.end()
        if len(headers) > _MOST_HEADERS:
            raise BrokenBlockError(number, line, label, "it has more headers than a key has")
    encoded = _BLANKS.sub("", body[position:])
    if not encoded:
        raise BrokenBlockError(number, line, label, "it is empty")
    try:
        return headers, binascii.a2b_base64(encoded, strict_mode=True)
    except (binascii.Error, ValueError):
        raise BrokenBlockError(number, line, label, _why_not_base64(encoded)) from None


def _why_not_base64(encoded: str) -> str:
    stray = re.search(r"[^A-Za-z0-9+/=]", encoded)
    if stray is None:
        return "its Base64 is cut off or has octets too many"
    if encoded.startswith("\\n", stray.start()) or encoded.startswith("\\r", stray.start()):
        return r"its line ends are written out as \n: put real ones in their place"
    return f"{stray[0]!r} is not Base64"
