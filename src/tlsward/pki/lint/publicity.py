"""Whether a certificate is to be held to the rules of public authorities."""

from collections.abc import Sequence

from tlsward.pki.chain_building import ways
from tlsward.pki.object_identifiers import PUBLIC_POLICIES
from tlsward.pki.root_programs import PUBLIC_STORES
from tlsward.pki.stores import Stores
from tlsward.pki.x509 import X509Certificate


def seems_public(
    certificate: X509Certificate, others: Sequence[X509Certificate], stores: Stores
) -> tuple[bool, str]:
    """Return whether a certificate is a public authority's, and by what that was told.

    A policy of the CA/Browser Forum, timestamps of logs, or a path to a root of a public
    store, with `others` between. Whoever writes the first two into a certificate of his
    own has asked to be held to them.
    """
    forum = [each for each in certificate.policies if each.startswith(PUBLIC_POLICIES)]
    if forum:
        return True, f"it has policy {forum[0]}"
    if certificate.embedded_scts is not None:
        return True, "it has timestamps of transparency logs"
    if certificate.named:
        for way in ways(certificate, others, stores).ways:
            known = way.anchor.stores & set(PUBLIC_STORES) if way.anchor is not None else set()
            if known:
                return True, f"it has a path to a root of {', '.join(sorted(known))}"
    if not certificate.extensions_read:
        return False, "it has no path to a public root, and its extensions could not be read"
    return False, "it has no sign of a public authority"
