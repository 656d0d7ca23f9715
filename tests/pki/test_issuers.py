"""Missing issuers followed by their URLs, with a fetcher that knows its answers by heart."""

import asyncio
import contextlib
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from hypothesis import given
from hypothesis import strategies as st

from pki.issuing import (
    CA_USAGE,
    NOW,
    basic_constraints,
    common_name,
    extension,
    intermediate,
    issue,
    key_usage,
    leaf,
    object_identifier,
    p256,
    root,
    sequence,
    tlv,
)
from tlsward.model.fetching import Fetched
from tlsward.pki.deployment import deployment
from tlsward.pki.issuers import (
    MOST_FETCHES,
    certificates_in_answer,
    fetched_issuers,
    missing_issuers,
)
from tlsward.pki.library import UnreadableError
from tlsward.pki.stores import Stores
from tlsward.pki.x509 import read_certificate

URL = "http://ca.example/issuer.crt"
USAGE = (basic_constraints(True), key_usage(CA_USAGE))


def issuers_at(*urls):
    """The extension authorityInfoAccess with caIssuers."""
    method = object_identifier("1.3.6.1.5.5.7.48.2")
    accesses = (sequence(method, tlv(0x86, url.encode())) for url in urls)
    return extension("1.3.6.1.5.5.7.1.1", sequence(*accesses))


class Web:
    """Answers by URL; what is not there fails. `asked` is what was fetched, in order."""

    def __init__(self, answers):
        self.answers = answers
        self.asked = []

    async def __call__(self, request):
        self.asked.append(request.url)
        body = self.answers.get(request.url)
        if body is None:
            return Fetched(url=request.url, status=404, reason="HTTP 404")
        if len(body) > request.limit_bytes:
            return Fetched(url=request.url, status=200, reason="the answer is too large")
        return Fetched(url=request.url, status=200, body=body)


def chase(web, chain, *roots, intermediates=None):
    stores = Stores(b"".join(each.pem for each in roots), public=False, intermediates=intermediates)
    read = [read_certificate(each.der) for each in chain]
    return asyncio.run(fetched_issuers(read, stores, web, NOW)), stores


ANCHOR = root()
MIDDLE = intermediate(ANCHOR, "middle")
END = leaf(MIDDLE, issuers_at(URL))


def pkcs7_of(*made, encoding=Encoding.DER):
    return pkcs7.serialize_certificates(
        [x509.load_der_x509_certificate(each.der) for each in made], encoding
    )


@pytest.mark.parametrize(
    "body",
    [
        MIDDLE.der,
        MIDDLE.pem,
        b"\xef\xbb\xbf# the issuer\r\n" + MIDDLE.pem.replace(b"\n", b"\r\n"),
        pkcs7_of(MIDDLE),
        pkcs7_of(root("a stranger"), MIDDLE),
        pkcs7_of(MIDDLE, encoding=Encoding.PEM),
    ],
    ids=["DER", "PEM", "PEM of Windows", "PKCS 7", "PKCS 7 of two", "PKCS 7 in PEM"],
)
def test_every_form_of_an_answer(body):
    found, stores = chase(Web({URL: body}), [END], ANCHOR)
    assert [each.der for each in found.certificates] == [MIDDLE.der]
    assert found.failures == ()
    judged = deployment(
        [END.der], hostname="host.example", stores=stores, now=NOW, added=found.certificates
    )
    assert judged.trust["private"] == "yes"
    assert judged.chain_facts.complete == "no"
    assert judged.paths[0].added == (read_certificate(MIDDLE.der).sha256.hex(),)


def test_pkcs7_as_openssl_makes_it(tmp_path):
    (tmp_path / "middle.pem").write_bytes(MIDDLE.pem)
    made = subprocess.run(
        ["openssl", "crl2pkcs7", "-nocrl", "-certfile", tmp_path / "middle.pem",
         "-outform", "DER"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert chase(Web({URL: made}), [END], ANCHOR)[0].certificates[0].der == MIDDLE.der


def test_a_chain_of_missing_ones_is_followed_up():
    urls = [f"http://ca.example/{number}" for number in range(3)]
    upper = intermediate(ANCHOR, "upper")
    middle = intermediate(upper, "middle", issuers_at(urls[1]))
    lower = intermediate(middle, "lower", issuers_at(urls[0]))
    end = leaf(lower, issuers_at(urls[2]))
    web = Web({urls[2]: lower.der, urls[0]: middle.der, urls[1]: upper.der})
    found, _ = chase(web, [end], ANCHOR)
    assert {each.der for each in found.certificates} == {lower.der, middle.der, upper.der}
    assert web.asked == [urls[2], urls[0], urls[1]]


def test_nothing_is_fetched_for_a_chain_that_every_store_trusts():
    web = Web({})
    assert chase(web, [END, MIDDLE], ANCHOR)[0].certificates == ()
    assert web.asked == []


def test_nothing_is_fetched_where_the_pool_has_it():
    web = Web({URL: MIDDLE.der})
    assert chase(web, [END], ANCHOR, intermediates=MIDDLE.pem)[0].certificates == ()
    assert web.asked == []


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({}, "HTTP 404"),
        ({URL: b""}, "no certificate: "),
        ({URL: b"<html>moved</html>"}, "no certificate: "),
        ({URL: b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
         "no certificate: it is not X.509, PEM or PKCS #7"),
        ({URL: b"-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----\n"}, "no certificate: "),
        ({URL: MIDDLE.der[:-1]}, "no certificate: "),
        ({URL: root("a stranger").der}, "another certificate than the missing issuer's"),
        ({URL: bytes(2 << 20)}, "the answer is too large"),
    ],
)  # fmt: skip
def test_every_failure_is_a_reason(answers, reason):
    found, _ = chase(Web(answers), [END], ANCHOR)
    assert found.certificates == ()
    (failure,) = found.failures
    assert failure.startswith(f"{URL}: {reason}")


def test_a_certificate_of_the_right_name_that_did_not_sign_is_of_no_use():
    found, _ = chase(Web({URL: intermediate(ANCHOR, "middle").der}), [END], ANCHOR)
    assert found.certificates == ()


@pytest.mark.parametrize(
    "url", ["ldap://ca.example/cn=ca", "file:///etc/passwd", "ftp://ca.example/", "x", "http://[",
            "http://ca.example/" + "a" * 4000]
)  # fmt: skip
def test_what_is_not_http_is_not_fetched(url):
    web = Web({})
    found, _ = chase(web, [leaf(MIDDLE, issuers_at(url))], ANCHOR)
    assert web.asked == []
    assert len(found.failures) == 1


def test_one_of_several_urls_is_enough():
    web = Web({URL: MIDDLE.der})
    end = leaf(MIDDLE, issuers_at("http://down.example/", URL, "http://never.example/"))
    found, _ = chase(web, [end], ANCHOR)
    assert len(found.certificates) == 1
    assert web.asked == ["http://down.example/", URL]


def test_a_loop_of_issuers_ends():
    """Two authorities that certify each other, each pointing at the other."""
    keys, urls = [p256(), p256()], ["http://ca.example/0", "http://ca.example/1"]
    ring = [
        issue(
            f"ring {number}",
            key=keys[number],
            signer=keys[1 - number],
            issuer_name=common_name(f"ring {1 - number}"),
            extensions=(*USAGE, issuers_at(urls[1 - number])),
        )
        for number in range(2)
    ]
    web = Web({urls[0]: ring[0].der, urls[1]: ring[1].der})
    chase(web, [leaf(ring[0], issuers_at(urls[0]))], ANCHOR)
    assert sorted(web.asked) == urls


def test_an_endless_ladder_ends():
    """Each issuer names a next one at an address of its own."""
    keys = [p256() for _ in range(20)]
    ladder = [
        issue(
            f"rung {number}",
            key=keys[number],
            signer=keys[number + 1],
            issuer_name=common_name(f"rung {number + 1}"),
            extensions=(*USAGE, issuers_at(f"http://ca.example/{number + 1}")),
        )
        for number in range(19)
    ]
    web = Web({f"http://ca.example/{number}": rung.der for number, rung in enumerate(ladder)})
    found, _ = chase(web, [leaf(ladder[0], issuers_at("http://ca.example/0"))], ANCHOR)
    assert len(web.asked) == MOST_FETCHES
    assert found.failures[-1].endswith(f"{MOST_FETCHES} fetches for one chain are enough")


def test_a_bundle_of_thousands_is_cut():
    body = b"".join(intermediate(ANCHOR, "middle", key=MIDDLE.key).pem for _ in range(3))
    found, _ = chase(Web({URL: body * 200}), [END], ANCHOR)
    assert len(found.certificates) == 3


def test_no_certificate_needs_nothing():
    assert asyncio.run(missing_issuers((), Stores(public=False), Web({}), NOW)) == ()


@given(st.binary(max_size=400))
def test_no_answer_raises_anything_else(body):
    for octets in (body, MIDDLE.der[: len(body)] + body, pkcs7_of(MIDDLE)[:-1] + body):
        with contextlib.suppress(UnreadableError):
            assert certificates_in_answer(octets)
