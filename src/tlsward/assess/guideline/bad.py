"""What makes a configuration bad under 5.x and 6.0, whatever level it was meant for.

The guideline itself has no such word since 4.0. Bad is what has been broken in
practice: SSLv2 and SSLv3; suites without encryption, without authentication, for
export, with RC4 or with keys under 112 bits; Diffie-Hellman or RSA under 1024 bits,
curves under 160; certificates signed with MD2, MD4 or MD5; keys that others have or can
work out; a severe vulnerability.
"""

from tlsward.assess import suite_weakness
from tlsward.assess.guideline.authenticity import broken_key
from tlsward.assess.guideline.key_exchange import sized_below, small_sizes, unread_sizes
from tlsward.assess.guideline.known_vulnerabilities import vulnerability_finding
from tlsward.assess.measured import Measured
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.facts.vulnerabilities import vulnerability
from tlsward.model.answer import UNKNOWN, YES
from tlsward.model.scan_result import PROTOCOLS

_BAD_PROTOCOLS = ("SSLv2", "SSLv3")
_BAD_SUITES = frozenset({"ssl2", "null", "anonymous", "export", "rc4", "weak-key"})
_BAD_DIGESTS = ("md2", "md4", "md5")
_SMALLEST_FINITE_FIELD_BITS = 1024
_SMALLEST_CURVE_BITS = 160
_SMALLEST_RSA_BITS = 1024


def protocols(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield SSLv2 and SSLv3."""
    del level
    for protocol in _BAD_PROTOCOLS:
        if scan.protocols[protocol] == YES:
            evidence = f"{protocol} is offered"
            yield finding("tls.protocol.remove", "blocking", evidence, item=protocol)
        elif scan.protocols[protocol] == UNKNOWN:
            reason = scan.lacking(f"protocols.{protocol}") or "could not be told"
            yield Unsettled(f"protocols.{protocol}", reason)


def suites(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield suites that protect nobody."""
    del level
    for measured in scan.suites:
        weakness = suite_weakness.weakness_of(measured.facts)
        if weakness in _BAD_SUITES:
            evidence = f"{measured.name} is offered in {', '.join(measured.suite.protocols)}"
            yield finding(
                "tls.suite.remove", "blocking", evidence, item=measured.name, cause=weakness
            )
    lacking = scan.lacking_suites(PROTOCOLS)
    if lacking:
        yield Unsettled(*lacking)


def key_exchange(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield exchanges small enough to be broken by anyone."""
    del level
    small = sized_below(scan.suites, _SMALLEST_FINITE_FIELD_BITS, "dh_bits")
    if small:
        yield finding("tls.dh.size", "blocking", small_sizes("DH", small), minimum="2048")
    weak = sized_below(scan.suites, _SMALLEST_CURVE_BITS, "ecdh_bits")
    if weak:
        yield finding("tls.ecdh.size", "blocking", small_sizes("ECDH", weak), minimum="256")
    yield from unread_sizes(scan)


def certificate(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield certificates that can be forged."""
    del level
    sizes = [c.deployment.key.size for c in scan.certificates if c.type == "rsa"]
    small = [str(size) for size in sizes if size is not None and size < _SMALLEST_RSA_BITS]
    if small:
        yield finding(
            "tls.certificate.key-size",
            "blocking",
            f"the RSA key has {', '.join(small)} bits",
            voice="bad",
            found=", ".join(small),
        )
    if None in sizes:
        yield Unsettled("certificates", "the size of an RSA key is not known")
    forgeable = [
        (c.name, c.leaf.signature_algorithm)
        for c in scan.certificates
        if c.leaf is not None and c.leaf.signature_algorithm.lower().startswith(_BAD_DIGESTS)
    ]
    if forgeable:
        yield finding(
            "tls.certificate.signature",
            "blocking",
            "; ".join(f"the {name} is signed with {found}" for name, found in forgeable),
            voice="bad",
            found=", ".join(dict.fromkeys(found for _, found in forgeable)),
        )
    lacking = scan.lacking_certificates()
    if lacking is not None:
        yield Unsettled("certificates", lacking)


def vulnerabilities(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield severe vulnerabilities that no other rule of this file speaks of."""
    del level
    for found in scan.result.vulnerabilities:
        facts = vulnerability(found.id)
        if facts is None or not facts.bad or facts.implied:
            continue
        if found.state == YES:
            yield vulnerability_finding(found)
        elif found.state == UNKNOWN:
            yield Unsettled(f"vulnerabilities.{found.id}", found.evidence)


PROTOCOLS_RULE = Rule(id="bad.protocols", version=1, check=protocols)
SUITES_RULE = Rule(id="bad.suites", version=1, check=suites)
KEY_EXCHANGE_RULE = Rule(id="bad.key-exchange", version=1, check=key_exchange)
CERTIFICATE_RULE = Rule(id="bad.certificate", version=1, check=certificate)
BROKEN_KEY_RULE = Rule(id="bad.broken-key", version=1, check=broken_key)
VULNERABILITIES_RULE = Rule(id="bad.vulnerabilities", version=1, check=vulnerabilities)
