"""OCSP responses that a server staples to its handshake (RFC 6066 section 8), as reported."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tlsward.model.answer import NO
from tlsward.model.certificate import Staple
from tlsward.pki.revocation.ocsp import read_answer
from tlsward.pki.x509 import X509Certificate

#: What tells a client the state of the certificate.
_STATES = frozenset({"good", "revoked", "unknown"})


class StapledFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A staple as it is reported. What timestamps it brought `pki.transparency` tells."""

    staple: Staple

    @property
    def usable(self) -> bool:
        """Whether a client learns the certificate's state from it."""
        return self.staple.status in _STATES and self.staple.signature_valid != NO


def stapled_facts(
    octets: bytes, leaf: X509Certificate, issuers: Sequence[X509Certificate], now: datetime
) -> StapledFacts:
    """Return what an OCSPResponse says of `leaf`. Never raises.

    `issuers` are certificates that may be the leaf's issuer; without one the signature is
    unknown. A delegated responder must be within its validity at `now`.
    """
    answer = read_answer(octets, leaf, issuers, now)
    return StapledFacts(
        staple=Staple(
            status=answer.status,
            this_update=answer.this_update,
            next_update=answer.next_update,
            signature_valid=answer.verdict.valid,
        ),
    )
