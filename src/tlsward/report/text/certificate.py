"""The sections on certificates: what they say, and what trust says of them."""

from collections.abc import Callable, Iterator

from tlsward.model.certificate import Certificate, CertificateDeployment
from tlsward.model.scan_result import ScanResult
from tlsward.report.style import Line, Piece, answer_style, plain, styled, table
from tlsward.report.text.authenticity import authenticity_rows
from tlsward.report.words import days, key_words, leaf_of, moment, validity

#: More names than these are counted, not listed: some certificates have a thousand.
MOST_NAMES = 20

Section = Callable[[ScanResult, CertificateDeployment], Iterator[Line]]


def certificate_lines(result: ScanResult) -> list[Line]:
    """Return the section on what each certificate says."""
    return _for_each(result, _certificate)


def trust_lines(result: ScanResult) -> list[Line]:
    """Return the section on what trust says of each certificate."""
    return _for_each(result, _trust)


def _for_each(result: ScanResult, section: Section) -> list[Line]:
    lines: list[Line] = []
    many = len(result.certificates) > 1
    for number, deployment in enumerate(result.certificates, 1):
        if many:
            if lines:
                lines.append(())
            lines.append(styled(f"{number}. {key_words(deployment.key)}", "bold"))
        lines += section(result, deployment)
    return lines or [styled(f"none seen: {result.reason or result.status}", "warn")]


def _certificate(result: ScanResult, deployment: CertificateDeployment) -> Iterator[Line]:
    leaf = leaf_of(deployment)
    if leaf is None:
        yield styled("the server sent no certificate", "warn")
        return
    if leaf.error is not None:
        yield from table([_row("Unreadable", leaf.error, "bad"), _row("SHA256", leaf.sha256)])
        return
    yield from table(list(_facts(result, deployment, leaf)))


def _facts(
    result: ScanResult, deployment: CertificateDeployment, leaf: Certificate
) -> Iterator[list[Piece]]:
    yield _row("Subject", leaf.subject or "(empty)")
    names = [*leaf.dns_names, *leaf.ip_addresses]
    for index, name in enumerate(names[:MOST_NAMES]):
        yield _row("" if index else "Names", name)
    if len(names) > MOST_NAMES:
        yield _row("", f"and {len(names) - MOST_NAMES} more")
    yield _row("Issuer", leaf.issuer or "(empty)")
    text, style = validity(leaf, result.started_at)
    yield _row("Validity", text, style)
    yield _row("Key", key_words(leaf.key))
    yield _row("Signature", leaf.signature_algorithm)
    yield _row("Serial", leaf.serial)
    yield _row("SHA256", leaf.sha256)
    yield _row("Pin", f"sha256/{leaf.spki_sha256}")
    if leaf.scts:
        checked = sum(sct.signature_valid == "yes" for sct in leaf.scts)
        words = f"{len(leaf.scts)} signed certificate timestamps, {checked} of them verified"
        yield _row("Timestamps", words)
    yield _row("Revocation", _revocation(leaf))
    if deployment.staple is not None:
        staple = deployment.staple
        style = "good" if staple.status == "good" else "bad"
        yield _row(
            "OCSP staple", f"{staple.status}, next update {moment(staple.next_update)}", style
        )
    if deployment.protocols:
        yield _row("Served in", ", ".join(deployment.protocols))
    if deployment.served_with_sni == "no":
        yield _row("", "only to clients that send no server_name", "dim")


def _revocation(leaf: Certificate) -> str:
    ways = [f"OCSP {url}" for url in leaf.ocsp_urls] + [f"CRL {url}" for url in leaf.crl_urls]
    if leaf.must_staple:
        ways.insert(0, "must staple")
    return ", ".join(ways) or "names neither CRL nor OCSP responder"


def _trust(result: ScanResult, deployment: CertificateDeployment) -> Iterator[Line]:
    rows = [
        [
            (store, ""),
            (trusted, answer_style(trusted)),
            (deployment.trust_reasons.get(store, ""), "dim"),
        ]
        for store, trusted in deployment.trust.items()
    ]
    match = deployment.hostname_match
    name = result.target.sni or result.target.host
    rows.append([("name matches", ""), (match, answer_style(match)), (name, "dim")])
    expired = deployment.expired
    rows.append([("expired", ""), (expired, answer_style(expired, good="no")), ("", "")])
    facts = deployment.chain_facts
    rows.append(
        [
            ("chain complete", ""),
            (facts.complete, answer_style(facts.complete)),
            (_named("missing", facts.missing), "dim"),
        ]
    )
    rows.append(
        [
            ("chain in order", ""),
            (facts.order, answer_style(facts.order)),
            (_named("need not be sent", facts.extra), "dim"),
        ]
    )
    rows += authenticity_rows(deployment)
    yield from table(rows)
    yield from _chain(result, deployment)
    yield from _paths(deployment)


def _named(words: str, subjects: tuple[str, ...]) -> str:
    return f"{words}: {', '.join(subjects)}" if subjects else ""


def _chain(result: ScanResult, deployment: CertificateDeployment) -> Iterator[Line]:
    yield plain("Chain as served")
    for depth, certificate in enumerate(deployment.chain):
        subject = certificate.subject or certificate.error or certificate.sha256
        notes = [key_words(certificate.key), certificate.signature_algorithm]
        if certificate.not_after is not None:
            left = (certificate.not_after - result.started_at).days
            notes.append(f"{days(left)} left" if left >= 0 else "expired")
        shown = ", ".join(note for note in notes if note)
        yield ((f"  {depth} {subject}", ""), (f"  ({shown})", "dim"))


def _paths(deployment: CertificateDeployment) -> Iterator[Line]:
    """Draw each path once, with all stores that end it in a root of theirs."""
    stores: dict[tuple[str, ...], list[str]] = {}
    for path in deployment.paths:
        if path.reason is None and path.subjects:
            stores.setdefault(path.subjects, []).append(path.store)
    for subjects, names in stores.items():
        yield (("Path to ", ""), (", ".join(names), "good"))
        for depth, subject in enumerate(subjects):
            branch = "" if depth == 0 else "   " * (depth - 1) + "└─ "
            yield plain(f"  {branch}{subject}")


def _row(name: str, text: str, style: str = "") -> list[Piece]:
    return [(name, "dim"), (text, style)]
