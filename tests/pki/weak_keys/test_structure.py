"""Exponents, small factors, primes close together, and keys that have factors in common."""

from math import gcd, isqrt, prod

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from pki.issuing import rsa_key
from pki.weak_keys.numbers import certificate, next_prime, prime, rsa_public
from tlsward.model.lint import UNCHECKED
from tlsward.pki.public_key import SubjectPublicKey
from tlsward.pki.weak_keys import key_weaknesses, shared_moduli
from tlsward.pki.weak_keys.rsa_structure import fermat_steps, small_factor
from tlsward.pki.weak_keys.shared import shared_factors


def ids(key):
    return [each.id for each in key_weaknesses(key)]


def sound():
    return rsa_key(2048).private.public_key().public_numbers().n


def test_sound_keys_have_no_weakness():
    assert ids(rsa_public(sound())) == []
    for private in (ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()):
        assert ids(SubjectPublicKey("", private.public_key())) == []


def test_of_a_key_that_was_not_loaded_nothing_is_known():
    (found,) = key_weaknesses(SubjectPublicKey("1.2.3"))
    assert (found.id, found.broken) == (UNCHECKED, False)


@pytest.mark.parametrize(("exponent", "broken"), [(3, False), (17, False), (65535, False)])
def test_small_exponents_are_told_but_not_broken(exponent, broken):
    (found,) = key_weaknesses(rsa_public(sound(), exponent))
    assert (found.id, found.broken, found.evidence) == ("exponent", broken, str(exponent))


def test_a_modulus_with_a_small_factor_is_found():
    (found,) = key_weaknesses(rsa_public(prime(1024) * 751 * next_prime(1 << 1012)))
    assert (found.id, found.broken) == ("small-factor", True)
    assert found.evidence == "divisible by 751"
    assert small_factor(65521 * prime(512)) == 65521
    assert small_factor(65537 * prime(512)) is None


def test_primes_that_follow_each_other_are_found_at_the_first_step():
    one = prime(1024)
    (found,) = key_weaknesses(rsa_public(one * next_prime(one + 2)))
    assert (found.id, found.broken) == ("close-primes", True)
    assert found.evidence == "found by Fermat's method, step 1"


def test_the_square_of_a_prime_is_found():
    assert fermat_steps(prime(1024) ** 2) == 1


@given(st.integers(min_value=1, max_value=1 << 305))
def test_fermats_method_needs_no_more_steps_than_the_distance_takes(distance):
    middle = 1 << 600
    modulus = middle * middle - distance * distance
    steps = middle - isqrt(modulus)
    found = fermat_steps(modulus)
    if steps > 100:
        assert found is None or found <= 100
    else:
        assert found is not None
        assert 1 <= found <= max(steps, 1)


def test_primes_far_apart_are_not_found():
    assert fermat_steps(prime(512, 1) * prime(512, 2)) is None


def test_a_modulus_too_large_to_look_at_is_said_to_be():
    (found,) = key_weaknesses(rsa_public((1 << 16400) + 1))
    assert (found.id, found.broken) == ("unchecked", False)


def test_keys_with_a_prime_in_common_are_found_among_sound_ones():
    common = prime(256, 99)
    first = certificate("a", common * prime(256, 1))
    second = certificate("b", common * prime(256, 2))
    others = [
        certificate(f"c{n}", prime(256, 10 + 2 * n) * prime(256, 11 + 2 * n)) for n in range(5)
    ]
    found = shared_moduli([others[0], first, *others[1:], second])
    assert set(found) == {first.sha256.hex(), second.sha256.hex()}
    for weaknesses in found.values():
        assert [(each.id, each.broken, each.evidence) for each in weaknesses] == [
            ("shared-factor", True, "a factor of 256 bits")
        ]


def test_one_modulus_in_certificates_of_two_subjects_is_told():
    modulus = prime(256, 1) * prime(256, 2)
    one, two, three = (certificate(name, modulus) for name in "aab")
    found = shared_moduli([one, two, three, one])
    assert {each.id for weaknesses in found.values() for each in weaknesses} == {"shared-modulus"}
    assert len(found) == 3
    assert found[three.sha256.hex()][0].evidence == f"certificate {one.sha256.hex()}"


def test_a_renewed_or_cross_signed_certificate_shares_its_key_rightly():
    modulus = prime(256, 1) * prime(256, 2)
    assert shared_moduli([certificate("a", modulus), certificate("a", modulus)]) == {}
    assert shared_moduli([]) == {}
    assert shared_moduli([certificate("a", modulus)]) == {}


@given(st.lists(st.integers(min_value=2, max_value=10**6), min_size=2, max_size=12, unique=True))
def test_factors_shared_are_those_that_pairs_share(numbers):
    for number, factor in zip(numbers, shared_factors(numbers), strict=True):
        rest = prod(numbers) // number
        assert factor == gcd(number, rest)
