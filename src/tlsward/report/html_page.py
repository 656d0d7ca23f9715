"""HTML: one file with everything in it, no script, nothing loaded from anywhere.

Its content security policy allows the one style sheet below, by its hash, and nothing
else: should anything of the network ever get past the escaping, it still cannot act.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Sequence

from tlsward.model.certificate import CertificateDeployment
from tlsward.model.evaluation import Evaluation, Grade
from tlsward.model.scan_result import PROTOCOLS, ScanResult
from tlsward.report.comparison import Comparison
from tlsward.report.findings import in_lines, shown_levels
from tlsward.report.http_layer import http_facts, not_checked_words, unlooked_words
from tlsward.report.markup import Content, Markup, element, facts, join, link, table
from tlsward.report.text.authenticity import authenticity_rows
from tlsward.report.words import (
    extension_facts,
    headline,
    key_words,
    leaf_of,
    level_words,
    moment,
    session_facts,
    target_title,
    validity,
)

STYLE = """
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --soft: #57606a;
  --line: #d0d7de; --good: #116329; --warn: #7d4e00; --bad: #a40e26; --card: #f6f8fa }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --text: #e6edf3;
  --soft: #9198a1; --line: #3d444d; --good: #56d364; --warn: #e3b341; --bad: #ff7b72;
  --card: #151b23 } }
body { background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif;
  margin: 0 auto; max-width: 72rem; padding: 1rem }
h1, h2, h3 { line-height: 1.25 }
h2 { border-bottom: 1px solid var(--line); margin-top: 3rem; overflow-wrap: anywhere }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: .9rem; min-width: 40% }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .8rem .3rem 0; text-align: left;
  vertical-align: top; overflow-wrap: break-word; max-width: 40rem }
th { color: var(--soft); font-weight: 600 }
.soft { color: var(--soft) } .good { color: var(--good) } .warn { color: var(--warn) }
.bad { color: var(--bad) } a { color: inherit }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .5rem 1rem }
.level { font-size: 1.4rem; font-weight: 600 }
li { margin: .5rem 0 } ul { padding-left: 1.2rem }
"""

_STYLE_HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'"
)
_GOOD = {"yes": "good", "no": "bad", "unknown": "warn"}
_GRADES = {"good": "good", "note": "soft", "weak": "warn", "bad": "bad"}
_LEVELS = {"modern": "good", "intermediate": "good", "old": "warn", "unknown": "warn"}


def render_html(
    results: Sequence[ScanResult], *, comparisons: Sequence[Comparison | None] = ()
) -> str:
    """Return a page with all results."""
    sections = []
    for index, result in enumerate(results):
        comparison = comparisons[index] if index < len(comparisons) else None
        sections.append(element("section", join(_report(result, comparison))))
    title = (
        f"TLS of {target_title(results[0].target)}"
        if len(results) == 1
        else f"TLS of {len(results)} endpoints"
    )
    head = join(
        [
            Markup('<meta charset="utf-8">'),
            Markup(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'),
            Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            Markup('<meta name="referrer" content="no-referrer">'),
            element("title", title),
            Markup(f"<style>{STYLE}</style>"),
        ]
    )
    body = [element("h1", title)]
    if len(results) > 1:
        body.append(_overview(results))
    page = element(
        "html",
        Markup("\n"),
        element("head", Markup("\n"), head, Markup("\n")),
        Markup("\n"),
        element("body", Markup("\n"), join([*body, *sections]), Markup("\n")),
        Markup("\n"),
        lang="en",
    )
    return f"<!doctype html>\n{page}\n"


def _overview(results: Sequence[ScanResult]) -> Markup:
    rows: list[list[Content]] = [
        [
            target_title(result.target),
            result.status,
            _level(result.evaluation.level) if result.evaluation is not None else "",
            result.grade.letter if result.grade is not None else "",
        ]
        for result in results
    ]
    return table(["endpoint", "scan", "level", "grade"], rows)


def _report(result: ScanResult, comparison: Comparison | None) -> Iterator[Markup]:
    title, words = headline(result)
    yield element("h2", title)
    when = f"Scan {words}; {moment(result.started_at)}; tlsward {result.tlsward_version}"
    yield element("p", when, class_="soft")
    if result.evaluation is not None:
        yield _verdict(result.evaluation, result.grade)
        yield from _findings(result.evaluation)
    if comparison is not None:
        yield from _baseline(comparison)
    for number, deployment in enumerate(result.certificates, 1):
        yield from _certificate(result, deployment, number)
    if result.protocols:
        yield element("h3", "Protocols")
        yield table(
            ["version", "served", "order"],
            (
                [name, result.protocols.get(name, "unknown"), result.cipher_order.get(name, "")]
                for name in PROTOCOLS
            ),
        )
    if result.cipher_suites:
        yield from _suites(result)
    if result.groups:
        yield element("h3", "Groups")
        yield table(
            ["group", "code", "protocols", ""],
            (
                [
                    group.name,
                    group.code,
                    ", ".join(group.protocols),
                    element("span", "post-quantum", class_="good") if group.post_quantum else "",
                ]
                for group in result.groups
            ),
        )
    if result.http:
        yield from _http(result)
    yield from _facts(result)


def _verdict(evaluation: Evaluation, grade: Grade | None) -> Markup:
    policy = f", changed by policy {evaluation.policy}" if evaluation.policy else ""
    parts = [
        element("p", "Mozilla evaluation: ", _level(evaluation.level), class_="level"),
        element("p", f"By guideline {evaluation.guideline}{policy}.", class_="soft"),
    ]
    if evaluation.target is not None:
        words, style = {
            True: ("is met", "good"),
            False: ("is not met", "bad"),
            None: ("could not be told", "warn"),
        }[evaluation.target.met]
        rider = unlooked_words(evaluation)
        parts.append(
            element(
                "p",
                f"Target level {evaluation.target.level} ",
                element("b", words, class_=style),
                element("span", f"; {rider}", class_="warn") if rider else "",
            )
        )
    if grade is not None:
        reasons = "; ".join(reason.text for reason in grade.reasons)
        parts.append(element("p", f"Grade {grade.letter}. {reasons}"))
    if evaluation.other_guidelines:
        others = (
            f"{version} {level_words(level)}"
            for version, level in evaluation.other_guidelines.items()
        )
        parts.append(element("p", f"Other versions: {', '.join(others)}.", class_="soft"))
    if evaluation.oldest_clients:
        clients = ", ".join(evaluation.oldest_clients)
        parts.append(element("p", f"Oldest clients of this level: {clients}.", class_="soft"))
    if evaluation.not_checked:
        unlooked = f"Not checked: {not_checked_words(evaluation)}."
        parts.append(element("p", unlooked, class_="soft"))
    return element("div", *parts, class_="card")


def _level(level: str) -> Markup:
    return element("span", level_words(level), class_=_LEVELS.get(level, "bad"))


def _findings(evaluation: Evaluation) -> Iterator[Markup]:
    for level in shown_levels(evaluation):
        verdict = evaluation.levels[level]
        if not verdict.findings and not verdict.unsettled:
            continue
        yield element("h3", f"For {level} level")
        items = []
        for advice in in_lines(verdict.findings):
            first = advice.findings[0]
            style = "bad" if first.severity == "blocking" else "warn"
            seen = "; ".join(
                dict.fromkeys(finding.evidence for finding in advice.findings if finding.evidence)
            )
            parts: list[Content] = [
                element("b", advice.action, class_=style),
                f" ({first.severity})",
            ]
            parts += [
                element("div", f"{why} ", link(reference))
                for why, reference in dict.fromkeys((f.why, f.reference) for f in advice.findings)
            ]
            if seen:
                parts.append(element("div", f"Seen: {seen}", class_="soft"))
            items.append(element("li", *parts))
        items += [
            element("li", f"could not be told: {reason}", class_="warn")
            for reason in verdict.unsettled
        ]
        yield element("ul", *items)


def _baseline(comparison: Comparison) -> Iterator[Markup]:
    yield element("h3", "Since the baseline")
    if not comparison.found:
        yield element("p", "This target is not in the baseline: everything is new.", class_="warn")
        return
    rows: list[list[Content]] = [
        [element("span", "new", class_="bad"), identifier] for identifier in comparison.new
    ]
    rows += [[element("span", "gone", class_="good"), identifier] for identifier in comparison.gone]
    rows += [
        [element("span", "could not be told", class_="warn"), reason]
        for reason in comparison.unsettled
    ]
    rows += [["known", identifier] for identifier in comparison.known]
    yield table(["", "finding"], rows)


def _certificate(
    result: ScanResult, deployment: CertificateDeployment, number: int
) -> Iterator[Markup]:
    many = f" {number}" if len(result.certificates) > 1 else ""
    yield element("h3", f"Certificate{many}: {key_words(deployment.key)}")
    leaf = leaf_of(deployment)
    if leaf is None:
        yield element("p", "The server sent none.", class_="warn")
        return
    text, style = validity(leaf, result.started_at)
    rows: list[list[Content]] = [
        ["Subject", leaf.subject or leaf.error or ""],
        ["Names", ", ".join((*leaf.dns_names, *leaf.ip_addresses))],
        ["Issuer", leaf.issuer],
        ["Validity", element("span", text, class_=style)],
        ["Signature", leaf.signature_algorithm],
        ["SHA256", leaf.sha256],
        ["Pin", f"sha256/{leaf.spki_sha256}"],
        ["Name matches", _answer(deployment.hostname_match)],
        ["Chain complete", _answer(deployment.chain_facts.complete)],
        ["OCSP stapling", deployment.ocsp_stapling],
    ]
    for store, answer in deployment.trust.items():
        reason = deployment.trust_reasons.get(store, "")
        trusted = element("span", _answer(answer), f" {reason}")
        rows.append([f"Trusted by {store}", trusted])
    for (name, _), (said, style), (words, _) in authenticity_rows(deployment):
        shown = element("span", said, class_="soft" if style == "dim" else style)
        rows.append([name[:1].upper() + name[1:], element("span", shown, f" {words}")])
    rows += [
        [f"Chain {depth}", certificate.subject or certificate.sha256]
        for depth, certificate in enumerate(deployment.chain)
    ]
    yield facts(rows)


def _suites(result: ScanResult) -> Iterator[Markup]:
    yield element("h3", "Cipher suites")
    yield table(
        ["prio", "cipher", "protocols", "pfs", "curves"],
        (
            [
                str(suite.priority),
                suite.openssl_name or suite.iana_name,
                ", ".join(suite.protocols),
                suite.forward_secrecy,
                ", ".join(suite.groups),
            ]
            for suite in result.cipher_suites
        ),
    )
    yield facts(
        [
            ["OCSP Stapling", _answer(result.ocsp_stapling)],
            ["Server Side Ordering", result.server_side_ordering],
            ["Curves Fallback", result.curves_fallback],
        ]
    )


def _http(result: ScanResult) -> Iterator[Markup]:
    yield element("h3", "HTTP")
    yield facts([name, said] for name, said in http_facts(result))
    items = []
    for finding in result.http_findings:
        header = f"{finding.header}: " if finding.header else ""
        parts: list[Content] = [
            element("b", finding.grade, class_=_GRADES[finding.grade]),
            f" {header}{finding.text} ",
            link(finding.reference),
        ]
        if finding.advice:
            parts.append(element("div", f"Do: {finding.advice}"))
        if finding.evidence:
            parts.append(element("div", f"Seen: {finding.evidence}", class_="soft"))
        items.append(element("li", *parts))
    if items:
        yield element("ul", *items)


def _facts(result: ScanResult) -> Iterator[Markup]:
    for title, found in (
        ("Session", session_facts(result.session)),
        ("Extensions", extension_facts(result)),
        ("Weaknesses", [(one.id, one.state) for one in result.vulnerabilities]),
        ("Could not be told", [(one.fact, one.reason) for one in result.unknowns]),
    ):
        told = [(name, said) for name, said in found if said != "unknown"]
        if told:
            yield element("h3", title)
            yield facts(told)


def _answer(answer: str) -> Markup:
    return element("span", answer, class_=_GOOD.get(answer, ""))
