"""What the DNS says of a host: aliases, addresses, CAA, HTTPS/SVCB, TLSA."""

from typing import Literal

import msgspec

from tlsward.model.answer import UNKNOWN, Answer

#: As the resolver tells it (RFC 4035 section 4.3): `secure` is its AD bit, `bogus` its
#: SERVFAIL that goes away with checking disabled.
DnssecState = Literal["secure", "insecure", "bogus", "unknown"]


class CaaRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One property (RFC 8659 section 4): `tag` in lower case, `value` safe to show."""

    flags: int
    tag: str
    value: str

    @property
    def critical(self) -> bool:
        """Whether an authority that does not know the tag must not issue."""
        return bool(self.flags & 0x80)


class CaaSet(msgspec.Struct, frozen=True, kw_only=True):
    """The relevant record set of a name (RFC 8659 section 3).

    `found_at` is the name it was found at, None where no name on the way up has one;
    `aliases` the names that CNAMEs led to from there, the last of which has the records.
    `error` says why it could not be told; then nothing follows from `records`.
    """

    name: str
    found_at: str | None = None
    aliases: tuple[str, ...] = ()
    records: tuple[CaaRecord, ...] = ()
    dnssec: DnssecState = "unknown"
    error: str | None = None


class CaaVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the record set lets the actual issuer issue for a name (`*.` for a wildcard).

    CAA binds at the time of issuance alone, so a no is a warning of the next renewal, not
    of this certificate. `problems` are malformed values, unknown critical tags and such.
    """

    name: str
    allowed: Answer
    reason: str
    problems: tuple[str, ...] = ()


class TlsaRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One TLSA record (RFC 6698 section 2.1); `data` in lower-case hex."""

    usage: int
    selector: int
    matching_type: int
    data: str


class TlsaMatch(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a record matches the chain, at which depth (0 the leaf), and why not."""

    record: TlsaRecord
    matches: Answer
    reason: str
    depth: int | None = None


class Dane(msgspec.Struct, frozen=True, kw_only=True):
    """DANE for one port. `valid` needs a secure answer (RFC 7671 section 2.2).

    `not applicable` is said by an empty `matches` with `error` None.
    """

    name: str
    dnssec: DnssecState = "unknown"
    matches: tuple[TlsaMatch, ...] = ()
    valid: Answer = UNKNOWN
    reason: str = ""
    error: str | None = None


class ServiceBinding(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTPS record (RFC 9460) at `name`; `priority` 0 is an alias, `target` "." the name.

    `parameters` have the names of the registry and their values as they are written in
    zone files; `ech_public_names` are those of the ECHConfigs in it (RFC 9849). `problem`
    says what of it cannot be read, and is empty otherwise.
    """

    name: str = ""
    priority: int
    target: str
    parameters: dict[str, str] = {}
    ech_public_names: tuple[str, ...] = ()
    problem: str = ""


class HostRecords(msgspec.Struct, frozen=True, kw_only=True):
    """Everything `tlsward dns` shows of a host and port.

    `unknowns` maps a record type or fact to why it could not be told.
    """

    host: str
    port: int
    aliases: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    dnssec: DnssecState = "unknown"
    caa: CaaSet | None = None
    https: tuple[ServiceBinding, ...] = ()
    tlsa_name: str = ""
    tlsa: tuple[TlsaRecord, ...] = ()
    tlsa_dnssec: DnssecState = "unknown"
    unknowns: dict[str, str] = {}
    reason: str | None = None
