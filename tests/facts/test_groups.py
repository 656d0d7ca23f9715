import json
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.facts import groups
from tlsward.model.scan_result import PROTOCOLS


@pytest.mark.parametrize("field", ["code", "name", "iana_name"])
def test_no_two_groups_share_a(field):
    values = [getattr(facts, field) for facts in groups.all_groups()]
    assert len(set(values)) == len(values)


def test_groups_are_sorted_by_code():
    codes = [facts.code for facts in groups.all_groups()]
    assert codes == sorted(codes)


def test_an_alias_is_nobody_elses_name():
    for facts in groups.all_groups():
        for name in (facts.name, facts.iana_name, *facts.aliases):
            assert groups.group_by_name(name) is facts, name


@pytest.mark.parametrize(
    "name", ["prime256v1", "secp256r1", "P-256", "PRIME256V1", "SECP256R1", "p-256"]
)
def test_p256_has_several_names(name):
    assert groups.canonical_group_name(name) == "prime256v1"
    assert groups.group_by_name(name).code == 0x0017


@pytest.mark.parametrize(
    ("code", "name", "standard_name", "bits", "kind", "post_quantum"),
    [
        (0x0017, "prime256v1", "P-256", 256, "ecdhe", False),
        (0x0018, "secp384r1", "P-384", 384, "ecdhe", False),
        (0x0019, "secp521r1", "P-521", 521, "ecdhe", False),
        (0x001D, "X25519", "X25519", 253, "ecdhe", False),
        (0x001E, "X448", "X448", 448, "ecdhe", False),
        (0x0001, "sect163k1", "K-163", 163, "ecdhe", False),
        (0x001F, "brainpoolP256r1tls13", "brainpoolP256r1", 256, "ecdhe", False),
        (0x0022, "GC256A", "GC256A", 256, "ecdhe", False),
        (0x0029, "curveSM2", "SM2", 256, "ecdhe", False),
        (0x0100, "ffdhe2048", "ffdhe2048", 2048, "ffdhe", False),
        (0x0104, "ffdhe8192", "ffdhe8192", 8192, "ffdhe", False),
        (0x0200, "MLKEM512", "ML-KEM-512", 512, "kem", True),
        (0x0202, "MLKEM1024", "ML-KEM-1024", 1024, "kem", True),
        (0x11EB, "SecP256r1MLKEM768", "P-256 with ML-KEM-768", 256, "hybrid", True),
        (0x11EC, "X25519MLKEM768", "X25519 with ML-KEM-768", 253, "hybrid", True),
        (0x11ED, "SecP384r1MLKEM1024", "P-384 with ML-KEM-1024", 384, "hybrid", True),
        (0x11EE, "curveSM2MLKEM768", "SM2 with ML-KEM-768", 256, "hybrid", True),
        (0x6399, "X25519Kyber768Draft00", "X25519 with Kyber-768", 253, "hybrid", True),
        (0x639A, "SecP256r1Kyber768Draft00", "P-256 with Kyber-768", 256, "hybrid", True),
        (0xFF01, "arbitrary_explicit_prime_curves", "explicit prime curve", 0, "explicit", False),
    ],
)
def test_facts(code, name, standard_name, bits, kind, post_quantum):
    facts = groups.group(code)
    assert (facts.name, facts.standard_name, facts.bits) == (name, standard_name, bits)
    assert (facts.kind, facts.post_quantum) == (kind, post_quantum)


def test_post_quantum_groups_are_those_with_a_kem_and_for_tls13_alone():
    for facts in groups.all_groups():
        assert facts.post_quantum == (facts.kind in {"kem", "hybrid"})
        if facts.post_quantum:
            assert facts.versions == ("TLSv1.3",)


def test_every_group_of_ours_has_the_other_tables_code():
    path = Path(find_spec("cryptodatahub").origin).parent / "tls" / "named-curve.json"
    theirs = msgspec.json.decode(path.read_bytes())
    for facts in groups.all_groups():
        entry = theirs.get(facts.iana_name.upper())
        if entry is not None:
            assert entry["code"] == facts.code
    # Curves and finite fields: all that the other table has in the registered range.
    registered = {entry["code"] for entry in theirs.values() if entry["code"] <= 0x0202}
    assert registered <= {facts.code for facts in groups.all_groups()}


@pytest.mark.parametrize("protocol", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"])
def test_groups_for_a_protocol_come_most_likely_first(protocol):
    found = groups.groups_for(protocol)
    assert all(protocol in facts.versions for facts in found)
    priors = [facts.prior for facts in found]
    assert priors == sorted(priors, reverse=True)
    assert all(0 < prior < 1 for prior in priors)


def test_every_group_can_be_negotiated_somewhere():
    assert all(
        facts.versions and set(facts.versions) <= set(PROTOCOLS) for facts in groups.all_groups()
    )


def test_what_real_servers_were_seen_to_use_can_be_negotiated():
    truth = json.loads((Path(__file__).parent.parent / "servers/truth.json").read_text())
    for server in truth.values():
        for protocol, names in server["groups"].items():
            known = {facts.name for facts in groups.groups_for(protocol)}
            assert set(names) <= known


def test_brainpool_curves_have_other_numbers_in_tls13():
    assert groups.group(0x001A).versions == ("TLSv1", "TLSv1.1", "TLSv1.2")
    assert groups.group(0x001F).versions == ("TLSv1.3",)
    assert groups.group_by_name("brainpoolP256r1").code == 0x001A


@given(st.integers(min_value=0, max_value=0xFFFF))
def test_every_number_has_facts(code):
    facts = groups.group(code)
    assert facts.code == code
    if facts.kind == "unknown":
        assert facts.name == facts.iana_name == facts.standard_name == f"0x{code:04X}"
        assert groups.canonical_group_name(facts.name) == facts.name


@given(st.text())
def test_a_name_nobody_has_stays_as_it_is(name):
    if groups.group_by_name(name) is None:
        assert groups.canonical_group_name(name) == name
