"""Starts real servers on loopback, each in a directory of its own, and stops them all.

A server is ready when its port accepts a connection, not when some time has passed; one
that does not get there fails the test with its own log. Every server leads a process
group that is ended with the session, with the interpreter, and, by the kernel, with the
worker that started it. Workers of a parallel run share nothing.
"""

import atexit
import contextlib
import fcntl
import functools
import os
import random
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import trustme

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
INSTALLED = ROOT / ".test-servers"
HOST = "127.0.0.1"
#: The name that certificates and name-based servers carry beside localhost.
NAME = "server.test"
#: Below the kernel's ephemeral ports, so that no client's own port collides.
PORTS = range(20000, 32000)
START_SECONDS, STOP_SECONDS = 60.0, 10.0


class CouldNotStartError(Exception):
    """A server of the laboratory did not come up; the message holds its log."""


@dataclass(frozen=True, kw_only=True)
class Launch:
    """The command that runs a server in the foreground, and what it needs around it.

    `one_at_a_time` is for a server that waits for ever for the request of a connection
    that was only opened to see whether it listens.
    """

    command: Sequence[str]
    one_at_a_time: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    as_root: bool = False


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """A throw-away authority and its leaves: PEM files, the leaf before its issuer."""

    directory: Path

    @property
    def ca(self) -> Path:
        """The root certificate."""
        return self.directory / "ca.pem"

    def certificate(self, kind: str) -> Path:
        """Return the chain of the `rsa`, `ecdsa` or `rsa512` leaf."""
        return self.directory / f"{kind}.pem"

    def key(self, kind: str) -> Path:
        """Return the leaf's private key."""
        return self.directory / f"{kind}.key"

    def both(self, kind: str) -> Path:
        """Return one file with key and chain."""
        return self.directory / f"{kind}-both.pem"

    def pkcs12(self, kind: str) -> Path:
        """Return a PKCS #12 file, its password `changeit`."""
        path = self.directory / f"{kind}.p12"
        if not path.exists():
            openssl(
                *("pkcs12", "-export", "-in", self.certificate(kind), "-inkey", self.key(kind)),
                *("-name", kind, "-out", path, "-passout", "pass:changeit"),
            )
        return path

    @functools.cached_property
    def dh1024(self) -> Path:
        """Diffie-Hellman parameters of 1024 bits."""
        path = self.directory / "dh1024.pem"
        openssl("dhparam", "-dsaparam", "-out", path, "1024")
        return path

    @functools.cached_property
    def ocsp_response(self) -> Path:
        """The authority's word that the RSA leaf is good, DER, to be stapled."""
        path = self.directory / "rsa.ocsp"
        index, request = self.directory / "index.txt", self.directory / "rsa.request"
        leaf = ["openssl", "x509", "-noout", "-serial", "-in", str(self.certificate("rsa"))]
        shown = subprocess.run(leaf, capture_output=True, text=True, check=True).stdout
        serial = shown.strip().removeprefix("serial=")
        # One line of the authority's data base, in OpenSSL's own format: valid until 2049.
        index.write_text(f"V\t491231235959Z\t\t{serial}\tunknown\t/CN={NAME}\n")
        leaf_of = ("-issuer", self.ca, "-cert", self.certificate("rsa"))
        openssl("ocsp", *leaf_of, "-no_nonce", "-reqout", request)
        openssl(
            *("ocsp", "-index", index, "-CA", self.ca, "-rsigner", self.ca, "-ndays", "30"),
            *("-rkey", self.key("ca"), "-reqin", request, "-respout", path),
        )
        return path

    @functools.cached_property
    def rsa512(self) -> str:
        """Make the leaf with a 512-bit RSA key, which only export suites still want."""
        key, request = self.key("rsa512"), self.directory / "rsa512.csr"
        openssl("genrsa", "-traditional", "-out", key, "512")
        openssl("req", "-new", "-key", key, "-subj", "/CN=localhost", "-out", request)
        names = self.directory / "rsa512.names"
        names.write_text(f"subjectAltName=DNS:localhost,DNS:{NAME}\n")
        openssl(
            *("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.key("ca")),
            *("-days", "90", "-extfile", names, "-out", self.certificate("rsa512")),
        )
        self.both("rsa512").write_text(
            key.read_text() + self.certificate("rsa512").read_text(),
        )
        return "rsa512"


def openssl(*arguments: str | Path) -> None:
    """Run Debian's openssl; raise with what it said when it fails."""
    command = ["openssl", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CouldNotStartError(f"{' '.join(command)}: {done.stderr}")


def make_credentials(directory: Path) -> Credentials:
    """Make an RSA authority with an RSA-2048 and a P-256 leaf for the laboratory's names."""
    directory.mkdir(parents=True, exist_ok=True)
    credentials = Credentials(directory=directory)
    authority = trustme.CA(key_type=trustme.KeyType.RSA)
    authority.cert_pem.write_to_path(credentials.ca)
    authority.private_key_pem.write_to_path(credentials.key("ca"))
    for kind, key_type in (("rsa", trustme.KeyType.RSA), ("ecdsa", trustme.KeyType.ECDSA)):
        leaf = authority.issue_cert("localhost", NAME, HOST, common_name=NAME, key_type=key_type)
        credentials.certificate(kind).write_bytes(
            b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
        )
        # rustls and NSS read no other form of key than PKCS #8.
        leaf.private_key_pem.write_to_path(credentials.both(kind))
        openssl(
            *("pkcs8", "-topk8", "-nocrypt", "-in", credentials.both(kind)),
            *("-out", credentials.key(kind)),
        )
        leaf.private_key_and_cert_chain_pem.write_to_path(credentials.both(kind))
    return credentials


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Where one server runs: its directory, its port, the credentials it may use."""

    directory: Path
    port: int
    credentials: Credentials
    next_port: Callable[[], int]

    def write(self, name: str, text: str) -> Path:
        """Write a file of the server's and return its path."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def certificate(self, kind: str) -> Path:
        """Return the chain of a leaf."""
        return self.credentials.certificate(kind)

    def key(self, kind: str) -> Path:
        """Return a leaf's key."""
        return self.credentials.key(kind)


@dataclass(frozen=True, kw_only=True)
class Running:
    """A server that accepts connections: everything a client needs to know."""

    name: str
    host: str
    port: int
    sni: str
    starttls: str | None
    ca_file: Path
    log_file: Path

    @property
    def log(self) -> str:
        """Return what the server wrote so far."""
        return self.log_file.read_text(errors="replace")


def listening(port: int) -> bool:
    """Return whether anybody listens on a port, by the kernel's tables."""
    return any(
        fields[1].endswith(f":{port:04X}") and fields[3] == "0A"
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for fields in map(str.split, Path(table).read_text().splitlines())
    )


class Process:
    """A child in its own process group, with its output in a file."""

    def __init__(self, launch: Launch, directory: Path, log_file: Path) -> None:
        self.launch = launch
        self.log_file = log_file
        self.sudo = ["sudo", "-n"] if launch.as_root and os.geteuid() != 0 else []
        with log_file.open("ab") as log:
            self.child = subprocess.Popen(
                # The kernel ends the server with the worker, however that one ends.
                [*self.sudo, "setpriv", "--pdeathsig", "TERM", *launch.command],
                cwd=directory,
                env=os.environ
                | {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"}
                | launch.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=launch.user,
                group=launch.user,
                extra_groups=[] if launch.user else None,
            )

    def wait_until_listening(self, port: int) -> None:
        """Return when the port accepts a connection; raise with the log when it never does."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.child.poll() is not None:
                missing = "; `make servers` installs it" if self.child.returncode == 127 else ""
                raise self.failure(f"ended with {self.child.returncode}{missing}")
            if self.launch.one_at_a_time:
                if listening(port):
                    return
            else:
                with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
                    return
            time.sleep(0.02)
        raise self.failure(f"port {port} did not open within {START_SECONDS:g} s")

    def failure(self, reason: str) -> CouldNotStartError:
        """Return the error that says why, in the server's own words."""
        log = self.log_file.read_text(errors="replace")[-4000:]
        return CouldNotStartError(f"{self.launch.command[0]}: {reason}\n{log}")

    def stop(self) -> None:
        """End the whole group, kindly first."""
        self.signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.child.wait(STOP_SECONDS)
        self.signal(signal.SIGKILL)
        self.child.wait(STOP_SECONDS)
        if self.sudo:
            # Nobody else may remove what root wrote there.
            subprocess.run([*self.sudo, "rm", "-rf", str(self.log_file.parent)], check=False)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the group, as root where it is root's."""
        if self.sudo:
            kill = [*self.sudo, "kill", f"-{number.name.removeprefix('SIG')}", "--"]
            subprocess.run([*kill, f"-{self.child.pid}"], capture_output=True, check=False)
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.child.pid, number)


class Laboratory:
    """Servers by name, each started when it is first asked for."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.processes: list[Process] = []
        self.running: dict[str, Running] = {}
        self.locks: list[IO[str]] = []
        self.ports = self.free_ports()
        atexit.register(self.stop)

    @functools.cached_property
    def credentials(self) -> Credentials:
        """The session's authority."""
        return make_credentials(self.directory / "credentials")

    def free_ports(self) -> Iterator[int]:
        """Yield ports that nobody listens on or has taken.

        Another session on this machine may be about to listen where nobody does yet, so a
        port is taken by a lock that is held as long as the laboratory lives; and chosen by
        chance, for sessions that do not see each other's locks.
        """
        locks = Path(tempfile.gettempdir()) / f"tlsward-test-ports-{os.getuid()}"
        locks.mkdir(exist_ok=True)
        for port in random.sample(PORTS, len(PORTS)):
            lock = (locks / str(port)).open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind((HOST, port))
            except OSError:
                lock.close()
                continue
            self.locks.append(lock)
            yield port

    def start(self, name: str) -> Running:
        """Return the named server of the catalogue, started if it is not running yet."""
        from servers.catalogue import CATALOGUE

        if name not in self.running:
            server = CATALOGUE[name]
            self.running[name] = self.launch(name, server.start, server.sni, server.starttls)
        return self.running[name]

    def launch(
        self,
        name: str,
        start: Callable[[Bench], Launch],
        sni: str = "localhost",
        starttls: str | None = None,
    ) -> Running:
        """Start one server in a fresh directory and wait until it listens."""
        directory = self.directory / name
        directory.mkdir(parents=True, exist_ok=True)
        bench = Bench(
            directory=directory,
            port=next(self.ports),
            credentials=self.credentials,
            next_port=self.ports.__next__,
        )
        log_file = directory / "log"
        process = Process(start(bench), directory, log_file)
        self.processes.append(process)
        process.wait_until_listening(bench.port)
        return Running(
            name=name,
            host=HOST,
            port=bench.port,
            sni=sni,
            starttls=starttls,
            ca_file=self.credentials.ca,
            log_file=log_file,
        )

    def stop(self) -> None:
        """Stop every server, the last one first."""
        while self.processes:
            self.processes.pop().stop()
        while self.locks:
            self.locks.pop().close()
        self.running.clear()
