"""The ClientHello of a probe, byte by byte reproducible but for its randomness."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tlsward.probe.probe import Probe
from tlsward.wire import extensions
from tlsward.wire.codepoints import ProtocolVersion
from tlsward.wire.hello import ClientHello, Extension

if TYPE_CHECKING:  # at run time it would pull in cryptography
    from tlsward.wire.key_share import KeyShare

Entropy = Callable[[int], bytes]


def client_hello(
    probe: Probe,
    random: bytes,
    session_id: bytes,
    shares: Sequence[tuple[int, bytes]],
    cookie: bytes | None = None,
) -> ClientHello:
    """Build the hello of `probe`.

    `shares` are the key_share entries (group, public key) in order; `cookie` is the
    one of a HelloRetryRequest, to be sent back (RFC 9846 section 4.2.2).
    """
    tls13 = probe.is_tls13
    blocks: list[Extension] = []
    if probe.server_name is not None:
        blocks.append(extensions.server_name(probe.server_name))
    if probe.renegotiation_info and not tls13:
        blocks.append(extensions.renegotiation_info())
    if probe.groups:
        blocks.append(extensions.supported_groups(probe.groups))
        if not tls13:
            blocks.append(extensions.ec_point_formats())
    if probe.signature_schemes and probe.version >= ProtocolVersion.TLS12:
        blocks.append(extensions.signature_algorithms(probe.signature_schemes))
    if tls13:
        blocks.append(extensions.supported_versions((ProtocolVersion.TLS13,)))
        if cookie is not None:
            blocks.append(extensions.cookie(cookie))
        blocks.append(extensions.psk_key_exchange_modes())
        blocks.append(extensions.key_share(shares))
    blocks.extend(probe.extra_extensions)
    return ClientHello(
        # RFC 9846 section 4.1.2: legacy_version stays 0x0303 in TLS 1.3.
        legacy_version=min(probe.version, ProtocolVersion.TLS12),
        random=random,
        session_id=session_id,
        cipher_suites=probe.cipher_suites,
        compression_methods=probe.compression_methods,
        extensions=None if probe.bare else tuple(blocks),
    )


def record_version(version: int) -> int:
    """Return the version of the record that carries the hello.

    RFC 9846 section 5.1 allows 0x0301 for an initial ClientHello, which is what every
    browser sends; SSL 3.0 servers want their own.
    """
    return version if version == ProtocolVersion.SSL3 else ProtocolVersion.TLS10


class KeyShares:
    """Key pairs by group, made when first asked for.

    A scan may use one set for all its connections: the keys protect nothing, and
    making them afresh would cost more CPU than everything else about a hello.
    """

    def __init__(self) -> None:
        self._pairs: dict[int, KeyShare] = {}

    def share(self, group: int) -> "KeyShare":
        """Return the key pair of `group`; raises UnsupportedGroup for one we cannot make."""
        pair = self._pairs.get(group)
        if pair is None:
            from tlsward.wire.key_share import KeyShare

            pair = self._pairs[group] = KeyShare.generate(group)
        return pair
