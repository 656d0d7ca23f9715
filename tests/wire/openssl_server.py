"""`openssl s_server` on a free loopback port, for tests that talk to it with plain sockets."""

import re
import subprocess
import threading
from pathlib import Path

ALL_CIPHERS = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
ALL_SUITES = (
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    ":TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256"
)
_ACCEPT = re.compile(rb"^ACCEPT .*:(\d+)\s*$")


def make_certificate(directory: Path, name: str, *algorithm: str) -> tuple[str, ...]:
    """Make a self-signed certificate, return paths of certificate and key."""
    certificate, key = directory / f"{name}.pem", directory / f"{name}.key"
    subprocess.run(
        (
            *("openssl", "req", "-x509", "-nodes", "-newkey", *algorithm, "-days", "30"),
            *("-subj", f"/CN={name}.example", "-keyout", key, "-out", certificate),
        ),
        check=True,
        capture_output=True,
    )
    return str(certificate), str(key)


class OpensslServer:
    """One running s_server; it serves one connection at a time."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            ["openssl", "s_server", "-accept", "127.0.0.1:0", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._output = self._process.stdout
        seen = b""
        for line in self._output:
            seen += line
            accepted = _ACCEPT.match(line)
            if accepted:
                self.port = int(accepted[1])
                # It writes about every session, and would wait with a full pipe.
                self._drain = threading.Thread(target=self._output.read, daemon=True)
                self._drain.start()
                return
        raise AssertionError(seen.decode())

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._drain.join()
        self._process.stdin.close()
        self._process.stdout.close()


def serving_everything(directory: Path) -> OpensslServer:
    """Return a server of TLS 1.0 to 1.3 with an RSA and an ECDSA certificate and every suite."""
    rsa = make_certificate(directory, "rsa", "rsa:2048")
    ecdsa = make_certificate(directory, "ecdsa", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
    return OpensslServer(
        *("-cert", rsa[0], "-key", rsa[1]),
        *("-dcert", ecdsa[0], "-dkey", ecdsa[1]),
        *("-cipher", ALL_CIPHERS, "-ciphersuites", ALL_SUITES),
        "-no_ign_eof",
    )
