"""The letter grade after SSL Labs' rating guide 2009r.

Three categories are scored and weighted into a letter; then each circumstance in the
guide's table may cap it. Where a circumstance that would cap the grade further could
not be told, or a score rests on something unknown, the letter is `?`.
"""

from tlsward.assess.grade_caps import CAPS
from tlsward.assess.measured import TLS13, Measured, MeasuredSuite, group_worth
from tlsward.assess.suite_weakness import is_anonymous, is_export, is_known
from tlsward.facts.grade import RatingGuide, rating_guide
from tlsward.model.answer import UNKNOWN, YES
from tlsward.model.evaluation import Grade, GradeReason
from tlsward.model.scan_result import PROTOCOLS

VERSION = 1


def grade_of(scan: Measured) -> Grade:
    """Return the grade of a scan with every reason for it."""
    guide = rating_guide()
    lacking = _lacking(scan)
    if lacking is not None:
        reason = GradeReason(id="unknown", text=lacking)
        return Grade(letter="?", score=None, reasons=(reason,), guide=guide.guide)
    scores = {
        "protocol": protocol_score(scan, guide),
        "key_exchange": key_exchange_score(scan, guide),
        "cipher": cipher_score(scan, guide),
    }
    score = total_score(scores, guide)
    best = score >= guide.letters[0][1]
    letter, caps = _capped(scan, "A+" if best else guide.letter(score))
    return Grade(
        letter=letter,
        score=score,
        reasons=caps if best else (_score_reason(scores, score, guide), *caps),
        category_scores=scores,
        guide=guide.guide,
    )


def _lacking(scan: Measured) -> str | None:
    """Return why the scores cannot be told, None where they can."""
    if scan.result.status != "complete":
        return f"the scan is not complete: {scan.result.reason or scan.result.status}"
    if not scan.suites_of(PROTOCOLS):
        return "no cipher suite was seen"
    suites = scan.lacking_suites(PROTOCOLS)
    if suites is not None:
        return f"{suites[0]}: {suites[1]}"
    strangers = [measured.name for measured in scan.suites if not is_known(measured.facts)]
    if strangers:
        return f"nothing is known of {strangers[0]}"
    if any(measured.size_unknown for measured in scan.suites):
        return "the size of a key exchange could not be read"
    return None


def _score_reason(scores: dict[str, int], score: int, guide: RatingGuide) -> GradeReason:
    """Say that the scores alone earn no A, and which they are."""
    named = ", ".join(f"{category.replace('_', ' ')} {got}" for category, got in scores.items())
    nothing = "; a category of 0 makes the whole 0" if 0 in scores.values() else ""
    text = f"the score alone makes it {guide.letter(score)}: {named}{nothing}"
    return GradeReason(id="score", text=text)


def total_score(scores: dict[str, int], guide: RatingGuide) -> int:
    """Return the weighted score; nothing makes up for a category of zero."""
    if 0 in scores.values():
        return 0
    return sum(guide.weights[category] * score for category, score in scores.items()) // 100


def protocol_score(scan: Measured, guide: RatingGuide) -> int:
    """Return the mean of the best and the worst protocol."""
    scores = [guide.protocol_scores[name] for name, a in scan.protocols.items() if a == YES]
    return (max(scores) + min(scores)) // 2


def cipher_score(scan: Measured, guide: RatingGuide) -> int:
    """Return the mean of the strongest and the weakest cipher."""
    scores = [guide.cipher_scores.score(measured.facts.bits) for measured in scan.suites]
    return (max(scores) + min(scores)) // 2


def key_exchange_score(scan: Measured, guide: RatingGuide) -> int:
    """Return the score of the weakest key or exchange, sized as an RSA key of its strength."""
    scores = [guide.key_exchange_scores.score(bits) for bits in exchange_sizes(scan, guide)]
    for measured in scan.suites:
        if is_anonymous(measured.facts):
            scores.append(guide.key_exchange_scores.anonymous)
        elif is_export(measured.facts):
            scores.append(guide.key_exchange_scores.export)
    return min(scores, default=0)


def exchange_sizes(scan: Measured, guide: RatingGuide) -> list[int]:
    """Return the sizes of all keys and exchanges in bits of an RSA key as strong."""
    sizes = [size for measured in scan.suites for size in _sizes(measured, guide)]
    sizes += [
        guide.rsa_equivalent(worth) if not name.startswith("ffdhe") else worth
        for name, protocols in scan.groups.items()
        if TLS13 in protocols and (worth := group_worth(name)) is not None
    ]
    for certificate in scan.certificates:
        bits = certificate.deployment.key.size
        if bits is not None:
            curve = certificate.type not in ("rsa", "dsa")
            sizes.append(guide.rsa_equivalent(bits) if curve else bits)
    return sizes


def _sizes(measured: MeasuredSuite, guide: RatingGuide) -> list[int]:
    if measured.dh_bits is not None:
        return [measured.dh_bits]
    if measured.ecdh_bits is not None:
        return [guide.rsa_equivalent(measured.ecdh_bits)]
    return []


def _capped(scan: Measured, letter: str) -> tuple[str, tuple[GradeReason, ...]]:
    guide = rating_guide()
    reasons, undecided = [], []
    for cap in guide.caps:
        state, evidence = CAPS[cap.id](scan)
        text = f"{cap.text} ({evidence})" if evidence else cap.text
        if state == YES:
            reasons.append(GradeReason(id=cap.id, text=text, cap=cap.cap))
            if guide.is_worse(cap.cap, letter):
                letter = cap.cap
        elif state == UNKNOWN:
            undecided.append((cap, evidence))
    worse = [(cap, evidence) for cap, evidence in undecided if guide.is_worse(cap.cap, letter)]
    reasons += [
        GradeReason(id=f"unknown:{cap.id}", text=f"could not tell whether {cap.text} ({evidence})")
        for cap, evidence in worse
    ]
    return "?" if worse else letter, tuple(reasons)
