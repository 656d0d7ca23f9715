"""DNS messages (RFC 1035 section 4): a query to octets, and octets to what a reply says.

dnspython writes queries and reads names. Records are kept as octets: it reads a message
whole or not at all, and one malformed record must not hide the others.
"""

import struct

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdatatype
import dns.wire
import msgspec

#: What a UDP reply may have without being cut into fragments (DNS Flag Day 2020).
UDP_PAYLOAD_OCTETS = 1232
CNAME, SOA, OPT = 5, 6, 41
_EXTENDED_ERROR = 15
#: Records of one reply that are looked at; a message of 64 KiB can hold some 5000.
MOST_RECORDS = 6000


class MalformedReplyError(ValueError):
    """The octets are a reply to the query, but no DNS message; the words are safe to show."""


class OtherReplyError(ValueError):
    """The octets are not a reply to this query: late, mistaken or forged."""


class ResourceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One record of class IN. `target` is where a CNAME leads; names are as `name_text` has them.

    `rdata` is as it came; a name in it may be compressed, which no type has but CNAME that
    this program reads (RFC 3597 section 4).
    """

    owner: str
    type: int
    rdata: bytes
    target: str | None = None


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What a server replied. `rcode` is the extended one (RFC 6891 section 6.1.3).

    `authenticated` is the AD bit, `recursive` the RA bit; `zones` are the owners of the
    SOA records in the authority section, `explained` the extended errors (RFC 8914).
    """

    rcode: int
    truncated: bool
    authenticated: bool
    recursive: bool
    answer: tuple[ResourceRecord, ...] = ()
    zones: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()


def query(name: str, kind: int, *, checking_disabled: bool = False) -> bytes:
    """Return a query for recursion with DO and AD set (RFC 6840 section 5.7).

    Raises ValueError for a name that the DNS cannot have.
    """
    flags = dns.flags.RD | dns.flags.AD | (dns.flags.CD if checking_disabled else 0)
    try:
        asked = dns.name.from_text(name)
        kinds = dns.rdatatype.RdataType.make(kind)
        message = dns.message.make_query(
            asked, kinds, want_dnssec=True, payload=UDP_PAYLOAD_OCTETS, flags=flags
        )
        return message.to_wire()
    except (dns.exception.DNSException, UnicodeError) as error:
        raise ValueError(str(error)) from None


def read_reply(octets: bytes, asked: bytes) -> Reply:
    """Return what `octets` say to the query `asked`.

    Raises OtherReplyError where they are for another query, MalformedReplyError where they
    make no sense.
    """
    if len(octets) < 12 or octets[:2] != asked[:2]:
        raise OtherReplyError
    _, flags, questions, answers, authorities, additional = struct.unpack("!6H", octets[:12])
    if not flags & dns.flags.QR or flags & 0x7800:
        raise OtherReplyError
    parser = dns.wire.Parser(octets, 12)
    try:
        if questions and _question(parser) != _question(dns.wire.Parser(asked, 12)):
            raise OtherReplyError
        if questions != 1 and not (questions == 0 and flags & 0x000F):
            raise MalformedReplyError(f"{questions} questions in the reply")
        if answers + authorities + additional > MOST_RECORDS:
            raise MalformedReplyError(f"more than {MOST_RECORDS} records in the reply")
        truncated = bool(flags & dns.flags.TC)
        if truncated:
            # What a cut reply still has counts for nothing (RFC 2181 section 9).
            answers = authorities = additional = 0
        return _sections(parser, flags, (answers, authorities, additional))
    except (dns.exception.DNSException, struct.error) as error:
        words = str(error) or type(error).__name__
        raise MalformedReplyError(words) from None


def name_text(name: dns.name.Name) -> str:
    r"""Return a name in lower case without the final dot; what cannot be shown is `\DDD`."""
    return name.to_text(omit_final_dot=True).lower()


def _question(parser: dns.wire.Parser) -> tuple[dns.name.Name, int, int]:
    return (dns.name.from_wire_parser(parser), parser.get_uint16(), parser.get_uint16())


def _sections(parser: dns.wire.Parser, flags: int, counts: tuple[int, int, int]) -> Reply:
    rcode = flags & 0x000F
    answer: list[ResourceRecord] = []
    zones: list[str] = []
    explained: list[str] = []
    for section, count in enumerate(counts):
        for _ in range(count):
            owner = dns.name.from_wire_parser(parser)
            kind, place, time_to_live = (
                parser.get_uint16(),
                parser.get_uint16(),
                parser.get_uint32(),
            )
            length = parser.get_uint16()
            target = None
            if kind == CNAME and section == 0:
                start = parser.current
                with parser.restrict_to(length):
                    target = name_text(dns.name.from_wire_parser(parser))
                rdata = parser.wire[start : parser.current]
            else:
                rdata = parser.get_bytes(length)
            if kind == OPT and section == 2:
                rcode |= time_to_live >> 24 << 4
                explained += _extended_errors(rdata)
            elif section == 0 and place == 1:
                answer.append(
                    ResourceRecord(owner=name_text(owner), type=kind, rdata=rdata, target=target)
                )
            elif section == 1 and kind == SOA:
                zones.append(name_text(owner))
    return Reply(
        rcode=rcode,
        truncated=bool(flags & dns.flags.TC),
        authenticated=bool(flags & dns.flags.AD),
        recursive=bool(flags & dns.flags.RA),
        answer=tuple(answer),
        zones=tuple(zones),
        explained=tuple(explained),
    )


def _extended_errors(options: bytes) -> list[str]:
    """Return the extended errors (RFC 8914) among EDNS options, in words."""
    words: list[str] = []
    while len(options) >= 4:
        code, length = struct.unpack("!HH", options[:4])
        value, options = options[4 : 4 + length], options[4 + length :]
        if code == _EXTENDED_ERROR and len(value) >= 2:
            number = int.from_bytes(value[:2])
            name = dns.edns.EDECode.to_text(dns.edns.EDECode.make(number))
            said = value[2:].decode("utf-8", "replace").rstrip("\0")
            words.append(name.replace("_", " ").lower() + (f" ({said})" if said else ""))
    return words
