"""What records of dnspython say, as nouns of the model: addresses, CAA, TLSA and HTTPS.

All text in them is written by whoever runs the zone; what leaves here is safe to show and
bounded.
"""

from typing import TYPE_CHECKING

from tlsward.model.dns import CaaRecord, ServiceBinding, TlsaRecord
from tlsward.net.dns import name_text
from tlsward.pki.display import safe_text
from tlsward.wire.ech import decode_ech_config_list
from tlsward.wire.reader import DecodeError

if TYPE_CHECKING:
    from dns.rdtypes.ANY.CAA import CAA
    from dns.rdtypes.ANY.TLSA import TLSA
    from dns.rdtypes.IN.A import A
    from dns.rdtypes.IN.AAAA import AAAA
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


class TooLongError(ValueError):
    """A record longer than any that is of use; the words are safe to show."""


def address(record: "A | AAAA") -> str:
    """Return the address of an A or AAAA record."""
    return str(record.address)


def caa_record(record: "CAA") -> CaaRecord:
    """Return a CAA record (RFC 8659 section 4.1).

    What is not a printable ASCII character in the value shows as one beyond ASCII, so that
    it stays malformed; a value longer than LONGEST_CAA_VALUE ends with CUT.
    """
    return CaaRecord(
        flags=record.flags,
        tag=_shown(record.tag.decode("latin-1").lower()),
        value=_shown(record.value.decode("latin-1")),
    )


def tlsa_record(record: "TLSA") -> TlsaRecord:
    """Return a TLSA record (RFC 6698 section 2.1), whatever its numbers mean."""
    if len(record.cert) > LONGEST_TLSA_DATA:
        raise TooLongError(f"a TLSA record of {len(record.cert)} octets")
    return TlsaRecord(
        usage=record.usage,
        selector=record.selector,
        matching_type=record.mtype,
        data=record.cert.hex(),
    )


def service_binding(name: str, record: "HTTPS") -> ServiceBinding:
    """Return the HTTPS record that stands at `name` (RFC 9460 section 2.2).

    `problem` says of an ECHConfigList that it cannot be read.
    """
    from dns.rdtypes.svcbbase import ECHParam, ParamKey

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
