"""Web servers that send headers on purpose, over HTTP/1.1 and HTTP/2, and redirect to HTTPS.

Each listens on a second port for plain HTTP, whose number stands in the file `plain-port` of
its directory.
"""

import base64
import hashlib

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate

from servers.laboratory import HOST, NAME, Bench, Launch, openssl
from servers.stacks.web import _places

HSTS = "max-age=63072000; includeSubDomains"
CSP = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
#: A pin of a key that nobody has.
SPARE = "E9CZ9INDbd+2eRQozYqqbQ2yXLVKB9+xcprMF+44U1g="


def _pin(bench: Bench) -> str:
    leaf = load_pem_x509_certificate(bench.certificate("rsa").read_bytes())
    octets = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(octets).digest()).decode()


def plain_port(bench: Bench) -> int:
    """Return a free port for plain HTTP and write it down for the test."""
    port = bench.next_port()
    bench.write("plain-port", str(port))
    return port


def nginx(bench: Bench) -> Launch:
    """nginx with HTTP/2, two cookies, and pages that misbehave."""
    top, port, plain = bench.directory, bench.port, plain_port(bench)
    text = f"""
        daemon off; worker_processes 1; pid {top}/pid; error_log stderr warn;
        events {{ worker_connections 128; }}
        http {{
          access_log off; {_places(top)} server_tokens off;
          server {{
            listen {HOST}:{port} ssl http2; server_name localhost {NAME};
            ssl_certificate {bench.certificate("rsa")}; ssl_certificate_key {bench.key("rsa")};
            ssl_protocols TLSv1.2 TLSv1.3; gzip on; gzip_min_length 1; gzip_types text/plain;
            default_type text/plain;
            location / {{
              add_header Strict-Transport-Security "{HSTS}" always;
              add_header Content-Security-Policy "{CSP}" always;
              add_header X-Content-Type-Options nosniff always;
              add_header Set-Cookie "a=secret-one; Secure; HttpOnly; SameSite=Lax" always;
              add_header Set-Cookie "b=secret-two" always;
              return 200 "ok and long enough to be compressed, since it says the same: ok, ok\\n";
            }}
            location = /twice {{
              add_header Strict-Transport-Security "max-age=300";
              add_header Strict-Transport-Security "max-age=600";
              return 200 "ok\\n";
            }}
            location = /error {{
              add_header Strict-Transport-Security "{HSTS}" always; return 503;
            }}
            location = /loop {{ return 302 /loop; }}
            location = /down {{ return 301 http://localhost:{plain}/; }}
            location = /elsewhere {{ return 302 https://elsewhere.invalid/; }}
            location = /inside {{ return 302 http://127.0.0.1:{plain}/; }}
            location = /inward {{ return 302 https://127.0.0.1:{port}/; }}
            location = /moved {{
              add_header Strict-Transport-Security "{HSTS}" always;
              return 301 /;
            }}
            location = /pins {{
              add_header Public-Key-Pins
                'pin-sha256="{_pin(bench)}"; pin-sha256="{SPARE}"; max-age=5184000';
              return 200 "ok\\n";
            }}
          }}
          server {{
            listen {HOST}:{plain};
            location / {{ return 301 https://localhost:{port}$request_uri; }}
            location = /open {{
              add_header Strict-Transport-Security "{HSTS}"; return 200 "ok\\n";
            }}
          }}
        }}
        """
    conf = bench.write("nginx.conf", text)
    return Launch(command=["nginx", "-p", str(top), "-c", str(conf)])


def hasty(bench: Bench) -> Launch:
    """nginx that ends each connection of HTTP/2 (GOAWAY) before it answers its one request."""
    top = bench.directory
    text = f"""
        daemon off; worker_processes 1; pid {top}/pid; error_log stderr warn;
        events {{ worker_connections 128; }}
        http {{
          access_log off; {_places(top)} keepalive_requests 1;
          server {{
            listen {HOST}:{bench.port} ssl http2;
            ssl_certificate {bench.certificate("rsa")}; ssl_certificate_key {bench.key("rsa")};
            location / {{
              add_header Strict-Transport-Security "{HSTS}"; return 200 "ok\\n";
            }}
          }}
        }}
        """
    conf = bench.write("nginx.conf", text)
    return Launch(command=["nginx", "-p", str(top), "-c", str(conf)])


#: What the lists of preloaded hosts take.
PRELOAD = f"{HSTS}; preload"


def astray(bench: Bench) -> Launch:
    """nginx whose redirects lead to, and from, a port with a certificate nobody accepts.

    Its number stands in the file `stray-port`; in `young-port` that of one with a max-age of
    less than 18 weeks.
    """
    top, port, plain = bench.directory, bench.port, plain_port(bench)
    stray, young = bench.next_port(), bench.next_port()
    bench.write("stray-port", str(stray))
    bench.write("young-port", str(young))
    openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={NAME}", "-days", "30"),
        *("-addext", f"subjectAltName=DNS:{NAME},DNS:localhost"),
        *("-keyout", top / "stray.key", "-out", top / "stray.pem"),
    )
    hsts = f'add_header Strict-Transport-Security "{PRELOAD}" always;'
    text = f"""
        daemon off; worker_processes 1; pid {top}/pid; error_log stderr warn;
        events {{ worker_connections 128; }}
        http {{
          access_log off; {_places(top)} server_tokens off; default_type text/plain;
          server {{
            listen {HOST}:{port} ssl http2;
            ssl_certificate {bench.certificate("rsa")}; ssl_certificate_key {bench.key("rsa")};
            {hsts}
            location / {{ return 200 "ok\n"; }}
            location = /away {{ return 302 https://$host:{stray}/; }}
          }}
          server {{
            listen {HOST}:{young} ssl;
            ssl_certificate {bench.certificate("rsa")}; ssl_certificate_key {bench.key("rsa")};
            add_header Strict-Transport-Security "max-age=10886399; includeSubDomains; preload";
            location / {{ return 200 "ok\\n"; }}
          }}
          server {{
            listen {HOST}:{stray} ssl;
            ssl_certificate {top}/stray.pem; ssl_certificate_key {top}/stray.key;
            {hsts}
            location / {{ return 200 "ok\n"; }}
            location = /short {{
              add_header Strict-Transport-Security "max-age=300"; return 200 "ok\n";
            }}
            location = /back {{ return 302 https://$host:{port}/; }}
          }}
          server {{
            listen {HOST}:{plain};
            location / {{ return 301 https://$host:{stray}/; }}
          }}
        }}
        """
    conf = bench.write("nginx.conf", text)
    return Launch(command=["nginx", "-p", str(top), "-c", str(conf)])


def apache(bench: Bench) -> Launch:
    """Apache with mod_headers and mod_http2."""
    modules = "/usr/lib/apache2/modules"
    wanted = ("mpm_event", "authz_core", "socache_shmcb", "ssl", "headers", "http2", "alias")
    wanted += ("status",)  # a page that needs no file a worker may not read
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
        Listen {HOST}:{(plain := plain_port(bench))}
        SSLSessionCache shmcb:{bench.directory}/cache(512000)
        Protocols h2 http/1.1
        <VirtualHost *:{bench.port}>
        SSLEngine on
        SSLCertificateFile {bench.certificate("rsa")}
        SSLCertificateKeyFile {bench.key("rsa")}
        <Location "/">
        SetHandler server-status
        </Location>
        SSLCACertificateFile {bench.credentials.ca}
        <Location "/inside">
        SSLVerifyClient require
        </Location>
        Header always set Strict-Transport-Security "{HSTS}"
        Header always set Content-Security-Policy "{CSP}"
        Header always add Set-Cookie "a=secret-one; Secure; HttpOnly; SameSite=Lax"
        Header always add Set-Cookie "b=secret-two"
        </VirtualHost>
        <VirtualHost *:{plain}>
        Redirect permanent / https://localhost:{bench.port}/
        </VirtualHost>
        """,
    )
    return Launch(command=["apache2", "-DFOREGROUND", "-f", str(conf)])


def caddy(bench: Bench) -> Launch:
    """Caddy, which speaks HTTP/2 by itself."""
    plain = plain_port(bench)
    conf = bench.write(
        "Caddyfile",
        f"""
{{
    admin off
    auto_https disable_redirects
    default_bind {HOST}
    http_port {plain}
}}
https://localhost:{bench.port}, https://{NAME}:{bench.port} {{
    tls {bench.certificate("rsa")} {bench.key("rsa")}
    header {{
        Strict-Transport-Security "{HSTS}"
        Content-Security-Policy "{CSP}"
        +Set-Cookie "a=secret-one; Secure; HttpOnly; SameSite=Lax"
        +Set-Cookie "b=secret-two"
    }}
    respond ok
}}
http://localhost:{plain} {{
    redir https://localhost:{bench.port}{{uri}} 301
}}
""",
    )
    home = str(bench.directory)
    return Launch(
        command=["caddy", "run", "--adapter", "caddyfile", "--config", str(conf)],
        environment={"HOME": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home},
    )


SERVERS = {"nginx": nginx, "apache": apache, "caddy": caddy}
