"""Names and addresses, with the machine's own resolver (/etc/hosts answers, no DNS)."""

import asyncio
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.errors import BadNameError, UsageError
from tlsward.net import addresses
from tlsward.net.addresses import Address, Unresolvable, ascii_host, literal_family, resolve


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("localhost", "localhost"),
        ("_dmarc.example.com", "_dmarc.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER。example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("fe80::1%lo", "fe80::1%lo"),
        ("3com.com", "3com.com"),
    ],
)
def test_a_host_is_written_as_it_goes_on_the_wire(host, name):
    assert ascii_host(host) == name


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("", "it is empty"),
        (".", "it is empty"),
        ("a..b", "it has an empty label"),
        ("-a.example", "'-a' cannot be a label of a name"),
        ("a b.example", "'a b' cannot be a label of a name"),
        ("a\x1b[2J.example", "'a\\x1b[2j' cannot be a label of a name"),
        ("a" * 64 + ".example", "it has a label of more than 63 characters"),
        ("a." * 130 + "example", "it is longer than 253 characters"),
        ("127.1", "not an IPv4 address"),
        ("1.2.3.4.5", "not an IPv4 address"),
        ("2001:db8::zz", "not an IPv6 address"),
        ("[example.com]", "not an IPv6 address"),
        ("fe80::1%", "not an IPv6 address"),
        ("host:443", "not an IPv6 address"),
        ("\u0301a.example", None),
        ("fe80::1%\x1b[2J", "not an IPv6 address"),
        ("xn--a\u0308.example", None),
    ],
)
def test_what_cannot_be_a_host_is_a_usage_error_of_one_line(host, reason):
    with pytest.raises(BadNameError) as caught:
        ascii_host(host)
    assert isinstance(caught.value, UsageError)
    assert reason is None or caught.value.reason == reason
    assert str(caught.value).isprintable()


@given(st.text(max_size=300))
def test_any_text_is_a_host_or_a_usage_error(text):
    try:
        name = ascii_host(text)
    except BadNameError:
        return
    assert name.isascii()
    assert name.isprintable()
    assert ascii_host(name) == name


@pytest.mark.parametrize(
    ("host", "family"),
    [("127.0.0.1", 4), ("::1", 6), ("fe80::1%eth0", 6), ("localhost", None), ("127.1", None)],
)
def test_literals_are_told_from_names(host, family):
    assert literal_family(host) == family


def test_a_literal_is_its_own_address():
    assert asyncio.run(resolve("192.0.2.7", 443)) == [Address("192.0.2.7", 443, 4)]
    assert asyncio.run(resolve("[::1]", 443)) == [Address("::1", 443, 6)]


def test_a_literal_of_the_other_family_is_unresolvable():
    found = asyncio.run(resolve("192.0.2.7", 443, 6))
    assert found == Unresolvable(host="192.0.2.7", reason="it is not an IPv6 address")


def test_localhost_is_found_where_the_machine_says():
    found = asyncio.run(resolve("localhost", 443, 4))
    assert found == [Address("127.0.0.1", 443, 4)]


def test_every_address_is_returned_once(monkeypatch):
    def both(name, port, family, kind):
        assert (name, port, family, kind) == ("two.example", 8443, 0, socket.SOCK_STREAM)
        six = (socket.AF_INET6, kind, 6, "", ("2001:db8::1", port, 0, 0))
        four = (socket.AF_INET, kind, 6, "", ("192.0.2.1", port))
        return [six, four, six]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", both)
    found = asyncio.run(resolve("two.example", 8443))
    assert found == [Address("2001:db8::1", 8443, 6), Address("192.0.2.1", 8443, 4)]


@pytest.mark.parametrize(
    ("code", "reason", "temporary"),
    [
        (socket.EAI_NONAME, "no such name", False),
        (socket.EAI_NODATA, "the name has no address of the kind asked for", False),
        (socket.EAI_AGAIN, "the name servers do not answer for it at the moment", True),
        (socket.EAI_FAIL, "it cannot be resolved: [Errno -4] broken", False),
    ],
)
def test_a_failure_of_the_resolver_is_a_value(monkeypatch, code, reason, temporary):
    def fail(*args):
        raise socket.gaierror(code, "broken")

    monkeypatch.setattr(addresses.socket, "getaddrinfo", fail)
    found = asyncio.run(resolve("none.example", 443))
    assert found == Unresolvable(host="none.example", reason=reason, temporary=temporary)


def test_a_name_may_lack_an_address_of_one_family_only(monkeypatch):
    def fail(*args):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(addresses.socket, "getaddrinfo", fail)
    found = asyncio.run(resolve("four.example", 443, 6))
    assert isinstance(found, Unresolvable)
    assert found.reason == "no such name, or none with an IPv6 address"


def test_a_resolver_that_hangs_is_waited_for_no_longer_than_asked(monkeypatch):
    import threading

    released = threading.Event()
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *args: released.wait(10) and [])
    found = asyncio.run(resolve("slow.example", 443, timeout_seconds=0.1))
    released.set()
    assert isinstance(found, Unresolvable)
    assert found.reason == "no answer of the resolver within 0.1 seconds"
    assert found.temporary
