"""Pins from what the command line names: a pin itself, a file of any kind, or a host."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

import msgspec

from tlsward.cli.certificate_source import Source, Unseen, read_source
from tlsward.cli.scan_run import read_certificates, scan_settings
from tlsward.errors import UsageError
from tlsward.http.hpkp import is_pin
from tlsward.model.answer import YES
from tlsward.model.certificate import Certificate
from tlsward.net.loop import run
from tlsward.pki.certificate import parse_certificate
from tlsward.pki.key_holders import KeyHolder, holder_of_certificate, key_holders
from tlsward.pki.stores import Stores
from tlsward.scan.chains_of_trust import chains_of_trust
from tlsward.settings.table import Settings


class Pinned(msgspec.Struct, frozen=True, kw_only=True):
    """What is pinned of a source; `beside` are pins known to be in one chain with a pin of it.

    `unvalidated` is the name of a host whose chain no store validates.
    """

    pins: tuple[str, ...]
    beside: frozenset[str] = frozenset()
    unvalidated: str | None = None


def pins_of(
    argument: str, settings: Settings, *, index: int | None, every: bool
) -> Pinned | Unseen:
    """Return the pins of a source: of the first key, of the Nth, or of every one.

    A host that cannot be asked has none. Raises UsageError where a file has none.
    """
    if is_pin(argument):
        return Pinned(pins=(argument,))
    source = read_source(argument, settings)
    if isinstance(source, Unseen):
        return source
    holders = _holders(source)
    if not every:
        place = 1 if index is None else index
        if place > len(holders):
            raise UsageError(f"{source.name}: --index {place}: there are {len(holders)}")
        holders = holders[place - 1 : place]
    pins = []
    for holder in holders:
        if holder.pin is None:
            raise UsageError(f"{source.name}: it cannot be pinned: {holder.reason}")
        pins.append(holder.pin)
    validated = _validated(source, settings) if source.chains else frozenset()
    return Pinned(
        pins=tuple(dict.fromkeys(pins)),
        beside=_beside(source, pins, validated),
        unvalidated=None if source.is_file or validated else source.name,
    )


def chain_pins_of(argument: str, settings: Settings) -> frozenset[str] | str:
    """Return the pins of every chain of a source that a store validates, or why there are none."""
    source = read_source(argument, settings)
    if isinstance(source, Unseen):
        return source.reason
    if not source.chains:
        raise UsageError(f"{source.name}: there is no certificate in it")
    return _validated(source, settings) or "no store validates its chain (--ca-file adds one)"


def _beside(source: Source, pins: Collection[str], validated: frozenset[str]) -> frozenset[str]:
    """Return the pins of the chains that a pin is in: as stores validate them, and as sent."""
    chains = [validated]
    for chain in source.chains:
        certificates = [parse_certificate(each) for each in chain.certificates]
        by_subject = {each.subject: each for each in certificates}
        chains += [_line(each, by_subject) for each in certificates]
    return frozenset().union(*(chain for chain in chains if chain & set(pins)))


def _line(certificate: Certificate, by_subject: Mapping[str, Certificate]) -> frozenset[str]:
    """Return the pins of a certificate and of those above it, by their names alone."""
    line = {certificate.spki_sha256}
    above = by_subject.get(certificate.issuer)
    while above is not None and above.spki_sha256 not in line:
        line.add(above.spki_sha256)
        above = by_subject.get(above.issuer)
    return frozenset(line)


def _validated(source: Source, settings: Settings) -> frozenset[str]:
    how = scan_settings(settings)
    pem = None if settings.ca_file is None else read_certificates(settings.ca_file)
    stores, now = Stores.load(pem), datetime.now(UTC)
    chains = run(chains_of_trust(source.chains, how, stores, now, in_order=not source.is_file))
    return frozenset(
        chain.certificates[fingerprint].certificate.spki_sha256
        for chain in chains
        for way in chain.ways
        if way.trusted == YES
        for fingerprint in way.fingerprints
    ) - {""}


def _holders(source: Source) -> list[KeyHolder]:
    if source.bundle is not None:
        return list(key_holders(source.bundle))
    return [holder_of_certificate(each) for each in source.chains[0].certificates]
