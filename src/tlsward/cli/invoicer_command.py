"""`tlsward invoicer`: the sample service, and tokens for its API."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from tlsward.cli.options import complete_file

EPILOG = """\b
Examples:
  tlsward invoicer serve
  tlsward invoicer serve --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem
  tlsward invoicer serve --listen 0.0.0.0:8080 --trusted-proxy 10.0.0.0/8 --https-redirect
  tlsward invoicer token --name deployer
  tlsward invoicer revoke --name deployer
"""
DERIVATION = (
    "Every option is also a variable: --tls-cert is TLSWARD_INVOICER_TLS_CERT. Several values of "
    "one option stand in it with blanks between them. Secrets are read from a variable or a file, "
    "never from the command line, which all on the machine can read."
)
SERVE_EPILOG = f"""\b
Secrets:
  TLSWARD_INVOICER_DATABASE            the database's URL, if it has a password
  TLSWARD_INVOICER_OIDC_CLIENT_SECRET  the client's secret, or its file:
                                       --oidc-client-secret-file

\b
Examples:
  tlsward invoicer serve --database sqlite:///invoices.db
  tlsward invoicer serve --tls-cert chain.pem --tls-key key.pem --tls-level modern
  tlsward invoicer serve --public-url https://invoicer.example.com \\
      --oidc-issuer https://login.example.com --oidc-client-id invoicer \\
      --oidc-client-secret-file secret --allow @example.com

\b
Exit codes: 0 ended by a signal; 2 the call is wrong; 3 the database could not be used.

{DERIVATION}
"""
TOKEN_EPILOG = f"""\b
Examples:
  tlsward invoicer token --name deployer --days 30
  curl -H "Authorization: Bearer $(tlsward invoicer token)" localhost:8080/invoices

{DERIVATION}
"""
TOKENS_EPILOG = f"""\b
Examples:
  tlsward invoicer tokens

{DERIVATION}
"""
REVOKE_EPILOG = """\b
Examples:
  tlsward invoicer revoke --name deployer
  tlsward invoicer revoke --id 3f2a9c1b0d4e
  tlsward invoicer revoke --person 248289761001

\b
Exit codes: 0 revoked; 2 the call is wrong, or there is nothing of these; 3 the database could not
be used.
"""
PREFIX = "TLSWARD_INVOICER_"

F = TypeVar("F", bound=Callable[..., Any])


def _option(*names: str, **more: Any) -> Callable[[F], F]:  # noqa: ANN401 - click's own
    """Return an option that is also a variable."""
    variable = PREFIX + names[0].removeprefix("--").replace("-", "_").upper()
    more["help"] += "" if more.get("default") is None else f"  [default: {more['default']}]"
    if more.get("metavar") == "FILE":
        more["shell_complete"] = complete_file
    return click.option(*names, envvar=variable, **more)


_database = _option(
    "--database",
    metavar="URL",
    default="sqlite:///invoicer.db",
    help="Where invoices are kept: sqlite:///FILE or postgresql://HOST/NAME.",
)


@click.group("invoicer", epilog=EPILOG)
def invoicer() -> None:
    """Run the invoicer, a small service to take from plain HTTP to HTTPS.

    It keeps invoices, has an API and a page, and sets every header and cookie as it should.
    """


@invoicer.command("serve", epilog=SERVE_EPILOG)
@_option(
    "--listen", metavar="ADDR:PORT", default="127.0.0.1:8080", help="Where to wait for requests."
)
@_database
@_option("--public-url", metavar="URL", help="The https URL that browsers know the service by.")
@_option("--tls-cert", metavar="FILE", help="Serve TLS with this chain (PEM, the leaf first).")
@_option("--tls-key", metavar="FILE", help="The private key of the chain (PEM).")
@_option(
    "--tls-level",
    type=click.Choice(["modern", "intermediate"]),
    default="intermediate",
    help="The level of guideline 6.0 that its own TLS has.",
)
@_option(
    "--trusted-proxy",
    metavar="NETWORK",
    multiple=True,
    help="Believe X-Forwarded-Proto and X-Forwarded-For of these addresses; may be repeated.",
)
@_option(
    "--https-redirect",
    is_flag=True,
    help="Send requests over http to https (308), save those of heartbeats.",
)
@_option("--oidc-issuer", metavar="URL", help="Let people sign in at this OpenID provider.")
@_option("--oidc-client-id", metavar="NAME", help="What the provider knows the service by.")
@_option("--oidc-client-secret-file", metavar="FILE", help="A file with the client's secret.")
@_option("--oidc-ca-file", metavar="FILE", help="Trust the provider by these certificates too.")
@_option(
    "--allow",
    metavar="WHO",
    multiple=True,
    help="Whom to let in: ada@example.com, @example.com or * for all; may be repeated.",
)
@_option(
    "--session-hours",
    metavar="N",
    type=click.IntRange(1, 24 * 30),
    default=8,
    help="How long a session lasts.",
)
@_option(
    "--hpkp-pin",
    metavar="PIN",
    multiple=True,
    help="Send Public-Key-Pins with this key (base64 of a SHA-256); twice at least.",
)
@_option(
    "--hpkp-max-age",
    metavar="S",
    type=click.IntRange(0),
    default=86400,
    help="How long browsers hold the pins, in seconds.",
)
@_option("--hpkp-enforce", is_flag=True, help="Have pins enforced, not reported alone.")
def serve(**given: Any) -> int:  # noqa: ANN401 - the options above
    """Serve until a signal.

    Logs one JSON object a line to standard error. SIGTERM and Ctrl-C end it when what is under
    way is done. The files of its own TLS are read again when they change.
    """
    require_extra()
    from tlsward.cli.invoicer_run import run_service

    return run_service(**given)


@invoicer.command("token", epilog=TOKEN_EPILOG)
@_database
@_option("--name", metavar="NAME", default="api", help="What the log calls the token's bearer.")
@_option("--days", metavar="N", type=click.IntRange(1, 3650), default=90, help="How long it holds.")
def token(**given: Any) -> int:  # noqa: ANN401 - the options above
    """Make a token for the API and print it: the database has its hash alone."""
    require_extra()
    from tlsward.cli.invoicer_run import make_token

    return make_token(**given)


@invoicer.command("tokens", epilog=TOKENS_EPILOG)
@_database
def tokens(**given: Any) -> int:  # noqa: ANN401 - the options above
    """List the tokens for the API: the id of each, until when it holds, its name."""
    require_extra()
    from tlsward.cli.invoicer_run import list_tokens

    return list_tokens(**given)


@invoicer.command("revoke", epilog=REVOKE_EPILOG)
@_database
# No variables: what is revoked is said in the call.
@click.option("--name", metavar="NAME", multiple=True, help="Revoke all tokens of this name.")
@click.option("--id", "token_id", metavar="ID", multiple=True, help="Revoke the token of this id.")
@click.option("--person", metavar="SUBJECT", multiple=True, help="End the sessions of this person.")
def revoke(**given: Any) -> int:  # noqa: ANN401 - the options above
    """Revoke tokens for the API and end sessions of people.

    A service that runs believes a token for up to five seconds longer. A person is named as in
    the log, under actor; to keep somebody out, take them from --allow as well.
    """
    require_extra()
    from tlsward.cli.invoicer_run import revoke as revoke_them

    return revoke_them(**given)


def require_extra() -> None:
    """Raise UsageError where the packages of the service are not installed."""
    from importlib.util import find_spec

    from tlsward.errors import UsageError

    needed = ("aiosqlite", "jinja2", "joserfc", "psycopg", "sqlalchemy", "starlette", "structlog")
    if any(find_spec(name) is None for name in (*needed, "uvicorn")):
        raise UsageError("the invoicer is not installed; run: pip install 'tlsward[service]'")
