"""What the service is told, and what of it cannot be right.

The command line and the variables TLSWARD_INVOICER_… give texts; the functions here turn them
into values, and raise UsageError with one line that says what to do.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct

from tlsward.errors import UsageError

Network = IPv4Network | IPv6Network
TlsLevel = Literal["modern", "intermediate"]

#: A form or an invoice with all the charges it may have fits in well.
BODY_LIMIT_BYTES = 128 * 1024
REPORT_LIMIT_BYTES = 16 * 1024
BODY_SECONDS = 10.0
REQUEST_SECONDS = 30.0
CSRF_SECONDS = 3600
#: Two years, which preload lists ask half of (hstspreload.org).
HSTS_SECONDS = 63072000
HPKP_SECONDS = 86400
_HOST = re.compile(r"\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+")


class TlsFiles(Struct, frozen=True, kw_only=True):
    """The chain (leaf first) and the key of it, PEM, and the guideline's level to serve."""

    certificate: Path
    key: Path
    level: TlsLevel


class OidcClient(Struct, frozen=True, kw_only=True):
    """The service as its OpenID provider knows it, and whom of the provider's it lets in.

    `allowed` are addresses of mail (`ada@example.com`), domains of them (`@example.com`), or
    `*` for everybody the provider knows. `secret` is None for a public client.
    """

    issuer: str
    client_id: str
    secret: str | None
    allowed: tuple[str, ...]
    ca_file: Path | None = None


class PinPolicy(Struct, frozen=True, kw_only=True):
    """Public-Key-Pins (RFC 7469): base64 of the SHA-256 of public keys."""

    pins: tuple[str, ...]
    max_age_seconds: int = HPKP_SECONDS
    report_only: bool = True


class InvoicerSettings(Struct, frozen=True, kw_only=True):
    """What one service is told. Durations are in seconds.

    `public_url` is the origin that browsers know the service by, without a slash at its end.
    """

    database: str
    public_url: str | None = None
    trusted_proxies: tuple[Network, ...] = ()
    https_redirect: bool = False
    oidc: OidcClient | None = None
    pins: PinPolicy | None = None
    session_seconds: int = 8 * 3600


def listen_address(text: str) -> tuple[str, int]:
    """Return host and port of `ADDR:PORT`, `[ADDR]:PORT` or `:PORT`."""
    host, colon, port = text.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    try:
        ip_address(host)
    except ValueError:
        if host != "localhost":
            raise UsageError(f"--listen: {text!r}: not an address; write ADDR:PORT") from None
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise UsageError(f"--listen: {text!r}: no port; write ADDR:PORT")
    return host, int(port)


def proxy_networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Return the networks whose X-Forwarded-… headers are believed."""
    networks = []
    for text in texts:
        try:
            network = ip_network(text.strip())
        except ValueError:
            raise UsageError(
                f"--trusted-proxy: {text!r}: not a network; write ADDR or ADDR/BITS"
            ) from None
        if network.prefixlen == 0:
            raise UsageError(f"--trusted-proxy: {text}: that believes everybody; name the proxies")
        networks.append(network)
    return tuple(networks)


def origin(text: str, option: str) -> str:
    """Return an https origin as it stands in a browser: scheme, host, port."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise UsageError(f"{option}: {text!r}: not a URL") from None
    if (
        parts.scheme != "https"
        or not parts.hostname
        or not _HOST.fullmatch(parts.netloc.partition(":")[0])
    ):
        raise UsageError(f"{option}: {text!r}: write https://HOST")
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise UsageError(f"{option}: {text!r}: write scheme and host alone")
    return f"https://{parts.hostname}" + ("" if port in {None, 443} else f":{port}")


def issuer_url(text: str) -> str:
    """Return the URL of an issuer as given: https, or http on this machine for a test."""
    if not is_safe_url(text):
        raise UsageError(f"--oidc-issuer: {text!r}: an issuer is an https URL")
    return text


def is_safe_url(text: str) -> bool:
    """Return whether a URL is https, or leads to this machine by http."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host) and "@" not in parts.netloc
    if parts.scheme != "http" or host is None:
        return False
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def allowed_people(texts: Sequence[str]) -> tuple[str, ...]:
    """Return whom the service lets in; nobody is a mistake, everybody must be said."""
    if not texts:
        raise UsageError(
            "--oidc-issuer: say whom to let in with --allow ada@example.com, "
            "--allow @example.com, or --allow '*' for everybody the provider knows"
        )
    for text in texts:
        if text != "*" and text.count("@") != 1:
            raise UsageError(f"--allow: {text!r}: write an address, @DOMAIN or *")
    return tuple(lower_ascii(text) for text in texts)


def lower_ascii(text: str) -> str:
    """Return a text with A to Z lowered: `lower` makes a K of the Kelvin sign as well."""
    return re.sub("[A-Z]+", lambda found: found[0].lower(), text)


def pin_policy(pins: Sequence[str], *, max_age_seconds: int, report_only: bool) -> PinPolicy | None:
    """Return the policy of these pins, None where there are none.

    Raises UsageError for fewer than two distinct pins: one has to be a backup, the key of
    which is not in use (RFC 7469 section 4.3).
    """
    if not pins:
        return None
    for pin in pins:
        try:
            digest = base64.b64decode(pin, validate=True)
        except binascii.Error:
            digest = b""
        if len(digest) != 32:
            raise UsageError(f"--hpkp-pin: {pin!r}: not the base64 of a SHA-256")
    if len(set(pins)) < 2:
        raise UsageError("--hpkp-pin: name two keys at least, one of them a backup not in use")
    return PinPolicy(
        pins=tuple(dict.fromkeys(pins)), max_age_seconds=max_age_seconds, report_only=report_only
    )
