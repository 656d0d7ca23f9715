"""Private keys and PKCS #12 files that a password protects."""

from collections.abc import Callable

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from tlsward.pki.key_derivation import Cost, TooCostlyError, key_cost, pkcs12_cost
from tlsward.pki.library import UnreadableError, reading

Password = Callable[[], bytes] | None
#: Passwords to try one after another; None is to open without one.
Passwords = tuple[bytes | None, ...]

NEEDS_PASSWORD = "it is encrypted: give the password with --password-file or TLSWARD_PASSWORD"  # noqa: S105
WRONG_PASSWORD = "the password is wrong"  # noqa: S105
DAMAGED = "it is PKCS #12 that is damaged or cut off"
#: The length of what NSS and Firefox write, which is BER and no DER (X.690 section 8.1.3.6).
_INDEFINITE = b"\x80"


class ContentsError(ValueError):
    """What was found cannot be used; the message says why, and is safe to show."""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """What a PKCS #12 file holds: certificates in DER, its own first, and its key in PKCS #8."""

    certificates: tuple[bytes, ...]
    key: bytes | None = None


#: What opens a PKCS #12 file; None where no password is the right one. Raises ContentsError.
OpenPkcs12 = Callable[[bytes, Passwords], Opened | None]


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """How to get at what is encrypted: who knows the password, and what opens PKCS #12."""

    password: Password
    open_pkcs12: OpenPkcs12


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
    said = _said(password)
    try:
        with reading():
            return load(octets, said)
    except UnreadableError as error:
        if "password" in str(error).lower():
            raise ContentsError(WRONG_PASSWORD) from None
        raise ContentsError(f"it is an encrypted key that cannot be read: {error}") from None


def decrypted_pkcs12(octets: bytes, access: Access) -> Opened:
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
    found = access.open_pkcs12(octets, (None, b""))
    if found is not None:
        return found
    found = access.open_pkcs12(octets, (_said(access.password),))
    if found is None:
        raise ContentsError(WRONG_PASSWORD)
    return found


def opened_here(octets: bytes, passwords: Passwords) -> Opened | None:
    """Open a PKCS #12 file in this process, where it shows that it will not take long.

    What is not DER does not show that. Raises ContentsError.
    """
    if pkcs12_cost(octets) is None:
        raise ContentsError("it is PKCS #12 in BER: write it anew in DER, as openssl pkcs12 does")
    return opened(octets, passwords)


def opened(octets: bytes, passwords: Passwords) -> Opened | None:
    """Open a PKCS #12 file however long that takes; None where no password is the right one.

    Raises ContentsError where it is damaged.
    """
    for password in passwords:
        try:
            with reading():
                found = pkcs12.load_pkcs12(octets, password)
        except UnreadableError as error:
            if "password" in str(error).lower():
                continue
            raise ContentsError(DAMAGED) from None
        return _opened(found)
    return None


def _opened(found: pkcs12.PKCS12KeyAndCertificates) -> Opened:
    certificates = [found.cert, *found.additional_certs]
    try:
        with reading():
            return Opened(
                certificates=tuple(
                    each.certificate.public_bytes(Encoding.DER) for each in certificates if each
                ),
                key=None
                if found.key is None
                else found.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
            )
    except UnreadableError as error:
        raise ContentsError(f"it is PKCS #12 with a key that cannot be read: {error}") from None


def _said(password: Password) -> bytes:
    """Ask for the password. Raises ContentsError where there is nobody to ask, or none is said."""
    if password is None:
        raise ContentsError(NEEDS_PASSWORD)
    said = password()
    if not said:
        raise ContentsError("it is encrypted, and the password given is empty")
    return said
