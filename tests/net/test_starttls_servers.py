"""The exchanges before TLS with real servers, proved by a whole TLS handshake behind them."""

import asyncio

import pytest

from net.handshake import Handshake
from net.more_starttls import SERVERS
from net.scripted import Recorder
from servers.cases import servers
from servers.catalogue import CATALOGUE
from servers.laboratory import NAME
from tlsward.model.observation import Outcome
from tlsward.net import loop
from tlsward.net.driver import Driver
from tlsward.net.endpoint import Endpoint
from tlsward.net.limits import Limits

WITH_STARTTLS = [name for name, server in CATALOGUE.items() if server.starttls]


def drive(server, count=1, starttls=None):
    async def main():
        endpoint = Endpoint(
            address=server.host,
            port=server.port,
            hostname=server.sni,
            starttls=starttls or server.starttls,
        )
        driver = Driver(endpoint, Limits())
        return await asyncio.gather(
            *(driver.run(lambda: Handshake(server.ca_file, server.sni)) for _ in range(count))
        ), driver

    return loop.run(main())


@servers(WITH_STARTTLS)
def test_a_real_server_turns_to_tls(real_server):
    [observation], driver = drive(real_server)
    assert observation.outcome is Outcome.SERVED, observation.detail
    assert observation.detail in {"TLSv1.2", "TLSv1.3"}
    assert driver.starttls_surplus == b""


@servers(WITH_STARTTLS)
def test_a_real_server_bears_a_scan(real_server):
    observations, driver = drive(real_server, count=40)
    outcomes = [observation.outcome for observation in observations]
    assert outcomes == [Outcome.SERVED] * 40, observations[0].detail
    assert driver.total.connections <= 60


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.real_server) for name in SERVERS]
)
def test_a_server_of_a_rarer_protocol_turns_to_tls(laboratory, name):
    start, protocol = SERVERS[name]
    server = laboratory.launch(name, start, NAME, protocol)
    observations, driver = drive(server, count=20)
    outcomes = [observation.outcome for observation in observations]
    assert outcomes == [Outcome.SERVED] * 20, observations[0].detail + server.log[-2000:]
    assert driver.starttls_surplus == b""


@servers(["postfix", "postgresql", "slapd", "prosody", "mariadb"])
def test_another_protocol_is_refused_or_times_out(real_server):
    spoken = "pop3" if real_server.starttls != "pop3" else "smtp"

    async def main():
        endpoint = Endpoint(address=real_server.host, port=real_server.port, starttls=spoken)
        limits = Limits(preamble_timeout_seconds=0.5, retries=0)
        return await Driver(endpoint, limits).run(Recorder)

    observation = loop.run(main())
    assert observation.outcome in {Outcome.STARTTLS_REFUSED, Outcome.TIMEOUT}
    assert observation.detail.startswith("STARTTLS (pop3): ")


@servers(["prosody"])
def test_xmpp_for_another_domain_is_refused_in_words(real_server):
    async def main():
        endpoint = Endpoint(
            address=real_server.host, port=real_server.port, hostname="other.test", starttls="xmpp"
        )
        return await Driver(endpoint, Limits(retries=0)).run(Recorder)

    observation = loop.run(main())
    assert observation.outcome is Outcome.STARTTLS_REFUSED
    assert observation.detail == "STARTTLS (xmpp): stream error: host-unknown"
