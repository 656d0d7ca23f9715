"""The comparison that a deployment test makes: this header, once, with exactly this value."""

from tlsward.errors import UsageError
from tlsward.http.fields import is_token, quoted, shown
from tlsward.http.hpkp import NAME as HPKP
from tlsward.http.hpkp import REPORT_ONLY_NAME as HPKP_REPORT_ONLY
from tlsward.http.hsts import NAME as HSTS
from tlsward.http.redirects import leads_to_other_host
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.http import Expectation, HttpExchange

#: Browsers ignore these over plain HTTP (RFC 6797 section 8.1, RFC 7469 section 2.3.1).
_SECURE_ALONE = frozenset({HSTS.lower(), HPKP.lower(), HPKP_REPORT_ONLY.lower()})
#: Values of these are secrets, and are not shown.
_SECRET = frozenset({"set-cookie"})


def parse_expectation(text: str) -> tuple[str, str]:
    """Return name and value of `Name: value`. Raises UsageError."""
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip(" \t")
    if not colon or not is_token(name):
        raise UsageError(f"--expect: expected 'Name: value', not {text!r}")
    if not value:
        raise UsageError(f"--expect: {name} is to have which value?")
    if any(c == "\x7f" or (c < " " and c != "\t") for c in value):
        raise UsageError(f"--expect: {name}: no header can have the value {quoted(value)}")
    return name, value


def judge_expectation(exchange: HttpExchange, name: str, value: str) -> Expectation:
    """Return whether the last response has the header.

    The case of names and the space around values do not count; everything else does. Whatever
    leads elsewhere, or answers with neither 2xx nor 3xx, does not have it; where a redirect
    could not be followed or a certificate on the way is not accepted, it cannot be told.
    """
    holds, reason = _judged(exchange, name, value)
    return Expectation(header=name, value=value, holds=holds, reason=reason)


def _judged(exchange: HttpExchange, name: str, value: str) -> tuple[Answer, str]:
    last = exchange.last
    if last is None:
        return UNKNOWN, exchange.reason or "no answer"
    if leads_to_other_host(exchange):
        return NO, f"it redirects to another host: {shown(last.location or last.url)}"
    if not 200 <= last.status < 400:
        return NO, f"the status is {last.status}"
    if exchange.reason_kind == "too many":
        return NO, exchange.reason or ""
    if exchange.reason is not None:
        return UNKNOWN, exchange.reason
    # Whole, however long: the comparison is of all of it.
    found = [each.value.strip(" \t") for each in last.headers if each.name.lower() == name.lower()]
    if not found:
        return NO, "there is no such header"
    if not last.secure and name.lower() in _SECURE_ALONE:
        return NO, "over plain HTTP browsers ignore it"
    if len(found) > 1:
        return NO, f"there are {len(found)} lines of it"
    # Header lines are read as ISO 8859-1; servers write UTF-8 as well.
    if found[0] not in {value, value.encode(errors="surrogateescape").decode("latin-1")}:
        if name.lower() in _SECRET:
            return NO, "its value is another"
        return NO, f"its value is {quoted(found[0])}"
    for each in exchange.responses:
        if each.verified == NO:
            reason = f"{each.url}: " if each is not last else ""
            reason = f"anybody may have sent it: {reason}{each.verification}"
            return UNKNOWN, f"it has the value, but {reason}"
    return YES, "it has the value, once"
