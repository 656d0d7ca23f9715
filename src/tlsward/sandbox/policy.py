"""TLS policies of an endpoint: what a load balancer's security policy fixes.

Suites are named as OpenSSL names them, in the order of preference of the server.
"""

import msgspec


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Versions, suites and group an endpoint serves, always in its own order.

    `protocols` are names of `model.PROTOCOLS`, contiguous; `cipher_suites` those up to
    TLS 1.2 (OpenSSL serves its own three in TLS 1.3); `group` the one group of the
    key exchange; `strict_transport_security` the header's max-age in seconds, or None.
    """

    name: str
    protocols: tuple[str, ...]
    cipher_suites: tuple[str, ...] = ()
    group: str = "prime256v1"
    strict_transport_security: int | None = None


#: What the load balancers of 2015 served by default to an ECDSA certificate.
LOAD_BALANCER_2015 = Policy(
    name="load balancer of 2015",
    protocols=("TLSv1", "TLSv1.1", "TLSv1.2"),
    cipher_suites=(
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-AES128-SHA256",
        "ECDHE-ECDSA-AES256-SHA384",
        "ECDHE-ECDSA-AES128-SHA",
        "ECDHE-ECDSA-AES256-SHA",
    ),
)


def modern_policy(guideline: str) -> Policy:
    """Return the modern level of a guideline version, as a server with an ECDSA key serves it.

    The suites of other certificate types are left out, because such a server cannot serve
    them. Of the groups one is served, because Python's ssl can be given one or none, and what
    it serves by itself is more than any guideline allows. Raises UnknownGuidelineError for a
    version nobody published.
    """
    from tlsward.facts.guidelines import guideline as published

    level = published(guideline).levels["modern"]
    suites = (name for name in level.cipher_suites if name.startswith("ECDHE-ECDSA-"))
    return Policy(
        name=f"modern level of guideline {guideline}",
        protocols=level.protocols,
        cipher_suites=tuple(suites),
        strict_transport_security=level.hsts_min_age,
    )
