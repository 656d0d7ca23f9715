"""The three values a measured fact can have.

Unknown is never no: a question that timed out, was cut off by the budget or was
answered with nonsense is `unknown`, and its reason is listed in
`ScanResult.unknowns`.
"""

from typing import Literal

Answer = Literal["yes", "no", "unknown"]
#: An answer to a question that may make no sense for what the server speaks.
Applicability = Literal["yes", "no", "unknown", "not applicable"]

YES: Answer = "yes"
NO: Answer = "no"
UNKNOWN: Answer = "unknown"
NOT_APPLICABLE: Literal["not applicable"] = "not applicable"


def answer_of(value: bool | None) -> Answer:
    """Return the answer for a truth value, where None stands for "could not tell"."""
    if value is None:
        return UNKNOWN
    return YES if value else NO
