"""Addresses that are no place of the public internet, and those that hide another address.

A network that somebody else names must not lead a program to what only the machine it runs
on can reach: that is what these are looked up for.
"""

from functools import cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file

IPv4_BITS = 32
IPv6_BITS = 128


class _Special(msgspec.Struct, frozen=True, kw_only=True):
    network: str
    name: str
    reference: str


class _Embedding(_Special, frozen=True, kw_only=True):
    """A network whose addresses have an IPv4 address in them, which begins at `from_bit`."""

    from_bit: int


class _SpecialAddressFile(DataFile, frozen=True, kw_only=True):
    networks: tuple[_Special, ...]
    global_unicast: str
    embedding: tuple[_Embedding, ...]


def special_use(literal: str) -> str | None:
    """Return what an address is for where it is not one of the public internet, else None.

    `literal` is IPv4 or IPv6, with or without a zone. What embeds an IPv4 address is
    judged by that one. Raises ValueError for what is no address.
    """
    address = ip_address(literal.partition("%")[0])
    if isinstance(address, IPv6Address):
        for embedding, network in _embedding():
            if address in network:
                inner = special_use(str(_embedded(address, embedding.from_bit)))
                return inner and f"{embedding.name} of one that is {inner}"
    for name, special in _networks():
        if address in special:
            return name
    if isinstance(address, IPv6Address) and address not in _global_unicast():
        return "not assigned to anybody"
    return None


def _embedded(address: IPv6Address, from_bit: int) -> IPv4Address:
    shifted = int(address) >> (IPv6_BITS - IPv4_BITS - from_bit)
    return IPv4Address(shifted & ((1 << IPv4_BITS) - 1))


@cache
def _file() -> _SpecialAddressFile:
    return read_data_file("special_addresses.json", _SpecialAddressFile)


@cache
def _networks() -> tuple[tuple[str, IPv4Network | IPv6Network], ...]:
    return tuple((each.name, ip_network(each.network)) for each in _file().networks)


@cache
def _embedding() -> tuple[tuple[_Embedding, IPv6Network], ...]:
    return tuple((each, IPv6Network(each.network)) for each in _file().embedding)


@cache
def _global_unicast() -> IPv6Network:
    return IPv6Network(_file().global_unicast)
