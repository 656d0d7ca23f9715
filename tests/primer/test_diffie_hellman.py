"""The key exchange: the worked numbers, `cryptography`'s results, and wrong numbers."""

import pytest
from cryptography.hazmat.primitives.asymmetric import dh
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tlsward.errors import UsageError
from tlsward.primer.diffie_hellman import eavesdrop, exchange, group, power_steps
from tlsward.primer.primes import is_prime
from tlsward.primer.real_groups import ffdhe2048, ffdhe2048_group, x25519

SMALL_PRIMES = [number for number in range(5, 400) if is_prime(number)]


def test_the_worked_numbers():
    done = exchange(group(23, 5), 6, 15)
    assert (done.public_a, done.public_b, done.shared) == (8, 19, 2)
    found = eavesdrop(done)
    assert (found.exponent, found.tries, found.shared) == (6, 6, 2)
    assert found.powers == (5, 2, 10, 4, 20, 8)


def accepted(prime):
    """The generators that are not refused."""
    found = []
    for generator in range(prime):
        try:
            group(prime, generator)
        except UsageError:
            continue
        found.append(generator)
    return found


@pytest.mark.parametrize("prime", [5, 7, 23, 31, 101])
def test_orders_are_those_that_counting_gives(prime):
    for generator in range(2, prime - 1):
        powers = {pow(generator, exponent, prime) for exponent in range(prime)}
        if generator in accepted(prime):
            assert group(prime, generator).order == len(powers)
        else:
            assert len(powers) ** 2 < prime


@given(st.sampled_from(SMALL_PRIMES), st.data())
def test_both_have_the_same_and_the_eavesdropper_too(prime, data):
    generators = accepted(prime)
    assume(generators)
    generator = data.draw(st.sampled_from(generators))
    secrets = st.integers(2, prime - 2).filter(
        lambda secret: pow(generator, secret, prime) not in {1, prime - 1}
    )
    done = exchange(group(prime, generator), data.draw(secrets), data.draw(secrets))
    assert done.shared == pow(done.public_a, done.b, prime) == pow(done.public_b, done.a, prime)
    assert eavesdrop(done).shared == done.shared


# The library wants to drop it; until then it is the judge of our arithmetic.
@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
@settings(max_examples=5)
@given(st.integers(2, 2**256), st.integers(2, 2**256))
def test_a_real_group_as_the_library_computes_it(a, b):
    known = ffdhe2048_group()
    done = exchange(known, a, b)
    parameters = dh.DHParameterNumbers(known.prime, known.generator)

    def private(secret, public):
        numbers = dh.DHPublicNumbers(public, parameters)
        return dh.DHPrivateNumbers(secret, numbers).private_key()

    theirs = private(a, done.public_a).exchange(private(b, done.public_b).public_key())
    assert int.from_bytes(theirs) == done.shared


def test_groups_of_tls_agree():
    done = ffdhe2048()
    assert done.shared == pow(done.public_a, done.b, done.group.prime)
    assert done.group.prime.bit_length() == 2048
    assert pow(2, done.group.order, done.group.prime) == 1
    assert len(x25519().shared) == 32


def test_a_known_prime_is_not_tested_again():
    known = ffdhe2048_group()
    assert group(known.prime, 2).certain


@given(st.integers(1, 2**64), st.integers(1, 2**64), st.integers(2, 2**64))
def test_power_step_by_step(base, exponent, modulus):
    steps = power_steps(base, exponent, modulus)
    assert len(steps) == exponent.bit_length()
    assert steps[-1][1] == pow(base, exponent, modulus)


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ((21, 5, 6, 15), "p: 21 is not a prime: it is 3 times 7"),
        ((1, 5, 6, 15), "p: 1 is not a prime: primes begin at 2"),
        ((-23, 5, 6, 15), "p: -23 is not a prime"),
        ((3, 2, 1, 1), "p: 3 is too small"),
        ((23, 0, 6, 15), "g: 0 is out of range"),
        ((23, -5, 6, 15), "g: -5 is out of range"),
        ((23, 23, 6, 15), "g: 23 is out of range"),
        ((23, 1, 6, 15), "every power of 1 is 1"),
        ((23, 22, 6, 15), "g: 22 is p - 1"),
        ((31, 5, 6, 15), "g: 5 has only 3 different powers"),
        ((23, 5, 0, 15), "a: 0 is out of range"),
        ((23, 5, 1, 15), "a: 1 gives the secret away"),
        ((23, 5, 6, 22), "b: 22 gives the secret away"),
        ((23, 5, 6, 23), "b: 23 is out of range"),
        ((23, 5, 6, -1), "b: -1 is out of range"),
        ((23, 2, 11, 5), "a: 11 makes A = 1, and then the shared secret is 1"),
        ((23, 5, 6, 11), "b: 11 makes B = p - 1, and then the shared secret is 1 or p - 1"),
        ((2**4097, 5, 6, 7), "p: it has 4098 bits"),
    ],
)
def test_wrong_numbers_get_the_reason(numbers, reason):
    prime, generator, a, b = numbers
    with pytest.raises(UsageError) as error:
        exchange(group(prime, generator), a, b)
    assert str(error.value).startswith(reason) or reason in str(error.value)
    assert "\n" not in str(error.value)


def test_what_a_search_is_as_hard_as():
    assert group(23, 5).hardness == 11
    assert group(65537, 3).hardness == 2
    assert group(23, 2).hardness == group(23, 2).order == 11
    assert ffdhe2048_group().hardness == ffdhe2048_group().order


def test_a_group_of_dsa_is_not_refused():
    """Its order is far below the root of p, and still 2 to the power of 160."""
    order = next(each for each in range(2**160, 2**161) if is_prime(each))
    prime = next(k * order + 1 for k in range(2**300, 2**301, 2) if is_prime(k * order + 1))
    generator = pow(2, (prime - 1) // order, prime)
    known = group(prime, generator)
    assert known.order in {None, order}


def test_a_tiny_subgroup_of_a_large_prime_is_found():
    prime = 2**127 - 1  # p - 1 has many small factors
    cofactor = (prime - 1) // 7
    generator = pow(3, cofactor, prime)
    assert generator != 1
    with pytest.raises(UsageError, match="has only 7 different powers"):
        group(prime, generator)
