"""What one case of the set is."""

from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address

from pki.issuing import NOW, Issued

#: The reason of our no where the chain is trusted and the host is not one of its names.
OTHER_HOST = "not for this host"
JUDGES = ("openssl", "go", "nss", "library")


@dataclass(frozen=True)
class Case:
    """A chain, leaf first, with what it is judged by and what comes of it.

    `verdict` is ours on trust and host name together: yes, no, or unknown where nothing is
    a no and something could not be told. `because` is how the reason of a no or an unknown
    begins. `differs` has the judges that say otherwise, each with the reason why; accepted
    is the opposite of our yes there, refused the same as our no and our unknown elsewhere.
    """

    name: str
    chain: tuple[Issued, ...]
    roots: tuple[Issued, ...]
    verdict: str = "yes"
    because: str = ""
    hostname: str = "host.example"
    moment: datetime = NOW
    differs: dict[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        return self.verdict == "yes"

    def accepted_by(self, judge: str) -> bool:
        """Return whether a judge is known to accept it."""
        return self.accepted is not (judge in self.differs)


def is_address(hostname: str) -> bool:
    try:
        ip_address(hostname)
    except ValueError:
        return False
    return True
