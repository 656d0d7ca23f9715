"""Certificate transparency: timestamps, and what the policies of browsers say of them."""

from datetime import datetime
from typing import Literal

import msgspec

from tlsward.model.answer import UNKNOWN, Answer

#: States of a log in the lists of Chrome and Apple.
LogState = Literal["pending", "qualified", "usable", "readonly", "retired", "rejected", "unknown"]
LogKind = Literal["rfc6962", "static", "unknown"]


class SignedCertificateTimestamp(msgspec.Struct, frozen=True, kw_only=True):
    """One SCT (RFC 6962 section 3.2): `source` is certificate, tls or ocsp.

    `log`, `operator`, `log_state` and `log_kind` are of the list of logs; `signature_valid`
    is unknown where the log, its key or the issuer's certificate is not known, and
    `signature_reason` says why it is not `yes`. `remarks` are what is odd about it.
    """

    log_id: str
    timestamp: datetime
    source: str
    log: str | None = None
    operator: str | None = None
    log_state: LogState = "unknown"
    log_kind: LogKind = "unknown"
    signature_valid: Answer = UNKNOWN
    signature_reason: str = ""
    remarks: tuple[str, ...] = ()


class TransparencyVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the timestamps satisfy a policy (chrome, apple, firefox), and why."""

    policy: str
    met: Answer
    reason: str
