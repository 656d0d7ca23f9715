"""How to scan: which questions, and within which bounds."""

import msgspec

from tlsward.settings.questions import OPTIONAL_QUESTIONS, QUESTIONS

#: Questions of a quick scan; its certificates are those that the suites were served with.
QUICK_QUESTIONS = frozenset({"suites", "order"})
#: What a guideline's level needs beside those: without it a quick gate could never pass.
TARGET_QUESTIONS = frozenset({"groups", "extensions"})


class ScanSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one scan of one target. Durations are in seconds.

    `connect` is `ADDRESS` or `ADDRESS:PORT` to connect to instead of the target's own;
    `also` are questions that a quick scan asks on top of its own; `family` 4 or 6 to use
    that family only; `ca_file_pem` the certificates of the store
    named `private`, `intermediates_pem` some to build paths with.

    `http` adds the question of that name, which else is asked where `only` names it.

    `fetch_issuers`, `revocation`, `renewal_information` and `dns` allow what goes beyond the
    target: to third parties, with the proxy where there is one, and to `nameserver`
    (ADDRESS[:PORT], else the system's). `fetch_private` lets fetches go to addresses that
    are not public. `log_list` is a list of transparency logs in the place of the installed one,
    `acme_directory` where to ask for renewal information instead of where the issuer is
    known to have it, `cache_directory` where CRLs are kept until they are out of date.
    """

    quick: bool = False
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    max_connections: int = 1000
    concurrency: int = 60
    rate_per_second: float | None = None
    timeout_seconds: float = 5.0
    deadline_seconds: float = 120.0
    connect: str | None = None
    family: int | None = None
    all_addresses: bool = False
    ca_file_pem: bytes | None = None
    intermediates_pem: bytes | None = None
    fetch_issuers: bool = False
    revocation: bool = False
    renewal_information: bool = False
    dns: bool = False
    nameserver: str | None = None
    fetch_private: bool = False
    log_list: bytes | None = None
    acme_directory: str | None = None
    http: bool = False
    cache_directory: str | None = None
    fetch_timeout_seconds: float = 30.0
    proxy: str | None = None

    def asks(self, question: str) -> bool:
        """Whether `question` is part of this scan."""
        if question == "suites":
            return True
        if question in self.skip:
            return False
        if question in OPTIONAL_QUESTIONS:
            return self.http or question in self.only
        if self.only:
            return question in self.only
        return question in QUICK_QUESTIONS | self.also if self.quick else question in QUESTIONS
