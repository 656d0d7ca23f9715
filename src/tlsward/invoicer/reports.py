"""The collector of what browsers report: violations of the CSP, and of pins.

A report is written by whoever likes, so it is bounded in size and rate, of its keys the known
ones alone go into the log, and addresses lose their queries.
"""

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from tlsward.invoicer.body import media_type, read_body
from tlsward.invoicer.log import short
from tlsward.invoicer.problems import RefusedError
from tlsward.invoicer.settings import REPORT_LIMIT_BYTES

if TYPE_CHECKING:
    from tlsward.invoicer.request import Call

MEDIA_TYPES = frozenset({"application/csp-report", "application/reports+json", "application/json"})
#: Of the CSP (both spellings), and of RFC 7469 section 3.
KEYS = (
    *("document-uri", "documentURL", "blocked-uri", "blockedURL", "violated-directive"),
    *("effective-directive", "effectiveDirective", "disposition", "source-file", "sourceFile"),
    *("line-number", "lineNumber", "hostname", "port", "noted-hostname", "date-time"),
    "include-subdomains",
)
_USER = re.compile(r"//[^/@]*@")
MOST_REPORTS = 10
PER_SECOND, BURST = 10.0, 50.0


class Bucket:
    """A rate: so many in a second, and so many at once after a silence."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left = BURST
        self._at = clock()

    def take(self) -> bool:
        """Return whether one more is within the rate."""
        now = self._clock()
        self._left = min(BURST, self._left + (now - self._at) * PER_SECOND)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


async def collect(call: "Call") -> Response:
    """Log the reports of one request."""
    if not call.service.reports.take():
        raise RefusedError(429, "too many reports", headers={"Retry-After": "10"})
    if media_type(call.request) not in MEDIA_TYPES:
        raise RefusedError(415, "send a report")
    body = await read_body(call.request, REPORT_LIMIT_BYTES)
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise RefusedError(400, "not JSON") from None
    reports = document if isinstance(document, list) else [document]
    for report in reports[:MOST_REPORTS]:
        if isinstance(report, dict):
            call.service.log.warning("report", **_known(report))
    return Response(b"", 204)


def _bare(text: str) -> str:
    """Return an address without what may be secret in it: its query, its fragment, its user."""
    return short(_USER.sub("//", re.split("[?#]", text[:2000], maxsplit=1)[0]))


def _known(report: dict[str, Any]) -> dict[str, str]:
    inner = report.get("csp-report") or report.get("body") or report
    values = inner if isinstance(inner, dict) else report
    kind = "csp" if "csp-report" in report else short(report.get("type", "pins"))
    shown = {
        key.replace("-", "_"): _bare(str(values[key]))
        for key in KEYS
        if isinstance(values.get(key), str | int)
    }
    return {"kind": kind, **shown}
