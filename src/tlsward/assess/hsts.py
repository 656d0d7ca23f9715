"""What a scan was told of HSTS: the one reading for rules, verdicts and the grade.

Nobody asked, it could not be told, it is not sent, or it lasts so long: four things, of
which only the last two are an answer. Where no browser goes, there is nothing to ask.
"""

from typing import Literal

import msgspec

from tlsward.http.names import is_ip_literal
from tlsward.model.answer import NO, UNKNOWN, YES
from tlsward.model.evaluation import Checked
from tlsward.model.scan_result import ScanResult

_NOT_ASKED = "HTTP was not looked at"
_AN_ADDRESS = "browsers keep no HSTS for a host named by an address (RFC 6797 section 8.1.1)"


class SeenHsts(msgspec.Struct, frozen=True, kw_only=True):
    """`seconds` is 0 where no valid field is sent, None where that is not known: see `reason`.

    `standing` says what became of the question, `refused` that a field is sent which browsers
    ignore or which ends the policy, `is_http` that HTTP is what is spoken there.
    """

    standing: Literal["not asked", "not applicable", "unknown", "told"]
    seconds: int | None = None
    reason: str = ""
    refused: bool = False
    is_http: bool = True

    def lasts(self, least_seconds: int) -> Checked:
        """Return whether it lasts as long as a level of the guideline wants."""
        if self.standing == "not applicable":
            return "not applicable"
        if self.seconds is None:
            return "not checked" if self.standing == "not asked" else "unknown"
        return "met" if self.seconds >= least_seconds else "not met"


def seen_hsts(result: ScanResult) -> SeenHsts:
    """Read the facts of the HTTP layer; what is not whole in them is unknown."""
    http = result.http
    if result.target.starttls is not None:
        return SeenHsts(standing="not applicable", reason="HTTP is not what is spoken there")
    if not http:
        return SeenHsts(standing="not asked", reason=_NOT_ASKED)
    if is_ip_literal(result.target.sni or result.target.host):
        return SeenHsts(standing="not applicable", reason=_AN_ADDRESS)
    state = http.get("state")
    if state != YES:
        reason = http.get("reason") or "could not be told"
        return SeenHsts(standing="unknown", reason=reason, is_http=state != NO)
    digits = http.get("hsts_max_age_seconds", "")
    if http.get("hsts", UNKNOWN) == UNKNOWN or not (digits.isascii() and digits.isdigit()):
        return SeenHsts(standing="unknown", reason=http.get("hsts_reason") or "could not be told")
    # More digits than a number of ours has are no more than long enough.
    seconds = int(digits[:12])
    sent = "strict_transport_security" in http
    if http.get("hsts_fields", "1") != "1":
        # RFC 6797 section 8.1 has browsers take the first; which is the first may depend on a
        # proxy, and together in one line they are no field at all.
        reason = (
            f"{http['hsts_fields']} fields are sent, a host must send one; browsers take the first"
        )
        return SeenHsts(standing="told", seconds=0, reason=reason, refused=True)
    reason = f"max-age is {seconds}" if seconds else http.get("hsts_reason") or "max-age is 0"
    return SeenHsts(standing="told", seconds=seconds, reason=reason, refused=sent and seconds == 0)
