"""The driver through real proxies (tinyproxy, microsocks, Dante) and, before TLS, STARTTLS.

The far server is a script, so that the way through the proxy can be seen byte for byte.
A proxy that fails in an odd way is a script as well: no packaged one does so on demand.
"""

import asyncio

import pytest

from net.scripted import Recorder, answer, reset_at_close, serving, silence
from servers.laboratory import HOST, Launch
from tlsward.model.observation import Outcome
from tlsward.net import loop
from tlsward.net.driver import Driver
from tlsward.net.endpoint import Endpoint
from tlsward.net.limits import Limits
from tlsward.net.proxy import parse_proxy

FAST = Limits(timeout_seconds=1.0, preamble_timeout_seconds=0.5, conversation_deadline_seconds=3.0)


def tinyproxy(bench):
    config = f"Port {bench.port}\nListen {HOST}\nTimeout 60\nMaxClients 20\nLogLevel Connect\n"
    return Launch(command=["tinyproxy", "-d", "-c", str(bench.write("tinyproxy.conf", config))])


def tinyproxy_with_password(bench):
    config = f"Port {bench.port}\nListen {HOST}\nBasicAuth ann s3cret\n"
    return Launch(command=["tinyproxy", "-d", "-c", str(bench.write("tinyproxy.conf", config))])


def microsocks(bench):
    return Launch(command=["microsocks", "-i", HOST, "-p", str(bench.port)])


def microsocks_with_password(bench):
    user = ["-u", "ann", "-P", "s3cret"]
    return Launch(command=["microsocks", "-i", HOST, "-p", str(bench.port), *user])


def dante(bench):
    config = f"""
logoutput: stderr
internal: {HOST} port = {bench.port}
external: lo
clientmethod: none
socksmethod: none
user.unprivileged: nobody
client pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 }}
socks block {{ from: 127.0.0.0/8 to: 127.0.0.2/32 }}
socks pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 }}
"""
    command = ["danted", "-f", str(bench.write("danted.conf", config))]
    return Launch(command=command, as_root=True)  # it changes to nobody


PROXIES = {
    "tinyproxy": (tinyproxy, "http://{}"),
    "tinyproxy-password": (tinyproxy_with_password, "http://ann:s3cret@{}"),
    "microsocks": (microsocks, "socks5://{}"),
    "microsocks-password": (microsocks_with_password, "socks5h://ann:s3cret@{}"),
    "dante": (dante, "socks5://{}"),
}


@pytest.fixture
def proxy_at(laboratory):
    def start(name):
        launch, url = PROXIES[name]
        running = laboratory.running.get(name)
        if running is None:
            running = laboratory.running[name] = laboratory.launch(name, launch)
        return url.format(f"{HOST}:{running.port}")

    return start


def run_through(proxy_url, handler, *, starttls=None, address=HOST, port=None):
    async def main():
        async with serving(handler) as far_port:
            endpoint = Endpoint(
                address=address,
                port=port or far_port,
                hostname="mail.example",
                starttls=starttls,
                proxy=parse_proxy(proxy_url),
            )
            driver = Driver(endpoint, FAST)
            return await driver.run(Recorder), driver

    return loop.run(main())


real = [pytest.param(name, marks=pytest.mark.real_server) for name in PROXIES]


@pytest.mark.parametrize("name", real)
def test_an_answer_comes_through(proxy_at, name):
    observation, _ = run_through(proxy_at(name), answer)
    assert observation.outcome is Outcome.SERVED
    assert observation.session_id == b"world"


@pytest.mark.parametrize("name", real)
def test_the_proxy_resolves_the_name(proxy_at, name):
    # To us a name like any other; unlike localhost, IPv4 on every machine that resolves it.
    observation, _ = run_through(proxy_at(name), answer, address="127.1")
    assert observation.outcome is Outcome.SERVED


@pytest.mark.parametrize("name", real)
def test_starttls_comes_after_the_proxy(proxy_at, name):
    async def mail(reader, writer):
        writer.write(b"220 mail.example\r\n")
        assert await reader.readline() == b"EHLO tlsward.invalid\r\n"
        writer.write(b"250-mail.example\r\n250 STARTTLS\r\n")
        assert await reader.readline() == b"STARTTLS\r\n"
        writer.write(b"220 go\r\n")
        await answer(reader, writer)

    observation, driver = run_through(proxy_at(name), mail, starttls="smtp")
    assert observation.outcome is Outcome.SERVED
    assert observation.session_id == b"world"
    assert driver.starttls_surplus == b""


@pytest.mark.parametrize("name", real)
def test_a_closed_port_behind_a_proxy_is_unreachable(proxy_at, name, unused_port):
    observation, _ = run_through(proxy_at(name), answer, port=unused_port)
    assert observation.outcome is Outcome.UNREACHABLE
    assert observation.detail.startswith("proxy 127.0.0.1:")
    assert "s3cret" not in observation.detail


@pytest.fixture
def unused_port(laboratory):
    return next(laboratory.ports)


@pytest.mark.real_server
def test_a_rule_of_the_proxy_is_named(proxy_at):
    observation, _ = run_through(proxy_at("dante"), answer, address="127.0.0.2")
    assert observation.outcome is Outcome.UNREACHABLE
    assert observation.detail.endswith("not allowed by its rules")


@pytest.mark.real_server
@pytest.mark.parametrize(
    ("name", "url", "reason"),
    [
        ("tinyproxy-password", "http://ann:wrong@", "the proxy answered 401 Unauthorized"),
        ("microsocks-password", "socks5://ann:wrong@", "refused the user name and password"),
        ("microsocks-password", "socks5://", "the proxy asks for a user name and password"),
        ("microsocks", "http://", ""),
    ],
)
def test_the_wrong_password_or_kind_of_proxy_is_unreachable(proxy_at, name, url, reason):
    address = proxy_at(name).rpartition("/")[2].rpartition("@")[2]
    observation, _ = run_through(url + address, answer)
    assert observation.outcome is Outcome.UNREACHABLE
    assert observation.detail.endswith(reason)
    assert "wrong" not in observation.detail


@pytest.mark.real_server
def test_a_proxy_that_waits_for_another_protocol_times_out(proxy_at):
    observation, _ = run_through(proxy_at("tinyproxy").replace("http:", "socks5:"), answer)
    assert observation.outcome is Outcome.TIMEOUT
    assert observation.detail.endswith("silent for 0.5 seconds")


async def close_at_once(reader, writer):
    await reader.read(1)


async def reset_at_once(reader, writer):
    await reader.read(1)
    reset_at_close(writer)


@pytest.mark.parametrize("kind", ["http", "socks5"])
@pytest.mark.parametrize(
    ("proxy", "outcome"),
    [
        (close_at_once, Outcome.UNREACHABLE),
        (reset_at_once, Outcome.UNREACHABLE),
        (silence, Outcome.TIMEOUT),
    ],
)
def test_a_proxy_that_fails_is_not_taken_for_the_server(kind, proxy, outcome):
    async def main():
        async with serving(proxy) as port:
            endpoint = Endpoint(
                address=HOST, port=443, proxy=parse_proxy(f"{kind}://127.0.0.1:{port}")
            )
            return await Driver(endpoint, FAST).run(Recorder)

    observation = loop.run(main())
    assert observation.outcome is outcome
    assert observation.detail.startswith("proxy 127.0.0.1:")


def test_a_proxy_that_cannot_be_resolved_is_named(monkeypatch):
    import socket

    def fail(*args):
        raise socket.gaierror(socket.EAI_NONAME, "none")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    endpoint = Endpoint(address=HOST, port=443, proxy=parse_proxy("http://none.example"))

    async def main():
        return await Driver(endpoint, FAST).run(Recorder)

    observation = asyncio.run(main())
    assert observation.outcome is Outcome.UNREACHABLE
    assert observation.detail == "proxy none.example: no such name"
