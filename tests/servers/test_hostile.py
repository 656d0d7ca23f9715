"""The fakes do what they say, seen with plain sockets and with OpenSSL's client."""

import socket
import ssl

import pytest

from servers import hostile
from servers.laboratory import HOST


def answer_to(port, request=b"\x16\x03\x01\x00\x02\x01\x00", wanted=64):
    with socket.create_connection((HOST, port), 5) as client:
        client.sendall(request)
        return hostile.read_exactly(client, wanted)


@pytest.mark.parametrize(
    ("script", "start"),
    [
        (hostile.plain_http, b"HTTP/1.1 400"),
        (hostile.byte_a_second, b"\x16"),
        (hostile.endless, b"\x16\x03\x03"),
        (hostile.many_certificates, b"\x16\x03\x03"),
        (hostile.alert_storm, b"\x15\x03\x03\x00\x02\x01\x5a\x15"),
        (hostile.close_at_once, b""),
    ],
)
def test_a_script_says_its_lines(script, start):
    with hostile.hostile(script) as port:
        assert answer_to(port, wanted=len(start)) == start


def test_reset_is_a_reset():
    with hostile.hostile(hostile.reset_at_once) as port, pytest.raises(ConnectionResetError):
        answer_to(port)


def test_the_certificates_are_sixteen_megabytes_long():
    with (
        hostile.hostile(hostile.many_certificates) as port,
        socket.create_connection((HOST, port), 5) as client,
    ):
        client.sendall(b"\x16\x03\x01\x00\x02\x01\x00")
        hostile.read_record(client)
        first = hostile.read_record(client)
        assert first[0] == hostile.CERTIFICATE
        assert int.from_bytes(first[1:4]) > 16_700_000


def test_a_server_hello_that_was_not_asked_for_is_refused_by_openssl():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        hostile.hostile(hostile.wrong_version) as port,
        socket.create_connection((HOST, port), 5) as client,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(client)


def test_smtp_refuses_starttls_for_now():
    with hostile.hostile(hostile.smtp_454) as port:
        heard = answer_to(port, b"EHLO me\r\nSTARTTLS\r\n", wanted=100)
    assert b"250 STARTTLS" in heard
    assert b"454 4.7.0" in heard


def test_suites_of_a_hello_are_counted():
    hello = b"\x01\x00\x00\x31\x03\x03" + bytes(32) + b"\x00" + b"\x00\x06" + bytes(6) + b"\x01\x00"
    assert hostile.offered_suites(hello) == 3
