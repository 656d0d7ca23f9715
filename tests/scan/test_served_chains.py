"""Every certificate of real servers, found with few connections; and nothing, with its reason."""

import asyncio

import pytest

from servers import hostile
from servers.cases import servers
from servers.catalogue import CATALOGUE, truth
from servers.laboratory import HOST, NAME, Bench, Launch, Running
from servers.stacks import web
from tlsward.model.served_chain import ServedChains
from tlsward.model.target import Target
from tlsward.pki.x509 import read_certificate
from tlsward.scan.served_chains import served_chains
from tlsward.scan.settings import ScanSettings


def look(server: Running, *, sni: str | None = NAME, **more) -> ServedChains:
    target = Target(host=server.host, port=server.port, sni=sni, starttls=server.starttls)
    return asyncio.run(served_chains(target, ScanSettings(**more)))


def kind(octets: bytes) -> str:
    algorithm = read_certificate(octets).key.algorithm
    return {"1.2.840.113549.1.1.1": "rsa", "1.2.840.10045.2.1": "ecdsa"}[algorithm]


@servers(CATALOGUE)
def test_the_certificates_are_those_that_were_measured(real_server):
    found = look(real_server)
    known = truth(real_server.name)
    kinds = {kind(chain.certificates[0]) for chain in found.chains}
    assert kinds == set(known.certificate_keys)
    assert len(found.chains) == len(kinds)
    if not kinds:
        assert found.reason
        return
    assert found.missed == ()
    assert found.chains[0].served_with_sni == "yes"
    spoken = {protocol for chain in found.chains for protocol in chain.protocols}
    assert spoken <= set(known.suites)
    requires_sni = known.traits["requires_sni"]
    unnamed = {chain.served_without_sni for chain in found.chains}
    assert ("yes" in unnamed) == (requires_sni == "no")
    # A server that drops connections is asked again by the driver, and these are few all the same.
    assert found.connections <= 14


def test_one_certificate_costs_four_connections(laboratory):
    for name in ("nginx-stapling", "haproxy-default", "caddy"):
        assert look(laboratory.start(name)).connections == 4


def test_a_staple_comes_with_its_certificate(laboratory):
    (chain,) = look(laboratory.start("nginx-stapling")).chains
    assert chain.ocsp_response == laboratory.credentials.ocsp_response.read_bytes()
    assert chain.staple_requested
    assert chain.hostname == NAME
    assert chain.protocols == ("TLSv1.2", "TLSv1.3")


def test_another_certificate_without_a_name(laboratory):
    def start(bench: Bench) -> Launch:
        lines = f"ssl_certificate {bench.certificate('ecdsa')}; "
        lines += f"ssl_certificate_key {bench.key('ecdsa')}; "
        other = f"server {{ listen {HOST}:PORT ssl default_server; {lines} }}"
        return web.nginx("ssl_protocols TLSv1.2 TLSv1.3", more=other)(bench)

    server = laboratory.launch("nginx-two-hosts", start, NAME)
    named, unnamed = look(server).chains
    assert (named.served_with_sni, named.served_without_sni) == ("yes", "no")
    assert (unnamed.served_with_sni, unnamed.served_without_sni) == ("no", "yes")
    assert kind(named.certificates[0]) == "rsa"
    assert kind(unnamed.certificates[0]) == "ecdsa"
    # Who asks by no name is told what is served without one, and nothing of names.
    (only,) = look(server, sni=None).chains
    assert (only.served_with_sni, only.served_without_sni) == ("unknown", "yes")
    assert only.certificates == unnamed.certificates
    assert only.hostname == server.host


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (hostile.plain_http, "TLSv1.3: "),
        (hostile.silent, "TLSv1.3: "),
        (hostile.reset_at_once, "TLSv1.3: "),
        (hostile.close_after_server_hello, "TLSv1.3: "),
        (hostile.random_bytes, "TLSv1.3: "),
        (hostile.many_certificates, "TLSv1.3: "),
        (hostile.alert_storm, "TLSv1.3: "),
        (hostile.wrong_version, "TLSv1.3: "),
    ],
)
def test_who_shows_none_has_a_reason(script, words):
    target = Target(host=HOST, port=0, sni="hostile.test")
    with hostile.hostile(script) as port:
        settings = ScanSettings(timeout_seconds=0.3, connect=f"{HOST}:{port}")
        found = asyncio.run(served_chains(target, settings))
    assert found.chains == ()
    assert found.reason.startswith(words)
    assert found.connections <= 60


def test_a_name_that_is_none():
    target = Target(host="no-such-host.invalid", port=443, sni="no-such-host.invalid")
    assert asyncio.run(served_chains(target, ScanSettings())).reason
