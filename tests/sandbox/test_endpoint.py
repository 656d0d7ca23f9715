"""The local endpoint against Python's own TLS client: it serves its policy and nothing else."""

import contextlib
import http.client
import socket
import ssl
import threading
import warnings
from datetime import UTC, datetime

import pytest

from tlsward.sandbox.authority import throw_away_credentials
from tlsward.sandbox.endpoint import HOST, LocalEndpoint
from tlsward.sandbox.policy import LOAD_BALANCER_2015, Policy

TLS13 = Policy(name="1.3", protocols=("TLSv1.3",), strict_transport_security=63072000)


@pytest.fixture(scope="module")
def credentials():
    return throw_away_credentials(datetime.now(UTC))


@pytest.fixture
def endpoint(credentials):
    with LocalEndpoint(LOAD_BALANCER_2015, credentials) as running:
        yield running


def client_context(credentials, version, suites="ALL", group=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=credentials.root.decode())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    context.set_ciphers(f"{suites}:@SECLEVEL=0")
    if group:
        context.set_ecdh_curve(group)
    return context


def negotiate(endpoint, context):
    """Return (version, suite), or raise what the client raises."""
    with (
        socket.create_connection((HOST, endpoint.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as tls,
    ):
        return tls.version(), tls.cipher()[0]


OLD_SUITES = {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA"}


@pytest.mark.parametrize("suite", LOAD_BALANCER_2015.cipher_suites)
def test_serves_each_suite_of_the_load_balancer(endpoint, credentials, suite):
    context = client_context(credentials, ssl.TLSVersion.TLSv1_2, suite)
    assert negotiate(endpoint, context) == ("TLSv1.2", suite)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.parametrize("suite", sorted(OLD_SUITES))
def test_serves_the_old_versions(endpoint, credentials, version, suite):
    context = client_context(credentials, version, suite)
    assert negotiate(endpoint, context)[1] == suite


@pytest.mark.parametrize(
    ("version", "suites"),
    [
        (ssl.TLSVersion.TLSv1_3, "ALL"),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-CCM"),
    ],
)
def test_refuses_what_the_load_balancer_never_had(endpoint, credentials, version, suites):
    with pytest.raises(ssl.SSLError, match=r"(?i)alert"):
        negotiate(endpoint, client_context(credentials, version, suites))


def test_keeps_its_own_order(endpoint, credentials):
    backwards = ":".join(reversed(LOAD_BALANCER_2015.cipher_suites))
    context = client_context(credentials, ssl.TLSVersion.TLSv1_2, backwards)
    assert negotiate(endpoint, context)[1] == LOAD_BALANCER_2015.cipher_suites[0]


def test_serves_one_group_alone(endpoint, credentials):
    endpoint.reconfigure(TLS13)
    served = client_context(credentials, ssl.TLSVersion.TLSv1_3, group="prime256v1")
    assert negotiate(endpoint, served)[0] == "TLSv1.3"
    for other in ("X25519", "secp384r1", "secp521r1"):
        with pytest.raises(ssl.SSLError):
            negotiate(endpoint, client_context(credentials, ssl.TLSVersion.TLSv1_3, group=other))


def test_reconfigured_while_it_runs(endpoint, credentials):
    port = endpoint.port
    endpoint.reconfigure(TLS13)
    assert endpoint.port == port
    assert negotiate(endpoint, client_context(credentials, ssl.TLSVersion.TLSv1_3))[0] == "TLSv1.3"
    with pytest.raises(ssl.SSLError):
        negotiate(endpoint, client_context(credentials, ssl.TLSVersion.TLSv1_2))


def test_answers_a_request_with_the_header_of_its_policy(endpoint, credentials):
    endpoint.reconfigure(TLS13)
    connection = http.client.HTTPSConnection(
        "localhost",
        endpoint.port,
        context=client_context(credentials, ssl.TLSVersion.TLSv1_3),
        timeout=10,
    )
    connection.request("GET", "/")
    response = connection.getresponse()
    assert response.status == 200
    assert response.headers["Strict-Transport-Security"] == "max-age=63072000"
    assert b"sandbox endpoint" in response.read()
    connection.close()


@pytest.mark.parametrize("rubbish", [b"", b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01\xff\xff" * 50])
def test_survives_clients_that_speak_no_tls(endpoint, credentials, rubbish):
    with socket.create_connection((HOST, endpoint.port), timeout=10) as plain:
        plain.sendall(rubbish)
        plain.shutdown(socket.SHUT_WR)
        while plain.recv(4096):
            pass
    assert negotiate(endpoint, client_context(credentials, ssl.TLSVersion.TLSv1_2))


def test_cuts_off_an_endless_request(endpoint, credentials):
    context = client_context(credentials, ssl.TLSVersion.TLSv1_2)

    def send_without_end(tls):
        while True:
            tls.sendall(b"x" * 16384)

    with (
        socket.create_connection((HOST, endpoint.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as tls,
        pytest.raises(OSError, match=r"(?i)reset|broken pipe|eof|closed"),
    ):
        send_without_end(tls)


def test_leaves_nothing_behind(credentials):
    threads = threading.active_count()
    with LocalEndpoint(LOAD_BALANCER_2015, credentials) as running:
        negotiate(running, client_context(credentials, ssl.TLSVersion.TLSv1_2))
        silent = socket.create_connection((HOST, running.port), timeout=10)
    with silent, contextlib.suppress(ConnectionResetError):
        assert silent.recv(1) == b""
    assert threading.active_count() == threads
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, running.port), timeout=10)


def test_says_that_a_port_is_taken(endpoint, credentials):
    with (
        pytest.raises(OSError, match="in use"),
        LocalEndpoint(LOAD_BALANCER_2015, credentials, port=endpoint.port),
    ):
        pass
