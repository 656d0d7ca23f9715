"""The worst that can be said of a cipher suite, in one word that the advice has a text for."""

from tlsward.facts.suites import CipherSuiteFacts

#: Key sizes below which a cipher is found by trying all keys (RFC 9325 section 4.1).
_MINIMUM_BITS = 112
#: Ciphers of 64-bit blocks that keep one key for a whole connection.
_SMALL_BLOCKS = ("3DES", "DES", "IDEA", "RC2", "GOST28147", "SKIPJACK")
_UNKNOWN = "unknown"


def weakness_of(suite: CipherSuiteFacts) -> str:
    """Return the worst weakness of a suite, `listed` where it has none to speak of."""
    for word, holds in _WEAKNESSES:
        if holds(suite):
            return word
    return "listed"


def has_no_encryption(suite: CipherSuiteFacts) -> bool:
    """Tell whether data goes unencrypted."""
    return suite.bulk == "NULL"


def is_anonymous(suite: CipherSuiteFacts) -> bool:
    """Tell whether the server is not authenticated."""
    return suite.authentication == "anon"


def is_export(suite: CipherSuiteFacts) -> bool:
    """Tell whether the suite was weakened for export."""
    return suite.export


def is_ssl2(suite: CipherSuiteFacts) -> bool:
    """Tell whether this is a cipher kind of SSLv2, whose codes have three octets."""
    return suite.code > 0xFFFF


def is_rc4(suite: CipherSuiteFacts) -> bool:
    """Tell whether the cipher is RC4."""
    return suite.bulk == "RC4"


def has_weak_key(suite: CipherSuiteFacts) -> bool:
    """Tell whether the key can be found by trying all of them."""
    return suite.bits < _MINIMUM_BITS and is_known(suite)


def has_small_block(suite: CipherSuiteFacts) -> bool:
    """Tell whether the cipher has blocks of 64 bits."""
    return suite.bulk.startswith(_SMALL_BLOCKS)


def lacks_forward_secrecy(suite: CipherSuiteFacts) -> bool:
    """Tell whether the server's key decrypts what was recorded."""
    return not suite.forward_secret and is_known(suite)


def is_cbc(suite: CipherSuiteFacts) -> bool:
    """Tell whether it is a block cipher that authenticates before it encrypts."""
    return suite.bulk.endswith("-CBC")


def is_finite_field(suite: CipherSuiteFacts) -> bool:
    """Tell whether keys are exchanged by ephemeral Diffie-Hellman over a finite field."""
    return suite.key_exchange.startswith("DHE")


def is_known(suite: CipherSuiteFacts) -> bool:
    """Tell whether anything is known of a suite but its number."""
    return suite.bulk != _UNKNOWN


def is_tls13(suite: CipherSuiteFacts) -> bool:
    """Tell whether this is a suite of TLS 1.3, which names cipher and hash alone."""
    return suite.versions == ("TLSv1.3",)


_WEAKNESSES = (
    ("ssl2", is_ssl2),
    ("null", has_no_encryption),
    ("anonymous", is_anonymous),
    ("export", is_export),
    ("rc4", is_rc4),
    ("weak-key", has_weak_key),
    ("small-block", has_small_block),
    ("tls13", is_tls13),
    ("no-forward-secrecy", lacks_forward_secrecy),
    ("cbc", is_cbc),
    ("dhe", is_finite_field),
)
