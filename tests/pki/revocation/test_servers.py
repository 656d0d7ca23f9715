"""Revocation asked of real servers: nginx with CRLs of `openssl ca`, OpenSSL's responder."""

from datetime import UTC, datetime, timedelta

import pytest

from net.scripted import serving
from pki.issuing import extended_key_usage, intermediate, issue, root
from pki.revocation.making import (
    FAR,
    NO_CHECK,
    OCSP_SIGNING,
    crl_at,
    end_entity,
    openssl_crl,
    private_pem,
    read,
    responder_at,
    serial,
)
from pki.revocation.test_staple import openssl_staple
from servers.laboratory import HOST
from servers.stacks.revocation import openssl_responder
from servers.stacks.web import nginx_of_files
from tlsward.net import loop
from tlsward.net.fetch_cache import FetchCache
from tlsward.net.fetching import HttpFetcher
from tlsward.net.proxy import parse_proxy
from tlsward.pki.revocation import chain_revocation

ANCHOR = root(identified=True)
GOOD, REVOKED, UNKNOWN = 0x200001, 0x200002, 0x200003
INDEX = (
    f"V\t491231235959Z\t\t{GOOD:X}\tunknown\t/CN=good\n"
    f"R\t491231235959Z\t260101000000Z,keyCompromise\t{REVOKED:X}\tunknown\t/CN=revoked\n"
)


def asked(*path, now=None, cache=None, staple=None, **how):
    how.setdefault("allow_private", True)

    async def main():
        async with HttpFetcher(**how) as fetcher:
            return await chain_revocation(
                read(*path),
                now=now or datetime.now(UTC),
                fetch=fetcher,
                cache=cache,
                staple=staple,
            )

    return loop.run(main())


# CRLs


@pytest.fixture(scope="module")
def listed(laboratory, tmp_path_factory):
    """A chain whose CRLs nginx serves, with another leaf that is on one of them."""
    server = laboratory.launch("nginx-crls", nginx_of_files({"index": b""}))
    base = f"http://{HOST}:{server.port}"
    middle = intermediate(
        ANCHOR, "an intermediate", crl_at(f"{base}/root.crl"), identified=True, not_after=FAR
    )
    end, gone = (end_entity(middle, crl_at(f"{base}/middle.crl")) for _ in range(2))
    files = server.log_file.parent / "files"
    directory = tmp_path_factory.mktemp("crls")
    (files / "root.crl").write_bytes(openssl_crl(directory / "root", ANCHOR))
    entry = (serial(gone), "superseded")
    (files / "middle.crl").write_bytes(openssl_crl(directory / "middle", middle, entry))
    (files / "page.crl").write_bytes(b"<html>Not found</html>")
    cut = (files / "middle.crl").read_bytes()[:-20]
    (files / "cut.crl").write_bytes(cut)
    return base, middle, end, gone


def test_a_chain_by_its_crls(listed):
    _, middle, end, gone = listed
    assert [each.state for each in asked(end, middle, ANCHOR)] == ["good", "good"]
    states = [(each.state, each.checks[0].reason) for each in asked(gone, middle, ANCHOR)]
    assert states == [("revoked", "superseded"), ("good", None)]


def test_with_a_cache_of_files(listed, tmp_path):
    _, middle, end, gone = listed
    cache = FetchCache(tmp_path / "cache")
    first = asked(end, middle, ANCHOR, cache=cache)
    assert [each.checks[0].cached for each in first] == [False, False]
    second = asked(gone, middle, ANCHOR, cache=cache)
    assert [(each.state, each.checks[0].cached) for each in second] == [
        ("revoked", True),
        ("good", True),
    ]


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("page.crl", "it is a web page"),
        ("cut.crl", "it is damaged, or not a CRL at all"),
        ("root.crl", "it is a CRL of another issuer"),
        ("none.crl", "the server answered with status 404"),
        ("loop", "it redirects in a circle"),
    ],
)
def test_what_a_server_may_have_instead(listed, file, reason):
    base, middle, *_ = listed
    end = end_entity(middle, crl_at(f"{base}/{file}"))
    found, _ = asked(end, middle, ANCHOR)
    assert (found.state, found.checks[0].reason) == ("unknown", reason)
    end = end_entity(middle, crl_at(f"{base}/{file}", f"{base}/middle.crl"))
    found, _ = asked(end, middle, ANCHOR)
    assert [check.state for check in found.checks] == ["unknown", "good"]


def test_no_private_address_unless_allowed(listed):
    _, middle, end, _ = listed
    found, _ = asked(end, middle, ANCHOR, allow_private=False)
    assert found.state == "unknown"
    assert "its address 127.0.0.1 is not public (loopback)" in found.reason


def test_through_a_proxy(laboratory, listed):
    from net.test_driver_proxy import microsocks, tinyproxy

    _, middle, _, gone = listed
    for kind, launch in (("http", tinyproxy), ("socks5", microsocks)):
        running = laboratory.launch(f"proxy-of-crls-{kind}", launch)
        proxy = parse_proxy(f"{kind}://{HOST}:{running.port}")
        found, _ = asked(gone, middle, ANCHOR, proxy=proxy)
        assert found.state == "revoked"


# Responders

MIDDLE = intermediate(ANCHOR, not_after=FAR)


def files(signer, issuer=MIDDLE):
    return {
        "index.txt": INDEX.encode(),
        "issuer.pem": issuer.pem,
        "responder.pem": signer.pem,
        "responder.key": private_pem(signer.key),
    }


def delegate(*more, issuer=MIDDLE):
    extensions = (extended_key_usage(OCSP_SIGNING), *more)
    return issue("a responder", issuer, extensions=extensions, not_after=FAR)


SIGNERS = {
    "issuer": MIDDLE,
    "delegate": delegate(NO_CHECK),
    "stranger": delegate(NO_CHECK, issuer=ANCHOR),
}


@pytest.fixture(scope="module")
def responders(laboratory):
    def start(signer):
        name = f"responder-{signer}"
        if name not in laboratory.running:
            starter = openssl_responder(files(SIGNERS[signer]), "-ndays", "7")
            laboratory.running[name] = laboratory.launch(name, starter)
        return f"http://{HOST}:{laboratory.running[name].port}/"

    return start


@pytest.mark.parametrize("path", ["", "x" * 300], ids=["get", "post"])
@pytest.mark.parametrize("signer", ["issuer", "delegate"])
@pytest.mark.parametrize(
    ("number", "state", "reason"),
    [
        (GOOD, "good", None),
        (REVOKED, "revoked", "keyCompromise"),
        (UNKNOWN, "unknown", "the responder does not know the certificate"),
    ],
)
def test_openssl_responds(responders, path, signer, number, state, reason):
    end = end_entity(MIDDLE, responder_at(responders(signer) + path), serial=number)
    found, *_ = asked(end, MIDDLE, ANCHOR)
    assert found.state == state
    [check] = found.checks
    assert (check.source, check.reason, check.signature_valid) == ("ocsp", reason, "yes")


def test_a_responder_that_nobody_made_one(responders):
    end = end_entity(MIDDLE, responder_at(responders("stranger")), serial=GOOD)
    found, *_ = asked(end, MIDDLE, ANCHOR)
    assert (found.state, found.checks[0].signature_valid) == ("unknown", "no")


def test_an_answer_of_another_day(responders):
    end = end_entity(MIDDLE, responder_at(responders("issuer")), serial=GOOD)
    found, *_ = asked(end, MIDDLE, ANCHOR, now=datetime.now(UTC) + timedelta(days=8))
    assert found.state == "unknown"
    assert "it is out of date since" in found.reason


def test_a_responder_of_another_authority(laboratory):
    starter = openssl_responder(files(ANCHOR, issuer=ANCHOR), "-ndays", "7")
    running = laboratory.launch("responder-of-another", starter)
    end = end_entity(MIDDLE, responder_at(f"http://{HOST}:{running.port}"), serial=GOOD)
    found, *_ = asked(end, MIDDLE, ANCHOR)
    assert found.state == "unknown"


def test_the_next_responder_is_asked(responders, laboratory):
    dead = f"http://{HOST}:{next(laboratory.ports)}/"
    end = end_entity(MIDDLE, responder_at(dead, responders("issuer")), serial=REVOKED)
    found, *_ = asked(end, MIDDLE, ANCHOR)
    assert [check.state for check in found.checks] == ["unknown", "revoked"]
    assert found.checks[0].reason == "connection refused"


def test_a_replay_about_another_certificate(tmp_path):
    """A good answer about another certificate, sent to every question."""
    other = end_entity(MIDDLE)
    body = openssl_staple(tmp_path, other, MIDDLE, MIDDLE)

    async def replaying(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    async def main():
        async with serving(replaying) as port, HttpFetcher(allow_private=True) as fetcher:
            end = end_entity(MIDDLE, responder_at(f"http://{HOST}:{port}"))
            path = read(end, MIDDLE, ANCHOR)
            return await chain_revocation(path, now=datetime.now(UTC), fetch=fetcher)

    found, *_ = loop.run(main())
    assert (found.state, found.checks[0].reason) == ("unknown", "it is about another certificate")
