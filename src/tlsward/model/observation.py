"""What one connection showed: the evidence every answer rests on."""

from enum import StrEnum

import msgspec


class Outcome(StrEnum):
    """How a connection ended.

    `SERVED` needs proof: the whole server flight of TLS 1.2 and older, an opened and
    verified Finished of TLS 1.3. `HELLO_ONLY` is a ServerHello that nothing proved;
    `RETRY` a HelloRetryRequest that the probe was content with. `ALERT`, `CLOSED`
    and `RESET` are refusals, each server's own; what follows is failure, from which
    no "no" is ever read.
    """

    SERVED = "served"
    HELLO_ONLY = "hello only"
    RETRY = "hello retry request"
    ALERT = "alert"
    CLOSED = "closed"
    RESET = "reset"
    NOT_TLS = "not tls"
    MALFORMED = "malformed"
    TIMEOUT = "timed out"
    UNREACHABLE = "unreachable"
    STARTTLS_REFUSED = "starttls refused"
    OVER_BUDGET = "over budget"


#: Outcomes that say the server understood and declined.
REFUSALS = frozenset({Outcome.ALERT, Outcome.CLOSED, Outcome.RESET})
#: Outcomes that say nothing about what was asked.
FAILURES = frozenset(
    {
        Outcome.NOT_TLS,
        Outcome.MALFORMED,
        Outcome.TIMEOUT,
        Outcome.UNREACHABLE,
        Outcome.STARTTLS_REFUSED,
        Outcome.OVER_BUDGET,
    }
)


class MessageTrace(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a handshake as `inspect` shows it; times in seconds from connect."""

    sender: str
    name: str
    size: int
    at: float
    encrypted: bool = False
    note: str = ""


class Resumption(msgspec.Struct, frozen=True, kw_only=True):
    """State of a finished handshake, to be offered again in a later one.

    TLS 1.2 and older: `master_secret` with a session id or ticket. TLS 1.3: `psk`,
    `ticket` and `ticket_age_add` (RFC 9846 section 4.2.11); `max_early_data_size` is
    None where the ticket does not allow early data.
    """

    cipher_suite: int
    master_secret: bytes = b""
    extended_master_secret: bool = False
    session_id: bytes = b""
    ticket: bytes = b""
    psk: bytes = b""
    ticket_age_add: int = 0
    max_early_data_size: int | None = None


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one connection with everything read from it.

    Numbers are wire code points (`version` 0x0303, for SSLv2 0x0002). `extensions`
    holds the raw data of the ServerHello's and EncryptedExtensions' entries by type;
    `certificates` DER, leaf first; `detail` a reason in words for a failure; `proved`
    that the server's whole flight was read (and in TLS 1.3 its Finished verified).
    """

    outcome: Outcome
    detail: str = ""
    version: int | None = None
    cipher_suite: int | None = None
    cipher_suites: tuple[int, ...] = ()
    compression_method: int = 0
    session_id: bytes = b""
    extensions: dict[int, bytes] = {}
    group: int | None = None
    dh_bits: int | None = None
    dh_prime: bytes | None = None
    key_exchange_public: bytes | None = None
    signature_scheme: int | None = None
    certificates: tuple[bytes, ...] = ()
    certificate_compression: int | None = None
    ocsp_response: bytes | None = None
    sct_list: bytes | None = None
    client_certificate_requested: bool = False
    tickets: tuple[bytes, ...] = ()
    ticket_lifetime_seconds: int | None = None
    resumed: bool = False
    resumption: Resumption | None = None
    proved: bool = False
    alert: int | None = None
    trace: tuple[MessageTrace, ...] = ()
