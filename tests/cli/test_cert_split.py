"""`tlsward cert split`: two files of one, found by who certifies whom; and nothing is lost."""

import io
import json
import os
import stat
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from pki.issuing import intermediate, leaf, root
from pki.key_files import PASSWORD, another, chain, openssl
from tlsward.pki.bundle import read_bundle


def certificates(path):
    return read_bundle(path.read_bytes(), name=str(path)).certificates


@pytest.mark.parametrize(
    "name", ["chain.pem", "reversed.pem", "fullchain.pem", "chain.p7b", "combined.pem", "empty.p12"]
)
def test_the_end_entity_and_its_chain_in_whatever_order_and_form(call, made, tmp_path, name):
    done = call("cert", "split", name)
    assert (done.code, done.err) == (0, "")
    stem = name.removesuffix(".pem").removesuffix(".p7b").removesuffix(".p12")
    assert certificates(tmp_path / f"{stem}.ee.pem") == (made.leaf.der,)
    assert certificates(tmp_path / f"{stem}.chain.pem") == (made.intermediate.der,)
    assert not (tmp_path / f"{stem}.key.pem").exists()
    assert done.out.splitlines()[0] == f"{stem}.ee.pem  CN=a leaf"
    assert done.out.splitlines()[1] == f"{stem}.chain.pem  CN=the intermediate"


def test_openssl_verifies_what_was_written(call, made, tmp_path):
    call("cert", "split", "reversed.pem")
    (tmp_path / "root.pem").write_bytes(made.root.pem)
    trusted = ("-CAfile", tmp_path / "root.pem", "-untrusted", tmp_path / "reversed.chain.pem")
    openssl("verify", "-attime", "1780300000", *trusted, tmp_path / "reversed.ee.pem")


def test_with_the_root_nearest_first(call, made, tmp_path):
    done = call("cert", "split", "--with-root", "reversed.pem")
    assert certificates(tmp_path / "reversed.chain.pem") == made.octets[1:]
    assert "left out" not in done.out
    assert "left out: CN=the root" in call("cert", "split", "--force", "reversed.pem").out


def test_everything_that_is_left_out_is_said(call, made, tmp_path):
    stranger = root("a stranger")
    octets = chain().pem + stranger.pem + chain().leaf.pem
    octets += (tmp_path / "request.pem").read_bytes() + (tmp_path / "key.pkcs8.pem").read_bytes()
    (tmp_path / "much.pem").write_bytes(octets)
    said = [line for line in call("cert", "split", "much.pem").out.splitlines() if "left" in line]
    assert said == [
        "left out: CN=the root: the root, which clients have; --with-root keeps it",
        "left out: CN=a stranger: it does not lead up from the end entity",
        "left out: CN=a leaf: it is there twice",
        "left out: the private key; --with-key writes it",
        "left out: the certificate request",
    ]


def test_a_cross_signed_intermediate_is_there_twice(call, tmp_path):
    first, second = root("first", identified=True), root("second", identified=True)
    one = intermediate(first, "authority")
    other = intermediate(second, "authority", key=one.key)
    end = leaf(one)
    (tmp_path / "cross.pem").write_bytes(other.pem + second.pem + end.pem + one.pem + first.pem)
    assert call("cert", "split", "cross.pem").code == 0
    assert set(certificates(tmp_path / "cross.chain.pem")) == {one.der, other.der}
    assert certificates(tmp_path / "cross.ee.pem") == (end.der,)


def test_with_the_key_for_the_owner_alone(call, made, tmp_path, monkeypatch):
    monkeypatch.setenv("TLSWARD_PASSWORD", PASSWORD.decode())
    old = os.umask(0)
    try:
        done = call("cert", "split", "--with-key", "secret.p12")
    finally:
        os.umask(old)
    assert done.code == 0
    path = tmp_path / "secret.key.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secret.ee.pem").stat().st_mode) == 0o666
    key = load_pem_private_key(path.read_bytes(), None)
    assert key.public_key() == made.leaf.key.private.public_key()


def test_the_key_that_is_written_is_the_end_entitys(call, made, tmp_path):
    assert call("cert", "split", "--with-key", "two-and-key.pem").code == 0
    assert certificates(tmp_path / "two-and-key.ee.pem") == (another().der,)
    (tmp_path / "wrong.pem").write_bytes(
        (tmp_path / "another.key").read_bytes() + (tmp_path / "chain.pem").read_bytes()
    )
    done = call("cert", "split", "--with-key", "wrong.pem")
    assert (done.code, "is not that of the end entity" in done.err) == (2, True)
    done = call("cert", "split", "--with-key", "chain.pem")
    assert (done.code, "there is no private key in it" in done.err) == (2, True)
    assert not list(tmp_path.glob("wrong.*.pem"))


def test_nothing_is_written_over_unless_it_is_said(call, made, tmp_path):
    (tmp_path / "chain.chain.pem").write_text("kept")
    done = call("cert", "split", "chain.pem")
    assert done.code == 2
    assert "chain.chain.pem: it is there already; --force writes over it" in done.err
    assert (tmp_path / "chain.chain.pem").read_text() == "kept"
    assert not (tmp_path / "chain.ee.pem").exists()
    assert call("cert", "split", "--force", "chain.pem").code == 0
    assert certificates(tmp_path / "chain.chain.pem") == (made.intermediate.der,)
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_file_that_is_read_is_never_written_over(call, made, tmp_path):
    (tmp_path / "server.ee.pem").write_bytes(chain().pem)
    done = call("cert", "split", "--force", "--name", "server", "server.ee.pem")
    assert (done.code, "is not written over" in done.err) == (2, True)
    assert (tmp_path / "server.ee.pem").read_bytes() == chain().pem


def test_a_chain_of_before_does_not_stay_beside_a_certificate_without_one(call, made, tmp_path):
    (tmp_path / "leaf.chain.pem").write_text("of before")
    for more in ((), ("--force",)):
        done = call("cert", "split", *more, "leaf.pem")
        assert (done.code, "remove it" in done.err) == (2, True)
    (tmp_path / "leaf.chain.pem").unlink()
    assert "no chain to write" in call("cert", "split", "leaf.pem").out


def test_places_and_names(call, made, tmp_path, monkeypatch):
    (tmp_path / "upload").mkdir()
    assert call("cert", "split", "--directory", "upload", "chain.pem").code == 0
    assert certificates(tmp_path / "upload" / "chain.ee.pem") == (made.leaf.der,)
    (tmp_path / "upload" / "here.pem").write_bytes(chain().pem)
    assert call("cert", "split", "upload/here.pem").code == 0
    assert (tmp_path / "upload" / "here.chain.pem").exists()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(chain().pem)))
    assert call("cert", "split", "--name", "piped", "-").code == 0
    assert certificates(tmp_path / "piped.ee.pem") == (made.leaf.der,)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["two.pem"], "2 certificates that could be the end entity (CN=a leaf, CN=a leaf)"),
        (["key.pkcs8.pem"], "no certificate in it, only a private key"),
        (["--directory", "missing", "chain.pem"], "missing: no such directory"),
        (["--name", "../x", "chain.pem"], "no part of a file name"),
        (["-"], "--name says what the files are called"),
        (["missing.pem"], "missing.pem: cannot be read"),
    ],
)
def test_wrong_calls_are_one_line(call, made, monkeypatch, arguments, words):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(chain().pem)))
    done = call("cert", "split", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert done.err.count("\n") == 1


def test_a_place_that_cannot_be_written(call, made, tmp_path):
    (tmp_path / "chain.ee.pem").mkdir()
    done = call("cert", "split", "--force", "chain.pem")
    assert (done.code, "it is a directory" in done.err) == (2, True)
    assert not (tmp_path / "chain.chain.pem").exists()


def test_json(call, made):
    done = call("cert", "split", "--with-key", "-f", "json", "combined.pem")
    assert json.loads(done.out) == {
        "schema": "tlsward.cert.split/1",
        "source": "combined.pem",
        "reason": None,
        "files": [
            {
                "end_entity": {"path": "combined.ee.pem", "subjects": ["CN=a leaf"]},
                "chain": {"path": "combined.chain.pem", "subjects": ["CN=the intermediate"]},
                "key": {"path": "combined.key.pem", "subjects": []},
                "left_out": [],
            }
        ],
    }


def test_a_host_that_is_not_there(call, tmp_path):
    done = call("cert", "split", "localhost:1", "-f", "json")
    assert done.code == 3
    assert "connection refused" in json.loads(done.out)["reason"]
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_is_what_was_read(call, made, tmp_path):
    call("cert", "split", "chain.pem")
    assert (tmp_path / "chain.ee.pem").read_bytes() == made.leaf.pem
    assert x509.load_pem_x509_certificate((tmp_path / "chain.chain.pem").read_bytes())
