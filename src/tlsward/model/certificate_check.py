"""What a gate asks of a certificate, and what each question came to."""

import msgspec

from tlsward.model.answer import Applicability
from tlsward.model.certificate import CertificateDeployment

#: The questions by the names that --skip takes, in the order they are told.
CHECKS = (
    "trust",
    "name",
    "dates",
    "chain",
    "key",
    "revocation",
    "staple",
    "transparency",
    "lint",
    "lifetime",
    "caa",
    "dane",
)


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One question: `holds` no fails the gate, unknown keeps it shut, the rest opens it."""

    name: str
    holds: Applicability
    reason: str


class CheckedCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate with its chain, what it is worth, and each check of it.

    `counts` is False for one that is told of, but of no weight: clients that send the
    server_name get another.
    """

    deployment: CertificateDeployment
    checks: tuple[Check, ...]
    counts: bool = True
