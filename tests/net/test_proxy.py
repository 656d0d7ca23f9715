"""Proxy URLs and the two exchanges with a proxy, byte by byte."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.errors import UsageError
from tlsward.net.http_connect import HEAD_LIMIT_BYTES
from tlsward.net.proxy import Proxy, parse_proxy
from tlsward.net.tunnel import proxy_preamble

HTTP = Proxy(kind="http", host="proxy.example", port=3128)
HTTP_USER = Proxy(kind="http", host="proxy.example", port=3128, username="ann", password="s3:t")
SOCKS = Proxy(kind="socks5", host="proxy.example", port=1080)
SOCKS_USER = Proxy(kind="socks5", host="proxy.example", port=1080, username="ann", password="s3")


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("http://proxy.example:3128", HTTP),
        ("proxy.example:3128", HTTP),
        ("http://ann:s3%3At@proxy.example:3128/", HTTP_USER),
        ("socks5://proxy.example", SOCKS),
        ("socks5h://ann:s3@proxy.example:1080", SOCKS_USER),
        ("http://[::1]", Proxy(kind="http", host="::1", port=8080)),
        ("HTTP://proxy.example:3128", HTTP),
    ],
)
def test_a_proxy_url_is_parsed(url, proxy):
    parsed = parse_proxy(url)
    assert parsed == proxy
    assert (parsed.username, parsed.password) == (proxy.username, proxy.password)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://ann:s3cret@proxy.example",
        "socks4://ann:s3cret@proxy.example",
        "http://ann:s3cret@proxy.example:port",
        "http://ann:s3cret@proxy.example/path",
        "http://ann:s3cret@[::1",
        "http://ann:s3cret@",
        "http://ann:s3cret@bad name",
        "http://ann:s3cret@proxy.example:0",
        "http://an%3An:s3cret@proxy.example",
        "socks5://" + "a" * 256 + ":s3cret@proxy.example",
    ],
)
def test_a_bad_proxy_url_is_a_usage_error_that_keeps_the_secret(url):
    with pytest.raises(UsageError) as caught:
        parse_proxy(url)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_proxy_never_shows_its_credentials():
    assert repr(HTTP_USER) == str(HTTP_USER) == "Proxy(http://proxy.example:3128)"


# HTTP CONNECT


def test_connect_asks_for_the_name_and_opens_a_tunnel():
    exchange = proxy_preamble(HTTP, "example.com", 443)
    assert exchange.outgoing() == (
        b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n"
    )
    assert exchange.receive(b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n") == b""
    assert exchange.state == "ready"


def test_connect_writes_an_ipv6_address_in_brackets():
    sent = proxy_preamble(HTTP, "2001:db8::1", 443).outgoing()
    assert sent.startswith(b"CONNECT [2001:db8::1]:443 HTTP/1.1\r\n")


def test_connect_sends_basic_credentials():
    sent = proxy_preamble(HTTP_USER, "example.com", 443).outgoing()
    assert b"Proxy-Authorization: Basic YW5uOnMzOnQ=\r\n" in sent


def test_what_the_far_server_says_behind_the_head_is_passed_on():
    exchange = proxy_preamble(HTTP, "mail.example", 25)
    exchange.outgoing()
    exchange.receive(b"HTTP/1.0 200 OK\r\n\r\n220 mail.example ESMTP\r\n")
    assert exchange.surplus == b"220 mail.example ESMTP\r\n"


@pytest.mark.parametrize(
    ("answer", "detail", "temporary"),
    [
        (b"HTTP/1.1 403 For\x1bbidden\r\n\r\n", None, False),
        (b"HTTP/1.1 407 Authentication Required\r\n\r\n", None, False),
        (
            b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
            "the proxy answered 503 Busy",
            True,
        ),
        (b"HTTP/1.1 502\r\n\r\n", "the proxy answered 502", False),
        (b"\x05\x00", None, False),
        (b"SSH-2.0-OpenSSH_9.2\r\n", None, False),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * HEAD_LIMIT_BYTES + b"\r\n\r\n", None, False),
    ],
)
def test_another_answer_is_a_refusal(answer, detail, temporary):
    exchange = proxy_preamble(HTTP, "example.com", 443)
    exchange.outgoing()
    exchange.receive(answer)
    assert exchange.state == "refused"
    assert exchange.temporary is temporary
    assert exchange.detail.isprintable()
    assert detail is None or exchange.detail == detail


def test_an_endless_head_is_refused():
    exchange = proxy_preamble(HTTP, "example.com", 443)
    exchange.outgoing()
    exchange.receive(b"HTTP/1.1 200 OK\r\n")
    for _ in range(1000):
        exchange.receive(b"X: " + b"x" * 500 + b"\r\n")
    assert exchange.state == "refused"


# SOCKS5


def test_socks_asks_the_proxy_to_resolve_a_name():
    exchange = proxy_preamble(SOCKS, "example.com", 443)
    assert exchange.outgoing() == b"\x05\x01\x00"
    assert exchange.receive(b"\x05\x00") == (
        b"\x05\x01\x00"  # version, CONNECT, reserved
        b"\x03\x0bexample.com"  # a name of 11 bytes
        b"\x01\xbb"  # port 443
    )
    exchange.receive(b"\x05\x00\x00\x01" + bytes(6) + b"220 mail")
    assert exchange.state == "ready"
    assert exchange.surplus == b"220 mail"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.1", b"\x01\xc0\x00\x02\x01"),
        ("2001:db8::1", b"\x04\x20\x01\x0d\xb8" + bytes(11) + b"\x01"),
    ],
)
def test_socks_sends_addresses_as_such(host, address):
    exchange = proxy_preamble(SOCKS, host, 25)
    assert exchange.receive(b"\x05\x00") == b"\x05\x01\x00" + address + b"\x00\x19"


def test_socks_sends_user_name_and_password_when_asked():
    exchange = proxy_preamble(SOCKS_USER, "192.0.2.1", 25)
    assert exchange.outgoing() == b"\x05\x02\x00\x02"
    assert exchange.receive(b"\x05\x02") == b"\x01\x03ann\x02s3"
    assert exchange.receive(b"\x01\x00").startswith(b"\x05\x01\x00\x01")


@pytest.mark.parametrize(
    ("proxy", "answers", "detail"),
    [
        (SOCKS, b"\x05\xff", "the proxy asks for a user name and password"),
        (SOCKS_USER, b"\x05\xff", "the proxy accepts neither no authentication nor a password"),
        (SOCKS_USER, b"\x05\x02\x01\x01", "the proxy refused the user name and password"),
        (SOCKS, b"\x04\x00", "the proxy does not speak SOCKS5"),
        (
            SOCKS,
            b"\x05\x00\x05\x05\x00\x01\x00",
            "the proxy could not connect: connection refused",
        ),
        (SOCKS, b"\x05\x00\x05\x99\x00\x01\x00", "the proxy could not connect: reply 0x99"),
        (SOCKS, b"\x05\x00\x05\x00\x00\x07\x00", "the proxy answered with address type 0x07"),
    ],
)
def test_socks_refusals_are_given_in_words(proxy, answers, detail):
    exchange = proxy_preamble(proxy, "192.0.2.1", 25)
    exchange.outgoing()
    exchange.receive(answers)
    assert exchange.state == "refused"
    assert exchange.detail == detail


# Any bytes


def converse(proxy, chunks):
    exchange = proxy_preamble(proxy, "example.com", 443)
    sent = exchange.outgoing()
    for chunk in chunks:
        sent += exchange.receive(chunk)
    return sent, exchange.state, exchange.detail, exchange.temporary, exchange.surplus


PIECES = [
    *(b"\x05\x00", b"\x05\x02", b"\x01\x00", b"\x05\x00\x00\x01" + bytes(6), b"\x05\x00\x00\x03"),
    *(b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 100 \r\n\r\n", b"HTTP/1.0 ", b"407", b"\r\n", b"A: b"),
]


@pytest.mark.parametrize("proxy", [HTTP, HTTP_USER, SOCKS, SOCKS_USER])
def test_any_bytes_in_any_chunks_give_the_same(proxy):
    @given(
        stream=st.lists(st.sampled_from(PIECES) | st.binary(max_size=12), max_size=6).map(b"".join),
        data=st.data(),
    )
    def check(stream, data):
        expected = converse(proxy, [stream])
        cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=8).map(sorted))
        chunks = [stream[a:b] for a, b in pairwise([0, *cuts, len(stream)])]
        assert converse(proxy, chunks) == expected
        assert converse(proxy, [stream[i : i + 1] for i in range(len(stream))]) == expected
        assert expected[2].isprintable()
        assert len(expected[4]) <= len(stream)

    check()
