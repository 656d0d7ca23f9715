"""From what a person writes for a target to a Target. No network, no files: pure.

::

    host  host:port  v4  v4:port  v6  [v6]  [v6]:port
    https://host[:port][/path]
    starttls+PROTOCOL://host[:port]
    tls://host[:port]

In a list (`@FILE`, or `-` for standard input) there is one target a line; `#` begins a
comment.
"""

import re
from collections.abc import Callable, Iterable

from tlsward.errors import BadNameError, UsageError
from tlsward.model.target import STARTTLS_PORTS, Target
from tlsward.net.addresses import ascii_host, literal_family

HTTPS_PORT = 443
#: Schemes of addresses whose port speaks TLS from its first byte, with that port.
TLS_PORTS = {
    "https": 443,
    "wss": 443,
    "tls": 443,
    "ssl": 443,
    "ftps": 990,
    "imaps": 993,
    "ldaps": 636,
    "pop3s": 995,
    "smtps": 465,
}
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)\Z", re.DOTALL)
#: A list is read whole; a million targets of 64 octets fit.
MOST_LIST_BYTES = 64 * 1024 * 1024


def parse_target(text: str, *, starttls: str | None = None, sni: str | None = None) -> Target:
    """Return the target that a text names; UsageError, with one line, for what names none.

    `starttls` is the protocol to start with where the text says none; `sni` the name to
    ask for instead of the host.
    """
    stripped = text.strip()
    if not stripped:
        raise UsageError("a target is empty: expected host, host:port or https://host")
    authority = stripped
    default_port: int | None = None
    url = _URL.match(stripped)
    if url is not None:
        scheme, authority = url.group(1).lower(), re.split(r"[/?#]", url.group(2), maxsplit=1)[0]
        if "@" in authority:
            raise UsageError(f"{stripped!r}: a target has no user name or password")
        default_port, said = _scheme(scheme, stripped)
        if said is not None and starttls not in {None, said}:
            raise UsageError(f"{stripped!r}: it says starttls {said}, --starttls says {starttls}")
        starttls = said or starttls
    host, port = _host_and_port(authority, stripped)
    if port is None:
        port = default_port or (STARTTLS_PORTS[starttls] if starttls else HTTPS_PORT)
    return Target(
        host=_name(host, stripped),
        port=port,
        sni=_server_name(host if sni is None else sni, is_option=sni is not None),
        starttls=starttls,
    )


def expand(
    arguments: Iterable[str],
    read: Callable[[str], str],
    *,
    starttls: str | None = None,
    sni: str | None = None,
) -> list[Target]:
    """Return all targets of a command line, each once, in their order.

    `read` gives the text of a list by its name (`-` for standard input) and may raise
    UsageError. Every bad line of the lists is reported, by its number, in one error.
    """
    found: dict[Target, None] = {}
    bad: list[str] = []
    for argument in arguments:
        if argument == "-" or argument.startswith("@"):
            name = argument.removeprefix("@")
            if not name:
                raise UsageError("@ needs the name of a file with targets: @FILE")
            targets, wrong = parse_list(read(name), starttls=starttls, sni=sni)
            shown = "standard input" if name == "-" else name
            bad += [f"{shown}:{line}: {reason}" for line, reason in wrong]
            if not targets and not wrong:
                bad.append(f"{shown}: there is no target in it")
            found.update(dict.fromkeys(targets))
        else:
            found[parse_target(argument, starttls=starttls, sni=sni)] = None
    if bad:
        raise UsageError("\n".join(bad))
    return list(found)


def parse_list(
    text: str, *, starttls: str | None = None, sni: str | None = None
) -> tuple[list[Target], list[tuple[int, str]]]:
    """Return the targets of a list, and its bad lines by number (from 1) with the reason."""
    targets: list[Target] = []
    bad: list[tuple[int, str]] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        words = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        if not words:
            continue
        try:
            targets.append(parse_target(words, starttls=starttls, sni=sni))
        except UsageError as error:
            bad.append((number, str(error)))
    return targets, bad


def _scheme(scheme: str, text: str) -> tuple[int, str | None]:
    """Return the usual port of a scheme, and the protocol TLS starts in, if any."""
    if scheme in TLS_PORTS:
        return TLS_PORTS[scheme], None
    protocol = scheme.removeprefix("starttls+")
    if protocol in STARTTLS_PORTS and protocol != scheme:
        return STARTTLS_PORTS[protocol], protocol
    if scheme == "http":
        raise UsageError(f"{text!r}: http:// has no TLS to scan; write https://")
    if protocol != scheme:
        known = ", ".join(STARTTLS_PORTS)
        raise UsageError(f"{text!r}: no STARTTLS for {protocol!r} (known: {known})")
    raise UsageError(f"{text!r}: expected https:// or starttls+PROTOCOL://, not {scheme}://")


def _host_and_port(authority: str, text: str) -> tuple[str, int | None]:
    if authority.startswith("["):
        host, bracket, rest = authority[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise UsageError(f"{text!r}: expected [IPv6 address]:port")
        if literal_family(host) != 6:
            raise UsageError(f"{text!r}: {host!r} is not an IPv6 address")
        return host, _port(rest[1:], text) if rest else None
    if authority.count(":") > 1:
        if literal_family(authority) == 6:
            return authority, None
        raise UsageError(f"{text!r}: neither host:port nor an IPv6 address")
    host, colon, port = authority.partition(":")
    return host, _port(port, text) if colon else None


def _port(digits: str, text: str) -> int:
    # Python's int() takes more than a port may look like: signs, underscores, other digits.
    number = int(digits) if re.fullmatch(r"[0-9]{1,5}", digits) else 0
    if not 0 < number < 65536:
        raise UsageError(f"{text!r}: {digits!r} is not a port (1 to 65535)")
    return number


def _name(host: str, text: str) -> str:
    try:
        return ascii_host(host)
    except BadNameError as error:
        raise UsageError(f"{text!r}: not a host name: {error.reason}") from None


def _server_name(name: str, *, is_option: bool) -> str | None:
    """Return what goes into server_name: never an IP literal (RFC 6066 section 3)."""
    try:
        ascii_name = ascii_host(name)
    except BadNameError as error:
        raise UsageError(f"--sni: not a host name: {name!r}: {error.reason}") from None
    if literal_family(ascii_name) is None:
        return ascii_name
    if is_option:
        raise UsageError(f"--sni: {name!r} is an address; server_name holds names alone")
    return None
