"""`tlsward cert match`: yes, no, and what cannot be told."""

import json

import pytest

from pki.issuing import Key, bits, leaf, object_identifier, sequence
from pki.key_files import another, chain, openssl
from tlsward.model.answer import NO, UNKNOWN, YES
from tlsward.model.certificate import PublicKey
from tlsward.pki.key_holders import KeyHolder, same_key


@pytest.mark.parametrize(
    "names",
    [
        ("key.pkcs8.pem", "leaf.pem"),
        ("key.pkcs1.der", "leaf.der", "request.pem"),
        ("request.der", "public.pkcs1.pem"),
        ("reversed.pem", "key.pkcs1.pem"),
        ("chain.p7b", "public.pem"),
        ("combined.pem",),
        ("combined.pem", "request.pem"),
        ("two-and-key.pem", "another.key"),
        ("empty.p12",),
    ],
)
def test_what_belongs_together(call, made, names):
    done = call("cert", "match", *names)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1] == "they belong together: the same public key"


@pytest.mark.parametrize(
    "names",
    [
        ("another.key", "leaf.pem"),
        ("key.pkcs8.pem", "request.pem", "another.pem"),
        ("key.pkcs8.pem", "another.pem", "leaf.pem"),
        ("two-and-key.pem", "leaf.pem"),
    ],
)
def test_what_does_not(call, made, names):
    done = call("cert", "match", *names)
    assert done.code == 1
    assert done.out.splitlines()[-1] == "they do not belong together"
    assert "another key" in done.out


def test_json(call, made):
    done = call("cert", "match", "key.pkcs8.pem", "reversed.pem", "another.pem", "-f", "json")
    document = json.loads(done.out)
    assert (done.code, document["schema"], document["match"]) == (1, "tlsward.cert.match/1", "no")
    assert [each["same_as_first"] for each in document["compared"]] == ["yes", "yes", "no"]
    assert [each["source"] for each in document["compared"]] == [
        *("key.pkcs8.pem", "reversed.pem", "another.pem")
    ]
    assert document["compared"][1]["subject"] == "CN=a leaf"
    assert document["reason"] is None


def test_a_key_in_another_form_is_the_same_key(call, tmp_path):
    key = tmp_path / "key.pem"
    key.write_bytes(openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout"))
    explicit = openssl("ec", "-in", key, "-param_enc", "explicit")
    (tmp_path / "explicit.pem").write_bytes(explicit)
    subject = ("-x509", "-new", "-key", tmp_path / "explicit.pem", "-subj", "/CN=a")
    (tmp_path / "leaf.pem").write_bytes(openssl("req", *subject))
    assert call("cert", "match", "key.pem", "leaf.pem").code == 0


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("leaf.pem",), "there is one thing in it: name what to compare it with"),
        (("chain.pem",), "there is one thing in it"),
        (("two.pem", "key.pkcs8.pem"), "2 certificates that could be the end entity"),
        (("secret.p12", "leaf.pem"), "secret.p12: it is encrypted"),
        (("-", "-"), "can be read once"),
        ((), "Missing argument"),
    ],
)
def test_wrong_calls_are_one_line(call, made, names, words):
    done = call("cert", "match", *names)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert done.err.count("\n") == 1


def test_a_host_that_is_not_there(call, made):
    done = call("cert", "match", "key.pkcs8.pem", "leaf.pem", "localhost:1")
    assert done.code == 3
    assert "cannot be told" in done.out.splitlines()[-1]
    assert "connection refused" in done.out.splitlines()[-1]
    # What is known already is not taken back by what could not be seen.
    assert call("cert", "match", "another.key", "leaf.pem", "localhost:1").code == 1


def test_a_key_that_nothing_can_compute_with(call, tmp_path, made):
    class OfAnotherCurve(Key):
        def __init__(self):
            super().__init__(another().key.private)
            algorithm = (object_identifier("1.2.840.10045.2.1"), object_identifier("1.3.132.0.8"))
            self.spki = sequence(sequence(*algorithm), bits(b"\4" + bytes(40)))

    odd = leaf(chain().intermediate, key=OfAnotherCurve())
    (tmp_path / "odd.pem").write_bytes(odd.pem)
    (tmp_path / "again.pem").write_bytes(odd.pem)
    assert call("cert", "match", "odd.pem", "again.pem").code == 0
    assert call("cert", "match", "odd.pem", "another.key").code == 3
    assert call("cert", "match", "odd.pem", "key.pkcs8.pem").code == 1


def test_three_values():
    rsa = PublicKey(algorithm="rsa", size=2048)
    known = KeyHolder(kind="certificate", key=rsa, encoded=b"1")
    assert same_key(known, KeyHolder(kind="public key", key=rsa, encoded=b"1")) == YES
    assert same_key(known, KeyHolder(kind="public key", key=rsa, encoded=b"2")) == UNKNOWN
    assert same_key(known, KeyHolder(kind="certificate", reason="unreadable")) == UNKNOWN
    other = PublicKey(algorithm="ed25519", size=256)
    assert same_key(known, KeyHolder(kind="public key", key=other, encoded=b"2")) == NO
