"""The lesson on a chain of trust: every link of a real one, and one that is broken."""

from collections.abc import Sequence

from tlsward.model.certificate import PublicKey
from tlsward.model.lesson import Box, Flow, Lesson, Link, Tone, Value
from tlsward.pki import object_identifiers as oid
from tlsward.pki.signatures import verified
from tlsward.pki.stores import Stores
from tlsward.pki.x509 import X509Certificate
from tlsward.primer.certificates import ChainLink, FollowedChain, altered, follow, recovered
from tlsward.primer.seal import bits_changed
from tlsward.primer.telling import Teller

#: Octets of a signature or a fingerprint that are shown.
_OCTETS_SHOWN = 32


def chain_of_trust(
    source: str, leaf: X509Certificate, others: Sequence[X509Certificate], stores: Stores
) -> Lesson:
    """Tell a chain from its leaf to a root of the stores, or to where it ends.

    `source` is what it is called; `others` are what came along with the leaf.
    """
    followed = follow(leaf, others, stores)
    tell = Teller("chain")
    links = followed.links
    count = tell.word("one") if len(links) == 1 else tell.word("many", count=len(links))
    signed = all(link.holds for link in links[:-1]) and len(links) > 1
    above = tell.word("above") if signed else ""
    tell.step("chain", source=source, count=count, above=above, figure=_figure(tell, followed))
    for depth, link in enumerate(links):
        _link(tell, followed, link, depth)
    _broken(tell, links)
    return tell.lesson(_results(followed))


def _figure(tell: Teller, followed: FollowedChain) -> Flow:
    """Return the chain as boxes, the root above."""
    boxes: list[Box] = []
    links: list[Link] = []
    for link in reversed(followed.links):
        subject = link.certificate.shown_subject or "(empty)"
        last = link is followed.links[-1]
        box_tone: Tone = "good" if last and followed.stores else ""
        lines = [_key_words(link.key)]
        if last and followed.stores:
            lines.append(f"a root of: {', '.join(followed.stores)}")
        boxes.append(Box(title=subject, lines=tuple(lines), tone=box_tone))
        if not last:
            label = tell.word("signs" if link.holds else "may-sign")
            tone = _verdict(tell, link.holds)[1]
            links.append(Link(label=label, tone=tone, broken=link.holds is False))
    return Flow(boxes=tuple(boxes), links=tuple(links))


def _link(tell: Teller, followed: FollowedChain, link: ChainLink, depth: int) -> None:
    certificate = link.certificate
    name = _kind(followed, link, depth)
    signature = certificate.signature
    values = [
        Value(name="subject", value=certificate.shown_subject or "(empty)"),
        Value(name="issuer", value=certificate.shown_issuer or "(empty)"),
        Value(name="public key", value=_key_words(link.key)),
        Value(name="signed with", value=_algorithm(certificate)),
    ]
    if link.fingerprint is not None:
        fingerprint = link.fingerprint.hex()
        values.append(Value(name="fingerprint", value=fingerprint, note=tell.word("of-signed")))
    values.append(Value(name="signature", value=_octets(signature.octets)))
    if link.issuer is not None:
        holds, tone = _verdict(tell, link.holds)
        words = f"{holds}, with the key of {link.issuer.shown_subject or '(empty)'}"
        values.append(Value(name="check", value=words, tone=tone))
    tell.step(
        name,
        subject=certificate.shown_subject or "(empty)",
        issuer=certificate.shown_issuer or "(empty)",
        limits=_limits(tell, certificate),
        stores=", ".join(followed.stores),
        values=values,
    )
    if link.issuer is None and followed.ends is not None:
        _end(tell, followed, certificate)


def _end(tell: Teller, followed: FollowedChain, certificate: X509Certificate) -> None:
    """Tell why there is no step up from a certificate: nobody is there, or the wrong one."""
    subject = certificate.shown_subject or "(empty)"
    issuer = certificate.shown_issuer or "(empty)"
    if followed.refused is None:
        tell.step("end", issuer=issuer, reason=followed.ends)
        return
    holds, tone = _verdict(tell, False)
    values = [Value(name="check", value=f"{holds}, with the key of {issuer}", tone=tone)]
    tell.step("forged", subject=subject, issuer=issuer, values=values)


def _kind(followed: FollowedChain, link: ChainLink, depth: int) -> str:
    own = link.issuer is link.certificate
    if link is followed.links[-1] and followed.stores:
        return "root" if own and link.holds is not False else "anchor"
    if own:
        return {True: "alone", False: "alone-broken", None: "alone-untold"}[link.holds]
    return "leaf" if depth == 0 else "intermediate"


def _broken(tell: Teller, links: Sequence[ChainLink]) -> None:
    """Tell what happens with the wrong key, and with one octet altered."""
    first = links[0]
    if first.holds is not True:
        return  # what does not hold as it is cannot be broken
    # An authority may have several certificates for one key: another key is wanted.
    others = (link.certificate for link in reversed(links))
    signature = first.certificate.signature
    other = next((each for each in others if verified(each.key, signature) is False), None)
    if other is not None:
        verdict, tone = _verdict(tell, False)
        tell.step(
            "wrong-key",
            subject=first.certificate.shown_subject or "(empty)",
            other=other.shown_subject or "(empty)",
            values=[Value(name="check", value=verdict, tone=tone)],
        )
    change = altered(first)
    verdict, tone = _verdict(tell, change.holds)
    values = [Value(name="check", value=verdict, tone=tone)]
    name, changed, bits = "altered-without", 0, 0
    if first.fingerprint is not None and change.fingerprint is not None:
        values[:0] = [
            Value(name="before", value=first.fingerprint.hex()),
            Value(name="after", value=change.fingerprint.hex(), tone="bad"),
        ]
        name = "altered"
        changed = bits_changed(first.fingerprint, change.fingerprint)
        bits = 8 * len(first.fingerprint)
    tell.step(
        name,
        position=change.position,
        before=f"{change.before:02x}",
        after=f"{change.after:02x}",
        reads=change.reads,
        changed=changed,
        bits=bits,
        values=values,
    )
    padded = recovered(first)
    if padded is not None and first.issuer is not None:
        tell.step(
            "rsa",
            subject=first.certificate.shown_subject or "(empty)",
            issuer=first.issuer.shown_subject or "(empty)",
            e=_exponent(first.issuer),
            bits=8 * len(padded),
            values=[Value(name="opened", value=_padding(padded))],
        )


def _exponent(certificate: X509Certificate) -> int:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    loaded = certificate.key.loaded
    return loaded.public_numbers().e if isinstance(loaded, RSAPublicKey) else 0


def _padding(padded: bytes) -> str:
    """Return a padded fingerprint with its long row of ff left out."""
    rest = padded[2:].lstrip(b"\xff")
    left_out = len(padded) - 2 - len(rest)
    return f"{padded[:2].hex()} ff…ff ({left_out} octets) {rest.hex()}"


def _results(followed: FollowedChain) -> dict[str, object]:
    results: dict[str, object] = {"stores": ", ".join(followed.stores)}
    for depth, link in enumerate(followed.links):
        results[f"subject_{depth}"] = link.certificate.shown_subject
        results[f"issuer_{depth}"] = link.certificate.shown_issuer
        results[f"sha256_{depth}"] = link.certificate.sha256
        if link.issuer is not None:
            results[f"holds_{depth}"] = {True: "yes", False: "no", None: "unknown"}[link.holds]
    if followed.links[0].issuer is not None:
        changed = altered(followed.links[0]).holds
        results["altered_holds"] = {True: "yes", False: "no", None: "unknown"}[changed]
    return results


def _verdict(tell: Teller, holds: bool | None) -> tuple[str, Tone]:
    if holds is None:
        return tell.word("untold"), "warn"
    return (tell.word("holds"), "good") if holds else (tell.word("broken"), "bad")


def _algorithm(certificate: X509Certificate) -> str:
    algorithm = certificate.signature.algorithm
    return oid.SIGNATURE_ALGORITHMS.get(algorithm, (algorithm, None))[0]


def _limits(tell: Teller, certificate: X509Certificate) -> str:
    constraints = certificate.basic_constraints
    if constraints is None or not constraints.ca:
        return tell.word("not-authority")
    if constraints.path_length is None:
        return tell.word("any-depth")
    if constraints.path_length == 0:
        return tell.word("depth-0")
    return tell.word("depth", count=constraints.path_length)


def _key_words(key: PublicKey) -> str:
    size = key.curve or (f"{key.size} bits" if key.size else "")
    return " ".join(part for part in (key.algorithm.upper(), size) if part)


def _octets(octets: bytes) -> str:
    if len(octets) <= _OCTETS_SHOWN:
        return octets.hex()
    return f"{octets[:_OCTETS_SHOWN].hex()}… ({len(octets)} octets)"
