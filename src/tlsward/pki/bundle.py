"""What a file of certificates and keys holds, in whatever form it comes.

A file is recognised by its content: PEM with any mix of blocks, DER, PKCS #7, PKCS #12, or
Base64 without armour. What cannot be read is an error that names the file and says what to
do; nothing in a file that can be read is dropped without a word: see `Bundle.others`.
"""

from collections.abc import Callable, Iterator
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.x509 import CertificateSigningRequest

from tlsward.errors import UsageError
from tlsward.pki.armour import Block, BrokenBlockError, bare_base64, blocks, text_of
from tlsward.pki.containers import Contents, contents_of
from tlsward.pki.display import safe_text
from tlsward.pki.encrypted import Access, ContentsError, OpenPkcs12, opened_here
from tlsward.pki.foreign_files import words_for

#: The largest file that is read, in octets, and the most that it may hold.
MOST_OCTETS = 16 << 20
MOST_CERTIFICATES = 1000
MOST_BLOCKS = 2000
#: Each may take seconds to decrypt.
MOST_ENCRYPTED = 4

Kind = Literal["certificate", "certificate request", "private key", "public key"]
CERTIFICATE: Kind = "certificate"
REQUEST: Kind = "certificate request"
PRIVATE_KEY: Kind = "private key"
PUBLIC_KEY: Kind = "public key"

#: Blocks that are no certificate and no key, and are met beside them.
_PASSED_OVER = frozenset(
    {"DH PARAMETERS", "X9.42 DH PARAMETERS", "DSA PARAMETERS", "EC PARAMETERS"}
)


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds, each kind in the order of the file.

    `certificates` are DER as they stand in the file; `order` has the kind of each object in
    the file's order; `encoded_requests`, `encoded_keys` and `encoded_public_keys` the DER of
    requests, of private keys (None where it stood encrypted) and of public keys. `others` are
    blocks with something else in them that were passed over, in words.
    """

    certificates: tuple[bytes, ...] = ()
    keys: tuple[PrivateKeyTypes, ...] = ()
    requests: tuple[CertificateSigningRequest, ...] = ()
    public_keys: tuple[PublicKeyTypes, ...] = ()
    encoded_keys: tuple[bytes | None, ...] = ()
    encoded_requests: tuple[bytes, ...] = ()
    encoded_public_keys: tuple[bytes, ...] = ()
    order: tuple[Kind, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing of use was found."""
        return not self.order

    @property
    def words(self) -> str:
        """What is in it, for a sentence: `2 certificates and a private key`."""
        counts = [(kind, self.order.count(kind)) for kind in dict.fromkeys(self.order)]
        said = [f"a {kind}" if count == 1 else f"{count} {kind}s" for kind, count in counts]
        return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def read_bundle(
    octets: bytes,
    *,
    name: str,
    password: Callable[[], bytes] | None = None,
    open_pkcs12: OpenPkcs12 = opened_here,
) -> Bundle:
    """Return what is in a file. Raises UsageError, one line that names it.

    `password` is called at most once, and only where something is encrypted; without it that
    is an error. `open_pkcs12` may open PKCS #12 elsewhere: here it takes as long as the file
    says, as far as that shows, and BER, where it does not show, is refused. At most MOST_OCTETS,
    MOST_BLOCKS and MOST_CERTIFICATES are read.
    """
    if len(octets) > MOST_OCTETS:
        raise UsageError(f"{name}: larger than {MOST_OCTETS >> 20} MiB, which no chain is")
    if not octets.strip():
        raise UsageError(f"{name}: the file is empty")
    once = None if password is None else _Once(password)
    access = Access(password=once, open_pkcs12=open_pkcs12)
    try:
        bundle = _gathered(_contents(octets, access))
    except BrokenBlockError as error:
        label = safe_text(error.label)
        raise UsageError(
            f"{name}: block {error.number} ({label}, line {error.line}) cannot be read: "
            f"{safe_text(error.reason)}"
        ) from None
    except ContentsError as error:
        raise UsageError(f"{name}: {error}") from None
    if bundle.is_empty:
        found = f": there is only {', '.join(bundle.others)} in it" if bundle.others else ""
        raise UsageError(f"{name}: no certificate, request or key{found}")
    return bundle


class _Once:
    """A password that is asked for once, however many objects need it."""

    def __init__(self, ask: Callable[[], bytes]) -> None:
        self._ask = ask
        self._said: bytes | None = None

    def __call__(self) -> bytes:
        if self._said is None:
            self._said = self._ask()
        return self._said


def _contents(octets: bytes, access: Access) -> Iterator[Contents]:
    """Yield what is found, object by object."""
    text = text_of(octets)
    count = 0
    for block in blocks(text):
        count += 1
        if count > MOST_BLOCKS:
            raise ContentsError(f"more than {MOST_BLOCKS} blocks, which no chain has")
        yield _content_of_block(block, access)
    if count:
        return
    decoded = octets
    if not octets.startswith(b"\x30") or octets.isascii():
        decoded = bare_base64(text) or b""
        if not decoded:
            raise ContentsError(words_for(text))
    yield contents_of(decoded, access)


def _content_of_block(block: Block, access: Access) -> Contents:
    if block.label in _PASSED_OVER:
        return Contents(others=(block.label,))
    try:
        found = contents_of(block.octets, access, label=block.label, headers=block.headers)
    except ContentsError as error:
        raise BrokenBlockError(block.number, block.line, block.label, str(error)) from None
    return found


def _gathered(found: Iterator[Contents]) -> Bundle:
    """Return one bundle of all that was found, within the bounds."""
    certificates: list[bytes] = []
    keys: list[tuple[PrivateKeyTypes, bytes | None]] = []
    requests: list[tuple[CertificateSigningRequest, bytes]] = []
    public_keys: list[tuple[PublicKeyTypes, bytes]] = []
    order: list[Kind] = []
    others: list[str] = []
    for each in found:
        certificates += each.certificates
        keys += each.keys
        requests += each.requests
        public_keys += each.public_keys
        others += each.others
        order += [PRIVATE_KEY] * len(each.keys)
        order += [CERTIFICATE] * len(each.certificates)
        order += [REQUEST] * len(each.requests)
        order += [PUBLIC_KEY] * len(each.public_keys)
        if len(certificates) > MOST_CERTIFICATES:
            raise ContentsError(f"more than {MOST_CERTIFICATES} certificates, which no chain has")
        if sum(encoded is None for _, encoded in keys) > MOST_ENCRYPTED:
            raise ContentsError(f"more than {MOST_ENCRYPTED} encrypted keys: take one at a time")
    return Bundle(
        certificates=tuple(certificates),
        keys=tuple(key for key, _ in keys),
        requests=tuple(request for request, _ in requests),
        public_keys=tuple(key for key, _ in public_keys),
        encoded_keys=tuple(octets for _, octets in keys),
        encoded_requests=tuple(octets for _, octets in requests),
        encoded_public_keys=tuple(octets for _, octets in public_keys),
        order=tuple(order),
        others=tuple(others),
    )
