"""Which DNS servers are asked."""

import pytest

from tlsward.errors import UsageError
from tlsward.net.name_server import NameServer, parse_nameserver, system_servers


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("192.0.2.1", NameServer("192.0.2.1", 53)),
        ("192.0.2.1:5353", NameServer("192.0.2.1", 5353)),
        ("2001:db8::1", NameServer("2001:db8::1", 53)),
        ("[2001:db8::1]", NameServer("2001:db8::1", 53)),
        ("[2001:db8::1]:5353", NameServer("2001:db8::1", 5353)),
    ],
)
def test_nameservers(text, server):
    assert parse_nameserver(text) == server
    assert parse_nameserver(str(server)) == server


@pytest.mark.parametrize(
    "text", ["ns.example", "192.0.2.1:0", "192.0.2.1:99999", "[::1", "", ":53"]
)
def test_no_nameserver(text):
    with pytest.raises(UsageError, match="--nameserver"):
        parse_nameserver(text)


def test_the_systems_servers():
    assert system_servers()
