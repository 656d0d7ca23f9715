"""One name for each thing that has several: suites by code point, groups by curve.

Guidelines write OpenSSL's names of different ages (EDH-RSA-DES-CBC3-SHA) and either
name of a curve (secp256r1, prime256v1); servers' answers are code points. Comparing
goes by the code point, and by the name alone where no fact knows it.
"""

from functools import cache

from tlsward.facts import groups, suites
from tlsward.facts.suites import CipherSuiteFacts

#: What two names are compared by.
SuiteKey = int | str


def suite_key(openssl_name: str) -> SuiteKey:
    """Return what stands for the suite of this OpenSSL name."""
    facts = suites.by_openssl_name(openssl_name)
    return openssl_name if facts is None else facts.code


@cache
def suite_keys(openssl_names: tuple[str, ...]) -> frozenset[SuiteKey]:
    """Return what stands for each of these suites."""
    return frozenset(suite_key(name) for name in openssl_names)


@cache
def tls13_suite_keys(iana_names: tuple[str, ...]) -> frozenset[SuiteKey]:
    """Return what stands for each of these TLS 1.3 suites, named as the registry does."""
    found = ((name, suites.by_iana_name(name)) for name in iana_names)
    return frozenset(name if facts is None else facts.code for name, facts in found)


@cache
def group_names(names: tuple[str, ...]) -> frozenset[str]:
    """Return the canonical names of these groups."""
    return frozenset(groups.canonical_group_name(name) for name in names)


def suite_facts(code: str) -> CipherSuiteFacts:
    """Return the facts of a suite by its code as reports write it (`0xC02B`, `0x010080`).

    SSLv2's kinds have three octets, and are told from suites by that alone.
    """
    number = int(code, 16)
    return suites.ssl2_kind(number) if len(code) == len("0x010080") else suites.suite(number)
