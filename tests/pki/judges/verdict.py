"""What a judge says of one chain for one host at one moment."""

from dataclasses import dataclass
from typing import Protocol

from pki.verdict_set.case import Case


@dataclass(frozen=True)
class Said:
    """Whether the judge accepts the chain for the host, and its words where it does not."""

    accepted: bool
    words: str = ""


class Judge(Protocol):
    def version(self) -> str:
        """Return the version as `docs/explanation/verdicts-compared.md` names it."""

    def judge(self, cases: list[Case]) -> list[Said]:
        """Return what it says of each case."""
