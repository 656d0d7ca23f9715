"""The servers that are scanned: four configurations of one nginx behind one private authority.

`intermediate`, `modern` and `old` are Mozilla's levels as nginx serves them, `zoo`
everything Debian's OpenSSL can still speak.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

DOMAIN = "bench.test"
OCSP_PORT = 8888

_FORWARD_SECRET_AEAD = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "DHE-RSA-AES128-GCM-SHA256",
    "DHE-RSA-AES256-GCM-SHA384",
    "DHE-RSA-CHACHA20-POLY1305",
)
_OLD = (
    "@SECLEVEL=0",
    *_FORWARD_SECRET_AEAD,
    "ECDHE-ECDSA-AES128-SHA256",
    "ECDHE-RSA-AES128-SHA256",
    "ECDHE-ECDSA-AES128-SHA",
    "ECDHE-RSA-AES128-SHA",
    "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-RSA-AES256-SHA384",
    "ECDHE-ECDSA-AES256-SHA",
    "ECDHE-RSA-AES256-SHA",
    "DHE-RSA-AES128-SHA256",
    "DHE-RSA-AES256-SHA256",
    "DHE-RSA-AES128-SHA",
    "DHE-RSA-AES256-SHA",
    "AES128-GCM-SHA256",
    "AES256-GCM-SHA384",
    "AES128-SHA256",
    "AES256-SHA256",
    "AES128-SHA",
    "AES256-SHA",
    "DHE-RSA-CAMELLIA256-SHA",
    "CAMELLIA128-SHA",
)
_GUIDELINE_GROUPS = "X25519:prime256v1:secp384r1"


@dataclass(frozen=True, kw_only=True)
class Server:
    """One nginx server block; `everywhere` takes each address that no other server has."""

    name: str
    address: str
    everywhere: bool = False
    protocols: str
    ciphers: tuple[str, ...]
    server_order: bool = False
    groups: str = "auto"
    certificates: tuple[str, ...]
    dh_parameters: str | None = None

    @property
    def host(self) -> str:
        return f"{self.name}.{DOMAIN}"


SERVERS = {
    server.name: server
    for server in (
        Server(
            name="intermediate",
            address="10.78.0.1",
            everywhere=True,  # so that a list of many hosts is a range of addresses
            protocols="TLSv1.2 TLSv1.3",
            ciphers=_FORWARD_SECRET_AEAD,
            groups=_GUIDELINE_GROUPS,
            certificates=("ecdsa", "rsa"),
            dh_parameters="ffdhe2048",
        ),
        Server(
            name="old",
            address="10.78.0.2",
            protocols="TLSv1 TLSv1.1 TLSv1.2 TLSv1.3",
            ciphers=_OLD,
            server_order=True,
            certificates=("rsa",),
            dh_parameters="dh1024",
        ),
        Server(
            name="modern",
            address="10.78.0.3",
            protocols="TLSv1.3",
            ciphers=("DEFAULT",),
            groups=_GUIDELINE_GROUPS,
            certificates=("ecdsa",),
        ),
        Server(
            name="zoo",
            address="10.78.0.4",
            protocols="TLSv1 TLSv1.1 TLSv1.2 TLSv1.3",
            ciphers=("ALL", "COMPLEMENTOFALL", "@SECLEVEL=0"),
            certificates=("ecdsa", "rsa"),
            dh_parameters="dh1024",
        ),
    )
}


def many_addresses(count: int) -> list[str]:
    """Addresses of the `intermediate` server for a bulk scan; at most 60 000."""
    return [f"10.78.{1 + i // 250}.{1 + i % 250}" for i in range(count)]


def hosts_file(bulk: int) -> str:
    """What /etc/hosts holds on the scanners' side."""
    rows = ["127.0.0.1 localhost"]
    rows += [f"{server.address} {server.host}" for server in SERVERS.values()]
    rows += [f"{address} t{i}.{DOMAIN}" for i, address in enumerate(many_addresses(bulk))]
    return "\n".join(rows) + "\n"


def nginx_configuration(directory: Path, authority: Path) -> str:
    """The whole nginx.conf; state and logs go to `directory`."""
    blocks = "\n".join(_block(server, authority) for server in SERVERS.values())
    return f"""daemon off;
worker_processes 1;
worker_rlimit_nofile 8192;
pid {directory}/nginx.pid;
error_log {directory}/nginx-error.log crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    server_tokens off;
    client_body_temp_path {directory}/nginx-body;
    proxy_temp_path {directory}/nginx-proxy;
    fastcgi_temp_path {directory}/nginx-fastcgi;
    uwsgi_temp_path {directory}/nginx-uwsgi;
    scgi_temp_path {directory}/nginx-scgi;
{blocks}
}}
"""


def _block(server: Server, authority: Path) -> str:
    listen = "443" if server.everywhere else f"{server.address}:443"
    directives = [
        f"listen {listen} ssl http2{' backlog=4096' if server.everywhere else ''}",
        f"server_name {server.host}",
        f"ssl_protocols {server.protocols}",
        f"ssl_ciphers {':'.join(server.ciphers)}",
        f"ssl_prefer_server_ciphers {'on' if server.server_order else 'off'}",
        f"ssl_ecdh_curve {server.groups}",
        "ssl_session_timeout 1d",
        f"ssl_session_cache shared:{server.name}:2m",
        f"ssl_trusted_certificate {authority}/intermediate.pem",
        "ssl_stapling on",
        f"ssl_stapling_responder http://127.0.0.1:{OCSP_PORT}/",
        'add_header Strict-Transport-Security "max-age=63072000"',
    ]
    for certificate in server.certificates:
        directives += [
            f"ssl_certificate {authority}/{certificate}-chain.pem",
            f"ssl_certificate_key {authority}/{certificate}.key",
        ]
    if server.dh_parameters:
        directives.append(f"ssl_dhparam {authority}/{server.dh_parameters}.pem")
    lines = "".join(f"        {directive};\n" for directive in directives)
    return f'    server {{\n{lines}        location / {{ return 200 "ok\\n"; }}\n    }}'


def warm(server: Server, client: list[str]) -> bool:
    """Ask for the OCSP staple of every certificate; nginx fetches one when first asked for it.

    `client` is the command prefix of the scanners' side. True when all are stapled.
    """
    schemes = {"ecdsa": "ECDSA+SHA256", "rsa": "RSA-PSS+SHA256"}
    for certificate in server.certificates:
        answer = subprocess.run(
            [
                *(*client, "openssl", "s_client", "-connect", f"{server.address}:443"),
                *("-servername", server.host, "-status", "-sigalgs", schemes[certificate]),
            ],
            input="",
            text=True,
            capture_output=True,
            timeout=20,
            check=False,
        )
        if "OCSP Response Status: successful" not in answer.stdout:
            return False
    return True
