"""Extensions that say what a server must do, or that say all by being there."""

from cryptography import x509
from cryptography.hazmat import asn1

from tlsward.pki.explanation.syntax import read_syntax
from tlsward.pki.explanation.tree import Told, explained, in_hex, name_of, plain_octets
from tlsward.pki.library import UnreadableError


def tls_feature(value: x509.TLSFeature) -> Told:
    """Return what the server has to do in each handshake (RFC 7633)."""
    names = [feature.name for feature in value]
    return Told(
        text=", ".join(name_of("tls_features", name) for name in names) or "(nothing)",
        plain=names,
        children=tuple(explained("tls_features", name, name) for name in names),
    )


def present(_: object) -> Told:
    """Return an extension that has no value."""
    return Told(text="present", plain=True)


def null(octets: bytes) -> Told:
    """Return an extension whose value is NULL. Raises UnreadableError for another."""
    read_syntax(asn1.Null, octets)
    return Told(text="present", plain=True)


def acme_identifier(octets: bytes) -> Told:
    """Return the digest of a key authorization (RFC 8737 section 3). Raises UnreadableError."""
    digest = read_syntax(bytes, octets)
    if len(digest) != 32:
        raise UnreadableError(f"a SHA-256 digest of {len(digest)} octets")
    return Told(text=in_hex(digest), plain=plain_octets(digest))
