"""Rules on dates: how long a certificate may live, and how its dates are written."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tlsward.facts.certificate_lifetimes import LifetimeLimit, private_limit, public_limit
from tlsward.pki.lint.linted import Check, Linted

_A_DAY = timedelta(days=1)
#: The first year that is written as GeneralizedTime (RFC 5280 section 4.1.2.5).
_GENERALIZED_TIME_FROM = 2050


def _lifetime(linted: Linted) -> Iterator[str]:
    yield from _beyond(public_limit(linted.certificate.not_before), linted)


def _private(linted: Linted) -> Iterator[str]:
    yield from _beyond(private_limit(linted.certificate.not_before), linted)


def _beyond(limit: LifetimeLimit | None, linted: Linted) -> Iterator[str]:
    if limit is None:
        return
    days = limit.days_from(linted.certificate.not_before)
    # Months were counted without the last second, which days have been from the start.
    counted = linted.lifetime if limit.days else linted.lifetime - timedelta(seconds=1)
    if counted > timedelta(days=days):
        yield f"{_days(linted.lifetime)}, and {days} days at most"


def _margin(linted: Linted) -> Iterator[str]:
    limit = public_limit(linted.certificate.not_before)
    if limit is None or limit.days is None:
        return
    allowed = timedelta(days=limit.days)
    if allowed - _A_DAY < linted.lifetime <= allowed:
        yield f"{_days(linted.lifetime)} of {limit.days} days"


def _order(linted: Linted) -> Iterator[str]:
    certificate = linted.certificate
    if certificate.not_after < certificate.not_before:
        yield f"{certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}"


def _encoding(linted: Linted) -> Iterator[str]:
    certificate = linted.certificate
    # The library shows moments and not how they are written; so look for the right form.
    expected = _encoded(certificate.not_before) + _encoded(certificate.not_after)
    if expected not in certificate.signature.signed:
        yield f"{certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}"


def _encoded(moment: datetime) -> bytes:
    # %Y has no leading zeros on every platform.
    rest = f"{moment:%m%d%H%M%SZ}".encode()
    if 1950 <= moment.year < _GENERALIZED_TIME_FROM:
        return b"\x17\x0d" + f"{moment.year % 100:02}".encode() + rest
    return b"\x18\x0f" + f"{moment.year:04}".encode() + rest


def _expired(linted: Linted) -> Iterator[str]:
    if linted.certificate.not_after < linted.now:
        yield f"since {linted.certificate.not_after:%Y-%m-%d %H:%M} UTC"


def _future(linted: Linted) -> Iterator[str]:
    if linted.certificate.not_before > linted.now:
        yield f"from {linted.certificate.not_before:%Y-%m-%d %H:%M} UTC"


def _days(lifetime: timedelta) -> str:
    days, rest = divmod(lifetime, _A_DAY)
    if not rest:
        return f"{days} days"
    return f"{days} days and {rest.total_seconds():.0f} s"


CHECKS: dict[str, Check] = {
    "lint.lifetime": _lifetime,
    "lint.lifetime.margin": _margin,
    "lint.lifetime.private": _private,
    "lint.validity.order": _order,
    "lint.validity.encoding": _encoding,
    "lint.validity.expired": _expired,
    "lint.validity.future": _future,
}
