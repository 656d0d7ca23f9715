"""When an issuer wants a certificate renewed: ACME renewal information (RFC 9773).

Nothing here touches the network: a `Fetcher` is passed in. What the server says is
somebody else's text, so it is bounded, read strictly and made safe to show.
"""

import base64
from datetime import UTC, datetime

import msgspec
from cryptography.x509.oid import NameOID

from tlsward.facts.acme_directories import acme_directories
from tlsward.model.fetching import Fetched, Fetcher, FetchRequest
from tlsward.model.lifetime import RenewalWindow
from tlsward.pki.display import safe_text
from tlsward.pki.library import UnreadableError
from tlsward.pki.x509 import X509Certificate

#: A directory has ten addresses, renewal information three fields.
_LIMIT_BYTES = 64 * 1024
_LONGEST_URL = 2048


class _Directory(msgspec.Struct, frozen=True):
    renewal_info: str | None = msgspec.field(name="renewalInfo", default=None)


class _Window(msgspec.Struct, frozen=True):
    start: datetime
    end: datetime


class _RenewalInformation(msgspec.Struct, frozen=True):
    window: _Window = msgspec.field(name="suggestedWindow")
    explanation_url: str | None = msgspec.field(name="explanationURL", default=None)


def certificate_identifier(certificate: X509Certificate) -> str:
    """Return the identifier of a certificate (section 4.1).

    Raises UnreadableError for a certificate that does not name the key of its issuer,
    which has none.
    """
    key_identifier = certificate.authority_key_identifier
    if not key_identifier:
        raise UnreadableError("the certificate does not say which key signed it")
    serial = certificate.serial
    # The content octets of the INTEGER: the least that hold it and its sign (X.690, 8.3).
    bits = (serial if serial >= 0 else ~serial).bit_length()
    octets = serial.to_bytes(bits // 8 + 1, "big", signed=True)
    return f"{_base64url(key_identifier)}.{_base64url(octets)}"


def directory_url(certificate: X509Certificate) -> str | None:
    """Return the ACME directory of a certificate's issuer, None where none is known."""
    if "issuer" in certificate.unread:
        return None
    for attribute in certificate.issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME):
        known = acme_directories().get(str(attribute.value))
        if known is not None:
            return known.url
    return None


async def renewal_window(
    certificate: X509Certificate, directory: str, fetch: Fetcher, now: datetime
) -> RenewalWindow | str:
    """Return when the issuer wants the certificate renewed, or the reason why that is unknown.

    `directory` is the URL of its ACME directory. An expired certificate is not asked
    about (section 4.3).
    """
    try:
        identifier = certificate_identifier(certificate)
    except UnreadableError as error:
        return str(error)
    if certificate.not_after < now:
        return "the certificate has expired"
    answered = await fetch(FetchRequest(url=directory, limit_bytes=_LIMIT_BYTES))
    address = _renewal_address(answered)
    if isinstance(address, _Refusal):
        return address.reason
    # Section 4.1: the address, a slash and the identifier.
    url = f"{address.removesuffix('/')}/{identifier}"
    return _window(await fetch(FetchRequest(url=url, limit_bytes=_LIMIT_BYTES)))


class _Refusal(msgspec.Struct, frozen=True):
    reason: str


def _renewal_address(answered: Fetched) -> str | _Refusal:
    body = _body(answered)
    if isinstance(body, _Refusal):
        return _Refusal(f"ACME directory: {body.reason}")
    try:
        directory = msgspec.json.decode(body, type=_Directory)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _Refusal("ACME directory: it is none")
    address = directory.renewal_info
    if address is None:
        return _Refusal("the issuer offers no renewal information")
    if not _is_address(address):
        return _Refusal("ACME directory: renewalInfo is no address")
    return address


def _window(answered: Fetched) -> RenewalWindow | str:
    body = _body(answered)
    if isinstance(body, _Refusal):
        return f"renewal information: {body.reason}"
    try:
        information = msgspec.json.decode(body, type=_RenewalInformation)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return "renewal information: it is none"
    start, end = information.window.start, information.window.end
    if start.tzinfo is None or end.tzinfo is None:
        return "renewal information: a date has no time zone"
    # Section 4.2: a window that does not end after its start is to be ignored.
    if end <= start:
        return "renewal information: the window ends before it starts"
    try:
        start, end = start.astimezone(UTC), end.astimezone(UTC)
    except OverflowError:
        return "renewal information: a date is out of range"
    url = information.explanation_url
    return RenewalWindow(
        start=start,
        end=end,
        explanation_url=safe_text(url) if url is not None and _is_address(url) else None,
    )


def _body(answered: Fetched) -> bytes | _Refusal:
    if answered.body is None:
        return _Refusal(safe_text(answered.reason or "no answer"))
    if answered.status != 200:
        return _Refusal(f"HTTP status {answered.status}")
    return answered.body


def _is_address(text: str) -> bool:
    """Return whether a text is an address as RFC 3986 writes them, of https or http."""
    return (
        len(text) <= _LONGEST_URL
        and text.startswith(("https://", "http://"))
        and text.isascii()
        and text.isprintable()
        and not set(text) & set(' "<>\\^`{|}#')
    )


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
