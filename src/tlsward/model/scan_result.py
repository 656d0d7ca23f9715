"""ScanResult: what `scan` prints, the API serves, the database keeps, the census writes.

Published as JSON Schema `tlsward.scan/1`; it may grow, its keys do not change meaning.
"""

from datetime import datetime
from typing import Literal

import msgspec

from tlsward.model.answer import UNKNOWN, Answer, Applicability
from tlsward.model.certificate import CertificateDeployment
from tlsward.model.dns import HostRecords
from tlsward.model.evaluation import Evaluation, Grade
from tlsward.model.http import HeaderFinding
from tlsward.model.target import Target

SCHEMA = "tlsward.scan/1"

#: Protocol versions by their names in the report, oldest first.
PROTOCOLS = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")

Status = Literal["complete", "incomplete", "unreachable", "not_tls", "unresolvable"]
Order = Literal["server", "client", "unknown"]


class CipherSuite(msgspec.Struct, frozen=True, kw_only=True):
    """A suite the server was seen to serve, in the server's order where it has one.

    `forward_secrecy` is `ECDH,P-256,256bits`, `DH,2048bits` or `None`;
    `certificate_key` the leaf key it was served with, None for anonymous suites.
    `code` is `0xC02B`, for SSLv2 kinds the three octets `0x010080`.
    """

    priority: int
    iana_name: str
    openssl_name: str
    code: str
    protocols: tuple[str, ...]
    forward_secrecy: str = "None"
    groups: tuple[str, ...] = ()
    certificate_key: str | None = None


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A key exchange group the server was seen to use."""

    name: str
    code: str
    protocols: tuple[str, ...]
    post_quantum: bool = False


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Resumption. `ticket_lifetime_hint_seconds` is None where no ticket was seen."""

    session_id_resumption: Answer = UNKNOWN
    ticket_resumption: Answer = UNKNOWN
    psk_resumption: Answer = UNKNOWN
    early_data: Answer = UNKNOWN
    ticket_lifetime_hint_seconds: int | None = None


class Extensions(msgspec.Struct, frozen=True, kw_only=True):
    """What the server negotiates beside the suite.

    `not applicable` where the question makes no sense for the versions it speaks.
    """

    alpn: tuple[str, ...] = ()
    alpn_state: Answer = UNKNOWN
    secure_renegotiation: Applicability = UNKNOWN
    extended_master_secret: Applicability = UNKNOWN
    encrypt_then_mac: Applicability = UNKNOWN
    session_ticket: Applicability = UNKNOWN
    compression: Applicability = UNKNOWN
    max_fragment_length: Applicability = UNKNOWN
    record_size_limit: Applicability = UNKNOWN
    certificate_compression: tuple[str, ...] = ()
    certificate_compression_state: Applicability = UNKNOWN
    heartbeat: Applicability = UNKNOWN
    fallback_scsv: Applicability = UNKNOWN
    requires_sni: Answer = UNKNOWN
    client_certificate: Answer = UNKNOWN
    signed_certificate_timestamps: Answer = UNKNOWN


class Vulnerability(msgspec.Struct, frozen=True, kw_only=True):
    """A known weakness by its id (`poodle-sslv3`), with what was seen."""

    id: str
    state: Answer
    evidence: str


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that could not be told and the reason: `protocols.TLSv1`, `timed out twice`."""

    fact: str
    reason: str


class ScanResult(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one scan learned of one target at one address, and the judgement of it.

    `reason` says why `status` is not complete. `dns` is there where it was asked, and
    `http` with `http_findings` where a page was asked for.
    `questions` counts the connections of each question, `rounds` how often one of them had
    to wait for the answer to another.
    """

    schema: Literal["tlsward.scan/1"] = "tlsward.scan/1"
    tlsward_version: str
    target: Target
    status: Status
    started_at: datetime
    duration_ms: int
    connections: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    reason: str | None = None
    protocols: dict[str, Answer] = {}
    cipher_suites: tuple[CipherSuite, ...] = ()
    cipher_order: dict[str, str] = {}
    server_side_ordering: Answer = UNKNOWN
    curves_fallback: Answer = UNKNOWN
    ocsp_stapling: Answer = UNKNOWN
    groups: tuple[Group, ...] = ()
    group_order: Order = "unknown"
    signature_schemes: tuple[str, ...] = ()
    certificates: tuple[CertificateDeployment, ...] = ()
    session: Session = Session()
    extensions: Extensions = Extensions()
    vulnerabilities: tuple[Vulnerability, ...] = ()
    http: dict[str, str] = {}
    http_findings: tuple[HeaderFinding, ...] = ()
    dns: HostRecords | None = None
    unknowns: tuple[Unknown, ...] = ()
    questions: dict[str, int] = {}
    rounds: dict[str, int] = {}
    evaluation: Evaluation | None = None
    grade: Grade | None = None
