"""Every rule has a certificate that breaks it, and one beside it that does not."""

from datetime import UTC, datetime, timedelta

import pytest

from pki import issuing
from pki.issuing import (
    Key,
    address,
    bits,
    extended_key_usage,
    extension,
    integer,
    name,
    name_constraints,
    object_identifier,
    octets,
    rsa_key,
    sequence,
    tlv,
)
from pki.lint.profiles import (
    ANY_USAGE,
    CLIENT_AUTH,
    DV,
    EV,
    ISSUED,
    KEY_IDENTIFIER,
    NOW,
    OV,
    RESPONDER,
    SERVER_AUTH,
    USER_NOTICE,
    access,
    authority_key,
    basic_constraints,
    classic,
    critical,
    crl,
    days,
    ids,
    intermediate,
    key,
    key_usage,
    leaf,
    policies,
    printable,
    read,
    sans,
    subject_key,
)
from tlsward.facts.lint_rules import lint_rule, lint_rules
from tlsward.pki.lint import CHECKS, in_force

CN, UNIT, ORGANISATION, COUNTRY = "2.5.4.3", "2.5.4.11", "2.5.4.10", "2.5.4.6"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def spki_key(modulus: int, exponent: int) -> Key:
    """A key of any numbers, whose certificate another key signs."""
    made = Key(rsa_key(2048).private)
    made.spki = sequence(
        sequence(object_identifier("1.2.840.113549.1.1.1"), b"\5\0"),
        bits(sequence(integer(modulus), integer(exponent))),
    )
    return made


def modulus() -> int:
    return rsa_key(2048).private.public_key().public_numbers().n


def on_curve(curve) -> Key:
    from cryptography.hazmat.primitives.asymmetric import ec

    return Key(ec.generate_private_key(curve))


def ed25519() -> Key:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Key(Ed25519PrivateKey.generate())


def curve(named: str) -> Key:
    from cryptography.hazmat.primitives.asymmetric import ec

    return on_curve(getattr(ec, named)())


def other_algorithm_inside():
    made = leaf()
    # The outer one is the last of the two in the certificate.
    inner = bytes.fromhex("06082a8648ce3d040302")
    start = made.der.rindex(inner)
    return made.der[:start] + inner[:-1] + b"\3" + made.der[start + len(inner) :]


def named(*attributes, **how):
    """A leaf with a subject."""
    how.setdefault("names", sans("www.example.net", "example.net"))
    return leaf(subject=name(*attributes), **how)


def sha1(**how):
    return leaf(signer=key("issuer").hashing("sha1"), **how)


def rsa_issued(hash_name: str, **how):
    return leaf(signer=rsa_key(2048, 1).hashing(hash_name), **how)


PRIVATE = {"public": False}
ROOT_KEY = {"signer": key("root"), "key": key("root")}
SHORT_SERIAL = 0x12345

#: For each rule a certificate that breaks it, and how it is asked.
BROKEN = {
    "lifetime": (lambda: leaf(lives=days(200) + timedelta(seconds=1)), {}),
    "lifetime.margin": (lambda: leaf(lives=days(200)), {}),
    "lifetime.private": (lambda: leaf(lives=days(826)), PRIVATE),
    "validity.order": (lambda: leaf(not_after=ISSUED - timedelta(days=1)), {}),
    "validity.encoding": (lambda: leaf(not_before=tlv(0x18, b"20260601000000Z")), {}),
    "validity.expired": (leaf, {"now": ISSUED + timedelta(days=46)}),
    "validity.future": (leaf, {"now": ISSUED - timedelta(days=1)}),
    "key.rsa-size": (lambda: leaf(key=rsa_key(1024)), {}),
    "key.rsa-octets": (lambda: leaf(key=spki_key(modulus() | 1 << 2049, 65537)), {}),
    "key.rsa-exponent": (lambda: leaf(key=spki_key(modulus(), 4)), {}),
    "key.rsa-exponent-range": (lambda: leaf(key=spki_key(modulus(), 3)), {}),
    "key.curve": (lambda: leaf(key=curve("SECP256K1")), {}),
    "key.p521": (lambda: leaf(key=curve("SECP521R1")), {}),
    "key.algorithm": (lambda: leaf(key=ed25519()), {}),
    "key.browsers": (lambda: leaf(key=ed25519()), PRIVATE),
    "key.unread": (lambda: leaf(key=spki_key(-5, 65537)), {}),
    "signature.broken": (lambda: rsa_issued("md5"), {}),
    "signature.sha1": (sha1, {}),
    "signature.sha1-private": (sha1, PRIVATE),
    "signature.sha1-authority": (
        lambda: intermediate(signer=key("root").hashing("sha1")),
        {},
    ),
    "signature.sha1-sunset": (
        lambda: intermediate(signer=key("root").hashing("sha1"), issued=at("2026-09-15")),
        {},
    ),
    "signature.algorithm": (lambda: leaf(signer=ed25519()), {}),
    "signature.ecdsa-hash": (
        lambda: leaf(signer=key("issuer").hashing("sha384")),
        {"issuer": read(intermediate())},
    ),
    "signature.algorithms-differ": (other_algorithm_inside, {}),
    "serial.positive": (lambda: leaf(serial=0), {}),
    "serial.length": (lambda: leaf(serial=1 << 159), {}),
    "serial.entropy": (lambda: leaf(serial=(1 << 56) - 1), {}),
    "serial.entropy-doubt": (lambda: leaf(serial=(1 << 63) - 1), {}),
    "serial.predictable": (lambda: leaf(serial=SHORT_SERIAL), PRIVATE),
    "version": (lambda: leaf(version=1), {}),
    "san.missing": (lambda: named((CN, "example.net"), names=None), {}),
    "san.critical": (lambda: leaf(names=sans("example.net")), {}),
    "san.not-critical": (lambda: classic(names=critical(sans("example.net"))), {}),
    "san.kind": (lambda: leaf(names=critical(sans("a.example.net", tlv(0x81, b"a@b.net")))), {}),
    "san.duplicate": (lambda: leaf(names=critical(sans("a.example.net", "A.example.net"))), {}),
    "name.syntax": (lambda: leaf(names=critical(sans("-a.example.net"))), {}),
    "name.underscore": (lambda: leaf(names=critical(sans("a_b.example.net"))), {}),
    "name.a-label": (lambda: leaf(names=critical(sans("xn--99999999.example.net"))), {}),
    "name.reserved-label": (lambda: leaf(names=critical(sans("ab--c.example.net"))), {}),
    "name.wildcard": (lambda: leaf(names=critical(sans("w*.example.net"))), {}),
    "name.wildcard-top": (lambda: leaf(names=critical(sans("*.net"))), {}),
    "name.address": (lambda: leaf(names=critical(sans("192.0.2.1"))), {}),
    "name.internal": (lambda: leaf(names=critical(sans("db.corp"))), {}),
    "name.reserved-address": (
        lambda: leaf(names=critical(sans(address(bytes([10, 0, 0, 1]))))),
        {},
    ),
    "name.reverse-zone": (
        lambda: leaf(names=critical(sans("1.2.0.192.in-addr.arpa"))),
        {},
    ),
    "cn.not-in-san": (lambda: named((CN, "other.example.net")), {}),
    "cn.several": (lambda: named((CN, "example.net"), (CN, "www.example.net")), {}),
    "cn.discouraged": (classic, {}),
    "subject.dv-attribute": (
        lambda: named((COUNTRY, printable("SE")), (ORGANISATION, "Some company")),
        {},
    ),
    "subject.ov-attributes": (
        lambda: named((ORGANISATION, "Some company"), policies=policies(OV)),
        {},
    ),
    "subject.ev-attributes": (
        lambda: named((ORGANISATION, "Some company"), policies=policies(EV)),
        {},
    ),
    "subject.organizational-unit": (lambda: named((UNIT, "IT")), {}),
    "subject.placeholder": (lambda: named((ORGANISATION, "-"), policies=policies(OV)), {}),
    "subject.country": (lambda: named((COUNTRY, printable("se"))), {}),
    "subject.length": (lambda: named((ORGANISATION, "o" * 65), policies=policies(OV)), {}),
    "subject.empty-authority": (lambda: intermediate(subject=b"\x30\0"), {}),
    "issuer.empty": (lambda: leaf(issuer_name=b"\x30\0"), {}),
    "extension.duplicate": (lambda: leaf(more=(basic_constraints(),)), {}),
    "extension.unread": (lambda: leaf(extended_key_usage=extension("2.5.29.37", sequence())), {}),
    "extension.critical-unknown": (
        lambda: leaf(more=(extension("1.2.3.4", octets(b""), critical=True),)),
        {},
    ),
    "extension.poison": (
        lambda: leaf(timestamps=extension("1.3.6.1.4.1.11129.2.4.3", b"\5\0", critical=True)),
        {},
    ),
    "extension.netscape": (
        lambda: leaf(more=(extension("2.16.840.1.113730.1.1", tlv(0x03, b"\6\x40")),)),
        {},
    ),
    "extension.name-constraints": (
        lambda: leaf(more=(name_constraints(permitted=(tlv(0x82, b"example.net"),)),)),
        {},
    ),
    "eku.missing": (lambda: leaf(extended_key_usage=None), {}),
    "eku.server-auth": (lambda: leaf(extended_key_usage=extended_key_usage(CLIENT_AUTH)), {}),
    "eku.any": (lambda: leaf(extended_key_usage=extended_key_usage(SERVER_AUTH, ANY_USAGE)), {}),
    "eku.forbidden": (
        lambda: leaf(extended_key_usage=extended_key_usage(SERVER_AUTH, "1.3.6.1.5.5.7.3.4")),
        {},
    ),
    "eku.other": (
        lambda: leaf(extended_key_usage=extended_key_usage(SERVER_AUTH, "1.3.6.1.5.5.8.2.2")),
        {},
    ),
    "eku.client-auth": (
        lambda: leaf(
            issued=at("2027-03-15"), extended_key_usage=extended_key_usage(SERVER_AUTH, CLIENT_AUTH)
        ),
        {},
    ),
    "key-usage.missing": (lambda: leaf(key_usage=None), {}),
    "key-usage.cert-sign": (lambda: leaf(key_usage=key_usage(0x84)), {}),
    "key-usage.no-signature": (lambda: leaf(key_usage=key_usage(0x08)), {}),
    "key-usage.rsa-no-signature": (
        lambda: leaf(key=rsa_key(2048), key_usage=key_usage(0x20)),
        {},
    ),
    "key-usage.forbidden": (lambda: leaf(key_usage=key_usage(0xA0)), {}),
    "key-usage.discouraged": (lambda: leaf(key_usage=key_usage(0x88)), {}),
    "basic-constraints.leaf-authority": (
        lambda: leaf(basic_constraints=basic_constraints(ca=True)),
        {"is_leaf": True},
    ),
    "basic-constraints.private-leaf-authority": (
        lambda: leaf(basic_constraints=basic_constraints(ca=True)),
        {"is_leaf": True, "public": False},
    ),
    "basic-constraints.critical": (
        lambda: leaf(basic_constraints=basic_constraints(critical=False)),
        {},
    ),
    "key-identifier.authority": (lambda: leaf(authority_key=None), {}),
    "key-identifier.authority-form": (
        lambda: leaf(
            authority_key=authority_key(
                KEY_IDENTIFIER, tlv(0xA1, tlv(0xA4, name((CN, "a")))), tlv(0x82, b"\1")
            )
        ),
        {},
    ),
    "key-identifier.mismatch": (
        lambda: leaf(authority_key=authority_key(b"o" * 20)),
        {"issuer": read(intermediate())},
    ),
    "key-identifier.subject": (lambda: leaf(more=(subject_key(),)), {}),
    "policies.missing": (lambda: leaf(policies=None), {}),
    "policies.reserved": (lambda: leaf(policies=policies("1.2.3.4")), {}),
    "policies.qualifier": (lambda: leaf(policies=policies(DV, qualifier=USER_NOTICE)), {}),
    "aia.missing": (lambda: leaf(access=None), {}),
    "aia.issuers": (lambda: leaf(access=access(None, RESPONDER)), {}),
    "aia.scheme": (lambda: leaf(access=access("ldap://example.net/")), {}),
    "revocation.missing": (lambda: leaf(crl=None), {}),
    "revocation.no-ocsp": (lambda: leaf(issued=at("2024-03-14")), {}),
    "revocation.scheme": (lambda: leaf(crl=crl("https://example.net/crl")), {}),
    "must-staple.no-ocsp": (
        lambda: leaf(more=(extension("1.3.6.1.5.5.7.1.24", sequence(integer(5))),)),
        {},
    ),
    "sct.missing": (lambda: leaf(timestamps=None), {}),
    "authority.basic-constraints": (
        lambda: intermediate(basic_constraints=basic_constraints(ca=True, critical=False)),
        {},
    ),
    "authority.key-usage": (lambda: intermediate(key_usage=key_usage(0x02)), {}),
    "authority.key-usage-missing": (lambda: intermediate(key_usage=None), {}),
    "authority.key-usage-critical": (
        lambda: intermediate(key_usage=extension("2.5.29.15", tlv(0x03, b"\1\6"))),
        {},
    ),
    "authority.key-identifier": (lambda: intermediate(subject_key=None), {}),
    "authority.eku": (lambda: intermediate(extended_key_usage=None), {}),
    "authority.eku-any": (
        lambda: intermediate(extended_key_usage=extended_key_usage(ANY_USAGE)),
        {},
    ),
    "authority.eku-server-auth": (
        lambda: intermediate(extended_key_usage=extended_key_usage(CLIENT_AUTH)),
        {},
    ),
    "authority.eku-client-auth": (
        lambda: intermediate(
            issued=at("2026-06-15"), extended_key_usage=extended_key_usage(SERVER_AUTH, CLIENT_AUTH)
        ),
        {},
    ),
    "authority.policies": (lambda: intermediate(policies=None), {}),
    "authority.crl": (lambda: intermediate(crl=None), {}),
}

RULES = {rule.id.removeprefix("lint."): rule for rule in lint_rules()}


def test_there_is_a_broken_certificate_and_a_check_for_every_rule():
    assert set(RULES) == set(BROKEN)
    assert set(CHECKS) == {rule.id for rule in lint_rules()}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_is_broken(rule):
    make, how = BROKEN[rule]
    assert rule in ids(make(), **how)


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_is_kept(rule):
    facts = RULES[rule]
    issued = ISSUED
    if facts.since is not None and facts.since > issued.date():
        issued = at(facts.since.isoformat())
    if facts.until is not None and facts.until <= issued.date():
        issued = at("2021-06-01")
    assert in_force(facts, issued.date())
    how = {key: value for key, value in BROKEN[rule][1].items() if key in {"public", "issuer"}}
    make = leaf if "leaf" in facts.roles else intermediate
    made = (
        make(issued=issued, access=access(ocsp=RESPONDER)) if make is leaf else make(issued=issued)
    )
    assert rule not in ids(made, now=issued + timedelta(days=1), **how)


@pytest.mark.parametrize(
    "rule", [rule for rule, facts in RULES.items() if facts.scope in {"public", "private"}]
)
def test_a_rule_is_asked_of_its_kind_of_authority_alone(rule):
    make, how = BROKEN[rule]
    other = dict(how) | {"public": RULES[rule].scope != "public"}
    assert rule not in ids(make(), **other)


def at_day(day: str, **how):
    return ids(leaf(issued=at(day), **how), now=at(day) + timedelta(days=1))


@pytest.mark.parametrize(
    ("day", "allowed"),
    [
        ("2018-02-28", 1185),  # 39 months from then on
        ("2018-03-01", 825),
        ("2020-08-31", 825),
        ("2020-09-01", 398),
        ("2026-03-14", 398),
        ("2026-03-15", 200),
        ("2027-03-14", 200),
        ("2027-03-15", 100),
        ("2029-03-14", 100),
        ("2029-03-15", 47),
    ],
)
def test_the_limit_is_that_of_the_day_of_issuance(day, allowed):
    assert "lifetime" not in at_day(day, lives=days(allowed))
    assert "lifetime" in at_day(day, lives=days(allowed) + timedelta(seconds=2))


def test_the_last_second_before_a_limit_falls_belongs_to_the_old_limit():
    last = at("2026-03-14T23:59:59")
    assert "lifetime" not in ids(leaf(issued=last, lives=days(398)))
    assert "lifetime" in ids(leaf(issued=last + timedelta(seconds=1), lives=days(398)))


def test_months_are_counted_by_the_calendar():
    issued = at("2015-11-30")
    in_39_months = at("2019-02-28") - issued
    assert "lifetime" not in ids(leaf(issued=issued, lives=in_39_months))
    assert "lifetime" in ids(leaf(issued=issued, lives=in_39_months + timedelta(seconds=1)))
    issued = at("2013-01-15")
    assert "lifetime" not in ids(leaf(issued=issued, lives=at("2018-01-15") - issued))
    assert "lifetime" in ids(leaf(issued=issued, lives=at("2018-01-16") - issued))


def test_there_was_no_limit_before_the_first():
    assert "lifetime" not in at_day("2012-06-30", lives=days(4000))


@pytest.mark.parametrize(
    ("day", "lives", "exempt"),
    [
        ("2026-03-14", 10, True),
        ("2026-03-14", 11, False),
        ("2026-03-15", 7, True),
        ("2026-03-15", 8, False),
    ],
)
def test_short_lived_certificates_need_no_revocation_information(day, lives, exempt):
    found = at_day(day, lives=days(lives), crl=None)
    assert ("revocation.missing" not in found) is exempt


@pytest.mark.parametrize(("day", "told"), [("2027-03-14", False), ("2027-03-15", True)])
def test_client_authentication_is_told_of_from_2027(day, told):
    usage = extended_key_usage(SERVER_AUTH, CLIENT_AUTH)
    assert ("eku.client-auth" in at_day(day, extended_key_usage=usage)) is told


@pytest.mark.parametrize("day", ["2015-12-31", "2016-01-01"])
def test_sha1_is_forbidden_from_2016(day):
    found = ids(sha1(issued=at(day)))
    assert ("signature.sha1" in found) is (day == "2016-01-01")


def test_sha1_of_authorities_has_no_exception_left_from_its_sunset():
    before, after = (
        ids(intermediate(signer=key("root").hashing("sha1"), issued=at(day)))
        for day in ("2026-09-14", "2026-09-15")
    )
    assert "signature.sha1-authority" in before
    assert "signature.sha1-sunset" not in before
    assert "signature.sha1-sunset" in after
    assert "signature.sha1-authority" not in after


def test_the_hash_of_what_signed_itself_does_not_matter():
    root = issuing.root(signer=key("root").hashing("sha1"), key=key("root"))
    assert not {each for each in ids(root) if each.startswith("signature.")}


@pytest.mark.parametrize(
    ("serial", "found"),
    [
        ((1 << 56) - 1, "serial.entropy"),
        (1 << 56, "serial.entropy-doubt"),
        ((1 << 63) - 1, "serial.entropy-doubt"),
        (1 << 63, None),
        ((1 << 159) - 1, None),
        (1 << 159, "serial.length"),
        (-1, "serial.positive"),
        (0, "serial.positive"),
    ],
)
def test_serial_numbers_at_their_limits(serial, found):
    told = {each for each in ids(leaf(serial=serial)) if each.startswith("serial.")}
    assert told == ({found} if found else set())


def test_what_happens_to_one_random_number_in_256_is_no_error():
    assert lint_rule("lint.serial.entropy").severity == "warning"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("*.example.net", None),
        ("example.net.", "name.syntax"),
        ("a..example.net", "name.syntax"),
        ("", "name.syntax"),
        ("a" * 63 + ".net", None),
        ("a" * 64 + ".net", "name.syntax"),
        ("*", "name.wildcard"),
        ("a.*.example.net", "name.wildcard"),
        ("**.example.net", "name.wildcard"),
        ("*.*.example.net", "name.wildcard"),
        ("xn--bcher-kva.example.net", None),
        ("xn--i-7iq.ws", None),  # an emoji: valid Punycode, though not of IDNA 2008
        ("xn--.example.net", "name.a-label"),
        ("2001:db8::1", "name.address"),
        ("localhost", "name.internal"),
        ("printer.local", "name.internal"),
        ("a.b.123", "name.internal"),
        ("exa mple.net", "name.syntax"),
    ],
)
def test_forms_of_names(text, found):
    told = ids(leaf(names=critical(sans(text)))) - {"san.missing"}
    assert told >= ({found} if found else set())
    if found is None:
        assert told == set()


def test_a_common_name_may_be_written_in_capitals_or_be_an_address():
    assert "cn.not-in-san" not in ids(named((CN, "EXAMPLE.NET")))
    made = named((CN, "8.8.8.8"), names=sans(address(bytes([8, 8, 8, 8]))))
    assert "cn.not-in-san" not in ids(made)


def test_an_ecdsa_key_must_sign_and_an_rsa_key_may_take_keys():
    assert "key-usage.no-signature" not in ids(leaf(key=rsa_key(2048), key_usage=key_usage(0x20)))
    assert "key-usage.no-signature" in ids(leaf(key_usage=key_usage(0x20)))


def test_what_rests_on_extensions_is_not_judged_where_they_cannot_be_read():
    broken = leaf(extended_key_usage=extension("2.5.29.37", sequence()), lives=days(300))
    assert ids(broken) == {"extension.unread", "lifetime"}


def test_no_exponent_is_taken_for_right_because_the_library_refuses_it():
    for exponent in (1, 2, 65536):
        assert "key.rsa-exponent" in ids(leaf(key=spki_key(modulus(), exponent)))
    assert "key.rsa-exponent" not in ids(leaf(key=spki_key(modulus(), 3)))


def test_a_country_that_is_called_na_is_no_placeholder():
    assert "subject.placeholder" not in ids(named((COUNTRY, printable("NA"))))


def test_now_is_what_expiry_is_judged_by():
    assert "validity.expired" not in ids(leaf(), now=NOW)
