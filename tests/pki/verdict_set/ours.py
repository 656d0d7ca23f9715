"""Our verdict on a case: trust and host name together."""

from pki.issuing import Issued
from pki.verdict_set.case import OTHER_HOST, Case
from tlsward.model.certificate import CertificateDeployment
from tlsward.pki.deployment import deployment
from tlsward.pki.stores import Stores


def judged(
    case: Case, chain: list[bytes] | None = None, *, roots: tuple[Issued, ...] | None = None
) -> CertificateDeployment:
    """Return the whole judgement of a case, or of another chain or other roots in its place."""
    roots = case.roots if roots is None else roots
    stores = Stores(b"".join(each.pem for each in roots), public=False)
    octets = [each.der for each in case.chain] if chain is None else chain
    return deployment(octets, hostname=case.hostname, stores=stores, now=case.moment)


def verdict_of(case: Case) -> tuple[str, str]:
    """Return yes, no or unknown, and why it is not yes."""
    found = judged(case)
    trusted, reason = found.trust["private"], found.trust_reasons["private"]
    if trusted == "no":
        return "no", reason
    if found.hostname_match == "no":
        return "no", OTHER_HOST
    if trusted == "unknown":
        return "unknown", reason
    return found.hostname_match, "" if found.hostname_match == "yes" else "names not read"
