"""Why a recorded session does not open with the server's private key, and what that says.

That the key opens nothing is not yet forward secrecy: a session that was resumed, or whose
keys come of a pre-shared key, may lie open to whoever has another secret that lasts.
"""

from typing import Final

import msgspec

from tlsward.facts.suites import CipherSuiteFacts, suite
from tlsward.primer.watching import Seen
from tlsward.wire.codepoints import ExtensionType, ProtocolVersion
from tlsward.wire.secrets12 import SUPPORTED_SUITES

_EPHEMERAL: Final = ("the client's ephemeral private key", "the server's ephemeral private key")
_PRE_SHARED: Final = "the pre-shared key"
#: Key exchanges whose one secret is in the server's certificate, and so lasts.
_STATIC: Final = ("DH", "ECDH")


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """A session that stays closed: `reason` in words, and the secrets that are missing.

    `forward_secret` says whether no secret that outlasts the session opens it, None where
    the recording does not tell. `attempt` is what became of decrypting the client's message
    all the same.
    """

    reason: str
    missing: tuple[str, ...] = ()
    forward_secret: bool | None = None
    attempt: str = ""


def why_closed(seen: Seen) -> Closed | None:
    """Return why no private key of the server opens a session, None where one may."""
    if seen.client_hello is None or seen.server_hello is None or seen.cipher_suite is None:
        return Closed(reason=seen.error or "the handshake is not in the recording")
    if seen.version == ProtocolVersion.TLS13:
        return _closed_tls13(seen)
    if seen.client_key_exchange is None:
        return _unfinished(seen)
    facts = suite(seen.cipher_suite)
    if facts.key_exchange != "RSA":
        return _closed_exchange(facts)
    if seen.cipher_suite not in SUPPORTED_SUITES:
        return Closed(reason=f"there is no code here for {facts.iana_name}", forward_secret=False)
    if not seen.certificates:
        return Closed(reason="there is no certificate in the recording", forward_secret=False)
    return None


def _closed_tls13(seen: Seen) -> Closed:
    """Return what TLS 1.3 agreed its keys by (RFC 9846 section 2.2)."""
    hello = seen.server_hello
    if hello is None or hello.is_hello_retry_request:
        return Closed(reason=seen.error or "the recording ends within the handshake")
    if hello.extension(ExtensionType.PRE_SHARED_KEY) is None:
        return Closed(
            reason="TLS 1.3 has no key exchange in which the private key opens anything",
            missing=_EPHEMERAL,
            forward_secret=True,
        )
    if hello.extension(ExtensionType.KEY_SHARE) is None:
        return Closed(
            reason="the keys come of a pre-shared key alone (psk_ke, RFC 9846 section 4.2.9), "
            "as a rule of the ticket of an earlier connection",
            missing=(_PRE_SHARED,),
            forward_secret=False,
        )
    return Closed(
        reason="the session was resumed with a key exchange of its own (psk_dhe_ke, RFC 9846 "
        "section 4.2.9)",
        missing=_EPHEMERAL,
        forward_secret=True,
    )


def _unfinished(seen: Seen) -> Closed:
    """Return what a handshake without ClientKeyExchange is: resumed, or cut off."""
    resumed = not seen.certificates and any(seen.sealed_octets.values())
    if not resumed or seen.error is not None:
        return Closed(reason=seen.error or "the recording ends within the handshake")
    return Closed(
        reason="the session was resumed: its secret is of an earlier connection",
        missing=("the recording of the connection that began the session",),
    )


def _closed_exchange(facts: CipherSuiteFacts) -> Closed:
    """Return what every key exchange but RSA makes of the server's private key."""
    exchange = facts.key_exchange
    if facts.anonymous:
        reason = f"the key exchange is {exchange} without a certificate: no private key signed it"
        return Closed(reason=reason, missing=_EPHEMERAL, forward_secret=True)
    if exchange in {"DHE", "ECDHE"}:
        reason = f"the key exchange is {exchange}: the private key only signed it"
        return Closed(reason=reason, missing=_EPHEMERAL, forward_secret=True)
    if exchange == "PSK":
        reason = (
            "the key exchange is PSK: the keys come of a key that both had before, and of it alone"
        )
        return Closed(reason=reason, missing=(_PRE_SHARED,), forward_secret=False)
    if exchange == "RSA_PSK":
        # RFC 4279 section 4: the premaster secret is made of both.
        reason = (
            "the key exchange is RSA_PSK: the private key opens what the client sent, but the "
            "keys come of a pre-shared key as well"
        )
        return Closed(reason=reason, missing=(_PRE_SHARED,), forward_secret=False)
    if exchange in _STATIC:
        reason = (
            f"the key exchange is {exchange}, with the key in the certificate for the server's "
            "half: it opens every session, and there is no code for it here"
        )
        return Closed(reason=reason, forward_secret=False)
    if facts.forward_secret:
        reason = f"the key exchange is {exchange}, whose secrets are drawn for each session"
        return Closed(reason=reason, missing=_EPHEMERAL, forward_secret=True)
    known = None if exchange == "unknown" else False
    return Closed(reason=f"there is no code here for {facts.iana_name}", forward_secret=known)
