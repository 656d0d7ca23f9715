import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.facts.special_addresses import special_use

PUBLIC = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]
SPECIAL = {
    "0.0.0.0": "unspecified",
    "10.1.2.3": "private",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.168.1.1": "private",
    "100.64.0.1": "shared",
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "169.254.169.254": "link-local",
    "192.0.2.1": "documentation",
    "198.18.0.1": "benchmarking",
    "224.0.0.1": "multicast",
    "255.255.255.255": "reserved",
    "::": "unspecified",
    "::1": "loopback",
    "fe80::1%eth0": "link-local",
    "fd00::1": "private",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
    "2001:db8::1": "documentation",
    "2001::1": "for protocols",
    "::ffff:127.0.0.1": "IPv4-mapped of one that is loopback",
    "::ffff:10.0.0.1": "IPv4-mapped of one that is private",
    "64:ff9b::7f00:1": "NAT64 of one that is loopback",
    "64:ff9b:1::1": "translated",
    "2002:a00:1::1": "6to4 of one that is private",
    "::7f00:1": "not assigned",
    "4000::1": "not assigned",
}


@pytest.mark.parametrize("literal", [*PUBLIC, "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public(literal):
    assert special_use(literal) is None


@pytest.mark.parametrize("literal", SPECIAL)
def test_special(literal):
    assert special_use(literal).startswith(SPECIAL[literal])


@given(st.ip_addresses())
def test_nothing_is_public_that_python_knows_to_be_otherwise(address):
    # Python's own table, of another hand; it takes no notice of what is embedded.
    if special_use(str(address)) is None and address not in ipaddress.ip_network("64:ff9b::/96"):
        mapped = getattr(address, "ipv4_mapped", None)
        assert (mapped or address).is_global
        assert not address.is_multicast


def test_what_is_no_address():
    with pytest.raises(ValueError):
        special_use("host.example")
