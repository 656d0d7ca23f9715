"""A chain of trust as text, and as JSON: `tlsward.chain/1`."""

from collections.abc import Iterator, Sequence

import msgspec

from tlsward.model.chain_of_trust import ChainCertificate, ChainOfTrust, TrustWay
from tlsward.report.certificate.shown import reception
from tlsward.report.json_document import encode
from tlsward.report.style import Line, Piece, answer_style, draw, plain, styled, table
from tlsward.report.words import aware, days, key_words, moment

SCHEMA = "tlsward.chain/1"


def render_chains(
    name: str,
    chains: Sequence[ChainOfTrust],
    *,
    missed: Sequence[str] = (),
    color: bool = False,
) -> str:
    """Return the chains of a source as text: as served, then the ways to the roots."""
    return draw(_lines(name, chains, missed), color=color)


def render_chains_json(
    name: str,
    chains: Sequence[ChainOfTrust],
    *,
    missed: Sequence[str] = (),
    reason: str | None = None,
) -> str:
    """Return the chains of a source as indented JSON; `reason` says why there are none."""
    document = {
        "schema": SCHEMA,
        "source": name,
        "reason": reason,
        "chains": chains,
        "missed": missed,
    }
    return msgspec.json.format(encode(document), indent=2) + "\n"


def _lines(name: str, chains: Sequence[ChainOfTrust], missed: Sequence[str]) -> Iterator[Line]:
    count = len(chains)
    title = f"{name}: {count} chain{'' if count == 1 else 's'}"
    yield styled(title, "bold")
    for number, chain in enumerate(chains, 1):
        yield ()
        if count > 1:
            leaf = chain.chain[0] if chain.chain else None
            yield styled(f"=== Chain {number}: {key_words(leaf.key if leaf else None)} ===", "bold")
        yield from chain_lines(chain)
    for words in missed:
        yield ()
        yield styled(words, "warn")


def chain_lines(chain: ChainOfTrust) -> Iterator[Line]:
    """Yield one chain: as served, the tree of ways, what each store says."""
    told = reception(
        chain.protocols, chain.served_with_sni, chain.served_without_sni, chain.hostname
    )
    if told:
        yield plain(told)
    yield styled("--- Certificate chain ---", "heading")
    yield from _served(chain)
    yield ()
    yield styled("--- Ways to the roots ---", "heading")
    yield from _ways(chain)
    yield ()
    yield styled("--- Trust ---", "heading")
    yield from _trust(chain)


def _served(chain: ChainOfTrust) -> Iterator[Line]:
    """Yield the chain as `openssl s_client` does: depth, subject, issuer."""
    for depth, certificate in enumerate(chain.chain):
        if not certificate.subject and certificate.error is not None:
            yield styled(f"{depth:2} {certificate.error}", "bad")
            continue
        yield ((f"{depth:2} s:", "dim"), (certificate.subject or "(empty)", ""))
        yield (("   i:", "dim"), (certificate.issuer or "(empty)", ""))
    facts = chain.chain_facts
    for words, subjects in (("missing", facts.missing), ("need not be sent", facts.extra)):
        if subjects:
            yield styled(f"   {words}: {'; '.join(subjects)}", "warn")
    if facts.order == "no":
        yield styled("   out of order: one does not certify the one before it", "warn")


def _ways(chain: ChainOfTrust) -> Iterator[Line]:
    if not chain.ways:
        yield styled("none: the leaf cannot be read", "warn")
    yield from _branch(chain, chain.ways, 0, "")
    if not chain.complete:
        yield styled("there are more ways than these, too many to follow them all", "warn")
    for words in chain.missed:
        yield styled(f"not fetched: {words}", "warn")


def _branch(
    chain: ChainOfTrust, found: Sequence[TrustWay], depth: int, before: str
) -> Iterator[Line]:
    """Yield ways that are the same up to `depth` as a tree, with `before` before each line."""
    groups: dict[str, list[TrustWay]] = {}
    for way in found:
        if len(way.fingerprints) > depth:
            groups.setdefault(way.fingerprints[depth], []).append(way)
    for number, (fingerprint, group) in enumerate(groups.items(), 1):
        last = number == len(groups)
        branch = "" if depth == 0 else ("└─ " if last else "├─ ")
        below = before if depth == 0 else before + ("   " if last else "│  ")
        yield _certificate(chain, chain.certificates[fingerprint], before + branch)
        for way in group:
            if len(way.fingerprints) == depth + 1:
                yield from _end(way, below)
        yield from _branch(chain, group, depth + 1, below)


def _certificate(chain: ChainOfTrust, each: ChainCertificate, before: str) -> Line:
    certificate = each.certificate
    notes = [key_words(certificate.key)]
    style = "dim"
    if certificate.not_after is not None and certificate.not_before is not None:
        left = aware(certificate.not_after) - aware(chain.now)
        if aware(certificate.not_before) > aware(chain.now):
            notes.append(f"not valid before {certificate.not_before:%Y-%m-%d}")
            style = "bad"
        elif left.total_seconds() < 0:
            notes.append(f"expired on {certificate.not_after:%Y-%m-%d}")
            style = "bad"
        else:
            notes.append(f"{days(left.days)} left")
    if each.added:
        notes.append("taken from elsewhere")
    elif chain.hostname is not None and not each.positions:
        notes.append("not sent")
    subject = certificate.subject or "(empty)"
    return ((before, "dim"), (subject, ""), (f"  ({', '.join(notes)})", style))


def _end(way: TrustWay, before: str) -> Iterator[Line]:
    """Yield what the end of a way is worth: the stores that trust it, and why others do not."""
    trusting = [verdict.store for verdict in way.stores if verdict.trusted == "yes"]
    if trusting:
        yield ((before, "dim"), ("   = root of ", ""), (", ".join(trusting), "good"))
    refusals: dict[tuple[str, str], list[str]] = {}
    for verdict in way.stores:
        if verdict.trusted != "yes":
            refusals.setdefault((verdict.trusted, verdict.reason or ""), []).append(verdict.store)
    for (answer, reason), stores in refusals.items():
        words = "not trusted by" if answer == "no" else "not known of"
        style = answer_style(answer)
        yield ((before, "dim"), (f"   x {words} {', '.join(stores)}: {reason}", style))
    if way.reason is not None:
        yield ((before, "dim"), (f"   x {way.reason}", "bad"))


def _trust(chain: ChainOfTrust) -> Iterator[Line]:
    rows: list[list[Piece]] = [
        [(store, ""), (said, answer_style(said)), (chain.trust_reasons.get(store, ""), "dim")]
        for store, said in chain.trust.items()
    ]
    yield from table(rows)
    yield plain(f"as of {moment(chain.now)}")
