"""The root stores themselves, told: how many roots, how new, and everything of one root."""

from collections.abc import Iterable
from datetime import datetime

from tlsward.facts.distrust import distrust
from tlsward.model.trust_stores import RootLimit, StoredRoot, TrustStore
from tlsward.pki.certificate import described
from tlsward.pki.data_package import source
from tlsward.pki.public_key import public_key
from tlsward.pki.stores import Anchor, Stores


def trust_stores(stores: Stores, now: datetime) -> tuple[TrustStore, ...]:
    """Return each store with the number of its roots and the age of its data at `now`."""
    anchors = stores.all_anchors()
    return tuple(_trust_store(name, anchors, stores, now) for name in stores.names)


def _trust_store(name: str, anchors: Iterable[Anchor], stores: Stores, now: datetime) -> TrustStore:
    own = [anchor for anchor in anchors if name in anchor.stores]
    package = stores.packages.get(name)
    found = None if package is None else source(package)
    day = None if package is None else stores.dates.get(package)
    return TrustStore(
        name=name,
        roots=len(own),
        limited=sum(name in anchor.limits for anchor in own),
        package=package,
        version=None if found is None else found.version,
        data_date=day,
        age_days=None if day is None else (now.date() - day).days,
        updated=found is not None and found.updated is not None,
    )


def roots_of_store(stores: Stores, name: str, now: datetime) -> tuple[StoredRoot, ...]:
    """Return the roots of one store by their names."""
    own = [anchor for anchor in stores.all_anchors() if name in anchor.stores]
    return _sorted(own, stores, now)


def roots_named(stores: Stores, text: str, now: datetime) -> tuple[StoredRoot, ...]:
    """Return the roots that a text names.

    By the SHA-256 of the certificate, with or without colons, or eight digits or more of
    its beginning; or by a part of the subject, whatever the case of its letters.
    """
    digits = text.replace(":", "").strip().lower()
    by_digits = len(digits) >= _FEWEST_DIGITS and set(digits) <= set("0123456789abcdef")
    wanted = text.casefold()
    found = [
        anchor
        for anchor in stores.all_anchors()
        if (by_digits and anchor.certificate.sha256.hex().startswith(digits))
        or wanted in anchor.certificate.shown_subject.casefold()
    ]
    return _sorted(found, stores, now)


#: Digits of a fingerprint that are enough to name a root by.
_FEWEST_DIGITS = 8


def _sorted(anchors: Iterable[Anchor], stores: Stores, now: datetime) -> tuple[StoredRoot, ...]:
    told = [_stored_root(anchor, stores.names, now) for anchor in anchors]
    return tuple(sorted(told, key=lambda root: (root.subject.casefold(), root.sha256)))


def _stored_root(anchor: Anchor, names: tuple[str, ...], now: datetime) -> StoredRoot:
    certificate = anchor.certificate
    shown = described(certificate)
    return StoredRoot(
        sha256=shown.sha256,
        subject=shown.subject,
        serial=shown.serial,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        expired=now > certificate.not_after,
        key=public_key(certificate.key),
        signature_algorithm=shown.signature_algorithm,
        spki_sha256=shown.spki_sha256,
        stores=tuple(name for name in names if name in anchor.stores),
        limits=tuple(_limits(anchor, names)),
    )


def _limits(anchor: Anchor, names: tuple[str, ...]) -> Iterable[RootLimit]:
    for name in names:
        limit = anchor.limits.get(name)
        if limit is None or name not in anchor.stores:
            continue
        rule = distrust(name, anchor.certificate.sha256.hex())
        yield RootLimit(
            store=name,
            issued_after=limit.issued_after,
            logged_after=limit.logged_after,
            domains=limit.domains,
            reference=None if rule is None else rule.reference,
        )
