"""Stapled OCSP responses (RFC 6960): read, and their signature checked.

Three things are asked: is it about this leaf, what does it say, and was it signed by the
leaf's issuer or by whom the issuer made its responder.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tlsward.model.answer import NO, UNKNOWN, YES, Answer, answer_of
from tlsward.model.certificate import SignedCertificateTimestamp, Staple
from tlsward.pki import der, signatures
from tlsward.pki import object_identifiers as oid
from tlsward.pki.public_key import SubjectPublicKeyInfo, algorithm_identifier
from tlsward.pki.sct import TimestampError, extension_timestamps
from tlsward.pki.x509 import X509Certificate, read_certificate

#: RFC 6960 section 4.2.1, what a response may be instead of successful.
_RESPONSE_STATUS = {
    1: "malformed request",
    2: "internal error",
    3: "try later",
    5: "signature required",
    6: "unauthorized",
}
_CERTIFICATE_STATUS = {0x80: "good", 0xA1: "revoked", 0x82: "unknown"}
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


class _BasicResponse(msgspec.Struct, frozen=True, kw_only=True):
    signed: bytes
    responder: der.Element
    produced_at: datetime
    responses: list[der.Element]
    algorithm: tuple[str, bytes]
    signature: bytes
    certificates: list[bytes]


class _SingleResponse(msgspec.Struct, frozen=True, kw_only=True):
    hash_algorithm: str
    name_hash: bytes
    key_hash: bytes
    serial: int
    status: str
    this_update: datetime
    next_update: datetime | None
    extensions: list[der.Element]


def stapled_facts(
    octets: bytes, leaf: X509Certificate, issuers: Sequence[X509Certificate], now: datetime
) -> StapledFacts:
    """Return what an OCSPResponse says of `leaf`. Never raises.

    `issuers` are certificates that may be the leaf's issuer; without one the signature is
    unknown. A delegated responder must be within its validity at `now`.
    """
    try:
        return _stapled_facts(octets, leaf, issuers, now)
    except der.DerError:
        return StapledFacts(staple=Staple(status=MALFORMED))


def _stapled_facts(
    octets: bytes, leaf: X509Certificate, issuers: Sequence[X509Certificate], now: datetime
) -> StapledFacts:
    parts = der.read(octets).sequence()
    if not parts:
        raise der.DerError("an empty response")
    status = der.integer(parts[0].expect(der.ENUMERATED))
    if not 0 <= status <= 0x7F:
        raise der.DerError("a status of several octets")
    if status != 0:
        return StapledFacts(staple=Staple(status=_RESPONSE_STATUS.get(status, f"status {status}")))
    if len(parts) != 2 or parts[1].tag != 0xA0:
        raise der.DerError("a successful response without content")
    response = _basic_response(parts[1].only())
    if response is None:
        return StapledFacts(staple=Staple(status="of an unknown type"))
    single = _about(response, leaf, issuers)
    if single is None:
        return StapledFacts(staple=Staple(status=OTHER_CERTIFICATE))
    return StapledFacts(
        staple=Staple(
            status=_status(single, now),
            this_update=single.this_update,
            next_update=single.next_update,
            signature_valid=_signature_valid(response, issuers, now),
        ),
        scts=_timestamps(single.extensions),
    )


def _basic_response(element: der.Element) -> _BasicResponse | None:
    """Return the BasicOCSPResponse inside ResponseBytes, None for another type."""
    kind, content = _exactly(element.sequence(), 2)
    if der.object_identifier(kind) != oid.OCSP_BASIC_RESPONSE:
        return None
    parts = der.read(content.expect(der.OCTET_STRING).content).sequence()
    if not 3 <= len(parts) <= 4:
        raise der.DerError("a basic response of another form")
    data = parts[0].sequence()
    if data and data[0].tag == 0xA0:
        data.pop(0)  # version, always v1
    if len(data) < 3:
        raise der.DerError("response data without all its fields")
    certificates = []
    if len(parts) == 4:
        certificates = [child.encoded for child in parts[3].only().sequence()[:_MOST_RESPONDERS]]
    return _BasicResponse(
        signed=parts[0].encoded,
        responder=data[0],
        produced_at=der.time(data[1]),
        responses=data[2].sequence()[:_MOST_RESPONSES],
        algorithm=algorithm_identifier(parts[1]),
        signature=der.bit_string(parts[2]),
        certificates=certificates,
    )


def _single_response(element: der.Element) -> _SingleResponse:
    fields = element.sequence()
    if len(fields) < 3:
        raise der.DerError("a single response without all its fields")
    algorithm, name_hash, key_hash, serial = _exactly(fields[0].sequence(), 4)
    next_update = None
    extensions: list[der.Element] = []
    for field in fields[3:]:
        if field.tag == 0xA0:
            next_update = der.time(field.only())
        elif field.tag == 0xA1:
            extensions = field.only().sequence()
    return _SingleResponse(
        hash_algorithm=oid.HASHES.get(algorithm_identifier(algorithm)[0], ""),
        name_hash=name_hash.expect(der.OCTET_STRING).content,
        key_hash=key_hash.expect(der.OCTET_STRING).content,
        serial=der.integer(serial),
        status=_CERTIFICATE_STATUS.get(fields[1].tag, MALFORMED),
        this_update=der.time(fields[2]),
        next_update=next_update,
        extensions=extensions,
    )


def _about(
    response: _BasicResponse, leaf: X509Certificate, issuers: Sequence[X509Certificate]
) -> _SingleResponse | None:
    """Return the single response about `leaf` (RFC 6960 section 3.2, points 1 and 2)."""
    for element in response.responses:
        single = _single_response(element)
        if single.serial != leaf.serial:
            continue
        if not single.hash_algorithm:
            return single
        if _hashed(single.hash_algorithm, leaf.issuer) != single.name_hash:
            continue
        hashes = [_hashed(single.hash_algorithm, issuer.key.key) for issuer in issuers]
        if not hashes or single.key_hash in hashes:
            return single
    return None


def _status(single: _SingleResponse, now: datetime) -> str:
    """Return what the response says at `now` (RFC 6960 section 3.2, points 5 and 6)."""
    early = single.this_update > now + CLOCK_SKEW
    late = single.next_update is not None and single.next_update < now
    if single.status != "revoked" and (early or late):
        return OUT_OF_DATE
    return single.status


def _hashed(name: str, octets: bytes) -> bytes:
    return hashlib.new(name, octets, usedforsecurity=False).digest()


def _signature_valid(
    response: _BasicResponse, issuers: Sequence[X509Certificate], now: datetime
) -> Answer:
    """Return whether issuer or delegate signed (RFC 6960 section 4.2.2.2)."""
    if not issuers:
        return UNKNOWN
    answers: list[bool | None] = [_signed_by(response, issuer.key) for issuer in issuers]
    for encoded in response.certificates:
        try:
            responder = read_certificate(encoded)
        except der.DerError:
            answers.append(None)
            continue
        if _delegated(responder, issuers, now):
            answers.append(_signed_by(response, responder.key))
    if True in answers:
        return YES
    return answer_of(None if None in answers else False)


def _delegated(
    responder: X509Certificate, issuers: Sequence[X509Certificate], now: datetime
) -> bool:
    return (
        oid.OCSP_SIGNING in (responder.extended_key_usage or ())
        and responder.not_before <= now <= responder.not_after
        and any(
            responder.issuer == issuer.subject
            and signatures.verified(
                issuer.key, responder.signature_algorithm, responder.signature, responder.signed
            )
            for issuer in issuers
        )
    )


def _signed_by(response: _BasicResponse, key: SubjectPublicKeyInfo) -> bool | None:
    return signatures.verified(key, response.algorithm, response.signature, response.signed)


def _timestamps(extensions: list[der.Element]) -> tuple[SignedCertificateTimestamp, ...]:
    """Return the SCTs of a single response (RFC 6962 section 3.3)."""
    for extension in extensions:
        parts = extension.sequence()
        if len(parts) >= 2 and der.object_identifier(parts[0]) == oid.OCSP_SCTS:
            try:
                return extension_timestamps(parts[-1].expect(der.OCTET_STRING).content, "ocsp")
            except TimestampError:
                return ()
    return ()


def _exactly(elements: list[der.Element], count: int) -> list[der.Element]:
    if len(elements) != count:
        raise der.DerError(f"{len(elements)} fields where {count} belong")
    return elements
