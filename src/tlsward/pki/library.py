"""How `cryptography` is asked: quietly, and with one error for all of its refusals."""

import re
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


_PARSE_ERROR = re.compile(
    r"error parsing asn1 value: ParseError \{ kind: (?P<kind>\w+).*?"
    r"(?:, location: \[(?P<place>.*)\])? \}\Z",
    re.DOTALL,
)
#: What the library's parser calls what is wrong, in words.
_KINDS = {
    "InvalidValue": "a value that is none of its type",
    "InvalidTag": "a tag that is none",
    "InvalidLength": "a length that is none",
    "UnexpectedTag": "another type than belongs there",
    "ShortData": "it ends too early",
    "ExtraData": "something follows after its end",
    "IntegerOverflow": "a number that is too large",
    "InvalidSetOrdering": "a SET that is not in order",
    "EncodedDefault": "a default that is written out",
    "OidTooLong": "an object identifier that is too long",
    "UnknownDefinedBy": "a type that its identifier does not go with",
}


class UnreadableError(ValueError):
    """`cryptography` does not read these octets; its words are safe to show."""


def reading() -> AbstractContextManager[None]:
    """Read inside of this: refusals become UnreadableError, and warnings are not given.

    The warnings are of serial numbers that are not positive, of names too long and the
    like. Whose certificate it is, is not who runs this, and it is read all the same.
    """
    return _READING


def refusal_words(error: BaseException) -> str:
    """Return why the library refused something, in words that are safe to show.

    Its parser says where as a structure of Rust; the names in it are those of the ASN.1.
    """
    words = str(error)
    found = _PARSE_ERROR.search(words)
    if found is None:
        return safe_text(words)
    kind = _KINDS.get(found["kind"], found["kind"])
    place = [each.rpartition("::")[2].strip('" ') for each in (found["place"] or "").split(",")]
    return safe_text(f"{kind}{', in ' * any(place)}{' > '.join(filter(None, place))}")


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
            raise UnreadableError(refusal_words(error)) from error


_QUIETLY = _Quietly()
_READING = _Reading()
