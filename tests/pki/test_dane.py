"""TLSA records against chains, as OpenSSL's own client judges them."""

import hashlib
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from pki.issuing import A_YEAR, NOW, intermediate, leaf, root
from pki.openssl_judge import openssl_dane_accepts
from servers.laboratory import HOST, Launch
from tlsward.model.dns import TlsaRecord
from tlsward.pki.dane import dane, reference_names
from tlsward.pki.x509 import read_certificate

DIGESTS = {
    0: bytes,
    1: lambda o: hashlib.sha256(o).digest(),
    2: lambda o: hashlib.sha512(o).digest(),
}
COMBINATIONS = list(itertools.product(range(4), range(2), range(3)))
NAME = "host.example"
FAR = NOW + 20 * A_YEAR


def record(usage, selector, matching_type, issued):
    """Return the record for a certificate, or one of random octets for None."""
    selected = b"nobody's" if issued is None else (issued.der, issued.key.spki)[selector]
    data = DIGESTS[matching_type](selected)
    return TlsaRecord(usage=usage, selector=selector, matching_type=matching_type, data=data.hex())


def written(given):
    return f"{given.usage} {given.selector} {given.matching_type} {given.data}"


class Served:
    """A chain and the openssl s_server that serves it, its root known to the client."""

    def __init__(self, laboratory, name, chain, top):
        self.chain, self.top = chain, top

        def start(bench):
            key = chain[0].key.private.private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            )
            bench.write("leaf.pem", (chain[0].pem + key).decode())
            bench.write("above.pem", "".join(each.pem.decode() for each in chain[1:]))
            bench.write("root.pem", top.pem.decode())
            self.roots = bench.directory / "root.pem"
            above = ("-cert_chain", "above.pem") if len(chain) > 1 else ()
            return Launch(
                command=[
                    *("openssl", "s_server", "-accept", f"{HOST}:{bench.port}", "-quiet"),
                    *("-cert", "leaf.pem", *above),
                ]
            )

        self.port = laboratory.launch(name, start).port

    def both_judge(self, given, *, domain=NAME, trusted="yes"):
        """Return our answer and OpenSSL's."""
        ours = judge([given], self.chain, self.top, hostnames=(domain,), trusted=trusted)
        theirs = openssl_dane_accepts(self.port, written(given), domain=domain, roots=self.roots)
        return ours.valid, "yes" if theirs else "no"


def judge(records, chain, top=None, *, now=None, dnssec="secure", trusted="yes", **more):
    read = [read_certificate(each.der) for each in chain]
    if top is not None:
        more["paths"] = [[*read, read_certificate(top.der)]]
    return dane(
        records,
        read,
        name=f"_443._tcp.{NAME}",
        dnssec=dnssec,
        trusted=trusted,
        now=now or datetime.now(UTC),
        **more,
    )


@pytest.fixture(scope="module")
def ordinary():
    top = root(not_after=FAR)
    middle = intermediate(top, not_after=FAR)
    return leaf(middle, not_after=FAR), middle, top


@pytest.fixture(scope="module")
def served(laboratory, ordinary):
    certificate, middle, top = ordinary
    return Served(laboratory, "dane-ordinary", [certificate, middle], top)


@pytest.fixture(scope="module")
def expired(laboratory, ordinary):
    _, middle, top = ordinary
    certificate = leaf(middle, not_before=NOW - 2 * A_YEAR, not_after=NOW - A_YEAR)
    return Served(laboratory, "dane-expired", [certificate, middle], top)


@pytest.fixture(scope="module")
def alone(laboratory):
    certificate = leaf(None, not_after=FAR)
    return Served(laboratory, "dane-alone", [certificate], root(not_after=FAR))


def kind(combination):
    return " ".join(map(str, combination))


@pytest.mark.parametrize("of", ["leaf", "intermediate", "root", "nobody"])
@pytest.mark.parametrize("combination", COMBINATIONS, ids=kind)
def test_each_combination_as_openssl(served, ordinary, combination, of):
    places = dict(zip(("leaf", "intermediate", "root"), ordinary, strict=True))
    given = record(*combination, places.get(of))
    ours, theirs = served.both_judge(given)
    if of == "nobody" and combination[2] == 0:
        # No certificate and no key: unusable. OpenSSL goes on without DANE then.
        assert ours == "unknown"
        return
    assert ours == theirs
    usage, _, matching_type = combination
    expected = {
        "leaf": usage in {1, 3},
        "intermediate": usage in {0, 2},
        # Not served: known to those who have it in their store or in the record itself.
        "root": usage == 0 or (usage == 2 and matching_type == 0),
        "nobody": False,
    }
    assert ours == ("yes" if expected[of] else "no")


@pytest.mark.parametrize("combination", COMBINATIONS, ids=kind)
def test_after_its_end_as_openssl(expired, combination):
    """Dates do not count for DANE-EE, and for all others (RFC 7671 section 5.1)."""
    certificate, middle = expired.chain
    given = record(*combination, certificate if combination[0] in {1, 3} else middle)
    ours, theirs = expired.both_judge(given, trusted="no")
    assert ours == theirs == ("yes" if combination[0] == 3 else "no")


@pytest.mark.parametrize("usage", range(4))
def test_another_name_as_openssl(served, usage):
    certificate, middle = served.chain
    given = record(usage, 1, 1, certificate if usage in {1, 3} else middle)
    ours, theirs = served.both_judge(given, domain="other.example")
    assert ours == theirs == ("yes" if usage == 3 else "no")


@pytest.mark.parametrize("combination", COMBINATIONS, ids=kind)
def test_self_signed_as_openssl(alone, combination):
    """A leaf is no trust anchor, but the key that signed it may be, even its own."""
    given = record(*combination, alone.chain[0])
    ours, theirs = alone.both_judge(given, trusted="no")
    holds = combination[0] == 3 or combination == (2, 1, 0)
    assert ours == theirs == ("yes" if holds else "no")


@pytest.mark.parametrize("usage", [0, 1])
@pytest.mark.parametrize("trusted", ["no", "unknown"])
def test_public_usages_need_a_public_path(ordinary, usage, trusted):
    certificate, middle, _ = ordinary
    given = record(usage, 1, 1, (middle, certificate)[usage])
    found = judge([given], [certificate, middle], trusted=trusted)
    assert found.valid == trusted
    assert found.matches[0].matches == trusted


@pytest.mark.parametrize(
    ("dnssec", "words"),
    [
        ("insecure", "not signed"),
        ("bogus", "do not hold"),
        ("unknown", "does not tell"),
    ],
)
def test_only_secure_records_count(ordinary, dnssec, words):
    certificate, middle, _ = ordinary
    for of in (certificate, None):
        found = judge([record(3, 1, 1, of)], [certificate, middle], dnssec=dnssec)
        assert found.valid == "unknown"
        assert words in found.reason
    # What the records say is told all the same.
    assert found.matches[0].matches == "no"


def test_one_that_holds_is_enough(ordinary):
    certificate, middle, _ = ordinary
    records = [record(3, 1, 1, None), record(2, 0, 1, middle), record(3, 1, 2, None)]
    found = judge(records, [certificate, middle])
    assert found.valid == "yes"
    assert [(each.matches, each.depth) for each in found.matches] == [
        ("no", None),
        ("yes", 1),
        ("no", None),
    ]
    assert found.reason == "2 0 1 (DANE-TA) matches CN=an intermediate"


def test_none_that_holds(ordinary):
    certificate, middle, _ = ordinary
    found = judge([record(3, 1, 1, None), record(3, 0, 1, middle)], [certificate, middle])
    assert (found.valid, found.reason) == (
        "no",
        "none of 2 usable TLSA records matches the chain",
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((4, 1, 1, "ab" * 32), "unknown certificate usage 4"),
        ((3, 2, 1, "ab" * 32), "unknown selector 2"),
        ((3, 1, 3, "ab" * 32), "unknown matching type 3"),
        ((3, 1, 1, "abcd"), "2 octets are no SHA2-256 digest"),
        ((3, 1, 2, "ab" * 32), "32 octets are no SHA2-512 digest"),
        ((3, 1, 1, ""), "0 octets are no SHA2-256 digest"),
        ((2, 0, 0, "abcd"), "its data are no certificate"),
        ((2, 1, 0, ""), "its data are no public key"),
    ],
)
def test_unusable_records(ordinary, given, words):
    certificate, middle, _ = ordinary
    usage, selector, matching_type, data = given
    odd = TlsaRecord(usage=usage, selector=selector, matching_type=matching_type, data=data)
    found = judge([odd], [certificate, middle])
    assert found.matches[0].matches == "unknown"
    assert found.matches[0].reason == f"unusable: {words}"
    assert (found.valid, found.reason.split(",")[0]) == ("unknown", "no usable TLSA record")
    # Beside a usable one they do not matter.
    assert judge([odd, record(3, 1, 1, None)], [certificate, middle]).valid == "no"
    assert judge([odd, record(3, 1, 1, certificate)], [certificate, middle]).valid == "yes"


def test_mail_servers_have_no_public_authorities(ordinary):
    certificate, middle, top = ordinary
    for usage, of in ((0, middle), (1, certificate)):
        found = judge([record(usage, 1, 1, of)], [certificate, middle], top, starttls="smtp")
        assert found.valid == "unknown"
        assert "between mail servers" in found.matches[0].reason
    for usage, of in ((2, middle), (3, certificate)):
        found = judge([record(usage, 1, 1, of)], [certificate, middle], starttls="smtp")
        assert found.valid == "yes"


def test_the_strongest_digest_alone_counts(ordinary):
    """As OpenSSL, RFC 7671 section 9; the whole always counts, and other usages too."""
    certificate, middle, _ = ordinary
    weak, strong = record(3, 1, 1, certificate), record(3, 1, 2, None)
    found = judge([weak, strong], [certificate, middle])
    assert found.valid == "no"
    assert found.matches[0].reason == (
        "matches the certificate, but a stronger digest is there beside it"
    )
    assert judge([weak, record(3, 0, 2, None)], [certificate, middle]).valid == "yes"
    assert judge([record(3, 1, 0, certificate), strong], [certificate, middle]).valid == "yes"


def test_a_path_is_needed_to_the_trust_anchor(ordinary):
    certificate, middle, _ = ordinary
    stranger = intermediate(root("another root"), "an unrelated intermediate")
    found = judge([record(2, 1, 1, stranger)], [certificate, middle, stranger])
    assert found.valid == "no"
    assert "to which no path leads" in found.matches[0].reason
    old = intermediate(root(), "an old intermediate", not_after=NOW - timedelta(days=1))
    below = leaf(old, not_after=FAR)
    found = judge([record(2, 0, 1, old)], [below, old])
    assert (found.valid, "expired" in found.reason) == ("no", True)


def test_a_bare_key_signs_the_leaf_or_what_is_above_it(ordinary):
    certificate, middle, top = ordinary
    held = record(2, 1, 0, top)
    assert judge([held], [certificate, middle]).valid == "yes"
    direct = leaf(top, not_after=FAR)
    assert judge([held], [direct]).valid == "yes"
    ended = leaf(top, not_after=NOW - timedelta(days=1))
    found = judge([held], [ended])
    assert (found.valid, "expired" in found.reason) == ("no", True)
    assert judge([record(2, 1, 0, root())], [direct]).valid == "no"


def test_nothing_to_judge(ordinary):
    certificate, _, _ = ordinary
    none = judge([], [certificate])
    assert (none.matches, none.error, none.valid) == ((), None, "unknown")
    failed = judge([record(3, 1, 1, certificate)], [certificate], error="SERVFAIL")
    assert (failed.matches, failed.error, failed.valid) == ((), "SERVFAIL", "unknown")
    assert judge([record(3, 1, 1, certificate)], []).valid == "unknown"


def test_a_thousand_records(ordinary):
    certificate, middle, _ = ordinary
    records = [record(2, 0, 0, middle)] * 500 + [record(3, 1, 1, None)] * 500
    assert judge(records, [certificate, middle]).valid == "yes"
    many = judge([record(3, 1, 1, None)] * 1000, [certificate, middle])
    assert many.valid == "unknown"
    assert len(many.matches) == 100


def test_names_that_count():
    assert reference_names("a.example", "_443._tcp.a.example") == ("a.example",)
    assert reference_names("a.example", "_443._tcp.b.example") == ("a.example", "b.example")
    assert reference_names("a.example", "") == ("a.example",)


@given(st.binary(max_size=100), st.integers(0, 3), st.integers(0, 1))
def test_any_data_are_judged(ordinary, data, usage, selector):
    certificate, middle, _ = ordinary
    odd = TlsaRecord(usage=usage, selector=selector, matching_type=0, data=data.hex())
    assert judge([odd], [certificate, middle]).valid in {"no", "unknown"}
