"""Private keys and PKCS #12 files that a password protects."""

from collections.abc import Callable

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12

from tlsward.pki.key_derivation import Cost, TooCostlyError, key_cost, pkcs12_cost
from tlsward.pki.library import UnreadableError, reading

Password = Callable[[], bytes] | None

NEEDS_PASSWORD = "it is encrypted: give the password with --password-file or TLSWARD_PASSWORD"  # noqa: S105

DAMAGED = "it is PKCS #12 that is damaged or cut off"
#: The length of what NSS and Firefox write, which is BER and no DER (X.690 section 8.1.3.6).
_INDEFINITE = b"\x80"


class ContentsError(ValueError):
    """What was found cannot be used; the message says why, and is safe to show."""


def is_encrypted_key(octets: bytes) -> bool:
    """Whether this is the DER of an encrypted PKCS #8 key. Raises ContentsError, see `bounded`."""
    return bounded(key_cost, octets) is not None


def bounded(cost: Callable[[bytes], Cost | None], octets: bytes) -> Cost | None:
    """Return what opening it takes. Raises ContentsError where that is too much, or unreadable."""
    try:
        return cost(octets)
    except (TooCostlyError, UnreadableError) as error:
        raise ContentsError(f"it is encrypted, and {error}") from None


def decrypted_key(octets: bytes, password: Password, *, pem: bool = False) -> PrivateKeyTypes:
    """Return an encrypted private key. Raises ContentsError."""
    load = serialization.load_pem_private_key if pem else serialization.load_der_private_key
    if password is None:
        raise ContentsError(NEEDS_PASSWORD)
    said = password()
    if not said:
        raise ContentsError("it is encrypted, and the password given is empty")
    try:
        with reading():
            return load(octets, said)
    except UnreadableError as error:
        if "password" in str(error).lower():
            raise ContentsError("the password is wrong") from None
        raise ContentsError(f"it is an encrypted key that cannot be read: {error}") from None


def decrypted_pkcs12(octets: bytes, password: Password) -> pkcs12.PKCS12KeyAndCertificates:
    """Return what a PKCS #12 file holds. Raises ContentsError.

    Without a password and with an empty one are two ways to write the same (RFC 7292 appendix
    B.1 does not say which), so both are tried before the password is asked for.
    """
    cost = bounded(pkcs12_cost, octets)
    if cost is None and octets[1:2] != _INDEFINITE:
        raise ContentsError(DAMAGED)
    if cost is not None and cost.keys > 1:
        # The library would hand over one of them and not a word of the others.
        raise ContentsError(f"it has {cost.keys} private keys: export the one that is wanted")
    for said in (None, b""):
        found = _opened(octets, said)
        if found is not None:
            return found
    if password is None:
        raise ContentsError(NEEDS_PASSWORD)
    given = password()
    if not given:
        raise ContentsError("it is encrypted, and the password given is empty")
    found = _opened(octets, given)
    if found is None:
        raise ContentsError("the password is wrong")
    return found


def _opened(octets: bytes, password: bytes | None) -> pkcs12.PKCS12KeyAndCertificates | None:
    """Return the content, None where the password is not this one."""
    try:
        with reading():
            return pkcs12.load_pkcs12(octets, password)
    except UnreadableError as error:
        if "password" in str(error).lower():
            return None
        raise ContentsError(DAMAGED) from None
