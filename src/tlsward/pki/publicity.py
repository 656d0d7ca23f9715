"""Whether a certificate is a public authority's, and so held to the rules of those."""

from collections.abc import Sequence

from tlsward.pki.chain_building import Ways, ways
from tlsward.pki.object_identifiers import PUBLIC_POLICIES
from tlsward.pki.stores import PRIVATE, Stores
from tlsward.pki.x509 import X509Certificate


def sign_of_public(certificate: X509Certificate, found: Ways) -> str | None:
    """Return what shows that a certificate is a public authority's; None where nothing does.

    A policy of the CA/Browser Forum, timestamps of logs, or a way, of those `found`, to a root
    of a public store. Whoever writes the first two into a certificate of his own has asked to be
    held to them.
    """
    for policy in certificate.policies:
        if policy.startswith(PUBLIC_POLICIES):
            return f"it has policy {policy}"
    if certificate.embedded_scts is not None:
        return "it has timestamps of transparency logs"
    for way in found.ways:
        known = way.anchor.stores - {PRIVATE} if way.anchor is not None else frozenset()
        if known:
            return f"it has a path to a root of {', '.join(sorted(known))}"
    return None


def seems_public(
    certificate: X509Certificate, others: Sequence[X509Certificate], stores: Stores
) -> tuple[bool, str]:
    """Return whether a certificate is a public authority's, and by what that was told.

    `others` may stand between it and a root.
    """
    found = ways(certificate, others, stores) if certificate.named else Ways((), True)
    sign = sign_of_public(certificate, found)
    if sign is not None:
        return True, sign
    if not certificate.extensions_read:
        return False, "it has no path to a public root, and its extensions could not be read"
    return False, "it has no sign of a public authority"
