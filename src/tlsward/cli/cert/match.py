"""`tlsward cert match`: whether key, certificate and request belong together."""

import sys
from typing import TYPE_CHECKING, Literal

import click
import msgspec

from tlsward.cli.exit_codes import COULD_NOT_TELL, DOES_NOT_HOLD, HOLDS
from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options, text_or_json
from tlsward.errors import UsageError
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.settings.table import Settings

if TYPE_CHECKING:
    from tlsward.cli.certificate_source import Source
    from tlsward.pki.key_holders import KeyHolder
    from tlsward.report.key_holders import Compared

EPILOG = f"""\b
Of a file with several certificates the end entity counts, wherever it stands; of a host any
certificate that it serves.

\b
Examples:
  tlsward cert match server.key server.pem
  tlsward cert match server.key server.csr server.pem
  tlsward cert match server.key example.com
  tlsward cert match server.p12

Exit codes: 0 they belong together; 1 they do not; 2 the call is wrong; 3 it could not be told.

{DERIVATION}
"""

CODES: dict[Answer, int] = {YES: HOLDS, NO: DOES_NOT_HOLD, UNKNOWN: COULD_NOT_TELL}


@click.command("match", epilog=EPILOG)
@click.argument("sources", nargs=-1, required=True, metavar="FILE|HOST|-...")
@text_or_json
@settings_options("cert")
def match(sources: tuple[str, ...], form: Literal["text", "json"], **given: object) -> int:
    """Tell whether keys, certificates and requests belong together: have the same public key."""
    if sources.count("-") > 1:
        raise UsageError("standard input (-) can be read once")
    return run_match(sources, form, settings_in_effect(given))


class Exhibit(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to compare; a host's may be any of several certificates."""

    source: str
    holders: "tuple[KeyHolder, ...]"
    missed: tuple[str, ...] = ()


def run_match(arguments: tuple[str, ...], form: str, settings: Settings) -> int:
    """Compare what the arguments name; return the exit code."""
    from tlsward.cli.certificate_source import Unseen, read_source
    from tlsward.cli.output import is_terminal, open_output
    from tlsward.report.key_holders import render_match, render_match_json

    with open_output(settings.output) as output:
        exhibits: list[Exhibit] = []
        reasons: list[str] = []
        for argument in arguments:
            read = read_source(argument, settings)
            if isinstance(read, Unseen):
                reasons.append(f"{read.name}: {read.reason}")
            else:
                exhibits += _exhibits(read)
        if len(exhibits) + len(reasons) < 2:
            raise UsageError(
                f"{exhibits[0].source if exhibits else arguments[0]}: there is one thing in it: "
                "name what to compare it with"
            )
        verdict, compared, why = _compare(exhibits)
        reasons += why
        if reasons and verdict == YES:
            verdict = UNKNOWN
        reason = "; ".join(reasons)
        if form == "json":
            output.write(render_match_json(compared, verdict, reason))
        else:
            color = settings.output is None and not settings.no_color and is_terminal(sys.stdout)
            output.write(render_match(compared, verdict, reason, color=color))
        output.commit()
    return CODES[verdict]


def _exhibits(source: "Source") -> list[Exhibit]:
    """Return what a source has to compare: the end entity, requests and keys."""
    from tlsward.cli.end_entity import end_entity_of
    from tlsward.pki.key_holders import holder_of_certificate, key_holders

    if source.bundle is None:
        leaves = {chain.certificates[0]: None for chain in source.chains}
        holders = tuple(holder_of_certificate(octets) for octets in leaves)
        return [Exhibit(source=source.name, holders=holders, missed=source.missed)]
    certificates = source.bundle.certificates
    leaf = end_entity_of(source).der if len(certificates) > 1 else None
    exhibits = []
    seen = iter(certificates)
    for holder in key_holders(source.bundle):
        if holder.kind == "certificate":
            octets = next(seen)
            if leaf is not None and octets != leaf:
                continue
            leaf = b""  # the same certificate twice is one thing
        exhibits.append(Exhibit(source=source.name, holders=(holder,)))
    return exhibits


def _compare(exhibits: "list[Exhibit]") -> "tuple[Answer, list[Compared], list[str]]":
    """Return the verdict, what was compared with the first, and reasons for an unknown."""
    from tlsward.report.key_holders import Compared

    if len(exhibits) < 2:
        only = [Compared(source=e.source, holder=e.holders[0], same=YES) for e in exhibits]
        return UNKNOWN, only, []
    first, *others = exhibits
    tried = [_compare_with(holder, first, others) for holder in first.holders]
    return min(tried, key=lambda each: (YES, UNKNOWN, NO).index(each[0]))


def _compare_with(
    holder: "KeyHolder", first: Exhibit, others: list[Exhibit]
) -> "tuple[Answer, list[Compared], list[str]]":
    from tlsward.report.key_holders import Compared

    compared = [Compared(source=first.source, holder=holder, same=YES)]
    reasons = []
    for other in others:
        same, closest = _closest(holder, other)
        compared.append(Compared(source=other.source, holder=closest, same=same))
        if same == NO and (missed := (*first.missed, *other.missed)):
            compared[-1] = msgspec.structs.replace(compared[-1], same=UNKNOWN)
            reasons.append(f"there may be certificates that were not seen: {missed[0]}")
        elif same == UNKNOWN:
            reasons.append(f"{other.source}: {closest.reason or 'the key cannot be computed with'}")
    answers = {each.same for each in compared}
    return (NO if NO in answers else UNKNOWN if UNKNOWN in answers else YES), compared, reasons


def _closest(holder: "KeyHolder", other: Exhibit) -> "tuple[Answer, KeyHolder]":
    """Return the one of another's certificates that is most likely to have the key."""
    from tlsward.pki.key_holders import same_key

    answers = [(same_key(holder, candidate), candidate) for candidate in other.holders]
    return min(answers, key=lambda each: (YES, UNKNOWN, NO).index(each[0]))
