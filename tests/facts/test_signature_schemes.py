import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.facts import groups, signature_schemes


def test_no_two_schemes_share_a_number_or_a_name():
    known = signature_schemes.all_schemes()
    assert len({facts.code for facts in known}) == len(known)
    names = [name for facts in known for name in (facts.name, *facts.aliases)]
    assert len(set(names)) == len(names)
    assert [facts.code for facts in known] == sorted(facts.code for facts in known)


@pytest.mark.parametrize(
    ("code", "name", "key", "hash_name", "padding"),
    [
        (0x0101, "rsa_pkcs1_md5", "rsa", "md5", "pkcs1"),
        (0x0201, "rsa_pkcs1_sha1", "rsa", "sha1", "pkcs1"),
        (0x0202, "dsa_sha1", "dsa", "sha1", ""),
        (0x0203, "ecdsa_sha1", "ecdsa", "sha1", ""),
        (0x0303, "ecdsa_sha224", "ecdsa", "sha224", ""),
        (0x0401, "rsa_pkcs1_sha256", "rsa", "sha256", "pkcs1"),
        (0x0403, "ecdsa_secp256r1_sha256", "ecdsa", "sha256", ""),
        (0x0420, "rsa_pkcs1_sha256_legacy", "rsa", "sha256", "pkcs1"),
        (0x0503, "ecdsa_secp384r1_sha384", "ecdsa", "sha384", ""),
        (0x0603, "ecdsa_secp521r1_sha512", "ecdsa", "sha512", ""),
        (0x0708, "sm2sig_sm3", "sm2", "sm3", ""),
        (0x0709, "gostr34102012_256a", "gost", "streebog256", ""),
        (0x070F, "gostr34102012_512c", "gost", "streebog512", ""),
        (0x0804, "rsa_pss_rsae_sha256", "rsa", "sha256", "pss"),
        (0x0807, "ed25519", "ed25519", "", ""),
        (0x0808, "ed448", "ed448", "", ""),
        (0x080B, "rsa_pss_pss_sha512", "rsa-pss", "sha512", "pss"),
        (0x081A, "ecdsa_brainpoolP256r1tls13_sha256", "ecdsa", "sha256", ""),
        (0x0840, "gostr34102012_256", "gost", "streebog256", ""),
        (0x0904, "mldsa44", "ml-dsa", "", ""),
        (0x0906, "mldsa87", "ml-dsa", "", ""),
        (0x0911, "slhdsa_sha2_128s", "slh-dsa", "", ""),
        (0x091C, "slhdsa_shake_256f", "slh-dsa", "", ""),
    ],
)
def test_facts(code, name, key, hash_name, padding):
    facts = signature_schemes.scheme(code)
    assert (facts.name, facts.key, facts.hash, facts.padding) == (name, key, hash_name, padding)
    assert signature_schemes.scheme_by_name(name) is facts


def test_tls13_signs_with_neither_sha1_nor_pkcs1():
    # RFC 9846 section 4.2.3: those are for certificates alone, but for the legacy points.
    for facts in signature_schemes.schemes_for("TLSv1.3"):
        assert facts.hash not in {"md5", "sha1", "sha224"}
        assert facts.padding != "pkcs1" or facts.name.endswith("_legacy")


def test_the_pairs_of_tls12_are_all_there():
    # RFC 5246 section 7.4.1.4.1: hash and signature, an octet each.
    for hash_number in range(1, 7):
        for signature_number in (1, 2, 3):
            facts = signature_schemes.scheme(hash_number << 8 | signature_number)
            assert facts.key == {1: "rsa", 2: "dsa", 3: "ecdsa"}[signature_number]
            assert "TLSv1.2" in facts.versions


def test_curves_are_known():
    for facts in signature_schemes.all_schemes():
        if facts.curve:
            assert groups.group_by_name(facts.curve).name == facts.curve


def test_schemes_for_a_protocol_come_most_likely_first():
    for protocol in ("TLSv1.2", "TLSv1.3"):
        priors = [facts.prior for facts in signature_schemes.schemes_for(protocol)]
        assert priors == sorted(priors, reverse=True)
        assert all(0 < prior < 1 for prior in priors)
    assert signature_schemes.schemes_for("TLSv1.1") == ()


@given(st.integers(min_value=0, max_value=0xFFFF))
def test_every_number_has_facts(code):
    facts = signature_schemes.scheme(code)
    assert facts.code == code
    assert facts.key != "unknown" or facts.name == f"0x{code:04X}"
