"""Verdicts on whole chains, each with its reason, each compared with `openssl verify`."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ed448, ed25519

from pki.issuing import (
    A_YEAR,
    CA_USAGE,
    LEAF_USAGE,
    NOW,
    Key,
    address,
    basic_constraints,
    common_name,
    dns,
    extended_key_usage,
    extension,
    intermediate,
    issue,
    key_usage,
    leaf,
    name_constraints,
    object_identifier,
    p256,
    root,
    rsa_key,
    sequence,
    subject_alternative_name,
    tlv,
)
from pki.openssl_judge import openssl_accepts
from tlsward.pki.deployment import deployment
from tlsward.pki.stores import Stores

SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1"
CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2"
UNHEARD_OF = extension("1.3.6.1.4.1.55555.1", b"\x05\0", critical=True)
LEAF = (key_usage(LEAF_USAGE), subject_alternative_name(dns("host.example")))


def private_trust(chain, roots, now=NOW):
    stores = Stores(b"".join(each.pem for each in roots), public=False)
    found = deployment(
        [each.der for each in chain], hostname="host.example", stores=stores, now=now
    )
    return found.trust["private"], found.trust_reasons["private"]


def judged_alike(tmp_path, chain, roots, answer, now=NOW):
    """Return our reason; our answer is the one expected and OpenSSL's."""
    found, reason = private_trust(chain, roots, now)
    assert (found, reason) == (answer, reason)
    assert openssl_accepts(tmp_path, chain[0], chain[1:], roots, now) is (answer == "yes")
    return reason


ANCHOR = root()
MIDDLE = intermediate(ANCHOR)


def test_a_good_chain(tmp_path):
    assert judged_alike(tmp_path, [leaf(MIDDLE), MIDDLE], [ANCHOR], "yes") == "CN=a root"


def test_the_root_may_be_served(tmp_path):
    assert judged_alike(tmp_path, [leaf(MIDDLE), MIDDLE, ANCHOR], [ANCHOR], "yes")


def test_order_does_not_matter_for_trust(tmp_path):
    below = intermediate(MIDDLE, "a lower intermediate")
    assert judged_alike(tmp_path, [leaf(below), MIDDLE, below], [ANCHOR], "yes")


@pytest.mark.parametrize("hash_name", ["sha256", "sha384"])
def test_rsa(tmp_path, hash_name):
    anchor = root(key=rsa_key(2048))
    chain = [leaf(anchor, signer=rsa_key(2048).hashing(hash_name), key=rsa_key(2048, 1))]
    assert judged_alike(tmp_path, chain, [anchor], "yes")


@pytest.mark.parametrize("kind", [ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey])
def test_edwards_curves(tmp_path, kind):
    anchor = root(key=Key(kind.generate()))
    chain = [leaf(anchor, key=Key(kind.generate()))]
    assert judged_alike(tmp_path, chain, [anchor], "yes")


def test_an_incomplete_chain(tmp_path):
    reason = judged_alike(tmp_path, [leaf(MIDDLE)], [ANCHOR], "no")
    assert reason == "unknown issuer: CN=an intermediate"


def test_another_root(tmp_path):
    reason = judged_alike(tmp_path, [leaf(MIDDLE), MIDDLE], [root("another root")], "no")
    assert reason == "unknown issuer: CN=a root"


def test_a_self_signed_leaf(tmp_path):
    reason = judged_alike(tmp_path, [leaf(None)], [ANCHOR], "no")
    assert reason == "self-signed: CN=a leaf"


def test_a_self_signed_leaf_that_the_store_has(tmp_path):
    own = leaf(None)
    assert judged_alike(tmp_path, [own], [own], "yes")


def test_a_self_signed_root_that_the_store_lacks(tmp_path):
    reason = judged_alike(tmp_path, [leaf(MIDDLE), MIDDLE, ANCHOR], [root("another root")], "no")
    assert reason == "self-signed: CN=a root"


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (NOW + 2 * A_YEAR, "expired on 2027-06-01: CN=a leaf"),
        (NOW - 2 * A_YEAR, "not valid before 2025-06-01: CN=a leaf"),
    ],
)
def test_the_leaf_is_not_valid_at_the_moment(tmp_path, moment, reason):
    chain = [leaf(MIDDLE), MIDDLE]
    assert judged_alike(tmp_path, chain, [ANCHOR], "no", moment) == reason


@pytest.mark.parametrize(("seconds", "answer"), [(0, "yes"), (1, "no")])
def test_both_ends_belong_to_the_validity(tmp_path, seconds, answer):
    chain = [leaf(MIDDLE), MIDDLE]
    after = NOW + A_YEAR + timedelta(seconds=seconds)
    assert private_trust(chain, [ANCHOR], after)[0] == answer
    before = NOW - A_YEAR - timedelta(seconds=seconds)
    judged_alike(tmp_path, chain, [ANCHOR], answer, before)


def test_an_expired_intermediate(tmp_path):
    middle = intermediate(ANCHOR, not_after=NOW - timedelta(days=1))
    reason = judged_alike(tmp_path, [leaf(middle), middle], [ANCHOR], "no")
    assert reason == "expired on 2026-05-31: CN=an intermediate"


def test_an_expired_root(tmp_path):
    anchor = root(not_after=NOW - timedelta(days=1))
    reason = judged_alike(tmp_path, [leaf(anchor)], [anchor], "no")
    assert reason == "expired on 2026-05-31: CN=a root"


def test_a_bad_signature(tmp_path):
    forged = leaf(MIDDLE, signer=p256())
    reason = judged_alike(tmp_path, [forged, MIDDLE], [ANCHOR], "no")
    assert reason == "bad signature: CN=a leaf"


def test_an_intermediate_that_is_no_authority(tmp_path):
    middle = issue("an intermediate", ANCHOR, extensions=LEAF)
    reason = judged_alike(tmp_path, [leaf(middle), middle], [ANCHOR], "no")
    assert reason == "not an authority: CN=an intermediate"


def test_an_intermediate_whose_key_may_not_sign(tmp_path):
    middle = issue(
        "an intermediate", ANCHOR, extensions=(basic_constraints(True), key_usage(LEAF_USAGE))
    )
    reason = judged_alike(tmp_path, [leaf(middle), middle], [ANCHOR], "no")
    assert reason == "its key may not sign certificates: CN=an intermediate"


@pytest.mark.parametrize(("length", "answer"), [(0, "no"), (1, "yes")])
def test_path_length(tmp_path, length, answer):
    anchor = root(extensions=(basic_constraints(True, length), key_usage(CA_USAGE)))
    middle = intermediate(anchor)
    reason = judged_alike(tmp_path, [leaf(middle), middle], [anchor], answer)
    if answer == "no":
        assert reason.startswith("more than 0 authorities below")


@pytest.mark.parametrize(
    "refused",
    [
        (basic_constraints(True, 1 << 4096),),
        (basic_constraints(True), name_constraints()),
        (basic_constraints(True), extension("2.5.29.37", b"\x30\x05\x06")),
    ],
    ids=["path length of a thousand digits", "name constraints without any", "truncated"],
)
def test_extensions_that_the_library_refuses_make_unknown_and_not_no(refused):
    # OpenSSL takes the second of them.
    middle = intermediate(ANCHOR, extensions=refused)
    assert private_trust([leaf(middle), middle], [ANCHOR]) == (
        "unknown",
        "cannot read the extensions of CN=an intermediate",
    )


def test_self_issued_authorities_do_not_count_for_path_length(tmp_path):
    usage = (basic_constraints(True, 0), key_usage(CA_USAGE))
    anchor = root(extensions=usage, identified=True)
    renewed = issue(anchor.subject, anchor, extensions=usage, identified=True)
    chain = [leaf(renewed, identified=True), renewed]
    assert judged_alike(tmp_path, chain, [anchor], "yes")


def test_a_key_that_its_authority_certified_anew_under_the_same_name():
    """Without key identifiers only the signature tells it from a self-signed certificate."""
    usage = (basic_constraints(True), key_usage(CA_USAGE))
    renewed = issue(ANCHOR.subject, ANCHOR, extensions=usage)
    assert private_trust([leaf(renewed), renewed], [ANCHOR])[0] == "yes"


@pytest.mark.parametrize(
    ("usages", "answer"),
    [
        ((SERVER_AUTHENTICATION,), "yes"),
        ((CLIENT_AUTHENTICATION, SERVER_AUTHENTICATION), "yes"),
        ((CLIENT_AUTHENTICATION,), "no"),
    ],
)
@pytest.mark.parametrize("where", ["leaf", "intermediate"])
def test_extended_key_usage(tmp_path, usages, answer, where):
    usage = extended_key_usage(*usages)
    middle = intermediate(ANCHOR, "an intermediate", *((usage,) if where == "intermediate" else ()))
    end = leaf(middle, *((usage,) if where == "leaf" else ()))
    reason = judged_alike(tmp_path, [end, middle], [ANCHOR], answer)
    if answer == "no":
        assert reason.startswith("not for servers (extended key usage): ")


def test_extended_key_usage_of_the_root_counts(tmp_path):
    usage = (basic_constraints(True), extended_key_usage(CLIENT_AUTHENTICATION))
    anchor = root(extensions=usage)
    reason = judged_alike(tmp_path, [leaf(anchor)], [anchor], "no")
    assert reason == "not for servers (extended key usage): CN=a root"


def test_a_leaf_whose_key_may_not_serve_tls(tmp_path):
    end = leaf(ANCHOR, extensions=(key_usage(0x40), subject_alternative_name(dns("host.example"))))
    reason = judged_alike(tmp_path, [end], [ANCHOR], "no")
    assert reason == "its key may not serve TLS (key usage): CN=a leaf"


def test_a_critical_extension_nobody_knows(tmp_path):
    reason = judged_alike(tmp_path, [leaf(ANCHOR, UNHEARD_OF)], [ANCHOR], "no")
    assert reason.startswith("critical extension that clients do not know, 1.3.6.1.4.1.55555.1")


def test_a_precertificate_is_no_certificate(tmp_path):
    poison = extension("1.3.6.1.4.1.11129.2.4.3", b"\x05\0", critical=True)
    assert judged_alike(tmp_path, [leaf(ANCHOR, poison)], [ANCHOR], "no")


@pytest.mark.parametrize(
    ("permitted", "excluded", "answer"),
    [
        ([dns("example")], [], "yes"),
        ([dns("host.example")], [], "yes"),
        ([dns("other.example")], [], "no"),
        ([dns("st.example")], [], "no"),
        ([], [dns("example")], "no"),
        ([], [dns("other.example")], "yes"),
        ([dns("example")], [dns("host.example")], "no"),
        ([address(bytes(8))], [], "yes"),
        ([tlv(0xA4, common_name("a leaf"))], [], "yes"),
        ([tlv(0xA4, common_name("another leaf"))], [], "no"),
    ],
)
def test_name_constraints(tmp_path, permitted, excluded, answer):
    middle = intermediate(ANCHOR, "an intermediate", name_constraints(permitted, excluded))
    reason = judged_alike(tmp_path, [leaf(middle), middle], [ANCHOR], answer)
    if answer == "no":
        assert reason.startswith("name constraint violated, ")
        assert reason.endswith(": CN=an intermediate")


@pytest.mark.parametrize(
    ("host", "answer"), [(b"\x0a\1\2\3", "yes"), (b"\x0b\1\2\3", "no"), (bytes(16), "no")]
)
def test_name_constraints_on_addresses(tmp_path, host, answer):
    ten = name_constraints([address(b"\x0a\0\0\0\xff\0\0\0")])
    middle = intermediate(ANCHOR, "an intermediate", ten)
    end = leaf(middle, extensions=(subject_alternative_name(address(host)),))
    if len(host) == 16:
        # No IPv6 base is permitted, so OpenSSL and RFC 5280 (all are of one kind) refuse.
        assert private_trust([end, middle], [ANCHOR])[0] == answer
    else:
        judged_alike(tmp_path, [end, middle], [ANCHOR], answer)


def test_name_constraints_of_the_root_count(tmp_path):
    anchor = root(
        extensions=(basic_constraints(True), name_constraints(excluded=[dns("host.example")]))
    )
    assert judged_alike(tmp_path, [leaf(anchor)], [anchor], "no")


def test_a_sha1_signature_is_weak(tmp_path):
    anchor = root(key=rsa_key(2048))
    chain = [leaf(anchor, signer=rsa_key(2048).hashing("sha1"))]
    reason = judged_alike(tmp_path, chain, [anchor], "no")
    assert reason == "weak signature sha1WithRSAEncryption: CN=a leaf"


def test_an_md5_signature_is_weak(tmp_path):
    anchor = root(key=rsa_key(2048))
    chain = [leaf(anchor, signer=rsa_key(2048).hashing("md5"))]
    reason = judged_alike(tmp_path, chain, [anchor], "no")
    assert reason == "weak signature md5WithRSAEncryption: CN=a leaf"


def test_the_signature_of_the_root_does_not_matter(tmp_path):
    anchor = root(key=rsa_key(2048), signer=rsa_key(2048).hashing("sha1"))
    assert judged_alike(tmp_path, [leaf(anchor)], [anchor], "yes")


def test_a_root_of_version_1(tmp_path):
    anchor = root(extensions=None, version=1)
    assert judged_alike(tmp_path, [leaf(anchor)], [anchor], "yes")


def test_an_intermediate_of_version_1(tmp_path):
    middle = issue("an intermediate", ANCHOR, extensions=None, version=1)
    reason = judged_alike(tmp_path, [leaf(middle), middle], [ANCHOR], "no")
    assert reason == "not an authority: CN=an intermediate"


def test_a_serial_that_is_negative(tmp_path):
    assert judged_alike(tmp_path, [leaf(ANCHOR, serial=-5)], [ANCHOR], "yes")


def test_two_crosswise_signed_roots(tmp_path):
    old = root("an old root", not_after=NOW - timedelta(days=1))
    new = root("a new root")
    crossed = issue(
        new.subject, old, key=new.key, extensions=(basic_constraints(True), key_usage(CA_USAGE))
    )
    chain = [leaf(new), crossed]
    assert judged_alike(tmp_path, chain, [new, old], "yes") == "CN=a new root"
    assert judged_alike(tmp_path, chain, [old], "no") == "expired on 2026-05-31: CN=an old root"


def test_of_two_authorities_of_one_name_the_one_that_signed_counts(tmp_path):
    one, other = intermediate(ANCHOR, identified=True), intermediate(ANCHOR, identified=True)
    chain = [leaf(other, identified=True), one, other]
    assert judged_alike(tmp_path, chain, [ANCHOR], "yes")


def test_authorities_that_certify_each_other_end(tmp_path):
    one_key, other_key = p256(), p256()
    usage = (basic_constraints(True), key_usage(CA_USAGE))
    one = issue(
        "one",
        key=one_key,
        signer=other_key,
        issuer_name=common_name("other"),
        extensions=usage,
    )
    other = issue(
        "other",
        key=other_key,
        signer=one_key,
        issuer_name=common_name("one"),
        extensions=usage,
    )
    assert judged_alike(tmp_path, [leaf(one), one, other], [ANCHOR], "no")


def test_a_malformed_extension_of_the_leaf_is_never_a_yes():
    broken = leaf(ANCHOR, extension("2.5.29.37", b"\x30\x05\x06"))
    assert private_trust([broken], [ANCHOR]) == (
        "unknown",
        "cannot read the extensions of CN=a leaf",
    )


def test_what_is_known_to_be_wrong_stays_wrong_where_extensions_cannot_be_read():
    broken = extension("2.5.29.37", b"\x30\x05\x06")
    expired = leaf(ANCHOR, broken, not_after=NOW - timedelta(days=1))
    assert private_trust([expired], [ANCHOR]) == ("no", "expired on 2026-05-31: CN=a leaf")
    forged = leaf(ANCHOR, broken, signer=p256())
    assert private_trust([forged], [ANCHOR]) == ("no", "bad signature: CN=a leaf")


def test_an_extension_that_is_there_twice_spoils_the_path():
    broken = leaf(ANCHOR, key_usage(LEAF_USAGE))
    assert private_trust([broken], [ANCHOR])[1] == (
        "an extension that is there twice, 2.5.29.15: CN=a leaf"
    )


def test_an_algorithm_nobody_here_knows_is_unknown_and_not_no():
    class Novel(Key):
        algorithm = sequence(object_identifier("1.3.6.1.4.1.55555.2"))

    anchor = root(key=Novel(p256().private))
    answer, reason = private_trust([leaf(anchor)], [anchor])
    assert (answer, reason) == ("unknown", "cannot check the signature of CN=a leaf")


def test_an_unreadable_certificate_in_the_chain_makes_no_into_unknown():
    stores = Stores(ANCHOR.pem, public=False)
    chain = [leaf(MIDDLE).der, MIDDLE.der[:-1]]
    found = deployment(chain, hostname="host.example", stores=stores, now=NOW)
    assert found.trust["private"] == "unknown"
    assert found.trust_reasons["private"] == "a certificate of the chain cannot be read"
    assert found.chain_facts.complete == "unknown"


def test_two_signature_algorithms_that_differ():
    good = leaf(ANCHOR)
    sha384 = Key(p256().private, "sha384").algorithm
    signed, rest = good.der[4:], good.key.algorithm
    position = signed.rindex(rest)
    broken = signed[:position] + sha384 + signed[position + len(rest) :]
    stores = Stores(ANCHOR.pem, public=False)
    found = deployment([sequence(broken)], hostname="host.example", stores=stores, now=NOW)
    assert found.trust["private"] == "no"


def test_a_flood_of_issuers_of_one_name_ends():
    many = [intermediate(ANCHOR, "an intermediate") for _ in range(40)]
    stores = Stores(ANCHOR.pem, public=False)
    end = leaf(many[-1])
    found = deployment(
        [end.der, *(each.der for each in many)], hostname="host.example", stores=stores, now=NOW
    )
    assert found.trust["private"] == "unknown"
    assert found.trust_reasons["private"] == "there are too many ways to follow them all"


def test_a_maze_of_authorities_ends():
    """Each of a row of authorities has a namesake, so that the ways double at each step."""
    keys = [p256() for _ in range(11)]
    usage = (basic_constraints(True), key_usage(CA_USAGE))
    maze = [
        issue(
            f"step {step}",
            key=keys[step],
            signer=keys[step + 1],
            issuer_name=common_name(f"step {step + 1}"),
            extensions=usage,
        )
        for step in range(10)
        for _ in "12"
    ]
    stores = Stores(ANCHOR.pem, public=False)
    end = leaf(maze[0])
    found = deployment(
        [end.der, *(each.der for each in maze)], hostname="host.example", stores=stores, now=NOW
    )
    assert found.trust["private"] == "unknown"
