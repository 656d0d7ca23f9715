"""Every key exchange group that is offered must be one the level lists.

Finite-field groups of TLS 1.2 and older are not named but sized (RFC 7919 names came
later), so only those of TLS 1.3 are compared with the list.
"""

from tlsward.assess.measured import TLS13, Measured
from tlsward.assess.names import group_names
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.facts import groups
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.model.answer import YES


def listed(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield each offered group the level does not list; no list, no constraint."""
    if level.groups is None:
        return
    names = group_names(level.groups)
    knows_post_quantum = any(_is_post_quantum(name) for name in names)
    for name, protocols in scan.groups.items():
        if name in names:
            continue
        facts = groups.group_by_name(name)
        finite_field = facts is not None and facts.kind == "ffdhe"
        if finite_field and TLS13 not in protocols:
            continue
        cause = "ffdhe" if finite_field else ""
        if facts is not None and not finite_field and facts.bits < _WEAK_BELOW_BITS:
            cause = "weak"
        if _is_post_quantum(name) and not knows_post_quantum:
            cause = "newer-than-guideline"
        where = f" in {', '.join(protocols)}" if protocols else ""
        evidence = f"{name} is offered{where}"
        yield finding("tls.group.remove", "blocking", evidence, item=name, cause=cause)
    reason = scan.lacking_groups()
    if reason is not None:
        yield Unsettled("groups", reason)


def post_quantum(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield advice where TLS 1.3 is offered without any of the level's post-quantum groups."""
    wanted = [name for name in level.groups or () if _is_post_quantum(name)]
    if not wanted or scan.protocols[TLS13] != YES or scan.lacking_groups() is not None:
        return
    if not any(_is_post_quantum(name) for name in scan.groups):
        evidence = "no post-quantum group is offered"
        yield finding("tls.group.add", "advisory", evidence, item=wanted[0])


#: Curves below this many bits give less than 112 bits of security.
_WEAK_BELOW_BITS = 224


def _is_post_quantum(name: str) -> bool:
    facts = groups.group_by_name(name)
    return facts is not None and facts.post_quantum


LISTED = Rule(id="guideline.groups", version=1, check=listed)
POST_QUANTUM = Rule(id="guideline.groups.post-quantum", version=1, check=post_quantum)
