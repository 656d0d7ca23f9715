"""The syntaxes of extensions that `cryptography` has no class for, for it to read them by.

Declarations alone: the library's ASN.1 reader does the reading, strictly by DER.
"""

from typing import Annotated, TypeVar

from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier

from tlsward.pki.library import UnreadableError, reading

SyntaxT = TypeVar("SyntaxT")

#: Universal tags (X.680 section 8.6) of strings that have no type of their own here.
_STRINGS = {b"\x1e": "utf-16-be", b"\x0c": "utf-8", b"\x13": "ascii", b"\x16": "ascii"}


@asn1.sequence
class RawExtension:
    """An Extension as it is encoded (RFC 5280 section 4.1)."""

    identifier: ObjectIdentifier
    critical: Annotated[bool, asn1.Default(False)]
    value: bytes


@asn1.sequence
class ToBeSigned:
    """A TBSCertificate (RFC 5280 section 4.1) of which only what is optional is taken apart."""

    version: Annotated[int | None, asn1.Explicit(0)]
    serial: asn1.TLV
    signature: asn1.TLV
    issuer: asn1.TLV
    validity: asn1.TLV
    subject: asn1.TLV
    key: asn1.TLV
    issuer_unique_id: Annotated[asn1.BitString | None, asn1.Implicit(1)]
    subject_unique_id: Annotated[asn1.BitString | None, asn1.Implicit(2)]
    extensions: Annotated[list[RawExtension] | None, asn1.Explicit(3)]


@asn1.sequence
class OrganizationIdentifier:
    """A CABFOrganizationIdentifier (EV Guidelines section 7.1.2.2)."""

    scheme: asn1.PrintableString
    country: asn1.PrintableString
    state: Annotated[asn1.PrintableString | None, asn1.Implicit(0)]
    number: str


@asn1.sequence
class Statement:
    """A QCStatement (RFC 3739 section 3.2.6) that says all by being there."""

    identifier: ObjectIdentifier


@asn1.sequence
class StatementWithInformation:
    """A QCStatement with something to it."""

    identifier: ObjectIdentifier
    information: asn1.TLV


@asn1.sequence
class Disclosure:
    """A PdsLocation (ETSI EN 319 412-5 section 4.3.4)."""

    url: asn1.IA5String
    language: asn1.PrintableString


@asn1.sequence
class Limit:
    """A MonetaryValue (ETSI EN 319 412-5 section 4.3.2): amount times ten to the exponent."""

    currency: asn1.PrintableString | int
    amount: int
    exponent: int


@asn1.sequence
class _Mapping:
    issuers: ObjectIdentifier
    subjects: ObjectIdentifier


@asn1.sequence
class _Wrapped:
    content: asn1.TLV


@asn1.sequence
class _WrappedList:
    content: list[asn1.TLV]


def entries(value: asn1.TLV) -> list[asn1.TLV]:
    """Return the entries of a SEQUENCE OF whatever. Raises UnreadableError.

    The library reads such a list as a field of something alone, so it is put into one first.
    """
    with reading():
        return asn1.decode_der(_WrappedList, asn1.encode_der(_Wrapped(content=value))).content


def entry(kind: type[SyntaxT], value: asn1.TLV) -> SyntaxT:
    """Return an entry of a list as the value that it is. Raises UnreadableError."""
    with reading():
        read: SyntaxT = value.parse(kind)
        return read


def read_syntax(kind: type[SyntaxT], octets: bytes) -> SyntaxT:
    """Return the value in `octets`. Raises UnreadableError."""
    with reading():
        return asn1.decode_der(kind, octets)


def utf8_text(octets: bytes) -> str | None:
    """Return the text of a UTF8String, None where it is none."""
    try:
        return read_syntax(str, octets)
    except UnreadableError:
        return None


def visible_text(octets: bytes) -> str | None:
    """Return the text of an IA5String, None where it is none."""
    try:
        return read_syntax(asn1.IA5String, octets).as_str()
    except UnreadableError:
        return None


def any_text(octets: bytes) -> str:
    """Return the text of a string of whatever common type. Raises UnreadableError."""
    found = read_syntax(asn1.TLV, octets)
    encoding = _STRINGS.get(bytes(found.tag_bytes))
    if encoding is None:
        raise UnreadableError("no string of a known type")
    with reading():
        return bytes(found.data).decode(encoding)


def mappings(octets: bytes) -> list[tuple[str, str]]:
    """Return the pairs of PolicyMappings (RFC 5280 section 4.2.1.5). Raises UnreadableError."""
    pairs = [entry(_Mapping, each) for each in entries(read_syntax(asn1.TLV, octets))]
    return [(each.issuers.dotted_string, each.subjects.dotted_string) for each in pairs]
