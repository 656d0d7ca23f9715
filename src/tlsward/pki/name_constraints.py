"""Name constraints (RFC 5280 section 4.2.1.10): what an authority may certify names for."""

from tlsward.pki import extensions
from tlsward.pki.der import DerError
from tlsward.pki.display import address_text, safe_octets
from tlsward.pki.distinguished_name import attributes, shown_name
from tlsward.pki.extensions import GeneralName, NameConstraints
from tlsward.pki.x509 import X509Certificate

#: Comparisons made for one certificate: 10 000 names under 10 000 constraints end here.
MOST_COMPARISONS = 200_000


def violation(certificate: X509Certificate, constraints: NameConstraints) -> str | None:
    """Return the first name of `certificate` that `constraints` forbid, safe to show.

    None where there is none. Kinds of names that nothing here can compare are refused
    where they are constrained, as section 4.2.1.10 demands.
    """
    names = list(certificate.subject_alternative_names or ())
    if certificate.subject != b"\x30\x00":
        names.append(GeneralName(extensions.DIRECTORY_NAME, certificate.subject))
    bases = len(constraints.permitted) + len(constraints.excluded)
    if len(names) * bases > MOST_COMPARISONS:
        return f"{len(names)} names under {bases} constraints, too many to compare"
    for name in names:
        permitted = [base for base in constraints.permitted if base.kind == name.kind]
        excluded = [base for base in constraints.excluded if base.kind == name.kind]
        if permitted and not any(_within(name, base) for base in permitted):
            return _shown(name)
        if any(_within(name, base) is not False for base in excluded):
            return _shown(name)
    return None


def _within(name: GeneralName, base: GeneralName) -> bool | None:
    """Return whether `name` lies in the subtree at `base`; None where that cannot be told."""
    if name.kind == extensions.DNS_NAME:
        return _dns_within(name.value, base.value)
    if name.kind == extensions.IP_ADDRESS:
        return _address_within(name.value, base.value)
    if name.kind == extensions.DIRECTORY_NAME:
        return _directory_within(name.value, base.value)
    if name.kind == extensions.RFC822_NAME:
        return _mailbox_within(name.value, base.value)
    if name.kind == extensions.UNIFORM_RESOURCE_IDENTIFIER:
        return _uri_within(name.value, base.value)
    return None


def _dns_within(name: bytes, base: bytes) -> bool:
    # A leading dot is not in the RFC's syntax for DNS names, yet OpenSSL and Go read it.
    name, base = name.lower(), base.lower().removeprefix(b".")
    return not base or name == base or name.endswith(b"." + base)


def _address_within(address: bytes, base: bytes) -> bool | None:
    if len(base) not in (8, 32):
        return None
    if len(base) != 2 * len(address):
        return False
    network, mask = base[: len(address)], base[len(address) :]
    return all(
        octet & bits == wanted & bits
        for octet, wanted, bits in zip(address, network, mask, strict=True)
    )


def _directory_within(name: bytes, base: bytes) -> bool | None:
    try:
        named, wanted = attributes(name), attributes(base)
    except DerError:
        return None
    folded = [(kind, " ".join(value.casefold().split())) for kind, value in named]
    return folded[: len(wanted)] == [
        (kind, " ".join(value.casefold().split())) for kind, value in wanted
    ]


def _mailbox_within(mailbox: bytes, base: bytes) -> bool:
    local, _, host = mailbox.rpartition(b"@")
    if b"@" in base:
        base_local, _, base_host = base.rpartition(b"@")
        return local == base_local and host.lower() == base_host.lower()
    return _host_within(host, base)


def _uri_within(uri: bytes, base: bytes) -> bool | None:
    _, found, rest = uri.partition(b"://")
    authority = rest.partition(b"/")[0].partition(b"?")[0].rpartition(b"@")[2]
    host = authority.partition(b":")[0]
    return _host_within(host, base) if found and host else None


def _host_within(host: bytes, base: bytes) -> bool:
    """Mail and URI constraints: a host is itself alone, a leading dot means those below it."""
    host, base = host.lower(), base.lower()
    return host.endswith(base) if base.startswith(b".") else host == base


def _shown(name: GeneralName) -> str:
    if name.kind == extensions.DIRECTORY_NAME:
        return shown_name(name.value)
    if name.kind == extensions.IP_ADDRESS:
        return address_text(name.value)
    return safe_octets(name.value)
