"""The mark that a faulty generator of Infineon chips left in moduli (CVE-2017-15361).

Its primes are k * M + (65537^a mod M), with M the product of the first primes. So a
modulus N = p * q is itself a power of 65537 modulo M, which it is by chance once in
2^154 (Nemec and others, "The Return of Coppersmith's Attack", ACM CCS 2017, section 2.2).

A discrete logarithm modulo M is easy, M being a product of small primes: it is looked up
modulo each, and the logarithms must agree. M grows with the size of the key; that of the
smallest keys divides all others, so its 39 primes are looked at alone.
"""

from functools import cache
from math import gcd, prod

_GENERATOR = 65537
#: The first 39 primes, 2 left out: every modulus is odd.
_PRIMES = (
    *(3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71),
    *(73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149),
    *(151, 157, 163, 167),
)
#: The product that the faulty generator takes for keys of 512 to 960 bits.
PRIMORIAL = 2 * prod(_PRIMES)


def has_roca_fingerprint(modulus: int) -> bool:
    """Return whether a modulus is a power of 65537 modulo the product of the first primes."""
    if modulus % 2 == 0:
        return False
    # The exponent sought is `remainder` modulo `period` as far as is known.
    remainder, period = 0, 1
    for prime, logarithms in _logarithms().items():
        logarithm = logarithms.get(modulus % prime)
        if logarithm is None:
            return False
        order = len(logarithms)
        # Chinese remainders (for moduli that share factors): the two must agree.
        common = gcd(period, order)
        if (logarithm - remainder) % common:
            return False
        step = (logarithm - remainder) // common * pow(period // common, -1, order // common)
        remainder += period * (step % (order // common))
        period = period // common * order
    return True


@cache
def _logarithms() -> dict[int, dict[int, int]]:
    """For each prime the powers of the generator modulo it, with their exponents."""
    tables = {}
    for prime in _PRIMES:
        table: dict[int, int] = {}
        power = 1
        while power not in table:
            table[power] = len(table)
            power = power * _GENERATOR % prime
        tables[prime] = table
    return tables
