"""Writes docs/reference/lint.md from the rules themselves.

python tools/lint_reference.py > docs/reference/lint.md
"""

import sys
from collections.abc import Iterator

from tlsward.facts.certificate_lifetimes import all_public_limits
from tlsward.facts.key_weaknesses import key_weakness_facts, published_keys
from tlsward.facts.lint_rules import LintRule, lint_rules

HEAD = """\
# Lint rules

Written by `tools/lint_reference.py` from the rules that the program judges by.

`tlsward cert lint` holds each certificate to the rules that were in force when it was issued,
which is its notBefore. [Lint certificates](../how-to/lint-certificates.md) shows how; [certificate
lifetimes](../explanation/lifetimes.md) explains the dates. Ids do not change their meaning.

- **error**: against a rule in force on that day, or clients refuse the certificate for it.
- **warning**: against good practice, or something could not be checked.
- **notice**: something to know.

**Public** rules are asked of certificates of public authorities, **private** ones of all others,
the rest of any. L, I and R say of which: a leaf, an intermediate, a root. A self-signed certificate
that is an authority's is a root, unless it names hosts; what a server sends as its own is a leaf,
whatever it says.
"""

DOCUMENT = """\
## The document

`--format json` prints one object:

| key | value | meaning |
|---|---|---|
| `schema` | `tlsward.lint/1` | the form of the document |
| `source` | string | the file or the host |
| `level` | `error`, `warning`, `notice` | the least severity that fails (`--level`) |
| `fails` | boolean | whether there is a finding of that severity or a worse one |
| `reason` | string or null | why nothing was seen of a host |
| `missed` | list of strings | why a host may have more certificates than were seen |
| `chains` | list of objects | the chains that a host serves, or the one list of a file |
| `chains[].hostname` | string or null | the name that the host was asked for |
| `chains[].protocols` | list of strings | the versions of TLS in which the chain was served |
| `chains[].certificates` | list of objects | in the order they were served in, or the file's |

A certificate:

| key | value | meaning |
|---|---|---|
| `sha256` | string | its fingerprint |
| `subject` | string | its subject (RFC 4514), or its first name where it has none |
| `role` | `leaf`, `intermediate`, `root` | what it was judged as |
| `public` | boolean | whether it was held to the rules of public authorities |
| `public_because` | string | why so |
| `error` | string or null | why it could not be read at all; nothing else is known then |
| `unchecked` | list of strings | what could not be judged |
| `findings` | list of objects | the worst first |

A finding has `id`, `severity`, `certificate` (its fingerprint), `text` (what is wrong), `why`,
`reference`, and `evidence` (what was seen; it may be empty). Ids that begin with `lint.` are in the
table below, those with `key.` in the one of weak keys, and those with `pkilint:` are pkilint's own.

"""


def reference() -> str:
    """Return the page."""
    lines = [HEAD, DOCUMENT, "## Rules\n", *_rules(), "", "## Limits of lifetimes\n", *_limits()]
    return "\n".join([*lines, "", "## Weak keys\n", *_weaknesses(), ""])


def _rules() -> Iterator[str]:
    yield "| id | severity | asked of | in force | what is wrong, and why it matters | reference |"
    yield "|---|---|---|---|---|---|"
    for rule in lint_rules():
        roles = "".join(role[0].upper() for role in rule.roles)
        scope = "" if rule.scope == "any" else f"{rule.scope} "
        yield (
            f"| `{rule.id}` | {rule.severity} | {scope}{roles} | {_in_force(rule)} "
            f"| {rule.title} {rule.why} | {rule.reference} |"
        )


def _in_force(rule: LintRule) -> str:
    if rule.since is None:
        return "always" if rule.until is None else f"before {rule.until}"
    return f"from {rule.since}" + ("" if rule.until is None else f" to before {rule.until}")


def _limits() -> Iterator[str]:
    yield "| issued from | at most | reference |"
    yield "|---|---|---|"
    for limit in all_public_limits():
        most = f"{limit.days} days" if limit.days is not None else f"{limit.months} months"
        yield f"| {limit.since} | {most} | {limit.reference} |"


def _weaknesses() -> Iterator[str]:
    yield "Keys of all certificates are looked at for these; what is not broken is a notice."
    yield ""
    yield "| id | severity | what is wrong | reference |"
    yield "|---|---|---|---|"
    for each in key_weakness_facts().values():
        severity = "error" if each.broken else "notice"
        yield f"| `key.{each.id}` | {severity} | {each.text} | {each.reference} |"
    yield ""
    yield f"Published keys that are known without a list ({len(published_keys())}):"
    yield ""
    yield from (f"- {each.name} ({each.reference})" for each in published_keys().values())


if __name__ == "__main__":
    sys.stdout.write(reference())
