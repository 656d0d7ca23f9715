"""Root certificates of the public programs, from the data packages that keep them.

`cryptodatahub` has all programs in one file; `certifi` follows Mozilla's more closely
and is believed for Mozilla where it is the newer of the two. Measured on 308 roots: 3.4 ms
to decode, 4.2 ms to load each certificate and index it by its subject; so the
file is read when the first issuer is looked for and no cache on disk is worth its trouble.
"""

import base64
import functools
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

import msgspec
from cryptography import x509

from tlsward.pki.data_package import Source, package_file, source
from tlsward.pki.library import UnreadableError, reading

#: Owners in `cryptodatahub` and the store names of the report. OpenJDK's and Oracle's
#: Java have a list each; a root in either is one that Java programs believe.
OWNERS = {
    "MOZILLA": "mozilla",
    "MICROSOFT": "microsoft",
    "APPLE": "apple",
    "ANDROID": "android",
    "OPENJDK": "java",
    "ORACLE": "java",
    "GOOGLE": "chrome",
}
#: The public stores, in the order they are reported.
PUBLIC_STORES = ("mozilla", "microsoft", "apple", "android", "java", "chrome")

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")


class Limit(msgspec.Struct, frozen=True):
    """How far a store believes a root.

    Leaves with a notBefore after `issued_after` are not believed, nor those without an
    SCT at or before `logged_after`, nor names outside `domains` (none: everywhere).
    """

    issued_after: datetime | None = None
    logged_after: datetime | None = None
    domains: tuple[str, ...] = ()


class RootCertificate(msgspec.Struct, frozen=True):
    """A root, the stores that have it and the limits that some of them put on it."""

    der: bytes
    stores: frozenset[str]
    limits: dict[str, Limit]


class RootPrograms(msgspec.Struct, frozen=True):
    """Roots by their subject; `dates` says how new each package's data is.

    `packages` names the package that each store's roots are from.
    """

    by_subject: dict[x509.Name, tuple[RootCertificate, ...]]
    stores: tuple[str, ...]
    dates: dict[str, date]
    packages: dict[str, str] = {}


class _Constraint(msgspec.Struct):
    date: datetime | None = None
    domains: list[str] = []


class _Membership(msgspec.Struct):
    owner: str
    constraints: list[_Constraint] = []


class _Root(msgspec.Struct):
    certificate: list[str]
    trust_stores: list[_Membership]


def root_programs() -> RootPrograms:
    """Return every root of every program; empty where no data package is installed."""
    return _root_programs(source("cryptodatahub"), source("certifi"))


@functools.lru_cache(maxsize=2)
def _root_programs(
    _all: Source | None,  # what is cached is the data of these versions
    certifi: Source | None,
) -> RootPrograms:
    roots = _all_programs()
    dates = {}
    all_programs_date = _all_programs_date() if roots else None
    if all_programs_date is not None:
        dates["cryptodatahub"] = all_programs_date
    packages: dict[str, str] = {}
    mozilla, mozilla_date = _mozilla(certifi)
    if mozilla_date is not None:
        dates["certifi"] = mozilla_date
    if mozilla and (
        all_programs_date is None or (mozilla_date is not None and mozilla_date > all_programs_date)
    ):
        roots = _with_mozilla(roots, mozilla)
        packages = {"mozilla": "certifi"}
    by_subject = by_their_subjects(roots.values())
    present = {store for root in roots.values() for store in root.stores}
    stores = tuple(store for store in PUBLIC_STORES if store in present)
    packages = {store: packages.get(store, "cryptodatahub") for store in stores}
    return RootPrograms(by_subject, stores, dates, packages)


def by_their_subjects(
    roots: Iterable[RootCertificate],
) -> dict[x509.Name, tuple[RootCertificate, ...]]:
    """Return the roots by subject, without those that cannot be read."""
    found: dict[x509.Name, list[RootCertificate]] = {}
    for root in roots:
        try:
            with reading():
                subject = x509.load_der_x509_certificate(root.der).subject
        except UnreadableError:
            continue
        found.setdefault(subject, []).append(root)
    return {subject: tuple(those) for subject, those in found.items()}


def certificates_in_pem(octets: bytes) -> list[bytes]:
    """Return the DER of every certificate in a PEM file, in its order."""
    found = []
    for match in _PEM.finditer(octets):
        try:
            found.append(base64.b64decode(match[1]))
        except ValueError:
            continue
    return found


def _all_programs() -> dict[bytes, RootCertificate]:
    octets = package_file("cryptodatahub", "common/root-certificate.json")
    return {} if octets is None else roots_of_all_programs(octets)


def roots_of_all_programs(octets: bytes) -> dict[bytes, RootCertificate]:
    """Return the roots in cryptodatahub's file by their DER; none where it cannot be read."""
    try:
        entries = msgspec.json.decode(octets, type=dict[str, _Root])
    except msgspec.DecodeError:
        return {}
    roots = {}
    for entry in entries.values():
        try:
            encoded = base64.b64decode("".join(entry.certificate[1:-1]))
        except ValueError:
            continue
        roots[encoded] = _root(encoded, entry.trust_stores)
    return roots


def _root(encoded: bytes, memberships: list[_Membership]) -> RootCertificate:
    stores: set[str] = set()
    limits = {}
    for membership in memberships:
        store = OWNERS.get(membership.owner)
        if store is None:
            continue
        stores.add(store)
        for constraint in membership.constraints:
            limit = _limit(constraint)
            if limit is not None:
                limits[store] = limit
    return RootCertificate(encoded, frozenset(stores), limits)


def _limit(constraint: _Constraint) -> Limit | None:
    if constraint.date is not None:
        # The package has the day alone; the programs mean its end.
        day = constraint.date.replace(hour=23, minute=59, second=59, microsecond=0, tzinfo=UTC)
        return Limit(issued_after=day)
    if constraint.domains:
        return Limit(domains=tuple(name.removeprefix("*.") for name in constraint.domains))
    return None


def _with_mozilla(
    roots: dict[bytes, RootCertificate], mozilla: list[bytes]
) -> dict[bytes, RootCertificate]:
    listed = set(mozilla)
    merged = {}
    for encoded in [*roots, *(encoded for encoded in mozilla if encoded not in roots)]:
        root = roots.get(encoded) or RootCertificate(encoded, frozenset(), {})
        stores = root.stores - {"mozilla"} | ({"mozilla"} if encoded in listed else set())
        merged[encoded] = msgspec.structs.replace(root, stores=stores)
    return merged


def _mozilla(certifi: Source | None) -> tuple[list[bytes], date | None]:
    octets = package_file("certifi", "cacert.pem")
    if octets is None or certifi is None:
        return [], None
    return certificates_in_pem(octets), date_of_version(certifi.version)


def date_of_version(version: str) -> date | None:
    """Return the day that a version of certifi is named after."""
    numbers = re.match(r"(\d{4})\.(\d\d?)\.(\d\d?)", version)
    try:
        return date(*(int(number) for number in numbers.groups())) if numbers else None
    except ValueError:
        return None


def _all_programs_date() -> date | None:
    """Return the newest date in the package's list of logs: its data are no older.

    The package says nowhere of what day its data are; both lists are made together.
    """
    octets = package_file("cryptodatahub", "common/certificate-transparency-log.json") or b""
    return newest_timestamp(octets)


def newest_timestamp(logs: bytes) -> date | None:
    """Return the newest date in cryptodatahub's list of transparency logs."""
    days = re.findall(rb'"timestamp": "(\d{4}-\d\d-\d\d)', logs)
    try:
        return date.fromisoformat(max(days).decode()) if days else None
    except ValueError:
        return None
