"""What a browser of RFC 7469 remembers of pins, and which chains it refuses for them.

No browser does it now; this one shows what sending pins did, and how a site locks itself out.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec

from tlsward.http.hpkp import HpkpVerdict, parse_hpkp, would_be_noted
from tlsward.http.names import canonical, superdomains
from tlsward.model.answer import YES, Answer

MOST_HOSTS = 10_000


class PinnedHost(msgspec.Struct, frozen=True, kw_only=True):
    """The pins of a host, one of which a chain must have until `expires`."""

    host: str
    pins: frozenset[str]
    expires: datetime
    include_subdomains: bool
    report_uri: str | None = None


class PinJudgement(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a connection goes on: `by` whose pins it was judged, None where by none."""

    accepted: bool
    reason: str
    by: PinnedHost | None = None


class PinStore:
    """Pinned hosts."""

    def __init__(self) -> None:
        self._hosts: dict[str, PinnedHost] = {}

    def note(
        self,
        host: str,
        values: Sequence[str],
        chain_pins: Collection[str],
        now: datetime,
        *,
        secure: bool = True,
        verified: Answer = YES,
    ) -> HpkpVerdict | None:
        """Take note of a response's Public-Key-Pins fields, of which the first counts.

        Return what was made of it, None where there is none. Pins are noted, or with a
        max-age of 0 forgotten, only when the chain at hand fits them (section 2.5).
        """
        if not values:
            return None
        field = parse_hpkp(values[0])
        verdict = would_be_noted(field, chain_pins, secure=secure, host=host, verified=verified)
        policy = field.policy
        name = canonical(host)
        if verdict.noted == YES or verdict.forgets:
            self._hosts.pop(name, None)
        if verdict.noted != YES or policy is None or policy.max_age_seconds is None:
            return verdict
        self._hosts[name] = PinnedHost(
            host=name,
            pins=frozenset(policy.pins),
            expires=now + timedelta(seconds=policy.max_age_seconds),
            include_subdomains=policy.include_subdomains,
            report_uri=policy.report_uri,
        )
        if len(self._hosts) > MOST_HOSTS:
            del self._hosts[next(iter(self._hosts))]
        return verdict

    def pinned(self, host: str, now: datetime) -> PinnedHost | None:
        """Return the pins that hold for a host: its own, or of a domain above that includes it."""
        own = self._alive(canonical(host), now)
        if own is not None:
            return own
        for name in superdomains(host):
            above = self._alive(name, now)
            if above is not None and above.include_subdomains:
                return above
        return None

    def judge(
        self,
        host: str,
        chain_pins: Collection[str],
        now: datetime,
        *,
        local_anchor: bool = False,
    ) -> PinJudgement:
        """Return whether a validated chain is accepted for a host (section 2.6).

        Chains to an anchor that was installed on the machine may pass all the same.
        """
        by = self.pinned(host, now)
        if by is None:
            return PinJudgement(accepted=True, reason="no pins are known of it")
        if by.pins & set(chain_pins):
            return PinJudgement(accepted=True, reason=f"a pin of {by.host} is in its chain", by=by)
        if local_anchor:
            reason = f"no pin of {by.host} is in its chain, but its root was installed locally"
            return PinJudgement(accepted=True, reason=reason, by=by)
        reason = f"no pin of {by.host} is in its chain: refused until {by.expires:%Y-%m-%d}"
        return PinJudgement(accepted=False, reason=reason, by=by)

    def _alive(self, name: str, now: datetime) -> PinnedHost | None:
        entry = self._hosts.get(name)
        if entry is not None and entry.expires <= now:
            del self._hosts[name]
            return None
        return entry
