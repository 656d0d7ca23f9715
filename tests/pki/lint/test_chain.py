"""Whole chains: issuers beside what they issued, keys beside each other, public or private."""

import re
import ssl
from datetime import UTC, datetime
from pathlib import Path

import certifi
import msgspec
import pytest

from pki import issuing
from pki.issuing import rsa_key
from pki.lint.profiles import NOW, intermediate, key, leaf, policies, read
from pki.weak_keys.numbers import certificate, prime
from tlsward.pki.lint import deep
from tlsward.pki.lint.chain import Manner, lint_chain, read_all
from tlsward.pki.publicity import seems_public
from tlsward.pki.stores import Stores
from tlsward.pki.weak_keys import KnownKeys, shared_moduli
from tlsward.pki.weak_keys.known_keys import debian_fingerprint

STORES = Stores(public=False)
MANNER = Manner(now=NOW)


def linted(*made, shared=None, **how):
    octets = [each.der if isinstance(each, issuing.Issued) else each for each in made]
    manner = msgspec.structs.replace(MANNER, **how)
    return lint_chain(octets, STORES, manner, shared or {})


def ids(found):
    return [each.id for each in found.findings]


def test_each_certificate_is_linted_beside_its_issuer():
    sha384 = leaf(signer=key("issuer").hashing("sha384"))
    first, second = linted(sha384, intermediate())
    assert ids(first) == ["lint.signature.ecdsa-hash"]
    assert ids(second) == []
    assert (first.role, second.role) == ("leaf", "intermediate")
    # Its order in a file does not matter, and a stranger of the same name is no issuer.
    assert ids(linted(intermediate(), sha384)[1]) == ["lint.signature.ecdsa-hash"]
    stranger = intermediate(key=key("stranger"), signer=key("root"))
    assert ids(linted(sha384, stranger)[0]) == []


def test_what_a_server_sends_first_is_its_leaf_whatever_it_says():
    assert linted(intermediate())[0].role == "intermediate"
    (served,) = linted(intermediate(), served=True)
    assert served.role == "leaf"
    assert "lint.basic-constraints.leaf-authority" in ids(served)


def test_a_certificate_that_cannot_be_read_is_an_error_of_its_own():
    first, second = linted(leaf(), b"nothing")
    assert first.error is None
    assert second.error.startswith("not a certificate: ")
    assert read_all([b"nothing", leaf().der])[0].serial


def test_what_could_not_be_judged_is_named():
    broken = leaf(extended_key_usage=issuing.extension("2.5.29.37", issuing.sequence()))
    (found,) = linted(broken, public=True)
    assert len(found.unchecked) == 1
    assert found.unchecked[0].startswith("The extensions could not be read.")
    assert linted(leaf())[0].unchecked == ()


def test_weak_keys_are_findings():
    weak = leaf(key=rsa_key(1024), key_usage=issuing.key_usage(0x80))
    modulus = rsa_key(1024).private.public_key().public_numbers().n
    known = KnownKeys(debian=frozenset({debian_fingerprint(modulus)}))
    (found,) = linted(weak, known=known)
    assert {"key.debian", "lint.key.rsa-size"} <= set(ids(found))


def test_factors_in_common_are_findings_of_both():
    common = prime(256, 99)
    made = [certificate(name, common * prime(256, n)) for n, name in enumerate("ab", start=1)]
    first, second = linted(*(each.der for each in made), shared=shared_moduli(made))
    assert "key.shared-factor" in ids(first)
    assert "key.shared-factor" in ids(second)


def test_a_leaf_without_subject_is_called_by_its_first_name():
    assert linted(leaf())[0].subject == "www.example.net"


def test_pkilint_joins_in_where_it_is_asked_for():
    (found,) = linted(leaf(lives=NOW - datetime(2025, 1, 1, tzinfo=UTC)), deep=True)
    assert [each.partition(":")[0] for each in ids(found)] == ["lint.lifetime", "pkilint"]


def test_what_pkilint_failed_at_is_unchecked(monkeypatch):
    monkeypatch.setattr(deep, "_MOST_OCTETS", 1)
    made = leaf()
    (found,) = linted(made, deep=True)
    assert found.unchecked == (f"pkilint could not examine it. it has {len(made.der)} octets",)


@pytest.mark.parametrize(
    ("made", "public", "words"),
    [
        (lambda: leaf(), True, "it has policy 2.23.140.1.2.1"),
        (lambda: leaf(policies=policies("1.2.3")), True, "timestamps"),
        (lambda: leaf(policies=None, timestamps=None), False, "no sign"),
    ],
)
def test_a_certificate_shows_whether_it_is_public(made, public, words):
    told, because = seems_public(read(made()), (), STORES)
    assert told is public
    assert words in because


def test_a_root_of_a_public_store_is_public():
    text = Path(certifi.where()).read_text(encoding="utf-8")
    root = re.search("-----BEGIN CERT.*?-----END CERTIFICATE-----", text, re.DOTALL).group()
    told, because = seems_public(read(ssl.PEM_cert_to_DER_cert(root)), (), Stores.load())
    assert told
    assert "it has a path to a root of" in because
    assert "mozilla" in because


def test_what_was_asked_for_decides():
    (public,) = linted(leaf(policies=None, timestamps=None), public=True)
    (private,) = linted(leaf(), public=False)
    assert (public.public, private.public) == (True, False)
    assert public.public_because == "it was asked for"


def test_a_long_list_of_one_name_takes_no_long_time():
    many = [issuing.issue("same", key=key("same"), identified=False).der for _ in range(400)]
    found = linted(*many)
    assert len(found) == 400
