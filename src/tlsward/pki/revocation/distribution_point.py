"""Where a certificate says its CRLs are (RFC 5280 section 4.2.1.13), and which CRL fits."""

from collections.abc import Sequence

import msgspec
from cryptography import x509

from tlsward.pki.library import UnreadableError, reading
from tlsward.pki.x509 import X509Certificate

#: Distribution points of a certificate that are looked at, and names of each.
MOST_POINTS = 8
MOST_NAMES = 16


class DistributionPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One distribution point: its URLs, all its names, and who issues its CRLs.

    `issuers` is empty where the certificate's issuer does. `all_reasons` is false where
    its CRLs tell of some reasons alone.
    """

    urls: tuple[str, ...]
    names: tuple[x509.GeneralName, ...]
    issuers: tuple[x509.Name, ...] = ()
    all_reasons: bool = True


def distribution_points(certificate: X509Certificate) -> tuple[DistributionPoint, ...]:
    """Return the first distribution points of a certificate. Raises UnreadableError."""
    with reading():
        try:
            found = certificate.loaded.extensions.get_extension_for_class(
                x509.CRLDistributionPoints
            )
        except x509.ExtensionNotFound:
            return ()
        return tuple(_point(point, certificate) for point in list(found.value)[:MOST_POINTS])


def _point(point: x509.DistributionPoint, certificate: X509Certificate) -> DistributionPoint:
    issuers = tuple(
        name.value for name in point.crl_issuer or () if isinstance(name, x509.DirectoryName)
    )
    names = _names(point.full_name, point.relative_name, (*issuers, certificate.issuer)[0])
    return DistributionPoint(
        urls=tuple(
            name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)
        ),
        names=names,
        issuers=issuers,
        all_reasons=point.reasons is None,
    )


def out_of_scope(
    scope: x509.IssuingDistributionPoint,
    crl_issuer: x509.Name,
    point: DistributionPoint,
    certificate: X509Certificate,
) -> str | None:
    """Return why a CRL of this scope says nothing of a certificate (RFC 5280 section 6.3.3).

    None where it does. These are the checks of step (b)(2).
    """
    named = _names(scope.full_name, scope.relative_name, crl_issuer)
    wanted: Sequence[x509.GeneralName] = point.names or [
        x509.DirectoryName(issuer) for issuer in point.issuers
    ]
    if named and not any(name in wanted for name in named):
        return "it is a CRL of another distribution point"
    if scope.only_contains_user_certs and certificate.is_authority:
        return "it lists certificates of end entities alone"
    if scope.only_contains_ca_certs and not certificate.is_authority:
        return "it lists certificates of authorities alone"
    if scope.only_contains_attribute_certs:
        return "it lists attribute certificates alone"
    return None


def _names(
    full: Sequence[x509.GeneralName] | None,
    relative: x509.RelativeDistinguishedName | None,
    base: x509.Name,
) -> tuple[x509.GeneralName, ...]:
    if relative is not None:
        try:
            with reading():
                return (x509.DirectoryName(x509.Name([*base.rdns, relative])),)
        except UnreadableError:
            return ()
    return tuple(full or ())[:MOST_NAMES]
