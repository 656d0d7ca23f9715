"""What `tlsward invoicer` does: texts into settings, and the service run with them."""

import gc
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tlsward.cli.exit_codes import COULD_NOT_TELL, HOLDS
from tlsward.cli.invoicer_command import PREFIX
from tlsward.cli.options import read_bytes, read_text
from tlsward.errors import UsageError
from tlsward.invoicer.log import json_log
from tlsward.invoicer.settings import (
    InvoicerSettings,
    OidcClient,
    TlsFiles,
    allowed_people,
    issuer_url,
    listen_address,
    origin,
    pin_policy,
    proxy_networks,
)
from tlsward.net.loop import run

if TYPE_CHECKING:
    from tlsward.invoicer.credentials import Credentials

#: Options that do nothing without another.
IDLE_WITHOUT = {
    "tls_cert": ("tls_level",),
    "hpkp_pin": ("hpkp_enforce", "hpkp_max_age"),
    "oidc_issuer": ("oidc_client_id", "oidc_client_secret_file", "oidc_ca_file", "allow"),
}
CLIENT_SECRET_VARIABLE = PREFIX + "OIDC_CLIENT_SECRET"


def run_service(**given: Any) -> int:  # noqa: ANN401 - the options of the command
    """Serve until a signal; return the exit code."""
    from tlsward.invoicer.database import DatabaseError
    from tlsward.invoicer.server import Running, end_on_signals

    _refuse_idle(given)
    settings = _settings(given)
    tls = _tls_files(given)
    listen = listen_address(given["listen"])
    if settings.oidc is not None and tls is None and not settings.trusted_proxies:
        raise UsageError(
            "--oidc-issuer: people sign in over https alone; give --tls-cert and --tls-key, "
            "or name with --trusted-proxy what ends TLS in front"
        )
    log = json_log(sys.stderr.buffer)

    async def serve() -> None:
        running = Running(settings, log, listen=listen, tls=tls)
        end_on_signals(running.server)
        await running.serve()

    # All that is loaded by now lives as long as the process: the collector need not look at it.
    gc.collect()
    gc.freeze()
    try:
        run(serve())
    except DatabaseError as error:
        return _unusable(error)
    return HOLDS


def make_token(*, database: str, name: str, days: int) -> int:
    """Make a token and print it."""
    if not name.isprintable() or not 0 < len(name) <= 100:
        raise UsageError("--name: write up to 100 characters that print")

    async def make(credentials: "Credentials") -> str:
        return await credentials.make_token(name, days=days)

    return _told(database, make)


def list_tokens(*, database: str) -> int:
    """Print a line for each token."""

    async def listed(credentials: "Credentials") -> str | None:
        lines = [
            f"{token.id}  {token.expires:%Y-%m-%dT%H:%M:%SZ}  {token.name}"
            for token in await credentials.tokens()
        ]
        return "\n".join(lines) or None

    return _told(database, listed)


def revoke(
    *, database: str, name: Sequence[str], token_id: Sequence[str], person: Sequence[str]
) -> int:
    """Revoke tokens and end sessions; say how many."""
    if not (name or token_id or person):
        raise UsageError("say what to revoke: --name, --id or --person")

    async def revoked(credentials: "Credentials") -> str:
        gone = await credentials.revoke(names=name, ids=token_id)
        ended = await credentials.end_sessions_of(person)
        if not gone + ended:
            raise UsageError(
                "there is no token and no session of these; tlsward invoicer tokens lists tokens"
            )
        return f"tokens revoked: {gone}, sessions ended: {ended}"

    return _told(database, revoked)


def _told(database: str, ask: Callable[["Credentials"], Awaitable[str | None]]) -> int:
    """Print what was asked of the credentials in the database."""
    from tlsward.invoicer.database import DatabaseError
    from tlsward.invoicer.service import Service

    service = Service(InvoicerSettings(database=_database(database)), json_log(sys.stderr.buffer))

    async def asked() -> str | None:
        try:
            await service.start()
            return await ask(service.credentials)
        finally:
            await service.stop()

    try:
        answer = run(asked())
    except DatabaseError as error:
        return _unusable(error)
    if answer is not None:
        click.echo(answer)
    return HOLDS


def _unusable(error: Exception) -> int:
    click.echo(f"tlsward: the database cannot be used: {error}", err=True)
    return COULD_NOT_TELL


def _refuse_idle(given: dict[str, Any]) -> None:
    """Refuse options that do nothing: whoever gave them takes them to do something."""
    context = click.get_current_context()
    for needed, options in IDLE_WITHOUT.items():
        for option in options:
            source = context.get_parameter_source(option)
            if not given[needed] and source is not click.core.ParameterSource.DEFAULT:
                said, wanted = (f"--{name.replace('_', '-')}" for name in (option, needed))
                raise UsageError(f"{said}: does nothing without {wanted}")
    if given["https_redirect"] and not (given["trusted_proxy"] or given["public_url"]):
        raise UsageError(
            "--https-redirect: say where https is: --trusted-proxy ADDR of the load balancer, or "
            "--public-url https://HOST"
        )


def _settings(given: dict[str, Any]) -> InvoicerSettings:
    public_url = given["public_url"]
    pins = pin_policy(
        given["hpkp_pin"],
        max_age_seconds=given["hpkp_max_age"],
        report_only=not given["hpkp_enforce"],
    )
    return InvoicerSettings(
        database=_database(given["database"]),
        public_url=None if public_url is None else origin(public_url, "--public-url"),
        trusted_proxies=proxy_networks(given["trusted_proxy"]),
        https_redirect=given["https_redirect"],
        oidc=_oidc(given),
        pins=pins,
        session_seconds=given["session_hours"] * 3600,
    )


def _database(text: str) -> str:
    """Return the URL of the database; refuse a password where everybody sees it."""
    from sqlalchemy import make_url

    from tlsward.invoicer.database import database_url, secrets_of

    database_url(text)
    source = click.get_current_context().get_parameter_source("database")
    if source is click.core.ParameterSource.COMMANDLINE and secrets_of(make_url(text)):
        raise UsageError(
            f"--database: a password is seen by all in the process list; set {PREFIX}DATABASE"
        )
    return text


def _oidc(given: dict[str, Any]) -> OidcClient | None:
    issuer, client_id = given["oidc_issuer"], given["oidc_client_id"]
    if issuer is None:
        return None
    if client_id is None:
        raise UsageError("--oidc-issuer: name the client as well: --oidc-client-id NAME")
    if given["public_url"] is None:
        raise UsageError("--oidc-issuer: say where people come back to: --public-url https://HOST")
    ca_file = given["oidc_ca_file"]
    if ca_file is not None:
        read_bytes(ca_file)
    return OidcClient(
        issuer=issuer_url(issuer),
        client_id=client_id,
        secret=_client_secret(given["oidc_client_secret_file"]),
        allowed=allowed_people(given["allow"]),
        ca_file=None if ca_file is None else Path(ca_file),
    )


def _client_secret(file: str | None) -> str | None:
    secret = os.environ.get(CLIENT_SECRET_VARIABLE) if file is None else read_text(file).strip()
    if secret == "":
        raise UsageError("the client's secret is empty")
    return secret


def _tls_files(given: dict[str, Any]) -> TlsFiles | None:
    certificate, key = given["tls_cert"], given["tls_key"]
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise UsageError("--tls-cert and --tls-key go together")
    return TlsFiles(certificate=Path(certificate), key=Path(key), level=given["tls_level"])
