"""The service as one ASGI application."""

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from tlsward.invoicer.credentials import Credentials
from tlsward.invoicer.database import Database, database_url
from tlsward.invoicer.forwarding import Forwarding, HttpsRedirect
from tlsward.invoicer.log import Log
from tlsward.invoicer.oidc import Provider
from tlsward.invoicer.problems import RefusedError
from tlsward.invoicer.reports import Bucket
from tlsward.invoicer.request_log import RequestLog
from tlsward.invoicer.routes import routes
from tlsward.invoicer.security_headers import SecurityHeaders
from tlsward.invoicer.settings import InvoicerSettings
from tlsward.invoicer.store import InvoiceStore


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Service:
    """The invoicer. `now` returns an aware datetime; tests have clocks of their own.

    Raises UsageError for a database that cannot be used.
    """

    def __init__(
        self, settings: InvoicerSettings, log: Log, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        self.settings = settings
        self.log = log
        self.now = now
        self.database = Database(database_url(settings.database))
        self.invoices = InvoiceStore(self.database)
        self.credentials = Credentials(self.database, now)
        self.provider = Provider(settings.oidc) if settings.oidc is not None else None
        self.reports = Bucket()
        application: ASGIApp = Router(routes(self), redirect_slashes=False, default=_not_found)
        if settings.https_redirect:
            application = HttpsRedirect(application, settings.public_url)
        application = SecurityHeaders(RequestLog(application, log), settings)
        self._application = Forwarding(application, settings.trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._application(scope, receive, send)

    async def start(self) -> None:
        """Make the tables that are not there yet; raises DatabaseError."""
        await self.database.start()

    async def stop(self) -> None:
        """Close the connections to the database."""
        await self.database.stop()


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
    raise RefusedError(404, "there is nothing here")
