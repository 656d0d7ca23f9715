"""Headers of real servers, line by line, as curl and the servers' own configuration have them."""

import asyncio
import socket
import threading

import pytest

from net.test_driver_proxy import PROXIES
from servers.stacks import headers
from tlsward.model.http import HeaderLine
from tlsward.net.fetch_url import FetchUrl
from tlsward.net.http_exchange import HttpExchanger
from tlsward.net.proxy import parse_proxy

CASES = [(name, version) for name in headers.SERVERS for version in ("1.1", "2")]


@pytest.fixture(scope="module")
def started(laboratory):
    """Start each server once."""
    running = {}

    def start(name):
        if name not in running:
            running[name] = laboratory.launch(f"headers-{name}", headers.SERVERS[name])
        return running[name]

    return start


def url(server, path="/", host="localhost"):
    return FetchUrl(scheme="https", host=host, port=server.port, target=path)


def ask(server, path="/", *, verified=True, host="localhost", first=None, **more):
    asked = url(server, path, host)
    pem = server.ca_file.read_bytes() if verified else None
    exchanger = HttpExchanger(first or asked, ca_pem=pem, **more)
    return asyncio.run(exchanger.get(asked))


def plain_port(server):
    return int((server.log_file.parent / "plain-port").read_text())


def values(response, name):
    return [line.value for line in response.headers if line.name.lower() == name.lower()]


@pytest.mark.parametrize(("name", "version"), CASES)
def test_every_line_is_read(started, name, version):
    exchange = ask(started(name), versions=(version,))
    [response] = exchange.responses
    assert exchange.reason is None
    assert response.status == 200
    assert response.version == f"HTTP/{version}"
    assert response.tls_version == "TLSv1.3"
    assert response.verified == "yes"
    assert values(response, "strict-transport-security") == [headers.HSTS]
    assert values(response, "content-security-policy") == [headers.CSP]
    assert values(response, "set-cookie") == [
        "a=secret-one; Secure; HttpOnly; SameSite=Lax",
        "b=secret-two",
    ]


def test_names_keep_their_case_in_http1_and_are_lower_in_http2(started):
    server = started("nginx")
    [old] = ask(server, versions=("1.1",)).responses
    [new] = ask(server, versions=("2",)).responses
    assert "Strict-Transport-Security" in {line.name for line in old.headers}
    assert "strict-transport-security" in {line.name for line in new.headers}
    assert all(not line.name.startswith(":") for line in new.headers)


def test_lines_stand_in_their_order(started):
    [response] = ask(started("nginx"), "/twice", versions=("1.1",)).responses
    assert HeaderLine("Strict-Transport-Security", "max-age=300") in response.headers
    assert values(response, "Strict-Transport-Security") == ["max-age=300", "max-age=600"]


def test_http2_is_preferred(started):
    assert ask(started("nginx")).responses[0].version == "HTTP/2"


def test_an_unaccepted_certificate_is_told_and_ends_nothing(started):
    [response] = ask(started("nginx"), verified=False).responses
    assert response.verified == "no"
    assert response.verification.startswith("its certificate is not accepted: ")
    assert values(response, "strict-transport-security") == [headers.HSTS]


def test_a_certificate_of_another_name_is_told(started):
    server = started("nginx")
    exchange = ask(server, host="other.example", connect=("127.0.0.1", server.port))
    assert exchange.responses[0].verified == "no"
    assert "other.example" in exchange.responses[0].verification


def test_redirects_are_followed_with_every_hops_headers(started):
    exchange = ask(started("nginx"), "/moved")
    assert [each.status for each in exchange.responses] == [301, 200]
    assert values(exchange.responses[0], "strict-transport-security") == [headers.HSTS]


def test_a_circle_ends(started):
    exchange = ask(started("nginx"), "/loop", most_redirects=3)
    assert len(exchange.responses) == 4
    assert exchange.reason_kind == "too many"


def test_no_redirect_leads_back_to_plain_http(started):
    server = started("nginx")
    exchange = ask(server, "/down")
    assert exchange.responses[0].location == f"http://localhost:{plain_port(server)}/"
    assert exchange.reason == "it redirects from https to http"


@pytest.mark.parametrize("path", ["/inward", "/inside"])
def test_no_redirect_leads_to_another_host_within(started, path):
    exchange = ask(started("nginx"), path)
    assert len(exchange.responses) == 1
    assert exchange.reason_kind == "refused"
    assert "not public" in exchange.reason


def test_a_redirect_within_is_followed_where_allowed(started):
    exchange = ask(started("nginx"), "/inward", allow_private=True)
    assert [each.status for each in exchange.responses] == [302, 200]


def test_a_name_that_does_not_exist_ends_the_way(started):
    exchange = ask(started("nginx"), "/elsewhere")
    assert [each.status for each in exchange.responses] == [302]
    assert exchange.reason.startswith("https://elsewhere.invalid/: ")


def test_plain_http_redirects(started):
    server = started("nginx")
    plain = FetchUrl(scheme="http", host="localhost", port=plain_port(server), target="/")
    pem = server.ca_file.read_bytes()
    exchange = asyncio.run(HttpExchanger(url(server), ca_pem=pem).get(plain))
    assert [(each.secure, each.status) for each in exchange.responses] == [
        (False, 301),
        (True, 200),
    ]
    assert exchange.responses[0].verified == "unknown"


def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        asked = FetchUrl(scheme="https", host="127.0.0.1", port=free.getsockname()[1], target="/")
        exchange = asyncio.run(HttpExchanger(asked).get(asked))
    assert exchange.responses == ()
    assert exchange.reason == "connection refused"


def test_a_proxy_that_is_not_there_is_named(started):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        proxy = parse_proxy(f"http://127.0.0.1:{free.getsockname()[1]}")
        exchange = ask(started("nginx"), proxy=proxy)
    assert exchange.reason.startswith("proxy 127.0.0.1:")


@pytest.mark.parametrize("name", ["tinyproxy-password", "microsocks-password"])
def test_through_a_proxy(laboratory, started, name):
    launch, pattern = PROXIES[name]
    running = laboratory.running.get(name)
    if running is None:
        running = laboratory.running[name] = laboratory.launch(name, launch)
    proxy = parse_proxy(pattern.format(f"127.0.0.1:{running.port}"))
    server = started("nginx")
    [response] = ask(server, proxy=proxy, connect=("127.0.0.1", server.port)).responses
    assert response.verified == "yes"
    assert values(response, "strict-transport-security") == [headers.HSTS]


# Fakes: what no package misbehaves like. Each sends what it has and closes.

WRONG = {
    b"SSH-2.0-OpenSSH\r\n": "not an HTTP answer",
    b"": "it closed the connection without an answer",
    b"HTTP/1.1 200 OK\r\nA: " + b"x" * 300_000: "a malformed HTTP answer",
    b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n": "a malformed HTTP answer",
    b"HTTP/1.1 100 Continue\r\n\r\n" * 50: "it sends interim responses without end",
    b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 2000 + b"\r\n": "it sends more than 512 header lines",
}


def answered(octets):
    """Ask a server that says these octets whatever is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(octets)

        thread = threading.Thread(target=serve)
        thread.start()
        port = listener.getsockname()[1]
        asked = FetchUrl(scheme="http", host="127.0.0.1", port=port, target="/")
        exchange = asyncio.run(HttpExchanger(asked).get(asked))
        thread.join()
    return exchange


@pytest.mark.parametrize("octets", WRONG, ids=[reason.split(":")[0] for reason in WRONG.values()])
def test_what_is_no_answer_has_a_reason(octets):
    exchange = answered(octets)
    assert exchange.responses == ()
    assert exchange.reason.startswith(WRONG[octets])
    assert exchange.reason.isprintable()


def test_a_location_that_is_no_url_is_kept_and_not_followed():
    exchange = answered(b"HTTP/1.1 302 Found\r\nLocation: http://[::1/\xff\r\n\r\n")
    assert len(exchange.responses) == 1
    assert exchange.reason_kind == "refused"


def test_octets_beyond_ascii_are_kept():
    exchange = answered(b"HTTP/1.1 200 OK\r\nServer: caf\xe9\r\n\r\n")
    assert exchange.responses[0].headers == (HeaderLine("Server", "caf\xe9"),)
