"""The throw-away authority's certificates, as the verifier of `cryptography` sees them."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from tlsward.sandbox.authority import OCSP_RESPONDER, throw_away_credentials

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)


def certificates(credentials):
    return x509.load_pem_x509_certificates(credentials.chain)


def verify(credentials, subject, when=NOW):
    leaf, *intermediates = certificates(credentials)
    store = Store([x509.load_pem_x509_certificate(credentials.root)])
    verifier = PolicyBuilder().store(store).time(when).build_server_verifier(subject)
    return verifier.verify(leaf, intermediates)


@pytest.mark.parametrize(
    "subject",
    [
        x509.DNSName("localhost"),
        x509.IPAddress(ip_address("127.0.0.1")),
        x509.IPAddress(ip_address("::1")),
    ],
)
def test_chain_verifies_for_each_local_name(subject):
    chain = verify(throw_away_credentials(NOW), subject)
    assert [c.subject.rfc4514_string() for c in chain] == [
        "CN=localhost",
        "CN=tlsward sandbox intermediate",
        "CN=tlsward sandbox root",
    ]


def test_other_names_do_not_verify():
    with pytest.raises(VerificationError):
        verify(throw_away_credentials(NOW), x509.DNSName("example.com"))


def test_names_can_be_chosen():
    credentials = throw_away_credentials(NOW, names=["shop.example"])
    assert verify(credentials, x509.DNSName("shop.example"))


def test_leaf_is_a_p256_key_signed_with_sha256():
    leaf = certificates(throw_away_credentials(NOW))[0]
    key = leaf.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    assert leaf.signature_algorithm_oid == x509.oid.SignatureAlgorithmOID.ECDSA_WITH_SHA256


def test_leaf_lives_for_the_days_asked_with_both_ends_counted():
    leaf = certificates(throw_away_credentials(NOW, days=90))[0]
    lifetime = leaf.not_valid_after_utc - leaf.not_valid_before_utc + timedelta(seconds=1)
    assert lifetime == timedelta(days=90)
    assert leaf.not_valid_before_utc < NOW < leaf.not_valid_after_utc


def test_leaf_names_a_responder_unless_told_not_to():
    aia = certificates(throw_away_credentials(NOW))[0].extensions.get_extension_for_class(
        x509.AuthorityInformationAccess
    )
    assert [d.access_location.value for d in aia.value] == [OCSP_RESPONDER]
    bare = certificates(throw_away_credentials(NOW, ocsp_responder=None))[0]
    with pytest.raises(x509.ExtensionNotFound):
        bare.extensions.get_extension_for_class(x509.AuthorityInformationAccess)


def test_every_authority_is_its_own():
    one, other = throw_away_credentials(NOW), throw_away_credentials(NOW)
    assert one.root != other.root
    assert one.key != other.key


def test_an_expired_leaf_can_be_made():
    credentials = throw_away_credentials(NOW - timedelta(days=200), days=30)
    with pytest.raises(VerificationError):
        verify(credentials, x509.DNSName("localhost"))


def test_a_leaf_may_have_an_rsa_key():
    credentials = throw_away_credentials(NOW, key_kind="rsa")
    leaf = certificates(credentials)[0]
    assert leaf.public_key().key_size == 2048
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.key_encipherment
    assert usage.digital_signature
    assert verify(credentials, x509.DNSName("localhost"))
