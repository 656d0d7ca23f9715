"""Whether CAA records let a certificate's actual issuer issue for its names (RFC 8659).

Judged is the next issuance: an authority reads the records when it issues, and what they say
today binds no certificate of yesterday. An issuer whose names in CAA are not known is never
told no.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec
from cryptography import x509
from cryptography.x509.oid import NameOID

from tlsward.facts.caa_identifiers import CaaIdentifiers, caa_identifiers
from tlsward.model.answer import NO, UNKNOWN, YES
from tlsward.model.dns import CaaRecord, CaaSet, CaaVerdict
from tlsward.pki.caa_value import IssueValue, MalformedValueError, parse_issue_value
from tlsward.pki.display import safe_text
from tlsward.pki.x509 import X509Certificate

#: Tags in IANA's registry, all of which authorities understand or need not: RFC 8659,
#: RFC 9495 (issuemail), CA/Browser Forum (contact*), issuevmc of the mark certificates.
KNOWN_TAGS = frozenset(
    {"issue", "issuewild", "iodef", "issuemail", "issuevmc", "contactemail", "contactphone"}
)
#: Names of one certificate that are looked up and judged one by one.
MOST_NAMES = 100
#: Malformed records and such that are told of one set.
MOST_PROBLEMS = 10
#: What a value ends with that was cut when it was read: what follows is not known.
_CUT = "…"


class Issuer(msgspec.Struct, frozen=True, kw_only=True):
    """Who issued: `name` to show, and its names in CAA.

    `certain` is false where they are those of an authority above, which the issuer need not
    share.
    """

    name: str
    identifiers: tuple[str, ...] = ()
    certain: bool = True


def caa_names(leaf: X509Certificate) -> tuple[str, ...]:
    """Return the DNS names of a certificate, each once, wildcards as such, bounded."""
    return _all_names(leaf)[:MOST_NAMES]


def _all_names(leaf: X509Certificate) -> tuple[str, ...]:
    names = leaf.subject_alternative_names or ()
    found = (name.value.lower() for name in names if isinstance(name, x509.DNSName))
    return tuple(dict.fromkeys(name.removesuffix(".") for name in found))


def lookup_name(name: str) -> str:
    """Return the name whose records count for `name`: a wildcard's is what follows `*.`."""
    return name.removeprefix("*.")


def caa_verdicts(
    leaf: X509Certificate,
    sets: Mapping[str, CaaSet],
    *,
    issuers: Sequence[X509Certificate] = (),
) -> tuple[CaaVerdict, ...]:
    """Return for each of `caa_names(leaf)` whether its actual issuer may issue for it.

    `sets` holds the relevant record set by `lookup_name`; `issuers` are the certificates
    above the leaf, its issuer first, for an issuer of whom nothing is known by itself. Of
    names beyond MOST_NAMES there is one verdict together: unknown.
    """
    issuer = actual_issuer(leaf, issuers)
    verdicts: list[CaaVerdict] = []
    for name in caa_names(leaf):
        records = sets.get(lookup_name(name))
        if records is None:
            verdict = CaaVerdict(name=safe_text(name), allowed=UNKNOWN, reason="not looked up")
        else:
            verdict = caa_verdict(
                records,
                name=name,
                wildcard=name.startswith("*."),
                issuer_identifiers=issuer.identifiers,
                issuer_name=issuer.name,
            )
        if verdict.allowed == NO and not issuer.certain:
            verdict = msgspec.structs.replace(
                verdict,
                allowed=UNKNOWN,
                reason=f"{verdict.reason}; by which name its own issuer goes is not known",
            )
        verdicts.append(verdict)
    beyond = _all_names(leaf)[MOST_NAMES:]
    if beyond:
        shown = safe_text(beyond[0])
        reason = f"only the first {MOST_NAMES} names are looked up, not these {len(beyond)}"
        verdicts.append(CaaVerdict(name=f"{shown} and on", allowed=UNKNOWN, reason=reason))
    return tuple(verdicts)


def actual_issuer(leaf: X509Certificate, issuers: Sequence[X509Certificate] = ()) -> Issuer:
    """Return who issued a certificate, by the organisation in its issuer's name.

    Where nothing is known of that, the authorities above are looked at.
    """
    for certain, name in [(True, leaf.issuer), *((False, each.issuer) for each in issuers)]:
        known = _authority(name)
        if known is not None:
            return Issuer(name=known.authority, identifiers=known.domains, certain=certain)
    organisation = _organisation(leaf.issuer)
    return Issuer(name=safe_text(organisation) if organisation else "the issuer")


def caa_verdict(
    records: CaaSet,
    *,
    name: str,
    wildcard: bool,
    issuer_identifiers: Collection[str],
    issuer_name: str = "the issuer",
    account_uri: str | None = None,
    validation_method: str | None = None,
) -> CaaVerdict:
    """Return whether the record set lets an authority issue for `name`.

    `issuer_identifiers` are the names it goes by in CAA, empty where they are not known.
    Account and method (RFC 8657) are compared where they are given, and told otherwise.
    """
    shown = safe_text(name)
    if records.error is not None:
        return CaaVerdict(name=shown, allowed=UNKNOWN, reason=records.error)
    if records.found_at is None:
        return CaaVerdict(name=shown, allowed=YES, reason="no CAA record restricts it")
    problems = tuple(_problems(records.records))[:MOST_PROBLEMS]
    where = f"CAA of {safe_text(records.found_at)}"

    def verdict(answer: str, reason: str) -> CaaVerdict:
        return CaaVerdict(
            name=shown,
            allowed=YES if answer == YES else NO if answer == NO else UNKNOWN,
            reason=f"{where} {reason}",
            problems=problems,
        )

    forbidding = next(
        (each for each in records.records if each.critical and each.tag not in KNOWN_TAGS), None
    )
    if forbidding is not None:
        # Section 4.1. Nobody can know all tags that some authority understands.
        if not issuer_identifiers:
            return verdict(UNKNOWN, f"has the unknown critical tag {forbidding.tag}")
        return verdict(NO, f"forbids it: the critical tag {forbidding.tag} is unknown")
    relevant = _relevant(records.records, wildcard=wildcard)
    if not relevant:
        return verdict(YES, "does not restrict who may issue")
    tag = relevant[0].tag
    values = _values(relevant)
    names = {identifier.lower() for identifier in issuer_identifiers}
    authorising = [value for value in values if value.issuer and value.issuer in names]
    refusals: list[str] = []
    # A property without parameters says more than one with some.
    for value in sorted(authorising, key=lambda value: len(value.parameters)):
        refusal = value.unsatisfiable or _unmet(value, account_uri, validation_method)
        if refusal is None:
            return verdict(YES, f"lets {value.issuer} issue ({tag}){_limits(value)}")
        refusals.append(f"names {value.issuer}, but {refusal}")
    if any(record.value.endswith(_CUT) for record in relevant):
        return verdict(UNKNOWN, "has a value that is too long to be read")
    listed = ", ".join(dict.fromkeys(each.issuer for each in values if each.issuer))
    permitted = (
        f"lets {safe_text(listed)} issue ({tag})" if listed else f"lets nobody issue ({tag})"
    )
    if not names:
        return verdict(UNKNOWN, f"{permitted}; the names of {issuer_name} in CAA are not known")
    if refusals:
        return verdict(NO, refusals[0])
    return verdict(NO, f"{permitted}, not {issuer_name}")


def _relevant(records: Iterable[CaaRecord], *, wildcard: bool) -> list[CaaRecord]:
    """Return the properties that restrict: issuewild alone for a wildcard that has any.

    Section 4.3; for other names issuewild says nothing.
    """
    found = list(records)
    if wildcard:
        wild = [record for record in found if record.tag == "issuewild"]
        if wild:
            return wild
    return [record for record in found if record.tag == "issue"]


def _values(records: Iterable[CaaRecord]) -> list[IssueValue]:
    values: list[IssueValue] = []
    for record in records:
        try:
            values.append(parse_issue_value(record.value))
        except MalformedValueError:
            # Section 4.2: it must not be taken to authorise anybody.
            values.append(IssueValue(issuer=""))
    return values


def _problems(records: Iterable[CaaRecord]) -> Iterable[str]:
    for record in records:
        if record.tag in {"issue", "issuewild"}:
            try:
                parse_issue_value(record.value)
            except MalformedValueError as error:
                yield f"{record.tag} {_quoted(record.value)} is malformed and names nobody: {error}"
        elif record.tag not in KNOWN_TAGS:
            critical = "critical " if record.critical else ""
            yield f"unknown {critical}tag {safe_text(record.tag)}"
        if record.flags & 0x7F:
            # Section 4.1 has bit 0 first, so that critical is 128; 1 is a common mistake.
            tag = safe_text(record.tag)
            yield f"flags {record.flags} of {tag}: critical is 128, the rest unused"


def _quoted(value: str) -> str:
    return f'"{safe_text(value if len(value) <= 80 else value[:80] + _CUT)}"'


def _unmet(value: IssueValue, account: str | None, method: str | None) -> str | None:
    """Return which parameter the given account or method does not meet (RFC 8657)."""
    if account is not None and value.account_uri not in {None, account}:
        return f"for the account {safe_text(value.account_uri or '')} alone"
    methods = value.validation_methods
    if method is not None and methods is not None and method not in methods:
        return f"for {safe_text(', '.join(methods))} alone"
    return None


def _limits(value: IssueValue) -> str:
    limits: list[str] = []
    if value.account_uri is not None:
        limits.append(f"account {safe_text(value.account_uri)}")
    if value.validation_methods is not None:
        limits.append(f"validated by {safe_text(' or '.join(value.validation_methods))}")
    return f", for {' and '.join(limits)} alone" if limits else ""


def _authority(name: x509.Name) -> CaaIdentifiers | None:
    organisation = _organisation(name)
    return caa_identifiers(organisation) if organisation else None


def _organisation(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    value = found[0].value if found else ""
    return value if isinstance(value, str) else ""
