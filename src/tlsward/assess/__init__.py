"""Judges: pure functions from what a scan measured to what is to be thought of it.

`assess` is the one entry. A rule is a function in a file of its own topic and a row
in a table (`guideline_rules.RULES`, `observatory_rules.RULES`); it needs no network and
no clock of its own, so an old scan can be judged again.
"""

from tlsward.assess.judge import assess

__all__ = ["assess"]
