"""`tlsward cert pin|split|match` of hosts: real servers with one and with two certificates."""

import json

import pytest

from pki.key_files import openssl
from tlsward.pki.bundle import read_bundle


@pytest.fixture
def two(laboratory, call):
    """A server with an RSA and an ECDSA certificate, as an argument of the command line."""
    server = laboratory.start("nginx-weak")
    return f"{server.host}:{server.port}", ("--sni", server.sni)


def leaf_of(laboratory, kind):
    path = laboratory.credentials.certificate(kind)
    return read_bundle(path.read_bytes(), name=str(path)).certificates[0]


def pin_of(laboratory, kind):
    import base64
    import hashlib

    path = laboratory.credentials.certificate(kind)
    public = openssl("x509", "-in", path, "-noout", "-pubkey")
    der = openssl("pkey", "-pubin", "-outform", "der", data=public)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


def test_the_pins_of_every_certificate(laboratory, call, two):
    host, sni = two
    done = call("cert", "pin", "--leaf", host, *sni)
    assert done.code == 0, done.err
    assert set(done.out.split()) == {pin_of(laboratory, kind) for kind in ("rsa", "ecdsa")}
    assert len(call("cert", "pin", host, *sni).out.split()) == 2  # no intermediates here
    document = json.loads(call("cert", "pin", host, *sni, "-f", "json").out)
    assert {pin["key"]["algorithm"] for pin in document["pins"]} == {"rsa", "ecdsa"}
    assert call("cert", "pin", "--index", "2", host, *sni).code == 2


def test_either_key_matches_and_another_does_not(laboratory, call, made, two):
    host, sni = two
    for kind in ("rsa", "ecdsa"):
        assert call("cert", "match", laboratory.credentials.key(kind), host, *sni).code == 0
        assert call("cert", "match", host, laboratory.credentials.key(kind), *sni).code == 0
    done = call("cert", "match", "another.key", host, *sni)
    assert (done.code, "do not belong together" in done.out) == (1, True)


def test_each_certificate_into_its_files(laboratory, call, two, tmp_path):
    host, sni = two
    done = call("cert", "split", "--name", "host", host, *sni)
    assert done.code == 0, done.err
    written = {path.name: path.read_bytes() for path in tmp_path.glob("host.*.pem")}
    first = read_bundle(written.pop("host.ee.pem"), name="").certificates[0]
    (name,) = written
    assert name in {"host.rsa.ee.pem", "host.ecdsa.ee.pem"}
    second = read_bundle(written[name], name="").certificates[0]
    assert {first, second} == {leaf_of(laboratory, kind) for kind in ("rsa", "ecdsa")}
    assert second == leaf_of(laboratory, name.split(".")[1])


def test_what_may_not_have_been_seen_is_said(call, tmp_path, monkeypatch):
    """A host that answers the first hello and is silent to the others."""
    from pki.key_files import chain
    from tlsward.model.served_chain import ServedChain, ServedChains
    from tlsward.scan import served_chains as network

    async def partly(target, settings):
        found = ServedChain(certificates=chain().octets, hostname="host", served_with_sni="yes")
        return ServedChains(target=target, chains=(found,), missed=("no answer within 5 s",))

    monkeypatch.setattr(network, "served_chains", partly)
    words = "it may have other certificates: no answer within 5 s"
    (tmp_path / "another.key").write_bytes(openssl("genpkey", "-algorithm", "ed25519"))
    for command in (("pin",), ("split",), ("match", "another.key")):
        done = call("cert", *command, "host.example", "-f", "json")
        assert done.code == 3, done.out
        assert "no answer within 5 s" in json.loads(done.out)["reason"]
    assert words in call("cert", "pin", "host.example").err
    assert (tmp_path / "host.example.ee.pem").exists()


def test_a_host_with_one_certificate_and_its_chain(laboratory, call, tmp_path):
    server = laboratory.start("nginx-default")
    assert call("cert", "split", f"localhost:{server.port}", "-4").code == 0
    written = read_bundle((tmp_path / "localhost.ee.pem").read_bytes(), name="")
    assert written.certificates == (leaf_of(laboratory, "rsa"),)
