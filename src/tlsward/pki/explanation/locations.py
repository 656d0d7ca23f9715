"""Where revocation lists, responders and issuers are: CRL distribution points, access."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from cryptography import x509

from tlsward.pki.display import MOST_ENTRIES
from tlsward.pki.distinguished_name import shown_name
from tlsward.pki.explanation.names import general_name_text, plain_general_name
from tlsward.pki.explanation.tree import (
    Explained,
    Told,
    counted,
    explained,
    first_of,
    in_words,
    name_of,
)
from tlsward.pki.library import UnreadableError, reading


def distribution_points(value: Iterable[x509.DistributionPoint]) -> Told:
    """Return where revocation lists are (RFC 5280 section 4.2.1.13)."""
    points, more = first_of(value)
    children = [child for point in points for child in _point(point)]
    shown = children[:MOST_ENTRIES]
    return Told(
        text=in_words([child.value for child in children], more),
        plain=counted("points", [_plain_point(point) for point in points], more),
        children=tuple(shown),
        more=more + len(children) - len(shown),
    )


def access(value: Iterable[x509.AccessDescription]) -> Told:
    """Return services by their kind (RFC 5280 section 4.2.2)."""
    services, more = first_of(value)
    children = tuple(_service(each) for each in services)
    return Told(
        text=in_words([f"{child.name} {child.value}" for child in children], more),
        plain=counted("services", [_plain_service(each) for each in services], more),
        children=children,
        more=more,
    )


def _service(service: x509.AccessDescription) -> Explained:
    method = service.access_method.dotted_string
    location = general_name_text(service.access_location)
    return explained("locations", method, location, otherwise="unknown_service")


def _plain_service(service: x509.AccessDescription) -> dict[str, Any]:
    method = service.access_method.dotted_string
    name = name_of("locations", method)
    return {
        "method": method,
        "name": None if name == method else name,
        "location": plain_general_name(service.access_location),
    }


def _point(point: x509.DistributionPoint) -> Iterator[Explained]:
    for name in islice(point.full_name or (), MOST_ENTRIES):
        yield explained("locations", "crl", general_name_text(name))
    if point.relative_name is not None:
        yield explained("locations", "crl_relative_name", _relative(point.relative_name))
    for name in islice(point.crl_issuer or (), MOST_ENTRIES):
        yield explained("locations", "crl_issuer", general_name_text(name))
    reasons = _reasons(point)
    if reasons:
        yield explained("locations", "crl_reasons", ", ".join(reasons))


def _plain_point(point: x509.DistributionPoint) -> dict[str, Any]:
    relative = point.relative_name
    return {
        "names": _plain_names(point.full_name),
        "relative_name": None if relative is None else _relative(relative),
        "issuer": _plain_names(point.crl_issuer),
        "reasons": _reasons(point),
    }


def _plain_names(names: Sequence[x509.GeneralName] | None) -> list[dict[str, Any]]:
    return [plain_general_name(each) for each in islice(names or (), MOST_ENTRIES)]


def _relative(name: x509.RelativeDistinguishedName) -> str:
    return shown_name(x509.Name([name]))


def _reasons(point: x509.DistributionPoint) -> list[str]:
    try:
        with reading():
            return sorted(reason.value for reason in point.reasons or ())
    except UnreadableError as error:
        return [f"unreadable: {error}"]
