"""What browsers ask of a certificate's timestamps, by the day it was issued.

Two ways lead to compliance: enough timestamps in the certificate, or enough beside it.
"""

from datetime import datetime
from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class EmbeddedNumber(msgspec.Struct, frozen=True, kw_only=True):
    """How many embedded timestamps, of distinct logs, certificates of a lifetime need.

    The lifetime is at most `longest_days` or `longest_months`, or less than
    `below_months`; without any of them it is any. `most_of_one_operator` count.
    """

    timestamps: int
    longest_days: int | None = None
    longest_months: int | None = None
    below_months: int | None = None
    most_of_one_operator: int | None = None


class PolicyEdition(msgspec.Struct, frozen=True, kw_only=True):
    """A policy for certificates whose notBefore is at or after `issued_from`.

    `embedded` is in order, the first that fits holds. `delivered_by` (tls, ocsp) says
    which timestamps beside the certificate count, `delivered_with_embedded` that those in
    it count with them. One must be of a log of RFC 6962 where `rfc6962`, or where the
    check is made before `rfc6962_checked_before`; one of a log of `one_of_operator`, and
    one of another's. `notes` are said where timestamps of that source are there.
    """

    name: str
    reference: str
    embedded: tuple[EmbeddedNumber, ...]
    delivered_by: tuple[str, ...]
    delivered_timestamps: int
    issued_from: datetime | None = None
    embedded_operators: int = 1
    delivered_operators: int = 1
    delivered_with_embedded: bool = False
    rfc6962: bool = False
    rfc6962_checked_before: datetime | None = None
    one_of_operator: str | None = None
    notes: dict[str, str] = {}


class TransparencyPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The editions of one browser's policy, the newest first.

    `list` says whose list of logs it goes by (chrome, apple). It does not enforce with a
    list older than `list_good_for_days`. `lifetime_is_inclusive` counts the second of
    notAfter as well (RFC 5280 section 4.1.2.5).
    """

    policy: str
    list: str
    reference: str
    editions: tuple[PolicyEdition, ...]
    list_good_for_days: int | None = None
    lifetime_is_inclusive: bool = False

    def edition(self, not_before: datetime) -> PolicyEdition | None:
        """Return the edition for a certificate, None for one older than what is known."""
        for edition in self.editions:
            if edition.issued_from is None or edition.issued_from <= not_before:
                return edition
        return None


class _PolicyFile(DataFile, frozen=True, kw_only=True):
    policies: tuple[TransparencyPolicy, ...]


@cache
def transparency_policies() -> tuple[TransparencyPolicy, ...]:
    """Return every policy that is known."""
    return read_data_file("transparency_policies.json", _PolicyFile).policies
