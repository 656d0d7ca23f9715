"""Certificate revocation lists (RFC 5280 sections 5 and 6.3): read, and asked for a serial.

A CRL counts for a certificate if it is of the certificate's issuer and signed by it, if
its scope has the certificate in it, and if nothing critical about it is unknown. Then an
entry means revoked, also in one that is old: revocation is for ever, save a hold. That
there is no entry means good only while the CRL is fresh and complete.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from tlsward.model.answer import UNKNOWN, YES
from tlsward.model.revocation import RevocationCheck, RevocationState
from tlsward.pki import signatures
from tlsward.pki.library import UnreadableError, reading
from tlsward.pki.revocation.distribution_point import DistributionPoint, out_of_scope
from tlsward.pki.revocation.evidence import (
    SignatureVerdict,
    revocation_reason,
    signature_verdict,
)
from tlsward.pki.revocation.freshness import moment, stale
from tlsward.pki.x509 import X509Certificate

#: The largest CRL that is read, in octets. The largest that public authorities were seen
#: to serve have 30 to 50 MB; reading one takes about three times its size of memory.
LARGEST_CRL_BYTES = 64 << 20
#: Entries of an indirect CRL that are gone through one by one.
MOST_INDIRECT_ENTRIES = 100_000
_UNDERSTOOD = frozenset(
    {
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.CRL_NUMBER,
        ExtensionOID.ISSUING_DISTRIBUTION_POINT,
        ExtensionOID.DELTA_CRL_INDICATOR,
    }
)


class Crl(msgspec.Struct, frozen=True, kw_only=True):
    """A CRL; `loaded` is the library's own object, which reads the entries when asked.

    `scope` is None where it is for all certificates of its issuer. `unusable` says why it
    tells nothing of any certificate.
    """

    loaded: x509.CertificateRevocationList
    issuer: x509.Name
    this_update: datetime
    next_update: datetime | None
    scope: x509.IssuingDistributionPoint | None = None
    delta: bool = False
    unusable: str | None = None

    @property
    def indirect(self) -> bool:
        """Whether it has certificates of other issuers in it."""
        return self.scope is not None and self.scope.indirect_crl


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry says; `unusable` where it has to be taken for unknown."""

    revoked_at: datetime | None = None
    reason: x509.ReasonFlags | None = None
    unusable: str | None = None


def read_crl(octets: bytes) -> Crl:
    """Return the CRL in `octets`: DER, or PEM by mistake. Raises UnreadableError."""
    if len(octets) > LARGEST_CRL_BYTES:
        raise UnreadableError(f"it is longer than {LARGEST_CRL_BYTES} bytes")
    start = octets[:1024].lstrip()
    try:
        with reading():
            if start.startswith(b"-----BEGIN"):
                loaded = x509.load_pem_x509_crl(octets)
            else:
                loaded = x509.load_der_x509_crl(octets)
            crl = Crl(
                loaded=loaded,
                issuer=loaded.issuer,
                this_update=loaded.last_update_utc,
                next_update=loaded.next_update_utc,
            )
    except UnreadableError as error:
        what = "a web page" if start.startswith(b"<") else "damaged, or not a CRL at all"
        raise UnreadableError(f"it is {what}") from error
    return msgspec.structs.replace(crl, **_extensions(loaded))


def _extensions(loaded: x509.CertificateRevocationList) -> dict[str, object]:
    try:
        with reading():
            found = list(loaded.extensions)
    except UnreadableError:
        return {"unusable": "its extensions cannot be read"}
    fields: dict[str, object] = {}
    for extension in found:
        if isinstance(extension.value, x509.IssuingDistributionPoint):
            fields["scope"] = extension.value
        elif isinstance(extension.value, x509.DeltaCRLIndicator):
            fields["delta"] = True
        if extension.critical and extension.oid not in _UNDERSTOOD:
            # RFC 5280 section 5.2: such a CRL must not be used.
            name = extension.oid.dotted_string
            fields["unusable"] = f"it has a critical extension that is not known here ({name})"
    return fields


def crl_check(
    crl: Crl,
    certificate: X509Certificate,
    authorities: Sequence[X509Certificate],
    point: DistributionPoint,
    *,
    now: datetime,
) -> RevocationCheck:
    """Return what a CRL says of a certificate. Never raises.

    `authorities` are certificates above this one, the issuer of the CRL among them.
    """
    refusal = crl.unusable or _wrong_issuer(crl, certificate, point)
    if refusal is not None:
        return _check(crl, SignatureVerdict(valid=UNKNOWN), reason=refusal)
    verdict = _signature_verdict(crl, authorities)
    if verdict.valid != YES:
        return _check(crl, verdict, reason=verdict.reason)
    try:
        entry = _entry(crl, certificate)
    except UnreadableError:
        return _check(crl, verdict, reason="its entries cannot be read")
    scope = crl.scope and out_of_scope(crl.scope, crl.issuer, point, certificate)
    late = stale(crl.this_update, crl.next_update, now)
    if entry is None or entry.reason is x509.ReasonFlags.remove_from_crl:
        doubt = scope or _incomplete(crl, certificate, point) or late
        if doubt is None:
            return _check(crl, verdict, state="good", reason=verdict.note or None)
        return _check(crl, verdict, reason=doubt)
    if entry.unusable is not None:
        return _check(crl, verdict, reason=entry.unusable)
    if entry.reason is x509.ReasonFlags.certificate_hold and late:
        return _check(crl, verdict, reason=f"the certificate was on hold, but {late}")
    # Serial numbers are unique: who is listed is revoked, wherever he is listed.
    notes = [revocation_reason(entry.reason), scope, late, verdict.note]
    return _check(
        crl,
        verdict,
        state="revoked",
        reason="; ".join(note for note in notes if note),
        revoked_at=entry.revoked_at,
    )


def _check(
    crl: Crl,
    verdict: SignatureVerdict,
    *,
    reason: str | None,
    state: RevocationState = "unknown",
    revoked_at: datetime | None = None,
) -> RevocationCheck:
    return RevocationCheck(
        source="crl",
        state=state,
        reason=reason,
        this_update=crl.this_update,
        next_update=crl.next_update,
        revoked_at=revoked_at,
        signature_valid=verdict.valid,
    )


def _wrong_issuer(crl: Crl, certificate: X509Certificate, point: DistributionPoint) -> str | None:
    """Return why it is not of who issues CRLs for the certificate: step (b)(1)."""
    if point.issuers:
        if crl.issuer in point.issuers and crl.indirect:
            return None
        return "it is not the indirect CRL of the issuer that the certificate names for it"
    if crl.issuer == certificate.issuer:
        return None
    return "it is a CRL of another issuer"


def _signature_verdict(crl: Crl, authorities: Sequence[X509Certificate]) -> SignatureVerdict:
    """Return whether its issuer signed it: steps (f) and (g)."""
    namesakes = [each for each in authorities if each.named and each.subject == crl.issuer]
    may_sign = [each for each in namesakes if each.key_usage is None or each.key_usage.crl_sign]
    signers = "its issuer" if may_sign or not namesakes else "an issuer that may sign CRLs"
    if not may_sign:
        return SignatureVerdict(valid=UNKNOWN, reason=f"{signers} is not known")
    try:
        with reading():
            signature = signatures.signature_of_crl(crl.loaded)
    except UnreadableError:
        return SignatureVerdict(valid=UNKNOWN, reason="its signature cannot be read")
    return signature_verdict(
        signature,
        (signatures.verified(each.key, signature) for each in may_sign),
        signers=signers,
    )


def _incomplete(crl: Crl, certificate: X509Certificate, point: DistributionPoint) -> str | None:
    """Return why the absence of an entry says nothing, None where it says good."""
    if crl.delta:
        return "it is a delta CRL, which tells only what has changed"
    if not point.all_reasons or (crl.scope is not None and crl.scope.only_some_reasons):
        return "it tells of some reasons for revocation alone"
    if crl.next_update is None:
        return "it does not say when the next one is due"  # RFC 5280 section 5.1.2.5: it must
    if crl.this_update > certificate.not_after:
        # RFC 5280 section 3.3: entries of expired certificates may be removed.
        return f"it was made after the certificate expired ({moment(certificate.not_after)})"
    return None


def _entry(crl: Crl, certificate: X509Certificate) -> _Entry | None:
    """Return the certificate's entry: steps (i) and (j). Raises UnreadableError."""
    if crl.indirect:
        return _indirect_entry(crl, certificate)
    with reading():
        found = crl.loaded.get_revoked_certificate_by_serial_number(certificate.serial)
    if found is None:
        return None
    entry, issuer = _read_entry(found)
    if issuer is not None and issuer != certificate.issuer:
        return _Entry(unusable="its entry is about a certificate of another issuer")
    return entry


def _indirect_entry(crl: Crl, certificate: X509Certificate) -> _Entry | None:
    """Go through an indirect CRL.

    The issuer that an entry names holds for those that follow (RFC 5280 section 5.3.3), so
    that all of them must be looked at.
    """
    with reading():
        if len(crl.loaded) > MOST_INDIRECT_ENTRIES:
            reason = f"it is an indirect CRL of more than {MOST_INDIRECT_ENTRIES} entries"
            return _Entry(unusable=reason)
        issuer = crl.issuer
        for found in crl.loaded:
            entry, named = _read_entry(found)
            issuer = issuer if named is None else named
            if found.serial_number == certificate.serial and issuer == certificate.issuer:
                return entry
    return None


def _read_entry(found: x509.RevokedCertificate) -> tuple[_Entry, x509.Name | None]:
    """Return what an entry says, and the issuer it names. Raises UnreadableError."""
    reason = issuer = unusable = None
    with reading():
        for extension in found.extensions:
            match extension.value:
                case x509.CRLReason(reason=code):
                    reason = code
                case x509.CertificateIssuer() as names:
                    directories = names.get_values_for_type(x509.DirectoryName)
                    issuer = directories[0] if directories else x509.Name([])
                case _ if extension.critical:
                    # RFC 5280 section 5.3: what is not known here could mean anything.
                    unusable = "its entry has a critical extension that is not known here"
        revoked_at = found.revocation_date_utc
    return _Entry(revoked_at=revoked_at, reason=reason, unusable=unusable), issuer
