"""The fingerprint of faulty Infineon chips: a plain computation of it is the judge."""

from hypothesis import given
from hypothesis import strategies as st

from pki.weak_keys.numbers import prime, roca_prime, rsa_public
from tlsward.pki.weak_keys import key_weaknesses
from tlsward.pki.weak_keys.roca import PRIMORIAL, has_roca_fingerprint


def test_the_product_of_primes_is_that_of_the_paper():
    # "The Return of Coppersmith's Attack", table 1: 39 primes for the smallest keys.
    assert PRIMORIAL % 167 == 0
    assert PRIMORIAL % 173 != 0


def test_a_modulus_of_such_primes_is_found():
    for size in (512, 1024):
        modulus = roca_prime(size) * roca_prime(size)
        assert has_roca_fingerprint(modulus)
        assert [each.id for each in key_weaknesses(rsa_public(modulus))] == ["roca"]


def test_one_such_prime_alone_leaves_no_mark():
    assert not has_roca_fingerprint(roca_prime(512) * prime(512))


def test_moduli_of_sound_primes_have_no_mark():
    for number in range(4):
        assert not has_roca_fingerprint(prime(512, number) * prime(512, number + 10))


@given(st.integers(min_value=0, max_value=1 << 80), st.integers(min_value=0, max_value=1 << 400))
def test_every_power_of_the_generator_has_the_mark(exponent, more):
    power = pow(65537, exponent, PRIMORIAL)
    assert has_roca_fingerprint(power + PRIMORIAL * more)


def test_logarithms_that_exist_but_contradict_each_other_are_no_mark():
    # Modulo 3 and modulo 17 both have logarithms: of 2 an odd one, of 1 modulo 17 a multiple of
    # an even order. No single exponent has both.
    orders = {}
    for small in (3, 5, 7, 11, 13, 17, 19, 23):
        power, order = 65537 % small, 1
        while power != 1:
            power, order = power * 65537 % small, order + 1
        orders[small] = order
    even = [small for small, order in orders.items() if order % 2 == 0]
    one, other = even[0], even[1]
    number = next(
        number
        for number in range(1, PRIMORIAL, 2)
        if number % one == 65537 % one and number % other == 1
    )
    assert not has_roca_fingerprint(number)


def test_even_numbers_have_no_mark():
    assert not has_roca_fingerprint(PRIMORIAL * 4)
