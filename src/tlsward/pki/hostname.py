"""Whether a certificate is for a host (RFC 9525): subjectAltName alone, never the CN."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from cryptography import x509

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.pki.x509 import X509Certificate


def hostname_match(certificate: X509Certificate, hostname: str) -> Answer:
    """Return whether the certificate names `hostname`, a host name or an IP address.

    An internationalised name is compared by its A-labels (section 6.3), a trailing dot
    does not count, and an address matches an iPAddress entry alone (section 6.5).
    Unknown where the names cannot be read.
    """
    names = certificate.subject_alternative_names
    if names is None:
        return NO if certificate.extensions_read else UNKNOWN
    address = literal_address(hostname)
    if address is not None:
        entries = [name.value for name in names if isinstance(name, x509.IPAddress)]
        return YES if address in entries else NO
    reference = ascii_labels(hostname)
    if reference is None:
        return NO
    presented = (name.value for name in names if isinstance(name, x509.DNSName))
    return YES if any(dns_name_matches(name, reference) for name in presented) else NO


def dns_name_matches(presented: str, reference: str) -> bool:
    """Return whether a dNSName is for `reference`, a name of lower-case A-labels.

    A wildcard is the whole left-most label and stands for one label (section 6.3). It
    needs two labels after it, as all clients ask: `*.com` is for nobody.
    """
    if not presented.isascii():
        # Some letters beyond ASCII become ASCII ones in lower case.
        return False
    presented = presented.lower()
    if not presented.startswith("*."):
        return presented == reference
    label, _, parent = reference.partition(".")
    return bool(label) and presented[2:] == parent and "." in parent


def literal_address(hostname: str) -> IPv4Address | IPv6Address | None:
    """Return the address of an IP literal, with or without brackets, None for a name.

    An address with a dot behind it is one as well, as for browsers.
    """
    text = hostname.removeprefix("[").removesuffix("]").partition("%")[0].removesuffix(".")
    if ":" not in text and not text[-1:].isdigit():
        return None
    try:
        return ip_address(text)
    except ValueError:
        return None


def ascii_labels(hostname: str) -> str | None:
    """Return the name in lower-case A-labels without a trailing dot, None where it is none."""
    name = hostname.removesuffix(".")
    if not name.isascii():
        import idna

        try:
            return idna.encode(name, uts46=True).decode().lower()
        except idna.IDNAError:
            return None
    return name.lower() or None
