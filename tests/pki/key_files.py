"""One chain and its keys in every form that files of them come in, made by OpenSSL and others."""

import base64
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from pki.issuing import Issued, intermediate, leaf, p256, root, rsa_key

PASSWORD = b"secret"


class Chain:
    """A root, an intermediate and a leaf with an RSA key; `octets` are their DER in order."""

    def __init__(self) -> None:
        self.root = root("the root", identified=True)
        self.intermediate = intermediate(self.root, "the intermediate")
        self.leaf = leaf(self.intermediate, key=rsa_key(2048, 7))
        self.octets = (self.leaf.der, self.intermediate.der, self.root.der)

    @property
    def pem(self) -> bytes:
        return self.leaf.pem + self.intermediate.pem + self.root.pem


@cache
def chain() -> Chain:
    return Chain()


@cache
def another() -> Issued:
    return leaf(chain().intermediate, names=("another.example",), key=p256())


def private_pem(key, form="PKCS8") -> bytes:
    return key.private.private_bytes(
        serialization.Encoding.PEM,
        getattr(serialization.PrivateFormat, form),
        serialization.NoEncryption(),
    )


def der_of(pem: bytes) -> bytes:
    """Return what the first block of a PEM text holds."""
    body = pem.split(b"-----")[2]
    return base64.b64decode(body)


def openssl(*arguments: str | Path, data: bytes = b"") -> bytes:
    command = ["openssl", *map(str, arguments)]
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


@cache
def files() -> dict[str, bytes]:
    """Return files by name; the password of those that have one is PASSWORD."""
    made = chain()
    key = private_pem(made.leaf.key)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "key").write_bytes(key)
        (place / "leaf").write_bytes(made.leaf.pem)
        (place / "all").write_bytes(made.pem)
        (place / "more").write_bytes(made.intermediate.pem + made.root.pem)
        to_pkcs12 = ("pkcs12", "-export", "-in", place / "leaf", "-inkey", place / "key")
        to_pkcs12 += ("-certfile", place / "more", "-name", "a leaf")
        secret = ("-passout", "pass:secret")
        to_pkcs8 = ("pkcs8", "-topk8", "-in", place / "key")
        to_pkcs7 = ("crl2pkcs7", "-nocrl", "-certfile", place / "all")
        return {
            "leaf.pem": made.leaf.pem,
            "leaf.der": made.leaf.der,
            "chain.pem": made.pem,
            "text.pem": openssl("x509", "-in", place / "leaf", "-text"),
            "trusted.pem": openssl(
                *("x509", "-in", place / "leaf", "-trustout", "-addtrust", "serverAuth")
            ),
            "chain.p7b": openssl(*to_pkcs7, "-outform", "der"),
            "chain.p7b.pem": openssl(*to_pkcs7),
            "key.pkcs8.pem": key,
            "key.pkcs1.pem": private_pem(made.leaf.key, "TraditionalOpenSSL"),
            "key.pkcs8.der": der_of(key),
            "key.pkcs1.der": der_of(private_pem(made.leaf.key, "TraditionalOpenSSL")),
            "key.sec1.pem": private_pem(another().key, "TraditionalOpenSSL"),
            "request.pem": openssl("req", "-new", "-key", place / "key", "-subj", "/CN=asked"),
            "request.der": openssl(
                *("req", "-new", "-key", place / "key", "-subj", "/CN=asked", "-outform", "der")
            ),
            "public.pem": openssl("pkey", "-in", place / "key", "-pubout"),
            "public.der": openssl("pkey", "-in", place / "key", "-pubout", "-outform", "der"),
            "public.pkcs1.pem": openssl("rsa", "-in", place / "key", "-RSAPublicKey_out"),
            "secret.pkcs8.pem": openssl(*to_pkcs8, *secret),
            "secret.scrypt.pem": openssl(*to_pkcs8, *secret, "-scrypt"),
            "secret.pkcs8.der": openssl(*to_pkcs8, *secret, "-outform", "der"),
            "secret.pkcs1.pem": openssl(
                *("rsa", "-in", place / "key", "-traditional", "-aes128", *secret)
            ),
            "secret.p12": openssl(*to_pkcs12, *secret),
            "secret.nomac.p12": openssl(*to_pkcs12, *secret, "-nomac"),
            "empty.p12": openssl(*to_pkcs12, "-passout", "pass:"),
            "open.p12": openssl(
                *(*to_pkcs12, "-passout", "pass:", "-keypbe", "NONE", "-certpbe", "NONE"),
            ),
        }


@cache
def slow_files() -> dict[str, bytes]:
    """Return files whose passwords take minutes or gigabytes, as far as they say."""
    with tempfile.TemporaryDirectory() as name:
        key = Path(name) / "key"
        key.write_bytes(private_pem(another().key))
        encrypted = openssl(
            *("pkcs8", "-topk8", "-in", key, "-outform", "der", "-scrypt"),
            *("-scrypt_N", "2048", "-scrypt_r", "8", "-scrypt_p", "1", "-passout", "pass:secret"),
        )
        rounds = openssl(
            *("pkcs8", "-topk8", "-in", key, "-outform", "der", "-iter", "70000"),
            *("-passout", "pass:secret"),
        )
        # The numbers are exchanged for others of the same length.
        return {
            "rounds.der": _exchanged(rounds, b"\x02\x03\x01\x11\x70", b"\x02\x03\x7f\xff\xff"),
            "scrypt.der": _exchanged(encrypted, b"\x02\x02\x08\x00", b"\x02\x02\x40\x00")
            .replace(b"\x02\x01\x08\x02\x01\x01", b"\x02\x01\x7f\x02\x01\x7f"),
        }  # fmt: skip


def _exchanged(octets: bytes, old: bytes, new: bytes) -> bytes:
    assert octets.count(old) == 1
    return octets.replace(old, new)
