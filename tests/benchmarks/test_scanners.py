"""The command lines and configurations of the bench."""

from pathlib import Path

import pytest
from benchmarks.scanners import MANY_HOSTS, ONE_HOST, command
from benchmarks.servers import SERVERS, hosts_file, many_addresses, nginx_configuration

VALUES = {
    name: f"/{name}" for name in ("peers", "host", "port", "ip", "ca", "out", "targets", "tlsward")
}


@pytest.mark.parametrize("catalogue", [ONE_HOST, MANY_HOSTS])
def test_every_placeholder_is_filled(catalogue):
    for scans in catalogue.values():
        for template in scans.values():
            assert not any(
                "{" + name + "}" in word for word in command(template, VALUES) for name in VALUES
            )


def test_our_own_command_may_be_several_words():
    words = command(ONE_HOST["tlsward"]["quick"], {**VALUES, "tlsward": "python -m tlsward"})
    assert words[:4] == ["python", "-m", "tlsward", "scan"]


def test_addresses_of_many_hosts_are_distinct_and_none_is_a_special_server():
    addresses = many_addresses(1000)
    special = {server.address for server in SERVERS.values() if not server.everywhere}
    assert len(set(addresses)) == 1000
    assert special.isdisjoint(addresses)


def test_each_server_has_a_name_and_a_block():
    hosts = hosts_file(3)
    configuration = nginx_configuration(Path("/state"), Path("/authority"))
    for server in SERVERS.values():
        assert f"{server.address} {server.host}" in hosts
        assert f"server_name {server.host};" in configuration
    assert configuration.count("{") == configuration.count("}")
