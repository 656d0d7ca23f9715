"""A scan as the rules read it: names resolved to facts, and what is lacking with its reason.

Rules never look at `ScanResult` for a negative: an empty list may mean "none" or
"not told". They ask here, where `lacking` says which.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tlsward.assess.names import group_names, suite_facts
from tlsward.facts import groups as group_facts
from tlsward.facts.suites import CipherSuiteFacts
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.certificate import Certificate, CertificateDeployment
from tlsward.model.scan_result import PROTOCOLS, CipherSuite, ScanResult

#: Protocol versions whose suites carry their own key exchange and authentication.
UP_TO_TLS12 = PROTOCOLS[:-1]
TLS13 = PROTOCOLS[-1]

#: Curves whose nominal size hides what they are worth: X25519 is the 128-bit curve that
#: P-256 is, though its prime has 255 bits and OpenSSL reports 253.
_WORTH = {"X25519": 256}


class MeasuredSuite(msgspec.Struct, frozen=True, kw_only=True):
    """A suite the server serves, with its facts and the size of its key exchange.

    `dh_bits` and `ecdh_bits` are None where the suite has no such exchange; where it
    has one whose size could not be read, `size_unknown` is set.
    """

    suite: CipherSuite
    facts: CipherSuiteFacts
    dh_bits: int | None = None
    ecdh_bits: int | None = None
    size_unknown: bool = False

    @property
    def name(self) -> str:
        """Return the name findings use: OpenSSL's where it has one."""
        return self.suite.openssl_name or self.suite.iana_name

    @property
    def old_protocols(self) -> tuple[str, ...]:
        """Return the protocols up to TLS 1.2 it is served in."""
        return tuple(p for p in self.suite.protocols if p != TLS13)


class MeasuredCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that clients of the target may get; `leaf` None where it cannot be read.

    `served` says whether they were seen to get it.
    """

    deployment: CertificateDeployment
    leaf: Certificate | None
    served: Answer

    @property
    def type(self) -> str:
        """Return the type of key as guidelines write it (rsa, ecdsa)."""
        return self.deployment.key.algorithm

    @property
    def name(self) -> str:
        """Return words for the certificate: `ECDSA prime256v1 certificate`."""
        key = self.deployment.key
        size = key.curve or (str(key.size) if key.size else "")
        return " ".join(part for part in (key.algorithm.upper(), size, "certificate") if part)


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules see of a scan, at the moment `now` they judge it."""

    result: ScanResult
    now: datetime
    protocols: dict[str, Answer]
    suites: tuple[MeasuredSuite, ...]
    groups: dict[str, tuple[str, ...]]
    certificates: tuple[MeasuredCertificate, ...]

    def lacking(self, fact: str) -> str | None:
        """Return why this fact, or a part of it, could not be told; None where it could."""
        for unknown in self.result.unknowns:
            if unknown.fact == fact or unknown.fact.startswith(fact + "."):
                return unknown.reason or "could not be told"
        return None

    def lacking_suites(self, protocols: tuple[str, ...]) -> tuple[str, str] | None:
        """Return the fact and the reason why suites of these protocols may be missing, if so."""
        for unknown in self.result.unknowns:
            root, _, part = unknown.fact.partition(".")
            if root != "cipher_suites":
                continue
            concerned = _protocol_of(part)
            if concerned is None or (concerned in protocols and self.protocols[concerned] != NO):
                return unknown.fact, unknown.reason or "could not be told"
        for protocol in protocols:
            if self.protocols[protocol] == UNKNOWN:
                fact = f"protocols.{protocol}"
                return fact, self.lacking(fact) or "could not be told"
            if self.protocols[protocol] == YES and not self.suites_of((protocol,)):
                return f"cipher_suites.{protocol}", "no suite of it was seen"
        return None

    def lacking_groups(self) -> str | None:
        """Return why groups may be missing from the list, None where it is whole.

        TLS 1.3 and the versions before it are asked apart, so each must have an answer
        where it exchanges keys on groups.
        """
        reason = self.lacking("groups")
        if reason is not None:
            return reason
        answered = {protocol for group in self.result.groups for protocol in group.protocols}
        if self.protocols[TLS13] == YES and TLS13 not in answered:
            return f"none was seen in {TLS13}"
        if any(suite.ecdh_bits is not None for suite in self.suites) and not answered - {TLS13}:
            return "none was seen before TLSv1.3"
        return None

    def lacking_certificates(self) -> str | None:
        """Return why certificates may be missing, None where all are known and readable."""
        reason = self.lacking("certificates")
        if reason is not None:
            return reason
        if not self.certificates:
            return "none was seen"
        for certificate in self.certificates:
            if certificate.leaf is None:
                error = certificate.deployment.chain and certificate.deployment.chain[0].error
                return f"not readable: {error}" if error else "not readable"
        return None

    def suites_of(self, protocols: tuple[str, ...]) -> tuple[MeasuredSuite, ...]:
        """Return the suites served in any of these protocols, in the server's order."""
        return tuple(s for s in self.suites if any(p in protocols for p in s.suite.protocols))


def measure(result: ScanResult, now: datetime) -> Measured:
    """Return the scan as rules read it."""
    suites = tuple(_measure_suite(suite) for suite in result.cipher_suites)
    protocols = {name: result.protocols.get(name, UNKNOWN) for name in PROTOCOLS}
    # A suite that was served proves its protocol, whatever an earlier question said.
    for suite in suites:
        protocols |= dict.fromkeys(protocols.keys() & set(suite.suite.protocols), YES)
    return Measured(
        result=result,
        now=now,
        protocols=protocols,
        suites=suites,
        groups=_measure_groups(result),
        certificates=_judged_certificates(result),
    )


def _measure_suite(suite: CipherSuite) -> MeasuredSuite:
    facts = suite_facts(suite.code)
    if suite.protocols == (TLS13,):
        # Groups of TLS 1.3 are not the suite's; the rules on groups judge them.
        return MeasuredSuite(suite=suite, facts=facts)
    kind, *rest = suite.forward_secrecy.split(",")
    bits = _bits(rest[-1]) if rest else None
    if kind == "DH":
        return MeasuredSuite(suite=suite, facts=facts, dh_bits=bits, size_unknown=bits is None)
    if kind == "ECDH":
        worth = group_worth(rest[0]) if rest else None
        bits = max(filter(None, (bits, worth)), default=None)
        return MeasuredSuite(suite=suite, facts=facts, ecdh_bits=bits, size_unknown=bits is None)
    return MeasuredSuite(suite=suite, facts=facts, size_unknown=facts.forward_secret)


def _bits(text: str) -> int | None:
    number = text.removesuffix("bits").removesuffix("bit")
    return int(number) if number.isascii() and number.isdigit() else None


def group_worth(name: str) -> int | None:
    """Return the size in bits that a curve counts for, None for a name nobody knows."""
    facts = group_facts.group_by_name(name)
    if facts is None:
        return None
    if facts.kind in ("hybrid", "kem"):
        return max(facts.bits, 256)
    return _WORTH.get(facts.name, facts.bits)


def _measure_groups(result: ScanResult) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for group in result.groups:
        protocols = found.setdefault(group_facts.canonical_group_name(group.name), {})
        protocols.update(dict.fromkeys(group.protocols))
    for suite in result.cipher_suites:
        for name in group_names(suite.groups):
            found.setdefault(name, {}).update(dict.fromkeys(suite.protocols))
    return {name: tuple(protocols) for name, protocols in found.items()}


def _judged_certificates(result: ScanResult) -> tuple[MeasuredCertificate, ...]:
    """Leave out what only other clients get, by whether the target's send a server_name."""
    with_name = result.target.sni is not None
    certificates = tuple(
        MeasuredCertificate(
            deployment=deployment,
            leaf=_leaf(deployment),
            served=deployment.served_with_sni if with_name else deployment.served_without_sni,
        )
        for deployment in result.certificates
    )
    return tuple(c for c in certificates if c.served != NO) or certificates


def any_is_enough(
    certificates: tuple[MeasuredCertificate, ...], good: Sequence[MeasuredCertificate]
) -> Answer:
    """Return whether clients are sure to be able to get one of the good certificates."""
    if any(certificate.served == YES for certificate in good):
        return YES
    if not good:
        return NO
    return YES if len(good) == len(certificates) else UNKNOWN


def _leaf(deployment: CertificateDeployment) -> Certificate | None:
    """Return the leaf as far as it can be read: a malformed extension alone hides nothing."""
    if not deployment.chain or deployment.chain[0].key is None:
        return None
    return deployment.chain[0]


def _protocol_of(path: str) -> str | None:
    """Return the protocol that a path such as `TLSv1.2.0xC02B` begins with."""
    candidates = [p for p in PROTOCOLS if path == p or path.startswith(p + ".")]
    return max(candidates, key=len, default=None)
