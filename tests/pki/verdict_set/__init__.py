"""Chains with their verdicts: what we say of each, and which other judges say otherwise."""

from dataclasses import replace
from functools import cache

from pki.verdict_set import constraints, keys, names, purposes, signatures, structure, validity
from pki.verdict_set.case import Case
from pki.verdict_set.differences import DIFFERENCES

THEMES = {
    "Validity": validity,
    "Structure of the path": structure,
    "Purposes and extensions": purposes,
    "Names": names,
    "Name constraints and path length": constraints,
    "Keys": keys,
    "Signatures": signatures,
}


@cache
def by_theme() -> dict[str, tuple[Case, ...]]:
    """Return the cases of each theme, made once for the whole session."""
    return {
        theme: tuple(
            replace(case, differs=DIFFERENCES.get(case.name, {})) for case in module.cases()
        )
        for theme, module in THEMES.items()
    }


@cache
def all_cases() -> tuple[Case, ...]:
    """Return all cases of the set."""
    return tuple(case for cases in by_theme().values() for case in cases)
