"""What records say (RDATA): addresses, CAA, TLSA and HTTPS, as nouns of the model.

All text in them is written by whoever runs the zone; what leaves here is safe to show and
bounded. A record that breaks its own format raises MalformedRecordError.
"""

from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from tlsward.model.dns import CaaRecord, ServiceBinding, TlsaRecord
from tlsward.pki.display import safe_text
from tlsward.wire.ech import decode_ech_config_list
from tlsward.wire.reader import DecodeError, Reader

if TYPE_CHECKING:
    from dns.rdtypes.IN.HTTPS import HTTPS

#: Records of one set that are read; real sets have fewer than twenty.
MOST_RECORDS = 1000
#: Characters kept of a CAA value and of a service parameter, for which an ECHConfigList
#: with post-quantum keys is the longest; octets kept of a TLSA record's data, which can be
#: a whole certificate.
LONGEST_CAA_VALUE = 4096
LONGEST_PARAMETER = 8192
LONGEST_TLSA_DATA = 16384
#: What a CAA value ends with that was longer than that.
CUT = "…"
#: Control characters by their pictures (Unicode block U+2400), DEL by its own. No octet
#: outside ASCII is well-formed in a value (RFC 8659 section 4.2), nor is any picture.
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code != 0x09} | {0x7F: 0x2421}


class MalformedRecordError(ValueError):
    """RDATA that is not what its type says; the words are safe to show."""


def address(rdata: bytes) -> str:
    """Return the address of an A or AAAA record."""
    if len(rdata) not in {4, 16}:
        raise MalformedRecordError(f"an address of {len(rdata)} octets")
    return str(IPv4Address(rdata) if len(rdata) == 4 else IPv6Address(rdata))


def caa_record(rdata: bytes) -> CaaRecord:
    """Return a CAA record (RFC 8659 section 4.1).

    What is not a printable ASCII character in the value shows as one beyond ASCII, so that
    it stays malformed; a value longer than LONGEST_CAA_VALUE ends with CUT.
    """
    reader = Reader(rdata, "CAA")
    try:
        flags = reader.u8("flags")
        tag = reader.vector8("tag", minimum=1).decode("latin-1").lower()
    except DecodeError as error:
        raise MalformedRecordError(f"a malformed CAA record: {error.reason}") from None
    return CaaRecord(flags=flags, tag=_shown(tag), value=_shown(reader.rest().decode("latin-1")))


def tlsa_record(rdata: bytes) -> TlsaRecord:
    """Return a TLSA record (RFC 6698 section 2.1), whatever its numbers mean."""
    if not 3 <= len(rdata) <= LONGEST_TLSA_DATA:
        raise MalformedRecordError(f"a TLSA record of {len(rdata)} octets")
    usage, selector, matching_type = rdata[:3]
    return TlsaRecord(
        usage=usage, selector=selector, matching_type=matching_type, data=rdata[3:].hex()
    )


def service_binding(name: str, rdata: bytes) -> ServiceBinding:
    """Return the HTTPS record that stands at `name` (RFC 9460 section 2.2).

    A client passes over a set of which one record is malformed, so this raises for all that
    dnspython refuses. `problem` says of an ECHConfigList that it cannot be read.
    """
    import dns.exception
    import dns.rdata
    import dns.rdataclass
    import dns.rdatatype
    from dns.rdtypes.IN.HTTPS import HTTPS
    from dns.rdtypes.svcbbase import ECHParam, ParamKey

    from tlsward.net.dns_message import name_text

    try:
        record = dns.rdata.from_wire(dns.rdataclass.IN, dns.rdatatype.HTTPS, rdata, 0, len(rdata))
    except (dns.exception.DNSException, ValueError) as error:
        words = safe_text(str(error) or type(error).__name__)
        raise MalformedRecordError(f"a malformed HTTPS record: {words}") from None
    if not isinstance(record, HTTPS):
        raise MalformedRecordError("an HTTPS record that cannot be read")
    ech = record.params.get(ParamKey.ECH)
    public_names, problem = _public_names(ech.ech) if isinstance(ech, ECHParam) else ((), "")
    return ServiceBinding(
        name=name,
        priority=record.priority,
        target=safe_text(name_text(record.target)),
        parameters=_parameters(record),
        ech_public_names=public_names,
        problem=problem,
    )


def _parameters(record: "HTTPS") -> dict[str, str]:
    from dns.rdtypes.svcbbase import ParamKey

    shown: dict[str, str] = {}
    for key in sorted(record.params):
        value = record.params[key]
        text = "" if value is None else value.to_text().removeprefix('"').removesuffix('"')
        name = ParamKey.to_text(key).replace("_", "-").lower()
        shown[name] = _cut(text, LONGEST_PARAMETER)
    return shown


def _public_names(ech: bytes) -> tuple[tuple[str, ...], str]:
    try:
        configurations = decode_ech_config_list(ech)
    except DecodeError as error:
        return (), f"a malformed ECHConfigList: {safe_text(str(error))}"
    names = (each.public_name for each in configurations if each.public_name)
    return tuple(safe_text(name) for name in dict.fromkeys(names)), ""


def _shown(text: str) -> str:
    text = text[: LONGEST_CAA_VALUE + 1].translate(_PICTURES)
    if not text.isprintable():
        text = "".join(each if each.isprintable() or each == "\t" else "�" for each in text)
    return _cut(text.replace("\t", " "), LONGEST_CAA_VALUE)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest] + CUT
