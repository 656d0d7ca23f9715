"""A bounded reader of DER (X.690), as much of it as X.509 needs.

Every length is checked against the element around it, nothing recurses and nothing is
copied before it is asked for. Whatever the bytes are, the only error is DerError.
"""

from datetime import UTC, datetime
from functools import lru_cache

BOOLEAN = 0x01
INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
OBJECT_IDENTIFIER = 0x06
ENUMERATED = 0x0A
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
SEQUENCE = 0x30
SET = 0x31

#: The longest object identifier believed, in octets; real ones stay below 20.
LONGEST_OBJECT_IDENTIFIER = 64
#: The longest integer believed, in octets: a 32768-bit modulus and its sign.
LONGEST_INTEGER = 4097


class DerError(ValueError):
    """These bytes are not the DER they should be."""


class Element:
    """One tag, its length and where its content lies in the bytes around it."""

    __slots__ = ("data", "end", "header", "start", "tag")

    def __init__(self, data: bytes, tag: int, header: int, start: int, end: int) -> None:
        self.data = data
        self.tag = tag
        self.header = header
        self.start = start
        self.end = end

    @property
    def content(self) -> bytes:
        """The octets inside."""
        return self.data[self.start : self.end]

    @property
    def encoded(self) -> bytes:
        """The octets with tag and length."""
        return self.data[self.header : self.end]

    def expect(self, tag: int) -> "Element":
        """Return itself, or raise DerError where the tag is another."""
        if self.tag != tag:
            raise DerError(f"tag 0x{self.tag:02X} where 0x{tag:02X} belongs")
        return self

    def children(self) -> "list[Element]":
        """Return the elements inside, which must fill this one exactly."""
        elements = []
        offset = self.start
        while offset < self.end:
            element = _element(self.data, offset, self.end)
            elements.append(element)
            offset = element.end
        return elements

    def sequence(self) -> "list[Element]":
        """Return the elements of a SEQUENCE."""
        return self.expect(SEQUENCE).children()

    def only(self) -> "Element":
        """Return the one element inside an explicit tag."""
        element = _element(self.data, self.start, self.end)
        if element.end != self.end:
            raise DerError("more than one element inside an explicit tag")
        return element


def read(data: bytes) -> Element:
    """Return the one element that `data` is; trailing octets are an error."""
    element = _element(data, 0, len(data))
    if element.end != len(data):
        raise DerError(f"{len(data) - element.end} octets after the end")
    return element


def _element(data: bytes, offset: int, limit: int) -> Element:
    if offset + 2 > limit:
        raise DerError("ends inside a header")
    tag = data[offset]
    if tag & 0x1F == 0x1F:
        raise DerError("a tag number of several octets")
    length = data[offset + 1]
    start = offset + 2
    if length >= 0x80:
        # X.690 section 10.1: the definite form, in the fewest octets.
        octets = length & 0x7F
        if not 1 <= octets <= 4 or start + octets > limit:
            raise DerError("a length that cannot be")
        length = int.from_bytes(data[start : start + octets], "big")
        start += octets
        if length < 0x80 or length < 1 << 8 * (octets - 1):
            raise DerError("a length not in the fewest octets")
    if start + length > limit:
        raise DerError("longer than what is around it")
    return Element(data, tag, offset, start, start + length)


def object_identifier(element: Element) -> str:
    """Return an OBJECT IDENTIFIER as dotted decimals."""
    return dotted(element.expect(OBJECT_IDENTIFIER).content)


@lru_cache(maxsize=512)
def dotted(content: bytes) -> str:
    """Return the content octets of an object identifier as dotted decimals."""
    if not content or len(content) > LONGEST_OBJECT_IDENTIFIER or content[-1] & 0x80:
        raise DerError("not an object identifier")
    arcs = []
    arc = 0
    for octet in content:
        if octet == 0x80 and arc == 0:
            raise DerError("an arc not in the fewest octets")
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def integer(element: Element) -> int:
    """Return an INTEGER (or an ENUMERATED), which may be negative."""
    if element.tag not in (INTEGER, ENUMERATED):
        element.expect(INTEGER)
    content = element.content
    if not content or len(content) > LONGEST_INTEGER:
        raise DerError(f"an integer of {len(content)} octets")
    return int.from_bytes(content, "big", signed=True)


def boolean(element: Element) -> bool:
    """Return a BOOLEAN; any octet but zero counts as true, as readers of BER have it."""
    content = element.expect(BOOLEAN).content
    if len(content) != 1:
        raise DerError("a boolean of more than one octet")
    return content != b"\0"


def bit_string(element: Element) -> bytes:
    """Return the octets of a BIT STRING; bits that are not used are in them as they came."""
    content = element.expect(BIT_STRING).content
    if not content or content[0] > 7:
        raise DerError("not a bit string")
    return content[1:]


def time(element: Element) -> datetime:
    """Return a UTCTime or GeneralizedTime as an aware datetime (RFC 5280 section 4.1.2.5)."""
    text = element.content.decode("ascii", "replace")
    if element.tag == UTC_TIME and len(text) == 13:
        # RFC 5280 section 4.1.2.5.1: from 50 on, the century is the twentieth.
        text = ("19" if text[:2] >= "50" else "20") + text
    elif element.tag != GENERALIZED_TIME or len(text) != 15:
        raise DerError("not a time")
    digits = text[:14]
    if text[14] != "Z" or not (digits.isascii() and digits.isdigit()):
        raise DerError("not a time")
    try:
        return datetime(
            int(digits[0:4]),
            int(digits[4:6]),
            int(digits[6:8]),
            int(digits[8:10]),
            int(digits[10:12]),
            int(digits[12:14]),
            tzinfo=UTC,
        )
    except ValueError as error:
        raise DerError(f"not a time: {error}") from error
