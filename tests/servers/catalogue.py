"""Every server of the laboratory: how it starts, and what it truly serves.

The truth stands in truth.json: measured on Debian 12 by `python -m servers.measure`, one
full handshake for each protocol and suite with clients that are not ours. It is what
tlsward must find.
"""

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servers.laboratory import NAME, Bench, Launch
from servers.stacks import runtimes, services, toolkits, web

TRUTH_FILE = Path(__file__).with_name("truth.json")


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What a server serves; suites by IANA's names, protocols by the report's.

    `order` says for a protocol with two suites or more who chooses; groups are the
    guideline's names by protocol. A protocol that is not among `suites` is not served.
    `ssl3_with_extensions` are served in SSL 3.0 only to hellos with extensions. `traits`
    are yes or no by the names of ScanResult's fields, see traits.py.
    """

    suites: dict[str, tuple[str, ...]]
    ssl3_with_extensions: tuple[str, ...]
    order: dict[str, str]
    chacha20_first: str | None
    groups: dict[str, tuple[str, ...]]
    certificate_keys: tuple[str, ...]
    alpn: tuple[str, ...]
    traits: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Server:
    """One configuration of one TLS stack."""

    stack: str
    start: Callable[[Bench], Launch]
    sni: str = NAME
    starttls: str | None = None
    #: Serves one connection at a time: parallel probes wait in its queue.
    serial: bool = False


CATALOGUE: dict[str, Server] = {
    "nginx-default": Server(stack="OpenSSL 3.0", start=web.nginx_default),
    "nginx-weak": Server(stack="OpenSSL 3.0", start=web.nginx_weak),
    "nginx-reject-handshake": Server(stack="OpenSSL 3.0", start=web.nginx_rejects_handshakes),
    "nginx-client-certificate": Server(stack="OpenSSL 3.0", start=web.nginx_client_certificate),
    "nginx-stapling": Server(stack="OpenSSL 3.0", start=web.nginx_stapling),
    "nginx-p384": Server(stack="OpenSSL 3.0", start=web.nginx_p384),
    "apache-default": Server(stack="OpenSSL 3.0", start=web.apache),
    "haproxy-default": Server(stack="OpenSSL 3.0", start=web.haproxy_default),
    "haproxy-weak": Server(stack="OpenSSL 3.0", start=web.haproxy_weak),
    "haproxy-strict-sni": Server(stack="OpenSSL 3.0", start=web.haproxy_strict_sni),
    "openssl-s_server": Server(stack="OpenSSL 3.0", start=toolkits.openssl_s_server, serial=True),
    "gnutls-default": Server(stack="GnuTLS", start=toolkits.gnutls_default),
    "gnutls-weak": Server(stack="GnuTLS", start=toolkits.gnutls_weak),
    "gnutls-anonymous": Server(stack="GnuTLS", start=toolkits.gnutls_anonymous),
    "node-26": Server(stack="OpenSSL 3.5", start=runtimes.node("26")),
    "node-24": Server(stack="OpenSSL 3.5", start=runtimes.node("24")),
    "node-0.10": Server(stack="OpenSSL 1.0.1", start=runtimes.node("0.10", "everything")),
    "node-0.10-export": Server(
        stack="OpenSSL 1.0.1", start=runtimes.node("0.10", "everything", "rsa512")
    ),
    "pyopenssl": Server(stack="OpenSSL 4.0", start=runtimes.python("pyopenssl_server.py")),
    "go": Server(stack="Go", start=runtimes.go),
    "jdk-default": Server(stack="JSSE", start=runtimes.jdk("default")),
    "jdk-weak": Server(stack="JSSE", start=runtimes.jdk("weak")),
    "tlslite-default": Server(
        stack="tlslite-ng", start=runtimes.python("tlslite_server.py", "default")
    ),
    "tlslite-weak": Server(stack="tlslite-ng", start=runtimes.python("tlslite_server.py", "weak")),
    "caddy": Server(stack="Go", start=web.caddy),
    "granian": Server(stack="rustls", start=runtimes.granian),
    "stunnel": Server(stack="OpenSSL 3.0", start=toolkits.stunnel),
    "lighttpd-openssl": Server(stack="OpenSSL 3.0", start=web.lighttpd("openssl")),
    "lighttpd-gnutls": Server(stack="GnuTLS", start=web.lighttpd("gnutls")),
    "lighttpd-mbedtls": Server(stack="Mbed TLS", start=web.lighttpd("mbedtls")),
    "lighttpd-nss": Server(stack="NSS", start=web.lighttpd("nss")),
    "lighttpd-wolfssl": Server(stack="wolfSSL", start=web.lighttpd("wolfssl")),
    "nss-selfserv": Server(stack="NSS", start=toolkits.nss_selfserv),
    "postfix": Server(stack="OpenSSL 3.0", start=services.postfix, starttls="smtp"),
    "dovecot-imap": Server(stack="OpenSSL 3.0", start=services.dovecot("imap"), starttls="imap"),
    "dovecot-pop3": Server(stack="OpenSSL 3.0", start=services.dovecot("pop3"), starttls="pop3"),
    "vsftpd": Server(stack="OpenSSL 3.0", start=services.vsftpd, starttls="ftp"),
    "prosody": Server(stack="OpenSSL 3.0", start=services.prosody, starttls="xmpp"),
    "postgresql": Server(stack="OpenSSL 3.0", start=services.postgresql, starttls="postgres"),
    "mariadb": Server(stack="OpenSSL 3.0", start=services.mariadb, starttls="mysql"),
    "slapd": Server(stack="GnuTLS", start=services.slapd, starttls="ldap"),
}


@functools.cache
def _truths() -> dict[str, Any]:
    return json.loads(TRUTH_FILE.read_text())


def truth(name: str) -> Truth:
    """Return what was measured of a server."""
    entry = _truths()[name]
    return Truth(
        suites={protocol: tuple(names) for protocol, names in entry["suites"].items()},
        ssl3_with_extensions=tuple(entry["ssl3_with_extensions"]),
        order=entry["order"],
        chacha20_first=entry["chacha20_first"],
        groups={protocol: tuple(names) for protocol, names in entry["groups"].items()},
        certificate_keys=tuple(entry["certificate_keys"]),
        alpn=tuple(entry["alpn"]),
        traits=entry["traits"],
    )
