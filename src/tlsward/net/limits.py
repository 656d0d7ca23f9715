"""How much a scan of one endpoint may take: of the server, of the network, of time."""

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on the connections to one endpoint. Durations are in seconds.

    `max_connections` counts every connection opened, retries as well; `concurrency` is how
    many may be open at once to begin with (the driver goes down to one where a server
    cannot bear it); `rate_per_second` paces the openings. `timeout_seconds` is the longest
    silence of a server, `preamble_timeout_seconds` the longest one before TLS begins (mail
    servers make clients wait for the greeting on purpose). `conversation_deadline_seconds`
    bounds a connection from its opening to its end whatever is sent on it. `deadline` is
    the moment (`time.monotonic()`) at which the whole scan ends.
    """

    max_connections: int | None = 1000
    concurrency: int = 30
    rate_per_second: float | None = None
    connect_timeout_seconds: float = 5.0
    timeout_seconds: float = 5.0
    preamble_timeout_seconds: float = 15.0
    conversation_deadline_seconds: float = 30.0
    deadline: float | None = None
    max_bytes_per_connection: int = 1 << 20
    retries: int = 2
