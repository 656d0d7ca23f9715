import pytest
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519

from tlsward.wire.key_share import (
    FFDHE2048,
    FFDHE3072,
    FFDHE4096,
    MLKEM768,
    MLKEM1024,
    SECP256R1,
    SECP256R1MLKEM768,
    SECP384R1,
    SECP384R1MLKEM1024,
    SECP521R1,
    SUPPORTED_GROUPS,
    X448,
    X25519,
    X25519MLKEM768,
    KeyShare,
    UnsupportedGroup,
    _ffdhe_prime,
)

LENGTHS = {
    X25519: 32,
    X448: 56,
    SECP256R1: 65,
    SECP384R1: 97,
    SECP521R1: 133,
    FFDHE2048: 256,
    FFDHE3072: 384,
    FFDHE4096: 512,
}
#: draft-ietf-tls-ecdhe-mlkem section 4.
HYBRID_LENGTHS = {
    MLKEM768: 1184,
    MLKEM1024: 1568,
    SECP256R1MLKEM768: 65 + 1184,
    X25519MLKEM768: 1184 + 32,
    SECP384R1MLKEM1024: 97 + 1568,
}


def test_supported_groups():
    assert set(SUPPORTED_GROUPS) == {*LENGTHS, *HYBRID_LENGTHS}
    assert len(SUPPORTED_GROUPS) == 13
    assert X25519 in SUPPORTED_GROUPS
    assert 0x9999 not in SUPPORTED_GROUPS


@pytest.mark.parametrize("group", LENGTHS, ids=hex)
def test_both_sides_agree(group):
    ours, theirs = KeyShare.generate(group), KeyShare.generate(group)
    assert ours.group == group
    assert len(ours.public) == LENGTHS[group]
    assert ours.public != theirs.public
    assert ours.exchange(theirs.public) == theirs.exchange(ours.public)


@pytest.mark.parametrize("group", HYBRID_LENGTHS, ids=hex)
def test_lengths_of_hybrids(group):
    assert len(KeyShare.generate(group).public) == HYBRID_LENGTHS[group]


def test_x25519mlkem768_is_mlkem_first():
    """The server's part, done by hand: encapsulate to the first 1184 octets."""
    ours = KeyShare.generate(X25519MLKEM768)
    secret, ciphertext = mlkem.MLKEM768PublicKey.from_public_bytes(ours.public[:1184]).encapsulate()
    curve = x25519.X25519PrivateKey.generate()
    shared = curve.exchange(x25519.X25519PublicKey.from_public_bytes(ours.public[1184:]))
    answer = ciphertext + curve.public_key().public_bytes_raw()
    assert ours.exchange(answer) == secret + shared


@pytest.mark.parametrize("group", [*LENGTHS, *HYBRID_LENGTHS], ids=hex)
@pytest.mark.parametrize("length", [0, 1, 32, 33, 65, 97, 1120, 1153, 3000])
def test_what_is_no_key_is_a_value_error(group, length):
    share = KeyShare.generate(group)
    with pytest.raises(ValueError):
        share.exchange(b"\x00" * length)


@pytest.mark.parametrize("group", [SECP256R1, SECP384R1, SECP521R1], ids=hex)
def test_points_off_the_curve_and_compressed_ones(group):
    share = KeyShare.generate(group)
    for point in (share.public[:-1] + bytes((share.public[-1] ^ 1,)), b"\x02" + share.public[1:33]):
        with pytest.raises(ValueError):
            share.exchange(point)


def test_keys_of_small_order():
    for key in (bytes(32), b"\x01" + bytes(31)):
        with pytest.raises(ValueError):
            KeyShare.generate(X25519).exchange(key)
    for key in (b"\x01", b"\x00"):
        with pytest.raises(ValueError):
            KeyShare.generate(FFDHE2048).exchange(bytes(255) + key)


def test_a_group_without_code():
    with pytest.raises(UnsupportedGroup, match="0x0A0A") as caught:
        KeyShare.generate(0x0A0A)
    assert caught.value.group == 0x0A0A
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("bits", "increment", "start", "end"),
    [
        (
            2048,
            560316,
            "FFFFFFFFFFFFFFFFADF85458A2BB4A9AAFDC5620",
            "886B423861285C97FFFFFFFFFFFFFFFF",
        ),
        (
            3072,
            2625351,
            "FFFFFFFFFFFFFFFFADF85458A2BB4A9AAFDC5620",
            "25E41D2B66C62E37FFFFFFFFFFFFFFFF",
        ),
        (
            4096,
            5736041,
            "FFFFFFFFFFFFFFFFADF85458A2BB4A9AAFDC5620",
            "C68A007E5E655F6AFFFFFFFFFFFFFFFF",
        ),
    ],
)
def test_primes_of_rfc7919(bits, increment, start, end):
    prime = _ffdhe_prime(bits, increment)
    spelled = f"{prime:X}"
    assert spelled.startswith(start)
    assert spelled.endswith(end)
    # Safe primes: Fermat's test of p and of (p - 1) / 2.
    assert pow(3, prime - 1, prime) == 1
    half = (prime - 1) // 2
    assert pow(3, half - 1, half) == 1


def test_the_prime_is_computed_once():
    assert _ffdhe_prime(2048, 560316) is _ffdhe_prime(2048, 560316)
