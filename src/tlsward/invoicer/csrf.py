"""CSRF tokens: an expiry under an HMAC whose key is the session's own.

Every session is born with a key of 32 random bytes that never leaves the database, so a token
is worth nothing in another session, and nothing after it expired or the session ended.
"""

import hmac
from hashlib import sha256

_LENGTHS = range(66, 90)


def make_csrf_token(key: bytes, *, expires: int) -> str:
    """Return a token that holds until `expires`, in seconds of the epoch."""
    return f"{expires}.{_seal(key, expires)}"


def refusal_of(token: str | None, key: bytes, *, now: float) -> str | None:
    """Return why a token does not hold in the session of this key; None where it does."""
    if not token:
        return "the CSRF token is missing"
    written, dot, seal = token.partition(".")
    if not (dot and len(token) in _LENGTHS and token.isascii() and written.isdigit()):
        return "the CSRF token is malformed"
    expires = int(written)
    if not hmac.compare_digest(seal, _seal(key, expires)):
        return "the CSRF token is not of this session"
    if expires <= now:
        return "the CSRF token has expired; load the page again"
    return None


def _seal(key: bytes, expires: int) -> str:
    if len(key) != sha256().digest_size:
        raise ValueError("a session without a key of its own")
    return hmac.new(key, b"csrf\x00%d" % expires, sha256).hexdigest()
