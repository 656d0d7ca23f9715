"""Name constraints (RFC 5280 section 4.2.1.10): what an authority may certify names for."""

from cryptography import x509

from tlsward.pki.display import safe_text
from tlsward.pki.distinguished_name import shown_name
from tlsward.pki.x509 import X509Certificate

#: Comparisons made for one certificate: 10 000 names under 10 000 constraints end here.
MOST_COMPARISONS = 200_000


def violation(certificate: X509Certificate, constraints: x509.NameConstraints) -> str | None:
    """Return the first name of `certificate` that `constraints` forbid, safe to show.

    None where there is none. Kinds of names that nothing here can compare are refused
    where they are constrained, as section 4.2.1.10 demands.
    """
    names = list(certificate.subject_alternative_names or ())
    if certificate.subject.rdns:
        names.append(x509.DirectoryName(certificate.subject))
    all_permitted = constraints.permitted_subtrees or ()
    all_excluded = constraints.excluded_subtrees or ()
    bases = len(all_permitted) + len(all_excluded)
    if len(names) * bases > MOST_COMPARISONS:
        return f"{len(names)} names under {bases} constraints, too many to compare"
    for name in names:
        permitted = [base for base in all_permitted if type(base) is type(name)]
        excluded = [base for base in all_excluded if type(base) is type(name)]
        if permitted and not any(_within(name, base) for base in permitted):
            return _shown(name)
        if any(_within(name, base) is not False or _covers(name, base) for base in excluded):
            return _shown(name)
    return None


def _within(name: x509.GeneralName, base: x509.GeneralName) -> bool | None:
    """Return whether `name` lies in the subtree at `base`; None where that cannot be told."""
    match name:
        case x509.DNSName():
            return _dns_within(name.value, base.value)
        case x509.IPAddress():
            # A base is a network; one of the other version contains no such address.
            return name.value in base.value
        case x509.DirectoryName():
            return _directory_within(name.value, base.value)
        case x509.RFC822Name():
            return _mailbox_within(name.value, base.value)
        case x509.UniformResourceIdentifier():
            return _uri_within(name.value, base.value)
    return None


def _dns_within(name: str, base: str) -> bool:
    # A leading dot is not in the RFC's syntax for DNS names. OpenSSL, Go and NSS read it as
    # in constraints of URIs: the names below, not the name itself.
    name, base = name.lower(), base.lower()
    if base.startswith("."):
        return name.endswith(base)
    return not base or name == base or name.endswith("." + base)


def _covers(name: x509.GeneralName, base: x509.GeneralName) -> bool:
    """Return whether a wildcard is also for the name at which an excluded subtree begins.

    The RFC says nothing of wildcards; they would let a host out of what is excluded. Go and
    Chrome refuse it as well.
    """
    if not isinstance(name, x509.DNSName) or not name.value.startswith("*."):
        return False
    label, _, parent = base.value.lower().partition(".")
    return bool(label) and parent == name.value[2:].lower()


def _directory_within(name: x509.Name, base: x509.Name) -> bool:
    wanted = _folded(base)
    return _folded(name)[: len(wanted)] == wanted


def _folded(name: x509.Name) -> list[tuple[str, str | bytes]]:
    return [
        (
            each.oid.dotted_string,
            " ".join(each.value.casefold().split()) if isinstance(each.value, str) else each.value,
        )
        for each in name
    ]


def _mailbox_within(mailbox: str, base: str) -> bool:
    local, _, host = mailbox.rpartition("@")
    if "@" in base:
        base_local, _, base_host = base.rpartition("@")
        return local == base_local and host.lower() == base_host.lower()
    return _host_within(host, base)


def _uri_within(uri: str, base: str) -> bool | None:
    _, found, rest = uri.partition("://")
    authority = rest.partition("/")[0].partition("?")[0].rpartition("@")[2]
    host = authority.partition(":")[0]
    return _host_within(host, base) if found and host else None


def _host_within(host: str, base: str) -> bool:
    """Mail and URI constraints: a host is itself alone, a leading dot means those below it."""
    host, base = host.lower(), base.lower()
    return host.endswith(base) if base.startswith(".") else host == base


def _shown(name: x509.GeneralName) -> str:
    return (
        shown_name(name.value)
        if isinstance(name, x509.DirectoryName)
        else safe_text(str(name.value))
    )
