"""A throw-away certificate authority: root, intermediate and one leaf, all in memory.

Nothing of it outlives the process. The private keys of root and intermediate are
dropped as soon as the leaf is signed, so the authority can never be used again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    LeafKey = EllipticCurvePrivateKey | RSAPrivateKey

KeyKind = Literal["ecdsa", "rsa"]
#: The names a local endpoint is reached by.
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
#: Named in the leaf, never asked: `.invalid` resolves nowhere (RFC 6761 section 6.4).
OCSP_RESPONDER = "http://ocsp.sandbox.invalid/"
#: Guideline 6.0 allows 90 days to a modern certificate, with both ends counted.
LEAF_DAYS = 60
#: Clocks differ: a certificate is valid from a little before it was made.
BACKDATED = timedelta(hours=1)


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What a server needs to prove its name, and what a client needs to believe it.

    All three are PEM: `key` the leaf's private key, `chain` the leaf and the
    intermediate, `root` the certificate to be given to the client.
    """

    key: bytes
    chain: bytes
    root: bytes


def throw_away_credentials(
    now: datetime,
    *,
    names: Sequence[str] = LOCAL_NAMES,
    days: int = LEAF_DAYS,
    ocsp_responder: str | None = OCSP_RESPONDER,
    key_kind: KeyKind = "ecdsa",
) -> Credentials:
    """Return a leaf for `names`, good for `days` from `now`, and the chain above it.

    Its key is on P-256 or, where `key_kind` is rsa, has 2048 bits. Certificates follow
    RFC 5280, signed with ecdsa-with-SHA256. `now` is an aware datetime. Raises ValueError
    for a name that is neither an address nor a host name.
    """
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    root_key, intermediate_key = (ec.generate_private_key(ec.SECP256R1()) for _ in "12")
    leaf_key: LeafKey
    if key_kind == "rsa":
        leaf_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    else:
        leaf_key = ec.generate_private_key(ec.SECP256R1())
    root = _authority_certificate(now, "tlsward sandbox root", root_key, None, root_key)
    intermediate = _authority_certificate(
        now, "tlsward sandbox intermediate", intermediate_key, root, root_key
    )
    leaf = _leaf_certificate(
        now, names, timedelta(days=days), ocsp_responder, leaf_key, intermediate, intermediate_key
    )
    return Credentials(
        key=leaf_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        chain=leaf.public_bytes(Encoding.PEM) + intermediate.public_bytes(Encoding.PEM),
        root=root.public_bytes(Encoding.PEM),
    )


def _authority_certificate(
    now: datetime,
    name: str,
    key: "EllipticCurvePrivateKey",
    issuer: "x509.Certificate | None",
    issuer_key: "EllipticCurvePrivateKey",
) -> "x509.Certificate":
    from cryptography import x509

    builder = _builder(now, name, timedelta(days=365), key, issuer, issuer_key)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=None if issuer is None else 0), critical=True
    ).add_extension(_key_usage(certificates=True), critical=True)
    return _signed(builder, issuer_key)


def _leaf_certificate(
    now: datetime,
    names: Sequence[str],
    lifetime: timedelta,
    ocsp_responder: str | None,
    key: "LeafKey",
    issuer: "x509.Certificate",
    issuer_key: "EllipticCurvePrivateKey",
) -> "x509.Certificate":
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa

    builder = (
        _builder(now, names[0], lifetime, key, issuer, issuer_key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            _key_usage(certificates=False, encipherment=isinstance(key, rsa.RSAPrivateKey)),
            critical=True,
        )
        .add_extension(
            x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .add_extension(
            x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False
        )
    )
    if ocsp_responder is not None:
        builder = builder.add_extension(
            x509.AuthorityInformationAccess(
                [
                    x509.AccessDescription(
                        x509.oid.AuthorityInformationAccessOID.OCSP,
                        x509.UniformResourceIdentifier(ocsp_responder),
                    )
                ]
            ),
            critical=False,
        )
    return _signed(builder, issuer_key)


def _builder(
    now: datetime,
    name: str,
    lifetime: timedelta,
    key: "LeafKey",
    issuer: "x509.Certificate | None",
    issuer_key: "EllipticCurvePrivateKey",
) -> "x509.CertificateBuilder":
    from cryptography import x509

    subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name)])
    starts = now.replace(microsecond=0) - BACKDATED
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        # RFC 5280 section 4.1.2.5: both ends belong to the validity period.
        .not_valid_after(starts + lifetime - timedelta(seconds=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )


def _signed(
    builder: "x509.CertificateBuilder", issuer_key: "EllipticCurvePrivateKey"
) -> "x509.Certificate":
    from cryptography.hazmat.primitives.hashes import SHA256

    return builder.sign(issuer_key, SHA256())


def _key_usage(*, certificates: bool, encipherment: bool = False) -> "x509.KeyUsage":
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=encipherment,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> "x509.GeneralName":
    from cryptography import x509

    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
