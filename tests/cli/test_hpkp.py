"""`tlsward hpkp build|check`, with pins that openssl computes too."""

import json

import pytest

from cli.test_cert_hosts import pin_of
from servers.stacks import headers as stacks
from tlsward.http.hpkp import parse_hpkp

SPARE = stacks.SPARE


@pytest.fixture(scope="module")
def nginx(laboratory):
    return laboratory.launch("hpkp-of-nginx", stacks.nginx)


@pytest.fixture
def pins(laboratory):
    return {kind: pin_of(laboratory, kind) for kind in ("rsa", "ecdsa")}


def test_build_from_a_certificate_and_a_spare_key(call, laboratory, pins):
    rsa = laboratory.credentials.certificate("rsa")
    spare = laboratory.credentials.key("ecdsa")
    done = call("hpkp", "build", rsa, "--backup", spare, "--include-subdomains")
    assert done.code == 0, done.err
    policy = parse_hpkp(done.out.strip()).policy
    assert policy.pins == (pins["rsa"], pins["ecdsa"])
    assert (policy.max_age_seconds, policy.include_subdomains) == (5_184_000, True)
    assert "no browser heeds this header" in done.err
    assert "locked out" in done.err


def test_build_from_a_host_and_a_pin(call, nginx, pins):
    host = f"localhost:{nginx.port}"
    done = call("hpkp", "build", host, "--backup", SPARE, "--report-only", "--header")
    assert done.out.startswith("Public-Key-Pins-Report-Only: pin-sha256=")
    assert pins["rsa"] in done.out
    assert "whoever answered is pinned" in done.err
    done = call("hpkp", "build", host, "--backup", SPARE, "--ca-file", nginx.ca_file)
    assert (done.code, "whoever answered" in done.err) == (0, False)


def test_build_from_a_bundle(call, laboratory, pins, tmp_path):
    bundle = tmp_path / "bundle.pem"
    paths = [laboratory.credentials.certificate(kind) for kind in ("rsa", "ecdsa")]
    bundle.write_text("".join(path.read_text() for path in paths))
    done = call("hpkp", "build", bundle, "--all", "--backup", SPARE, "--max-age", "90d")
    assert parse_hpkp(done.out.strip()).policy.pins == (pins["rsa"], pins["ecdsa"], SPARE)
    assert "more than 60 days" in done.err
    second = call("hpkp", "build", bundle, "--index", "2", "--backup", SPARE)
    assert parse_hpkp(second.out.strip()).policy.pins == (pins["ecdsa"], SPARE)


def test_without_a_backup_nothing_is_built(call, laboratory):
    rsa = laboratory.credentials.certificate("rsa")
    assert call("hpkp", "build", rsa).code == 2
    done = call("hpkp", "build", rsa, "--backup", laboratory.credentials.key("rsa"))
    assert (done.code, "in use already" in done.err) == (2, True)
    assert call("hpkp", "build", rsa, "--backup", SPARE, "--index", "9").code == 2
    assert call("hpkp", "build", rsa, "--backup", SPARE, "--index", "1", "--all").code == 2
    assert call("hpkp", "build", rsa, "--backup", SPARE, "--report-uri", "ftp://x").code == 2
    assert call("hpkp", "build", "localhost:1", "--backup", SPARE).code == 3
    lost = call("hpkp", "build", rsa, "--backup", "spare.invalid")
    assert (lost.code, lost.out) == (3, "")
    assert "--backup spare.invalid: no such file, and as a host: " in lost.err
    forgets = call("hpkp", "build", rsa, "--backup", SPARE, "--max-age", "0")
    assert (forgets.code, "locked out" in forgets.err) == (0, False)


def value(*pins, age=1):
    return "; ".join([*(f'pin-sha256="{pin}"' for pin in pins), f"max-age={age}"])


def test_check_of_a_value(call, laboratory, pins):
    rsa = laboratory.credentials.certificate("rsa")
    ca = ("--ca-file", laboratory.credentials.ca)
    good = value(pins["rsa"], SPARE)
    done = call("hpkp", "check", good, "--chain", rsa, *ca)
    assert (done.code, "not in the chain: a backup" in done.out) == (0, True)
    assert "No browser heeds the header" in done.out
    assert call("hpkp", "check", good).code == 3  # no chain to judge it by
    assert call("hpkp", "check", good, "--chain", rsa).code == 3  # nobody validates it
    assert call("hpkp", "check", value(SPARE, pins["ecdsa"]), "--chain", rsa, *ca).code == 1
    assert call("hpkp", "check", value(pins["rsa"], pins["rsa"])).code == 1
    assert call("hpkp", "check", "max-age=1").code == 1
    assert call("hpkp", "check", "pin-sha256=x; max-age=1").code == 1


def test_pins_that_are_taken_back_are_not_noted(call, laboratory, pins):
    rsa = laboratory.credentials.certificate("rsa")
    ca = ("--ca-file", laboratory.credentials.ca)
    done = call("hpkp", "check", value(pins["rsa"], SPARE, age=0), "--chain", rsa, *ca)
    assert (done.code, "it makes a browser forget the pins" in done.out) == (1, True)


def test_an_issuer_of_the_chain_is_no_backup(call, laboratory, nginx, tmp_path):
    """It is in the validated chain with the leaf, so that no pin would be a backup."""
    root = laboratory.credentials.ca
    whole = tmp_path / "whole.pem"
    leaf = laboratory.credentials.certificate("rsa").read_text()
    whole.write_text(leaf + root.read_text())
    key = laboratory.credentials.key("rsa")
    for source, *backup in (
        [whole, root],
        [whole, key, "--index", "2"],
        [laboratory.credentials.certificate("rsa"), root, "--ca-file", nginx.ca_file],
        [f"localhost:{nginx.port}", root, "--ca-file", nginx.ca_file],
    ):
        done = call("hpkp", "build", source, "--backup", *backup)
        assert (done.code, done.out) == (2, "")
        assert "every backup is of a key in the chain" in done.err
    assert call("hpkp", "build", whole, "--backup", root, "--backup", SPARE).code == 0
    # Not everything that a bundle holds is of one chain.
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(leaf + laboratory.credentials.certificate("ecdsa").read_text())
    assert call("hpkp", "build", bundle, "--backup", SPARE).code == 0


def test_a_wrong_call_is_told_before_what_is_wrong_with_a_value(call, laboratory):
    assert call("hpkp", "check", "max-age=x", "--chain", "missing.pem").code == 2
    assert (
        call("hpkp", "check", "max-age=x", "--chain", laboratory.credentials.key("rsa")).code == 2
    )


def test_pins_of_the_root_count(call, laboratory):
    root = call("cert", "pin", laboratory.credentials.ca).out.strip()
    rsa = laboratory.credentials.certificate("rsa")
    ca = ("--ca-file", laboratory.credentials.ca)
    assert call("hpkp", "check", value(root, SPARE), "--chain", rsa, *ca).code == 0


def test_check_of_a_host(call, nginx):
    url = f"https://localhost:{nginx.port}"
    ca = ("--ca-file", nginx.ca_file)
    done = call("hpkp", "check", f"{url}/pins", *ca, "-f", "json")
    document = json.loads(done.out)
    assert done.code == 0, done.out
    assert document["schema"] == "tlsward.hpkp/1"
    assert document["verdict"]["backups"] == [SPARE]
    assert call("hpkp", "check", f"{url}/pins").code == 1  # not verified: ignored
    none = call("hpkp", "check", url, *ca)
    assert (none.code, "it sends no Public-Key-Pins" in none.out) == (1, True)
    assert call("hpkp", "check", f"{url}/pins", *ca, "--report-only").code == 1
    assert call("hpkp", "check", "localhost:1").code == 3
    assert call("hpkp", "check", url, "--chain", "x.pem").code == 2
    assert call("hpkp", "check", "http://localhost").code == 2
