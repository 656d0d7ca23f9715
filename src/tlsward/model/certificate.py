"""Certificates as they are reported, and what trust says of them."""

from datetime import datetime

import msgspec

from tlsward.model.answer import UNKNOWN, Answer
from tlsward.model.dns import CaaVerdict, Dane
from tlsward.model.lifetime import Lifetime
from tlsward.model.lint import KeyWeakness, LintFinding
from tlsward.model.revocation import Revocation
from tlsward.model.transparency import SignedCertificateTimestamp, TransparencyVerdict


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """A subject public key.

    `algorithm` is rsa, ecdsa, ed25519, ed448, dsa, gost or the OID; `size` its length
    in bits (None where unknown); `curve` the guideline's curve name.
    """

    algorithm: str
    size: int | None = None
    curve: str | None = None


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate says, as text safe to show (control characters escaped).

    Names are RFC 4514 strings; `serial` is lower-case hex; `sha256` the fingerprint
    of the certificate and `spki_sha256` the Base64 pin of its public key (RFC 7469);
    `signature_algorithm` has OpenSSL's name (sha256WithRSAEncryption). `error` says what
    cannot be read: the whole, then only `sha256` and `der` are filled in, or a part such
    as the extensions, whose fields are then empty. A pin that is not known is empty.
    """

    sha256: str
    der: bytes
    subject: str = ""
    issuer: str = ""
    serial: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    dns_names: tuple[str, ...] = ()
    ip_addresses: tuple[str, ...] = ()
    key: PublicKey | None = None
    signature_algorithm: str = ""
    spki_sha256: str = ""
    is_ca: bool = False
    self_signed: bool = False
    ocsp_urls: tuple[str, ...] = ()
    crl_urls: tuple[str, ...] = ()
    issuer_urls: tuple[str, ...] = ()
    must_staple: bool = False
    scts: tuple[SignedCertificateTimestamp, ...] = ()
    error: str | None = None


class TrustPath(msgspec.Struct, frozen=True, kw_only=True):
    """One path from the leaf to a root of a store, or the reason why there is none.

    `subjects` runs from the leaf to the root; `reason` is None for a valid path, and says
    what could not be checked where that decides. `added` has the fingerprints of those
    certificates that the server did not send: from a pool, or fetched.
    """

    store: str
    subjects: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()
    reason: str | None = None
    added: tuple[str, ...] = ()


class ChainFacts(msgspec.Struct, frozen=True, kw_only=True):
    """How the served chain is built.

    `order` is no where a certificate does not certify the one before it; `complete`
    is no where an intermediate is missing, wherever else it was found; `extra` and
    `contains_root` name what need not have been sent; `not_fetched` says why missing
    ones that were to be fetched could not be.
    """

    order: Answer = UNKNOWN
    complete: Answer = UNKNOWN
    contains_root: Answer = UNKNOWN
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    not_fetched: tuple[str, ...] = ()


class Staple(msgspec.Struct, frozen=True, kw_only=True):
    """A stapled OCSP response (RFC 6960), `status` good, revoked, unknown or an error word."""

    status: str
    this_update: datetime | None = None
    next_update: datetime | None = None
    signature_valid: Answer = UNKNOWN


class CertificateDeployment(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate the server has, with its chain and what trust says of it.

    `trust` maps a store's name (mozilla, microsoft, apple, android, java, chrome,
    private) to yes, no or unknown; `served_without_sni` says whether it is what a
    client that sends no server_name gets. `revocation` has an entry for each certificate
    that was asked about, leaf first, and is empty where nobody asked; so is `lint`. `added`
    are the certificates on paths that the server did not send and no store has. `public`
    says that the leaf shows itself to be of a public authority, or that a way leads to a
    root of one; without that `transparency` is empty. `caa` and `dane` are
    filled in where the DNS was asked. All of them are about this chain alone.
    """

    key: PublicKey
    chain: tuple[Certificate, ...]
    trust: dict[str, Answer] = {}
    trust_reasons: dict[str, str] = {}
    hostname_match: Answer = UNKNOWN
    paths: tuple[TrustPath, ...] = ()
    added: tuple[Certificate, ...] = ()
    chain_facts: ChainFacts = ChainFacts()
    expired: Answer = UNKNOWN
    staple: Staple | None = None
    ocsp_stapling: str = "unknown"
    served_with_sni: Answer = UNKNOWN
    served_without_sni: Answer = UNKNOWN
    protocols: tuple[str, ...] = ()
    public: bool = False
    lifetime: Lifetime | None = None
    key_weaknesses: tuple[KeyWeakness, ...] = ()
    transparency: tuple[TransparencyVerdict, ...] = ()
    revocation: tuple[Revocation, ...] = ()
    lint: tuple[LintFinding, ...] = ()
    caa: tuple[CaaVerdict, ...] = ()
    dane: Dane | None = None
