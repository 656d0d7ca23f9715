"""Web servers from Debian: nginx, Apache, HAProxy, lighttpd, Caddy."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from servers.laboratory import HOST, NAME, Bench, Launch

#: Everything OpenSSL 3.0 was built with, however weak.
EVERY_SUITE = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
Starter = Callable[[Bench], Launch]


def nginx(*directives: str, certificates: tuple[str, ...] = ("rsa",), more: str = "") -> Starter:
    """Return how to start nginx with one TLS server that has these directives."""

    def start(bench: Bench) -> Launch:
        lines = [
            f"ssl_certificate {bench.certificate(kind)}; ssl_certificate_key {bench.key(kind)};"
            for kind in certificates
        ]
        lines += [f"{line};" for line in directives]
        ca, top = bench.credentials.ca, bench.directory
        places = _places(top)
        text = f"""
            daemon off; worker_processes 1; pid {top}/pid; error_log stderr warn;
            events {{ worker_connections 512; }}
            http {{
              access_log off; {places}
              {more.replace("PORT", str(bench.port))}
              server {{
                listen {HOST}:{bench.port} ssl; server_name localhost {NAME};
                {" ".join(lines)}
                location / {{ return 200 "ok\\n"; }}
              }}
            }}
            """
        for word, made in (("DH1024", "dh1024"), ("OCSP_RESPONSE", "ocsp_response")):
            if word in text:
                text = text.replace(word, str(getattr(bench.credentials, made)))
        conf = bench.write("nginx.conf", text.replace("CA_FILE", str(ca)))
        return Launch(command=["nginx", "-p", str(top), "-c", str(conf)])

    return start


def _places(top: Path) -> str:
    """Return the directives that keep nginx's temporary files in its own directory."""
    return " ".join(
        f"{kind}_temp_path {top}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )


def nginx_of_files(files: Mapping[str, bytes]) -> Starter:
    """Return how to start nginx as a server of these files over plain HTTP.

    `/moved` leads to `/small`, `/loop` to itself, and what is allowed to is compressed.
    """

    def start(bench: Bench) -> Launch:
        top = bench.directory
        for name, octets in files.items():
            path = top / "files" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(octets)
        # Root's workers would be another user's, who may not read what a test wrote.
        user = "user root;" if os.geteuid() == 0 else ""
        text = f"""
            daemon off; worker_processes 1; pid {top}/pid; error_log stderr warn; {user}
            events {{ worker_connections 512; }}
            http {{
              access_log off; {_places(top)}
              default_type application/octet-stream;
              gzip on; gzip_types application/octet-stream;
              server {{
                listen {HOST}:{bench.port};
                root {top}/files;
                location = /moved {{ return 301 /small; }}
                location = /loop {{ return 302 /loop; }}
              }}
            }}
            """
        conf = bench.write("nginx.conf", text)
        return Launch(command=["nginx", "-p", str(top), "-c", str(conf)])

    return start


nginx_default = nginx()
nginx_weak = nginx(
    f"ssl_ciphers {EVERY_SUITE}",
    "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3",
    "ssl_prefer_server_ciphers on",
    "ssl_dhparam DH1024",
    "ssl_early_data on",
    certificates=("rsa", "ecdsa"),
)
nginx_rejects_handshakes = nginx(
    more=f"server {{ listen {HOST}:PORT ssl default_server; ssl_reject_handshake on; }}"
)
nginx_client_certificate = nginx("ssl_verify_client on", "ssl_client_certificate CA_FILE")
nginx_stapling = nginx(
    "ssl_protocols TLSv1.2 TLSv1.3",
    "ssl_stapling on",
    "ssl_stapling_file OCSP_RESPONSE",
    "ssl_session_tickets off",
    "ssl_session_cache shared:tls:1m",
)
nginx_p384 = nginx("ssl_protocols TLSv1.3", "ssl_ecdh_curve secp384r1", certificates=("ecdsa",))


def apache(bench: Bench) -> Launch:
    """Apache with mod_ssl and nothing said about protocols or suites."""
    modules = "/usr/lib/apache2/modules"
    wanted = ("mpm_event", "authz_core", "socache_shmcb", "ssl")
    conf = bench.write(
        "apache.conf",
        "\n".join(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in wanted)
        + f"""
        ServerRoot {bench.directory}
        ServerName {NAME}
        DocumentRoot {bench.directory}
        PidFile {bench.directory}/pid
        DefaultRuntimeDir {bench.directory}
        ErrorLog /dev/stderr
        StartServers 1
        Listen {HOST}:{bench.port}
        SSLSessionCache shmcb:{bench.directory}/cache(512000)
        SSLEngine on
        SSLCertificateFile {bench.certificate("rsa")}
        SSLCertificateKeyFile {bench.key("rsa")}
        """,
    )
    return Launch(command=["apache2", "-DFOREGROUND", "-f", str(conf)])


def haproxy(options: str = "", certificates: tuple[str, ...] = ("rsa",)) -> Starter:
    """Return how to start HAProxy with these options on its bind line."""

    def start(bench: Bench) -> Launch:
        files = " ".join(f"crt {bench.credentials.both(kind)}" for kind in certificates)
        conf = bench.write(
            "haproxy.cfg",
            f"""
global
    log stderr local0
    tune.ssl.default-dh-param 2048
defaults
    mode http
    timeout client 10s
    timeout server 10s
    timeout connect 10s
frontend tls
    bind {HOST}:{bench.port} ssl {files} {options}
    http-request return status 200 content-type text/plain string ok
""",
        )
        return Launch(command=["haproxy", "-db", "-f", str(conf)])

    return start


haproxy_default = haproxy()
haproxy_weak = haproxy(f"ciphers {EVERY_SUITE} ssl-min-ver TLSv1.0", certificates=("rsa", "ecdsa"))
haproxy_strict_sni = haproxy("strict-sni")


def lighttpd(module: str) -> Starter:
    """Return how to start lighttpd with one of its five TLS modules."""

    def start(bench: Bench) -> Launch:
        conf = bench.write(
            "lighttpd.conf",
            f"""
server.modules = ("mod_{module}")
server.document-root = "{bench.directory}"
server.bind = "{HOST}"
server.port = {bench.port}
server.upload-dirs = ("{bench.directory}")
ssl.engine = "enable"
ssl.pemfile = "{bench.certificate("rsa")}"
ssl.privkey = "{bench.key("rsa")}"
""",
        )
        return Launch(command=["lighttpd", "-D", "-f", str(conf)])

    return start


def caddy(bench: Bench) -> Launch:
    """Caddy 2.6 for the laboratory's names alone; others get an internal_error."""
    conf = bench.write(
        "Caddyfile",
        f"""
{{
    admin off
    auto_https disable_redirects
    default_bind {HOST}
    http_port {bench.next_port()}
}}
https://localhost:{bench.port}, https://{NAME}:{bench.port} {{
    tls {bench.certificate("rsa")} {bench.key("rsa")}
    respond ok
}}
""",
    )
    home = str(bench.directory)
    return Launch(
        command=["caddy", "run", "--adapter", "caddyfile", "--config", str(conf)],
        environment={"HOME": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home},
    )
