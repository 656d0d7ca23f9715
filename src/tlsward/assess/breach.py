"""BREACH (CVE-2013-3587): compression by HTTP, of which one page shows the surface alone.

A server is open to it where one response, compressed, holds a secret beside something that
a client chose. One page that is compressed shows neither; one that is not shows only that
pages like it are not.
"""

from tlsward.http.disclosure import COMPRESSING
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.scan_result import ScanResult

#: Servers leave short bodies alone, some up to 2.7 kB: a longer one they would compress.
LONG_BODY_OCTETS = 4096
#: What a server that compresses anything compresses: others are left alone by default (nginx).
_PAGES = frozenset({"text/html", "application/xhtml+xml"})


def judge_breach(result: ScanResult) -> tuple[Answer, str] | None:
    """Return whether a server is open to it; None where no browser asks for pages."""
    http = result.http
    if result.target.starttls is not None:
        return None
    if not http:
        return UNKNOWN, "HTTP was not asked for"
    if http.get("state") != YES:
        return UNKNOWN, http.get("reason") or "HTTP could not be told"
    codings = [word.strip() for word in http.get("compression", "").split(",")]
    compressing = [coding for coding in codings if coding in COMPRESSING]
    if compressing:
        return UNKNOWN, (
            f"affected if a page repeats what a client sent beside a secret: / is compressed "
            f"({', '.join(compressing)}), and neither was looked for"
        )
    if codings != ["none"]:
        return UNKNOWN, "the coding of / is not known"
    doubt = _doubt(http)
    if doubt is not None:
        return UNKNOWN, doubt
    return NO, "/ is a page and was sent without compression, though the request allowed it"


def _doubt(http: dict[str, str]) -> str | None:
    """Return why a response without compression says nothing of others, None where it does."""
    if not http.get("status", "").startswith("2"):
        return f"/ is not compressed, but no page either (status {http.get('status', 'unknown')})"
    kind = http.get("content_type", "").partition(";")[0].strip().lower()
    if kind not in _PAGES:
        return "/ is not compressed, but no page either (it is not HTML)"
    length = http.get("content_length", "")
    if not (length.isascii() and length.isdigit()):
        return "/ is not compressed, and how long it is was not told: short pages are left alone"
    if len(length) <= 9 and int(length) < LONG_BODY_OCTETS:
        return f"/ is not compressed, but short ({length} octets): such pages are left alone"
    return None
