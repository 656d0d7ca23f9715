"""`tlsward dns`: its calls, and real DNS servers."""

import json
import socket

import pytest

from servers.zones import name_servers


@pytest.fixture(scope="module")
def servers(laboratory):
    return name_servers(laboratory)


def test_text(call, servers):
    done = call("dns", "www.secure.test", "--nameserver", servers.resolver)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("www.secure.test:443\n\n--- Names ---\n")
    for line in (
        "addresses  192.0.2.1, 2001:db8::1",
        "DNSSEC     secure",
        "found at secure.test (DNSSEC: secure)",
        '0  issue  "letsencrypt.org"',
        "www.secure.test: priority 1, target .",
        "at _443._tcp.www.secure.test (DNSSEC: secure)",
    ):
        assert line in done.out
    assert "public name cover.example" in done.out


def test_json(call, servers):
    done = call("dns", "alias.secure.test", "-f", "json", "--nameserver", servers.resolver)
    document = json.loads(done.out)
    assert document["schema"] == "tlsward.dns/1"
    assert document["aliases"] == ["second.secure.test", "www.secure.test"]
    assert document["caa"]["found_at"] == "secure.test"
    assert document["tlsa"][0]["usage"] == 3


def test_a_url_names_the_port(call, servers):
    to = ("--nameserver", servers.resolver, "-f", "json")
    assert json.loads(call("dns", "https://www.secure.test:8443/", *to).out)["port"] == 8443
    mail = json.loads(call("dns", "starttls+smtp://www.secure.test", *to).out)
    assert (mail["port"], mail["https"]) == (25, [])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("absent.secure.test", "no such name: absent.secure.test"),
        ("www.bogus.test", "DNSSEC validation fails"),
        ("loop.secure.test", "loop.secure.test"),
    ],
)
def test_what_cannot_be_told_is_3(call, servers, name, words):
    done = call("dns", name, "--nameserver", servers.resolver)
    assert done.code == 3
    assert words in done.out


def test_a_silent_server_is_3(call):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        server = f"127.0.0.1:{silent.getsockname()[1]}"
        done = call("dns", "www.example", "--nameserver", server, "--timeout", "0.2")
    assert (done.code, done.out) == (3, f"www.example:443 no answer of the DNS server {server}\n")


def test_hostile_records(call, servers):
    done = call("dns", "evil.insecure.test", "--nameserver", servers.bind)
    assert "\x1b" not in done.out
    assert "\N{SYMBOL FOR ESCAPE}[31m" in done.out
    big = call("dns", "big.insecure.test", "--nameserver", servers.bind)
    assert big.code == 3
    assert "more than 1000 records" in big.out
    assert len(big.out) < 2000


def test_localhost_needs_no_server(call):
    done = call("dns", "localhost:8443", "--nameserver", "192.0.2.1")
    assert done.code == 0
    assert "127.0.0.1, ::1" in done.out


def test_to_a_file(call, servers, tmp_path):
    done = call("dns", "www.secure.test", "-o", "seen.txt", "--nameserver", servers.resolver)
    assert done.out == ""
    assert "--- CAA ---" in (tmp_path / "seen.txt").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing argument 'HOST[:PORT]'"),
        (["a b"], "not a host name"),
        (["192.0.2.1"], "name a host"),
        (["[2001:db8::1]:443"], "name a host"),
        (["a.example", "b.example"], "unexpected extra argument"),
        (["a.example", "--nameserver", "ns.example"], "--nameserver: 'ns.example'"),
        (["a.example", "--nameserver", "192.0.2.1:0"], "--nameserver: "),
        (["a.example", "--timeout", "0"], "--timeout"),
        (["a.example", "-f", "html"], "'html'"),
        (["a.example", "-o", "/nowhere/x"], "cannot be written"),
    ],
)
def test_a_wrong_call_is_exit_2_and_one_line(call, arguments, words):
    done = call("dns", *arguments)
    assert done.code == 2
    assert words in done.err
    assert done.err.count("\n") == 1
