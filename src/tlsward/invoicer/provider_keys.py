"""The keys that an OpenID provider signs with, out of the set that it publishes."""

import warnings
from typing import Any

from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, JWKRegistry, KeySet, OctKey, OKPKey, RSAKey

#: RFC 7518 section 3.3.
LEAST_RSA_BITS = 2048

Key = OctKey | RSAKey | ECKey | OKPKey


def keys_of(document: dict[str, Any]) -> KeySet | None:
    """Return the public keys of a set that can be used; None where there are none.

    One that cannot be read is ignored, as RFC 7517 section 5 has it: with the first key of a new
    kind nobody could sign in any more.
    """
    entries = document.get("keys")
    read = [_key_of(entry) for entry in entries] if isinstance(entries, list) else []
    usable = [key for key in read if key is not None and _is_fit(key)]
    return KeySet(usable) if usable else None


def _key_of(entry: Any) -> Key | None:  # noqa: ANN401 - whatever stands in the set
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # of short keys, judged below
            return JWKRegistry.import_key(entry)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _is_fit(key: Key) -> bool:
    if isinstance(key, RSAKey):
        return key.public_key.key_size >= LEAST_RSA_BITS
    return not isinstance(key, OctKey)
