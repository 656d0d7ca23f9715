"""A session between a client and an endpoint here, recorded by one who stands between them."""

import socket
import ssl
from datetime import UTC, datetime

import msgspec

from tlsward.model.recording import Recording
from tlsward.sandbox.authority import Credentials, throw_away_credentials
from tlsward.sandbox.endpoint import HOST, LocalEndpoint
from tlsward.sandbox.policy import Policy
from tlsward.sandbox.relay import RecordingRelay

NAME = "localhost"
#: RSA key exchange, and the ephemeral one that took its place, else the same.
RSA_SUITE = "AES128-GCM-SHA256"
EPHEMERAL_SUITE = "ECDHE-RSA-AES128-GCM-SHA256"
#: What nobody but the two shall read.
REQUEST = (
    b"GET /account HTTP/1.1\r\n"
    b"Host: localhost\r\n"
    b"Cookie: session=only-the-two-of-us-know-this\r\n"
    b"Connection: close\r\n\r\n"
)
_TIMEOUT_SECONDS = 20.0
_MOST_OCTETS = 1 << 16


class RecordedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A recording, the server's private key (PEM), and what was truly said by both."""

    suite: str
    recording: Recording
    private_key: bytes
    request: bytes
    response: bytes


def recorded_sessions() -> tuple[RecordedSession, RecordedSession]:
    """Return one session with RSA key exchange and one with ECDHE, of one server and key.

    Raises OSError where this machine has no loopback port to listen on, and ssl.SSLError
    where Python's OpenSSL no longer has the RSA key exchange.
    """
    credentials = throw_away_credentials(datetime.now(UTC), key_kind="rsa")
    return _recorded(RSA_SUITE, credentials), _recorded(EPHEMERAL_SUITE, credentials)


def _recorded(suite: str, credentials: Credentials) -> RecordedSession:
    policy = Policy(name=suite, protocols=("TLSv1.2",), cipher_suites=(suite,))
    with (
        LocalEndpoint(policy, credentials) as endpoint,
        RecordingRelay(endpoint.port) as relay,
    ):
        response = _ask(relay.port, suite, credentials)
        recording = relay.recording(f"TLS 1.2 with {suite}")
    return RecordedSession(
        suite=suite,
        recording=recording,
        private_key=credentials.key,
        request=REQUEST,
        response=response,
    )


def _ask(port: int, suite: str, credentials: Credentials) -> bytes:
    """Make a request as a browser would, and return the answer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{suite}:@SECLEVEL=0")
    context.load_verify_locations(cadata=credentials.root.decode("ascii"))
    answer = b""
    with (
        socket.create_connection((HOST, port), timeout=_TIMEOUT_SECONDS) as connection,
        context.wrap_socket(connection, server_hostname=NAME) as client,
    ):
        client.sendall(REQUEST)
        while len(answer) < _MOST_OCTETS and (octets := client.recv(4096)):
            answer += octets
    return answer
