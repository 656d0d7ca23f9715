"""All paths: crosswise signed, several roots, loops, pools; and that memory changes nothing."""

import random
import ssl
import subprocess
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from pki.issuing import (
    A_YEAR,
    CA_USAGE,
    NOW,
    Key,
    basic_constraints,
    common_name,
    intermediate,
    issue,
    key_usage,
    leaf,
    p256,
    root,
    rsa_key,
)
from pki.openssl_judge import openssl_accepts
from tlsward.pki import chain_building
from tlsward.pki.chain_building import ways
from tlsward.pki.deployment import deployment
from tlsward.pki.paths import trust
from tlsward.pki.root_programs import Limit, RootCertificate, RootPrograms, by_their_subjects
from tlsward.pki.stores import Stores
from tlsward.pki.x509 import read_certificate

USAGE = (basic_constraints(True), key_usage(CA_USAGE))


def pem(*made):
    return b"".join(each.pem for each in made)


def programs(**stores):
    """Root programs made of roots by the names of stores: `mozilla=[root]`."""
    all_roots = {each.der: each for roots in stores.values() for each in roots}
    made = [
        RootCertificate(der, frozenset(name for name, roots in stores.items() if each in roots), {})
        for der, each in all_roots.items()
    ]
    return RootPrograms(by_their_subjects(made), tuple(stores), {})


def judged(chain, stores, now=NOW, added=()):
    return deployment(
        [each.der for each in chain],
        hostname="host.example",
        stores=stores,
        now=now,
        added=[read_certificate(each.der) for each in added],
    )


def shown(found, store):
    """The paths of a store: subjects without the leaf, and whether they hold."""
    return {
        (" < ".join(name.removeprefix("CN=") for name in path.subjects[1:]), path.reason)
        for path in found.paths
        if path.store == store
    }


def crossed(authority, by, **how):
    """The authority's own name and key, certified by another one."""
    return issue(authority.subject, by, key=authority.key, extensions=USAGE, **how)


class TestDiamond:
    """A leaf's issuer under two roots that also certify each other."""

    one, other = root("one"), root("other")
    middle = intermediate(one, "middle")
    middle_by_other = crossed(middle, other)
    one_by_other, other_by_one = crossed(one, other), crossed(other, one)
    end = leaf(middle)
    chain = (end, middle, middle_by_other, one_by_other, other_by_one)

    def test_every_path_is_told(self, tmp_path):
        found = judged(self.chain, Stores(pem(self.one, self.other), public=False))
        assert found.trust["private"] == "yes"
        assert shown(found, "private") == {
            ("middle < one", None),
            ("middle < other", None),
            ("middle < one < other", None),
            ("middle < other < one", None),
        }
        assert openssl_accepts(tmp_path, self.end, list(self.chain[1:]), [self.one], NOW)

    def test_each_store_has_the_paths_to_its_own_roots(self):
        stores = Stores(programs=programs(mozilla=[self.one], apple=[self.other], chrome=[]))
        found = judged(self.chain, stores)
        assert found.trust["mozilla"] == found.trust["apple"] == "yes"
        assert found.trust["chrome"] == "no"
        assert shown(found, "mozilla") == {("middle < one", None), ("middle < other < one", None)}
        assert shown(found, "apple") == {("middle < other", None), ("middle < one < other", None)}
        assert found.trust_reasons["chrome"] == "not a root of this store: CN=one"


def test_one_path_expired_and_the_other_not_is_a_yes(tmp_path):
    """As on 30 May 2020, when the root of AddTrust expired that USERTrust was signed by."""
    add_trust = root("AddTrust", not_after=NOW - timedelta(days=1))
    user_trust = root("USERTrust")
    by_add_trust = crossed(user_trust, add_trust, not_after=NOW - timedelta(days=1))
    middle = intermediate(user_trust, "middle")
    chain = [leaf(middle), middle, by_add_trust]
    both = Stores(pem(add_trust, user_trust), public=False)
    found = judged(chain, both)
    assert (found.trust["private"], found.trust_reasons["private"]) == ("yes", "CN=USERTrust")
    assert shown(found, "private") == {
        ("middle < USERTrust", None),
        ("middle < USERTrust < AddTrust", "expired on 2026-05-31: CN=USERTrust"),
    }
    assert openssl_accepts(tmp_path, chain[0], chain[1:], [add_trust, user_trust], NOW)
    alone = judged(chain, Stores(add_trust.pem, public=False))
    assert alone.trust["private"] == "no"
    before = judged(chain, both, now=NOW - timedelta(days=2))
    assert {reason for _, reason in shown(before, "private")} == {None}


def test_a_limit_of_one_root_leaves_the_path_to_the_other():
    one, other = root("one"), root("other")
    middle = intermediate(one, "middle")
    made = [
        RootCertificate(
            one.der, frozenset({"mozilla"}), {"mozilla": Limit(issued_after=NOW - 2 * A_YEAR)}
        ),
        RootCertificate(other.der, frozenset({"mozilla"}), {}),
    ]
    stores = Stores(programs=RootPrograms(by_their_subjects(made), ("mozilla",), {}))
    found = judged([leaf(middle), middle, crossed(middle, other)], stores)
    assert found.trust_reasons["mozilla"] == "CN=other"
    assert (
        "middle < one",
        "distrusted for certificates issued after 2024-06-01: CN=one",
    ) in shown(found, "mozilla")


def test_authorities_in_a_ring_end():
    keys = [p256() for _ in range(5)]
    ring = [
        issue(
            f"ring {number}",
            key=keys[number],
            signer=keys[(number + 1) % 5],
            issuer_name=common_name(f"ring {(number + 1) % 5}"),
            extensions=USAGE,
        )
        for number in range(5)
    ]
    found = judged([leaf(ring[0]), *ring], Stores(root().pem, public=False))
    assert found.trust["private"] == "no"
    assert found.trust_reasons["private"].startswith("unknown issuer: CN=ring")


def rsa_512():
    """A key that the library loads but does not make."""
    made = subprocess.run(["openssl", "genrsa", "512"], capture_output=True, check=True).stdout
    return Key(load_pem_private_key(made, None))


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"signer": rsa_key(2048).hashing("sha1")}, "weak signature sha1WithRSAEncryption"),
        ({"signer": rsa_key(2048).hashing("md5")}, "weak signature md5WithRSAEncryption"),
        ({"key": rsa_key(1024)}, "key too small, rsa of 1024 bits"),
        ({"key": rsa_512()}, "key too small, rsa of 512 bits"),
        ({"extensions": None, "version": 1}, "not an authority"),
    ],
    ids=["SHA-1", "MD5", "RSA-1024", "RSA-512", "version 1"],
)
def test_what_libraries_refuse_is_judged_with_the_reason(how, reason):
    anchor = root(key=rsa_key(2048))
    middle = intermediate(anchor, "middle", **({"key": rsa_key(2048, 1)} | how))
    stores = Stores(programs=programs(mozilla=[anchor]))
    found = judged([leaf(middle), middle], stores)
    assert found.trust["mozilla"] == "no"
    assert found.trust_reasons["mozilla"] == f"{reason}: CN=middle"


def test_rsa_of_1024_bits_will_do_under_a_private_root_alone():
    anchor = root(key=rsa_key(2048))
    middle = intermediate(anchor, "middle", key=rsa_key(1024))
    stores = Stores(anchor.pem, programs=programs(mozilla=[anchor]))
    found = judged([leaf(middle), middle], stores)
    assert (found.trust["private"], found.trust["mozilla"]) == ("yes", "no")


class TestPool:
    """Intermediates from elsewhere: they help, they are told, and the chain stays incomplete."""

    anchor = root("an anchor")
    middle = intermediate(anchor, "middle")
    below = intermediate(middle, "below")
    end = leaf(below)

    def stores(self, *pooled):
        return Stores(self.anchor.pem, public=False, intermediates=pem(*pooled))

    def test_what_is_missing_comes_from_the_pool(self):
        found = judged([self.end, self.below], self.stores(self.middle))
        assert found.trust["private"] == "yes"
        (path,) = found.paths
        assert path.added == (read_certificate(self.middle.der).sha256.hex(),)
        assert [each.subject for each in found.added] == ["CN=middle"]
        assert (found.chain_facts.complete, found.chain_facts.missing) == ("no", ("CN=middle",))

    def test_all_of_them(self):
        found = judged([self.end], self.stores(self.middle, self.below))
        (path,) = found.paths
        assert (path.reason, len(path.added)) == (None, 2)
        assert found.chain_facts.missing == ("CN=below",)

    def test_what_was_sent_is_not_called_added(self):
        found = judged([self.end, self.below, self.middle], self.stores(self.middle, self.below))
        assert [path.added for path in found.paths] == [()]
        assert found.added == ()
        assert found.chain_facts.complete == "yes"

    def test_certificates_that_were_fetched_do_the_same(self):
        found = judged([self.end, self.below], self.stores(), added=[self.middle])
        assert found.trust["private"] == "yes"
        assert [len(path.added) for path in found.paths] == [1]
        assert found.chain_facts.complete == "no"

    def test_paths_through_what_was_sent_come_first(self):
        other = root("another anchor")
        stores = Stores(
            pem(other, self.anchor), public=False, intermediates=crossed(self.middle, other).pem
        )
        found = judged([self.end, self.below, self.middle], stores)
        assert [path.added == () for path in found.paths] == [True, False]
        assert found.trust_reasons["private"] == "CN=an anchor"
        assert found.chain_facts.complete == "yes"

    def test_a_pool_with_rubbish_in_it(self):
        pool = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + self.middle.pem
        stores = Stores(self.anchor.pem, public=False, intermediates=pool)
        assert stores.pooled_certificates == 1
        assert judged([self.end, self.below], stores).trust["private"] == "yes"

    def test_a_pool_of_one_name_ends(self):
        key = p256()
        pooled = [intermediate(self.middle, "below", key=key) for _ in range(600)]
        found = judged([leaf(pooled[-1])], self.stores(*pooled))
        assert found.trust["private"] == "unknown"


def test_the_leaf_may_be_an_authority_of_its_own_way():
    """Its name and key are on the ways that were remembered for another leaf."""
    anchor = root("an anchor")
    upper = intermediate(anchor, "upper")
    lower = intermediate(upper, "lower")
    upper_by_lower = crossed(upper, lower)
    stores = Stores(anchor.pem, public=False)
    served = [lower, upper, upper_by_lower]
    first = judged([leaf(lower), *served], stores)
    for authority in served:
        chain = [authority, *served]
        fresh = judged(chain, Stores(anchor.pem, public=False, memory=False))
        assert judged(chain, stores) == fresh
    assert first == judged([leaf(lower), *served], stores) or first.trust["private"] == "yes"


def _random_world(seed):
    """Roots, authorities under each other as it happens, and leaves with what is sent."""
    dice = random.Random(seed)
    roots = [root(f"root {number}") for number in range(3)]
    authorities = list(roots)
    for number in range(8):
        below = dice.choice(authorities)
        again = dice.random() < 0.4 and len(authorities) > 3
        subject = dice.choice(authorities[3:]) if again else None
        authorities.append(
            crossed(subject, below, not_after=NOW + dice.choice([-1, 1, 2]) * A_YEAR)
            if subject
            else intermediate(below, f"step {number}", not_after=NOW + dice.choice([1, 3]) * A_YEAR)
        )
    chains = []
    for _ in range(25):
        issuer = dice.choice(authorities[3:])
        end = dice.choice(authorities[3:]) if dice.random() < 0.2 else leaf(issuer)
        sent = dice.sample(authorities, dice.randint(0, 6))
        chains.append([end, *sent])
    return roots, authorities, chains


def test_a_leaf_among_too_many_to_compare_is_told_by_its_name():
    anchor = root("an anchor")
    first = intermediate(anchor, "upper")
    lower = intermediate(first, "lower")
    again = [crossed(first, anchor, not_after=NOW + n * A_YEAR) for n in range(1, 19)]
    looped = crossed(first, lower)
    served = [lower, looped, *again]
    stores = Stores(anchor.pem, public=False)
    ordinary = judged([leaf(lower), *served], stores)
    assert ordinary.trust["private"] == "yes"
    # On the way through `lower` each `upper` comes back to the leaf.
    found = judged([looped, *served], stores)
    assert found.trust["private"] == "no"
    assert {path.subjects for path in found.paths} == {("CN=upper", "CN=lower")}


@pytest.mark.parametrize("seed", range(3))
def test_comparing_keys_or_names_gives_the_same_ways(seed, monkeypatch):
    roots, authorities, chains = _random_world(seed)
    pool = pem(*authorities[5:7])
    by_key, by_name = (Stores(roots[0].pem, public=False, intermediates=pool) for _ in range(2))
    found = [judged(chain, by_key) for chain in chains]
    monkeypatch.setattr(chain_building, "_MOST_COMPARED", 0)
    assert found == [judged(chain, by_name) for chain in chains]


def test_a_trusted_leaf_is_judged_without_reading_its_subject():
    """What nobody asked for is not worked out, which is most of what a chain would cost."""
    anchor = root("an anchor")
    middle = intermediate(anchor, "a middle")
    made = leaf(middle, identified=True)
    end = read_certificate(made.der)
    stores = Stores(anchor.pem, public=False)
    verdict = trust(ways(end, [read_certificate(middle.der)], stores), stores, NOW)
    assert verdict.answers == {"private": "yes"}
    assert verdict.reasons == {"private": "CN=an anchor"}
    assert not {"subject", "unread", "shown_subject"} & set(vars(end))
    assert [path.subjects[0] for path in verdict.paths] == [end.shown_subject]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_remembered_never_changes_an_answer(seed, monkeypatch):
    roots, authorities, chains = _random_world(seed)
    if seed % 2:
        monkeypatch.setattr(chain_building, "LARGEST_REMEMBERED", 2000)
    pool = pem(*authorities[5:7])
    made = programs(mozilla=roots[:2], apple=roots[1:])

    def stores(**how):
        return Stores(roots[0].pem, programs=made, intermediates=pool, **how)

    remembering = stores()
    for now in (NOW, NOW + 2 * A_YEAR, NOW - 3 * A_YEAR, NOW):
        for chain in chains:
            assert judged(chain, remembering, now) == judged(chain, stores(memory=False), now)


def test_memory_is_bounded():
    anchor = root()
    stores = Stores(anchor.pem, public=False)
    end = read_certificate(leaf(anchor).der)
    others = [read_certificate(intermediate(anchor, f"{n}").der) for n in range(40)]
    for number in range(3000):
        around = [others[number % 40], others[number // 40 % 40]]
        ways(end, around, stores)
        stores.read_certificates.recall(number.to_bytes(4, "big"), object)
    assert len(stores.surroundings) <= 1024
    assert len(stores.read_certificates) <= 4096


def test_ten_thousand_certificates_are_read_and_end():
    anchor = root()
    other = intermediate(anchor, "an intermediate")
    end = leaf(other)
    chain = [end.der] + [other.der[:-4] + n.to_bytes(4, "big") for n in range(10_000)]
    found = deployment(
        chain, hostname="host.example", stores=Stores(anchor.pem, public=False), now=NOW
    )
    assert len(found.chain) == 10_001
    assert found.trust["private"] == "unknown"
    assert found.trust_reasons["private"] == "there are too many ways to follow them all"


def test_a_pool_of_more_issuers_than_are_followed():
    anchor = root()
    middle = intermediate(anchor, "an intermediate")
    many = [middle.der[:-4] + n.to_bytes(4, "big") for n in range(1000)]
    pool = "".join(map(ssl.DER_cert_to_PEM_cert, many)).encode() + middle.pem
    stores = Stores(anchor.pem, public=False, intermediates=pool)
    found = judged([leaf(middle)], stores)
    assert stores.pooled_certificates == 1001
    assert found.trust["private"] == "unknown"


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (Key(ec.generate_private_key(ec.SECP224R1())), "secp224r1"),
        (Key(ec.generate_private_key(ec.SECP256K1())), "secp256k1"),
        (Key(ed25519.Ed25519PrivateKey.generate()), "ed25519"),
        (Key(ec.generate_private_key(ec.SECP521R1())), None),
        (rsa_key(2048), None),
    ],
)
def test_kinds_of_keys_that_public_authorities_may_not_certify(key, kind):
    """Baseline Requirements section 6.1.5; a private authority may certify what it likes."""
    anchor = root()
    stores = Stores(anchor.pem, programs=programs(mozilla=[anchor]))
    found = judged([leaf(anchor, key=key)], stores)
    assert found.trust["private"] == "yes"
    assert found.trust["mozilla"] == ("no" if kind else "yes")
    if kind:
        wanted = f"key of a kind that browsers do not take, {kind}: CN=a leaf"
        assert found.trust_reasons["mozilla"] == wanted
