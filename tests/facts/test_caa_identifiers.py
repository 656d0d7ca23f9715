"""The names of authorities in CAA records."""

import re
from pathlib import Path

import pytest

from tlsward.facts.caa_identifiers import all_caa_identifiers, caa_identifiers

LABELS = re.compile(r"[a-z0-9]+(-+[a-z0-9]+)*(\.[a-z0-9]+(-+[a-z0-9]+)*)+")


def test_there_are_many():
    assert len(all_caa_identifiers()) >= 50


def test_every_domain_is_one_that_a_value_can_have():
    for authority in all_caa_identifiers():
        assert authority.domains
        assert len(set(authority.domains)) == len(authority.domains)
        for domain in authority.domains:
            assert LABELS.fullmatch(domain), domain


def test_no_organisation_is_two_authorities():
    found = {}
    for authority in all_caa_identifiers():
        for organisation in authority.organisations:
            known = caa_identifiers(organisation)
            assert known is authority, organisation
            found.setdefault(authority.authority, known)
    assert len(found) == len(all_caa_identifiers())


@pytest.mark.parametrize(
    ("organisation", "domain"),
    [
        ("Let's Encrypt", "letsencrypt.org"),
        ("Google Trust Services", "pki.goog"),
        ("Amazon", "amazontrust.com"),
        ("DigiCert, Inc.", "digicert.com"),
        ("digicert inc", "digicert.com"),
        ("Sectigo Limited", "sectigo.com"),
        ("ZeroSSL", "sectigo.com"),
        ("GlobalSign nv-sa", "globalsign.com"),
        ("SSL Corporation", "ssl.com"),
        ("Actalis S.p.A./03358520967", "actalis.it"),
    ],
)
def test_by_organisation(organisation, domain):
    assert domain in caa_identifiers(organisation).domains


def test_who_is_not_known():
    assert caa_identifiers("Example Private Authority") is None
    assert caa_identifiers("") is None


def test_most_public_roots_are_known():
    """Those without an entry are few, and get the verdict unknown."""
    import certifi
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    from tlsward.pki.library import reading

    with reading():
        roots = x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes())
        organisations = [
            attribute.value
            for root in roots
            for attribute in root.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        ]
    known = [name for name in organisations if caa_identifiers(name) is not None]
    assert len(known) > 0.95 * len(organisations)
