"""Known weaknesses that follow from what a scan measured, without an attack tried.

One function for each, in a table. Weaknesses that need a probe of their own
(Heartbleed, ROBOT, padding oracles) are listed where such a probe brought an answer
and else not at all: what was not asked is not reported as absent.
"""

from collections.abc import Callable

import msgspec

from tlsward.assess import suite_weakness
from tlsward.assess.breach import judge_breach
from tlsward.assess.measured import UP_TO_TLS12, Measured, MeasuredSuite
from tlsward.facts.suites import CipherSuiteFacts
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.scan_result import PROTOCOLS, Vulnerability

VERSION = 1

Judgement = tuple[Answer, str]

_NAMES_AT_MOST = 4

#: What an extension is in versions that cannot have it.
_NOT_APPLICABLE = "not applicable"


def with_vulnerabilities(scan: Measured) -> Measured:
    """Return the scan with the weaknesses that follow from it beside those probed for."""
    found = []
    for identifier, judge in VULNERABILITIES.items():
        judgement = judge(scan)
        if judgement is not None:
            state, evidence = judgement
            found.append(Vulnerability(id=identifier, state=state, evidence=evidence))
    found += [v for v in scan.result.vulnerabilities if v.id not in VULNERABILITIES]
    result = msgspec.structs.replace(scan.result, vulnerabilities=tuple(found))
    return msgspec.structs.replace(scan, result=result)


def drown(scan: Measured) -> Judgement:
    """SSLv2 is enough (CVE-2016-0800)."""
    return _protocol(scan, "SSLv2")


def poodle(scan: Measured) -> Judgement:
    """SSLv3 with a CBC suite (CVE-2014-3566)."""
    if scan.protocols["SSLv3"] != YES:
        return _protocol(scan, "SSLv3")
    return _suites(scan, suite_weakness.is_cbc, ("SSLv3",), "CBC in SSLv3")


def freak(scan: Measured) -> Judgement:
    """RSA suites for export (CVE-2015-0204)."""
    return _suites(
        scan,
        lambda s: s.export and s.key_exchange.startswith("RSA") and s.code <= 0xFFFF,
        PROTOCOLS,
        "export RSA",
    )


def logjam(scan: Measured) -> Judgement:
    """Diffie-Hellman of at most 768 bits, or suites for export (CVE-2015-4000)."""
    exported = _suites(
        scan, lambda s: s.export and s.key_exchange.startswith("DH"), PROTOCOLS, "export DH"
    )
    if exported[0] == YES:
        return exported
    sized = _finite_field(scan, 0, 768)
    return sized if sized[0] == YES or exported[0] == NO else exported


def weak_dh(scan: Measured) -> Judgement:
    """Diffie-Hellman of 769 to 1024 bits."""
    return _finite_field(scan, 768, 1024)


def sweet32(scan: Measured) -> Judgement:
    """Ciphers of 64-bit blocks (CVE-2016-2183)."""
    return _suites(scan, suite_weakness.has_small_block, PROTOCOLS, "64-bit blocks")


def rc4(scan: Measured) -> Judgement:
    """RC4 (RFC 7465)."""
    return _suites(scan, suite_weakness.is_rc4, PROTOCOLS, "RC4")


def null_encryption(scan: Measured) -> Judgement:
    """Suites that do not encrypt."""
    return _suites(scan, suite_weakness.has_no_encryption, PROTOCOLS, "no encryption")


def anonymous(scan: Measured) -> Judgement:
    """Suites that do not authenticate the server."""
    return _suites(scan, suite_weakness.is_anonymous, PROTOCOLS, "no authentication")


def crime(scan: Measured) -> Judgement:
    """Compression by TLS (CVE-2012-4929); TLS 1.3 has none (RFC 9846 section 4.1.2)."""
    if _only_tls13(scan):
        return NO, "TLS 1.3 has no compression"
    compression = scan.result.extensions.compression
    if compression == YES:
        return YES, "the server compresses records"
    if compression in (NO, _NOT_APPLICABLE):
        return NO, "the server declined compression"
    return UNKNOWN, scan.lacking("extensions.compression") or "compression was not asked for"


def insecure_renegotiation(scan: Measured) -> Judgement:
    """No renegotiation_info (RFC 5746); TLS 1.3 does not renegotiate."""
    secure = scan.result.extensions.secure_renegotiation
    if _only_tls13(scan) or secure == _NOT_APPLICABLE:
        return NO, "TLS 1.3 does not renegotiate"
    if secure == YES:
        return NO, "the server sends renegotiation_info"
    if secure == NO:
        return YES, "the server sends no renegotiation_info"
    reason = scan.lacking("extensions.secure_renegotiation")
    return UNKNOWN, reason or "renegotiation_info was not asked for"


def beast(scan: Measured) -> Judgement:
    """CBC in SSLv3 or TLS 1.0 (CVE-2011-3389), mended by clients long ago."""
    return _suites(scan, suite_weakness.is_cbc, ("SSLv3", "TLSv1"), "CBC before TLS 1.1")


def lucky13(scan: Measured) -> Judgement:
    """CBC at all (CVE-2013-0169); whether the server's time tells was not measured."""
    return _suites(scan, suite_weakness.is_cbc, UP_TO_TLS12, "CBC")


def no_fallback_scsv(scan: Measured) -> Judgement:
    """TLS_FALLBACK_SCSV not honoured (RFC 7507), where there is a version to fall back to."""
    scsv = scan.result.extensions.fallback_scsv
    if scsv == YES:
        return NO, "the server refuses a fallback"
    offered = [name for name, answer in scan.protocols.items() if answer == YES]
    alone = len(offered) < 2 and UNKNOWN not in scan.protocols.values()
    if alone or scsv == _NOT_APPLICABLE:
        return NO, "there is no version to fall back to"
    if scsv == NO:
        return YES, "the server accepts a fallback"
    reason = scan.lacking("extensions.fallback_scsv")
    return UNKNOWN, reason or "a fallback was not tried"


def breach(scan: Measured) -> Judgement | None:
    """Compression by HTTP (CVE-2013-3587), of which the handshake says nothing."""
    return judge_breach(scan.result)


VULNERABILITIES: dict[str, Callable[[Measured], Judgement | None]] = {
    "drown": drown,
    "poodle-sslv3": poodle,
    "freak": freak,
    "logjam": logjam,
    "weak-dh": weak_dh,
    "sweet32": sweet32,
    "rc4": rc4,
    "null-encryption": null_encryption,
    "anonymous": anonymous,
    "crime": crime,
    "insecure-renegotiation": insecure_renegotiation,
    "beast": beast,
    "lucky13": lucky13,
    "no-fallback-scsv": no_fallback_scsv,
    "breach": breach,
}


def _protocol(scan: Measured, protocol: str) -> Judgement:
    answer = scan.protocols[protocol]
    if answer == UNKNOWN:
        return UNKNOWN, scan.lacking(f"protocols.{protocol}") or "could not be told"
    return answer, f"{protocol} is offered" if answer == YES else f"{protocol} is not offered"


def _suites(
    scan: Measured,
    holds: Callable[[CipherSuiteFacts], bool],
    protocols: tuple[str, ...],
    words: str,
) -> Judgement:
    found = [s for s in scan.suites_of(protocols) if holds(s.facts)]
    if found:
        return YES, f"{words}: {_names(found)}"
    lacking = scan.lacking_suites(protocols)
    if lacking is not None:
        return UNKNOWN, f"{lacking[0]}: {lacking[1]}"
    return NO, f"{words}: no such suite"


def _finite_field(scan: Measured, over_bits: int, up_to_bits: int) -> Judgement:
    exchanges = [s for s in scan.suites if s.dh_bits is not None]
    small = [s for s in exchanges if s.dh_bits and over_bits < s.dh_bits <= up_to_bits]
    if small:
        sizes = sorted({s.dh_bits for s in small if s.dh_bits is not None})
        return YES, f"DH of {', '.join(map(str, sizes))} bits: {_names(small)}"
    unread = [s for s in scan.suites if s.size_unknown and suite_weakness.is_finite_field(s.facts)]
    if unread:
        return UNKNOWN, f"the size could not be read: {_names(unread)}"
    return _suites(scan, lambda _: False, PROTOCOLS, f"DH of at most {up_to_bits} bits")


def _only_tls13(scan: Measured) -> bool:
    return all(scan.protocols[p] == NO for p in UP_TO_TLS12)


def _names(found: list[MeasuredSuite]) -> str:
    names = ", ".join(measured.name for measured in found[:_NAMES_AT_MOST])
    more = len(found) - _NAMES_AT_MOST
    return f"{names} and {more} more" if more > 0 else names
