"""What an HTTP server answered, line by line, and what is thought of it."""

from typing import Literal

import msgspec

from tlsward.model.answer import UNKNOWN, Answer

#: From best to worst: as it should be; worth knowing; to be improved; wrong or dangerous.
Grade = Literal["good", "note", "weak", "bad"]
GRADES: tuple[Grade, ...] = ("good", "note", "weak", "bad")


class HeaderLine(msgspec.Struct, frozen=True):
    """One header line as it came: octets as ISO 8859-1, the name in the case it was sent."""

    name: str
    value: str


class HttpResponse(msgspec.Struct, frozen=True, kw_only=True):
    """One response: `url` is what was asked, `headers` every line in its order.

    `version` is `HTTP/1.1`, `HTTP/1.0` or `HTTP/2`; `location` where a redirect leads, absolute.
    `verified` says whether the certificate was accepted, unknown over plain HTTP, and
    `verification` in words why not.
    """

    url: str
    host: str
    secure: bool
    status: int
    version: str
    headers: tuple[HeaderLine, ...] = ()
    location: str | None = None
    verified: Answer = UNKNOWN
    verification: str | None = None
    tls_version: str | None = None
    cipher_suite: str | None = None


class HttpExchange(msgspec.Struct, frozen=True, kw_only=True):
    """Responses from the first to the last that redirects led to.

    `reason` says why there is no response, or none to the last redirect; `reason_kind` is
    `too many` where there were more redirects than are followed.
    """

    url: str
    responses: tuple[HttpResponse, ...] = ()
    reason: str | None = None
    reason_kind: Literal["failed", "too many", "refused"] | None = None

    @property
    def last(self) -> HttpResponse | None:
        """Return the last response, None where there is none."""
        return self.responses[-1] if self.responses else None


class HeaderFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing said of a response: `id` is stable, `evidence` what was seen, safe to show.

    `advice` says what to do, empty where nothing is to be done.
    """

    id: str
    grade: Grade
    header: str
    text: str
    evidence: str = ""
    reference: str = ""
    advice: str = ""


class Expectation(msgspec.Struct, frozen=True, kw_only=True):
    """A header that is expected, and whether the last response has it, exactly and once."""

    header: str
    value: str
    holds: Answer
    reason: str


class HeadersReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked of a host and what is thought of it.

    `exchange` began at the URL that was named, `plain` at the same host over plain HTTP, None
    where that was not asked. `findings` are of the last response, then of the redirects.
    """

    exchange: HttpExchange
    plain: HttpExchange | None = None
    findings: tuple[HeaderFinding, ...] = ()
    expectations: tuple[Expectation, ...] = ()
