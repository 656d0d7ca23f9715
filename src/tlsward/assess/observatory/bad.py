"""What made a configuration bad in the eyes of the TLS Observatory.

`level` is the old level: what even that refuses is bad.
"""

from tlsward.assess.measured import Measured, MeasuredSuite
from tlsward.assess.observatory.certificate import NAMED_SIGNATURES, key_bits
from tlsward.assess.observatory.ciphersuites import extra_suites, judged_suites, lacking_suites
from tlsward.assess.observatory.forward_secrecy import size_evidence, unread_sizes
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.assess.suite_weakness import weakness_of
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.model.answer import UNKNOWN, YES

_VOICE = "observatory-bad"
_SMALLEST_KEY_BITS = {"rsa": 2048, "ecdsa": 256}


def ciphers(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield each suite that even the old level does not list."""
    for measured in extra_suites(scan, level.cipher_suites):
        yield finding(
            "tls.suite.remove",
            "blocking",
            f"{measured.name} is offered in {', '.join(measured.old_protocols)}",
            item=measured.name,
            voice=_VOICE,
            cause=weakness_of(measured.facts),
        )
    yield from lacking_suites(scan)


def sslv2(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield SSLv2."""
    del level
    if scan.protocols["SSLv2"] == YES:
        evidence = "SSLv2 is offered"
        yield finding("tls.protocol.remove", "blocking", evidence, item="SSLv2", voice=_VOICE)
    elif scan.protocols["SSLv2"] == UNKNOWN:
        reason = scan.lacking("protocols.SSLv2") or "could not be told"
        yield Unsettled("protocols.SSLv2", reason)


def forward_secrecy(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where an exchange is smaller than even the old level bears."""
    small = [s for s in judged_suites(scan) if _is_small(s, level)]
    if small:
        yield finding(
            "tls.forward-secrecy.size",
            "blocking",
            size_evidence(small),
            voice=_VOICE,
            dh=str(level.dh_param_size),
            ecdh=str(level.ecdh_param_size),
        )
    yield from unread_sizes(scan)


def signature(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield each signature the Observatory had no name for."""
    del level
    nameless = [
        (certificate.name, certificate.leaf.signature_algorithm)
        for certificate in scan.certificates
        if certificate.leaf is not None
        and certificate.leaf.signature_algorithm not in NAMED_SIGNATURES
    ]
    if nameless:
        yield finding(
            "tls.certificate.signature",
            "blocking",
            "; ".join(f"the {name} is signed with {found}" for name, found in nameless),
            voice=_VOICE,
            found=", ".join(dict.fromkeys(found for _, found in nameless)),
        )
    lacking = scan.lacking_certificates()
    if lacking is not None:
        yield Unsettled("certificates", lacking)


def key_size(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where a certificate's key is too small for any level."""
    del level
    small = []
    for certificate in scan.certificates:
        smallest = _SMALLEST_KEY_BITS.get(certificate.type)
        bits = key_bits(certificate)
        if smallest is None:
            continue
        if bits is None:
            yield Unsettled("certificates", f"the size of the {certificate.name} is not known")
        elif bits < smallest:
            small.append(f"the {certificate.type.upper()} key has {bits} bits")
    if small:
        yield finding("tls.certificate.key-size", "blocking", "; ".join(small), voice=_VOICE)


def _is_small(measured: MeasuredSuite, level: GuidelineLevel) -> bool:
    if measured.dh_bits is not None:
        return measured.dh_bits < (level.dh_param_size or 0)
    return measured.ecdh_bits is not None and measured.ecdh_bits < (level.ecdh_param_size or 0)


CIPHERS = Rule(id="observatory.bad.ciphers", version=1, check=ciphers)
SSLV2 = Rule(id="observatory.bad.sslv2", version=1, check=sslv2)
FORWARD_SECRECY = Rule(id="observatory.bad.forward-secrecy", version=1, check=forward_secrecy)
SIGNATURE = Rule(id="observatory.bad.signature", version=1, check=signature)
KEY_SIZE = Rule(id="observatory.bad.key-size", version=1, check=key_size)
