"""The catalogue holds what the tests of a scanner need, and its truth what is known of it."""

import pytest

from servers.cases import servers
from servers.catalogue import CATALOGUE, truth

#: How many suites each protocol has, as found independently of measure.py.
KNOWN_COUNTS = {
    "nginx-default": {"TLSv1.2": 27},
    "nginx-weak": {"TLSv1": 23, "TLSv1.1": 23, "TLSv1.2": 77, "TLSv1.3": 3},
    "apache-default": {"TLSv1.2": 20, "TLSv1.3": 3},
    "haproxy-default": {"TLSv1.2": 20, "TLSv1.3": 3},
    "lighttpd-openssl": {"TLSv1.2": 4, "TLSv1.3": 3},
    "lighttpd-mbedtls": {"TLSv1.2": 4},
    "lighttpd-nss": {"TLSv1.2": 4, "TLSv1.3": 1},
    "lighttpd-wolfssl": {"TLSv1.2": 4, "TLSv1.3": 4},
    "gnutls-default": {"TLSv1": 6, "TLSv1.1": 6, "TLSv1.2": 18, "TLSv1.3": 4},
    "jdk-weak": {"SSLv3": 22, "TLSv1": 32, "TLSv1.1": 27, "TLSv1.2": 43, "TLSv1.3": 3},
    "jdk-default": {"TLSv1.2": 20, "TLSv1.3": 3},
    "go": {"TLSv1.2": 5, "TLSv1.3": 3},
    "tlslite-default": {"TLSv1": 9, "TLSv1.1": 9, "TLSv1.2": 27, "TLSv1.3": 4},
    "tlslite-weak": {"SSLv3": 15, "TLSv1": 15, "TLSv1.1": 15, "TLSv1.2": 38, "TLSv1.3": 5},
    "node-26": {"TLSv1.2": 19, "TLSv1.3": 3},
    "node-24": {"TLSv1.2": 19, "TLSv1.3": 3},
    "node-0.10": {"SSLv2": 7, "SSLv3": 12, "TLSv1": 12, "TLSv1.1": 12, "TLSv1.2": 17},
    "granian": {"TLSv1.3": 3},
}
#: Whose order counts, in every protocol with two suites or more.
KNOWN_ORDERS = {
    "nginx-default": "client",
    "nginx-weak": "server",
    "apache-default": "client",
    "haproxy-default": "server",
    "gnutls-default": "client",
    "jdk-weak": "server",
    "jdk-default": "server",
    "go": "server",
    "caddy": "server",
}


@pytest.mark.parametrize("name", KNOWN_COUNTS)
def test_the_measured_suites_are_as_many_as_known(name):
    suites = truth(name).suites
    assert {protocol: len(names) for protocol, names in suites.items()} == KNOWN_COUNTS[name]


@pytest.mark.parametrize("name", KNOWN_ORDERS)
def test_the_measured_order_is_the_known_one(name):
    assert set(truth(name).order.values()) == {KNOWN_ORDERS[name]}


def test_those_that_put_chacha20_first_are_known():
    moved = {name for name in CATALOGUE if truth(name).chacha20_first == "yes"}
    assert moved == {"haproxy-default", "haproxy-weak", "haproxy-strict-sni", "go", "caddy"}


def test_there_are_many_configurations_of_many_stacks():
    assert len(CATALOGUE) >= 15
    assert len({server.stack for server in CATALOGUE.values()}) >= 8


def test_post_quantum_groups_and_the_oldest_protocols_are_among_them():
    groups = {group for name in CATALOGUE for group in truth(name).groups.get("TLSv1.3", ())}
    protocols = {protocol for name in CATALOGUE for protocol in truth(name).suites}
    assert "X25519MLKEM768" in groups
    assert protocols >= {"SSLv2", "SSLv3"}


@servers(CATALOGUE)
def test_it_starts(real_server):
    assert real_server.port > 0
