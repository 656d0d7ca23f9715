"""The circumstances that cap a grade, each a function of the scan with its evidence.

The rows of the guide's table name them. Not covered, and so never a cap here, is
renegotiation that was tried.
"""

from collections.abc import Callable

from tlsward.assess import suite_weakness
from tlsward.assess.authenticity import sound_key, unrevoked, vouched_for
from tlsward.assess.hsts import seen_hsts
from tlsward.assess.measured import TLS13, Measured, MeasuredCertificate
from tlsward.assess.vulnerabilities import VULNERABILITIES
from tlsward.facts.suites import CipherSuiteFacts
from tlsward.facts.vulnerabilities import vulnerability
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.scan_result import PROTOCOLS

Circumstance = tuple[Answer, str]

_MODERN = ("TLSv1.1", "TLSv1.2", "TLSv1.3")


def untrusted(scan: Measured) -> Circumstance:
    """Tell whether a certificate is vouched for by no store."""
    return _any_certificate(
        scan, lambda c: {YES: NO, NO: YES, UNKNOWN: UNKNOWN}[vouched_for(c.deployment)], "trust"
    )


def expired(scan: Measured) -> Circumstance:
    """Tell whether a certificate has expired or is not valid yet."""

    def outside(certificate: MeasuredCertificate) -> Answer:
        leaf = certificate.leaf
        if leaf is None or leaf.not_before is None or leaf.not_after is None:
            return certificate.deployment.expired
        return NO if leaf.not_before <= scan.now <= leaf.not_after else YES

    return _any_certificate(scan, outside, "dates")


def revoked(scan: Measured) -> Circumstance:
    """Tell whether a certificate was revoked, as far as anybody was asked."""
    for certificate in scan.certificates:
        if certificate.deployment.revocation:
            standing = unrevoked(certificate.deployment)
            if standing.answer == NO:
                return YES, standing.reason
    return NO, ""


def broken_key(scan: Measured) -> Circumstance:
    """Tell whether a key is known to others or easy to work out."""
    for certificate in scan.certificates:
        standing = sound_key(certificate.deployment)
        if standing.answer == NO:
            return YES, standing.reason
    return NO, ""


def name_mismatch(scan: Measured) -> Circumstance:
    """Tell whether a certificate does not name the host."""
    opposite = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}
    return _any_certificate(scan, lambda c: opposite[c.deployment.hostname_match], "names")


def sha1_signature(scan: Measured) -> Circumstance:
    """Tell whether a certificate below the root is signed with SHA-1."""
    return _any_certificate(scan, lambda c: _signed_with(c, ("sha1", "ecdsa-with-sha1")), "")


def weak_signature(scan: Measured) -> Circumstance:
    """Tell whether a certificate below the root is signed with MD2 or MD5."""
    return _any_certificate(scan, lambda c: _signed_with(c, ("md2", "md4", "md5")), "")


def incomplete_chain(scan: Measured) -> Circumstance:
    """Tell whether an intermediate certificate is missing."""
    opposite = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}
    return _any_certificate(
        scan, lambda c: opposite[c.deployment.chain_facts.complete], "whether it is whole"
    )


def sslv3_best(scan: Measured) -> Circumstance:
    """Tell whether SSLv3 is the best there is."""
    if scan.protocols["SSLv3"] == NO:
        return NO, ""
    newer = [scan.protocols[name] for name in PROTOCOLS[2:]]
    if YES in newer:
        return NO, ""
    return (UNKNOWN, "protocols") if UNKNOWN in newer else (scan.protocols["SSLv3"], "")


def weak_suites(scan: Measured) -> Circumstance:
    """Tell whether there are suites for export, or of less than 112 bits."""
    return _any_suite(
        scan,
        lambda s: suite_weakness.is_export(s) or suite_weakness.has_weak_key(s),
        PROTOCOLS,
    )


def rc4_only(scan: Measured) -> Circumstance:
    """Tell whether all suites are RC4's."""
    if any(not suite_weakness.is_rc4(s.facts) for s in scan.suites):
        return NO, ""
    return _any_suite(scan, suite_weakness.is_rc4, PROTOCOLS)


def no_tls12(scan: Measured) -> Circumstance:
    """Tell whether neither TLS 1.2 nor 1.3 is offered."""
    return _none_of(scan, ("TLSv1.2", "TLSv1.3"))


def no_tls13(scan: Measured) -> Circumstance:
    """Tell whether TLS 1.3 is not offered."""
    return _none_of(scan, (TLS13,))


def key_under(bits: int) -> Callable[[Measured], Circumstance]:
    """Return the circumstance that an RSA or DSA key or a finite field is smaller than this."""

    def judge(scan: Measured) -> Circumstance:
        small = [s.dh_bits for s in scan.suites if s.dh_bits is not None and s.dh_bits < bits]
        small += [
            size
            for c in scan.certificates
            if c.type in ("rsa", "dsa") and (size := c.deployment.key.size) and size < bits
        ]
        if small:
            return YES, f"{min(small)} bits"
        if any(s.size_unknown and suite_weakness.is_finite_field(s.facts) for s in scan.suites):
            return UNKNOWN, "a size could not be read"
        lacking = _lacking_certificates(scan)
        return (UNKNOWN, lacking) if lacking else (NO, "")

    return judge


def severe_vulnerability(scan: Measured) -> Circumstance:
    """Tell whether a vulnerability was found that needed a probe of its own."""
    for found in scan.result.vulnerabilities:
        facts = vulnerability(found.id)
        if found.id in VULNERABILITIES or facts is None or not facts.bad:
            continue
        if found.state != NO:
            return found.state, found.id
    return NO, ""


def no_forward_secrecy(scan: Measured) -> Circumstance:
    """Tell whether no suite has forward secrecy."""
    return _no_suite(scan, lambda s: s.forward_secret)


def no_aead(scan: Measured) -> Circumstance:
    """Tell whether no suite has authenticated encryption."""
    return _no_suite(scan, lambda s: s.aead)


def no_secure_renegotiation(scan: Measured) -> Circumstance:
    """Tell whether RFC 5746 is missing, in versions that renegotiate."""
    return _weakness(scan, "insecure-renegotiation")


def no_long_hsts(scan: Measured) -> Circumstance:
    """Tell whether HSTS is short or was not seen: nothing unseen earns an A+."""
    seen = seen_hsts(scan.result)
    return (NO, "") if seen.lasts(LONG_HSTS_SECONDS) == "met" else (YES, seen.reason)


def refused_hsts(scan: Measured) -> Circumstance:
    """Tell whether HSTS is sent so that browsers ignore or end it, as far as anybody asked."""
    seen = seen_hsts(scan.result)
    if seen.standing == "unknown" and seen.is_http:
        return UNKNOWN, seen.reason
    return (YES, seen.reason) if seen.refused else (NO, "")


#: Six months as graders count them: 180 days.
LONG_HSTS_SECONDS = 15_552_000

CAPS: dict[str, Callable[[Measured], Circumstance]] = {
    "untrusted": untrusted,
    "expired": expired,
    "revoked": revoked,
    "sha1-signature": sha1_signature,
    "name-mismatch": name_mismatch,
    "sslv2": lambda scan: (scan.protocols["SSLv2"], ""),
    "sslv3-best": sslv3_best,
    "weak-suites": weak_suites,
    "rc4-only": rc4_only,
    "weak-signature": weak_signature,
    "key-under-1024": key_under(1024),
    "severe-vulnerability": severe_vulnerability,
    "broken-key": broken_key,
    "no-tls12": no_tls12,
    "poodle-sslv3": lambda scan: _weakness(scan, "poodle-sslv3"),
    "crime": lambda scan: _weakness(scan, "crime"),
    "rc4-modern": lambda scan: _any_suite(scan, suite_weakness.is_rc4, _MODERN),
    "small-block-modern": lambda scan: _any_suite(scan, suite_weakness.has_small_block, _MODERN),
    "sslv3": lambda scan: (scan.protocols["SSLv3"], ""),
    "tlsv1": lambda scan: (scan.protocols["TLSv1"], ""),
    "tlsv1.1": lambda scan: (scan.protocols["TLSv1.1"], ""),
    "rc4": lambda scan: _any_suite(scan, suite_weakness.is_rc4, PROTOCOLS),
    "no-forward-secrecy": no_forward_secrecy,
    "no-aead": no_aead,
    "key-under-2048": key_under(2048),
    "incomplete-chain": incomplete_chain,
    "no-secure-renegotiation": no_secure_renegotiation,
    "no-tls13": no_tls13,
    "hsts-refused": refused_hsts,
    "no-long-hsts": no_long_hsts,
}


def _any_certificate(
    scan: Measured, judge: Callable[[MeasuredCertificate], Answer], what: str
) -> Circumstance:
    answers = [(judge(certificate), certificate.name) for certificate in scan.certificates]
    for answer, name in answers:
        if answer == YES:
            return YES, name
    lacking = _lacking_certificates(scan)
    if lacking:
        return UNKNOWN, lacking
    for answer, name in answers:
        if answer == UNKNOWN:
            return UNKNOWN, f"{name}: {what}" if what else name
    return NO, ""


def _lacking_certificates(scan: Measured) -> str:
    """Return why certificates are lacking; a server of anonymous suites alone has none."""
    reason = scan.lacking_certificates()
    anonymous = all(suite_weakness.is_anonymous(s.facts) for s in scan.suites)
    if reason is None or (anonymous and not scan.certificates and not scan.lacking("certificates")):
        return ""
    return f"certificates: {reason}"


def _signed_with(certificate: MeasuredCertificate, digests: tuple[str, ...]) -> Answer:
    if certificate.leaf is None:
        return UNKNOWN
    below_root = (c for c in certificate.deployment.chain if not c.self_signed)
    weak = any(c.signature_algorithm.lower().startswith(digests) for c in below_root)
    return YES if weak else NO


def _any_suite(
    scan: Measured, holds: Callable[[CipherSuiteFacts], bool], protocols: tuple[str, ...]
) -> Circumstance:
    for measured in scan.suites_of(protocols):
        if holds(measured.facts):
            return YES, measured.name
    lacking = scan.lacking_suites(protocols)
    return (UNKNOWN, f"{lacking[0]}: {lacking[1]}") if lacking else (NO, "")


def _no_suite(scan: Measured, holds: Callable[[CipherSuiteFacts], bool]) -> Circumstance:
    if any(holds(measured.facts) for measured in scan.suites):
        return NO, ""
    lacking = scan.lacking_suites(PROTOCOLS)
    return (UNKNOWN, f"{lacking[0]}: {lacking[1]}") if lacking else (YES, "")


def _none_of(scan: Measured, protocols: tuple[str, ...]) -> Circumstance:
    answers = [scan.protocols[name] for name in protocols]
    if YES in answers:
        return NO, ""
    return (UNKNOWN, "protocols") if UNKNOWN in answers else (YES, "")


def _weakness(scan: Measured, identifier: str) -> Circumstance:
    for found in scan.result.vulnerabilities:
        if found.id == identifier:
            return found.state, found.evidence
    return UNKNOWN, "not asked"
