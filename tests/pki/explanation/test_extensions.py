"""Each extension is told: what it says for programs, and what it means for people."""

import pytest

from pki.explanation import samples
from pki.issuing import NOW, extension, integer, name_constraints, octets, sequence, tlv
from tlsward.facts.certificate_fields import field_facts
from tlsward.pki.explanation.certificate import explain
from tlsward.pki.x509 import read_certificate


def told(issued):
    found = explain(read_certificate(issued.der), NOW)
    return {each.identifier: each for each in found.extensions}


def values(issued):
    return {identifier: each.value for identifier, each in told(issued).items()}


LEAF = values(samples.everything())
AUTHORITY = values(samples.authority())
RESPONDER = values(samples.responder())


@pytest.mark.parametrize(
    ("found", "identifier", "value"),
    [
        (LEAF, "2.5.29.14", {"size": 20, "hex": bytes(range(20)).hex()}),
        (
            LEAF,
            "2.5.29.35",
            {
                "key_identifier": {"size": 20, "hex": bytes(range(20, 40)).hex()},
                "issuer": {
                    "count": 1,
                    "names": [
                        {"kind": "directory", "value": "CN=Example Root,O=Example Trust,C=DE"}
                    ],
                },
                "serial": "1001",
            },
        ),
        (LEAF, "2.5.29.15", ["digitalSignature", "keyEncipherment"]),
        (
            LEAF,
            "2.5.29.37",
            {
                "count": 3,
                "purposes": [
                    {"oid": "1.3.6.1.5.5.7.3.1", "name": "Server authentication"},
                    {"oid": "1.3.6.1.5.5.7.3.2", "name": "Client authentication"},
                    {"oid": "1.2.3.4.5.6", "name": None},
                ],
            },
        ),
        (LEAF, "2.5.29.19", {"ca": False, "path_length": None}),
        (LEAF, "1.3.6.1.5.5.7.1.24", ["status_request", "status_request_v2"]),
        (
            LEAF,
            "2.23.140.3.1",
            {"scheme": "VAT", "country": "DE", "state": "BY", "number": "123456789"},
        ),
        (LEAF, "1.3.6.1.4.1.311.20.2", "WebServer"),
        (
            LEAF,
            "1.3.6.1.4.1.311.21.7",
            {"oid": "1.3.6.1.4.1.311.21.8.1.2", "major_version": 100, "minor_version": 7},
        ),
        (
            LEAF,
            "1.3.6.1.4.1.311.21.10",
            {
                "count": 1,
                "purposes": [{"oid": "1.3.6.1.5.5.7.3.1", "name": "Server authentication"}],
            },
        ),
        (LEAF, "1.3.6.1.4.1.44363.44", True),
        (LEAF, "2.16.840.1.113730.1.1", ["SSL server"]),
        (LEAF, "2.16.840.1.113730.1.13", "made by hand"),
        (LEAF, "1.2.3.4.5.6.7", None),
        (AUTHORITY, "2.5.29.19", {"ca": True, "path_length": 0}),
        (AUTHORITY, "2.5.29.15", ["keyCertSign", "cRLSign"]),
        (
            AUTHORITY,
            "2.5.29.33",
            {"count": 1, "mappings": [{"issuer": "1.2.3.1", "subject": "1.2.3.2"}]},
        ),
        (
            AUTHORITY,
            "2.5.29.36",
            {"require_explicit_policy": 0, "inhibit_policy_mapping": 1},
        ),
        (AUTHORITY, "2.5.29.54", {"skip_certificates": 2}),
        (
            AUTHORITY,
            "2.5.29.30",
            {
                "permitted": {
                    "count": 2,
                    "names": [
                        {"kind": "dns", "value": "example.com"},
                        {"kind": "ip", "value": "10.0.0.0/8"},
                    ],
                },
                "excluded": {
                    "count": 2,
                    "names": [
                        {"kind": "dns", "value": "secret.example.com"},
                        {"kind": "email", "value": ".example.org"},
                    ],
                },
            },
        ),
        (
            AUTHORITY,
            "1.3.6.1.5.5.7.1.11",
            {
                "count": 1,
                "services": [
                    {
                        "method": "1.3.6.1.5.5.7.48.5",
                        "name": "Repository",
                        "location": {"kind": "uri", "value": "http://ca.example/all.p7c"},
                    }
                ],
            },
        ),
        (AUTHORITY, "1.3.6.1.4.1.311.21.1", {"certificate": 3, "key": 2}),
        (
            AUTHORITY,
            "2.5.29.16",
            {"not_before": "2025-01-01T00:00:00Z", "not_after": "2026-01-01T00:00:00Z"},
        ),
        (RESPONDER, "1.3.6.1.5.5.7.48.1.5", True),
        (RESPONDER, "1.3.6.1.5.5.7.1.31", {"size": 32, "hex": bytes(range(32)).hex()}),
        (values(samples.precertificate()), "1.3.6.1.4.1.11129.2.4.3", True),
    ],
)
def test_value(found, identifier, value):
    assert found[identifier] == value


def test_every_kind_of_general_name():
    names = LEAF["2.5.29.17"]["names"]
    assert [(each["kind"], each["value"]) for each in names] == [
        ("dns", "www.example.com"),
        ("dns", "*.example.com"),
        ("dns", "xn--mnchen-3ya.example"),
        ("ip", "192.0.2.1"),
        ("ip", "2001:db8::1"),
        ("email", "post@example.com"),
        ("uri", "spiffe://example.com/service"),
        ("directory", "CN=a directory"),
        ("registered_id", "1.2.3.4"),
        ("other", "user@example.com"),
        ("other", "0403010203"),
    ]
    assert names[-2]["type_name"] == "User principal name"
    explained = told(samples.everything())["2.5.29.17"].explained.children
    assert "exactly one label" in explained[1].meaning
    assert explained[2].value == "xn--mnchen-3ya.example (münchen.example)"


def test_distribution_points():
    first, second = LEAF["2.5.29.31"]["points"]
    assert [each["value"] for each in first["names"]] == [
        "http://crl.example/1.crl",
        "ldap://crl.example/cn=1",
    ]
    assert second["reasons"] == ["keyCompromise"]
    assert second["issuer"][0]["value"] == "CN=Example Root,O=Example Trust,C=DE"


def test_policies_are_named_with_what_the_authority_says_of_them():
    policies = LEAF["2.5.29.32"]["policies"]
    assert [each["name"] for each in policies] == [
        "Organization validated (OV)",
        "Extended validation (EV)",
        None,
    ]
    assert policies[1]["practice_statements"] == ["https://trust.example/cps"]
    assert policies[1]["user_notices"] == ["read it"]


def test_timestamps_without_a_known_log():
    timestamps = LEAF["1.3.6.1.4.1.11129.2.4.2"]
    assert timestamps["count"] == 2
    assert timestamps["timestamps"][1]["timestamp"] == "2020-09-13T12:26:40Z"
    assert timestamps["timestamps"][1]["log"] is None


def test_qualified_statements():
    statements = LEAF["1.3.6.1.5.5.7.1.3"]["statements"]
    assert [(each["name"], each["value"]) for each in statements] == [
        ("EU qualified", ""),
        ("Limit of transactions", "5 x 10^3 EUR"),
        ("Retention period", "10 years"),
        ("Key in a secure device", ""),
        ("Disclosure statements", "https://example.com/pds.pdf (en)"),
        ("Type", "website authentication"),
        ("Legislation", "DE"),
        ("Payment services (PSD2)", "0c03707370"),
        (None, ""),
    ]


def test_an_unknown_extension_is_shown_in_hexadecimal():
    unknown = told(samples.everything())["1.2.3.4.5.6.7"]
    assert unknown.name is None
    assert unknown.octets["size"] == 304
    assert unknown.explained.name == "1.2.3.4.5.6.7"
    assert unknown.explained.value.endswith("… (304 octets in all)")
    assert "No meaning" in unknown.explained.meaning


def test_every_extension_of_the_samples_has_a_meaning():
    for sample in (samples.everything(), samples.authority(), samples.responder()):
        for each in told(sample).values():
            assert each.explained.meaning, each.identifier
            assert each.error is None, each.identifier


def test_what_is_malformed_is_said_and_the_rest_is_told():
    found = explain(read_certificate(samples.malformed().der), NOW)
    by_order = [(each.identifier, each.error) for each in found.extensions]
    errors = dict(by_order)
    assert errors["2.5.29.37"].startswith("malformed: ")
    assert errors["2.23.140.3.1"].startswith("malformed: ")
    assert errors["2.5.29.19"] == "this extension is there 2 times"
    assert [identifier for identifier, error in by_order if error is None] == [
        "2.5.29.15",
        "2.5.29.17",
    ]
    plain = {each.identifier: each for each in found.extensions}
    assert plain["2.5.29.17"].value["names"][0]["value"] == "www.example.com"
    assert plain["2.5.29.37"].octets == {"size": 5, "hex": "3005060355"}
    assert "3005060355" in plain["2.5.29.37"].explained.value
    assert plain["2.5.29.37"].explained.wrong


def test_constraints_of_other_kinds_of_names():
    found = values(
        samples._leaf(
            name_constraints(permitted=(samples.uri("example.com"), samples.directory(sequence())))
        )
    )
    assert found["2.5.29.30"]["permitted"]["count"] == 2


@pytest.mark.parametrize(
    "made",
    [
        extension("1.3.6.1.5.5.7.1.31", octets(bytes(31))),  # a digest that is too short
        extension("1.3.6.1.4.1.311.20.2", integer(1)),  # no string
        extension("1.3.6.1.4.1.311.21.1", octets(b"")),  # no number
        extension("1.3.6.1.4.1.311.21.10", sequence(sequence())),  # a policy without identifier
        extension("2.16.840.1.113730.1.1", b""),  # nothing at all
        extension("1.3.6.1.4.1.44363.44", tlv(0x05, b"\0")),  # a NULL with something in it
        extension("2.5.29.33", sequence(integer(1))),
        extension("1.3.6.1.5.5.7.1.3", integer(1)),
    ],
)
def test_a_value_that_is_not_of_its_syntax(made):
    (found,) = told(samples._leaf(made)).values()
    assert found.error is not None
    assert found.error.startswith("malformed: ")
    assert found.value is None


def test_netscape_bits_that_are_none():
    (found,) = told(samples._leaf(extension("2.16.840.1.113730.1.1", tlv(0x03, b"\0")))).values()
    assert found.value == []
    assert found.explained.value == "(nothing)"


def test_statements_that_are_not_as_the_standard_has_them_are_shown_in_hexadecimal():
    made = extension(
        "1.3.6.1.5.5.7.1.3",
        sequence(samples.statement("0.4.0.1862.1.6", integer(7))),
    )
    (found,) = told(samples._leaf(made)).values()
    assert found.value["statements"][0]["value"] == "07"


def test_names_are_those_of_the_facts():
    assert (
        told(samples.everything())["2.5.29.17"].name == field_facts("extensions", "2.5.29.17").name
    )
