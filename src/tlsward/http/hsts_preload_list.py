"""The list of preloaded hosts, in the form Chrome keeps it (transport_security_state_static)."""

import re
from functools import cached_property

import msgspec

from tlsward.errors import UsageError
from tlsward.http.names import canonical, superdomains
from tlsward.model.answer import NO, YES, Answer

#: The list was 20 MB in 2026.
MOST_OCTETS = 200 << 20
#: The policy of entries that were submitted when 18 weeks were enough (from 2016-02-29 on).
EIGHTEEN_WEEKS_POLICY = "bulk-18-weeks"
#: Whole lines of comment, which JSON has not and this file has.
_COMMENT = re.compile(rb"(?m)^[ \t]*//[^\n]*$")


class PreloadEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry: `mode` is `force-https` where HSTS is meant, `policy` why it is listed."""

    name: str
    policy: str = ""
    mode: str = ""
    include_subdomains: bool = False

    @property
    def forces_https(self) -> bool:
        """Whether the entry is one of HSTS, not of pins alone."""
        return self.mode == "force-https"


class _File(msgspec.Struct, frozen=True):
    entries: tuple[PreloadEntry, ...]


class PreloadStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a host is preloaded, and by which entry."""

    preloaded: Answer
    reason: str
    entry: PreloadEntry | None = None


class PreloadList(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Preloaded hosts."""

    entries: tuple[PreloadEntry, ...]

    @classmethod
    def from_json(cls, octets: bytes, *, name: str) -> "PreloadList":
        """Read Chrome's file. Raises UsageError, which names the file, for what is none."""
        if len(octets) > MOST_OCTETS:
            raise UsageError(f"{name}: no preload list: longer than {MOST_OCTETS} bytes")
        try:
            read = msgspec.json.decode(_COMMENT.sub(b"", octets), type=_File)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise UsageError(f"{name}: no preload list: {error}") from None
        return cls(entries=read.entries)

    def status(self, host: str) -> PreloadStatus:
        """Return whether HTTPS is forced for a host by this list."""
        own = self._by_name.get(canonical(host))
        if own is not None and own.forces_https:
            return PreloadStatus(preloaded=YES, reason=_words(own), entry=own)
        for name in superdomains(host):
            above = self._by_name.get(name)
            if above is not None and above.forces_https and above.include_subdomains:
                return PreloadStatus(preloaded=YES, reason=_words(above), entry=above)
        return PreloadStatus(preloaded=NO, reason="it is not on the list that was given")

    def came_early(self, host: str) -> bool:
        """Whether a host's own entry may stay on the list with a max-age of 18 weeks."""
        own = self._by_name.get(canonical(host))
        return own is not None and own.policy == EIGHTEEN_WEEKS_POLICY

    @cached_property
    def _by_name(self) -> dict[str, PreloadEntry]:
        return {canonical(entry.name): entry for entry in self.entries}


def _words(entry: PreloadEntry) -> str:
    under = " with its subdomains" if entry.include_subdomains else ""
    return f"{entry.name} is on the list{under}" + (f" ({entry.policy})" if entry.policy else "")
