"""What a browser remembers of HSTS hosts, and what it does with it (RFC 6797 section 8)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import msgspec

from tlsward.http.hsts import HstsReceived, received_hsts
from tlsward.http.names import canonical, is_ip_literal, superdomains
from tlsward.model.answer import YES, Answer

#: Hosts remembered; a browser's memory has an end too. The oldest goes first.
MOST_HOSTS = 10_000


class KnownHost(msgspec.Struct, frozen=True, kw_only=True):
    """A host that is to be reached over HTTPS alone until `expires`."""

    host: str
    expires: datetime
    include_subdomains: bool


class HstsStore:
    """Known HSTS hosts. `longest_seconds` bounds a max-age, as Chrome does with a year."""

    def __init__(self, *, longest_seconds: int | None = None) -> None:
        self._hosts: dict[str, KnownHost] = {}
        self._longest_seconds = longest_seconds

    def note(
        self,
        host: str,
        values: Sequence[str],
        now: datetime,
        *,
        secure: bool = True,
        verified: Answer = YES,
    ) -> HstsReceived:
        """Take note of a response's fields; return what was made of them.

        A field that is ignored changes nothing: what is known of the host is kept.
        """
        received = received_hsts(values, secure=secure, host=host, verified=verified)
        policy = received.policy
        if policy is None:
            return received
        name = canonical(host)
        self._hosts.pop(name, None)
        if policy.forgets:
            return received
        seconds = policy.max_age_seconds
        if self._longest_seconds is not None:
            seconds = min(seconds, self._longest_seconds)
        self._hosts[name] = KnownHost(
            host=name,
            expires=_later(now, seconds),
            include_subdomains=policy.include_subdomains,
        )
        if len(self._hosts) > MOST_HOSTS:
            del self._hosts[next(iter(self._hosts))]
        return received

    def known(self, host: str, now: datetime) -> KnownHost | None:
        """Return by which entry a host is an HSTS host (section 8.2), None where by none.

        A host's own entry counts before that of a domain above, which counts where it
        includes subdomains. So a subdomain's max-age=0 does not undo its parent's policy.
        """
        if is_ip_literal(host):
            return None
        own = self._alive(canonical(host), now)
        if own is not None:
            return own
        for name in superdomains(host):
            above = self._alive(name, now)
            if above is not None and above.include_subdomains:
                return above
        return None

    def rewritten(self, url: str, now: datetime) -> str:
        """Return the URL that is asked instead (section 8.3): https for known hosts.

        Port 80 becomes none, which is 443; every other explicit port is kept. Raises
        ValueError for what is no URL.
        """
        parts = urlsplit(url)
        port = parts.port
        if parts.scheme != "http" or not parts.hostname:
            return url
        if self.known(parts.hostname, now) is None:
            return url
        user, at, place = parts.netloc.rpartition("@")
        host = place if port is None else place.rpartition(":")[0]
        # An explicit but empty port, `host:`, is none either.
        host = host.removesuffix(":") if port is None else host
        authority = user + at + (host if port in {None, 80} else f"{host}:{port}")
        return urlunsplit(("https", authority, parts.path, parts.query, parts.fragment))

    def _alive(self, name: str, now: datetime) -> KnownHost | None:
        entry = self._hosts.get(name)
        if entry is not None and entry.expires <= now:
            del self._hosts[name]
            return None
        return entry


def _later(now: datetime, seconds: int) -> datetime:
    try:
        return now + timedelta(seconds=seconds)
    except OverflowError:
        return datetime.max.replace(tzinfo=now.tzinfo)
