"""The rules certificates are held to: whom each concerns, since when, why, and who says so."""

from datetime import date
from functools import cache
from typing import Literal

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file

Severity = Literal["error", "warning", "notice"]
Role = Literal["leaf", "intermediate", "root"]
Scope = Literal["any", "public", "private"]


class LintRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule.

    `title` says what is wrong with a certificate that breaks it, `why` what comes of that;
    `scope` whether it is asked of public certificates, of private ones or of any, `roles`
    of which. It is in force for certificates issued on or after `since` and before `until`.
    """

    id: str
    severity: Severity
    scope: Scope
    roles: tuple[Role, ...]
    title: str
    why: str
    reference: str
    since: date | None = msgspec.field(name="from", default=None)
    until: date | None = msgspec.field(name="to", default=None)


class _File(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    rules: tuple[LintRule, ...]


@cache
def lint_rules() -> tuple[LintRule, ...]:
    """Return all rules, in the order in which they are documented."""
    return read_data_file("lint_rules.json", _File).rules


def lint_rule(identifier: str) -> LintRule | None:
    """Return the rule of an id, None where there is none."""
    return _by_id().get(identifier)


@cache
def _by_id() -> dict[str, LintRule]:
    return {rule.id: rule for rule in lint_rules()}
