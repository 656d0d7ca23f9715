"""Every header that browsers enforce, in one place, on every answer.

Scripts and styles come from files of ours alone, so the policy needs neither `unsafe-inline`
nor a nonce. Strict-Transport-Security is sent over https alone (RFC 6797 section 7.2), and
so are Public-Key-Pins, which are off unless the operator named pins.
"""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tlsward.invoicer.request import facts_of
from tlsward.invoicer.settings import HSTS_SECONDS, InvoicerSettings, PinPolicy

REPORTS = "/reports"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        f"report-uri {REPORTS}",
        "report-to reports",
    )
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Reporting-Endpoints": f'reports="{REPORTS}"',
    # For browsers older than frame-ancestors.
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`, with which browsers post the forms of the page with `Origin: null`.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT_TRANSPORT_SECURITY = f"max-age={HSTS_SECONDS}; includeSubDomains"
#: What a handler does not say of its own answer is private.
NOT_CACHED = (b"cache-control", b"no-store")


class SecurityHeaders:
    """Sets the headers of every answer, those of refusals and redirects included."""

    def __init__(self, app: ASGIApp, settings: InvoicerSettings) -> None:
        self._app = app
        over_https = {"Strict-Transport-Security": STRICT_TRANSPORT_SECURITY}
        if settings.pins is not None:
            over_https |= public_key_pins(settings.pins, settings.public_url)
        self._over_http = _raw(ALWAYS)
        self._over_https = _raw(ALWAYS | over_https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with its headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                # The scheme is known by now: from the connection, or from a trusted proxy.
                headers += self._over_https if scope["scheme"] == "https" else self._over_http
                headers.append((b"x-request-id", facts_of(scope).request_id.encode()))
                if not any(name.lower() == b"cache-control" for name, _ in headers):
                    headers.append(NOT_CACHED)
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def public_key_pins(policy: PinPolicy, public_url: str | None) -> dict[str, str]:
    """Return the header of a pin policy (RFC 7469 section 2.1)."""
    name = "Public-Key-Pins-Report-Only" if policy.report_only else "Public-Key-Pins"
    directives = [f'pin-sha256="{pin}"' for pin in policy.pins]
    if not policy.report_only:
        directives.append(f"max-age={policy.max_age_seconds}")
    if public_url is not None:
        # Section 2.1.4: an absolute URI, which nobody here knows without the public URL.
        directives.append(f'report-uri="{public_url}{REPORTS}"')
    return {name: "; ".join(directives)}
