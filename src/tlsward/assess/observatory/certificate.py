"""The certificate under guideline 4.0.

The Observatory knew one certificate a server. Of several, each is held to all the
level's rules on certificates, and one that meets them is enough; where none does,
the findings are those of the one that comes nearest.
"""

from collections.abc import Callable

from tlsward.assess.measured import Measured, MeasuredCertificate, any_is_enough
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.model.answer import UNKNOWN
from tlsward.model.evaluation import Finding

#: The only signatures the Observatory had names for; any other is bad.
NAMED_SIGNATURES = frozenset(
    {
        "sha1WithRSAEncryption",
        "sha256WithRSAEncryption",
        "sha384WithRSAEncryption",
        "sha512WithRSAEncryption",
        "ecdsa-with-SHA1",
        "ecdsa-with-SHA256",
        "ecdsa-with-SHA384",
        "ecdsa-with-SHA512",
    }
)

_Check = Callable[[MeasuredCertificate, GuidelineLevel], Finding | None]


def signature(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where the certificate is signed otherwise than the level lists."""
    lacking = scan.lacking_certificates()
    if lacking is not None:
        yield Unsettled("certificates", lacking)
    good = [c for c in scan.certificates if not any(check(c, level) for check in _CHECKS)]
    if any_is_enough(scan.certificates, good) == UNKNOWN:
        yield Unsettled("certificates", "which one clients get is not known")
    yield from _of_the_nearest(scan, level, _signature)


def type_(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where the certificate's key is of another type."""
    yield from _of_the_nearest(scan, level, _type)


def key_size(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where the certificate's key is too small, for old also too large."""
    nearest = _nearest(scan, level)
    if nearest is not None and nearest.type in ("rsa", "ecdsa") and key_bits(nearest) is None:
        yield Unsettled("certificates", f"the size of the {nearest.name} is not known")
    yield from _of_the_nearest(scan, level, _key_size)


def key_bits(certificate: MeasuredCertificate) -> int | None:
    """Return the size of a certificate's key in bits, None where it is not known."""
    return certificate.deployment.key.size


def _of_the_nearest(scan: Measured, level: GuidelineLevel, check: _Check) -> Statements:
    nearest = _nearest(scan, level)
    found = check(nearest, level) if nearest is not None else None
    # A certificate that could not be read may be the one that meets the level.
    if found is not None and scan.lacking_certificates() is None:
        yield found


def _nearest(scan: Measured, level: GuidelineLevel) -> MeasuredCertificate | None:
    return min(
        scan.certificates,
        key=lambda c: sum(check(c, level) is not None for check in _CHECKS),
        default=None,
    )


def _signature(certificate: MeasuredCertificate, level: GuidelineLevel) -> Finding | None:
    if certificate.leaf is None:
        return None
    found = certificate.leaf.signature_algorithm
    if found in level.certificate_signatures:
        return None
    return finding(
        "tls.certificate.signature",
        "blocking",
        f"the {certificate.name} is signed with {found}",
        voice=f"observatory-{level.name}",
        found=found,
        allowed=" or ".join(level.certificate_signatures),
    )


def _type(certificate: MeasuredCertificate, level: GuidelineLevel) -> Finding | None:
    if certificate.type in level.certificate_types:
        return None
    return finding(
        "tls.certificate.type",
        "blocking",
        f"served: {certificate.name}",
        voice=f"observatory-{level.name}",
        allowed=", ".join(level.certificate_types),
        found=certificate.type.upper(),
    )


def _key_size(certificate: MeasuredCertificate, level: GuidelineLevel) -> Finding | None:
    bits = key_bits(certificate)
    if bits is None:
        return None
    minimum = level.rsa_key_size if certificate.type == "rsa" else level.ecdh_param_size
    if minimum is None or not _refuses(certificate.type, bits, minimum, level.name):
        return None
    return finding(
        "tls.certificate.key-size",
        "blocking",
        f"the {certificate.type.upper()} key has {bits} bits",
        voice="observatory-old" if level.name == "old" else "observatory",
        minimum=str(minimum),
    )


_CHECKS = (_signature, _type, _key_size)


def _refuses(key_type: str, bits: int, minimum: int, level: str) -> bool:
    """Tell whether a level refuses a key of this size.

    Old held RSA to an exact size and never looked at ECDSA; modern never looked at RSA.
    """
    match key_type, level:
        case "rsa", "old":
            return bits != minimum
        case ("rsa", "intermediate") | ("ecdsa", "intermediate" | "modern"):
            return bits < minimum
        case _:
            return False


SIGNATURE = Rule(id="observatory.certificate.signature", version=1, check=signature)
TYPE = Rule(id="observatory.certificate.type", version=1, check=type_)
KEY_SIZE = Rule(id="observatory.certificate.key-size", version=1, check=key_size)
