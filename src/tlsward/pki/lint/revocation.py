"""Rules on where to ask: the issuer's certificate, CRLs, OCSP, transparency logs."""

from collections.abc import Iterable, Iterator

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from tlsward.facts.certificate_lifetimes import is_short_lived
from tlsward.pki.lint.linted import Check, Linted


def _no_access(linted: Linted) -> Iterator[str]:
    if not linted.value(x509.AuthorityInformationAccess):
        yield ""


def _no_issuers(linted: Linted) -> Iterator[str]:
    access = linted.value(x509.AuthorityInformationAccess)
    issuers = AuthorityInformationAccessOID.CA_ISSUERS
    if access and not any(each.access_method == issuers for each in access):
        yield ""


def _access_scheme(linted: Linted) -> Iterator[str]:
    access = linted.value(x509.AuthorityInformationAccess)
    yield from _not_http(each.access_location for each in access or ())


def _no_revocation(linted: Linted) -> Iterator[str]:
    if linted.value(x509.CRLDistributionPoints) or _has_responder(linted):
        return
    if not is_short_lived(linted.certificate.not_before, linted.certificate.not_after):
        yield ""


def _no_ocsp(linted: Linted) -> Iterator[str]:
    if not _has_responder(linted):
        yield ""


def _crl_scheme(linted: Linted) -> Iterator[str]:
    points = linted.value(x509.CRLDistributionPoints)
    yield from _not_http(name for point in points or () for name in point.full_name or ())


def _not_http(names: Iterable[x509.GeneralName]) -> Iterator[str]:
    for name in names:
        if not isinstance(name, x509.UniformResourceIdentifier):
            yield type(name).__name__
        elif not name.value.lower().startswith("http://"):
            yield name.value


def _staple_without_responder(linted: Linted) -> Iterator[str]:
    feature = linted.value(x509.TLSFeature)
    stapling = x509.TLSFeatureType.status_request
    if feature is not None and stapling in feature and not _has_responder(linted):
        yield ""


def _no_timestamps(linted: Linted) -> Iterator[str]:
    if x509.PrecertificateSignedCertificateTimestamps.oid.dotted_string not in linted.extensions:
        yield ""


def _has_responder(linted: Linted) -> bool:
    ocsp = AuthorityInformationAccessOID.OCSP
    access = linted.value(x509.AuthorityInformationAccess)
    return any(each.access_method == ocsp for each in access or ())


def _authority_crl(linted: Linted) -> Iterator[str]:
    if not linted.value(x509.CRLDistributionPoints):
        yield ""


CHECKS: dict[str, Check] = {
    "lint.aia.missing": _no_access,
    "lint.aia.issuers": _no_issuers,
    "lint.aia.scheme": _access_scheme,
    "lint.revocation.missing": _no_revocation,
    "lint.revocation.no-ocsp": _no_ocsp,
    "lint.revocation.scheme": _crl_scheme,
    "lint.must-staple.no-ocsp": _staple_without_responder,
    "lint.sct.missing": _no_timestamps,
    "lint.authority.crl": _authority_crl,
}
