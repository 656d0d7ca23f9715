"""`tlsward cert pin`: the pins OpenSSL computes, of everything that has a public key."""

import base64
import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from pki.issuing import Key, leaf
from pki.key_files import another, chain, openssl, private_pem
from tlsward.pki.library import reading

OF_NOTHING = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def pin_of(octets):
    return base64.b64encode(hashlib.sha256(octets).digest()).decode()


def of_openssl(*reading, data=b""):
    """Return the pin by the book's way: the public key through `openssl pkey` and a digest."""
    public = openssl(*reading, data=data)
    return pin_of(openssl("pkey", "-pubin", "-outform", "der", data=public))


def pins(*keys):
    return "".join(f"{pin_of(key.spki)}\n" for key in keys)


@pytest.mark.parametrize(
    ("name", "pin"),
    [
        ("ISRG Root X1", "C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8M="),
        ("ISRG Root X2", "diGVwiVYbubAI3RW4hB9xU8e/CH2GnkuvVFZE8zmgzI="),
        ("Amazon Root CA 1", "++MBgDH5WGvL9Bcn5Be30cRcL0f5O+NyoXuWtQdX1aI="),
    ],
)
def test_published_pins(call, tmp_path, name, pin):
    with reading():
        roots = x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes())
    (root,) = [each for each in roots if f"CN={name}" in each.subject.rfc4514_string().split(",")]
    (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    assert call("cert", "pin", "root.pem").out == f"{pin}\n"


@pytest.mark.parametrize(
    "name",
    [
        *("leaf.pem", "leaf.der", "key.pkcs8.pem", "key.pkcs1.pem", "key.pkcs8.der"),
        *("request.pem", "request.der", "public.pem", "public.der", "public.pkcs1.pem"),
    ],
)
def test_one_key_in_every_form(call, made, name):
    done = call("cert", "pin", name)
    assert (done.code, done.out, done.err) == (0, pins(made.leaf.key), "")


def test_a_chain_in_the_order_of_the_file(call, made):
    leaf, intermediate, root = made.leaf.key, made.intermediate.key, made.root.key
    assert call("cert", "pin", "chain.pem").out == pins(leaf, intermediate, root)
    assert call("cert", "pin", "reversed.pem").out == pins(root, intermediate, leaf)
    assert call("cert", "pin", "combined.pem").out == pins(leaf, leaf, intermediate)
    assert call("cert", "pin", "--index", "2", "chain.pem").out == pins(intermediate)
    assert call("cert", "pin", "--leaf", "reversed.pem").out == pins(leaf)
    assert call("cert", "pin", "--leaf", "two-and-key.pem").out == pins(another().key)


@pytest.mark.parametrize(
    "key",
    [
        Key(ec.generate_private_key(ec.SECP384R1())),
        Key(ec.generate_private_key(ec.SECP521R1())),
        Key(ed25519.Ed25519PrivateKey.generate()),
        Key(ed448.Ed448PrivateKey.generate()),
    ],
    ids=["P-384", "P-521", "Ed25519", "Ed448"],
)
def test_keys_of_other_kinds_as_openssl(call, tmp_path, key):
    (tmp_path / "key.pem").write_bytes(private_pem(key))
    (tmp_path / "leaf.pem").write_bytes(leaf(None, key=key).pem)
    wanted = of_openssl("x509", "-in", tmp_path / "leaf.pem", "-pubkey", "-noout")
    assert of_openssl("pkey", "-in", tmp_path / "key.pem", "-pubout") == wanted
    for name in ("key.pem", "leaf.pem"):
        assert call("cert", "pin", name).out == f"{wanted}\n"


def test_a_curve_written_out(call, tmp_path):
    """The pin is of the octets, whatever form of the curve they are in."""
    key, certificate, request = (tmp_path / name for name in ("key", "leaf.pem", "request.pem"))
    written_out = ("-name", "prime256v1", "-param_enc", "explicit")
    key.write_bytes(openssl("ecparam", "-genkey", "-noout", *written_out))
    certificate.write_bytes(openssl("req", "-x509", "-new", "-key", key, "-subj", "/CN=a"))
    request.write_bytes(openssl("req", "-new", "-key", key, "-subj", "/CN=a"))
    wanted = of_openssl("x509", "-in", certificate, "-pubkey", "-noout")
    assert call("cert", "pin", "leaf.pem").out == f"{wanted}\n"
    assert call("cert", "pin", "request.pem").out == f"{wanted}\n"
    (tmp_path / "public.pem").write_bytes(openssl("pkey", "-in", key, "-pubout"))
    assert call("cert", "pin", "public.pem").out == f"{wanted}\n"
    done = call("cert", "pin", "./key")
    assert (done.code, done.out) == (3, "")
    assert "take the pin of the certificate" in done.err
    told = json.loads(call("cert", "pin", "./key", "-f", "json").out)["pins"][0]
    assert told["pin_sha256"] is None
    assert "rare form" in told["reason"]


def test_an_rsa_key_for_pss_alone(call, tmp_path):
    key, certificate = tmp_path / "key", tmp_path / "leaf.pem"
    key.write_bytes(openssl("genpkey", "-algorithm", "rsa-pss"))
    certificate.write_bytes(openssl("req", "-x509", "-new", "-key", key, "-subj", "/CN=a"))
    wanted = of_openssl("x509", "-in", certificate, "-pubkey", "-noout")
    assert call("cert", "pin", "leaf.pem").out == f"{wanted}\n"
    assert call("cert", "pin", "./key").code == 3


def test_json(call, made):
    document = json.loads(call("cert", "pin", "combined.pem", "-f", "json").out)
    assert document["schema"] == "tlsward.cert.pin/1"
    assert document["source"] == "combined.pem"
    kinds = [(pin["kind"], pin["subject"]) for pin in document["pins"]]
    assert kinds == [
        ("private key", None),
        ("certificate", "CN=a leaf"),
        ("certificate", "CN=the intermediate"),
    ]
    assert document["pins"][0]["pin_sha256"] == pin_of(made.leaf.key.spki)
    assert document["pins"][0]["key"] == {"algorithm": "rsa", "size": 2048, "curve": None}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["empty.pem"], "empty.pem: the file is empty"),
        (["missing.pem"], "missing.pem: cannot be read: No such file"),
        (["--index", "9", "chain.pem"], "--index 9: there are 3"),
        (["--index", "0", "chain.pem"], "0 is not in the range"),
        (["--index", "1", "--leaf", "chain.pem"], "exclude each other"),
        (["--leaf", "two.pem"], "2 certificates that could be the end entity"),
        (["--leaf", "key.pkcs8.pem"], "no certificate in it, only a private key"),
        (["secret.p12"], "secret.p12: it is encrypted: give the password"),
        (["a b"], "no file of that name, and no host"),
        ([], "Missing argument"),
    ],
)
def test_wrong_calls_are_one_line(call, made, tmp_path, arguments, words):
    (tmp_path / "empty.pem").write_bytes(b"")
    done = call("cert", "pin", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert done.err.count("\n") == 1


def test_the_pin_of_nothing_is_never_given(call, monkeypatch):
    """A pipe whose first command failed is empty, and its digest looks like any other pin."""
    assert pin_of(b"") == OF_NOTHING
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    done = call("cert", "pin", "-")
    assert (done.code, done.out) == (2, "")
    assert "standard input: the file is empty" in done.err


def test_standard_input(call, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(chain().pem)))
    assert call("cert", "pin", "-").out.count("\n") == 3


def test_help_loads_no_cryptography():
    script = (
        "import sys; from tlsward.cli.root import run; run(['cert', 'pin', '--help']);"
        "sys.exit(any(name in sys.modules for name in ('cryptography', 'asyncio', 'tlsward.scan')))"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)


def test_a_host_that_is_not_there(call):
    done = call("cert", "pin", "localhost:1", "--timeout", "2")
    assert (done.code, done.out) == (3, "")
    assert "connection refused" in done.err
    document = json.loads(call("cert", "pin", "localhost:1", "-f", "json").out)
    assert document["pins"] == []
    assert "connection refused" in document["reason"]
