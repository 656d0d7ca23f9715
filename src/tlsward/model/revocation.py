"""Whether a certificate was revoked, by which evidence, and how fresh that is."""

from datetime import datetime
from typing import Literal

import msgspec

from tlsward.model.answer import UNKNOWN, Answer

RevocationState = Literal["good", "revoked", "unknown", "not applicable"]
RevocationSource = Literal["crl", "ocsp", "staple"]


class RevocationCheck(msgspec.Struct, frozen=True, kw_only=True):
    """One CRL, OCSP answer or staple. `reason` says why its state is unknown, or why revoked.

    `url` is where it came from (None for a staple); `cached` whether it was fetched
    earlier and is still within its nextUpdate.
    """

    source: RevocationSource
    state: RevocationState
    url: str | None = None
    reason: str | None = None
    this_update: datetime | None = None
    next_update: datetime | None = None
    revoked_at: datetime | None = None
    signature_valid: Answer = UNKNOWN
    cached: bool = False


class Revocation(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one certificate of a chain, by its SHA-256 in lower-case hex.

    Revoked where any valid evidence says so; good where fresh evidence says so; not
    applicable where the certificate names neither CRL nor responder and needs none;
    else unknown. `reason` is one line for a person in every state.
    """

    sha256: str
    state: RevocationState
    reason: str
    checks: tuple[RevocationCheck, ...] = ()
