"""pkilint on the same certificates: where both have a rule, both say so."""

import subprocess
import sys

import pytest

from pki.lint.profiles import classic, intermediate, leaf, read, sans, short_lived
from pki.lint.test_rules import BROKEN
from tlsward.errors import UsageError
from tlsward.pki.lint import deep
from tlsward.pki.lint.deep import FAILED, deep_lint

#: Our rule, and pkilint's code for it (0.13, Baseline Requirements 2.2.5).
SAME = {
    "lifetime": "cabf.serverauth.certificate_validity_period_exceeds_200_days",
    "lifetime.margin": "cabf.serverauth.certificate_validity_period_exceeds_199_days",
    "validity.order": "pkix.certificate_negative_validity_period",
    "validity.encoding": "pkix.wrong_time_useful_type",
    "key.rsa-size": "cabf.rsa_modulus_invalid_length",
    "key.rsa-octets": "cabf.rsa_modulus_invalid_length",
    "key.rsa-exponent": "cabf.rsa_exponent_prohibited_value",
    "key.rsa-exponent-range": "cabf.rsa_exponent_not_in_recommended_range",
    "key.curve": "cabf.serverauth.prohibited_subject_public_key_algorithm_encoding",
    "key.algorithm": "cabf.serverauth.prohibited_subject_public_key_algorithm_encoding",
    "signature.broken": "cabf.serverauth.prohibited_signature_algorithm_encoding",
    "signature.sha1": "cabf.serverauth.prohibited_signature_algorithm_encoding",
    "signature.sha1-authority": "cabf.serverauth.prohibited_signature_algorithm_encoding",
    "signature.sha1-sunset": "cabf.serverauth.prohibited_signature_algorithm_encoding",
    "signature.algorithm": "cabf.serverauth.prohibited_signature_algorithm_encoding",
    "signature.algorithms-differ": "pkix.certificate_signature_algorithm_mismatch",
    "serial.positive": "pkix.certificate_serial_number_out_of_range",
    "serial.length": "pkix.certificate_serial_number_out_of_range",
    "version": "pkix.certificate_version_is_not_v3",
    "san.missing": "cabf.serverauth.subscriber.subject_altname_extension_absent",
    "san.critical": "pkix.san_extension_not_critical_empty_subject",
    "san.not-critical": "pkix.san_extension_is_critical_non_empty_subject",
    "san.kind": "cabf.serverauth.prohibited_san_type",
    "name.syntax": "cabf.serverauth.invalid_dnsname_syntax",
    "name.underscore": "cabf.serverauth.invalid_dnsname_syntax",
    "name.a-label": "cabf.serverauth.invalid_plabel_encoding",
    "name.reserved-label": "cabf.serverauth.dnsname_contains_prohibited_reserved_label",
    "name.wildcard": "cabf.serverauth.invalid_dnsname_syntax",
    "name.address": "cabf.internal_domain_name",
    "name.internal": "cabf.internal_domain_name",
    "name.reserved-address": "cabf.internal_ip_address",
    "name.reverse-zone": "cabf.serverauth.ip_reverse_zone_domain_name_present",
    "cn.not-in-san": "cabf.serverauth.subscriber_common_name_unknown_source",
    "cn.several": "cabf.serverauth.prohibited_duplicate_attribute_type",
    "cn.discouraged": "cabf.serverauth.dv.common_name_attribute_present",
    "subject.dv-attribute": "cabf.serverauth.dv.unknown_attribute_present",
    "subject.ov-attributes": "cabf.serverauth.ov.country_attribute_absent",
    "subject.ev-attributes": "cabf.ev_guidelines.serial_number_attribute_absent",
    "subject.organizational-unit": "cabf.serverauth.dv.unknown_attribute_present",
    "subject.placeholder": "cabf.insignificant_attribute_value_present",
    "subject.country": "cabf.invalid_country_code",
    "subject.length": "itu.invalid_asn1_syntax",
    "subject.empty-authority": "cabf.serverauth.ca.common_name_attribute_absent",
    "extension.duplicate": "pkix.duplicate_extension",
    "extension.unread": "itu.invalid_asn1_syntax",
    "extension.name-constraints": "pkix.name_constraints_in_ee_certificate",
    "eku.missing": "cabf.serverauth.subscriber.extended_key_usage_extension_absent",
    "eku.server-auth": "cabf.serverauth.subscriber.serverauth_eku_absent",
    "eku.any": "cabf.serverauth.subscriber.anyeku_eku_present",
    "eku.forbidden": "cabf.serverauth.subscriber.emailprotection_eku_present",
    "eku.other": "cabf.serverauth.subscriber.unknown_eku_present",
    "key-usage.missing": "cabf.serverauth.subscriber.key_usage_extension_absent",
    "key-usage.cert-sign": "pkix.ee_certificate_keycertsign_keyusage_set",
    "key-usage.no-signature": "cabf.serverauth.subscriber_required_ku_missing",
    "key-usage.rsa-no-signature": "cabf.serverauth.subscriber_recommended_ku_missing",
    "key-usage.forbidden": "cabf.serverauth.subscriber_prohibited_ku_present",
    "key-usage.discouraged": "cabf.serverauth.subscriber_discouraged_ku_present",
    "basic-constraints.critical": (
        "cabf.serverauth.subscriber.non_critical_basic_constraints_extension"
    ),
    "key-identifier.authority": "pkix.authority_key_identifier_extension_absent",
    "key-identifier.authority-form": "cabf.authority_key_identifier_has_issuer_cert",
    "key-identifier.subject": (
        "cabf.serverauth.subscriber.subject_key_identifier_extension_present"
    ),
    "policies.missing": "cabf.serverauth.subscriber.certificate_policies_extension_absent",
    "policies.reserved": "cabf.serverauth.subscriber_missing_reserved_policy_oid",
    "policies.qualifier": "cabf.serverauth.prohibited_certificate_policy_qualifier_type",
    "aia.missing": "cabf.serverauth.subscriber.authority_info_access_extension_absent",
    "aia.issuers": "cabf.serverauth.subscriber.ca_issuers_aia_access_method_absent",
    "aia.scheme": "cabf.serverauth.aia_location_uri_not_http",
    "revocation.missing": "cabf.serverauth.subscriber.revocation_information_absent",
    "revocation.scheme": "cabf.serverauth.crldp_dpname_prohibited_uri_scheme",
    "authority.basic-constraints": "pkix.basic_constraints_extension_not_critical",
    "authority.key-usage": "pkix.ca_certificate_keycertsign_keyusage_not_set",
    "authority.key-usage-missing": "cabf.serverauth.ca.key_usage_extension_absent",
    "authority.key-usage-critical": "cabf.serverauth.ca.non_critical_key_usage_extension",
    "authority.key-identifier": "pkix.certificate_skid_ca_missing",
    "authority.eku": "cabf.serverauth.ca.extended_key_usage_extension_absent",
    "authority.eku-any": "cabf.serverauth.ca.anyeku_eku_present",
    "authority.policies": "cabf.serverauth.ca.certificate_policies_extension_absent",
    "authority.crl": "cabf.serverauth.ca.crl_distribution_points_extension_absent",
}


def codes(issued, *, public=True):
    found = deep_lint(read(issued), public=public)
    return {each.id.removeprefix("pkilint:"): each.severity for each in found}


@pytest.mark.parametrize("rule", SAME)
def test_pkilint_finds_what_we_find(rule):
    make, _ = BROKEN[rule]
    assert SAME[rule] in codes(make())
    good = intermediate if rule.startswith(("authority.", "signature.sha1-")) else leaf
    assert SAME[rule] not in codes(good())


def test_pkilint_finds_nothing_in_what_is_faultless():
    assert codes(leaf()) == {}
    assert codes(short_lived()) == {}
    # A rule of Microsoft's root program, which makes no exception for the short-lived.
    assert codes(short_lived(crl=None)) == {
        "msft.end_entity.revocation_information_absent": "error"
    }
    assert set(codes(classic()).values()) == {"warning", "notice"}


def test_private_certificates_are_held_to_rfc_5280():
    named = sans("printer.local")
    assert "cabf.internal_domain_name" in codes(leaf(names=named))
    assert "cabf.internal_domain_name" not in codes(leaf(names=named), public=False)
    assert "pkix.san_extension_not_critical_empty_subject" in codes(leaf(names=named))


def test_what_pkilint_raises_is_a_doubt(monkeypatch):
    def broken(octets, *, public):
        raise RecursionError("too \x1b[31mdeep")

    monkeypatch.setattr(deep, "_examined", broken)
    (found,) = deep_lint(read(leaf()), public=True)
    assert (found.id, found.severity) == (FAILED, "warning")
    assert found.evidence == "RecursionError: too \\x1B[31mdeep"


def test_what_is_too_large_is_a_doubt():
    names = [f"h{n}.example.net" for n in range(5000)]
    (found,) = deep_lint(read(leaf(names=sans(*names))), public=True)
    assert found.id == FAILED


def test_without_pkilint_the_error_says_what_to_do(monkeypatch):
    monkeypatch.setattr(deep, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'tlsward\[lint\]'"):
        deep_lint(read(leaf()), public=True)


def test_linting_does_not_import_pkilint():
    code = (
        "import sys; import tlsward.pki.lint.chain; "
        "sys.exit(any(name.startswith(('pkilint', 'pyasn1')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_findings_of_pkilint_name_where_and_who():
    found = {each.id: each for each in deep_lint(read(BROKEN["lifetime"][0]()), public=True)}
    told = found["pkilint:" + SAME["lifetime"]]
    assert told.text == "Certificate validity period exceeds 200 days."
    assert told.evidence.startswith("certificate.tbsCertificate.validity.notBefore: ")
    assert told.reference == "pkilint, SubscriberValidityPeriodValidator"
