"""The certificates of a file put in order by what certifies what, not by where they stand."""

from collections.abc import Sequence

import msgspec
from cryptography import x509

from tlsward.pki import signatures
from tlsward.pki.distinguished_name import shown_name
from tlsward.pki.x509 import X509Certificate, read_certificate

#: Signatures that are checked, over all certificates; a real file needs one for each.
MOST_SIGNATURES = 2000


class AmbiguousError(ValueError):
    """It cannot be told which certificate is the end entity; the message says why."""


class Arrangement(msgspec.Struct, frozen=True, kw_only=True):
    """One end entity and what leads up from it.

    `chain` are the authorities above it, nearest first, without self-signed ones, which are
    `roots`; `unrelated` are those on no way up, `repeated` those that stand there twice.
    """

    end_entity: X509Certificate
    chain: tuple[X509Certificate, ...] = ()
    roots: tuple[X509Certificate, ...] = ()
    unrelated: tuple[X509Certificate, ...] = ()
    repeated: tuple[X509Certificate, ...] = ()


def arranged(certificates: Sequence[bytes], *, public_key: object = None) -> Arrangement:
    """Return DER certificates in order, found by who signed whom.

    `public_key` is one whose certificate is the end entity, where there are several that
    could be. Raises UnreadableError for what cannot be read, AmbiguousError where there is
    no or more than one end entity.
    """
    distinct: dict[bytes, X509Certificate] = {}
    repeated = []
    for octets in certificates:
        certificate = read_certificate(octets)
        if certificate.sha256 in distinct:
            repeated.append(certificate)
        distinct.setdefault(certificate.sha256, certificate)
    issuers = _issuers(list(distinct.values()))
    end_entity = _end_entity(list(distinct.values()), issuers, public_key)
    above = _above(end_entity, issuers)
    known = {each.sha256 for each in (end_entity, *above)}
    return Arrangement(
        end_entity=end_entity,
        chain=tuple(each for each in above if not each.self_signed),
        roots=tuple(each for each in above if each.self_signed),
        unrelated=tuple(each for each in distinct.values() if each.sha256 not in known),
        repeated=tuple(repeated),
    )


def end_entity(certificates: Sequence[bytes], *, public_key: object = None) -> X509Certificate:
    """Return the end entity among DER certificates. Raises as `arranged` does."""
    return arranged(certificates, public_key=public_key).end_entity


def _issuers(certificates: list[X509Certificate]) -> dict[bytes, list[X509Certificate]]:
    """Return who certifies whom, by fingerprint of the certified; not themselves."""
    by_subject: dict[x509.Name, list[X509Certificate]] = {}
    for certificate in certificates:
        if certificate.named:
            by_subject.setdefault(certificate.subject, []).append(certificate)
    found: dict[bytes, list[X509Certificate]] = {}
    checked = 0
    for certificate in certificates:
        if certificate.self_signed or not certificate.named:
            continue
        for issuer in by_subject.get(certificate.issuer, ()):
            if issuer.sha256 == certificate.sha256:
                continue
            checked += 1
            if checked > MOST_SIGNATURES:
                raise AmbiguousError("too many of its certificates have the same name")
            if signatures.verified(issuer.key, certificate.signature) is not False:
                found.setdefault(certificate.sha256, []).append(issuer)
    return found


def _end_entity(
    certificates: list[X509Certificate],
    issuers: dict[bytes, list[X509Certificate]],
    public_key: object,
) -> X509Certificate:
    certifying = {issuer.sha256 for each in issuers.values() for issuer in each}
    lowest = [each for each in certificates if each.sha256 not in certifying]
    candidates = lowest
    if len(candidates) > 1:
        candidates = [each for each in lowest if not each.is_authority and not each.self_signed]
        candidates = candidates or [each for each in lowest if not each.is_authority]
    if len(candidates) > 1 and public_key is not None:
        candidates = [each for each in candidates if each.key.loaded == public_key]
    if len(candidates) == 1:
        return candidates[0]
    if not candidates and len(lowest) < 2:
        raise AmbiguousError("its certificates certify each other in a circle")
    names = ", ".join(shown_name(each.subject) or "(no name)" for each in lowest[:3])
    more = f" and {len(lowest) - 3} more" if len(lowest) > 3 else ""
    raise AmbiguousError(
        f"it has {len(lowest)} certificates that could be the end entity ({names}{more}): "
        "put one of them and its chain into a file"
    )


def _above(
    end_entity: X509Certificate, issuers: dict[bytes, list[X509Certificate]]
) -> list[X509Certificate]:
    """Return the authorities above a certificate, nearest first, each once."""
    found: dict[bytes, X509Certificate] = {}
    level = [end_entity]
    while level:
        above: dict[bytes, X509Certificate] = {}
        for certificate in level:
            for issuer in issuers.get(certificate.sha256, ()):
                if issuer.sha256 not in found and issuer.sha256 != end_entity.sha256:
                    above[issuer.sha256] = issuer
        found |= above
        level = list(above.values())
    return list(found.values())
