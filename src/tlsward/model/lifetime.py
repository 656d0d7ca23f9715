"""How long a certificate lives, how much of that is left, and when to renew it."""

from datetime import datetime

import msgspec

from tlsward.model.answer import UNKNOWN, Answer


class RenewalWindow(msgspec.Struct, frozen=True, kw_only=True):
    """What the issuer suggests (RFC 9773 section 4.2)."""

    start: datetime
    end: datetime
    explanation_url: str | None = None


class Lifetime(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate's life at a moment.

    `days` counts as the Baseline Requirements do (both ends inclusive, a fraction is a
    day); `left_percent` is 0 to 100; `renew_at` when a third of its life is left, or half
    where it lives for less than ten days; `due` whether that moment (or the start of the
    issuer's own window) has passed. `limit_days` is the most that a public authority
    could give on the day it was issued. `no_window` says why there is no window where the
    issuer was asked for one.
    """

    days: int
    left_days: float
    left_percent: float
    renew_at: datetime
    due: bool
    short_lived: bool = False
    limit_days: int | None = None
    within_limit: Answer = UNKNOWN
    renewal_window: RenewalWindow | None = None
    no_window: str | None = None
