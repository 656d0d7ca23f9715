"""Signatures of timestamps, by logs whose keys the tests make."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from pki.issuing import NOW, Key, intermediate, leaf, p256, root, rsa_key, timestamp_list
from pki.transparency.making import ISSUED, TestLog, embedded, log_list
from tlsward.pki.library import UnreadableError
from tlsward.pki.transparency import LogList, checked_timestamps, transparency
from tlsward.pki.transparency.signed_entry import NO_ISSUER
from tlsward.pki.x509 import read_certificate

ANCHOR = root()
MIDDLE = intermediate(ANCHOR)
OTHER = intermediate(ANCHOR, "another intermediate")
ECDSA_LOG = TestLog(name="the ECDSA log")
RSA_LOG = TestLog(key=rsa_key(2048), name="the RSA log", operator="Operator B")
STATIC_LOG = TestLog(name="the static log", operator="Operator C", static=True)
LOGS = log_list(ECDSA_LOG, RSA_LOG, STATIC_LOG)


def checked(issued, issuers=(MIDDLE,), *, logs=LOGS, sct_list=None, now=NOW, ocsp_response=None):
    return checked_timestamps(
        read_certificate(issued.der),
        [read_certificate(each.der) for each in issuers],
        sct_list=sct_list,
        ocsp_response=ocsp_response,
        logs=logs,
        now=now,
    )


def test_embedded_timestamps_of_every_kind_of_log():
    found = checked(embedded(MIDDLE, ECDSA_LOG, RSA_LOG, STATIC_LOG))
    assert [each.signature_valid for each in found] == ["yes"] * 3
    assert [each.log for each in found] == ["the ECDSA log", "the RSA log", "the static log"]
    assert [each.log_kind for each in found] == ["rfc6962", "rfc6962", "static"]
    assert [each.operator for each in found] == ["Operator A", "Operator B", "Operator C"]
    assert {each.log_state for each in found} == {"usable"}
    assert {each.timestamp for each in found} == {ISSUED}
    assert not any(each.remarks or each.signature_reason for each in found)


def test_timestamps_beside_the_certificate():
    plain = leaf(MIDDLE)
    listed = timestamp_list(*(log.for_certificate(plain) for log in (ECDSA_LOG, RSA_LOG)))
    # They are over the certificate alone: no issuer has to be known.
    found = checked(plain, (), sct_list=listed)
    assert [(each.source, each.signature_valid) for each in found] == [("tls", "yes")] * 2
    other = checked(leaf(MIDDLE), (), sct_list=listed)
    assert [each.signature_valid for each in other] == ["no", "no"]


def test_an_embedded_one_does_not_do_beside_the_certificate_nor_the_other_way():
    taken = []
    with_list = embedded(MIDDLE, ECDSA_LOG, change=lambda scts: taken.extend(scts) or scts)
    beside = checked(with_list, sct_list=timestamp_list(*taken))
    assert [each.signature_valid for each in beside] == ["yes", "no"]
    plain = leaf(MIDDLE)
    wrong = embedded(MIDDLE, change=lambda _: [ECDSA_LOG.for_certificate(plain)])
    assert [each.signature_valid for each in checked(wrong)] == ["no"]


#: Offsets in a SerializedSCT: two octets of length, version, ID, time, extensions.
TAMPERED = {
    "time": 2 + 1 + 32 + 7,
    "extensions": 2 + 1 + 32 + 8 + 2 + 7,
    "signature": -1,
}


@pytest.mark.parametrize("log", [ECDSA_LOG, RSA_LOG, STATIC_LOG], ids=lambda log: log.name)
@pytest.mark.parametrize("where", TAMPERED)
def test_each_field_that_is_changed(log, where):
    if where == "extensions" and not log.static:
        log = TestLog(key=log.key, name=log.name, static=True)

    def change(scts):
        (sct,) = scts
        changed = bytearray(sct)
        changed[TAMPERED[where]] ^= 1
        return [bytes(changed)]

    (found,) = checked(embedded(MIDDLE, log, change=change))
    assert found.signature_valid == "no"
    assert found.signature_reason == "the log did not sign this for this certificate"


def test_extensions_that_were_taken_away():
    def change(scts):
        (sct,) = scts
        kept = sct[2 : 2 + 41] + b"\0\0" + sct[2 + 41 + 2 + 8 :]
        return [len(kept).to_bytes(2, "big") + kept]

    (found,) = checked(embedded(MIDDLE, STATIC_LOG, change=change))
    assert found.signature_valid == "no"


@pytest.mark.parametrize(
    "how",
    [{"serial": 0x123457}, {"key": p256()}, {"days": 91}, {"not_before": ISSUED - timedelta(1)}],
    ids=lambda how: next(iter(how)),
)
def test_a_certificate_that_is_not_the_one_that_was_logged(how):
    taken = []
    embedded(MIDDLE, ECDSA_LOG, change=lambda scts: taken.extend(scts) or scts, key=MIDDLE.key)
    (found,) = checked(embedded(MIDDLE, change=lambda _: taken, **{"key": MIDDLE.key, **how}))
    assert found.signature_valid == "no"


def test_who_issued_is_part_of_what_is_signed():
    issued = embedded(MIDDLE, ECDSA_LOG)
    assert checked(issued, (OTHER,))[0].signature_valid == "no"
    assert checked(issued, (OTHER, MIDDLE))[0].signature_valid == "yes"
    (found,) = checked(issued, ())
    assert (found.signature_valid, found.signature_reason) == ("unknown", NO_ISSUER)


def test_a_precertificate_that_another_certificate_signed():
    """A precertificate signing certificate leaves no trace in what is signed (RFC 6962 3.2)."""
    signing = intermediate(MIDDLE, "a precertificate signing certificate")
    issued = embedded(MIDDLE, ECDSA_LOG)
    assert checked(issued, (MIDDLE, signing))[0].signature_valid == "yes"


def test_a_log_that_is_not_in_the_list():
    (found,) = checked(embedded(MIDDLE, TestLog()))
    assert found.signature_valid == "unknown"
    assert found.signature_reason == "not in the list of logs (the list of logs)"
    assert (found.log, found.operator, found.log_state) == (None, None, "unknown")


def test_without_a_list_nothing_is_checked():
    (found,) = checked(embedded(MIDDLE, ECDSA_LOG), logs=None)
    assert (found.signature_valid, found.signature_reason) == ("unknown", "")


@pytest.mark.parametrize(
    "key",
    [Key(ec.generate_private_key(ec.SECP256R1()), "sha384"), Key(p256().private, "sha512")],
    ids=["SHA-384", "SHA-512"],
)
def test_a_hash_that_logs_do_not_use(key):
    log = TestLog(key=key)

    def change(scts):
        (sct,) = scts
        # The hash in SignatureAndHashAlgorithm as it truly is: sha384 is 5, sha512 is 6.
        hash_octet = 5 if isinstance(key.hash, hashes.SHA384) else 6
        changed = bytearray(sct)
        changed[2 + 1 + 32 + 8 + 2] = hash_octet
        return [bytes(changed)]

    (found,) = checked(embedded(MIDDLE, log, change=change), logs=log_list(log))
    assert found.signature_valid == "no"
    assert found.signature_reason == "signed with another algorithm than the log's"


@pytest.mark.parametrize("algorithm", [b"\4\1", b"\4\0", b"\4\x09", b"\x0f\3"])
def test_an_algorithm_that_is_not_the_keys(algorithm):
    def change(scts):
        (sct,) = scts
        return [sct[:45] + algorithm + sct[47:]]

    found = checked(embedded(MIDDLE, ECDSA_LOG, change=change))
    assert [each.signature_valid for each in found] in (["no"], [])


def test_a_log_key_of_a_kind_that_logs_do_not_have():
    log = TestLog(key=Key(ed25519.Ed25519PrivateKey.generate()))
    (found,) = checked(embedded(MIDDLE, log), logs=log_list(log))
    assert found.signature_valid == "unknown"
    assert found.signature_reason == "the log's key is of a kind that no log uses"


def test_what_is_odd_is_said():
    late = embedded(MIDDLE, ECDSA_LOG, at=NOW + timedelta(hours=1))
    assert checked(late)[0].remarks == ("dated in the future",)
    back = embedded(MIDDLE, ECDSA_LOG, not_before=ISSUED - timedelta(days=3))
    assert "dated back" in checked(back)[0].remarks[0]
    ahead = embedded(MIDDLE, ECDSA_LOG, not_before=ISSUED + timedelta(days=3))
    assert checked(ahead)[0].remarks == ("made long before the certificate's notBefore",)
    twice = checked(embedded(MIDDLE, ECDSA_LOG, change=lambda scts: scts * 2))
    assert [each.remarks for each in twice] == [(), ("there twice",)]


def test_more_than_are_looked_at_and_other_versions_are_counted():
    plain = leaf(MIDDLE)
    one = ECDSA_LOG.for_certificate(plain)
    other = b"\0\3\1ab"
    found = checked(plain, sct_list=timestamp_list(other, *[one] * 100, other))
    assert len(found) == 64
    assert found[-1].remarks[-2:] == (
        "36 more timestamps were not looked at",
        "2 more timestamps of versions that nothing here knows were passed over",
    )


def test_the_installed_list_is_used_by_those_that_ask_for_it():
    installed = LogList.installed()
    (found,) = checked(embedded(MIDDLE, ECDSA_LOG), logs=installed)
    assert found.signature_reason == "not in the list of logs (cryptodatahub)"


@pytest.mark.parametrize(
    "validity",
    [
        (datetime(1950, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),) * 2,
    ],
)
def test_the_ends_of_time(validity):
    not_before, not_after = validity
    issued = embedded(MIDDLE, ECDSA_LOG, not_before=not_before, not_after=not_after)
    (found,) = checked(issued)
    assert found.signature_valid == "yes"
    assert len(transparency(read_certificate(issued.der), [found], LOGS, NOW)) == 3


EMBEDDED = embedded(MIDDLE, ECDSA_LOG, RSA_LOG, STATIC_LOG)
PLAIN = leaf(MIDDLE)
BESIDE = timestamp_list(*(log.for_certificate(PLAIN) for log in (ECDSA_LOG, STATIC_LOG)))


def mutated(data, octets):
    changed = bytearray(octets)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    return bytes(
        changed[: data.draw(st.integers(0, len(changed)))] if data.draw(st.booleans()) else changed
    )


@given(st.data())
def test_no_list_raises(data):
    certificate = read_certificate(PLAIN.der)
    found = checked_timestamps(
        certificate,
        [read_certificate(MIDDLE.der)],
        sct_list=mutated(data, BESIDE),
        ocsp_response=data.draw(st.binary(max_size=40)),
        logs=LOGS,
        now=NOW,
    )
    assert len(transparency(certificate, found, LOGS, NOW)) == 3
    assert all(remark.isprintable() for each in found for remark in each.remarks)


@given(st.data())
def test_no_certificate_raises(data):
    try:
        certificate = read_certificate(mutated(data, EMBEDDED.der))
    except UnreadableError:
        return
    found = checked_timestamps(
        certificate,
        [read_certificate(MIDDLE.der)],
        sct_list=None,
        ocsp_response=None,
        logs=LOGS,
        now=NOW,
    )
    assert len(transparency(certificate, found, LOGS, NOW)) == 3
