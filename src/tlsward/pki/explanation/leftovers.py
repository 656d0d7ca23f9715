"""What one maker alone ever read: extensions of Netscape, of Microsoft, of Entrust."""

from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat import asn1

from tlsward.pki.display import safe_text
from tlsward.pki.explanation.syntax import any_text, entries, entry, read_syntax
from tlsward.pki.explanation.tree import Told, explained, in_hex, name_of, plain_octets
from tlsward.pki.explanation.usage import purposes


def text(octets: bytes) -> Told:
    """Return an extension that is one string. Raises UnreadableError."""
    said = safe_text(any_text(octets))
    return Told(text=said or "(empty)", plain=said)


def netscape_type(octets: bytes) -> Told:
    """Return Netscape's bits, the first of which is the highest. Raises UnreadableError."""
    names = [name_of("netscape_types", str(bit)) for bit in _bits(octets)]
    return Told(text=", ".join(names) or "(nothing)", plain=names)


def digest(octets: bytes) -> Told:
    """Return an extension that is a digest. Raises UnreadableError."""
    value = read_syntax(bytes, octets)
    return Told(text=in_hex(value), plain=plain_octets(value))


def authority_version(octets: bytes) -> Told:
    """Return how often certificate and key were renewed: both halves of one number.

    Raises UnreadableError.
    """
    number = read_syntax(int, octets)
    certificate, key = number & 0xFFFF, number >> 16
    return Told(
        text=f"certificate {certificate}, key {key}",
        plain={"certificate": certificate, "key": key},
    )


def certificate_template(value: x509.MSCertificateTemplate) -> Told:
    """Return the template an authority of Active Directory issued by."""
    identifier = value.template_id.dotted_string
    version = ".".join(
        str(number) for number in (value.major_version, value.minor_version) if number is not None
    )
    children = [explained("template_parts", "template", identifier)]
    if version:
        children.append(explained("template_parts", "template_version", version))
    return Told(
        text=f"{identifier}, version {version}" if version else identifier,
        plain={
            "oid": identifier,
            "major_version": value.major_version,
            "minor_version": value.minor_version,
        },
        children=tuple(children),
    )


def application_policies(octets: bytes) -> Told:
    """Return purposes in Microsoft's form, which is that of policies. Raises UnreadableError."""
    identifiers = []
    for policy in entries(read_syntax(asn1.TLV, octets)):
        first, *_ = entries(policy)
        identifiers.append(entry(x509.ObjectIdentifier, first).dotted_string)
    return purposes(identifiers)


def _bits(octets: bytes) -> Iterator[int]:
    value = read_syntax(asn1.BitString, octets)
    data = value.as_bytes()
    for bit in range(min(8, len(data) * 8 - value.padding_bits())):
        if data[0] & (0x80 >> bit):
            yield bit
