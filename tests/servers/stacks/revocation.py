"""Servers of revocation's own: OpenSSL's responder, and what staples its answers."""

from collections.abc import Mapping
from pathlib import Path

from servers.laboratory import HOST, Bench, Launch
from servers.stacks.web import Starter


def openssl_responder(files: Mapping[str, bytes], *arguments: str) -> Starter:
    """Return how to start `openssl ocsp` with index.txt, issuer.pem, responder.pem and .key."""

    def start(bench: Bench) -> Launch:
        for name, octets in files.items():
            (bench.directory / name).write_bytes(octets)
        return Launch(
            command=[
                *("openssl", "ocsp", "-port", str(bench.port), "-index", "index.txt"),
                *("-CA", "issuer.pem", "-rsigner", "responder.pem", "-rkey", "responder.key"),
                *("-ignore_err", *arguments),
            ],
            one_at_a_time=True,
        )

    return start


def selfserv_stapling(mode: str, leaf: Path, authority: Path) -> Starter:
    """Return how to start NSS's selfserv with one of its ways to staple.

    Both are PKCS #12 files without a password, in which they are called leaf and authority.
    """

    def start(bench: Bench) -> Launch:
        database = f"sql:{bench.directory}"
        # It knows the word "none" and refuses it.
        way = "" if mode == "none" else f"-T {mode} -A authority"
        script = f"""
            set -e
            certutil -N -d {database} --empty-password
            pk12util -i {leaf} -d {database} -W '' -K ''
            pk12util -i {authority} -d {database} -W '' -K ''
            certutil -M -d {database} -n authority -t CT,,
            exec selfserv -d {database} -n leaf -p {bench.port} -V tls1.2: -t 4 -w '' \\
                {way}
        """
        return Launch(command=["sh", "-c", script])

    return start


def nginx_with_staple(leaf: Path, key: Path, staple: Path) -> Starter:
    """Return how to start nginx with a staple out of a file."""

    def start(bench: Bench) -> Launch:
        conf = bench.write(
            "nginx.conf",
            f"""
            daemon off; worker_processes 1; pid {bench.directory}/pid; error_log stderr warn;
            events {{ worker_connections 64; }}
            http {{
              access_log off;
              client_body_temp_path {bench.directory}/b; proxy_temp_path {bench.directory}/p;
              fastcgi_temp_path {bench.directory}/f; uwsgi_temp_path {bench.directory}/u;
              scgi_temp_path {bench.directory}/s;
              server {{
                listen {HOST}:{bench.port} ssl;
                ssl_certificate {leaf}; ssl_certificate_key {key};
                ssl_stapling on; ssl_stapling_file {staple};
              }}
            }}
            """,
        )
        return Launch(command=["nginx", "-p", str(bench.directory), "-c", str(conf)])

    return start
