"""The lesson on seals: a fingerprint, why it is no seal, HMAC, and tampering."""

from tlsward.errors import UsageError
from tlsward.model.lesson import Box, Flow, Lesson, Link, Value
from tlsward.primer.seal import BLOCK_OCTETS, bits_changed, digest, holds, seal
from tlsward.primer.substitution import LETTERS
from tlsward.primer.telling import Teller

MESSAGE = "attack the southern gate at dawn"
TAMPERED = "attack the northern gate at dawn"
KEY = "between the two of us"
LONGEST_MESSAGE = 10_000
#: What somebody without the key may try: the second where the first happens to be the key.
_GUESSES = ("a guess", "another guess")


def sealed(message: str = MESSAGE, key: str = KEY, tampered: str | None = None) -> Lesson:
    """Tell how a message is sealed, checked, and found out to be changed.

    `tampered` is what it is changed into; by default one letter of it. UsageError for
    messages that are too long, the same, or empty.
    """
    changed = tampered if tampered is not None else _changed(message)
    for text in (message, changed):
        if len(text) > LONGEST_MESSAGE:
            raise UsageError(f"the message has {len(text)} characters; take up to 10000")
    if not message:
        raise UsageError("the message is empty: take one that can be changed")
    if changed == message:
        raise UsageError("the tampered message is the message itself: change something in it")
    if not key:
        raise UsageError("the key is empty, so everybody has it")
    octets, other = (text.encode("utf-8", "surrogatepass") for text in (message, changed))
    secret = key.encode("utf-8", "surrogatepass")
    tell = Teller("seal")
    _fingerprints(tell, message, octets)
    tell.step(
        "forged",
        values=[
            Value(name="changed", value=changed),
            Value(name="SHA-256", value=digest(other).hex(), tone="bad"),
        ],
    )
    made = seal(octets, secret)
    tell.step(
        "long-key" if len(secret) > BLOCK_OCTETS else "keys",
        octets=len(secret),
        values=[
            Value(name="key", value=key),
            Value(name="inner key", value=made.inner_key.hex()),
            Value(name="outer key", value=made.outer_key.hex()),
        ],
    )
    tell.step(
        "seal",
        values=[
            Value(name="inner hash", value=made.inner_hash.hex()),
            Value(name="seal", value=made.seal.hex(), tone="good"),
        ],
    )
    _checks(tell, message, octets, changed, other, secret, made.seal)
    return tell.lesson(
        {
            "message": message,
            "key": key,
            "sha256": digest(octets),
            "inner_key": made.inner_key,
            "outer_key": made.outer_key,
            "inner_hash": made.inner_hash,
            "hmac_sha256": made.seal,
            "tampered": changed,
            "tampered_hmac_sha256": seal(other, secret).seal,
            "tampered_accepted": "yes" if holds(other, secret, made.seal) else "no",
        }
    )


def _fingerprints(tell: Teller, message: str, octets: bytes) -> None:
    first = digest(octets)
    tell.step(
        "hash",
        values=[
            Value(name="message", value=message),
            Value(name="SHA-256", value=first.hex()),
        ],
    )
    near = _one_letter(message)
    second = digest(near.encode("utf-8", "surrogatepass"))
    tell.step(
        "avalanche",
        changed=bits_changed(first, second),
        values=[
            Value(name="message", value=near),
            Value(name="SHA-256", value=second.hex()),
        ],
    )


def _checks(
    tell: Teller, message: str, octets: bytes, changed: str, other: bytes, key: bytes, tag: bytes
) -> None:
    tell.step("checked", figure=_way(tell, message, message, holds(octets, key, tag)))
    expected = seal(other, key).seal
    tell.step(
        "tampered",
        values=[
            Value(name="came along", value=tag.hex()),
            Value(name="expected", value=expected.hex(), tone="bad"),
        ],
        figure=_way(tell, message, changed, holds(other, key, tag)),
    )
    guess = next(each for each in _GUESSES if not holds(other, each.encode(), expected))
    guessed = seal(other, guess.encode()).seal
    tell.step(
        "wrong-key",
        values=[
            Value(name="guess", value=guess),
            Value(name="seal", value=guessed.hex()),
            Value(name="expected", value=expected.hex(), tone="bad"),
        ],
    )


def _way(tell: Teller, sent: str, arrived: str, fits: bool) -> Flow:
    boxes = [Box(title=tell.word("message"), lines=(_short(sent),))]
    boxes.append(Box(title=tell.word("sealed"), lines=(_short(sent),)))
    links = [Link(label=tell.word("makes-seal"))]
    if arrived != sent:
        boxes.append(Box(title=tell.word("sealed"), lines=(_short(arrived),), tone="warn"))
        links.append(Link(label=tell.word("on-its-way"), tone="warn"))
    boxes.append(
        Box(title=tell.word("accepted" if fits else "refused"), tone="good" if fits else "bad")
    )
    links.append(
        Link(
            label=tell.word("checks-seal" if fits else "breaks-seal"),
            tone="good" if fits else "bad",
            broken=not fits,
        )
    )
    return Flow(boxes=tuple(boxes), links=tuple(links))


def _short(text: str) -> str:
    return text if len(text) <= 48 else text[:47] + "…"


def _changed(message: str) -> str:
    return TAMPERED if message == MESSAGE else _one_letter(message)


def _one_letter(message: str) -> str:
    """Return the message with its last character another one."""
    if not message:
        return ""
    last = message[-1]
    following = LETTERS[(LETTERS.find(last.lower()) + 1) % len(LETTERS)]
    return message[:-1] + (following.upper() if last.isupper() else following)
