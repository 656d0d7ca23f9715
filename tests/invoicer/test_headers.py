"""The headers of every answer, whoever gives it."""

import socket

import pytest

from invoicer.asgi import is_problem
from invoicer.live import HOST, live
from tlsward.invoicer.forwarding import HttpsRedirect
from tlsward.invoicer.problems import RefusedError
from tlsward.invoicer.security_headers import ALWAYS
from tlsward.invoicer.settings import proxy_networks

ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/statics/page.js", 200),
    ("GET", "/__heartbeat__", 200),
    ("GET", "/openapi.json", 200),
    ("GET", "/invoices", 401),
    ("GET", "/nothing", 404),
    ("DELETE", "/", 405),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_answer_has_them(house, method, path, status, scheme):
    answer = house.client(scheme=scheme)(method, path)
    assert answer.status == status
    for name, value in ALWAYS.items():
        assert answer.all(name.lower()) == [value]
    assert ("strict-transport-security" in answer.headers) == (scheme == "https")
    assert len(answer.all("cache-control")) == 1
    assert "server" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/invoices", "/openapi.json", "/nothing"])
def test_what_may_be_private_is_not_kept(house, path):
    assert house.person()("GET", path).headers["cache-control"] == "no-store"


def test_a_defect_has_them_too_and_tells_nothing(house, monkeypatch):
    async def broken(**_):
        raise RuntimeError("the inside")

    monkeypatch.setattr(house.service.invoices, "page", broken)
    answer = house.caller()("GET", "/invoices")
    is_problem(answer, 500)
    assert "inside" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    defect = next(line for line in house.log if line["event"] == "defect")
    assert "the inside" in defect["exception"]
    assert house.log[-1]["status"] == 500


PROXIES = proxy_networks(["10.0.0.0/8", "fd00::/8"])


def forwarded(house, peer, proto, client=None):
    more = {"x_forwarded_for": client} if client else {}
    more |= {"x_forwarded_proto": proto} if proto else {}
    return house.client(scheme="http", peer=peer)("GET", "/__version__", **more)


@pytest.mark.parametrize("peer", ["10.1.2.3", "fd00::1", "::ffff:10.1.2.3"])
def test_a_trusted_proxy_says_what_the_browser_used(make_house, peer):
    house = make_house(trusted_proxies=PROXIES)
    assert "strict-transport-security" in forwarded(house, peer, "https").headers
    assert "strict-transport-security" not in forwarded(house, peer, "http").headers
    assert "strict-transport-security" not in forwarded(house, peer, None).headers
    assert "strict-transport-security" not in forwarded(house, peer, "https, http").headers
    assert "strict-transport-security" not in forwarded(house, peer, "gopher").headers


@pytest.mark.parametrize("peer", ["192.0.2.1", "::1", "not an address", "11.0.0.1"])
def test_nobody_else_does(make_house, peer):
    house = make_house(trusted_proxies=PROXIES)
    assert "strict-transport-security" not in forwarded(house, peer, "https", "10.0.0.9").headers
    assert house.log[-1]["client"] == peer
    assert house.log[-1]["scheme"] == "http"


def test_without_trusted_proxies_nobody_is_believed(house):
    assert "strict-transport-security" not in forwarded(house, "10.1.2.3", "https").headers


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("198.51.100.7, 10.9.9.9", "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("<script>, 198.51.100.7", "198.51.100.7"),
        ("198.51.100.7, <script>", "10.1.2.3"),
        ("10.7.7.7, 10.8.8.8", "10.7.7.7"),
        ("198.51.100.7, fe80::1%<script>", "10.1.2.3"),
        (",, ,", "10.1.2.3"),
        (None, "10.1.2.3"),
    ],
)
def test_the_client_is_the_nearest_that_is_no_proxy(make_house, said, client):
    house = make_house(trusted_proxies=PROXIES)
    forwarded(house, "10.1.2.3", "https", said)
    assert house.log[-1]["client"] == client


def test_http_is_redirected_but_heartbeats_are_not(make_house):
    house = make_house(https_redirect=True)
    plain = house.client(scheme="http")
    answer = plain("POST", "/invoice?a=b%20c", b"{}", host="invoicer.test:8080")
    assert answer.status == 308
    assert answer.headers["location"] == "https://invoicer.test/invoice?a=b%20c"
    assert "strict-transport-security" not in answer.headers
    assert "content-security-policy" in answer.headers
    for path in ("/__heartbeat__", "/__lbheartbeat__"):
        assert plain("GET", path).status == 200
    assert house.client(scheme="https")("GET", "/").status == 200
    assert house.log[0]["status"] == 308


def test_the_redirect_leads_to_the_public_url_where_there_is_one(make_house):
    house = make_house(https_redirect=True, public_url="https://invoicer.test:8443")
    answer = house.client(scheme="http")("GET", "/x", host="evil.test")
    assert answer.headers["location"] == "https://invoicer.test:8443/x"


@pytest.mark.parametrize("host", ["evil.test/x", "a b", "", "a@b", "evil.test\\x", "[::1"])
def test_a_host_that_is_none_is_not_redirected_to(make_house, host):
    house = make_house(https_redirect=True)
    is_problem(house.client(scheme="http")("GET", "/", host=host), 400, "no host")


@pytest.mark.parametrize("target", ["@evil.test/", ".evil.test/", "*", ":80/", ""])
def test_what_is_no_path_is_not_redirected(house, target):
    redirect = HttpsRedirect(house.service, None)
    scope = {
        "type": "http",
        "scheme": "http",
        "path": target,
        "raw_path": target.encode() or b"x",
        "query_string": b"",
        "headers": [(b"host", b"invoicer.test")],
    }
    with pytest.raises(RefusedError, match="ask for a path"):
        house.run(redirect(scope, None, None))


@pytest.mark.parametrize("target", ["@evil.test/", ".evil.test/", "http://evil.test/x", "*"])
def test_no_target_leads_the_redirect_elsewhere(tmp_path, target):
    asked = f"GET {target} HTTP/1.1\r\nHost: invoicer.test\r\nConnection: close\r\n\r\n"
    with (
        live(tmp_path, https_redirect=True) as running,
        socket.create_connection((HOST, running.port), timeout=20) as plain,
    ):
        plain.sendall(asked.encode())
        head, _, _ = plain.makefile("rb").read().partition(b"\r\n\r\n")
    places = [line for line in head.lower().split(b"\r\n") if line.startswith(b"location:")]
    assert places in ([], [b"location: https://invoicer.test/x"])
    assert head.startswith(b"HTTP/1.1 308 " if places else b"HTTP/1.1 400 ")


def test_a_path_cannot_lead_the_redirect_elsewhere(make_house):
    house = make_house(https_redirect=True)
    answer = house.client(scheme="http")("GET", "//evil.test/x")
    assert answer.headers["location"].startswith("https://invoicer.test/")
