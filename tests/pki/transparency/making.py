"""A log of the tests: it has a key, signs what it is shown, and stands in a list.

What a log signs is composed here octet by octet, from RFC 6962 section 3.2 alone, so that a
mistake of the verifier is not made twice.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pki.issuing import (
    LEAF_USAGE,
    NOW,
    Issued,
    Key,
    dns,
    extension,
    issue,
    key_usage,
    octets,
    p256,
    subject_alternative_name,
    timestamp_list,
)
from tlsward.pki.transparency import LogList

SCT_LIST = "1.3.6.1.4.1.11129.2.4.2"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ISSUED = NOW - timedelta(days=30)
#: What static logs put into `extensions`: the index of the entry, in five octets.
LEAF_INDEX = b"\0\0\5\0\0\0\1\2"


@dataclass
class TestLog:
    """A log; `state` and `kind` are what the list says of it."""

    __test__ = False

    key: Key = field(default_factory=p256)
    name: str = "a log"
    operator: str = "Operator A"
    state: str = "usable"
    since: datetime = LONG_AGO
    static: bool = False
    previous: tuple[tuple[str, datetime], ...] = ()

    @property
    def log_id(self) -> bytes:
        return hashlib.sha256(self.key.spki).digest()

    def entry(self) -> dict:
        return {
            "description": self.name,
            "log_id": base64.b64encode(self.log_id).decode(),
            "key": base64.b64encode(self.key.spki).decode(),
            "mmd": 86400,
            "state": {self.state: {"timestamp": stamp(self.since)}},
            "previous_operators": [
                {"name": name, "end_time": stamp(until)} for name, until in self.previous
            ],
        }

    def timestamp(self, entry: bytes, at: datetime = ISSUED, extensions: bytes | None = None):
        """Return a SerializedSCT over a `signed_entry` with its type."""
        if extensions is None:
            extensions = LEAF_INDEX if self.static else b""
        milliseconds = ((at - EPOCH) // timedelta(milliseconds=1)).to_bytes(8, "big")
        tail = len(extensions).to_bytes(2, "big") + extensions
        signature = self.key.sign(b"\0\0" + milliseconds + entry + tail)
        algorithm = b"\4\1" if len(signature) > 100 else b"\4\3"
        sct = (
            b"\0" + self.log_id + milliseconds + tail + algorithm
            + len(signature).to_bytes(2, "big") + signature
        )  # fmt: skip
        return len(sct).to_bytes(2, "big") + sct

    def for_certificate(self, certificate: Issued, at: datetime = ISSUED, **how) -> bytes:
        """Return a SerializedSCT over a final certificate (x509_entry)."""
        length = len(certificate.der).to_bytes(3, "big")
        return self.timestamp(b"\0\0" + length + certificate.der, at, **how)

    def for_precertificate(self, issuer: Issued, signed: bytes, at: datetime = ISSUED, **how):
        """Return a SerializedSCT over a TBSCertificate without timestamps (precert_entry)."""
        key_hash = hashlib.sha256(issuer.key.spki).digest()
        entry = b"\0\1" + key_hash + len(signed).to_bytes(3, "big") + signed
        return self.timestamp(entry, at, **how)


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def list_file(*logs: TestLog, date: datetime = NOW) -> bytes:
    """Return a list in the format of Chrome, version 3."""
    operators: dict[str, dict] = {}
    for log in logs:
        operator = operators.setdefault(
            log.operator, {"name": log.operator, "email": [], "logs": [], "tiled_logs": []}
        )
        operator["tiled_logs" if log.static else "logs"].append(log.entry())
    return json.dumps(
        {
            "version": "60.1",
            "log_list_timestamp": stamp(date),
            "operators": list(operators.values()),
        }
    ).encode()


def log_list(*logs: TestLog, date: datetime = NOW) -> LogList:
    return LogList.from_json(list_file(*logs, date=date))


def embedded(issuer: Issued, *logs: TestLog, at=ISSUED, days: float = 90, change=None, **how):
    """Return a leaf with timestamps of `logs`; `change` makes others of the SerializedSCTs.

    The precertificate and the certificate are the same but for the list, the serial number
    too: what is signed is the TBSCertificate that had neither poison nor list.
    """
    how.setdefault("key", p256())
    how.setdefault("serial", 0x123456)
    how.setdefault("not_before", at)
    how["not_after"] = how.get("not_after") or how["not_before"] + timedelta(days=days)
    plain = (key_usage(LEAF_USAGE), subject_alternative_name(dns("host.example")))
    bare = issue("a leaf", issuer, extensions=plain, **how)
    signed = first_of(bare.der)
    scts = [log.for_precertificate(issuer, signed, at) for log in logs]
    if change is not None:
        scts = change(scts)
    listed = extension(SCT_LIST, octets(timestamp_list(*scts)))
    return issue("a leaf", issuer, extensions=(*plain, listed), **how)


def first_of(der: bytes) -> bytes:
    """Return the first element inside a SEQUENCE: of a certificate, the TBSCertificate."""
    start = 2 + (der[1] & 0x7F if der[1] & 0x80 else 0)
    size = der[start + 1]
    if size & 0x80:
        count = size & 0x7F
        length = int.from_bytes(der[start + 2 : start + 2 + count], "big")
        return der[start : start + 2 + count + length]
    return der[start : start + 2 + size]
