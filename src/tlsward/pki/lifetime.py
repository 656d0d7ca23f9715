"""How much of a certificate's life is left, and when to renew it.

A fixed number of days before the end is wrong for certificates that live for 45 days or
for six, so the moment is a share of the life, unless the issuer has said it itself.
"""

import math
from datetime import datetime, timedelta

from tlsward.facts.certificate_lifetimes import LifetimeLimit, is_short_lived, public_limit
from tlsward.model.answer import UNKNOWN, Answer, answer_of
from tlsward.model.lifetime import Lifetime, RenewalWindow
from tlsward.pki.x509 import X509Certificate

_A_DAY = timedelta(days=1)
_ONE_SECOND = timedelta(seconds=1)
#: The share of its life that is left when a certificate should be renewed; one that lives
#: for less than ten days is renewed half-way (Let's Encrypt's integration guide).
_LEFT_AT_RENEWAL, _LEFT_OF_SHORT = 1 / 3, 1 / 2
_SHORT = timedelta(days=10)


def lifetime(
    certificate: X509Certificate,
    now: datetime,
    *,
    window: RenewalWindow | str | None = None,
    public: bool | None,
) -> Lifetime:
    """Return a certificate's life at a moment.

    `window` is what its issuer suggests, whose start is then the moment to renew, or why
    that could not be told where it was asked. `public`
    says whether the limits of public authorities apply, None that it is not known. A
    certificate that ends before it begins has no life left.
    """
    begin, end = certificate.not_before, certificate.not_after
    whole = max(end - begin + _ONE_SECOND, timedelta(0))
    left = end - now + _ONE_SECOND
    if isinstance(window, RenewalWindow) and window.start > end:
        window = "the window begins after the certificate ends"
    suggested = window if isinstance(window, RenewalWindow) else None
    renew_at = _renew_at(begin, whole) if suggested is None else suggested.start
    limit = public_limit(begin)
    return Lifetime(
        days=math.ceil(whole / _A_DAY),
        # Never more than there is: what has begun to pass is not told as whole.
        left_days=math.floor(left / _A_DAY * 1000) / 1000,
        left_percent=_percent(left, whole),
        renew_at=renew_at,
        due=now >= renew_at,
        short_lived=timedelta(0) < whole and is_short_lived(begin, end),
        limit_days=None if limit is None else limit.days_from(begin),
        within_limit=_within(limit, begin, whole, public=public),
        renewal_window=suggested,
        no_window=window if isinstance(window, str) else None,
    )


def _renew_at(begin: datetime, whole: timedelta) -> datetime:
    share = _LEFT_OF_SHORT if whole < _SHORT else _LEFT_AT_RENEWAL
    return begin + timedelta(seconds=int((whole * (1 - share)).total_seconds()))


def _percent(left: timedelta, whole: timedelta) -> float:
    """Return the share of its life that is left; all of it before it begins."""
    if not whole:
        return 0.0
    return round(min(max(left / whole, 0.0), 1.0) * 100, 1)


def _within(
    limit: LifetimeLimit | None, begin: datetime, whole: timedelta, *, public: bool | None
) -> Answer:
    """Return whether it keeps to the limit: unknown where there is none that applies."""
    if not public or limit is None:
        return UNKNOWN
    # Months were counted without the last second, which days have been from the start.
    counted = whole if limit.days else whole - _ONE_SECOND
    return answer_of(counted <= timedelta(days=limit.days_from(begin)))
