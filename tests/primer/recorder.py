"""Records a client of the laboratory through the relay."""

import subprocess

from tlsward.sandbox.relay import RecordingRelay

REQUEST = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: known=to-two-alone\r\nConnection: close\r\n\r\n"
)


def recorded_openssl(port, *options):
    """What passes between Debian's openssl and a server, and what openssl printed."""
    with RecordingRelay(port) as relay:
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{relay.port}", "-quiet"]
        command += ["-servername", "localhost", *options]
        done = subprocess.run(command, input=REQUEST, capture_output=True, timeout=30, check=False)
        return relay.recording("openssl"), done.stdout
