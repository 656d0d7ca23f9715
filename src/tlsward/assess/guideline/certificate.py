"""The certificate's key and signature must be of a kind the level lists.

A server may have several certificates. One of them must have both a listed type and
a listed signature, so that the clients the level is meant for can use it; the sizes
and curves of all of them are held to the level.
"""

from tlsward.assess.measured import Measured, MeasuredCertificate, any_is_enough
from tlsward.assess.names import group_names
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.model.answer import NO, UNKNOWN
from tlsward.model.evaluation import Severity


def type_and_signature(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield what is wrong where no certificate has a listed type and a listed signature."""
    lacking = scan.lacking_certificates()
    if lacking is not None:
        yield Unsettled("certificates", lacking)
    if not scan.certificates or not level.certificate_types:
        return
    typed = [c for c in scan.certificates if c.type in level.certificate_types]
    signed = [c for c in typed if _signature(c) in level.certificate_signatures]
    enough = any_is_enough(scan.certificates, signed)
    if enough == UNKNOWN:
        yield Unsettled("certificates", "which one clients get is not known")
    severity: Severity = "blocking" if enough == NO and lacking is None else "advisory"
    if not typed and lacking is None:
        yield finding(
            "tls.certificate.type",
            severity,
            f"served: {', '.join(c.name for c in scan.certificates)}",
            allowed=" or ".join(level.certificate_types),
            found=", ".join(dict.fromkeys(c.type.upper() for c in scan.certificates)),
        )
    wrong = [
        c
        for c in (scan.certificates if severity == "blocking" else typed)
        if c.leaf is not None and _signature(c) not in level.certificate_signatures
    ]
    if wrong:
        yield finding(
            "tls.certificate.signature",
            severity,
            "; ".join(f"the {c.name} is signed with {_signature(c)}" for c in wrong),
            allowed=" or ".join(level.certificate_signatures),
            found=", ".join(dict.fromkeys(_signature(c) for c in wrong)),
        )


def rsa_size(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where an RSA key is smaller than the level asks."""
    if level.rsa_key_size is None:
        return
    small = []
    for certificate in scan.certificates:
        if certificate.type != "rsa":
            continue
        size = certificate.deployment.key.size
        if size is None:
            yield Unsettled("certificates", f"the size of the {certificate.name} is not known")
        elif size < level.rsa_key_size:
            small.append(certificate)
    if small:
        yield finding(
            "tls.certificate.key-size",
            "blocking",
            "; ".join(f"the RSA key has {c.deployment.key.size} bits" for c in small),
            minimum=str(level.rsa_key_size),
        )


def curve(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where an ECDSA key is on a curve the level does not list."""
    if level.certificate_curves is None:
        return
    allowed = group_names(level.certificate_curves)
    strangers = []
    for certificate in scan.certificates:
        if certificate.type != "ecdsa":
            continue
        name = certificate.deployment.key.curve
        if name is None:
            yield Unsettled("certificates", f"the curve of the {certificate.name} is not known")
        elif not group_names((name,)) <= allowed:
            strangers.append(name)
    if strangers:
        yield finding(
            "tls.certificate.curve",
            "blocking",
            f"the ECDSA key is on {', '.join(strangers)}",
            allowed=" or ".join(level.certificate_curves),
            found=", ".join(strangers),
        )


def _signature(certificate: MeasuredCertificate) -> str:
    return certificate.leaf.signature_algorithm if certificate.leaf else ""


TYPE_AND_SIGNATURE = Rule(id="guideline.certificate", version=1, check=type_and_signature)
RSA_SIZE = Rule(id="guideline.certificate.rsa-size", version=1, check=rsa_size)
CURVE = Rule(id="guideline.certificate.curve", version=1, check=curve)
