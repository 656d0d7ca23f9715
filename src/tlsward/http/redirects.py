"""Redirects from plain HTTP to HTTPS and beyond, judged hop by hop."""

from tlsward.http.fields import field_values, shown
from tlsward.http.finding import header_finding
from tlsward.http.hsts import NAME as HSTS
from tlsward.http.hsts import HstsReceived, received_hsts
from tlsward.http.names import canonical, scheme_and_host
from tlsward.model.answer import NO, YES
from tlsward.model.http import HeaderFinding, HttpExchange, HttpResponse

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


def judge_redirects(exchange: HttpExchange) -> tuple[HeaderFinding, ...]:
    """Return what is to be said of the way from the first response to the last."""
    findings: list[HeaderFinding] = []
    responses = exchange.responses
    from_plain = bool(responses) and not responses[0].secure
    if from_plain:
        findings += _first_of_plain(responses[0])
    for response in responses:
        findings += _hop(response, is_first=response is responses[0])
        # Of a page itself it is said elsewhere, but for one that plain HTTP leads to.
        if response.verified == NO and (from_plain or response.location is not None):
            evidence = f"{shown(response.url)}: {response.verification}"
            findings.append(header_finding("redirect.not-verified", evidence))
    if exchange.reason_kind == "too many":
        findings.append(header_finding("redirect.too-many", exchange.reason or ""))
    elif responses and exchange.reason_kind == "refused":
        # Where it leads to plain HTTP or to no page, that has been said.
        if scheme_and_host(responses[-1].location or "")[0] == "https":
            findings.append(header_finding("redirect.not-asked", exchange.reason or ""))
    elif responses and exchange.reason is not None:
        findings.append(header_finding("redirect.broken", exchange.reason))
    elif not responses and scheme_and_host(exchange.url)[0] == "http":
        findings.append(header_finding("redirect.http-closed", exchange.reason or ""))
    return tuple(findings)


def leads_to_other_host(exchange: HttpExchange) -> bool:
    """Whether a redirect leads to another host than was asked, followed or not."""
    if not exchange.responses:
        return False
    first = canonical(exchange.responses[0].host)
    places = [
        scheme_and_host(each.location)[1]
        for each in exchange.responses
        if each.location is not None
    ]
    places += [each.host for each in exchange.responses]
    return any(canonical(place) != first for place in places)


def noted_on_the_way(exchange: HttpExchange) -> str | None:
    """Return the URL of an earlier response of the last one's host, of which HSTS is noted."""
    *earlier, last = exchange.responses or (None,)
    if last is None:
        return None
    for response in earlier:
        if response is None or canonical(response.host) != canonical(last.host):
            continue
        policy = _received(response).policy if response.secure else None
        if policy is not None and not policy.forgets:
            return response.url
    return None


def _received(response: HttpResponse) -> HstsReceived:
    return received_hsts(
        field_values(response.headers, HSTS),
        secure=True,
        host=response.host,
        verified=NO if response.verified == NO else YES,
    )


def _first_of_plain(first: HttpResponse) -> list[HeaderFinding]:
    if first.location is None:
        return [header_finding("redirect.missing", f"status {first.status} of {shown(first.url)}")]
    secure = scheme_and_host(first.location)[0] == "https"
    if not secure or canonical(scheme_and_host(first.location)[1]) != canonical(first.host):
        return [header_finding("redirect.elsewhere", shown(first.location))]
    findings = [header_finding("redirect.to-https", shown(first.location))]
    if first.status not in _PERMANENT:
        findings.append(header_finding("redirect.temporary", f"status {first.status}"))
    return findings


def _hop(response: HttpResponse, *, is_first: bool) -> list[HeaderFinding]:
    findings: list[HeaderFinding] = []
    values = field_values(response.headers, HSTS)
    if not response.secure:
        if values:
            findings.append(header_finding("redirect.hsts-over-http", shown(response.url)))
        if response.location is not None and not is_first:
            findings += _insecure(response.location, "redirect.insecure")
        return findings
    if response.location is None:
        return findings
    findings += _insecure(response.location, "redirect.downgrade")
    received = _received(response)
    if not received.fields or received.fields[0].invalid is not None:
        findings.append(header_finding("redirect.no-hsts", shown(response.url)))
    return findings


def _insecure(location: str, kind: str) -> list[HeaderFinding]:
    """Return that a redirect leads to plain HTTP, in the words of a kind, or to no page."""
    scheme = scheme_and_host(location)[0]
    if scheme == "https":
        return []
    return [header_finding(kind if scheme == "http" else "redirect.no-page", shown(location))]
