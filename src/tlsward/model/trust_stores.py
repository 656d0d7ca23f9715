"""What is told of root stores themselves: their data, their roots, and limits on these."""

from datetime import date, datetime

import msgspec

from tlsward.model.certificate import PublicKey


class TrustStore(msgspec.Struct, frozen=True, kw_only=True):
    """A root store: how many roots it has, how many of them with limits, and whose data they are.

    `package` and `version` are those of the data, `data_date` the day they are known to be as
    new as; None where there are no data, or the store is the caller's. `updated` says whether
    they are newer ones than the installed, fetched by `tlsward trust update`.
    """

    name: str
    roots: int
    limited: int = 0
    package: str | None = None
    version: str | None = None
    data_date: date | None = None
    age_days: int | None = None
    updated: bool = False


class RootLimit(msgspec.Struct, frozen=True, kw_only=True):
    """How far one store believes a root.

    Not beyond certificates issued (notBefore) or logged (an SCT) by a moment, or not for names
    outside `domains`. `reference` is where the store says so, where that is known.
    """

    store: str
    issued_after: datetime | None = None
    logged_after: datetime | None = None
    domains: tuple[str, ...] = ()
    reference: str | None = None


class StoredRoot(msgspec.Struct, frozen=True, kw_only=True):
    """One root: what it says of itself, the stores that have it and their limits.

    `spki_sha256` is the pin of its key (RFC 7469), `expired` at the moment of asking.
    """

    sha256: str
    subject: str
    serial: str
    not_before: datetime
    not_after: datetime
    expired: bool
    key: PublicKey
    signature_algorithm: str
    spki_sha256: str
    stores: tuple[str, ...]
    limits: tuple[RootLimit, ...] = ()
