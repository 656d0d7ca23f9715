"""Stapled OCSP responses (RFC 6960): read, and their signature checked.

Three things are asked: is it about this leaf, what does it say, and was it signed by the
leaf's issuer or by whom the issuer made its responder.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from tlsward.model.answer import NO, UNKNOWN, YES, Answer, answer_of
from tlsward.model.certificate import Staple
from tlsward.model.transparency import SignedCertificateTimestamp
from tlsward.pki import signatures
from tlsward.pki.library import UnreadableError, reading
from tlsward.pki.sct import described_timestamps
from tlsward.pki.x509 import X509Certificate, certificate_of

#: RFC 6960 section 4.2.1, what a response may be instead of successful.
_RESPONSE_STATUS = {
    ocsp.OCSPResponseStatus.MALFORMED_REQUEST: "malformed request",
    ocsp.OCSPResponseStatus.INTERNAL_ERROR: "internal error",
    ocsp.OCSPResponseStatus.TRY_LATER: "try later",
    ocsp.OCSPResponseStatus.SIG_REQUIRED: "signature required",
    ocsp.OCSPResponseStatus.UNAUTHORIZED: "unauthorized",
}
_CERTIFICATE_STATUS = {
    ocsp.OCSPCertStatus.GOOD: "good",
    ocsp.OCSPCertStatus.REVOKED: "revoked",
    ocsp.OCSPCertStatus.UNKNOWN: "unknown",
}
#: The word for bytes that are no response, and for a response about something else.
MALFORMED = "malformed"
OTHER_CERTIFICATE = "about another certificate"
#: The word for what may have been true once: only `revoked` stays true for ever.
OUT_OF_DATE = "out of date"
#: How far a responder's clock may be ahead of ours.
CLOCK_SKEW = timedelta(minutes=5)
#: Single responses and responder certificates that are looked at.
_MOST_RESPONSES = 64
_MOST_RESPONDERS = 8


class StapledFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A staple as it is reported, with the timestamps it brought."""

    staple: Staple
    scts: tuple[SignedCertificateTimestamp, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether a client learns the certificate's state from it."""
        return (
            self.staple.status in _CERTIFICATE_STATUS.values() and self.staple.signature_valid != NO
        )


def stapled_facts(
    octets: bytes, leaf: X509Certificate, issuers: Sequence[X509Certificate], now: datetime
) -> StapledFacts:
    """Return what an OCSPResponse says of `leaf`. Never raises.

    `issuers` are certificates that may be the leaf's issuer; without one the signature is
    unknown. A delegated responder must be within its validity at `now`.
    """
    try:
        with reading():
            return _stapled_facts(ocsp.load_der_ocsp_response(octets), leaf, issuers, now)
    except UnreadableError:
        return StapledFacts(staple=Staple(status=MALFORMED))


def _stapled_facts(
    response: ocsp.OCSPResponse,
    leaf: X509Certificate,
    issuers: Sequence[X509Certificate],
    now: datetime,
) -> StapledFacts:
    if response.response_status in _RESPONSE_STATUS:
        return StapledFacts(staple=Staple(status=_RESPONSE_STATUS[response.response_status]))
    single = _about(response, leaf, issuers)
    if single is None:
        return StapledFacts(staple=Staple(status=OTHER_CERTIFICATE))
    return StapledFacts(
        staple=Staple(
            status=_status(single, now),
            this_update=single.this_update_utc,
            next_update=single.next_update_utc,
            signature_valid=_signature_valid(response, issuers, now),
        ),
        scts=_timestamps(response),
    )


def _about(
    response: ocsp.OCSPResponse, leaf: X509Certificate, issuers: Sequence[X509Certificate]
) -> ocsp.OCSPSingleResponse | None:
    """Return the single response about `leaf` (RFC 6960 section 3.2, points 1 and 2)."""
    for single in islice(response.responses, _MOST_RESPONSES):
        if single.serial_number != leaf.serial:
            continue
        try:
            with reading():
                matches = _same_issuer(single, leaf, issuers)
        except UnreadableError:
            # An unknown hash: the serial number has to do.
            return single
        if matches:
            return single
    return None


def _same_issuer(
    single: ocsp.OCSPSingleResponse, leaf: X509Certificate, issuers: Sequence[X509Certificate]
) -> bool:
    """Compare with the requests that the library makes of leaf and issuer, which hash alike."""
    requests = [
        ocsp.OCSPRequestBuilder()
        .add_certificate(leaf.loaded, issuer.loaded, single.hash_algorithm)
        .build()
        for issuer in issuers or [leaf]
    ]
    return any(
        request.issuer_name_hash == single.issuer_name_hash
        and (not issuers or request.issuer_key_hash == single.issuer_key_hash)
        for request in requests
    )


def _status(single: ocsp.OCSPSingleResponse, now: datetime) -> str:
    """Return what the response says at `now` (RFC 6960 section 3.2, points 5 and 6)."""
    status = _CERTIFICATE_STATUS[single.certificate_status]
    early = single.this_update_utc > now + CLOCK_SKEW
    late = single.next_update_utc is not None and single.next_update_utc < now
    return OUT_OF_DATE if status != "revoked" and (early or late) else status


def _signature_valid(
    response: ocsp.OCSPResponse, issuers: Sequence[X509Certificate], now: datetime
) -> Answer:
    """Return whether issuer or delegate signed (RFC 6960 section 4.2.2.2)."""
    if not issuers:
        return UNKNOWN
    signature = signatures.signature_of_response(response)
    answers = [signatures.verified(issuer.key, signature) for issuer in issuers]
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
    if True in answers:
        return YES
    return answer_of(None if None in answers else False)


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


def _timestamps(response: ocsp.OCSPResponse) -> tuple[SignedCertificateTimestamp, ...]:
    """Return the SCTs of the single response (RFC 6962 section 3.3).

    The library tells the extensions of a response only where it is the one.
    """
    try:
        with reading():
            for extension in response.single_extensions:
                if isinstance(extension.value, x509.SignedCertificateTimestamps):
                    return described_timestamps(extension.value, "ocsp")
    except UnreadableError:
        pass
    return ()
