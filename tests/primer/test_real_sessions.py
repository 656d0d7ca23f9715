"""Sessions of nginx and Debian's openssl, recorded on their way and opened afterwards."""

import socket
import ssl

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from primer.recorder import REQUEST, recorded_openssl
from servers.stacks.web import nginx
from tlsward.primer.sessions import Closed, Opened, open_session
from tlsward.primer.signed_exchange import signature_holds
from tlsward.primer.watching import seen_in
from tlsward.sandbox.relay import RecordingRelay

RSA_SUITES = ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA256")
EPHEMERAL = ("ECDHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA")


@pytest.fixture(scope="module")
def server(laboratory):
    suites = ":".join((*RSA_SUITES, *EPHEMERAL))
    start = nginx(
        "ssl_protocols TLSv1.2 TLSv1.3",
        f"ssl_ciphers {suites}:@SECLEVEL=0",
        "ssl_dhparam DH1024",
    )
    return laboratory.launch("nginx-recorded", start)


@pytest.fixture(scope="module")
def key(laboratory):
    return load_pem_private_key(laboratory.credentials.key("rsa").read_bytes(), None)


@pytest.mark.parametrize("more", [(), ("-no_etm",)], ids=["", "without encrypt_then_mac"])
@pytest.mark.parametrize("suite", RSA_SUITES)
def test_an_rsa_session_is_read_in_full(server, key, suite, more):
    recording, printed = recorded_openssl(server.port, "-tls1_2", "-cipher", suite, *more)
    outcome = open_session(seen_in(recording), key)
    assert isinstance(outcome, Opened), outcome
    assert outcome.error is None
    assert outcome.finished_verified == ("client", "server")
    assert outcome.extended_master_secret
    assert outcome.all_of("client") == REQUEST
    assert outcome.all_of("server") == printed
    assert printed.startswith(b"HTTP/1.1 ")


@pytest.mark.parametrize("suite", EPHEMERAL)
def test_an_ephemeral_session_stays_closed(server, key, suite):
    recording, printed = recorded_openssl(server.port, "-tls1_2", "-cipher", f"{suite}:@SECLEVEL=0")
    assert printed.startswith(b"HTTP/1.1 ")
    seen = seen_in(recording)
    outcome = open_session(seen, key)
    assert isinstance(outcome, Closed)
    assert len(outcome.missing) == 2
    assert signature_holds(seen) is True
    assert seen.sealed_octets["client"] > len(REQUEST)


def test_tls_13_stays_closed(server, key):
    recording, printed = recorded_openssl(server.port, "-tls1_3")
    assert printed.startswith(b"HTTP/1.1 ")
    outcome = open_session(seen_in(recording), key)
    assert isinstance(outcome, Closed)
    assert outcome.reason.startswith("TLS 1.3 has no key exchange")


def test_another_key_opens_nothing(server, laboratory):
    other = load_pem_private_key(laboratory.credentials.key("ca").read_bytes(), None)
    recording, _ = recorded_openssl(server.port, "-tls1_2", "-cipher", RSA_SUITES[0])
    outcome = open_session(seen_in(recording), other)
    assert outcome.reason == "the private key is not that of the certificate in the recording"


def python_client(*, extended=True):
    """A context whose extended_master_secret can be switched off."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-SHA:@SECLEVEL=0")
    if not extended:
        context.options |= 1  # SSL_OP_NO_EXTENDED_MASTER_SECRET of OpenSSL 3
    return context


def ask(context, port, session=None):
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as connection,
        context.wrap_socket(connection, server_hostname="localhost", session=session) as client,
    ):
        client.sendall(REQUEST)
        answer = b""
        while octets := client.recv(4096):
            answer += octets
        return answer, client.session


def test_without_extended_master_secret(server, key):
    with RecordingRelay(server.port) as relay:
        answer, _ = ask(python_client(extended=False), relay.port)
        outcome = open_session(seen_in(relay.recording()), key)
    assert not outcome.extended_master_secret
    assert outcome.finished_verified == ("client", "server")
    assert (outcome.all_of("client"), outcome.all_of("server")) == (REQUEST, answer)


def test_a_resumed_session_needs_the_one_before(server, key):
    context = python_client()
    _, session = ask(context, server.port)
    with RecordingRelay(server.port) as relay:
        ask(context, relay.port, session)
        outcome = open_session(seen_in(relay.recording()), key)
    assert isinstance(outcome, Closed)
    assert outcome.reason.startswith("the session was resumed")
