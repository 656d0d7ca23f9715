"""Whether a certificate is for a host (RFC 9525): subjectAltName alone, never the CN."""

from ipaddress import ip_address

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.pki.extensions import DNS_NAME, IP_ADDRESS
from tlsward.pki.x509 import X509Certificate


def hostname_match(certificate: X509Certificate, hostname: str) -> Answer:
    """Return whether the certificate names `hostname`, a host name or an IP address.

    An internationalised name is compared by its A-labels (section 6.3), a trailing dot
    does not count, and an address matches an iPAddress entry alone (section 6.5).
    Unknown where the names cannot be read.
    """
    names = certificate.subject_alternative_names
    if names is None:
        return UNKNOWN if "subjectAltName" in certificate.malformed else NO
    address = packed_address(hostname)
    if address is not None:
        entries = [name.value for name in names if name.kind == IP_ADDRESS]
        return YES if address in entries else NO
    reference = ascii_labels(hostname)
    if reference is None:
        return NO
    presented = (name.value for name in names if name.kind == DNS_NAME)
    return YES if any(dns_name_matches(name, reference) for name in presented) else NO


def dns_name_matches(presented: bytes, reference: bytes) -> bool:
    """Return whether a dNSName is for `reference`, a name of lower-case A-labels.

    A wildcard is the whole left-most label and stands for one label (section 6.3). It
    needs two labels after it, as all clients ask: `*.com` is for nobody.
    """
    presented = presented.lower()
    if not presented.startswith(b"*."):
        return presented == reference
    label, _, parent = reference.partition(b".")
    return bool(label) and presented[2:] == parent and b"." in parent


def packed_address(hostname: str) -> bytes | None:
    """Return the octets of an IP literal, with or without brackets, None for a name."""
    text = hostname.removeprefix("[").removesuffix("]").partition("%")[0]
    try:
        return ip_address(text).packed
    except ValueError:
        return None


def ascii_labels(hostname: str) -> bytes | None:
    """Return the name in lower-case A-labels without a trailing dot, None where it is none."""
    name = hostname.removesuffix(".")
    if not name.isascii():
        import idna

        try:
            return idna.encode(name, uts46=True).lower()
        except idna.IDNAError:
            return None
    return name.lower().encode() or None
