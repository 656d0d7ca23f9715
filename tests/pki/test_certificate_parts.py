"""What is cut out of a certificate is what the library has of it, where that has it."""

import pytest

from pki.issuing import leaf, root
from pki.verdict_set import all_cases
from tlsward.pki.declared import certificate_parts, key_in_certificate
from tlsward.pki.library import UnreadableError, quietly
from tlsward.pki.root_programs import root_programs
from tlsward.pki.x509 import X509Certificate, read_certificate


def compare(certificate: X509Certificate) -> bool:
    """Compare with the library; return whether there was anything to compare."""
    assert certificate.signature.signed == certificate.loaded.tbs_certificate_bytes
    assert certificate.encoded_key == key_in_certificate(certificate.loaded)
    if "issuer" not in certificate.unread:
        assert certificate.issuer == certificate.loaded.issuer
    return certificate.parts is not None


@quietly()
def test_every_public_root():
    roots = [each for those in root_programs().by_subject.values() for each in those]
    compared = [compare(read_certificate(each.der)) for each in roots]
    # Some are of version 1, which is read by the library alone.
    assert sum(compared) > 0.9 * len(roots) > 200


@quietly()
def test_every_certificate_of_the_set():
    compared = 0
    for octets in {each.der for case in all_cases() for each in (*case.chain, *case.roots)}:
        try:
            certificate = read_certificate(octets)
        except UnreadableError:
            continue
        compared += compare(certificate)
    assert compared > 200


@pytest.mark.parametrize("octets", [b"", b"\x30\0", b"\x30\x80", root().der + b"\0", b"\x05\0"])
def test_what_is_no_certificate_has_no_parts(octets):
    assert certificate_parts(octets) is None


def test_the_same_name_is_read_once():
    authority = root()
    one, other = (read_certificate(leaf(authority).der) for _ in range(2))
    assert one.issuer is other.issuer
