"""Sessions of nginx and Debian's openssl, recorded on their way and opened afterwards."""

import socket
import ssl

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from primer.recorder import REQUEST, recorded_openssl
from servers.laboratory import HOST, Launch
from servers.stacks.web import nginx
from tlsward.model.target import Target
from tlsward.net.loop import run
from tlsward.primer.closed import Closed
from tlsward.primer.lessons.forward_secrecy import forward_secrecy, try_key
from tlsward.primer.lessons.handshake import Connection, handshake
from tlsward.primer.sessions import Opened, open_session
from tlsward.primer.signed_exchange import signature_holds
from tlsward.primer.watching import seen_in
from tlsward.sandbox.relay import RecordingRelay
from tlsward.scan.inspect import inspect
from tlsward.scan.settings import ScanSettings

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
    assert outcome.forward_secret is True
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
    assert outcome.forward_secret is None
    assert told(relay.recording(), key)["session_1_forward_secret"] == "unknown"


def told(recording, key):
    return forward_secrecy([try_key(recording, key)]).results


def openssl_server(*options):
    """Start Debian's openssl with options that nginx has not."""

    def start(bench):
        certificate, key = bench.certificate("rsa"), bench.key("rsa")
        listen = ("-accept", f"{HOST}:{bench.port}", "-naccept", "9", "-www", "-quiet")
        command = ["openssl", "s_server", *listen, "-cert", certificate, "-key", key, *options]
        return Launch(command=list(map(str, command)))

    return start


SHARED = ("-psk", "a1b2c3d4")


@pytest.mark.parametrize(
    ("suite", "secret", "missing"),
    [
        ("PSK-AES128-GCM-SHA256", False, ("the pre-shared key",)),
        ("RSA-PSK-AES128-GCM-SHA256", False, ("the pre-shared key",)),
        ("ECDHE-PSK-AES128-CBC-SHA256", True, None),
        ("AECDH-AES128-SHA:@SECLEVEL=0", True, None),
    ],
)
def test_what_a_session_rests_on(laboratory, key, suite, secret, missing):
    options = ("-tls1_2", "-cipher", suite, *SHARED)
    server = laboratory.launch("openssl-psk", openssl_server(*options))
    recording, printed = recorded_openssl(server.port, *options)
    assert b"HTTP/1.0 200" in printed
    outcome = open_session(seen_in(recording), key)
    assert isinstance(outcome, Closed)
    assert outcome.forward_secret is secret
    assert missing is None or outcome.missing == missing
    lesson = forward_secrecy([try_key(recording, key)])
    titles = [step.title for step in lesson.steps]
    assert ("With an ephemeral key exchange" in titles) is secret
    assert "What the private key did here" not in titles
    assert lesson.conclusion.startswith("This session has forward secrecy") is secret


@pytest.mark.parametrize(
    ("groups", "secret"), [(("P-256", "P-256"), True), (("P-384", "X25519"), False)]
)
def test_resumption_in_tls_13(laboratory, key, tmp_path, groups, secret):
    """Where client and server have no group in common any more, psk_ke is what is left."""
    common = ("-tls1_3", "-allow_no_dhe_kex")
    start = openssl_server(*common, "-groups", groups[0])
    server = laboratory.launch("openssl-resumption", start)
    session = str(tmp_path / "session.pem")
    recorded_openssl(server.port, *common, "-groups", groups[0], "-sess_out", session)
    again = (*common, "-groups", groups[1], "-sess_in", session)
    recording, printed = recorded_openssl(server.port, *again)
    assert b"HTTP/1.0 200" in printed
    outcome = open_session(seen_in(recording), key)
    assert isinstance(outcome, Closed)
    assert outcome.forward_secret is secret
    assert ("psk_dhe_ke" in outcome.reason, "psk_ke" in outcome.reason) == (secret, not secret)
    assert told(recording, key)["session_1_forward_secret"] == ("yes" if secret else "no")


def test_a_ticket_is_a_box_of_its_own(server, key):
    recording, _ = recorded_openssl(server.port, "-tls1_2", "-cipher", EPHEMERAL[0])
    assert seen_in(recording).has_ticket
    lesson = forward_secrecy([try_key(recording, key)])
    assert lesson.steps[-1].title == "There is one more box"
    recording, _ = recorded_openssl(server.port, "-tls1_2", "-no_ticket", "-cipher", EPHEMERAL[0])
    assert not seen_in(recording).has_ticket
    lesson = forward_secrecy([try_key(recording, key)])
    assert lesson.steps[-1].title == "What is left of the session"


def test_a_hello_retry_request_is_no_server_hello(laboratory):
    start = openssl_server("-tls1_3", "-groups", "P-521")
    server = laboratory.launch("openssl-retry", start)
    recording, _ = recorded_openssl(server.port, "-tls1_3", "-groups", "P-256:P-521")
    names = [message.name for message in seen_in(recording).messages]
    hellos = [name for name in names if "Hello" in name]
    assert hellos == ["ClientHello", "HelloRetryRequest", "ClientHello", "ServerHello"]


def drawn(port, version):
    """The names of the messages of a connection that is made now, and who sent them."""
    target = Target(host="localhost", port=port, sni="localhost", address=HOST)
    seen = run(inspect(target, ScanSettings(), versions=[version])).observation
    return [(message.sender, message.name) for message in seen.trace], seen


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_all_that_passes_is_drawn(laboratory, version):
    """A server that asks for a certificate, and has a group that was not guessed."""
    start = openssl_server("-verify", "1", "-groups", "P-521")
    server = laboratory.launch("openssl-all", start)
    names, seen = drawn(server.port, version)
    lesson = handshake([Connection(source="x", seen=seen)])
    by_client = [name for sender, name in names if sender == "client"]
    by_server = [name for sender, name in names if sender == "server"]
    if version == "TLSv1.2":
        assert by_client == [
            *("ClientHello", "Certificate", "ClientKeyExchange", "ChangeCipherSpec", "Finished")
        ]
        assert by_server[-2:] == ["ChangeCipherSpec", "Finished"]
        return
    assert by_client == [
        *("ClientHello", "ClientHello", "ChangeCipherSpec", "Certificate", "Finished")
    ]
    assert by_server[:4] == [
        *("HelloRetryRequest", "ChangeCipherSpec", "ServerHello", "EncryptedExtensions")
    ]
    assert lesson.steps[0].text.startswith("Two round trips")
