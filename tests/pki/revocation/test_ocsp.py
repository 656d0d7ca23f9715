"""OCSP answers as evidence, of `openssl ocsp`; what staples are worth is in test_staple."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from pki.issuing import extended_key_usage, intermediate, issue, p256, root, rsa_key
from pki.revocation.making import FAR, NO_CHECK, OCSP_SIGNING, end_entity, read
from pki.revocation.test_staple import openssl_staple
from tlsward.pki.revocation.ocsp import (
    LONGEST_GET_BYTES,
    answer_check,
    fetch_requests,
    ocsp_request,
    read_answer,
)

ANCHOR = root()
MIDDLE = intermediate(ANCHOR)
LEAF = end_entity(MIDDLE)
#: When things are judged: openssl makes them at its own time, which is later than now.
TODAY = datetime.now(UTC) + timedelta(hours=1)
DAY = timedelta(days=1)


def judged(octets, end=LEAF, issuers=(MIDDLE,), now=TODAY):
    [certificate] = read(end)
    return answer_check(read_answer(octets, certificate, read(*issuers), now), "ocsp")


def delegate(*more, issuer=MIDDLE, **how):
    how.setdefault("not_after", FAR)
    extensions = (extended_key_usage(OCSP_SIGNING), *more)
    return issue("a responder", issuer, extensions=extensions, **how)


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        ("V", "", ("good", None)),
        ("R", "", ("revoked", "unspecified")),
        ("R", "keyCompromise", ("revoked", "keyCompromise")),
        ("R", "superseded", ("revoked", "superseded")),
        ("absent", "", ("unknown", "the responder does not know the certificate")),
    ],
)
def test_states(tmp_path, state, reason, expected):
    found = judged(openssl_staple(tmp_path, LEAF, MIDDLE, MIDDLE, state=state, reason=reason))
    assert (found.state, found.reason) == expected
    assert found.signature_valid == "yes"
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert found.revoked_at == (at if state == "R" else None)
    assert found.next_update - found.this_update == 7 * DAY


def test_a_responder_the_issuer_made(tmp_path):
    made = openssl_staple(tmp_path, LEAF, MIDDLE, delegate(NO_CHECK))
    assert (judged(made).state, judged(made).reason) == ("good", None)
    made = openssl_staple(tmp_path, LEAF, MIDDLE, delegate())
    found = judged(made)
    assert found.state == "good"
    assert found.reason == "whether its responder's own certificate was revoked is not known"


@pytest.mark.parametrize(
    "wrong",
    [
        issue("a responder", MIDDLE, extensions=(NO_CHECK,)),
        delegate(NO_CHECK, issuer=ANCHOR),
        delegate(NO_CHECK, not_after=TODAY - DAY),
        delegate(NO_CHECK, not_before=TODAY + DAY),
        delegate(NO_CHECK, signer=p256()),
        issue("anybody"),
        intermediate(ANCHOR, "another intermediate"),
    ],
    ids=["no usage", "of another", "expired", "future", "forged", "self-made", "a sibling"],
)
def test_a_signer_who_may_not(tmp_path, wrong):
    for state in "VR":
        found = judged(openssl_staple(tmp_path, LEAF, MIDDLE, wrong, state=state))
        assert (found.state, found.signature_valid) == ("unknown", "no")
        assert found.reason == (
            "its signature is not one of the certificate's issuer or of a responder it made"
        )


def test_without_the_issuer(tmp_path):
    found = judged(openssl_staple(tmp_path, LEAF, MIDDLE, MIDDLE), issuers=())
    assert (found.state, found.reason) == ("unknown", "the issuer's certificate is not known")


def test_at_the_wrong_time(tmp_path):
    made = openssl_staple(tmp_path, LEAF, MIDDLE, MIDDLE)
    assert judged(made, now=TODAY + 6 * DAY).state == "good"
    found = judged(made, now=TODAY + 8 * DAY)
    assert found.state == "unknown"
    assert found.reason.startswith("it is out of date since ")
    found = judged(made, now=TODAY - DAY)
    assert found.reason.startswith("it is not valid before ")
    made = openssl_staple(tmp_path, LEAF, MIDDLE, MIDDLE, state="R", reason="keyCompromise")
    found = judged(made, now=TODAY + 8 * DAY)
    assert found.state == "revoked"
    assert found.reason.startswith("keyCompromise; it is out of date since ")
    made = openssl_staple(tmp_path, LEAF, MIDDLE, MIDDLE, state="R", reason="certificateHold")
    assert judged(made).state == "revoked"
    assert judged(made, now=TODAY + 8 * DAY).state == "unknown"


def test_without_a_next_update_it_counts_for_a_day(tmp_path):
    made = openssl_staple(tmp_path, LEAF, MIDDLE, MIDDLE, arguments=())
    found = judged(made)
    assert (found.state, found.next_update) == ("good", None)
    assert judged(made, now=TODAY + timedelta(hours=23)).state == "good"
    assert judged(made, now=TODAY + timedelta(hours=25)).state == "unknown"


def test_sha1_is_taken_and_said(tmp_path):
    middle = intermediate(ANCHOR, key=rsa_key(2048))
    end = end_entity(middle)
    made = openssl_staple(tmp_path, end, middle, middle, arguments=("-ndays", "7", "-rmd", "sha1"))
    found = judged(made, end, (middle,))
    assert (found.state, found.reason) == ("good", "signed with sha1")


def test_hashes_of_other_kinds(tmp_path):
    """The responder of RFC 6960 may name the certificate by any hash, one of many."""
    [end, middle] = read(LEAF, MIDDLE)
    for algorithm in (hashes.SHA1(), hashes.SHA256(), hashes.SHA384()):
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=end.loaded,
            issuer=middle.loaded,
            algorithm=algorithm,
            cert_status=ocsp.OCSPCertStatus.GOOD,
            this_update=TODAY - DAY,
            next_update=TODAY + DAY,
            revocation_time=None,
            revocation_reason=None,
        )
        signed = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, middle.loaded).sign(
            MIDDLE.key.private, hashes.SHA256()
        )
        assert judged(signed.public_bytes(Encoding.DER)).state == "good"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is damaged, or not an OCSP response at all"),
        (b"<html>", "it is damaged, or not an OCSP response at all"),
        (b"\x30\x03\x0a\x01\x03", "the responder says: try later"),
        (b"\x30\x03\x0a\x01\x06", "the responder says: unauthorized"),
    ],
)
def test_what_is_no_answer(content, reason):
    found = judged(content)
    assert (found.state, found.reason) == ("unknown", reason)


def test_about_another_certificate(tmp_path):
    made = openssl_staple(tmp_path, end_entity(MIDDLE), MIDDLE, MIDDLE)
    assert judged(made).reason == "it is about another certificate"


# Requests


def test_a_request_names_certificate_and_issuer():
    [end, middle] = read(LEAF, MIDDLE)
    request = ocsp.load_der_ocsp_request(ocsp_request(end, middle))
    assert request.serial_number == end.serial
    assert isinstance(request.hash_algorithm, hashes.SHA1)
    key = x509.SubjectKeyIdentifier.from_public_key(middle.loaded.public_key()).digest
    assert request.issuer_key_hash == key


def test_get_where_it_is_short_then_post():
    [end, middle] = read(LEAF, MIDDLE)
    request = ocsp_request(end, middle)
    for url in ("http://ocsp.example", "http://ocsp.example/"):
        get, post = fetch_requests(url, request)
        assert get.url.startswith("http://ocsp.example/M")
        encoded = get.url.removeprefix("http://ocsp.example/")
        assert "/" not in encoded
        assert "+" not in encoded
        assert base64.b64decode(unquote(encoded)) == request
        assert (get.body, post.body, post.url) == (None, request, url)
        assert ("Content-Type", "application/ocsp-request") in post.headers


@pytest.mark.parametrize("url", ["http://ocsp.example/" + "x" * LONGEST_GET_BYTES, "http://a/?b"])
def test_post_where_get_would_be_too_long_or_has_no_place(url):
    [end, middle] = read(LEAF, MIDDLE)
    [post] = fetch_requests(url, ocsp_request(end, middle))
    assert (post.url, post.body is not None) == (url, True)
