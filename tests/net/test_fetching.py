"""Fetching from real servers (nginx), through real proxies, and from scripts that lie."""

import asyncio
import gzip
import socket
import ssl
from contextlib import asynccontextmanager

import pytest
import trustme

from net.scripted import reset_at_close, serving
from net.test_driver_proxy import PROXIES
from servers.laboratory import HOST
from servers.stacks.web import nginx_of_files
from tlsward.model.fetching import FetchRequest
from tlsward.net import fetch_backend, fetching, loop
from tlsward.net.addresses import Address
from tlsward.net.fetching import MOST_REDIRECTS, USER_AGENT, HttpFetcher
from tlsward.net.proxy import parse_proxy


def fetched(*urls, limit_bytes=100_000, body=None, **how):
    """Return what came of each URL, one after the other."""
    how.setdefault("allow_private", True)
    how.setdefault("timeout_seconds", 20.0)

    async def main():
        async with HttpFetcher(**how) as fetcher:
            return [
                await fetcher(FetchRequest(url=url, limit_bytes=limit_bytes, body=body))
                for url in urls
            ]

    found = loop.run(main())
    return found[0] if len(urls) == 1 else found


def fetched_from(handler, path="/", *, ssl_context=None, requests=1, **how):
    """Return what came from a script, asked on a port that is put for PORT in the path."""
    limit_bytes, body = how.pop("limit_bytes", 100_000), how.pop("body", None)
    how.setdefault("allow_private", True)
    how.setdefault("timeout_seconds", 20.0)

    async def main():
        async with serving(handler, ssl=ssl_context) as port, HttpFetcher(**how) as fetcher:
            url = path if "://" in path else f"http://{HOST}:PORT{path}"
            request = FetchRequest(
                url=url.replace("PORT", str(port)), limit_bytes=limit_bytes, body=body
            )
            return [await fetcher(request) for _ in range(requests)]

    found = loop.run(main())
    return found[0] if requests == 1 else found


def answering(octets, *, more=b"", heads=None):
    """Return a script that answers each request with these octets, PORT being its own port."""

    async def handler(reader, writer):
        while head := await reader.readuntil(b"\r\n\r\n"):
            if heads is not None:
                heads.append(head)
            port = writer.get_extra_info("sockname")[1]
            writer.write(octets.replace(b"PORT", str(port).encode()) + more)
            await writer.drain()
            if b"Content-Length" not in octets:
                return

    return handler


def redirect(location, status=302):
    return (
        f"HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
    )


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


def test_what_is_sent_and_what_comes():
    heads = []
    found = fetched_from(answering(OK, heads=heads), "/a/crl?x=1#fragment")
    assert (found.status, found.body, found.reason) == (200, b"hello", None)
    assert found.headers["content-length"] == "5"
    [head] = heads
    lines = head.decode().split("\r\n")
    assert lines[0] == "GET /a/crl?x=1 HTTP/1.1"
    assert f"User-Agent: {USER_AGENT}" in lines
    assert "Accept-Encoding: identity" in lines


def test_a_body_is_posted_with_its_headers():
    received = []

    async def handler(reader, writer):
        received.append(await reader.readuntil(b"\r\n\r\n"))
        received.append(await reader.readexactly(7))
        writer.write(OK)
        await writer.drain()
        await reader.read()

    assert fetched_from(handler, body=b"request").body == b"hello"
    assert received[0].startswith(b"POST / HTTP/1.1\r\n")
    assert b"Content-Length: 7" in received[0]
    assert received[1] == b"request"


def test_a_connection_is_used_again():
    connections = []

    async def handler(reader, writer):
        connections.append(1)
        await answering(OK)(reader, writer)

    assert [each.body for each in fetched_from(handler, requests=3)] == [b"hello"] * 3
    assert len(connections) == 1


def test_no_more_at_once_than_allowed():
    now, most = 0, 0

    async def handler(reader, writer):
        nonlocal now, most
        await reader.readuntil(b"\r\n\r\n")
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.02)
        now -= 1
        writer.write(OK)
        await writer.drain()

    async def main():
        async with (
            serving(handler) as port,
            HttpFetcher(allow_private=True, concurrency=2) as fetcher,
        ):
            request = FetchRequest(url=f"http://{HOST}:{port}/", limit_bytes=10)
            return await asyncio.gather(*(fetcher(request) for _ in range(7)))

    assert [each.body for each in loop.run(main())] == [b"hello"] * 7
    assert most == 2


def test_large_answers_are_read_by_turns(monkeypatch):
    """Small ones pass while large ones, of other fetchers as well, wait for their turn."""
    monkeypatch.setattr(fetching, "LARGE_BYTES", 100)
    begun, all_begun, go_on = [], asyncio.Event(), asyncio.Event()

    async def handler(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        if b" /small " in head:
            writer.write(OK)
            await writer.drain()
            return
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + bytes(101))
        await writer.drain()
        begun.append(head)
        if len(begun) == 4:
            all_begun.set()
        await go_on.wait()
        writer.write(bytes(300_000 - 101))
        await writer.drain()
        await reader.read()

    async def main():
        async with (
            serving(handler) as port,
            HttpFetcher(allow_private=True) as one,
            HttpFetcher(allow_private=True) as other,
        ):
            url = f"http://{HOST}:{port}"
            large = FetchRequest(url=f"{url}/large", limit_bytes=400_000)
            fetches = [asyncio.ensure_future(each(large)) for each in (one, other, one, other)]
            await all_begun.wait()
            small = await one(FetchRequest(url=f"{url}/small", limit_bytes=10))
            go_on.set()
            return small, await asyncio.gather(*fetches), fetching._turn()

    small, large, turns = loop.run(main())
    assert small.body == b"hello"
    assert [len(each.body) for each in large] == [300_000] * 4
    assert turns._value == fetching.LARGE_AT_ONCE


async def endless(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(bytes(65536))
        await writer.drain()


async def endless_chunks(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1000\r\n" + bytes(4096) + b"\r\n")
        await writer.drain()


async def endless_head(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: " + b"x" * 1000 + b"\r\n")
        await writer.drain()


async def endless_patience(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)
        await writer.drain()


async def slow_loris(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def silent(reader, writer):
    await reader.read()


async def resetting(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    reset_at_close(writer)


BOMB = gzip.compress(bytes(1 << 20))


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        (endless, "longer than 100000 bytes"),
        (endless_chunks, "longer than 100000 bytes"),
        (endless_head, "not an HTTP answer"),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n"), "longer than 100000"),
        (
            answering(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nshort"),
            "not an HTTP answer: peer closed connection without sending complete message body",
        ),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n"), "not an HTTP answer"),
        (
            answering(
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                b"Content-Length: %d\r\n\r\n" % len(BOMB),
                more=BOMB,
            ),
            "the answer is compressed (gzip)",
        ),
        (
            answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
            "not an HTTP answer",
        ),
        (answering(b"HTTP/1.1 404 \x1b[31m\r\nContent-Length: 0\r\n\r\n"), "with status 404"),
        (answering(b"HTTP/1.1 304 Same\r\nContent-Length: 0\r\n\r\n"), "with status 304"),
        (answering(b"\x1b[31mSSH-2.0\r\n"), "not an HTTP answer"),
        (answering(b""), "not an HTTP answer: Server disconnected"),
        (resetting, "the connection broke"),
    ],
)
def test_what_a_server_may_do(handler, reason):
    found = fetched_from(handler)
    assert found.body is None
    assert reason in found.reason
    assert found.reason.isprintable()


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        (slow_loris, "no whole answer within 0.4 seconds"),
        (endless_patience, "no whole answer within 0.4 seconds"),
        (silent, "0.4 seconds"),
    ],
)
def test_time_is_bounded_however_busy_the_server_is(handler, reason):
    found = fetched_from(handler, timeout_seconds=0.4)
    assert found.body is None
    assert found.reason.endswith(reason)


def test_an_answer_shorter_than_the_limit_is_whole_whatever_ends_it():
    assert fetched_from(answering(b"HTTP/1.0 200 OK\r\n\r\nhello")).body == b"hello"
    assert fetched_from(answering(OK), limit_bytes=5).body == b"hello"
    assert fetched_from(answering(OK), limit_bytes=4).body is None


# Redirects


def by_path(answers):
    async def handler(reader, writer):
        while head := await reader.readuntil(b"\r\n\r\n"):
            port = str(writer.get_extra_info("sockname")[1]).encode()
            writer.write(answers[head.split()[1].decode()].replace(b"PORT", port))
            await writer.drain()

    return handler


def chain(length):
    answers = {f"/{step}": redirect(f"/{step + 1}") for step in range(length)}
    return by_path(answers | {f"/{length}": OK})


def test_redirects_are_followed_a_few_times():
    found = fetched_from(chain(MOST_REDIRECTS), "/0")
    assert found.body == b"hello"
    assert found.url.endswith(f"/{MOST_REDIRECTS}")
    found = fetched_from(chain(MOST_REDIRECTS + 1), "/0")
    assert found.reason == "it redirects more than 3 times"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/0", "it redirects in a circle"),
        ("file:///etc/passwd", "file: is not fetched from"),
        ("ldap://host/x", "ldap: is not fetched from"),
        ("http://user:secret@127.0.0.1/", "a user name or a password"),
        ("http://[::1/", "it redirects to a malformed URL"),
        ("http://127.0.0.1:25/", "port 25 is not one of a web server"),
        ("/" + "x" * 3000, "longer than 2048 characters"),
        ("http://host.example:99999/", "malformed"),
        ("http://a..b/", "its host is none"),
    ],
)
def test_redirects_that_are_not_followed(location, reason):
    found = fetched_from(by_path({"/0": redirect(location)}), "/0")
    assert (found.body, found.status) == (None, 302)
    assert reason in found.reason
    assert "secret" not in found.reason


@pytest.mark.parametrize(("status", "followed"), [(302, False), (303, False), (307, True)])
def test_a_post_stays_one_or_ends(status, followed):
    async def handler(reader, writer):
        while head := await reader.readuntil(b"\r\n\r\n"):
            assert await reader.readexactly(2) == b"by"
            writer.write(redirect("/1", status) if b" /0 " in head else OK)
            await writer.drain()

    found = fetched_from(handler, "/0", body=b"by")
    assert (found.body == b"hello") is followed
    assert followed or found.reason == f"it redirects a POST with status {status}"


# Addresses


def resolving(monkeypatch, names):
    """Make names resolve so, and let loopback alone of all private addresses be connected to."""
    real = fetch_backend.resolve

    async def resolve(host, port, **how):
        if host not in names:
            return await real(host, port, **how)
        return [Address(literal, port, 6 if ":" in literal else 4) for literal in names[host]]

    judge = fetch_backend.refused_address
    monkeypatch.setattr(fetch_backend, "resolve", resolve)
    monkeypatch.setattr(
        fetch_backend, "refused_address", lambda it: None if it == HOST else judge(it)
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://localhost/",
        "http://printer.local/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://127.1/",
    ],
)
@pytest.mark.parametrize("proxy", [None, "http://192.0.2.1:3128"])
def test_a_url_of_a_private_address_is_refused(url, proxy):
    found = fetched(url, allow_private=False, proxy=proxy and parse_proxy(proxy))
    assert (found.body, found.status) == (None, None)
    assert any(
        words in found.reason
        for words in ("is not public", "alone", "in disguise", "not an IPv4 address")
    )


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], ["8.8.8.8", "192.168.0.1"], ["::ffff:10.0.0.1"], ["fe80::1"]]
)
def test_a_name_of_a_private_address_is_refused(monkeypatch, addresses):
    resolving(monkeypatch, {"crl.example": addresses})
    found = fetched("http://crl.example/", allow_private=False)
    assert "is not public" in found.reason


def test_the_address_that_was_judged_is_the_one_connected_to(monkeypatch):
    """A name that resolves otherwise the second time (DNS rebinding) is not asked twice."""
    asked = []

    async def resolve(host, port, **how):
        asked.append(host)
        return [Address(HOST if len(asked) == 1 else "10.0.0.1", port, 4)]

    resolving(monkeypatch, {})
    monkeypatch.setattr(fetch_backend, "resolve", resolve)
    heads = []
    found = fetched_from(
        answering(OK, heads=heads), "http://crl.example:PORT/", allow_private=False
    )
    assert found.body == b"hello"
    assert asked == ["crl.example"]
    assert b"Host: crl.example:" in heads[0]


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://127.0.0.1:PORT/1", "127.0.0.1 is not public (loopback)"),
        ("http://10.1.2.3/", "10.1.2.3 is not public (private)"),
        ("http://inside.example/", "10.9.8.7 is not public (private)"),
        ("http://[fe80::1]/", "fe80::1 is not public (link-local)"),
    ],
)
def test_a_redirect_to_a_private_address_is_refused(monkeypatch, location, reason):
    resolving(monkeypatch, {"crl.example": [HOST], "inside.example": ["10.9.8.7"]})
    answers = by_path({"/0": redirect(location), "/1": OK})
    found = fetched_from(answers, "http://crl.example:PORT/0", allow_private=False)
    assert found.body is None
    assert reason in found.reason


def test_the_next_address_is_tried(monkeypatch):
    # Nothing listens on the other addresses of loopback.
    resolving(monkeypatch, {"crl.example": ["127.0.0.9", "::1", HOST]})
    assert fetched_from(answering(OK), "http://crl.example:PORT/").body == b"hello"


def test_nobody_listens(laboratory):
    found = fetched(f"http://{HOST}:{next(laboratory.ports)}/")
    assert found.reason == "connection refused"


def test_no_such_name(monkeypatch):
    def fail(*args):
        raise socket.gaierror(socket.EAI_NONAME, "none")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert fetched("http://none.example/").reason == "none.example: no such name"


# TLS


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def server_context(authority, *names):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def test_https_is_verified(authority):
    context = server_context(authority, HOST)
    url = f"https://{HOST}:PORT/"
    pem = b"nonsense\n" + authority.cert_pem.bytes()
    assert fetched_from(answering(OK), url, ssl_context=context, ca_pem=pem).body == b"hello"
    found = fetched_from(answering(OK), url, ssl_context=context)
    assert found.reason.startswith("its certificate is not accepted: ")
    context = server_context(authority, "other.example")
    found = fetched_from(answering(OK), url, ssl_context=context, ca_pem=pem)
    assert found.reason.startswith("its certificate is not accepted: ")


def test_https_where_there_is_none():
    async def plain(reader, writer):
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    assert fetched_from(plain, f"https://{HOST}:PORT/").reason == "TLS with it failed"


def test_https_leads_to_no_http(authority):
    found = fetched_from(
        answering(redirect("http://127.0.0.1:PORT/")),
        f"https://{HOST}:PORT/",
        ssl_context=server_context(authority, HOST),
        ca_pem=authority.cert_pem.bytes(),
    )
    assert found.reason == "it redirects from https to http"


# Proxies


@asynccontextmanager
async def two_servers(authority):
    context = server_context(authority, HOST)
    async with serving(answering(OK)) as plain, serving(answering(OK), ssl=context) as secure:
        yield plain, secure


@pytest.mark.real_server
@pytest.mark.parametrize("name", PROXIES)
def test_through_a_proxy(laboratory, authority, name):
    launch, url = PROXIES[name]
    running = laboratory.running.get(name)
    if running is None:
        running = laboratory.running[name] = laboratory.launch(name, launch)
    proxy = parse_proxy(url.format(f"{HOST}:{running.port}"))

    async def main():
        async with (
            two_servers(authority) as (plain, secure),
            HttpFetcher(
                proxy=proxy, allow_private=True, ca_pem=authority.cert_pem.bytes()
            ) as fetcher,
        ):
            urls = [f"http://{HOST}:{plain}/", f"https://{HOST}:{secure}/"]
            dead = [f"{scheme}://{HOST}:{next(laboratory.ports)}/" for scheme in ("http", "https")]
            return [await fetcher(FetchRequest(url=url, limit_bytes=100)) for url in (*urls, *dead)]

    plain, secure, *dead = loop.run(main())
    assert plain.body == secure.body == b"hello", (plain, secure)
    for each in dead:
        assert each.body is None
        assert each.reason
        assert "s3cret" not in each.reason


@pytest.mark.parametrize("kind", ["http", "socks5"])
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("handler", [silent, resetting, answering(b"\x00\xff nonsense")])
def test_a_proxy_that_fails(kind, scheme, handler):
    async def main():
        async with serving(handler) as port:
            proxy = parse_proxy(f"{kind}://ann:s3cret@{HOST}:{port}")
            async with HttpFetcher(proxy=proxy, timeout_seconds=0.4) as fetcher:
                url = f"{scheme}://host.example/"
                return await fetcher(FetchRequest(url=url, limit_bytes=100))

    found = loop.run(main())
    assert found.body is None
    assert found.reason
    assert "s3cret" not in found.reason


# A real server


def test_a_real_server(laboratory):
    files = {"small": b"a body", "large": b"x" * 200_000}
    running = laboratory.launch("nginx-fetching", nginx_of_files(files))
    base = f"http://{HOST}:{running.port}"
    names = ["small", "large", "moved", "loop", "none"]
    small, large, moved, looping, none = fetched(*(f"{base}/{name}" for name in names))
    assert small.body == moved.body == b"a body"
    assert moved.url == f"{base}/small"
    assert large.reason == "the answer is longer than 100000 bytes"
    assert looping.reason == "it redirects in a circle"
    assert (none.status, none.body) == (404, None)
