import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.facts.well_known_dh import _primes, well_known_dh

#: RFC 2409 section 6.2.
OAKLEY_2 = bytes.fromhex(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF"
)


def test_a_prime_of_a_standard():
    known = well_known_dh(OAKLEY_2)
    assert known.name == "RFC 2409 1024-bit MODP Group, Oakley Group 2"
    assert (known.bits, known.kind) == (1024, "standard")
    assert well_known_dh(b"\x00" + OAKLEY_2) is known


def test_a_prime_of_nobody():
    assert well_known_dh(OAKLEY_2[:-1] + b"\x01") is None
    assert well_known_dh(b"") is None


@given(st.binary(max_size=64))
def test_any_number_can_be_asked_about(number):
    assert well_known_dh(number) is None


def test_the_groups_of_rfc_7919_have_their_tls_names():
    names = {known.name for known in _primes().values()}
    assert {f"ffdhe{bits}" for bits in (2048, 3072, 4096, 6144, 8192)} <= names


@pytest.mark.parametrize(
    "software",
    ["Apache httpd 2.1.5", "HAProxy 1.6", "nginx 0.7.2", "Postfix 3.7", "ProFTPD 1.3.8", "Java 7"],
)
def test_defaults_of_software_are_there(software):
    assert any(known.name.startswith(software) for known in _primes().values())


def test_rfc_5114_is_doubtful():
    doubtful = [known for known in _primes().values() if known.doubtful_subgroup]
    assert [known.bits for known in doubtful] == [1024, 2048, 2048]


@pytest.mark.parametrize(
    "known", [pytest.param(known, id=known.name) for known in _primes().values()]
)
def test_it_is_a_prime_of_that_size(known):
    number = int.from_bytes(known.prime, "big")
    assert number.bit_length() == known.bits
    if known.bits <= 3072:
        # Fermat's test to base 3: no number in a table passes it by accident.
        assert pow(3, number - 1, number) == 1


def test_no_module_of_the_data_package_is_imported():
    code = (
        "import sys; from tlsward.facts.well_known_dh import well_known_dh;"
        "well_known_dh(b'1'); sys.exit('cryptodatahub' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
