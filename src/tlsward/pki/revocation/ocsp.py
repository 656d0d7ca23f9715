"""OCSP (RFC 6960): the request as RFC 5019 profiles it, and what an answer is worth.

Three things are asked of an answer, stapled or fetched: is it about this certificate,
what does it say, and was it signed by the certificate's issuer or by whom the issuer made
its responder. No nonce is sent: responders answer with what they have signed beforehand,
and how old that may be the answer itself says.
"""

import base64
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from urllib.parse import quote

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from tlsward.model.answer import UNKNOWN, YES
from tlsward.model.fetching import FetchRequest
from tlsward.model.revocation import RevocationCheck, RevocationSource, RevocationState
from tlsward.pki import signatures
from tlsward.pki.library import UnreadableError, reading
from tlsward.pki.revocation.evidence import (
    SignatureVerdict,
    revocation_reason,
    signature_verdict,
)
from tlsward.pki.revocation.freshness import stale
from tlsward.pki.x509 import X509Certificate, certificate_of

#: The largest answer that is read, in octets; they have a few thousand at most.
LARGEST_ANSWER_BYTES = 256 << 10
#: RFC 5019 section 5: a longer request than this is sent by POST.
LONGEST_GET_BYTES = 255
#: RFC 6960 section 4.2.1, what a response may be instead of successful.
_RESPONSE_STATUS = {
    ocsp.OCSPResponseStatus.MALFORMED_REQUEST: "malformed request",
    ocsp.OCSPResponseStatus.INTERNAL_ERROR: "internal error",
    ocsp.OCSPResponseStatus.TRY_LATER: "try later",
    ocsp.OCSPResponseStatus.SIG_REQUIRED: "signature required",
    ocsp.OCSPResponseStatus.UNAUTHORIZED: "unauthorized",
}
_CERTIFICATE_STATUS: dict[ocsp.OCSPCertStatus, RevocationState] = {
    ocsp.OCSPCertStatus.GOOD: "good",
    ocsp.OCSPCertStatus.REVOKED: "revoked",
    ocsp.OCSPCertStatus.UNKNOWN: "unknown",
}
#: The word for bytes that are no response, and for a response about something else.
MALFORMED = "malformed"
OTHER_CERTIFICATE = "about another certificate"
#: The word for what may have been true once: only `revoked` stays true for ever.
OUT_OF_DATE = "out of date"
#: Single responses and responder certificates that are looked at.
_MOST_RESPONSES = 64
_MOST_RESPONDERS = 8


class OcspAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer says of one certificate.

    `status` is good, revoked, unknown, or the word for why it is none of these; `late` why
    it does not count at the moment it was read for; `note` what else is to be said of it.
    `response` is the library's own object where there is a single response.
    """

    status: str
    verdict: SignatureVerdict = SignatureVerdict(valid=UNKNOWN)
    late: str | None = None
    note: str = ""
    this_update: datetime | None = None
    next_update: datetime | None = None
    revoked_at: datetime | None = None
    reason: x509.ReasonFlags | None = None
    response: ocsp.OCSPResponse | None = None


def ocsp_request(certificate: X509Certificate, issuer: X509Certificate) -> bytes:
    """Return a request about a certificate, DER. Raises UnreadableError.

    Both are hashed by SHA-1, which all responders know and many alone (RFC 5019 section
    2.1.1); it names the certificate and protects nothing.
    """
    with reading():
        builder = ocsp.OCSPRequestBuilder()
        request = builder.add_certificate(certificate.loaded, issuer.loaded, SHA1()).build()  # noqa: S303
        return request.public_bytes(Encoding.DER)


def fetch_requests(url: str, request: bytes) -> Iterator[FetchRequest]:
    """Yield how to ask a responder: by GET, which caches answer, then by POST."""
    encoded = quote(base64.b64encode(request), safe="")
    get = f"{url.rstrip('/')}/{encoded}"
    if len(get) <= LONGEST_GET_BYTES and "?" not in url and "#" not in url:
        yield FetchRequest(
            url=get,
            limit_bytes=LARGEST_ANSWER_BYTES,
            headers=(("Accept", "application/ocsp-response"),),
        )
    yield FetchRequest(
        url=url,
        limit_bytes=LARGEST_ANSWER_BYTES,
        body=request,
        headers=(
            ("Content-Type", "application/ocsp-request"),
            ("Accept", "application/ocsp-response"),
        ),
    )


def read_answer(
    octets: bytes,
    certificate: X509Certificate,
    issuers: Sequence[X509Certificate],
    now: datetime,
) -> OcspAnswer:
    """Return what an OCSPResponse says of `certificate` at `now`. Never raises.

    `issuers` are certificates that may be its issuer; without one the signature is
    unknown. A delegated responder must be within its validity at `now`.
    """
    try:
        with reading():
            return _answer(ocsp.load_der_ocsp_response(octets), certificate, issuers, now)
    except UnreadableError:
        return OcspAnswer(status=MALFORMED)


def answer_check(answer: OcspAnswer, source: RevocationSource) -> RevocationCheck:
    """Return what an answer is worth as evidence."""
    state: RevocationState = "unknown"
    reason: str | None
    if answer.response is None:
        reason = _WITHOUT_WORTH.get(answer.status, f"the responder says: {answer.status}")
    elif answer.verdict.valid != YES:
        reason = answer.verdict.reason
    elif answer.status == OUT_OF_DATE:
        reason = answer.late
    elif answer.status == "unknown":
        reason = "the responder does not know the certificate"
    elif answer.status == "revoked":
        state = "revoked"
        notes = [revocation_reason(answer.reason), answer.late, answer.note]
        reason = "; ".join(note for note in notes if note)
    else:
        state, reason = "good", answer.note or None
    return RevocationCheck(
        source=source,
        state=state,
        reason=reason,
        this_update=answer.this_update,
        next_update=answer.next_update,
        revoked_at=answer.revoked_at if state == "revoked" else None,
        signature_valid=answer.verdict.valid,
    )


_WITHOUT_WORTH = {
    MALFORMED: "it is damaged, or not an OCSP response at all",
    OTHER_CERTIFICATE: "it is about another certificate",
}


def _answer(
    response: ocsp.OCSPResponse,
    certificate: X509Certificate,
    issuers: Sequence[X509Certificate],
    now: datetime,
) -> OcspAnswer:
    if response.response_status in _RESPONSE_STATUS:
        return OcspAnswer(status=_RESPONSE_STATUS[response.response_status])
    single = _about(response, certificate, issuers)
    if single is None:
        return OcspAnswer(status=OTHER_CERTIFICATE)
    verdict, note = _signature_verdict(response, issuers, now)
    status: str = _CERTIFICATE_STATUS[single.certificate_status]
    late = stale(single.this_update_utc, single.next_update_utc, now)
    on_hold = single.revocation_reason is x509.ReasonFlags.certificate_hold
    if late is not None and (status != "revoked" or on_hold):
        # RFC 6960 section 3.2, points 5 and 6.
        status = OUT_OF_DATE
    return OcspAnswer(
        status=status,
        verdict=verdict,
        late=late,
        note=note,
        this_update=single.this_update_utc,
        next_update=single.next_update_utc,
        revoked_at=single.revocation_time_utc,
        reason=single.revocation_reason,
        response=response,
    )


def _about(
    response: ocsp.OCSPResponse,
    certificate: X509Certificate,
    issuers: Sequence[X509Certificate],
) -> ocsp.OCSPSingleResponse | None:
    """Return the single response about a certificate (RFC 6960 section 3.2, points 1 and 2)."""
    for single in islice(response.responses, _MOST_RESPONSES):
        if single.serial_number != certificate.serial:
            continue
        try:
            with reading():
                matches = _same_issuer(single, certificate, issuers)
        except UnreadableError:
            # An unknown hash: serial numbers alone are many issuers'.
            continue
        if matches:
            return single
    return None


def _same_issuer(
    single: ocsp.OCSPSingleResponse,
    certificate: X509Certificate,
    issuers: Sequence[X509Certificate],
) -> bool:
    """Compare with the requests that the library makes of both, which hash alike."""
    requests = [
        ocsp.OCSPRequestBuilder()
        .add_certificate(certificate.loaded, issuer.loaded, single.hash_algorithm)
        .build()
        for issuer in issuers or [certificate]
    ]
    return any(
        request.issuer_name_hash == single.issuer_name_hash
        and (not issuers or request.issuer_key_hash == single.issuer_key_hash)
        for request in requests
    )


def _signature_verdict(
    response: ocsp.OCSPResponse, issuers: Sequence[X509Certificate], now: datetime
) -> tuple[SignatureVerdict, str]:
    """Return whether issuer or delegate signed (RFC 6960 section 4.2.2.2), and a note."""
    if not issuers:
        return SignatureVerdict(valid=UNKNOWN, reason="the issuer's certificate is not known"), ""
    signature = signatures.signature_of_response(response)
    answers = [signatures.verified(issuer.key, signature) for issuer in issuers]
    note = ""
    for loaded in response.certificates[:_MOST_RESPONDERS]:
        try:
            responder = certificate_of(loaded, loaded.public_bytes(Encoding.DER))
        except UnreadableError:
            answers.append(None)
            continue
        if not responder.extensions_read:
            answers.append(None)
        elif _delegated(responder, issuers, now):
            answers.append(signatures.verified(responder.key, signature))
            if True not in answers[:-1] and not _needs_no_check(responder):
                note = "whether its responder's own certificate was revoked is not known"
    verdict = signature_verdict(
        signature, answers, signers="the certificate's issuer or of a responder it made"
    )
    notes = [verdict.note, note if verdict.valid == YES else ""]
    return verdict, "; ".join(each for each in notes if each)


def _delegated(
    responder: X509Certificate, issuers: Sequence[X509Certificate], now: datetime
) -> bool:
    return (
        ExtendedKeyUsageOID.OCSP_SIGNING.dotted_string in (responder.extended_key_usage or ())
        and responder.not_before <= now <= responder.not_after
        and any(
            responder.issuer == issuer.subject
            and signatures.verified(issuer.key, responder.signature)
            for issuer in issuers
        )
    )


def _needs_no_check(responder: X509Certificate) -> bool:
    """Return whether it has id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1)."""
    with reading():
        return any(
            isinstance(extension.value, x509.OCSPNoCheck)
            for extension in responder.loaded.extensions
        )
