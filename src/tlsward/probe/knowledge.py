"""What the first stage of a scan learned, in the form in which later questions need it."""

from collections.abc import Callable, Iterable

import msgspec

from tlsward.facts.suites import CipherSuiteFacts, suite
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.observation import Observation
from tlsward.probe.enumeration import Manner
from tlsward.probe.probe import Probe
from tlsward.probe.suites import VersionFindings

#: Versions whose messages look like those of TLS 1.2, newest first.
OLDER_VERSIONS = ("TLSv1.2", "TLSv1.1", "TLSv1", "SSLv3")


class Knowledge(msgspec.Struct, frozen=True, kw_only=True):
    """Findings by protocol, and questions about them that several plans ask."""

    server_name: str | None
    versions: dict[str, VersionFindings]

    def spoken(self, protocol: str) -> Answer:
        """Return whether a version is spoken."""
        findings = self.versions.get(protocol)
        return findings.spoken if findings else NO

    @property
    def tls13(self) -> Probe | None:
        """A TLS 1.3 probe that the server serves, None where it speaks none."""
        findings = self.versions.get("TLSv1.3")
        return findings.template if findings and findings.spoken == YES else None

    @property
    def has_no_extensions(self) -> Answer:
        """Whether a server that is asked without extensions has none; unknown for other ones.

        SSL 3.0 has none. A later version may have been served without them because the
        hello with extensions was not heard, which says nothing.
        """
        findings = self.newest_older
        if findings is None or findings.template is None or not findings.template.bare:
            return UNKNOWN
        return YES if findings.protocol == "SSLv3" or findings.refuses_extensions else UNKNOWN

    @property
    def lacks_older(self) -> Answer:
        """Whether none of TLS 1.2 and older is spoken; unknown where one could not be told."""
        spoken = {self.spoken(protocol) for protocol in OLDER_VERSIONS}
        return NO if YES in spoken else UNKNOWN if UNKNOWN in spoken else YES

    @property
    def lacks_newer(self) -> Answer:
        """Whether TLS 1.3 is not spoken."""
        opposite: dict[Answer, Answer] = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}
        return opposite[self.spoken("TLSv1.3")]

    @property
    def newest_older(self) -> VersionFindings | None:
        """The newest of TLS 1.2 and older that is spoken."""
        for protocol in OLDER_VERSIONS:
            findings = self.versions.get(protocol)
            if findings is not None and findings.spoken == YES and findings.template is not None:
                return findings
        return None

    def older(self, question: str, wanted: Callable[[CipherSuiteFacts], bool]) -> Probe | None:
        """Return a served probe of the newest older version with the suites `wanted` picks."""
        findings = self.newest_older
        if findings is None or findings.template is None:
            return None
        codes = tuple(code for code in findings.template.cipher_suites if wanted(suite(code)))
        if not codes:
            return None
        return msgspec.structs.replace(findings.template, question=question, cipher_suites=codes)

    def newer(self, question: str) -> Probe | None:
        """Return a served TLS 1.3 probe labelled for `question`."""
        if self.tls13 is None:
            return None
        return msgspec.structs.replace(self.tls13, question=question)

    def manners(self, protocol: str) -> frozenset[Manner]:
        """Return the ways in which the server refuses in a version."""
        findings = self.versions.get(protocol)
        return findings.manners if findings else frozenset()

    def evidence(self) -> Iterable[tuple[str, Observation]]:
        """Yield every served observation with its protocol."""
        for protocol, findings in self.versions.items():
            for seen in findings.found.openers:
                if seen.proved:
                    yield protocol, seen
            for seen in findings.found.served.values():
                yield protocol, seen


def is_ecdhe(facts: CipherSuiteFacts) -> bool:
    """Whether a suite's key exchange is ephemeral elliptic-curve Diffie-Hellman."""
    return facts.key_exchange == "ECDHE"
