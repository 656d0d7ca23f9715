"""Staples: real ones of `openssl ocsp`, and what a server may send instead."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from pki.issuing import (
    Key,
    extended_key_usage,
    extension,
    intermediate,
    issue,
    leaf,
    object_identifier,
    p256,
    root,
    rsa_key,
    sequence,
    tlv,
)
from tlsward.pki.deployment import deployment
from tlsward.pki.stores import Stores

OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
RESPONDER = extension(
    "1.3.6.1.5.5.7.1.1",
    sequence(sequence(object_identifier("1.3.6.1.5.5.7.48.1"), tlv(0x86, b"http://ocsp.example/"))),
)
ANCHOR = root()
MIDDLE = intermediate(ANCHOR)
LEAF = leaf(MIDDLE, RESPONDER)
#: What `openssl ocsp` dates its answers by is the clock.
#: When things are judged: openssl makes them at its own time, which is later than now.
TODAY = datetime.now(UTC) + timedelta(hours=1)


def private_pem(key: Key) -> bytes:
    return key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def openssl_staple(directory, end, issuer, responder, *, state="V", reason="", arguments=None):
    """Return the OCSP response of OpenSSL's own responder about `end`.

    Unless the arguments say otherwise, it counts for seven days.
    """
    end_serial = serial_of(end)
    revoked = ",".join(filter(None, ("260101000000Z", reason))) if state == "R" else ""
    arguments = ("-ndays", "7") if arguments is None else arguments
    files = {
        "leaf.pem": end.pem,
        "issuer.pem": issuer.pem,
        "responder.pem": responder.pem,
        "responder.key": private_pem(responder.key),
        "index.txt": f"{state}\t490101000000Z\t{revoked}\t{end_serial}\tunknown\t/CN=a leaf\n"
        if state != "absent"
        else "",
    }
    for file, content in files.items():
        (directory / file).write_bytes(content.encode() if isinstance(content, str) else content)
    command = (
        "openssl ocsp -issuer issuer.pem -cert leaf.pem -no_nonce -reqout request.der;"
        "openssl ocsp -index index.txt -CA issuer.pem -rsigner responder.pem -rkey responder.key"
        f" -reqin request.der -respout response.der {' '.join(arguments)}"
    )
    subprocess.run(command, shell=True, cwd=directory, capture_output=True, check=True)
    return (directory / "response.der").read_bytes()


def serial_of(issued):
    from cryptography import x509

    return f"{x509.load_der_x509_certificate(issued.der).serial_number:04X}"


def judged(staple, end=LEAF, others=(MIDDLE,), now=None, **how):
    return deployment(
        [end.der, *(other.der for other in others)],
        hostname="host.example",
        stores=Stores(ANCHOR.pem, public=False),
        now=now or TODAY,
        ocsp_response=staple,
        **how,
    )


@pytest.mark.parametrize(
    ("state", "status"), [("V", "good"), ("R", "revoked"), ("absent", "unknown")]
)
def test_states(tmp_path, state, status):
    found = judged(openssl_staple(tmp_path, LEAF, MIDDLE, MIDDLE, state=state))
    assert found.staple.status == status
    assert found.staple.signature_valid == "yes"
    assert abs(found.staple.this_update - datetime.now(UTC)) < timedelta(minutes=5)
    assert found.staple.next_update - found.staple.this_update == timedelta(days=7)
    assert found.ocsp_stapling == "stapled"


def test_a_responder_the_issuer_made(tmp_path):
    delegate = issue(
        "a responder",
        MIDDLE,
        extensions=(extended_key_usage(OCSP_SIGNING),),
        key=rsa_key(2048),
        not_after=TODAY + timedelta(days=1),
    )
    found = judged(openssl_staple(tmp_path, LEAF, MIDDLE, delegate))
    assert found.staple.signature_valid == "yes"


@pytest.mark.parametrize("days", [-1, 8])
@pytest.mark.parametrize(("state", "status"), [("V", "out of date"), ("R", "revoked")])
def test_a_staple_of_another_day(tmp_path, days, state, status):
    staple = openssl_staple(tmp_path, LEAF, MIDDLE, MIDDLE, state=state)
    found = judged(staple, now=TODAY + timedelta(days=days))
    assert found.staple.status == status
    assert found.ocsp_stapling == ("stapled" if state == "R" else "not stapled")


@pytest.mark.parametrize(
    "wrong",
    [
        issue("a responder", MIDDLE, extensions=()),
        issue("a responder", ANCHOR, extensions=(extended_key_usage(OCSP_SIGNING),)),
        issue(
            "a responder",
            MIDDLE,
            extensions=(extended_key_usage(OCSP_SIGNING),),
            not_after=TODAY - timedelta(days=1),
        ),
        issue("a responder", MIDDLE, signer=p256(), extensions=(extended_key_usage(OCSP_SIGNING),)),
        issue("anybody", extensions=(extended_key_usage(OCSP_SIGNING),)),
    ],
    ids=["without the usage", "of another issuer", "expired", "forged", "self-made"],
)
def test_a_signer_who_may_not(tmp_path, wrong):
    found = judged(openssl_staple(tmp_path, LEAF, MIDDLE, wrong))
    assert found.staple.status == "good"
    assert found.staple.signature_valid == "no"
    assert found.ocsp_stapling == "not stapled"


def test_without_the_issuer_the_signature_is_unknown(tmp_path):
    found = judged(openssl_staple(tmp_path, LEAF, MIDDLE, MIDDLE), others=())
    assert found.staple.signature_valid == "unknown"
    assert found.ocsp_stapling == "stapled"


def test_a_signature_that_was_changed(tmp_path):
    staple = bytearray(
        openssl_staple(tmp_path, LEAF, MIDDLE, MIDDLE, arguments=["-resp_no_certs", "-ndays", "7"])
    )
    staple[-1] ^= 1
    assert judged(bytes(staple)).staple.signature_valid in ("no", "unknown")
    assert judged(bytes(staple)).staple.signature_valid != "yes"


def test_a_staple_about_another_certificate(tmp_path):
    other = leaf(MIDDLE, RESPONDER)
    found = judged(openssl_staple(tmp_path, other, MIDDLE, MIDDLE))
    assert found.staple.status == "about another certificate"
    assert found.ocsp_stapling == "not stapled"


def test_a_staple_about_the_same_serial_of_another_issuer(tmp_path):
    namesake = intermediate(root("another root"))
    other = leaf(namesake, RESPONDER, serial=int(serial_of(LEAF), 16))
    found = judged(openssl_staple(tmp_path, other, namesake, namesake))
    assert found.staple.status == "about another certificate"


@pytest.mark.parametrize(
    ("staple", "status"),
    [
        (sequence(tlv(0x0A, b"\1")), "malformed request"),
        (sequence(tlv(0x0A, b"\3")), "try later"),
        (sequence(tlv(0x0A, b"\6")), "unauthorized"),
        (sequence(tlv(0x0A, b"\x09")), "malformed"),
        (sequence(tlv(0x0A, b"\0")), "malformed"),
        (sequence(tlv(0x0A, b"\x7f" * 4000)), "malformed"),
        (
            sequence(
                tlv(0x0A, b"\0"), tlv(0xA0, sequence(object_identifier("1.2.3"), tlv(4, b"")))
            ),
            "malformed",
        ),
        (b"nonsense", "malformed"),
    ],
)
def test_what_is_no_answer(staple, status):
    found = judged(staple)
    assert found.staple.status == status
    assert found.ocsp_stapling == "not stapled"


def test_none_where_the_certificate_names_a_responder():
    found = judged(None)
    assert (found.staple, found.ocsp_stapling) == (None, "not stapled")


def test_none_where_no_hello_asked():
    assert judged(None, staple_requested=False).ocsp_stapling == "unknown"


def test_none_where_the_certificate_names_no_responder():
    assert judged(None, end=leaf(MIDDLE)).ocsp_stapling == "not applicable"


def test_must_staple_is_told_of():
    feature = extension("1.3.6.1.5.5.7.1.24", sequence(tlv(0x02, b"\5")))
    assert judged(None, end=leaf(MIDDLE, RESPONDER, feature)).chain[0].must_staple


def test_no_octets_of_a_staple_raise(tmp_path):
    good = openssl_staple(tmp_path, LEAF, MIDDLE, MIDDLE)

    @settings(max_examples=200)
    @given(st.data())
    def mutated(data):
        staple = bytearray(good)
        for _ in range(data.draw(st.integers(1, 3))):
            staple[data.draw(st.integers(0, len(staple) - 1))] = data.draw(st.integers(0, 255))
        assert judged(bytes(staple)).staple.signature_valid in ("yes", "no", "unknown")

    mutated()
    for length in range(1, len(good)):
        assert judged(good[:length]).staple.status == "malformed"
