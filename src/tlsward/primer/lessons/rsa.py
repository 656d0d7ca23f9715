"""The lesson on RSA: key making, encryption, signature, padding, and taking n apart."""

from tlsward.model.lesson import Box, Flow, Grid, Lesson, Link, Value
from tlsward.primer.euclid import EuclidRow
from tlsward.primer.numbers import brief, shortened
from tlsward.primer.rsa import (
    RsaKey,
    check_message,
    decrypt,
    encrypt,
    factor,
    make_key,
    opened,
    sign,
)
from tlsward.primer.telling import Teller

P, Q, E, MESSAGE = 17, 13, 5, 123
#: The exponent of nearly all keys in use is 65537; a table for it has few rows.
_ROWS_SHOWN = 40
#: Messages are guessed up to so many.
_MOST_GUESSES = 1 << 20


def rsa(p: int = P, q: int = Q, e: int = E, message: int | None = None) -> Lesson:
    """Tell RSA on any numbers; UsageError, with the reason, for wrong ones.

    Without a message it is the worked example's, where n is large enough for it.
    """
    key = make_key(p, q, e)
    if message is None:
        message = MESSAGE if key.n > MESSAGE else 2
    check_message(key, message)
    tell = Teller("rsa")
    _key(tell, key)
    ciphertext, signature = _use(tell, key, message)
    _padding(tell, key, message, ciphertext)
    found = factor(key.n)
    if found.factors is not None:
        divisions = _counted(tell, "division", found.tries)
        tell.step("factored", divisions=divisions, n=key.n, p=found.factors[0], q=found.factors[1])
    else:
        tell.step("safe", tries=found.tries, bits=key.n.bit_length())
    return tell.lesson(
        {
            "p": key.p,
            "q": key.q,
            "n": key.n,
            "phi": key.phi,
            "e": key.e,
            "d": key.d,
            "message": message,
            "ciphertext": ciphertext,
            "decrypted": decrypt(key, ciphertext),
            "signature": signature,
            "opened": opened(key, signature),
        }
    )


def _key(tell: Teller, key: RsaKey) -> None:
    tell.step(
        "primes",
        values=[
            Value(name="p", value=str(key.p), note="secret"),
            Value(name="q", value=str(key.q), note="secret"),
            Value(name="n", value=f"p · q = {key.n}", note="public"),
        ],
        likely="" if key.certain else tell.word("likely-prime"),
    )
    tell.step(
        "phi",
        values=[Value(name="φ(n)", value=f"(p - 1)(q - 1) = {key.phi}", note="secret")],
    )
    tell.step("exponent", values=[Value(name="e", value=str(key.e), note="public")])
    coefficient = key.table[-2].coefficient if len(key.table) > 1 else 1
    negative = ""
    if coefficient < 0:
        negative = tell.word("negative", coefficient=shortened(coefficient), d=shortened(key.d))
    tell.step(
        "euclid",
        negative=negative,
        grid=Grid(
            heads=("division", "remainder", "x"),
            rows=tuple(
                (_division(row), brief(row.remainder), brief(row.coefficient))
                for row in key.table[:-1][-_ROWS_SHOWN:]
            ),
        ),
        values=[
            Value(
                name="check",
                value=f"e · d = {shortened(key.e * key.d)} = "
                f"{shortened(key.e * key.d // key.phi)} · φ(n) + {key.e * key.d % key.phi}",
                tone="good",
            )
        ],
    )
    tell.step(
        "key",
        values=[
            Value(name="public", value=f"n = {key.n}, e = {key.e}"),
            Value(name="private", value=f"d = {key.d}"),
        ],
    )
    if key.changes_nothing or key.undoes_itself:
        name = "changes-nothing" if key.changes_nothing else "undoes-itself"
        tell.step(name, e=shortened(key.e), period=shortened(key.repeats_after))


def _division(row: EuclidRow) -> str:
    product = f"{brief(row.quotient)} · {brief(row.divisor)}"
    return f"{brief(row.dividend)} = {product} + {brief(row.remainder)}"


def _use(tell: Teller, key: RsaKey, message: int) -> tuple[int, int]:
    ciphertext = encrypt(key, message)
    back = decrypt(key, ciphertext)
    tell.step(
        "encrypt",
        values=[
            Value(name="message", value=str(message)),
            Value(name="ciphertext", value=f"message^e mod n = {ciphertext}"),
        ],
    )
    if back != message:
        raise AssertionError(f"{message} became {back}")
    tell.step(
        "decrypt",
        values=[Value(name="message", value=f"ciphertext^d mod n = {back}", tone="good")],
        figure=_there_and_back(tell, key, message, ciphertext, "ciphertext", e_first=True),
    )
    if ciphertext == message and not key.changes_nothing:
        tell.step("fixed", message=shortened(message))
    signature = sign(key, message)
    tell.step("sign", values=[Value(name="signature", value=f"message^d mod n = {signature}")])
    other = (message + 1) % key.n
    tell.step(
        "check",
        other=shortened(other),
        values=[
            Value(name="opened", value=f"signature^e mod n = {opened(key, signature)}", tone="good")
        ],
        figure=_there_and_back(tell, key, message, signature, "signature", e_first=False),
    )
    if message != ciphertext == signature and not key.undoes_itself:
        _accident(tell, key, message, signature)
    return ciphertext, signature


def _accident(tell: Teller, key: RsaKey, message: int, signature: int) -> None:
    """Tell that ciphertext and signature are one number by accident, and of one that has two."""
    other = next(each for each in range(2, key.n) if encrypt(key, each) != sign(key, each))
    tell.step(
        "accident",
        both=shortened(signature),
        message=shortened(message),
        other=other,
        ciphertext=shortened(encrypt(key, other)),
        signature=shortened(sign(key, other)),
    )


def _there_and_back(
    tell: Teller, key: RsaKey, message: int, between: int, name: str, *, e_first: bool
) -> Flow:
    to_e = Link(label=tell.word("to-e", e=shortened(key.e)))
    to_d = Link(label=tell.word("to-d", d=shortened(key.d)))
    return Flow(
        boxes=(
            Box(title=tell.word("message"), lines=(shortened(message),)),
            Box(title=tell.word(name), lines=(shortened(between),), tone="warn"),
            Box(title=tell.word("message-again"), lines=(shortened(message),), tone="good"),
        ),
        links=(to_e, to_d) if e_first else (to_d, to_e),
    )


def _padding(tell: Teller, key: RsaKey, message: int, ciphertext: int) -> None:
    guesses = message + 1
    tell.step("same", guesses=_guesses(tell, guesses), message=shortened(message))
    doubled = ciphertext * pow(2, key.e, key.n) % key.n
    tell.step(
        "product",
        ciphertext=shortened(ciphertext),
        doubled=shortened(2 * message % key.n),
        values=[
            Value(name="product", value=f"ciphertext · 2^e mod n = {shortened(doubled)}"),
            Value(
                name="decrypted",
                value=f"product^d mod n = {shortened(decrypt(key, doubled))}",
                tone="bad",
            ),
        ],
    )
    first, second = _with_oaep(message)
    tell.step(
        "oaep",
        values=[
            Value(name="the first", value=_beginning(first), tone="good"),
            Value(name="the second", value=_beginning(second), tone="good"),
        ],
    )


def _guesses(tell: Teller, count: int) -> str:
    if count > _MOST_GUESSES:
        return tell.word("never")
    return _counted(tell, "guess", count)


def _counted(tell: Teller, what: str, count: int) -> str:
    return tell.word(f"{what}-one" if count == 1 else f"{what}-many", count=count)


def _with_oaep(message: int) -> tuple[bytes, bytes]:
    """Return the message encrypted twice with a fresh key of 2048 bits."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.asymmetric import rsa as real

    key = real.generate_private_key(public_exponent=65537, key_size=2048)
    scheme = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    octets = str(message).encode()[:64]
    first, second = (key.public_key().encrypt(octets, scheme) for _ in "12")
    if not key.decrypt(first, scheme) == key.decrypt(second, scheme) == octets:
        raise AssertionError("a message did not come back")
    return first, second


def _beginning(octets: bytes) -> str:
    return f"{octets[:20].hex()}… ({len(octets)} octets)"
