"""How `cryptography` is asked: quietly, and with one error for all of its refusals."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from cryptography import x509
from cryptography.exceptions import InternalError, UnsupportedAlgorithm

from tlsward.pki.display import safe_text

#: What reading hostile octets raises, as tests with mutated ones have shown: a KeyError is
#: a TLS feature it has no name for, a TypeError a value that its classes do not take.
REFUSALS = (
    ValueError,
    TypeError,
    KeyError,
    OverflowError,
    InternalError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


class UnreadableError(ValueError):
    """`cryptography` does not read these octets; its words are safe to show."""


@contextmanager
def reading() -> Iterator[None]:
    """Read inside of this: refusals become UnreadableError, and warnings are not given.

    The warnings are of serial numbers that are not positive, of names too long and the
    like. Whose certificate it is, is not who runs this, and it is read all the same.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except REFUSALS as error:
            raise UnreadableError(safe_text(str(error))) from error
