"""Findings of headers, made from their rows in the data."""

from tlsward.facts.http_findings import http_findings
from tlsward.model.http import HeaderFinding


def header_finding(kind: str, evidence: str = "") -> HeaderFinding:
    """Return a finding of a kind. Raises KeyError for a kind nobody wrote about."""
    row = http_findings()[kind]
    return HeaderFinding(
        id=f"http.{row.id}",
        grade=row.grade,
        header=row.header,
        text=row.text,
        advice=row.advice,
        evidence=evidence,
        reference=row.reference,
    )
