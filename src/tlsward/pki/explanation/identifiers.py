"""Key identifiers: how a certificate and its issuer find each other."""

from cryptography import x509

from tlsward.pki.explanation.names import general_names
from tlsward.pki.explanation.tree import Explained, Told, explained, in_hex, plain_octets


def subject_key_identifier(value: x509.SubjectKeyIdentifier) -> Told:
    """Return the identifier of the certificate's own key."""
    return Told(text=in_hex(value.digest), plain=plain_octets(value.digest))


def authority_key_identifier(value: x509.AuthorityKeyIdentifier) -> Told:
    """Return the identifier of the issuer's key, and of its certificate where it is given."""
    children: list[Explained] = []
    words = []
    identifier, serial = value.key_identifier, value.authority_cert_serial_number
    issuer = None
    if identifier is not None:
        words.append(in_hex(identifier))
        children.append(explained("identifiers", "key_identifier", in_hex(identifier)))
    if value.authority_cert_issuer:
        issuer = general_names(value.authority_cert_issuer)
        words.append(issuer.text)
        children.append(explained("identifiers", "authority_name", issuer.text))
    if serial is not None:
        words.append(f"serial {serial:x}")
        children.append(explained("identifiers", "authority_serial", f"{serial:x}"))
    return Told(
        text=", ".join(words) or "(empty)",
        plain={
            "key_identifier": None if identifier is None else plain_octets(identifier),
            "issuer": None if issuer is None else issuer.plain,
            "serial": None if serial is None else f"{serial:x}",
        },
        children=tuple(children) if len(children) > 1 else (),
    )
