"""Rules on serial numbers. That they are random cannot be seen of one certificate alone."""

from collections.abc import Iterator

from tlsward.pki.lint.linted import Check, Linted

#: RFC 5280 section 4.1.2.2: 20 octets, of which the first bit is the sign.
_MOST_BITS = 20 * 8 - 1
#: Baseline Requirements section 7.1: 64 bits of a random generator.
_RANDOM_BITS = 64
#: Of numbers of 64 random bits 1 in 256 has no more: too many certificates to call it an error.
_TOO_FEW_BITS = 56


def _positive(linted: Linted) -> Iterator[str]:
    if linted.certificate.serial <= 0:
        yield str(linted.certificate.serial)


def _length(linted: Linted) -> Iterator[str]:
    if _bits(linted) > _MOST_BITS:
        yield f"{_bits(linted)} bits"


def _entropy(linted: Linted) -> Iterator[str]:
    if linted.certificate.serial > 0 and _bits(linted) <= _TOO_FEW_BITS:
        yield f"{_bits(linted)} bits"


def _entropy_doubt(linted: Linted) -> Iterator[str]:
    if linted.certificate.serial > 0 and _TOO_FEW_BITS < _bits(linted) < _RANDOM_BITS:
        yield f"{_bits(linted)} bits"


def _predictable(linted: Linted) -> Iterator[str]:
    if linted.certificate.serial > 0 and _bits(linted) < _RANDOM_BITS:
        yield f"{_bits(linted)} bits"


def _bits(linted: Linted) -> int:
    return linted.certificate.serial.bit_length()


CHECKS: dict[str, Check] = {
    "lint.serial.positive": _positive,
    "lint.serial.length": _length,
    "lint.serial.entropy": _entropy,
    "lint.serial.entropy-doubt": _entropy_doubt,
    "lint.serial.predictable": _predictable,
}
