"""The path that most clients take, for what is asked of a whole path: revocation, DANE, CAA."""

from collections import Counter
from collections.abc import Sequence

from tlsward.model.certificate import TrustPath
from tlsward.pki.chain_building import Way, ways
from tlsward.pki.stores import Stores
from tlsward.pki.x509 import X509Certificate


def likeliest_path(
    leaf: X509Certificate,
    above: Sequence[X509Certificate],
    stores: Stores,
    judged: Sequence[TrustPath],
    added: Sequence[X509Certificate] = (),
) -> tuple[X509Certificate, ...]:
    """Return the path that most stores accept, leaf first; else one that ends at a root.

    `above` are the certificates that were served beside the leaf, `added` those from
    elsewhere, `judged` what trust has said of the paths. Where no root is known it is the
    longest there is, so that what can be said of a part is said.
    """
    accepted = Counter(path.fingerprints for path in judged if path.reason is None)

    def likelihood(way: Way) -> tuple[int, bool, int]:
        fingerprints = tuple(each.sha256.hex() for each in way.certificates)
        return accepted[fingerprints], way.anchor is not None, len(way.certificates)

    return max(ways(leaf, above, stores, added=added).ways, key=likelihood).certificates
