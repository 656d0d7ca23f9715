"""CRLs: those of `openssl ca`, and every way in which one may not count."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from pki.issuing import (
    NOW,
    basic_constraints,
    extension,
    intermediate,
    key_usage,
    object_identifier,
    octets,
    p256,
    root,
    rsa_key,
    sequence,
    tlv,
)
from pki.revocation.making import (
    URL,
    YESTERDAY,
    crl,
    crl_at,
    crl_by_hand,
    end_entity,
    entry_by_hand,
    openssl_crl,
    point,
    points,
    read,
    revoked,
    scope,
    serial,
    uri,
)
from tlsward.pki.library import UnreadableError
from tlsward.pki.revocation.crl import MOST_INDIRECT_ENTRIES, crl_check, read_crl
from tlsward.pki.revocation.distribution_point import distribution_points

ANCHOR = root()
MIDDLE = intermediate(ANCHOR, identified=True)
LEAF = end_entity(MIDDLE, crl_at(URL))
SERIAL = serial(LEAF)
OTHER = 0x777777
REASONS = ["keyCompromise", "superseded", "cessationOfOperation", "affiliationChanged"]


def judged(octets_of, end=LEAF, authorities=(MIDDLE, ANCHOR), now=NOW, number=0):
    [certificate] = read(end)
    point_of = distribution_points(certificate)[number]
    return crl_check(read_crl(octets_of), certificate, read(*authorities), point_of, now=now)


# Ordinary ones, of OpenSSL


@pytest.mark.parametrize("form", ["DER", "PEM"])
@pytest.mark.parametrize("reason", REASONS)
def test_openssl_says_revoked(tmp_path, reason, form):
    made = openssl_crl(tmp_path, MIDDLE, (OTHER, "superseded"), (SERIAL, reason), form=form)
    found = judged(made, now=datetime.now(UTC))
    assert (found.state, found.reason, found.signature_valid) == ("revoked", reason, "yes")
    assert abs(datetime.now(UTC) - timedelta(hours=1) - found.revoked_at) < timedelta(minutes=5)
    assert found.next_update - found.this_update == timedelta(days=7)


@pytest.mark.parametrize("entries", [(), ((OTHER, "keyCompromise"),)])
def test_openssl_says_nothing(tmp_path, entries):
    found = judged(openssl_crl(tmp_path, MIDDLE, *entries), now=datetime.now(UTC))
    assert (found.state, found.reason, found.signature_valid) == ("good", None, "yes")
    assert found.revoked_at is None


@pytest.mark.parametrize("key", [rsa_key(2048), p256()])
def test_sha1_is_taken_and_said(tmp_path, key):
    middle = intermediate(ANCHOR, key=key, identified=True)
    end = end_entity(middle, crl_at(URL))
    made = openssl_crl(tmp_path, middle, digest="sha1")
    found = judged(made, end, (middle,), now=datetime.now(UTC))
    assert (found.state, found.reason) == ("good", "signed with sha1")
    made = openssl_crl(tmp_path, middle, (serial(end), "superseded"), digest="sha1")
    found = judged(made, end, (middle,), now=datetime.now(UTC))
    assert (found.state, found.reason) == ("revoked", "superseded; signed with sha1")


def test_md5_is_not_taken():
    middle = intermediate(ANCHOR, key=rsa_key(2048))
    end = end_entity(middle, crl_at(URL))
    made = crl_by_hand(middle, entry_by_hand(serial(end)), key=middle.key.hashing("md5"))
    found = judged(made, end, (middle,))
    assert (found.state, found.signature_valid) == ("unknown", "unknown")
    assert "md5, which is broken" in found.reason


def test_rsa_pss(tmp_path):
    middle = intermediate(ANCHOR, key=rsa_key(2048), identified=True)
    end = end_entity(middle, crl_at(URL))
    made = openssl_crl(
        tmp_path, middle, (serial(end), "superseded"), arguments=("-sigopt", "rsa_padding_mode:pss")
    )
    assert judged(made, end, (middle,), now=datetime.now(UTC)).state == "revoked"


# Whose it is


def test_of_another_issuer():
    stranger = intermediate(ANCHOR, "a stranger")
    found = judged(crl(stranger, revoked(SERIAL)), authorities=(MIDDLE, stranger, ANCHOR))
    assert (found.state, found.reason) == ("unknown", "it is a CRL of another issuer")
    assert found.signature_valid == "unknown"


def test_forged():
    found = judged(crl(MIDDLE, revoked(SERIAL), signer=p256()))
    assert (found.state, found.signature_valid) == ("unknown", "no")
    assert found.reason == "its signature is not one of its issuer"


def test_changed_after_it_was_signed():
    made = bytearray(crl(MIDDLE, revoked(OTHER)))
    place = made.index(OTHER.to_bytes(3, "big"))
    made[place] ^= 1
    assert judged(bytes(made)).signature_valid == "no"


def test_without_the_issuer():
    found = judged(crl(MIDDLE), authorities=())
    assert (found.state, found.reason) == ("unknown", "its issuer is not known")


def test_an_authority_that_may_not_sign_crls():
    middle = intermediate(
        ANCHOR,
        extensions=(basic_constraints(True), key_usage(0x04)),  # keyCertSign alone
    )
    found = judged(crl(middle), end_entity(middle, crl_at(URL)), (middle,))
    assert (found.state, found.reason) == (
        "unknown",
        "an issuer that may sign CRLs is not known",
    )


def test_the_new_key_of_the_same_authority_will_do():
    """RFC 5280 section 5: a CRL need not be signed by the key that signed the certificate."""
    renewed = intermediate(ANCHOR)
    made = crl(renewed, revoked(SERIAL))
    assert judged(made).signature_valid == "no"
    assert judged(made, authorities=(MIDDLE, renewed, ANCHOR)).state == "revoked"


# When


@pytest.mark.parametrize(
    ("this_update", "next_update", "reason"),
    [
        (NOW + timedelta(minutes=6), NOW + timedelta(days=9), "it is not valid before 2026-06-01"),
        (YESTERDAY, NOW - timedelta(minutes=6), "it is out of date since 2026-06-01 11:54 UTC"),
    ],
)
def test_at_the_wrong_time(this_update, next_update, reason):
    when = {"this_update": this_update, "next_update": next_update}
    found = judged(crl(MIDDLE, **when))
    assert found.state == "unknown"
    assert found.reason.startswith(reason)
    # What is revoked stays so, and a signed entry says it whatever the date.
    found = judged(crl(MIDDLE, revoked(SERIAL, "keyCompromise"), **when))
    assert found.state == "revoked"
    assert found.reason.startswith(f"keyCompromise; {reason}")
    # A hold is lifted again.
    found = judged(crl(MIDDLE, revoked(SERIAL, "certificateHold"), **when))
    assert found.state == "unknown"
    assert "on hold" in found.reason


def test_clocks_may_differ_a_little():
    minutes = timedelta(minutes=4)
    assert judged(crl(MIDDLE, this_update=NOW + minutes)).state == "good"
    assert judged(crl(MIDDLE, next_update=NOW - minutes)).state == "good"


def test_a_hold_while_it_is_fresh():
    found = judged(crl(MIDDLE, revoked(SERIAL, "certificateHold")))
    assert (found.state, found.reason) == ("revoked", "certificateHold")


def test_without_a_next_update():
    found = judged(crl_by_hand(MIDDLE, next_update=None))
    assert (found.state, found.reason) == ("unknown", "it does not say when the next one is due")
    found = judged(crl_by_hand(MIDDLE, entry_by_hand(SERIAL), next_update=None))
    assert found.state == "revoked"


def test_the_entry_of_an_expired_certificate_may_have_been_removed():
    end = end_entity(MIDDLE, crl_at(URL), not_after=YESTERDAY - timedelta(days=1))
    found = judged(crl(MIDDLE), end)
    assert found.state == "unknown"
    assert found.reason.startswith("it was made after the certificate expired (2026-05-30")
    assert judged(crl(MIDDLE, revoked(serial(end))), end).state == "revoked"


# Its scope


@pytest.mark.parametrize(
    ("within", "reason"),
    [
        (scope(full_name=uri(URL)), None),
        (scope(full_name=uri("http://crl.example/2.crl", URL)), None),
        (scope(full_name=uri("http://crl.example/2.crl")), "another distribution point"),
        (scope(only_contains_user_certs=True), None),
        (scope(full_name=uri(URL), only_contains_user_certs=True), None),
        (scope(only_contains_ca_certs=True), "certificates of authorities alone"),
        (scope(only_contains_attribute_certs=True), "attribute certificates alone"),
        (
            scope(only_some_reasons=frozenset({x509.ReasonFlags.key_compromise})),
            "some reasons for revocation alone",
        ),
    ],
)
def test_partitions(within, reason):
    found = judged(crl(MIDDLE, revoked(OTHER), within=within))
    if reason is None:
        assert (found.state, found.reason) == ("good", None)
    else:
        assert found.state == "unknown"
        assert reason in found.reason
    # A serial is listed of no other certificate: whatever the scope, it is revoked.
    assert judged(crl(MIDDLE, revoked(SERIAL), within=within)).state == "revoked"


def test_a_partition_that_openssl_makes(tmp_path):
    extensions = "issuingDistributionPoint = critical, @scope\n[scope]\nfullname = URI:{}\n"
    now = datetime.now(UTC)
    made = openssl_crl(tmp_path, MIDDLE, extensions=extensions.format(URL))
    assert judged(made, now=now).state == "good"
    made = openssl_crl(tmp_path, MIDDLE, extensions=extensions.format(URL + "x"))
    assert judged(made, now=now).state == "unknown"


def test_of_authorities_and_of_end_entities():
    middle = intermediate(ANCHOR, "an intermediate", crl_at(URL))
    for_authorities = crl(ANCHOR, within=scope(only_contains_ca_certs=True))
    assert judged(for_authorities, middle, (ANCHOR,)).state == "good"
    for_others = crl(ANCHOR, within=scope(only_contains_user_certs=True))
    found = judged(for_others, middle, (ANCHOR,))
    assert (found.state, found.reason) == (
        "unknown",
        "it lists certificates of end entities alone",
    )


RELATIVE = sequence(object_identifier("2.5.4.3"), tlv(0x0C, b"one"))


def test_a_name_relative_to_the_issuer():
    end = end_entity(MIDDLE, points(point(relative=RELATIVE)))
    one = x509.RelativeDistinguishedName([x509.NameAttribute(x509.NameOID.COMMON_NAME, "one")])
    two = x509.RelativeDistinguishedName([x509.NameAttribute(x509.NameOID.COMMON_NAME, "two")])
    assert judged(crl(MIDDLE, within=scope(relative_name=one)), end).state == "good"
    assert judged(crl(MIDDLE, within=scope(relative_name=two)), end).state == "unknown"
    [middle] = read(MIDDLE)
    full = x509.DirectoryName(x509.Name([*middle.subject.rdns, one]))
    assert judged(crl(MIDDLE, within=scope(full_name=[full])), end).state == "good"


def test_a_distribution_point_for_some_reasons():
    end = end_entity(MIDDLE, points(point(URL, reasons=b"\x06\x40")))  # keyCompromise
    found = judged(crl(MIDDLE), end)
    assert (found.state, "some reasons" in found.reason) == ("unknown", True)
    assert judged(crl(MIDDLE, revoked(serial(end))), end).state == "revoked"


# Indirect ones

LISTER = intermediate(ANCHOR, "a lister")
INDIRECT = scope(indirect_crl=True)


def test_an_indirect_crl_that_the_certificate_names():
    end = end_entity(MIDDLE, points(point(URL, issuer=LISTER.subject)))
    number, above = serial(end), (MIDDLE, LISTER, ANCHOR)
    entry = revoked(number, "keyCompromise", issuer=MIDDLE)
    assert judged(crl(LISTER, entry, within=INDIRECT), end, above).state == "revoked"
    assert judged(crl(LISTER, within=INDIRECT), end, above).state == "good"
    # The same serial of the lister itself, and of another issuer.
    assert judged(crl(LISTER, revoked(number), within=INDIRECT), end, above).state == "good"
    entry = revoked(number, issuer=ANCHOR)
    assert judged(crl(LISTER, entry, within=INDIRECT), end, above).state == "good"
    # The issuer that an entry names holds for those after it.
    entries = [revoked(OTHER, issuer=MIDDLE), revoked(number)]
    assert judged(crl(LISTER, *entries, within=INDIRECT), end, above).state == "revoked"
    entries = [revoked(OTHER, issuer=MIDDLE), revoked(OTHER, issuer=ANCHOR), revoked(number)]
    assert judged(crl(LISTER, *entries, within=INDIRECT), end, above).state == "good"


def test_an_indirect_crl_that_counts_for_nothing():
    end = end_entity(MIDDLE, points(point(URL, issuer=LISTER.subject)))
    entry = revoked(serial(end), issuer=MIDDLE)
    wrong = "it is not the indirect CRL of the issuer that the certificate names for it"
    assert judged(crl(LISTER, entry), end).reason == wrong  # it does not say that it is one
    assert judged(crl(MIDDLE, entry, within=INDIRECT), end).reason == wrong
    assert judged(crl(LISTER, entry, within=INDIRECT), end).reason == "its issuer is not known"
    found = judged(crl(LISTER, entry, within=INDIRECT), authorities=(MIDDLE, LISTER))
    assert found.reason == "it is a CRL of another issuer"


def test_an_issuer_that_lists_others_beside_its_own():
    entries = [revoked(SERIAL), revoked(OTHER, issuer=LISTER)]
    assert judged(crl(MIDDLE, *entries, within=INDIRECT)).state == "revoked"
    entries = [revoked(OTHER, issuer=LISTER), revoked(SERIAL)]
    assert judged(crl(MIDDLE, *entries, within=INDIRECT)).state == "good"


def test_an_entry_of_another_issuer_in_a_crl_that_is_not_indirect():
    found = judged(crl(MIDDLE, revoked(SERIAL, issuer=LISTER)))
    assert (found.state, found.reason) == (
        "unknown",
        "its entry is about a certificate of another issuer",
    )


def test_an_indirect_crl_without_end():
    entries = entry_by_hand(OTHER) * (MOST_INDIRECT_ENTRIES + 1)
    within = extension("2.5.29.28", sequence(tlv(0x84, b"\xff")), critical=True)
    found = judged(crl_by_hand(MIDDLE, entries, within))
    assert (found.state, "more than 100000 entries" in found.reason) == ("unknown", True)


# Delta CRLs


def test_a_delta_crl_tells_what_has_changed():
    assert judged(crl(MIDDLE, revoked(SERIAL), delta=True)).state == "revoked"
    found = judged(crl(MIDDLE, revoked(OTHER), delta=True))
    assert (found.state, "delta CRL" in found.reason) == ("unknown", True)
    found = judged(crl(MIDDLE, revoked(SERIAL, "removeFromCRL"), delta=True))
    assert (found.state, "delta CRL" in found.reason) == ("unknown", True)


# What is critical and not known

UNKNOWN = extension("1.2.3.4", octets(b""), critical=True)


def test_a_critical_extension_that_is_not_known():
    found = judged(crl_by_hand(MIDDLE, entry_by_hand(SERIAL), UNKNOWN))
    assert (found.state, found.reason) == (
        "unknown",
        "it has a critical extension that is not known here (1.2.3.4)",
    )
    found = judged(crl_by_hand(MIDDLE, entry_by_hand(SERIAL, UNKNOWN)))
    assert (found.state, found.reason) == (
        "unknown",
        "its entry has a critical extension that is not known here",
    )
    plain = extension("1.2.3.4", octets(b""))
    assert judged(crl_by_hand(MIDDLE, entry_by_hand(SERIAL, plain), plain)).state == "revoked"


def test_extensions_that_cannot_be_read():
    twice = extension("2.5.29.20", b"\2\1\1")
    found = judged(crl_by_hand(MIDDLE, entry_by_hand(SERIAL), twice, twice))
    assert (found.state, found.reason) == ("unknown", "its extensions cannot be read")
    broken = extension("2.5.29.21", b"\x0a\1\x63")  # no such reason
    found = judged(crl_by_hand(MIDDLE, entry_by_hand(SERIAL, broken)))
    assert (found.state, found.reason) == ("unknown", "its entries cannot be read")


# What is no CRL


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is damaged, or not a CRL at all"),
        (b"nonsense", "it is damaged, or not a CRL at all"),
        (b"\n<!DOCTYPE html><html>Not here</html>", "it is a web page"),
        (b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----", "it is damaged"),
        (b"-----BEGIN CERTIFICATE-----", "it is damaged"),
        (ANCHOR.der, "it is damaged"),
        (crl(MIDDLE, revoked(SERIAL))[:-1], "it is damaged"),
        (crl(MIDDLE, revoked(SERIAL)) + b"\0", "it is damaged"),
        (bytes((64 << 20) + 1), "it is longer than 67108864 bytes"),
    ],
)
def test_what_is_no_crl(content, reason):
    with pytest.raises(UnreadableError, match=f"^{reason}"):
        read_crl(content)


WHOLE = crl(
    MIDDLE,
    revoked(OTHER, "keyCompromise"),
    revoked(SERIAL, "superseded"),
    within=scope(full_name=uri(URL)),
)


@settings(max_examples=300)
@given(st.data())
def test_no_octets_raise_or_are_believed(data):
    made = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        made[data.draw(st.integers(0, len(made) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = judged(bytes(made))
    except UnreadableError:
        return
    if made[: -(64 + 16)] != WHOLE[: -(64 + 16)]:
        assert found.state == "unknown"
