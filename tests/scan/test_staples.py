"""Every way in which NSS's selfserv staples, nginx with a staple, and what is said of it.

Of the ways that selfserv names, `ocsp` is not implemented (it says so and ends), and
`none` is said by naming no way at all.
"""

import asyncio
import subprocess
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from pki.issuing import root, rsa_key
from pki.revocation.making import (
    MUST_STAPLE,
    end_entity,
    private_pem,
    read,
    responder_at,
    run,
)
from pki.revocation.test_staple import openssl_staple
from servers.laboratory import HOST
from servers.stacks.revocation import nginx_with_staple, selfserv_stapling
from tlsward.model.target import Target
from tlsward.pki.deployment import deployment
from tlsward.pki.revocation import revocation_of
from tlsward.pki.stores import Stores
from tlsward.scan.served_chains import served_chains
from tlsward.scan.settings import ScanSettings

NAME = "host.example"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An authority with a leaf that names a responder, in PEM and PKCS #12."""
    directory = tmp_path_factory.mktemp("staples")
    anchor = root(key=rsa_key(2048, 1))
    names_it = responder_at("http://ocsp.example/")
    end = end_entity(anchor, names_it, MUST_STAPLE, key=rsa_key(2048, 2), names=(NAME,))
    for name, issued in (("authority", anchor), ("leaf", end)):
        (directory / f"{name}.pem").write_bytes(issued.pem)
        (directory / f"{name}.key").write_bytes(private_pem(issued.key))
        export = f"""openssl pkcs12 -export -in {name}.pem -inkey {name}.key -name {name}
            -out {name}.p12 -passout pass:"""
        subprocess.run(export.split(), cwd=directory, check=True, capture_output=True)
    return SimpleNamespace(anchor=anchor, leaf=end, directory=directory)


def seen(server, made):
    """Return what a deployment and a revocation say of a server."""
    target = Target(host=NAME, port=server.port, sni=NAME, address=HOST)
    found = asyncio.run(served_chains(target, ScanSettings()))
    [chain] = found.chains
    deployed = deployment(
        chain.certificates,
        hostname=NAME,
        stores=Stores(made.anchor.pem, public=False),
        now=datetime.now(UTC),
        ocsp_response=chain.ocsp_response,
        staple_requested=chain.staple_requested,
    )
    end, anchor = read(made.leaf, made.anchor)
    revocation = run(
        revocation_of(
            end,
            [anchor],
            now=datetime.now(UTC),
            staple=chain.ocsp_response,
            staple_requested=chain.staple_requested,
        )
    )
    return deployed, revocation


MUST = "; it demands that its state be stapled (must-staple), and "
MODES = {
    # mode: status of the staple, its signature, stapling, state, words of the reason
    "good": ("good", "yes", "stapled", "good", "not revoked, says the staple"),
    "revoked": ("revoked", "yes", "stapled", "revoked", "says the staple: "),
    "unknown": ("unknown", "yes", "stapled", "unknown", "does not know the certificate"),
    "failure": ("try later", "unknown", "not stapled", "unknown", "the responder says: try later"),
    "badsig": ("good", "no", "not stapled", "unknown", "its signature is not one of"),
    "corrupted": ("malformed", "unknown", "not stapled", "unknown", "it is damaged"),
    "none": (None, None, "not stapled", "unknown", "not fetched" + MUST + "none was"),
}


def selfserv(laboratory, made, mode):
    files = made.directory / "leaf.p12", made.directory / "authority.p12"
    return laboratory.launch(f"selfserv-{mode}", selfserv_stapling(mode, *files))


@pytest.mark.parametrize("mode", MODES)
def test_selfserv(laboratory, made, mode):
    status, signature, stapling, state, words = MODES[mode]
    deployed, revocation = seen(selfserv(laboratory, made, mode), made)
    staple = deployed.staple
    assert (staple.status if staple else None) == status
    assert (staple.signature_valid if staple else None) == signature
    assert deployed.ocsp_stapling == stapling
    assert revocation.state == state
    assert words in revocation.reason
    usable = state in ("good", "revoked")
    assert (MUST in revocation.reason) is not usable


def test_selfserv_at_random(laboratory, made):
    deployed, revocation = seen(selfserv(laboratory, made, "random"), made)
    found = deployed.staple.status, deployed.staple.signature_valid
    fitting = [known for known in MODES.values() if known[:2] == found]
    assert [known[2:4] for known in fitting] == [(deployed.ocsp_stapling, revocation.state)]


@pytest.mark.parametrize(("state", "word"), [("V", "good"), ("R", "revoked")])
def test_nginx(laboratory, made, tmp_path, state, word):
    staple = tmp_path / "staple"
    staple.write_bytes(openssl_staple(tmp_path, made.leaf, made.anchor, made.anchor, state=state))
    starter = nginx_with_staple(made.directory / "leaf.pem", made.directory / "leaf.key", staple)
    deployed, revocation = seen(laboratory.launch(f"nginx-staple-{word}", starter), made)
    assert (deployed.staple.status, deployed.staple.signature_valid) == (word, "yes")
    assert deployed.ocsp_stapling == "stapled"
    assert revocation.state == word
    assert revocation.checks[0].source == "staple"
    assert datetime.now(UTC) - deployed.staple.this_update < timedelta(minutes=5)
