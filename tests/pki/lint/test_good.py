"""What is right raises nothing: profiles of a public authority, and all of certifi's roots."""

import re
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
import pytest

from pki import issuing
from pki.issuing import NOW as PRIVATE_NOW
from pki.issuing import address, dns, extended_key_usage, rsa_key
from pki.lint.profiles import (
    SERVER_AUTH,
    basic_constraints,
    classic,
    critical,
    errors,
    ids,
    intermediate,
    key_usage,
    leaf,
    read,
    sans,
    short_lived,
)
from tlsward.pki.lint import lint


def test_a_leaf_of_the_tlsserver_profile_is_faultless():
    assert ids(leaf()) == set()


def test_a_leaf_of_the_shortlived_profile_is_faultless_with_an_address_and_no_crl():
    names = critical(sans("example.net", address(bytes([8, 8, 8, 8]))))
    assert ids(short_lived(names=names, crl=None)) == set()


def test_a_leaf_of_the_classic_profile_has_what_is_only_not_recommended():
    assert ids(classic()) == {"cn.discouraged", "key-identifier.subject"}
    usage = key_usage(0xA0)
    assert ids(classic(key=rsa_key(2048), key_usage=usage)) == {
        "cn.discouraged",
        "key-identifier.subject",
    }


def test_an_intermediate_is_faultless():
    assert ids(intermediate()) == set()


def test_a_leaf_of_2027_still_is_a_notice_with_client_auth_alone():
    usage = extended_key_usage(SERVER_AUTH)
    assert errors(leaf(issued=datetime(2027, 3, 15, tzinfo=UTC), extended_key_usage=usage)) == set()


@pytest.mark.parametrize("public", [True, False])
def test_the_roots_of_certifi_have_no_error(public):
    text = Path(certifi.where()).read_text(encoding="utf-8")
    roots = re.findall("-----BEGIN CERT.*?-----END CERTIFICATE-----", text, re.DOTALL)
    assert len(roots) > 100
    for root in roots:
        certificate = read(ssl.PEM_cert_to_DER_cert(root))
        found = lint(certificate, issuer=certificate, public=public, now=datetime.now(UTC))
        assert [each.id for each in found if each.severity == "error"] == [], certificate.subject


def test_a_private_authority_is_not_held_to_what_public_ones_are():
    authority = issuing.root(identified=True)
    made = issuing.leaf(authority, names=("intranet", "db_1.internal"), serial=7, identified=True)
    assert ids(made, public=False, issuer=read(authority), now=PRIVATE_NOW) == {
        "serial.predictable"
    }
    assert {"eku.missing", "name.internal", "name.underscore"} <= ids(made, now=PRIVATE_NOW)


def test_one_that_certifies_itself_and_names_hosts_is_a_servers_own():
    made = issuing.root(
        extensions=(basic_constraints(ca=True), sans("host.example")), serial=1 << 100
    )
    assert ids(made, public=False, now=PRIVATE_NOW) == {"basic-constraints.private-leaf-authority"}


def test_findings_are_of_the_certificate_and_the_worst_comes_first():
    made = read(classic(lives=timedelta(days=300), key_usage=None))
    found = lint(made, issuer=None, public=True, now=PRIVATE_NOW)
    assert {each.certificate for each in found} == {made.sha256.hex()}
    severities = [each.severity for each in found]
    assert severities == sorted(severities, key=["error", "warning", "notice"].index)
    assert (found[0].id, found[0].evidence) == (
        "lint.lifetime",
        "300 days and 1 s, and 200 days at most",
    )
    assert all(each.text and each.reference for each in found)


def test_what_was_found_is_safe_to_show_and_short():
    made = leaf(names=sans(*(f"a{n}_\x1b[31m.example.net" for n in range(10_000))))
    (found,) = [
        each
        for each in lint(read(made), issuer=None, public=True, now=PRIVATE_NOW)
        if each.id == "lint.name.underscore"
    ]
    assert "\x1b" not in found.evidence
    assert found.evidence.endswith("9995 more")


def test_names_are_read_once_however_many_there_are():
    made = leaf(names=sans(*(dns(f"h{n}.example.net") for n in range(10_000))))
    assert ids(made) <= {"san.critical"}
