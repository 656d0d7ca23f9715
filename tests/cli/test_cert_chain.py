"""`tlsward cert chain`: files and real servers, beside what OpenSSL shows of the same."""

import json
import re
import subprocess
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from pki.issuing import common_name, issue, name, tlv
from servers.laboratory import HOST, NAME
from servers.stacks import web
from tlsward.sandbox.authority import throw_away_credentials
from tlsward.sandbox.endpoint import LocalEndpoint
from tlsward.sandbox.policy import LOAD_BALANCER_2015


@pytest.fixture
def endpoint(tmp_path):
    """What the documentation calls localhost:8443, with its ca.pem in the working directory."""
    credentials = throw_away_credentials(datetime.now(UTC))
    (tmp_path / "ca.pem").write_bytes(credentials.root)
    with LocalEndpoint(LOAD_BALANCER_2015, credentials) as running:
        yield f"localhost:{running.port}"


@pytest.fixture
def fresh(tmp_path):
    """A chain that is valid now, in files: the leaf, the intermediate, the root."""
    credentials = throw_away_credentials(datetime.now(UTC))
    leaf, intermediate = re.findall(
        b"-----BEGIN.*?-----END.*?-----\n", credentials.chain, re.DOTALL
    )
    root = credentials.root
    for file, octets in {
        "leaf.pem": leaf,
        "intermediate.pem": intermediate,
        "root.pem": root,
        "fullchain.pem": leaf + intermediate,
        "reversed.pem": root + intermediate + leaf,
        "key.pem": credentials.key,
    }.items():
        (tmp_path / file).write_bytes(octets)
    return tmp_path


def listing(text):
    """The lines of a chain, as `openssl s_client` writes them, without blanks around `=`."""
    found = re.findall(r"^ ?(\d+| ) ?([si]):(.*)$", text.replace(" = ", "="), re.MULTILINE)
    return [(kind, name) for _, kind, name in found]


def test_listing_5_2_the_chain_of_a_connection(call, endpoint):
    """`openssl s_client -connect … -showcerts`, whose chain is numbered and has s: and i:."""
    done = call("cert", "chain", endpoint, "--ca-file", "ca.pem")
    assert done.code == 0, done.err
    shown = subprocess.run(
        ["openssl", "s_client", "-connect", endpoint, "-servername", "localhost"],
        input="",
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    chain = shown[shown.index("Certificate chain") : shown.index("Server certificate")]
    assert len(listing(chain)) == 4
    assert listing(done.out) == listing(chain)
    assert " 0 s:CN=localhost\n   i:CN=tlsward sandbox intermediate\n 1 s:" in done.out


def test_the_ways_of_a_host(call, endpoint):
    done = call("cert", "chain", endpoint, "--ca-file", "ca.pem")
    assert "CN=tlsward sandbox root  (ECDSA prime256v1, " in done.out
    assert ", not sent)\n         = root of private\n" in done.out
    done = call("cert", "chain", endpoint)
    assert done.code == 1
    assert "x unknown issuer: CN=tlsward sandbox root" in done.out


def test_json(call, endpoint):
    document = json.loads(call("cert", "chain", endpoint, "--ca-file", "ca.pem", "-f", "json").out)
    assert document["schema"] == "tlsward.chain/1"
    [chain] = document["chains"]
    assert chain["asked"] == ["private"]
    assert chain["trusted"] == "yes"
    [way] = chain["ways"]
    assert way["stores"] == [{"store": "private", "trusted": "yes", "reason": None}]
    assert len(way["fingerprints"]) == 3
    assert [len(chain["certificates"][each]["positions"]) for each in way["fingerprints"]] == [
        1,
        1,
        0,
    ]


def test_a_figure(call, endpoint, tmp_path):
    done = call(*("cert", "chain", endpoint, "--ca-file", "ca.pem", "-f", "svg", "-o", "chain.svg"))
    assert (done.code, done.out) == (0, "")
    root = ET.parse(tmp_path / "chain.svg").getroot()
    assert "tlsward sandbox root" in "".join(root.itertext())


def test_a_file_in_any_order(call, fresh):
    for file in ("fullchain.pem", "reversed.pem"):
        done = call("cert", "chain", file, "--ca-file", "root.pem")
        assert done.code == 0, done.err
        assert "= root of private" in done.out
        assert "not sent" not in done.out
    assert call("cert", "chain", "fullchain.pem").code == 1


def test_a_pool_of_intermediates(call, fresh):
    assert call("cert", "chain", "leaf.pem", "--ca-file", "root.pem").code == 1
    done = call(
        *("cert", "chain", "leaf.pem", "--ca-file", "root.pem"),
        *("--intermediates", "intermediate.pem"),
    )
    assert done.code == 0, done.err
    assert "taken from elsewhere" in done.out


def test_two_certificates_that_are_both_trusted(laboratory, call):
    server = laboratory.start("nginx-weak")
    done = call(
        *("cert", "chain", f"{server.host}:{server.port}", "--sni", server.sni),
        *("--ca-file", laboratory.credentials.ca),
    )
    assert done.code == 0, done.err
    assert ": 2 chains\n" in done.out
    assert "=== Chain 1: " in done.out
    assert "=== Chain 2: " in done.out


def test_only_what_is_served_to_who_names_the_host_is_judged(laboratory, call, fresh):
    def start(bench):
        lines = f"ssl_certificate {fresh / 'fullchain.pem'}; "
        lines += f"ssl_certificate_key {fresh / 'key.pem'}; "
        other = f"server {{ listen {HOST}:PORT ssl default_server; {lines} }}"
        return web.nginx("ssl_protocols TLSv1.2 TLSv1.3", more=other)(bench)

    server = laboratory.launch("nginx-untrusted-default", start, NAME)
    done = call(
        *("cert", "chain", f"{server.host}:{server.port}", "--sni", NAME),
        *("--ca-file", laboratory.credentials.ca),
    )
    assert "only to clients that send no server_name" in done.out
    assert "x unknown issuer" in done.out
    assert done.code == 0, done.err


def test_a_host_that_is_not_there(call):
    for form in ("text", "svg"):
        done = call("cert", "chain", "localhost:1", "-f", form)
        assert (done.code, done.out) == (3, "")
        assert "connection refused" in done.err
    done = call("cert", "chain", "localhost:1", "-f", "json")
    assert done.code == 3
    assert "connection refused" in json.loads(done.out)["reason"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["key.pem"], "there is no certificate in it"),
        (["fullchain.pem", "--ca-file", "missing.pem"], "missing.pem: cannot be read"),
        (["fullchain.pem", "--intermediates", "key.pem"], "no certificates in PEM"),
        (["fullchain.pem", "-f", "html"], "'html'"),
    ],
)
def test_wrong_calls_are_one_line(call, fresh, arguments, words):
    done = call("cert", "chain", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert done.err.count("\n") == 1


def test_a_certificate_without_a_readable_issuer_cannot_be_followed(call, tmp_path):
    made = issue("a leaf").der
    issuer = name(("2.5.4.3", tlv(0x0C, b"\xff" * 6)))  # no UTF-8
    (tmp_path / "broken.der").write_bytes(made.replace(common_name("a leaf"), issuer, 1))
    done = call("cert", "chain", "broken.der")
    assert done.code == 3
    assert "none: the leaf cannot be read" in done.out
    assert call("cert", "chain", "broken.der", "-f", "svg").code == 3
