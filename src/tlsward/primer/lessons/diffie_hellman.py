"""The lesson on Diffie-Hellman: small numbers step by step, then the groups in use."""

from tlsward.model.lesson import Grid, Lesson, Mixing, Value
from tlsward.primer.diffie_hellman import (
    MOST_TRIES,
    Eavesdropping,
    Exchange,
    eavesdrop,
    exchange,
    group,
    power_steps,
)
from tlsward.primer.numbers import shortened
from tlsward.primer.real_groups import ffdhe2048, x25519
from tlsward.primer.telling import Teller

PRIME, GENERATOR, A, B = 23, 5, 6, 15
#: Exponents of more bits have more steps than a table that is read.
_MOST_POWER_STEPS = 24
#: Primes of up to so many bits are quick to compute with.
_SMALL_BITS = 64
_TRIES_A_SECOND = 10**9
_SECONDS_A_YEAR = 31_557_600
_UNITS = (
    *(("year", _SECONDS_A_YEAR), ("day", 86_400), ("hour", 3600), ("minute", 60)),
    ("second", 1),
)


def diffie_hellman(
    prime: int = PRIME, generator: int = GENERATOR, a: int = A, b: int = B
) -> Lesson:
    """Tell an exchange of any numbers; UsageError, with the reason, for wrong ones."""
    done = exchange(group(prime, generator), a, b)
    tell = Teller("diffie-hellman")
    results = _exchange(tell, done)
    if a.bit_length() <= _MOST_POWER_STEPS:
        _power(tell, done)
    results |= _eavesdropper(tell, done, eavesdrop(done, most_tries=_tries(prime)))
    results |= real_groups(tell)
    return tell.lesson(results)


def _exchange(tell: Teller, done: Exchange) -> dict[str, object]:
    known = done.group
    left, right = tell.word("left"), tell.word("right")
    tell.step(
        "public",
        subgroup=_subgroup(tell, done),
        values=[
            Value(name="p", value=str(known.prime), note="the prime"),
            Value(name="g", value=str(known.generator), note="the generator"),
        ],
    )
    tell.step(
        "secrets",
        values=[
            Value(name="a", value=str(done.a), note=left),
            Value(name="b", value=str(done.b), note=right),
        ],
    )
    tell.step(
        "sent",
        values=[
            Value(name="A", value=_power_words("g^a", known.generator, done.a, done.public_a)),
            Value(name="B", value=_power_words("g^b", known.generator, done.b, done.public_b)),
        ],
    )
    of_a = _power_words("B^a", done.public_b, done.a, done.shared)
    of_b = _power_words("A^b", done.public_a, done.b, done.shared)
    tell.step(
        "shared",
        values=[
            Value(name="s", value=of_a, note=left, tone="good"),
            Value(name="s", value=of_b, note=right, tone="good"),
        ],
        figure=Mixing(
            left=left,
            right=right,
            common=f"p = {shortened(known.prime)}, g = {shortened(known.generator)}",
            left_secret=f"a = {shortened(done.a)}",
            right_secret=f"b = {shortened(done.b)}",
            left_public=f"A = {shortened(done.public_a)}",
            right_public=f"B = {shortened(done.public_b)}",
            shared=f"s = {shortened(done.shared)}",
        ),
    )
    if done.shared in {1, known.prime - 1}:
        tell.step("known-secret", shared=shortened(done.shared))
    results: dict[str, object] = {
        "p": known.prime,
        "g": known.generator,
        "a": done.a,
        "b": done.b,
        "A": done.public_a,
        "B": done.public_b,
        "shared": done.shared,
    }
    if known.order is not None:
        results["order"] = known.order
    return results


def _power_words(formula: str, base: int, exponent: int, result: int) -> str:
    if max(base, exponent, result) < 10**12:
        return f"{formula} mod p = {base}^{exponent} mod p = {result}"
    return f"{formula} mod p = {result}"


def _subgroup(tell: Teller, done: Exchange) -> str:
    known = done.group
    if known.order is None:
        words = tell.word("subgroup-unknown")
    elif known.order == known.prime - 1:
        words = tell.word("subgroup-whole", order=shortened(known.order))
    else:
        every = shortened(known.prime - 1)
        words = tell.word("subgroup-part", order=shortened(known.order), all=every)
    if known.order is not None and known.hardness is not None:
        name = "order-prime" if known.order == known.hardness else "order-split"
        hardness = shortened(known.hardness)
        words += tell.word(name, order=shortened(known.order), hardness=hardness)
    return words if known.certain else words + tell.word("likely-prime")


def _power(tell: Teller, done: Exchange) -> None:
    steps = power_steps(done.group.generator, done.a, done.group.prime)
    tell.step(
        "powers",
        a=done.a,
        count=len(steps),
        grid=Grid(
            heads=("bit of a", "what is done", "modulo p"),
            rows=tuple(
                (bit, doing, shortened(value))
                for bit, (doing, value) in zip(f"{done.a:b}", steps, strict=True)
            ),
        ),
    )


def _eavesdropper(tell: Teller, done: Exchange, found: Eavesdropping) -> dict[str, object]:
    count = done.group.order or done.group.prime
    if found.exponent is None:
        tell.step(
            "hopeless",
            tries=found.tries,
            exponent_bits=count.bit_length() - 1,
            time=_time(count // 2),
        )
        return {"eavesdropper_tries": found.tries}
    tell.step(
        "eavesdropper",
        tries="1 try" if found.tries == 1 else f"{found.tries} tries",
        public_a=done.public_a,
        exponent=found.exponent,
        shared=found.shared,
        grid=Grid(
            heads=("exponent", "g to its power, modulo p", ""),
            rows=tuple(
                (str(number), str(power), "= A" if power == done.public_a else "")
                for number, power in enumerate(found.powers, 1)
            ),
        ),
    )
    if found.exponent != done.a:
        tell.step("other-exponent", order=done.group.order)
    return {"eavesdropper_tries": found.tries, "eavesdropper_shared": str(found.shared)}


def _tries(prime: int) -> int:
    """Return how many exponents are tried: fewer where each takes long and all are hopeless."""
    return MOST_TRIES if prime.bit_length() <= _SMALL_BITS else MOST_TRIES >> 4


def _time(tries: int) -> str:
    """Return in words how long so many tries take."""
    seconds = tries // _TRIES_A_SECOND
    if seconds < 1:
        return "less than a second"
    if seconds >= 10**6 * _SECONDS_A_YEAR:
        years = seconds // _SECONDS_A_YEAR
        return f"more than 10 to the power of {len(str(years)) - 1} years"
    unit, length = next(each for each in _UNITS if seconds >= each[1])
    count = seconds // length
    return f"{count} {unit}{'' if count == 1 else 's'}"


def real_groups(tell: Teller) -> dict[str, object]:
    """Tell the exchange with the groups of TLS, on secrets that are drawn now."""
    done = ffdhe2048()
    tell.step(
        "ffdhe",
        values=[
            Value(name="p", value=shortened(done.group.prime)),
            Value(name="g", value=str(done.group.generator)),
            Value(name="A", value=shortened(done.public_a)),
            Value(name="B", value=shortened(done.public_b)),
            Value(name="s", value=shortened(done.shared), note=tell.word("agree"), tone="good"),
        ],
    )
    curve = x25519()
    tell.step(
        "x25519",
        values=[
            Value(name="A", value=curve.public_a.hex()),
            Value(name="B", value=curve.public_b.hex()),
            Value(name="s", value=curve.shared.hex(), note=tell.word("agree"), tone="good"),
        ],
    )
    return {
        "ffdhe2048_A": done.public_a,
        "ffdhe2048_B": done.public_b,
        "ffdhe2048_shared": done.shared,
        "x25519_A": curve.public_a,
        "x25519_B": curve.public_b,
        "x25519_shared": curve.shared,
    }
