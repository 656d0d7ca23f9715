"""Rules on how a leaf's key may be used (keyUsage), and that it is no authority's."""

from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tlsward.pki.lint.linted import Check, Linted

#: Baseline Requirements section 7.1.2.7.11 for each kind of key: what may be, and what of
#: that is not recommended.
_RSA = (frozenset({"digitalSignature", "keyEncipherment", "dataEncipherment"}), "dataEncipherment")
_ECDSA = (frozenset({"digitalSignature", "keyAgreement"}), "keyAgreement")
_AUTHORITYS = frozenset({"keyCertSign", "cRLSign"})


def usages_of(linted: Linted) -> frozenset[str] | None:
    """Return the names of the uses (RFC 5280 section 4.2.1.3), None without the extension."""
    found = linted.value(x509.KeyUsage)
    if found is None:
        return None
    said = {
        "digitalSignature": found.digital_signature,
        "contentCommitment": found.content_commitment,
        "keyEncipherment": found.key_encipherment,
        "dataEncipherment": found.data_encipherment,
        "keyAgreement": found.key_agreement,
        "keyCertSign": found.key_cert_sign,
        "cRLSign": found.crl_sign,
    }
    if found.key_agreement:
        said |= {"encipherOnly": found.encipher_only, "decipherOnly": found.decipher_only}
    return frozenset(name for name, there in said.items() if there)


def _missing(linted: Linted) -> Iterator[str]:
    if usages_of(linted) is None:
        yield ""


def _cert_sign(linted: Linted) -> Iterator[str]:
    if not linted.certificate.is_authority:
        yield from sorted((usages_of(linted) or frozenset()) & _AUTHORITYS)


def _no_signature(linted: Linted) -> Iterator[str]:
    usages = usages_of(linted)
    rsa_key = isinstance(linted.certificate.key.loaded, rsa.RSAPublicKey)
    useless = usages is not None and "digitalSignature" not in usages
    if useless and not (rsa_key and "keyEncipherment" in (usages or ())):
        yield ", ".join(sorted(usages or ())) or "no use at all"


def _rsa_no_signature(linted: Linted) -> Iterator[str]:
    usages = usages_of(linted)
    rsa_key = isinstance(linted.certificate.key.loaded, rsa.RSAPublicKey)
    if rsa_key and usages and "keyEncipherment" in usages and "digitalSignature" not in usages:
        yield ", ".join(sorted(usages))


def _forbidden(linted: Linted) -> Iterator[str]:
    allowed = _allowed(linted)
    if allowed is not None:
        yield from sorted((usages_of(linted) or frozenset()) - allowed[0] - _AUTHORITYS)


def _discouraged(linted: Linted) -> Iterator[str]:
    allowed = _allowed(linted)
    if allowed is not None and allowed[1] in (usages_of(linted) or ()):
        yield allowed[1]


def _allowed(linted: Linted) -> tuple[frozenset[str], str] | None:
    key = linted.certificate.key.loaded
    if isinstance(key, rsa.RSAPublicKey):
        return _RSA
    return _ECDSA if isinstance(key, ec.EllipticCurvePublicKey) else None


def _leaf_authority(linted: Linted) -> Iterator[str]:
    if linted.certificate.is_authority:
        yield ""


def _constraints_critical(linted: Linted) -> Iterator[str]:
    found = linted.extension(x509.BasicConstraints)
    if found is not None and not found.critical:
        yield ""


CHECKS: dict[str, Check] = {
    "lint.key-usage.missing": _missing,
    "lint.key-usage.cert-sign": _cert_sign,
    "lint.key-usage.no-signature": _no_signature,
    "lint.key-usage.rsa-no-signature": _rsa_no_signature,
    "lint.key-usage.forbidden": _forbidden,
    "lint.key-usage.discouraged": _discouraged,
    "lint.basic-constraints.leaf-authority": _leaf_authority,
    "lint.basic-constraints.private-leaf-authority": _leaf_authority,
    "lint.basic-constraints.critical": _constraints_critical,
}
