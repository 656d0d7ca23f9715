"""Keys of chosen numbers."""

import random
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa

from pki import issuing
from pki.issuing import Key
from tlsward.pki.public_key import SubjectPublicKey
from tlsward.pki.weak_keys.roca import PRIMORIAL
from tlsward.pki.x509 import read_certificate

RANDOM = random.Random(17)


def is_prime(number: int) -> bool:
    """Miller and Rabin's test, with bases that a test need not doubt."""
    if number < 2 or any(number % p == 0 and number != p for p in (2, 3, 5, 7, 11, 13)):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        power = pow(base, odd, number)
        if power in {1, number - 1} or base % number == 0:
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


def next_prime(number: int) -> int:
    number |= 1
    while not is_prime(number):
        number += 2
    return number


@cache
def prime(bits: int, number: int = 0) -> int:
    return next_prime(RANDOM.getrandbits(bits) | 3 << (bits - 2))


def roca_prime(bits: int) -> int:
    """A prime as the faulty chips made them: k * M + (65537^a mod M)."""
    while True:
        k = RANDOM.getrandbits(bits - PRIMORIAL.bit_length()) | 1 << (
            bits - PRIMORIAL.bit_length() - 1
        )
        found = k * PRIMORIAL + pow(65537, RANDOM.getrandbits(64), PRIMORIAL)
        if is_prime(found):
            return found


def rsa_public(modulus: int, exponent: int = 65537) -> SubjectPublicKey:
    return SubjectPublicKey(
        "1.2.840.113549.1.1.1", rsa.RSAPublicNumbers(exponent, modulus).public_key()
    )


def spki_of(modulus: int, exponent: int = 65537) -> Key:
    made = Key(issuing.rsa_key(2048).private)
    made.spki = issuing.sequence(
        issuing.sequence(issuing.object_identifier("1.2.840.113549.1.1.1"), b"\5\0"),
        issuing.bits(issuing.sequence(issuing.integer(modulus), issuing.integer(exponent))),
    )
    return made


def certificate(subject: str, modulus: int):
    signer = issuing.rsa_key(2048)
    return read_certificate(issuing.issue(subject, key=spki_of(modulus), signer=signer).der)
