"""How `cryptography` is asked: quietly, and with one error for all of its refusals."""

import threading
import warnings
from contextlib import AbstractContextManager, ContextDecorator
from types import TracebackType

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


def reading() -> AbstractContextManager[None]:
    """Read inside of this: refusals become UnreadableError, and warnings are not given.

    The warnings are of serial numbers that are not positive, of names too long and the
    like. Whose certificate it is, is not who runs this, and it is read all the same.
    """
    return _READING


def quietly() -> "_Quietly":
    """Give no warnings inside of this; what reads much is given it as a decorator.

    Within it `reading()` has no filters of warnings to change, which costs more than most of
    what is read.
    """
    return _QUIETLY


class _Quietly(ContextDecorator):
    """Silences warnings from the first who enters to the last who leaves."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._filters = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._filters = warnings.catch_warnings()
                self._filters.__enter__()
                warnings.simplefilter("ignore")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._filters.__exit__(kind, error, trace)


class _Reading:
    def __enter__(self) -> None:
        _QUIETLY.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _QUIETLY.__exit__(kind, error, trace)
        if isinstance(error, REFUSALS):
            raise UnreadableError(safe_text(str(error))) from error


_QUIETLY = _Quietly()
_READING = _Reading()
