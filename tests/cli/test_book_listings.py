"""The book's listings of certificate work, each with the command that does it now.

Listing 5.2 (a connection's chain) is `tlsward cert chain`, see test_cert_chain.py.
"""

import base64
import hashlib
import subprocess

import certifi
import pytest

from pki.key_files import chain, openssl


def test_listing_5_7_split_for_upload(call, made, tmp_path):
    """The file of the authority becomes two: the end entity's, and the chain's for AWS."""
    (tmp_path / "example.com.pem").write_bytes(made.leaf.pem + made.intermediate.pem)
    assert call("cert", "split", "example.com.pem").code == 0
    # By hand: the first block is the end entity, what follows is the chain.
    by_hand = 'awk \'/BEGIN/ {n++} {print > (n == 1 ? "hand.ee.pem" : "hand.chain.pem")}\''
    subprocess.run(f"{by_hand} example.com.pem", shell=True, cwd=tmp_path, check=True)
    for part in ("ee", "chain"):
        written = (tmp_path / f"example.com.{part}.pem").read_bytes()
        assert written == (tmp_path / f"hand.{part}.pem").read_bytes()
    key = tmp_path / "key.pkcs8.pem"
    assert call("cert", "match", key, "example.com.ee.pem").code == 0
    of_certificate = openssl("x509", "-in", tmp_path / "example.com.ee.pem", "-noout", "-modulus")
    assert of_certificate == openssl("rsa", "-in", key, "-noout", "-modulus")


def test_listing_5_20_pin_of_an_intermediate(call, made, tmp_path):
    """The pin of a chain's second certificate, by the pipe of `openssl` commands and by ours."""
    (tmp_path / "intermediate.pem").write_bytes(made.intermediate.pem)
    pipe = (
        "openssl x509 -in intermediate.pem -noout -pubkey | openssl pkey -pubin -outform der"
        " | openssl dgst -sha256 -binary | openssl enc -base64"
    )
    done = subprocess.run(pipe, shell=True, cwd=tmp_path, capture_output=True, check=True)
    assert call("cert", "pin", "--index", "2", "fullchain.pem").out.encode() == done.stdout


@pytest.mark.parametrize(
    ("subject", "pin"),
    [
        (b"ISRG Root X1", "C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8M="),
        (b"Amazon Root CA 1", "++MBgDH5WGvL9Bcn5Be30cRcL0f5O+NyoXuWtQdX1aI="),
    ],
)
def test_listing_5_20_with_the_authorities_own_keys(call, tmp_path, subject, pin):
    """Both authorities publish these; the file has all roots, and each its place in it."""
    document = call("cert", "pin", certifi.where(), "-f", "json").out
    (index,) = [
        number
        for number, each in enumerate(_pins(document), 1)
        if f"CN={subject.decode()}," in f"{each['subject']},"
    ]
    assert call("cert", "pin", "--index", index, certifi.where()).out == f"{pin}\n"


def _pins(document):
    import json

    return json.loads(document)["pins"]


def test_listing_5_20_never_pins_nothing(call, tmp_path):
    """When the first command of the pipe fails, the digest is that of no octets at all."""
    pin_of_nothing = base64.b64encode(hashlib.sha256(b"").digest()).decode()
    (tmp_path / "empty.pem").touch()
    done = call("cert", "pin", "empty.pem")
    assert done.code == 2
    assert pin_of_nothing not in done.out
    assert chain().leaf.pem  # a file that has something in it is another matter
