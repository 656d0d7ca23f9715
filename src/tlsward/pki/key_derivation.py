"""What it costs to open an encrypted key or PKCS #12 file, looked at before it is paid.

Keys are derived from passwords by repeating a hash as often as the file says (RFC 8018), up
to 2^31 times or with terabytes of memory. The structures are declared here for
`cryptography` to read; what they say is bounded by a sum over all of a file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from cryptography import x509
from cryptography.hazmat import asn1

from tlsward.pki.declared import elements, elements_as
from tlsward.pki.library import UnreadableError, reading

#: The most rounds in one file: some seconds. OpenSSL writes 2048, Java 10 000, NSS 600 000.
MOST_ROUNDS = 5_000_000
#: What scrypt may take: blocks of 128 octets in memory, and block mixes (RFC 7914 section 2).
MOST_SCRYPT_BLOCKS = 1 << 20
MOST_SCRYPT_MIXES = 1 << 22
#: Safes within safes (RFC 7292 section 4.2.6); nobody nests them.
_DEEPEST = 4

_DATA = "1.2.840.113549.1.7.1"
_ENCRYPTED_DATA = "1.2.840.113549.1.7.6"
_KEY_BAG = "1.2.840.113549.1.12.10.1.1"
_SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2"
_SAFE_BAG = "1.2.840.113549.1.12.10.1.6"
#: Algorithms whose first parameter is the algorithm that derives the key: PBES2, PBMAC1.
_WITH_DERIVATION = frozenset({"1.2.840.113549.1.5.13", "1.2.840.113549.1.5.14"})
_PBKDF2 = "1.2.840.113549.1.5.12"
_SCRYPT = "1.3.6.1.4.1.11591.4.11"
#: PBES1 and the algorithms of PKCS #12: salt and rounds are their parameters.
_WITH_ROUNDS = ("1.2.840.113549.1.5.", "1.2.840.113549.1.12.1.")


@asn1.sequence
class AlgorithmIdentifier:
    """RFC 5280 section 4.1.1.2; algorithms that encrypt have parameters."""

    algorithm: x509.ObjectIdentifier
    parameters: asn1.TLV


@asn1.sequence
class EncryptedPrivateKeyInfo:
    """RFC 5208 section 6."""

    algorithm: AlgorithmIdentifier
    encrypted: bytes


@asn1.sequence
class _ContentInfo:
    kind: x509.ObjectIdentifier
    content: Annotated[asn1.TLV, asn1.Explicit(0)]


@asn1.sequence
class _DigestInfo:
    algorithm: asn1.TLV
    digest: bytes


@asn1.sequence
class _MacData:
    digest: _DigestInfo
    salt: bytes
    iterations: Annotated[int, asn1.Default(1)]


@asn1.sequence
class _Pfx:
    version: int
    safe: _ContentInfo
    mac: _MacData | None


@asn1.sequence
class _EncryptedContentInfo:
    kind: x509.ObjectIdentifier
    algorithm: AlgorithmIdentifier
    encrypted: Annotated[bytes | None, asn1.Implicit(0)]


@asn1.sequence
class _EncryptedData:
    version: int
    content: _EncryptedContentInfo


@asn1.sequence
class _SafeBag:
    kind: x509.ObjectIdentifier
    value: Annotated[asn1.TLV, asn1.Explicit(0)]
    attributes: asn1.SetOf[asn1.TLV] | None


class TooCostlyError(Exception):
    """It asks for more than is given; the message says what, and what to do."""


class Cost:
    """What was asked for so far, and the private keys that were counted on the way."""

    def __init__(self) -> None:
        self.rounds = 0
        self.keys = 0

    def add(self, rounds: int) -> None:
        """Count rounds. Raises TooCostlyError beyond the bound."""
        self.rounds += max(rounds, 0)
        if self.rounds > MOST_ROUNDS:
            raise TooCostlyError(
                f"its password is repeated more than {MOST_ROUNDS} times, which would take "
                "minutes: write it anew with fewer"
            )

    def add_algorithm(self, octets: bytes) -> None:
        """Count what an AlgorithmIdentifier asks for; one that is not known asks for nothing."""
        algorithm = asn1.decode_der(AlgorithmIdentifier, octets)
        kind = algorithm.algorithm.dotted_string
        if kind in _WITH_DERIVATION:
            derivation = elements(asn1.encode_der(algorithm.parameters))[0]
            algorithm = derivation.parse(AlgorithmIdentifier)
            kind = algorithm.algorithm.dotted_string
        if kind == _SCRYPT:
            parameters = elements(asn1.encode_der(algorithm.parameters))
            self.add_scrypt(*(each.parse(int) for each in parameters[1:4]))
        elif kind.startswith(_WITH_ROUNDS) and kind not in _WITH_DERIVATION:
            self.add(elements(asn1.encode_der(algorithm.parameters))[1].parse(int))

    def add_scrypt(self, cost: int, block_size: int, parallel: int) -> None:
        """Count what scrypt takes. Raises TooCostlyError beyond the bounds."""
        blocks = cost * block_size
        if blocks > MOST_SCRYPT_BLOCKS or blocks * parallel > MOST_SCRYPT_MIXES:
            raise TooCostlyError(
                "its password goes through scrypt with more memory or time than is given: write "
                "it anew with less"
            )

    def add_mac(self, algorithm: asn1.TLV) -> None:
        """Count what PBMAC1 asks for (RFC 9579); a plain digest asks for nothing here."""
        octets = asn1.encode_der(algorithm)
        if elements(octets)[0].parse(x509.ObjectIdentifier).dotted_string in _WITH_DERIVATION:
            self.add_algorithm(octets)

    def add_safe(self, octets: bytes, depth: int = 0) -> None:
        """Count what the bags of a safe in the clear ask for (RFC 7292 section 4.2)."""
        if depth > _DEEPEST:
            raise TooCostlyError("its safes stand within each other too deeply")
        for bag in elements_as(_SafeBag, octets):
            kind = bag.kind.dotted_string
            self.keys += kind in {_KEY_BAG, _SHROUDED_KEY_BAG}
            if kind == _SHROUDED_KEY_BAG:
                key = bag.value.parse(EncryptedPrivateKeyInfo)
                self.add_algorithm(asn1.encode_der(key.algorithm))
            elif kind == _SAFE_BAG:
                self.add_safe(asn1.encode_der(bag.value), depth + 1)


def key_cost(octets: bytes) -> Cost | None:
    """Return what an encrypted PKCS #8 key asks for; None where it is none.

    Raises TooCostlyError, and UnreadableError for parameters that are not as they should be.
    """
    try:
        with reading():
            key = asn1.decode_der(EncryptedPrivateKeyInfo, octets)
    except UnreadableError:
        return None
    cost = Cost()
    with counting():
        cost.add_algorithm(asn1.encode_der(key.algorithm))
    return cost


def pkcs12_cost(octets: bytes) -> Cost | None:
    """Return what a PKCS #12 file asks for, as far as it shows before it is opened.

    None where it is not written in DER. Raises TooCostlyError, and UnreadableError.
    """
    try:
        with reading():
            file = asn1.decode_der(_Pfx, octets)
    except UnreadableError:
        return None
    cost = Cost()
    with counting():
        if file.mac is not None:
            cost.add(file.mac.iterations)
            cost.add_mac(file.mac.digest.algorithm)
        if file.safe.kind.dotted_string == _DATA:
            for each in elements_as(_ContentInfo, file.safe.content.parse(bytes)):
                kind = each.kind.dotted_string
                if kind == _DATA:
                    cost.add_safe(each.content.parse(bytes))
                elif kind == _ENCRYPTED_DATA:
                    encrypted = each.content.parse(_EncryptedData)
                    cost.add_algorithm(asn1.encode_der(encrypted.content.algorithm))
    return cost


@contextmanager
def counting() -> Iterator[None]:
    """Read inside of this, as inside `reading`; parameters that are missing are refused too."""
    with reading():
        try:
            yield
        except (IndexError, TypeError) as error:
            raise ValueError("parameters are missing") from error
