"""RSA: the worked numbers, `cryptography`'s results, and wrong numbers."""

import math

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric import rsa as library
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tlsward.errors import UsageError
from tlsward.primer.primes import is_prime
from tlsward.primer.rsa import decrypt, encrypt, factor, make_key, opened, sign

SMALL_PRIMES = [number for number in range(2, 2000) if is_prime(number)]


def test_the_worked_numbers():
    key = make_key(17, 13, 5)
    assert (key.n, key.phi, key.d) == (221, 192, 77)
    assert encrypt(key, 123) == 106
    assert decrypt(key, 106) == 123
    assert opened(key, sign(key, 123)) == 123


@given(
    st.sampled_from(SMALL_PRIMES), st.sampled_from(SMALL_PRIMES), st.integers(2, 4000), st.data()
)
def test_small_keys_do_what_pow_does(p, q, e, data):
    phi = (p - 1) * (q - 1)
    assume(p != q and 1 < e < phi and math.gcd(e, phi) == 1)
    key = make_key(p, q, e)
    assert key.d == pow(e, -1, phi)
    assert key.d % math.lcm(p - 1, q - 1) == library.rsa_recover_private_exponent(e, p, q)
    message = data.draw(st.integers(0, key.n - 1))
    assert decrypt(key, encrypt(key, message)) == message
    assert opened(key, sign(key, message)) == message
    assert set(factor(key.n).factors) == {p, q}


def next_prime(number):
    number |= 1
    while not is_prime(number):
        number += 2
    return number


def library_key(key):
    return library.RSAPrivateNumbers(
        p=key.p,
        q=key.q,
        d=key.d,
        dmp1=library.rsa_crt_dmp1(key.d, key.p),
        dmq1=library.rsa_crt_dmq1(key.d, key.q),
        iqmp=library.rsa_crt_iqmp(key.p, key.q),
        public_numbers=library.RSAPublicNumbers(key.e, key.n),
    ).private_key()


@settings(max_examples=4)
@given(st.integers(2**519, 2**520), st.integers(2**519, 2**520))
def test_real_keys_do_what_the_library_does(one, other):
    p, q = next_prime(one), next_prime(other)
    assume(p != q and (p - 1) % 65537 and (q - 1) % 65537)
    key = make_key(p, q, 65537)
    theirs = library_key(key)
    octets = (key.n.bit_length() + 7) // 8

    # RFC 8017 section 7.2: 00 02, random octets, 00, the message.
    sent = theirs.public_key().encrypt(b"to be read by ours", padding.PKCS1v15())
    padded = decrypt(key, int.from_bytes(sent)).to_bytes(octets)
    assert padded.startswith(b"\x00\x02")
    assert padded.endswith(b"\x00to be read by ours")

    # Section 9.2: 00 01, ff, 00, the message (here without the name of a hash).
    signed = theirs.sign(b"a message", padding.PKCS1v15(), hashes.SHA256())
    in_it = opened(key, int.from_bytes(signed)).to_bytes(octets)
    assert in_it.startswith(b"\x00\x01\xff\xff")
    assert sign(key, int.from_bytes(in_it)) == int.from_bytes(signed)

    ours = encrypt(key, int.from_bytes(padded)).to_bytes(octets)
    assert theirs.decrypt(ours, padding.PKCS1v15()) == b"to be read by ours"


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ((15, 13, 5), "p: 15 is not a prime: it is 3 times 5"),
        ((17, 1, 5), "q: 1 is not a prime: primes begin at 2"),
        ((17, 17, 5), "p and q are both 17"),
        ((17, 13, 6), "e: 6 and φ(n) = 192 have the common divisor 6"),
        ((17, 13, 1), "e: 1 is out of range"),
        ((17, 13, 192), "e: 192 is out of range"),
        ((17, 13, -5), "e: -5 is out of range"),
        ((2**2203 - 1, 13, 5), "p: it has 2203 bits; more than 2048"),
    ],
)
def test_wrong_numbers_get_the_reason(numbers, reason):
    with pytest.raises(UsageError) as error:
        make_key(*numbers)
    assert str(error.value).startswith(reason)


@pytest.mark.parametrize(
    ("message", "reason"),
    [(221, "is not below n = 221"), (-1, "is negative"), (10**9, "not below")],
)
def test_wrong_messages_get_the_reason(message, reason):
    key = make_key(17, 13, 5)
    for use in (encrypt, sign):
        with pytest.raises(UsageError, match=reason):
            use(key, message)


def test_n_that_is_too_large_is_given_up():
    assert factor((2**61 - 1) * (2**89 - 1), most_tries=1000).factors is None
    assert factor(2 * 13).factors == (2, 13)
