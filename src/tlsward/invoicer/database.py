"""The database: SQLite in a file, or PostgreSQL by its URL.

A PostgreSQL that is not on this machine is spoken to over TLS, its certificate verified:
what travels there is all that there is to steal.
"""

import os
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Executable, Row, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from tlsward.errors import UsageError
from tlsward.invoicer.log import short
from tlsward.invoicer.schema import SchemaError, prepare

if TYPE_CHECKING:
    from sqlalchemy import URL

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
#: libpq's modes that encrypt and verify; the others take whoever answers for the server.
VERIFYING = ("verify-full", "verify-ca")
CONNECTIONS = 5
WAIT_SECONDS = 5
#: A reader of SQLite waits for nobody but, after a crash, for the one who repairs the file.
READ_WAIT_SECONDS = 1


class DatabaseError(Exception):
    """The database cannot be used; the reason is one line, without a secret."""


def database_url(text: str) -> "URL":
    """Return the URL of a database with its driver, and TLS where the way there needs it.

    Raises UsageError for what is no such URL, and for one that asks for less than verified
    TLS over a network.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise UsageError(
            "not the URL of a database; write sqlite:///FILE or postgresql://HOST/NAME"
        ) from None
    driver = DRIVERS.get(url.drivername)
    if driver is None:
        raise UsageError(
            f"no database of kind {url.drivername!r}; write sqlite:///FILE or postgresql://HOST/NAME"
        )
    url = url.set(drivername=driver)
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise UsageError("the database must be a file: sqlite:///invoicer.db")
        if url.query and "uri" not in url.query:
            raise UsageError("sqlite:///FILE takes nothing behind a question mark")
        return url
    return _verified(url)


def _verified(url: "URL") -> "URL":
    if all(_is_here(host) for host in _hosts(url)):
        return url
    mode = url.query.get("sslmode")
    if mode is None:
        # `system` are the roots that OpenSSL trusts (libpq 16 and newer).
        root = url.query.get("sslrootcert", os.environ.get("PGSSLROOTCERT", "system"))
        return url.update_query_dict({"sslmode": "verify-full", "sslrootcert": root})
    if mode not in VERIFYING:
        raise UsageError(
            f"sslmode={mode} lets anybody on the way read the database's traffic; "
            "use sslmode=verify-full, with sslrootcert=FILE for an authority of your own"
        )
    return url


def _hosts(url: "URL") -> list[str]:
    """Return every host that libpq may connect to.

    They stand in the URL, in its query, and in variables where those two say nothing.
    """
    hosts = [url.host] if url.host else []
    for name in ("host", "hostaddr"):
        said = url.query.get(name, ())
        found = [said] if isinstance(said, str) else list(said)
        if not found and (name == "hostaddr" or not hosts):
            found = [os.environ.get("PG" + name.upper(), "")]
        for text in found:
            hosts += text.split(",")
    if "service" in url.query or "PGSERVICE" in os.environ:
        hosts.append("the host of the service")  # whatever its file says
    return hosts


def secrets_of(url: "URL") -> list[str]:
    """Return what of a URL nobody else may read: passwords, before the @ and in the query."""
    found = [url.password] if url.password else []
    for name in ("password", "sslpassword"):
        said = url.query.get(name, ())
        found += (said,) if isinstance(said, str) else said
    return [secret for secret in found if secret]


def _is_here(host: str) -> bool:
    if host.startswith("/") or host in {"", "localhost"}:
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def open_engine(url: "URL") -> AsyncEngine:
    """Return the engine of a database; nothing is connected yet."""
    engine = create_async_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS,
        # What is kept is in no traceback.
        hide_parameters=True,
        # PostgreSQL may have been restarted since the connection was used last.
        pool_pre_ping=url.get_backend_name() == "postgresql",
        connect_args={"connect_timeout": WAIT_SECONDS}
        if url.get_backend_name() == "postgresql"
        else {"timeout": WAIT_SECONDS},
    )
    if url.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:  # noqa: ANN401, ARG001
    cursor = connection.cursor()
    # Readers do not wait for a writer, and an invoice takes its charges along.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class Database:
    """The engine for all that writes, and a short way for what reads one statement.

    A read of SQLite takes some 80 µs and waits for no writer, so it runs in the loop's own
    thread; to hand it to the driver's, which is what the engine does, and back takes ten times as
    long. PostgreSQL is read through the engine. (Decision 14 has the numbers.)
    """

    def __init__(self, url: "URL") -> None:
        self.engine = open_engine(url)
        self._url = url
        self._reader: Connection | None = None

    async def start(self) -> None:
        """Make the tables that are not there yet; raises DatabaseError."""
        try:
            _keep_from_others(self._url)
            async with self.engine.begin() as connection:
                await prepare(connection)
        except (SQLAlchemyError, SchemaError, OSError) as error:
            await self.engine.dispose()
            raise DatabaseError(_reason(error, self._url)) from None
        if self._url.get_backend_name() == "sqlite":
            self._reader = create_engine(
                self._url.set(drivername="sqlite"),
                isolation_level="AUTOCOMMIT",
                hide_parameters=True,
                connect_args={"timeout": READ_WAIT_SECONDS},
            ).connect()

    async def stop(self) -> None:
        """Close the connections."""
        if self._reader is not None:
            self._reader.close()
            self._reader.engine.dispose()
            self._reader = None
        await self.engine.dispose()

    async def rows(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Sequence[Row[Any]]:
        """Return the rows of one statement that changes nothing."""
        if self._reader is not None:
            return self._reader.execute(statement, parameters).all()
        async with self.engine.connect() as connection:
            return (await connection.execute(statement, parameters)).all()


def _reason(error: Exception, url: "URL") -> str:
    """Return the first line of what the driver or the system says, without a password in it."""
    if isinstance(error, OSError):
        return f"{error.filename or 'the file'}: {error.strerror}"
    said = str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]
    for secret in secrets_of(url):
        said = said.replace(secret, "***")
    return short(said)


def _keep_from_others(url: "URL") -> None:
    """Make the file of SQLite readable to its owner alone; the files beside it take after it."""
    file = url.database or ""
    if url.get_backend_name() == "sqlite" and not file.startswith("file:"):
        Path(file).touch(0o600, exist_ok=True)
