"""Content Security Policy (CSP level 3): read as browsers read it, and judged."""

import re
from collections.abc import Sequence

import msgspec

from tlsward.http.fields import LONGEST_VALUE, MOST_DIRECTIVES, quoted, shown
from tlsward.http.finding import header_finding
from tlsward.model.http import HeaderFinding

NAME = "Content-Security-Policy"
REPORT_ONLY_NAME = "Content-Security-Policy-Report-Only"
MOST_POLICIES = 32
#: Faults of each kind that are told of one policy.
MOST_FAULTS = 20
_DIRECTIVE_NAME = re.compile(r"[A-Za-z0-9-]+\Z")
#: Directives that default-src stands in for.
FETCH_DIRECTIVES = frozenset(
    {
        *("child-src", "connect-src", "default-src", "font-src", "frame-src", "img-src"),
        *("manifest-src", "media-src", "object-src", "prefetch-src", "script-src"),
        *("script-src-attr", "script-src-elem", "style-src", "style-src-attr", "style-src-elem"),
        *("worker-src", "fenced-frame-src"),
    }
)
KNOWN_DIRECTIVES = FETCH_DIRECTIVES | {
    *("base-uri", "block-all-mixed-content", "form-action", "frame-ancestors", "navigate-to"),
    *("plugin-types", "referrer", "reflected-xss", "report-to", "report-uri"),
    *("require-sri-for", "require-trusted-types-for", "sandbox", "trusted-types"),
    *("upgrade-insecure-requests", "webrtc"),
}
#: Sources in single quotes, without hashes and nonces.
KEYWORDS = frozenset(
    {
        *("'none'", "'self'", "'unsafe-inline'", "'unsafe-eval'", "'strict-dynamic'"),
        *("'unsafe-hashes'", "'report-sample'", "'wasm-unsafe-eval'", "'allow-duplicates'"),
        *("'inline-speculation-rules'", "'report-sha256'", "'report-sha384'", "'report-sha512'"),
        *("'trusted-types-eval'", "'script'"),
    }
)
_NONCE_OR_HASH = re.compile(
    r"'(?:nonce|sha256|sha384|sha512)-[A-Za-z0-9+/_-]+={0,2}'\Z", re.IGNORECASE
)
#: Sources at which anybody can be: schemes alone, and every host, with or without a port.
_EVERYBODY = re.compile(
    r"(?:(?:https?|data|blob):|(?:https?://)?\*(?::(?:\*|[0-9]+))?/?)\Z", re.IGNORECASE
)


class ContentSecurityPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """One policy: directives by name in lower case, and what is wrong with how it is written."""

    directives: dict[str, tuple[str, ...]]
    problems: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def sources(self, name: str) -> tuple[str, ...] | None:
        """Return the sources of a directive or of what stands in for it; None for no limit."""
        order = [name]
        if name in {"script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr"}:
            order.append(name.rpartition("-")[0])
        if name in FETCH_DIRECTIVES:
            order.append("default-src")
        for each in order:
            if each in self.directives:
                return self.directives[each]
        return None


def parse_content_security_policies(values: Sequence[str]) -> tuple[ContentSecurityPolicy, ...]:
    """Return the policies of all lines; a comma separates policies in one. Never raises."""
    policies = [
        _policy(text)
        for value in values
        for text in value[:LONGEST_VALUE].split(",")
        if text.strip()
    ]
    return tuple(policies[:MOST_POLICIES])


def judge_content_security_policy(
    values: Sequence[str], report_only: Sequence[str] = ()
) -> tuple[HeaderFinding, ...]:
    """Return what is to be said of the policies of a response, each of which must be met."""
    policies = parse_content_security_policies(values)
    findings: list[HeaderFinding] = []
    if report_only:
        findings.append(header_finding("csp.report-only", shown(report_only[0])))
    if not policies:
        return (*findings, header_finding("csp.missing"))
    for policy in policies:
        findings += [header_finding("csp.syntax", problem) for problem in policy.problems]
        findings += [header_finding("csp.repeated", name) for name in policy.repeated]
        findings += [header_finding("csp.unknown-directive", name) for name in policy.unknown]
    findings += _dangers_of_all(policies)
    if not any(each.grade in {"weak", "bad"} for each in findings):
        findings.append(header_finding("csp.sound"))
    return tuple(findings)


def frame_ancestors(values: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the sources of frame-ancestors of each policy that has it."""
    return tuple(
        policy.directives["frame-ancestors"]
        for policy in parse_content_security_policies(values)
        if "frame-ancestors" in policy.directives
    )


def is_everybody(source: str) -> bool:
    """Whether a source is one that anybody can be at."""
    return _EVERYBODY.match(source) is not None


def _policy(text: str) -> ContentSecurityPolicy:
    directives: dict[str, tuple[str, ...]] = {}
    problems: list[str] = []
    repeated: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for piece in text.split(";", MOST_DIRECTIVES)[:MOST_DIRECTIVES]:
        words = piece.split()
        if not words:
            continue
        name = words[0].lower()
        if _DIRECTIVE_NAME.match(name) is None:
            problems.append(f"{quoted(words[0])} is no name of a directive")
            continue
        if name in directives:
            repeated[shown(name)] = None
            continue
        directives[name] = tuple(words[1:])
        if name not in KNOWN_DIRECTIVES:
            unknown[shown(name)] = None
        problems += [
            f"{shown(name)}: {problem}"
            for word in words[1:]
            if (problem := _problem(word)) is not None
        ]
        if "'none'" in map(str.lower, words[1:]) and len(words) > 2:
            problems.append(f"{shown(name)}: 'none' counts only alone")
    return ContentSecurityPolicy(
        directives=directives,
        problems=tuple(problems[:MOST_FAULTS]),
        repeated=tuple(repeated)[:MOST_FAULTS],
        unknown=tuple(unknown)[:MOST_FAULTS],
    )


def _problem(word: str) -> str | None:
    """Return what is wrong with a source: most often a quote that is missing."""
    if word.count("'") % 2:
        return f"{shown(word)} has a quote that is not closed"
    if '"' in word:
        return f"{shown(word)} has double quotes, which no source has"
    if word.startswith("'"):
        if word.lower() in KEYWORDS or _NONCE_OR_HASH.match(word) is not None:
            return None
        return f"{shown(word)} is no keyword"
    if f"'{word.lower()}'" in KEYWORDS and word.lower() != "script":
        return f"{shown(word)} is taken for a host; the keyword has quotes"
    return None


class _Danger(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy lets happen, and the directives it lets it happen by."""

    finding: HeaderFinding
    directives: tuple[str, ...]


def _dangers_of_all(policies: Sequence[ContentSecurityPolicy]) -> list[HeaderFinding]:
    """Return the dangers that no policy forbids: all of them are enforced.

    A policy forbids a danger where it limits all the directives that let it happen, and does
    not let it happen itself.
    """
    judged = [(policy, _dangers(policy)) for policy in policies]
    found: dict[str, HeaderFinding] = {}
    for _, dangers in judged:
        for danger in dangers:
            kind = danger.finding.id
            if not any(
                all(policy.sources(name) is not None for name in danger.directives)
                and kind not in {each.finding.id for each in others}
                for policy, others in judged
            ):
                found.setdefault(kind, danger.finding)
    if any("upgrade-insecure-requests" in policy.directives for policy in policies):
        found.pop("http.csp.insecure-source", None)
    return list(found.values())


def _dangers(policy: ContentSecurityPolicy) -> list[_Danger]:
    found = _script_dangers(policy)

    def tell(kind: str, *directives: str, evidence: str = "") -> None:
        finding = header_finding(f"csp.{kind}", evidence)
        found.append(_Danger(finding=finding, directives=directives))

    if policy.sources("object-src") is None:
        tell("no-object-limit", "object-src")
    styles = policy.sources("style-src")
    if styles is not None and _inline(_lower(styles)):
        tell("unsafe-style", "style-src")
    plain = {
        f"{name} {shown(source)}": name
        for name, sources in policy.directives.items()
        if name in FETCH_DIRECTIVES
        for source in sources
        if source.lower().startswith("http:")
    }
    if plain:
        evidence = "; ".join(sorted(plain)[:5])
        tell("insecure-source", *dict.fromkeys(plain.values()), evidence=evidence)
    scripts = policy.sources("script-src")
    for name in ("base-uri", "frame-ancestors", "form-action"):
        # Where no script and no base can be injected there is still a form and a frame.
        if name not in policy.directives and not (name == "base-uri" and scripts == ("'none'",)):
            tell(f"no-{name}", name)
    return found


def _script_dangers(policy: ContentSecurityPolicy) -> list[_Danger]:
    """Return what of scripts is let run: elements and handlers each have a directive."""
    by_name = {name: policy.sources(name) for name in ("script-src-elem", "script-src-attr")}
    unlimited = tuple(name for name, sources in by_name.items() if sources is None)
    if unlimited:
        finding = header_finding("csp.no-script-limit")
        return [_Danger(finding=finding, directives=unlimited)]
    unsafe: dict[str, list[str]] = {}
    for name, sources in by_name.items():
        lower = _lower(sources or ())
        unsafe[name] = ["'unsafe-inline'"] if _inline(lower) else []
        if name == "script-src-elem" and "'strict-dynamic'" not in lower:
            # Beside it, hosts and schemes do not count (CSP3 section 6.7.1.1).
            unsafe[name] += [source for source in lower if is_everybody(source)]
    found: list[_Danger] = []
    names = tuple(name for name, sources in unsafe.items() if sources)
    if names:
        evidence = " ".join(dict.fromkeys(source for name in names for source in unsafe[name]))
        finding = header_finding("csp.unsafe-script", shown(evidence))
        found.append(_Danger(finding=finding, directives=names))
    scripts = policy.sources("script-src")
    if scripts is None or "'unsafe-eval'" in _lower(scripts):
        finding = header_finding("csp.unsafe-eval")
        found.append(_Danger(finding=finding, directives=("script-src",)))
    return found


def _inline(lower: tuple[str, ...]) -> bool:
    """Whether scripts or styles in the page run; a nonce or hash switches that off."""
    if "'unsafe-inline'" not in lower or "'strict-dynamic'" in lower:
        return False
    return not any(_NONCE_OR_HASH.match(source) for source in lower)


def _lower(sources: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(source.lower() for source in sources)
