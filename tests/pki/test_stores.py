"""The root stores as the data packages have them."""

import ssl
from datetime import UTC, date, datetime

import certifi
import pytest

from pki.issuing import (
    A_YEAR,
    NOW,
    extension,
    issue,
    leaf,
    octets,
    root,
    timestamp,
    timestamp_list,
)
from tlsward.facts.distrust import all_distrust, distrust
from tlsward.pki import root_programs
from tlsward.pki.chain_building import Way, Ways
from tlsward.pki.data_package import Source
from tlsward.pki.deployment import deployment
from tlsward.pki.paths import trust
from tlsward.pki.root_programs import PUBLIC_STORES, Limit, certificates_in_pem
from tlsward.pki.stores import Anchor, Stores
from tlsward.pki.x509 import read_certificate


@pytest.fixture
def packages(monkeypatch):
    """Files of the data packages by package and path, to be replaced; reads nothing else."""
    files = {}
    monkeypatch.setattr(
        root_programs, "package_file", lambda package, path: files.get((package, path))
    )
    monkeypatch.setattr(
        root_programs,
        "source",
        lambda package: Source(version) if (version := files.get(package)) else None,
    )
    root_programs._root_programs.cache_clear()
    yield files
    root_programs._root_programs.cache_clear()


def named(text):
    """Return the anchors whose subject has this text."""
    stores = Stores.load()
    return {
        anchor.certificate.sha256.hex(): anchor
        for subject in root_programs.root_programs().by_subject
        if text in subject.rfc4514_string()
        for anchor in stores.anchors(subject)
    }


def test_all_public_stores_have_roots_of_authorities_everybody_knows():
    isrg = named("ISRG Root X1")
    (anchor,) = isrg.values()
    assert anchor.stores == set(PUBLIC_STORES)


def test_mozilla_is_what_the_fresher_package_has():
    listed_by_certifi = set(certificates_in_pem(certifi.contents().encode()))
    mozilla = {
        each.der
        for roots in root_programs.root_programs().by_subject.values()
        for each in roots
        if "mozilla" in each.stores
    }
    dates = Stores.load().dates
    assert mozilla == listed_by_certifi or dates["cryptodatahub"] >= dates["certifi"]


def test_dates_are_those_of_the_packages():
    released = date(*(int(number) for number in certifi.__version__.split(".")))
    assert Stores.load().dates["certifi"] == released


def test_names_come_in_the_order_of_the_report():
    assert Stores.load().names == PUBLIC_STORES
    assert Stores.load(b"").names == (*PUBLIC_STORES, "private")


def test_without_data_a_store_is_unknown(packages):
    stores = Stores(root().pem)
    end = leaf(None)
    verdict = trust(Ways((Way(certificates=(read_certificate(end.der),), dead_end="?"),), True),
                    stores, NOW)  # fmt: skip
    assert stores.known == {"private"}
    assert verdict.answers["mozilla"] == "unknown"
    assert verdict.reasons["mozilla"] == "no data of this root store are installed"
    assert verdict.answers["private"] == "no"


@pytest.mark.parametrize("junk", [b"", b"{", b"[]", b'{"A": {"certificate": ["x"]}}', b"\xff"])
def test_a_damaged_package_is_as_good_as_none(packages, junk):
    packages["cryptodatahub", "common/root-certificate.json"] = junk
    packages["certifi", "cacert.pem"] = junk
    packages["certifi"] = "rubbish"
    assert Stores.load().known == frozenset()


def test_an_older_certifi_does_not_replace_what_is_newer(packages):
    made = root()
    pem = '", "'.join(made.pem.decode().split("\n")[:-1])
    packages["cryptodatahub", "common/root-certificate.json"] = (
        f'{{"A": {{"certificate": ["{pem}"], "trust_stores": [{{"owner": "MOZILLA"}}]}}}}'.encode()
    )
    packages["cryptodatahub", "common/certificate-transparency-log.json"] = (
        b'"timestamp": "2026-07-27T00:00:00Z"'
    )
    packages["certifi", "cacert.pem"] = root("another").pem
    packages["certifi"] = "2026.05.01"
    (anchor,) = Stores.load().anchors(read_certificate(made.der).subject)
    assert anchor.stores == {"mozilla"}
    packages["certifi"] = "2026.09.01"
    (anchor,) = Stores.load().anchors(read_certificate(made.der).subject)
    assert anchor.stores == frozenset()


def test_a_private_file_with_other_things_in_it():
    made, other = root(), root("another")
    pem = b"# comment\n" + made.pem + b"-----BEGIN CERTIFICATE-----\nAAAA\n" + other.pem
    stores = Stores(pem, public=False)
    assert stores.private_certificates == 1 + 1
    assert [anchor.stores for anchor in stores.anchors(read_certificate(made.der).subject)] == [
        {"private"}
    ]
    assert Stores(b"nothing here", public=False).private_certificates == 0


def test_a_root_in_a_public_and_the_private_store_is_one_anchor():
    isrg = next(iter(named("ISRG Root X1").values())).certificate
    pem = issue("x").pem + b"-----BEGIN CERTIFICATE-----\n"
    pem += ssl.DER_cert_to_PEM_cert(isrg.der).encode()
    (anchor,) = Stores(pem).anchors(isrg.subject)
    assert anchor.stores == {*PUBLIC_STORES, "private"}


class TestLimits:
    """Dated and partial trust: the same leaf, an anchor with a limit."""

    def verdict(self, limit, timestamps=(), unchecked=(), **how):
        anchor = root()
        end = read_certificate(leaf(anchor, **how).der)
        found = read_certificate(anchor.der)
        way = Way(
            certificates=(end, found),
            anchor=Anchor(found, frozenset({"chrome"}), {"chrome": limit}),
        )
        result = trust(
            Ways((way,), True),
            Stores.load(),
            NOW,
            timestamps=timestamps,
            unchecked_timestamps=unchecked,
        )
        return result.answers["chrome"], result.reasons["chrome"]

    def test_by_the_day_of_issue(self):
        limit = Limit(issued_after=NOW - A_YEAR)
        assert self.verdict(limit, not_before=NOW - A_YEAR)[0] == "yes"
        answer, reason = self.verdict(limit, not_before=NOW)
        assert answer == "no"
        assert reason == "distrusted for certificates issued after 2025-06-01: CN=a root"

    def test_by_the_log(self):
        limit = Limit(logged_after=NOW)
        assert self.verdict(limit, [NOW, NOW + A_YEAR])[0] == "yes"
        assert self.verdict(limit, [NOW + A_YEAR])[0] == "no"
        assert self.verdict(limit)[0] == "no"

    def test_by_the_log_where_the_log_is_not_known(self):
        """Whoever issues a certificate can write any timestamp of an unheard-of log into it."""
        limit = Limit(logged_after=NOW)
        answer, reason = self.verdict(limit, unchecked=[NOW])
        assert answer == "unknown"
        assert reason.endswith("its early timestamps cannot be checked")
        assert self.verdict(limit, [NOW], [NOW + A_YEAR])[0] == "yes"
        assert self.verdict(limit, [NOW + A_YEAR], [NOW + A_YEAR])[0] == "no"

    def test_by_domain(self):
        assert self.verdict(Limit(domains=("example",)))[0] == "yes"
        answer, reason = self.verdict(Limit(domains=("tr",)))
        assert (answer, reason) == ("no", "trusted only for names under tr: CN=a root")


def test_the_package_limits_are_read():
    (izenpe,) = (
        anchor
        for anchor in named("Izenpe.com").values()
        if anchor.certificate.sha256.hex().startswith("2530cc8e")
    )
    assert izenpe.limits["mozilla"].issued_after == datetime(2026, 4, 15, 23, 59, 59, tzinfo=UTC)
    (kamu,) = named("TUBITAK Kamu SM SSL").values()
    assert kamu.limits["mozilla"].domains == ("tr",)


def test_our_limits_are_laid_on_the_anchors():
    (netlock,) = (anchor for anchor in named("Class Gold").values() if "chrome" in anchor.stores)
    assert netlock.limits["chrome"].logged_after == datetime(2025, 7, 31, 23, 59, 59, tzinfo=UTC)
    assert "mozilla" not in netlock.limits


def test_every_distrusted_root_is_one_that_the_packages_know():
    known = {anchor.certificate.sha256.hex(): anchor for anchor in named("").values()}
    for rule in all_distrust():
        assert rule.program in PUBLIC_STORES
        assert (rule.issued_after is None) != (rule.logged_after is None)
        assert rule.reference.startswith("https://")
        for each in rule.roots:
            assert each.name in known[each.sha256].certificate.subject.rfc4514_string()
            assert distrust(rule.program, each.sha256) == rule


def test_embedded_timestamps_date_the_distrust_of_a_whole_deployment():
    scts = extension("1.3.6.1.4.1.11129.2.4.2", octets(timestamp_list(timestamp())))
    found = deployment(
        [leaf(None, scts).der], hostname="host.example", stores=Stores.load(), now=NOW
    )
    assert found.trust_reasons["chrome"] == "self-signed: CN=a leaf"
