"""The comparison that a deployment test makes: this header, once, with exactly this value."""

from tlsward.errors import UsageError
from tlsward.http.fields import field_values, is_token, quoted, shown
from tlsward.http.redirects import leads_to_other_host
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.http import Expectation, HttpExchange

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
    return name, value


def judge_expectation(exchange: HttpExchange, name: str, value: str) -> Expectation:
    """Return whether the last response has the header.

    The case of names and the space around values do not count; everything else does. Whatever
    leads elsewhere, or answers with neither 2xx nor 3xx, does not have it; where a redirect
    could not be followed or the certificate is not accepted, it cannot be told.
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
    found = field_values(last.headers, name)
    if not found:
        return NO, "there is no such header"
    if len(found) > 1:
        return NO, f"there are {len(found)} lines of it"
    if found[0] != value:
        if name.lower() in _SECRET:
            return NO, "its value is another"
        return NO, f"its value is {quoted(found[0])}"
    if last.verified == NO:
        return UNKNOWN, f"it has the value, but anybody may have sent it: {last.verification}"
    return YES, "it has the value, once"
