"""The main job in four chapters: find an endpoint weak, change its policy, find it modern.

Everything is real: a TLS server on this machine, scanned by the engine that scans any other
one, and judged by the same rules.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from tlsward.model.evaluation import Level, MeasuredLevel
from tlsward.model.scan_result import ScanResult
from tlsward.model.target import Target
from tlsward.sandbox.authority import Credentials, throw_away_credentials
from tlsward.sandbox.endpoint import HOST, LocalEndpoint
from tlsward.sandbox.policy import LOAD_BALANCER_2015, Policy, modern_policy

NAME = "localhost"
TARGET_LEVEL: Level = "modern"


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """One scan of the endpoint under one policy, judged by one guideline version.

    `expected` is the level that it has to measure for the story to be true.
    """

    title: str
    policy: Policy
    guideline: str
    expected: MeasuredLevel
    result: ScanResult

    @property
    def as_told(self) -> bool:
        """Whether the scan was complete and measured what was expected."""
        evaluation = self.result.evaluation
        return (
            self.result.status == "complete"
            and evaluation is not None
            and evaluation.level == self.expected
            and evaluation.target is not None
            and evaluation.target.met is (self.expected == TARGET_LEVEL)
        )


def chapters() -> Iterator[Chapter]:
    """Tell the story, one chapter at a time, with the endpoint up meanwhile.

    Raises OSError where this machine has no loopback port to listen on, and ssl.SSLError
    where Python's OpenSSL cannot serve what a load balancer served in 2015.
    """
    credentials = throw_away_credentials(datetime.now(UTC))
    with LocalEndpoint(LOAD_BALANCER_2015, credentials) as endpoint:
        found = _scan(endpoint, credentials)
        yield _chapter("As it was found", endpoint, "4.0", "non compliant", found)
        yield _chapter("The same scan", endpoint, "6.0", "non compliant", found)
        for guideline in ("4.0", "6.0"):
            endpoint.reconfigure(modern_policy(guideline))
            changed = _scan(endpoint, credentials)
            yield _chapter("Reconfigured", endpoint, guideline, "modern", changed)


def _scan(endpoint: LocalEndpoint, credentials: Credentials) -> ScanResult:
    from tlsward.net.loop import run
    from tlsward.scan.engine import scan
    from tlsward.scan.settings import ScanSettings

    target = Target(host=NAME, port=endpoint.port, sni=NAME, address=HOST)
    return run(scan(target, ScanSettings(ca_file_pem=credentials.root)))


def _chapter(
    title: str,
    endpoint: LocalEndpoint,
    guideline: str,
    expected: MeasuredLevel,
    result: ScanResult,
) -> Chapter:
    from tlsward.assess import assess

    now = datetime.now(UTC)
    return Chapter(
        title=title,
        policy=endpoint.policy,
        guideline=guideline,
        expected=expected,
        result=assess(result, guideline=guideline, target=TARGET_LEVEL, now=now),
    )
