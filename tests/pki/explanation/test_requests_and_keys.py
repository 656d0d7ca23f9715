"""Requests and keys of a file explained."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pki.explanation.samples import HOSTILE
from tlsward.pki.explanation.keys import explain_key
from tlsward.pki.explanation.request import explain_request
from tlsward.pki.pins import spki_pin

KEY = ec.generate_private_key(ec.SECP256R1())


def request(text: str = "site.example", **more) -> x509.CertificateSigningRequest:
    builder = x509.CertificateSigningRequestBuilder(
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
    )
    for extension in more.get("extensions", ()):
        builder = builder.add_extension(extension, critical=False)
    if "password" in more:
        builder = builder.add_attribute(
            x509.oid.AttributeOID.CHALLENGE_PASSWORD, more["password"].encode()
        )
    return builder.sign(KEY, SHA256())


def test_a_request():
    names = x509.SubjectAlternativeName([x509.DNSName("site.example")])
    found = explain_request(request(extensions=[names], password="secret"))
    assert found.subject == "CN=site.example"
    assert found.key["curve"] == "prime256v1"
    assert found.signature_valid is True
    assert found.error is None
    public = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert found.pin == spki_pin(public)
    [extension] = found.extensions
    assert extension.value["names"] == [{"kind": "dns", "value": "site.example"}]
    values = {field.name: field.value for field in found.fields}
    assert values["Challenge password"] == "secret"
    assert values["Signature is valid"] == "yes"


def test_a_request_that_was_changed():
    octets = request().public_bytes(Encoding.DER).replace(b"site.example", b"evil.example")
    found = explain_request(x509.load_der_x509_csr(octets))
    assert found.signature_valid is False
    [field] = [field for field in found.fields if field.name == "Signature is valid"]
    assert field.wrong


def test_a_hostile_request():
    found = explain_request(request(HOSTILE[:50], password=HOSTILE))
    assert all(field.value.isprintable() for field in found.fields)


@pytest.mark.parametrize(
    ("key", "algorithm", "size", "strength"),
    [
        (rsa.generate_private_key(65537, 2048), "rsa", 2048, 112),
        (rsa.generate_private_key(3, 1024), "rsa", 1024, 80),
        (KEY, "ecdsa", 256, 128),
        (dsa.generate_private_key(1024), "dsa", 1024, 80),
        (ed25519.Ed25519PrivateKey.generate(), "ed25519", 256, 128),
        (ed448.Ed448PrivateKey.generate(), "ed448", 456, 224),
        (x25519.X25519PrivateKey.generate(), "X25519", None, None),
    ],
)
def test_keys(key, algorithm, size, strength):
    found = explain_key(key.public_key(), private=True)
    assert found.plain["algorithm"] == algorithm
    assert found.plain["size"] == size
    assert found.plain["strength_bits"] == strength
    assert found.fields[0].name == "Private key"
    assert "not shown" in found.fields[0].meaning


def test_the_secret_half_is_not_shown():
    numbers = KEY.private_numbers()
    assert f"{numbers.private_value:x}" not in str(explain_key(KEY.public_key(), private=True))
