"""What `tlsward scan` does: targets to results, results to a report and an exit code.

Everything the caller can have got wrong is looked at before the first connection.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from functools import partial

import msgspec

from tlsward.cli.baseline import parse_baseline
from tlsward.cli.defect import report_defect
from tlsward.cli.exit_codes import COULD_NOT_TELL, worst
from tlsward.cli.gate import exit_code
from tlsward.cli.options import read_bytes, read_text
from tlsward.cli.output import Output, is_terminal, open_output
from tlsward.cli.progress import Progress, progress_for
from tlsward.cli.scanning import scan_each
from tlsward.cli.targets import MOST_LIST_BYTES, expand
from tlsward.errors import UsageError
from tlsward.facts.guidelines import Guideline, guideline, guideline_versions
from tlsward.model.evaluation import Level
from tlsward.model.scan_result import ScanResult
from tlsward.model.target import Target
from tlsward.net.loop import run
from tlsward.report import FORMATS, STREAMED, render
from tlsward.report.comparison import Comparison, compare, matching
from tlsward.scan.settings import TARGET_QUESTIONS, ScanSettings
from tlsward.settings.home import home_directory
from tlsward.settings.questions import ALL_QUESTIONS
from tlsward.settings.table import Settings

#: The first hellos are on their way by then, and a distant server has not answered yet.
FIRST_HELLOS_SECONDS = 0.03


def assess(
    result: ScanResult, *, guideline: Guideline, target: Level | None, now: datetime
) -> ScanResult:
    """Judge a result; what judges is imported by then, since `_get_ready` had the time."""
    from tlsward.assess import assess as judge

    return judge(result, guideline=guideline, target=target, now=now)


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """How results are judged: by which guideline or policy, for which level, against what."""

    guideline: Guideline
    policy: str | None
    target: Level | None
    baseline: tuple[ScanResult, ...] | None

    def judge(self, result: ScanResult, now: datetime) -> ScanResult:
        """Return the result with its evaluation and grade."""
        judged = assess(result, guideline=self.guideline, target=self.target, now=now)
        if self.policy is None or judged.evaluation is None:
            return judged
        evaluation = msgspec.structs.replace(judged.evaluation, policy=self.policy)
        return msgspec.structs.replace(judged, evaluation=evaluation)

    def compare(self, result: ScanResult) -> Comparison | None:
        """Compare with the baseline, judged as this result is but at its own time."""
        if self.baseline is None:
            return None
        before = matching(result, self.baseline)
        if before is None:
            return compare(result, None)
        # A certificate that has expired since must count as new, so the clock is turned back.
        try:
            judged = self.judge(before, before.started_at)
        except (TypeError, ValueError) as error:  # dates without a zone, codes that are none
            raise UsageError(f"the baseline's result of {before.target.host}: {error}") from None
        return compare(result, judged)


def run_scan(arguments: Sequence[str], settings: Settings) -> int:
    """Scan the targets of a command line as the settings say; return the exit code."""
    targets = expand(arguments, _read_list, starttls=settings.starttls, sni=settings.sni)
    how = scan_settings(settings)
    judgement = _judgement(settings)
    many = len(targets) > 1 or how.all_addresses
    progress = progress_for(len(targets), wanted=not settings.no_progress)
    with open_output(settings.output) as output:
        try:
            code = run(
                _scan_and_report(targets, how, judgement, settings, output, progress, many=many),
                datagrams=how.dns,
            )
        finally:
            progress.clear()
        output.commit()
    return code


def scan_settings(settings: Settings) -> ScanSettings:
    """Return how the engine is to scan; UsageError for questions and files that are none."""
    for name in ("only", "skip"):
        for question in getattr(settings, name):
            if question not in ALL_QUESTIONS:
                known = ", ".join(ALL_QUESTIONS)
                raise UsageError(f"--{name}: there is no question {question!r} (known: {known})")
    if "suites" in settings.skip:
        raise UsageError("--skip: suites cannot be left out: all else rests on what they tell")
    check_connect(settings.connect)
    proxy = proxy_url(settings)
    return ScanSettings(
        quick=settings.quick,
        only=frozenset(settings.only),
        skip=frozenset(settings.skip),
        also=TARGET_QUESTIONS if settings.target_level is not None else frozenset(),
        max_connections=settings.max_connections,
        concurrency=settings.concurrency,
        rate_per_second=settings.rate,
        timeout_seconds=settings.timeout,
        deadline_seconds=settings.deadline,
        connect=settings.connect,
        family=None if settings.family is None else int(settings.family),
        all_addresses=settings.all_addresses,
        ca_file_pem=None if settings.ca_file is None else read_certificates(settings.ca_file),
        intermediates_pem=(
            None if settings.intermediates is None else read_certificates(settings.intermediates)
        ),
        proxy=proxy,
        fetch_issuers=settings.fetch_issuers,
        revocation=settings.revocation,
        dns=settings.dns,
        http=settings.http,
        nameserver=checked_nameserver(settings.nameserver),
        fetch_private=settings.fetch_private,
        log_list=None if settings.log_list is None else read_log_list(settings.log_list),
        cache_directory=cache_directory() if settings.revocation else None,
    )


def proxy_url(settings: Settings) -> str | None:
    """Return the proxy's URL, from its own file where that is named; None without one."""
    url = settings.proxy
    if settings.proxy_file is not None:
        if url is not None:
            raise UsageError("proxy and proxy_file exclude each other")
        url = read_text(settings.proxy_file).strip()
    if url is not None:
        from tlsward.net.proxy import parse_proxy

        parse_proxy(url)
    return url


def check_connect(connect: str | None) -> None:
    """Refuse an address to connect to that is none."""
    if connect is None:
        return
    from tlsward.cli.targets import parse_target

    if "://" in connect:
        raise UsageError(f"--connect: expected ADDRESS or ADDRESS:PORT, not {connect!r}")
    try:
        parse_target(connect)
    except UsageError as error:
        raise UsageError(f"--connect: {error}") from None


def read_log_list(name: str) -> bytes:
    """Return a list of logs; UsageError where the file is none."""
    from tlsward.pki.transparency import LogList

    octets = read_bytes(name)
    LogList.from_json(octets, name=name)
    return octets


def cache_directory() -> str:
    """Return where CRLs are kept until they are out of date."""
    return str(home_directory(os.environ) / "cache" / "fetched")


def checked_nameserver(text: str | None) -> str | None:
    """Return the DNS server to ask, as it was given; UsageError where it cannot be one."""
    if text is not None:
        from tlsward.net.name_server import parse_nameserver

        parse_nameserver(text)
    return text


def read_certificates(name: str) -> bytes:
    """Return the PEM certificates of a file; UsageError where there are none in it."""
    content = read_bytes(name)
    from cryptography.x509 import load_pem_x509_certificates

    from tlsward.pki.library import UnreadableError, reading

    try:
        with reading():
            load_pem_x509_certificates(content)
    except UnreadableError:
        raise UsageError(f"{name}: no certificates in PEM (BEGIN CERTIFICATE) in it") from None
    return content


def _judgement(settings: Settings) -> Judgement:
    chosen = guideline(settings.guideline)
    policy_name = None
    if settings.policy is not None:
        from tlsward.cli.policy import apply_policy, parse_policy

        policy = parse_policy(read_bytes(settings.policy), settings.policy)
        base = policy.guideline if settings.guideline == "latest" else settings.guideline
        chosen = apply_policy(policy, guideline(base), settings.policy)
        policy_name = policy.name
    baseline = None
    if settings.baseline is not None:
        baseline = parse_baseline(read_bytes(settings.baseline), settings.baseline)
    return Judgement(
        guideline=chosen, policy=policy_name, target=settings.target_level, baseline=baseline
    )


def _get_ready(form: str, *, asks_http: bool) -> None:
    """Load what judges and reports, while the first answers are still on their way."""
    from importlib import import_module

    later = ("tlsward.scan.http_layer",) if asks_http else ()
    for module in ("tlsward.assess", "tlsward.scan.authenticity", *later):
        import_module(module)
    import_module(FORMATS[form][0])
    for version in guideline_versions():
        guideline(version)


def _read_list(name: str) -> str:
    if name != "-":
        text = read_text(name)
    else:
        text = sys.stdin.buffer.read(MOST_LIST_BYTES + 1).decode("utf-8", errors="replace")
    if len(text) > MOST_LIST_BYTES:
        raise UsageError(f"{name}: a list of more than {MOST_LIST_BYTES >> 20} MiB")
    return text


async def _scan_and_report(
    targets: Sequence[Target],
    how: ScanSettings,
    judgement: Judgement,
    settings: Settings,
    output: Output,
    progress: Progress,
    *,
    many: bool,
) -> int:
    import asyncio

    report = Report(settings, output, progress, many=many)
    codes: set[int] = set()
    ready = partial(_get_ready, settings.format, asks_http=how.asks("http"))
    asyncio.get_running_loop().call_later(FIRST_HELLOS_SECONDS, ready)
    scans = scan_each(targets, how, progress, parallel=settings.parallel)
    async with aclosing(scans):  # so that scans under way end here, however this ends
        async for scanned in scans:
            try:
                result = judgement.judge(scanned, datetime.now(UTC))
                comparison = judgement.compare(result)
            except UsageError:
                raise
            except Exception as error:  # noqa: BLE001  a bug of ours; without evaluation: exit 3
                progress.clear()
                report_defect(error)
                result, comparison = scanned, None
            codes.add(exit_code(result, comparison))
            report.add(result, comparison)
            if output.closed:
                break
    report.finish()
    if output.closed:  # in any format: nobody has read what was found
        codes.add(COULD_NOT_TELL)
    return worst(codes)


class Report:
    """The report as it grows: formats that can be are written result by result."""

    def __init__(
        self, settings: Settings, output: Output, progress: Progress, *, many: bool
    ) -> None:
        self._format = settings.format
        self._color = settings.output is None and not settings.no_color and is_terminal(sys.stdout)
        self._many = many
        self._output = output
        self._progress = progress
        self._results: list[ScanResult] = []
        self._comparisons: list[Comparison | None] = []
        self._written = 0

    def add(self, result: ScanResult, comparison: Comparison | None) -> None:
        """Take one more result."""
        self._results.append(result)
        self._comparisons.append(comparison)
        if self._format in STREAMED:
            self._write()
            self._results.clear()
            self._comparisons.clear()

    def finish(self) -> None:
        """Write what could not be written before all was known."""
        if self._format not in STREAMED:
            self._write()

    def _write(self) -> None:
        document = render(
            self._results,
            self._format,
            color=self._color,
            many=self._many,
            comparisons=self._comparisons,
        )
        self._progress.clear()
        separator = "\n" if self._written and self._format == "text" else ""
        self._output.write(separator + document)
        self._written += 1
