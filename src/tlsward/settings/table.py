"""The table of settings: name, default, help. Everything else derives from it.

A row is a field of `Settings`. Its name gives the option (`target_level` is
`--target-level`), the environment variable (`TLSWARD_TARGET_LEVEL`) and the key in
`tlsward.toml` (`target_level`); its type what may be said; its `Row` the rest. The
command line, the documentation and `config check` are built from these rows and hold no
list of their own.
"""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from tlsward.settings.questions import ALL_QUESTIONS

Format = Literal["text", "json", "jsonl", "sarif", "junit", "html", "markdown", "cbom"]
Starttls = Literal[
    "smtp",
    "lmtp",
    "imap",
    "pop3",
    "ftp",
    "xmpp",
    "xmpp-server",
    "ldap",
    "postgres",
    "mysql",
    "sieve",
    "nntp",
    "irc",
]

SCAN = ("scan",)
#: Commands that connect to a host.
CONNECTING = ("scan", "inspect", "cert")
#: Commands that ask a host over HTTP.
ASKING = ("headers", "hsts check", "hpkp check")
#: Commands that build paths, and may fetch what they lack.
BUILDING = ("scan", "cert chain", "cert check")
#: Commands that print a report.
PRINTING = ("scan", "inspect", "cert", "dns", "trust", "primer", *ASKING)
ENVIRONMENT_PREFIX = "TLSWARD_"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What a setting is beside its name, type and default.

    `commands` are those that have it as an option; `least` bounds a number from below
    (`above_zero`: it must be larger than zero); `suffix` may follow a number.
    """

    help: str
    commands: tuple[str, ...] = SCAN
    metavar: str = ""
    short: str = ""
    least: int | None = None
    above_zero: bool = False
    suffix: str = ""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The values of all settings. Durations are in seconds."""

    target_level: Annotated[
        Literal["modern", "intermediate", "old"] | None,
        Row(help="The level that has to be met, by itself or by a better one; else exit code 1."),
    ] = None
    guideline: Annotated[
        str,
        Row(help="Version of Mozilla's guideline to judge by: 4.0, 5.0 to 5.8, 6.0 or latest."),
    ] = "latest"
    policy: Annotated[
        str | None,
        Row(
            help="A policy of your own (TOML or JSON) that changes levels of the guideline.",
            metavar="FILE",
        ),
    ] = None
    connect: Annotated[
        str | None,
        Row(
            help="Connect to this address instead of the one the name has.",
            metavar="ADDR[:PORT]",
            commands=(*CONNECTING, *ASKING),
        ),
    ] = None
    sni: Annotated[
        str | None,
        Row(
            help="Name to ask for (server_name) and to match the certificate with.",
            metavar="NAME",
            commands=(*CONNECTING, *ASKING),
        ),
    ] = None
    starttls: Annotated[
        Starttls | None,
        Row(
            help="Start with this protocol in the clear and upgrade to TLS.",
            commands=CONNECTING,
        ),
    ] = None
    all_addresses: Annotated[
        bool, Row(help="Scan every address of a name, not the first alone.")
    ] = False
    family: Annotated[
        Literal["4", "6"] | None,
        Row(
            help="Use addresses of this IP version only; -4 and -6 say the same.",
            commands=(*CONNECTING, *ASKING),
        ),
    ] = None
    ca_file: Annotated[
        str | None,
        Row(
            help="Certificates (PEM) to trust as well: the store named private.",
            metavar="FILE",
            commands=(*CONNECTING, *ASKING, "trust"),
        ),
    ] = None
    intermediates: Annotated[
        str | None,
        Row(
            help="Certificates (PEM) to build paths with beside those that are served.",
            metavar="FILE",
            commands=BUILDING,
        ),
    ] = None
    fetch_issuers: Annotated[
        bool,
        Row(
            help="Fetch missing intermediates from where certificates say that they are.",
            commands=BUILDING,
        ),
    ] = False
    revocation: Annotated[
        bool,
        Row(help="Fetch CRLs and ask OCSP responders whether certificates were revoked."),
    ] = False
    dns: Annotated[
        bool,
        Row(
            help="Ask the DNS which authorities may issue (CAA), and for TLSA records.",
            commands=("scan", "cert check"),
        ),
    ] = False
    http: Annotated[
        bool,
        Row(
            help="Ask the question http as well: one page, and what its headers say (HSTS, which "
            "then counts for the level, CSP, cookies, compression); on port 443 also whether plain "
            "HTTP on port 80 leads to it."
        ),
    ] = False
    nameserver: Annotated[
        str | None,
        Row(
            help="Ask this DNS server instead of the system's resolver.",
            metavar="ADDR[:PORT]",
            commands=("scan", "cert check", "dns"),
        ),
    ] = None
    fetch_private: Annotated[
        bool,
        Row(
            help="Fetch from loopback and private addresses too, which a hostile certificate "
            "could name to have them asked.",
            commands=(*BUILDING, *ASKING),
        ),
    ] = False
    log_list: Annotated[
        str | None,
        Row(
            help="Transparency logs to believe (a list of version 3), not those installed.",
            metavar="FILE",
            commands=("scan", "cert check"),
        ),
    ] = None
    password_file: Annotated[
        str | None,
        Row(
            help="A file with the password of a PKCS #12 file or private key; TLSWARD_PASSWORD has "
            "it as well.",
            metavar="FILE",
            commands=("cert", "hpkp check", "primer forward-secrecy"),
        ),
    ] = None
    quick: Annotated[
        bool,
        Row(
            help="Ask for protocols, suites, their order and the certificate alone, and for what "
            "a target level needs beside them."
        ),
    ] = False
    only: Annotated[
        tuple[str, ...],
        Row(
            help=f"Ask these questions alone ({', '.join(ALL_QUESTIONS)}); the rest is unknown.",
            metavar="Q,…",
        ),
    ] = ()
    skip: Annotated[
        tuple[str, ...],
        Row(help="Leave these questions out; what they would tell is unknown.", metavar="Q,…"),
    ] = ()
    max_connections: Annotated[
        int, Row(help="Connections to one address in all.", metavar="N", least=1)
    ] = 1000
    concurrency: Annotated[
        int, Row(help="Connections to one address at once.", metavar="N", least=1)
    ] = 60
    rate: Annotated[
        float | None,
        Row(
            help="Connections opened per second, to one address.",
            metavar="N/s",
            above_zero=True,
            suffix="/s",
        ),
    ] = None
    parallel: Annotated[int, Row(help="Targets scanned at once.", metavar="N", least=1)] = 8
    timeout: Annotated[
        float,
        Row(
            help="Longest silence of a server in seconds.",
            metavar="S",
            above_zero=True,
            suffix="s",
            commands=(*CONNECTING, *ASKING, "dns"),
        ),
    ] = 5.0
    deadline: Annotated[
        float,
        Row(
            help="Longest time one target may take in seconds; what is left then is unknown.",
            metavar="S",
            above_zero=True,
            suffix="s",
            commands=(*CONNECTING, *ASKING),
        ),
    ] = 120.0
    proxy: Annotated[
        str | None,
        Row(
            help="Connect through http://HOST:PORT or socks5://HOST:PORT. "
            "With a password: in TLSWARD_PROXY or the proxy file alone.",
            metavar="URL",
            commands=(*CONNECTING, *ASKING),
        ),
    ] = None
    proxy_file: Annotated[
        str | None,
        Row(
            help="A file with the proxy's URL, which may have a user name and password.",
            metavar="FILE",
            commands=(*CONNECTING, *ASKING),
        ),
    ] = None
    format: Annotated[Format, Row(help="What to print.", short="f")] = "text"
    output: Annotated[
        str | None,
        Row(
            help="Write to this file, whole or not at all, instead of standard output.",
            metavar="FILE",
            short="o",
            commands=PRINTING,
        ),
    ] = None
    baseline: Annotated[
        str | None,
        Row(
            help="An earlier result (json or jsonl): only what is new since then fails.",
            metavar="FILE",
        ),
    ] = None
    no_color: Annotated[
        bool,
        Row(
            help="Print without colour, as to a pipe; NO_COLOR does the same.",
            commands=PRINTING,
        ),
    ] = False
    no_progress: Annotated[bool, Row(help="Show no progress on standard error.")] = False


Kind = Literal["flag", "choice", "integer", "number", "list", "text"]


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One row, read: `kind` flag, choice, integer, number, list or text."""

    name: str
    kind: Kind
    default: Any
    row: Row
    choices: tuple[str, ...] = ()

    @property
    def option(self) -> str:
        """Return the option of the command line: `--target-level`."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """Return the environment variable: `TLSWARD_TARGET_LEVEL`."""
        return ENVIRONMENT_PREFIX + self.name.upper()

    @property
    def metavar(self) -> str:
        """Return what stands for the value in a usage line; empty for a flag."""
        if self.kind == "flag":
            return ""
        return "|".join(self.choices) or self.row.metavar or "VALUE"


@cache
def settings_table() -> dict[str, Setting]:
    """Return all settings by name, in the order of the table."""
    return {setting.name: setting for setting in _read_rows()}


def settings_of(*commands: str) -> tuple[Setting, ...]:
    """Return the settings that are options of any of these: `cert`, `cert check`."""
    return tuple(s for s in settings_table().values() if set(commands) & set(s.row.commands))


def _read_rows() -> Iterator[Setting]:
    hints = get_type_hints(Settings, include_extras=True)
    defaults = Settings()
    for name in Settings.__struct_fields__:
        annotation, row = get_args(hints[name])
        kind, choices = _kind_of(annotation)
        yield Setting(
            name=name, kind=kind, default=getattr(defaults, name), row=row, choices=choices
        )


def _kind_of(annotation: object) -> tuple[Kind, tuple[str, ...]]:
    members = [member for member in get_args(annotation) if member is not type(None)]
    if get_origin(annotation) is Literal:
        return "choice", tuple(get_args(annotation))
    if get_origin(annotation) is tuple:
        return "list", ()
    if members:
        return _kind_of(members[0])
    kinds: dict[object, Kind] = {bool: "flag", int: "integer", float: "number", str: "text"}
    return kinds[annotation], ()
