"""What linting says of a certificate."""

from typing import Literal

import msgspec

LintSeverity = Literal["error", "warning", "notice"]


#: Findings that say that a part of a certificate could not be judged.
UNREAD = frozenset({"lint.extension.unread", "lint.key.unread"})
#: The weakness that says of a key that it could not be looked at.
UNCHECKED = "unchecked"


class LintFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong: `id` is stable (`lint.lifetime`), `certificate` its SHA-256 in hex.

    An error is against a rule in force when it was issued, a warning against good
    practice, a notice something to know.
    """

    id: str
    severity: LintSeverity
    certificate: str
    text: str
    reference: str
    evidence: str = ""


class KeyWeakness(msgspec.Struct, frozen=True, kw_only=True):
    """A key that is known or easy to break: `id` says how (roca, debian).

    `broken` is false where the weakness only matters beside another defect (an exponent of 3).
    """

    id: str
    text: str
    reference: str
    evidence: str = ""
    broken: bool = True
