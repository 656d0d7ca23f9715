"""The HTTP layer of a result, in what all formats share: facts, findings, what fails."""

from collections.abc import Iterator

from tlsward.model.evaluation import Evaluation
from tlsward.model.http import HeaderFinding
from tlsward.model.scan_result import ScanResult

#: Grades that are to be mended: new ones fail a comparison with a baseline.
TO_BE_MENDED = frozenset({"weak", "bad"})

_WORDS = {
    "state": "HTTP is spoken",
    "hsts": "HSTS",
    "hsts_max_age_seconds": "HSTS max-age seconds",
    "hsts_reason": "HSTS reason",
    "strict_transport_security": "Strict-Transport-Security",
    "redirect_from_http": "Redirect from plain HTTP",
}
_NOT_CHECKED = {
    "hsts_min_age": "HSTS",
    "tls_curves": "groups",
    "certificate_curves": "the curve of the certificate's key",
    "trust": "the certificate's trust",
    "hostname": "the certificate's name",
    "expiry": "the certificate's dates",
}


def http_facts(result: ScanResult) -> list[tuple[str, str]]:
    """Return the facts by the names that people have for them."""
    return [
        (_WORDS.get(name) or name[:1].upper() + name[1:].replace("_", " "), said)
        for name, said in result.http.items()
    ]


def http_identifier(finding: HeaderFinding) -> str:
    """Return a finding's id with what it is about, where a response can have several of it.

    A cookie by its name, a banner by its header: a version that changed is the same finding,
    a second cookie that anybody can read is another.
    """
    about = ""
    if finding.id.startswith("http.cookie."):
        about = finding.evidence.partition(": ")[0]
    elif finding.id.startswith("http.disclosure."):
        about = finding.evidence.partition(":")[0]
    return f"{finding.id}:{about}" if about else finding.id


def to_be_mended(result: ScanResult) -> dict[str, HeaderFinding]:
    """Return the findings that are to be mended, by what they are about."""
    return {
        http_identifier(finding): finding
        for finding in result.http_findings
        if finding.grade in TO_BE_MENDED
    }


def not_checked_words(evaluation: Evaluation) -> str:
    """Return what the guideline asks for and nobody looked at, empty where there is nothing."""
    return ", ".join(_not_checked(evaluation))


def _not_checked(evaluation: Evaluation) -> Iterator[str]:
    for name in evaluation.not_checked:
        words = _NOT_CHECKED.get(name)
        how = ": --http asks for it" if name == "hsts_min_age" else ""
        yield f"{words} ({name}{how})" if words else name


def unlooked_words(evaluation: Evaluation) -> str:
    """Return the rider to a target that is met as far as anybody looked; else nothing."""
    target = evaluation.target
    if target is None or target.met is not True or target.hsts_min_age != "not checked":
        return ""
    return "HSTS was not checked (--http asks for it)"
