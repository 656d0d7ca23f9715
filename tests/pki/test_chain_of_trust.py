"""All ways from a leaf, with what every store says of each; what cannot be read is unknown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pki.issuing import (
    CA_USAGE,
    NOW,
    Issued,
    basic_constraints,
    intermediate,
    issue,
    key_usage,
    leaf,
    root,
)
from tlsward.model.served_chain import ServedChain
from tlsward.pki.chain_of_trust import chain_of_trust
from tlsward.pki.stores import Stores
from tlsward.pki.x509 import read_certificate
from tlsward.report.certificate.chain import render_chains, render_chains_json
from tlsward.report.certificate.figure import render_figure

ROOT = root()
OTHER = root("another root")
ISSUING = intermediate(ROOT)
LEAF = leaf(ISSUING)


def judged(*chain: Issued | bytes, roots=(ROOT,), public=False, **how):
    octets = tuple(each.der if isinstance(each, Issued) else each for each in chain)
    stores = Stores(b"".join(each.pem for each in roots), public=public)
    return chain_of_trust(
        ServedChain(certificates=octets, hostname="host.example"), stores, NOW, **how
    )


def subjects(chain):
    return [
        [chain.certificates[each].certificate.subject for each in way.fingerprints]
        for way in chain.ways
    ]


def test_a_way_to_a_root():
    chain = judged(LEAF, ISSUING)
    assert subjects(chain) == [["CN=a leaf", "CN=an intermediate", "CN=a root"]]
    [way] = chain.ways
    assert (way.trusted, way.reason, way.missing) == ("yes", None, None)
    assert [(each.store, each.trusted) for each in way.stores] == [("private", "yes")]
    assert chain.trusted == "yes"
    positions = [chain.certificates[each].positions for each in way.fingerprints]
    assert positions == [(0,), (1,), ()]
    assert chain.certificates[way.fingerprints[-1]].stores == ("private",)


def test_a_missing_issuer():
    chain = judged(LEAF)
    [way] = chain.ways
    assert way.missing == "CN=an intermediate"
    assert way.reason == "unknown issuer: CN=an intermediate"
    assert chain.trusted == "no"
    assert chain.chain_facts.complete == "no"


def test_a_self_signed_certificate_misses_no_issuer():
    [way] = judged(issue("alone")).ways
    assert way.missing is None
    assert way.reason == "self-signed: CN=alone"


def test_a_root_alone_is_one_way():
    [way] = judged(ROOT).ways
    assert [each.store for each in way.stores] == ["private"]
    assert way.reason is None


def test_a_bad_signature_misses_no_issuer():
    stranger = intermediate(ROOT)
    [way] = judged(leaf(stranger), ISSUING).ways
    assert way.missing is None
    assert way.reason == "bad signature: CN=a leaf"


def test_trusted_ways_come_first_and_failing_ones_say_why():
    old = root("an old root", not_after=NOW.replace(year=2026, month=1))
    how = {"key": ROOT.key, "extensions": (basic_constraints(True), key_usage(CA_USAGE))}
    cross = issue(ROOT.subject, old, **how)
    chain = judged(LEAF, ISSUING, cross, roots=(old, ROOT))
    assert [way.trusted for way in chain.ways] == ["yes", "no"]
    assert chain.ways[1].stores[0].reason == "expired on 2026-01-01: CN=an old root"


def test_only_the_private_store_is_asked_where_there_is_one():
    assert judged(LEAF, ISSUING, public=True).asked == ("private",)
    stores = Stores()
    served = ServedChain(certificates=(LEAF.der, ISSUING.der))
    chain = chain_of_trust(served, stores, NOW)
    assert chain.asked == stores.names
    assert chain.trusted == "no"


def test_what_was_added_is_marked():
    chain = judged(LEAF, added=(read_certificate(ISSUING.der),), missed=("why",))
    assert chain.trusted == "yes"
    added = [each.certificate.subject for each in chain.certificates.values() if each.added]
    assert added == ["CN=an intermediate"]
    assert chain.missed == ("why",)
    assert "taken from elsewhere" in render_chains("a file", [chain])
    assert "taken from elsewhere" in render_figure("a file", [chain])


def test_the_leaf_of_a_file_is_found():
    chain = judged(ROOT, ISSUING, LEAF, in_order=False)
    assert subjects(chain)[0][0] == "CN=a leaf"
    assert [each.subject for each in chain.chain] == [
        "CN=a root",
        "CN=an intermediate",
        "CN=a leaf",
    ]
    ambiguous = judged(LEAF, leaf(ISSUING), ISSUING, in_order=False)
    assert ambiguous.ways[0].fingerprints[0] == read_certificate(LEAF.der).sha256.hex()


@pytest.mark.parametrize("rubbish", [b"", b"\x30\x00", b"nothing"])
def test_a_leaf_that_cannot_be_read_is_unknown(rubbish):
    chain = judged(rubbish, ISSUING)
    assert chain.trusted == "unknown"
    assert chain.ways == ()
    assert chain.chain[0].error


def test_an_intermediate_that_cannot_be_read_makes_it_unknown():
    chain = judged(LEAF, b"\x30\x00", roots=(OTHER,))
    assert chain.trusted == "unknown"


def test_authorities_that_certify_each_other_everywhere_are_bounded():
    keys = [intermediate(ROOT, "everyone").key for _ in range(8)]
    how = {"extensions": (basic_constraints(True), key_usage(CA_USAGE))}
    names = [issue(f"authority {number}", key=key, **how) for number, key in enumerate(keys)]
    crossed = [
        issue(subject.subject, issuer, key=subject.key, **how)
        for subject in names
        for issuer in names
        if issuer is not subject
    ][:31]
    chain = judged(leaf(names[0]), *crossed)
    assert not chain.complete
    figure = render_figure("a file", [chain])
    assert "more ways are not drawn" in figure
    assert len(figure) < 200_000
    assert "too many to follow" in render_chains("a file", [chain])


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, len(LEAF.der) - 1),
    st.integers(0, len(ISSUING.der) - 1),
    st.integers(0, 255),
)
def test_mutated_chains_never_raise(first, second, octet):
    changed = bytearray(LEAF.der)
    changed[first] = octet
    above = bytearray(ISSUING.der)
    above[second] = octet
    for chain in (judged(bytes(changed), ISSUING), judged(LEAF, bytes(above), in_order=False)):
        assert chain.trusted in {"yes", "no", "unknown"}
        render_chains("a file", [chain])
        render_chains_json("a file", [chain])
        render_figure("a file", [chain])
