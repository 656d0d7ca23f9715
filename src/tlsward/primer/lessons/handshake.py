"""The lesson on the handshake: a live connection's own messages, drawn as a ladder."""

from collections.abc import Iterator, Sequence

import msgspec

from tlsward.facts.groups import group
from tlsward.facts.suites import suite
from tlsward.model.lesson import Arrow, Grid, Ladder, Lesson, Remark
from tlsward.model.observation import MessageTrace, Observation
from tlsward.primer.telling import Teller, octets
from tlsward.wire.codepoints import ExtensionType, ProtocolVersion, name_of

_TLS12, _TLS13 = "TLSv1.2", "TLSv1.3"
#: The keys of each version by what they are derived from, and what they are for. RFC 5246
#: sections 6.3 and 8.1, RFC 9846 section 7.1.
_KEYS = {
    _TLS12: (
        ("premaster secret, both randoms", "master_secret", "the secret of the session"),
        ("master_secret", "client_write_key", "what the client sends"),
        ("master_secret", "server_write_key", "what the server sends"),
        ("master_secret", "verify_data", "the seal in both Finished"),
    ),
    _TLS13: (
        ("the key exchange", "Handshake Secret", "all of the handshake"),
        ("Handshake Secret", "client_handshake_traffic_secret", "the client's Finished"),
        ("Handshake Secret", "server_handshake_traffic_secret", "the server's flight"),
        ("Handshake Secret", "Main Secret", "all that follows"),
        ("Main Secret", "client_application_traffic_secret_0", "what the client sends"),
        ("Main Secret", "server_application_traffic_secret_0", "what the server sends"),
        ("Main Secret", "exporter_secret", "other protocols"),
        ("Main Secret", "resumption_secret", "later connections"),
    ),
}


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """A connection whose handshake is told: to whom, and what was seen of it."""

    source: str
    seen: Observation


def handshake(connections: Sequence[Connection]) -> Lesson:
    """Tell the handshakes of connections, one after another."""
    tell = Teller("handshake")
    results: dict[str, object] = {}
    for connection in connections:
        seen = connection.seen
        version = _version(seen)
        known = version if version in _KEYS else "older"
        tell.step(
            known,
            version=version,
            source=connection.source,
            suite=_suite(seen),
            trips=tell.word("retried" if _retried(seen) else "at-once"),
            group="" if seen.group is None else tell.word("group", group=group(seen.group).name),
            figure=ladder(tell, seen),
        )
        if version in _KEYS:
            grid = Grid(heads=("from", "comes", "for"), rows=_keys(seen, version))
            tell.step(f"keys-{version}", grid=grid)
        results[f"{version} messages"] = " ".join(each.name for each in seen.trace)
        results[f"{version} cipher suite"] = _suite(seen)
    whole = all(_finished(connection.seen) for connection in connections)
    return tell.lesson(results, "" if whole else "unfinished")


def _retried(seen: Observation) -> bool:
    return any(message.name == "HelloRetryRequest" for message in seen.trace)


def _finished(seen: Observation) -> bool:
    """Return whether both sides sent their Finished."""
    return len({each.sender for each in seen.trace if each.name == "Finished"}) == 2


def _keys(seen: Observation, version: str) -> tuple[tuple[str, str, str], ...]:
    rows = _KEYS[version]
    if version == _TLS12 and ExtensionType.EXTENDED_MASTER_SECRET in seen.extensions:
        # RFC 7627 section 4: of the handshake so far, not of the randoms alone.
        return (("premaster secret, all so far", *rows[0][1:]), *rows[1:])
    return rows


def ladder(tell: Teller, seen: Observation) -> Ladder:
    """Return the messages of a connection with what each carries, and when keys are there."""
    return Ladder(
        left=tell.word("client"), right=tell.word("server"), rungs=tuple(_rungs(tell, seen))
    )


def _rungs(tell: Teller, seen: Observation) -> Iterator[Arrow | Remark]:
    version = _version(seen)
    hellos = 0
    # Whatever a side sends after its Finished is encrypted, alerts as well.
    finished: set[str] = set()
    for message in seen.trace:
        hellos += message.name == "ClientHello"
        again = message.name == "ClientHello" and hellos > 1
        yield Arrow(
            sender="left" if message.sender == "client" else "right",
            name=message.name,
            note=f"{octets(message.size)}, {message.at * 1000:.1f} ms",
            carries=tell.word("again") if again else _carries(tell, seen, message, version),
            sealed=message.encrypted or message.sender in finished,
        )
        if message.name == "Finished":
            finished.add(message.sender)
            if version == _TLS13 and message.sender == "server":
                yield Remark(text=tell.word("remark-application"))
            if len(finished) == 2:
                yield Remark(text=tell.word("remark-request"))
        if version == _TLS13 and message.name == "ServerHello":
            yield Remark(text=tell.word("remark-TLSv1.3"))
        if version != _TLS13 and message.name == "ClientKeyExchange":
            yield Remark(text=tell.word("remark-TLSv1.2"))


def _carries(tell: Teller, seen: Observation, message: MessageTrace, version: str) -> str:
    if message.name == "ClientKeyExchange" and _key_exchange(seen) == "RSA":
        return tell.word("ClientKeyExchange/RSA")
    if message.name == "Certificate" and message.sender == "client":
        return tell.word("Certificate/client")
    general = tell.word_or(message.name, message.note)
    words = tell.word_or(f"{message.name}/{version}", general)
    if message.name == "Certificate" and seen.certificates:
        count = len(seen.certificates)
        words += f": {count} certificate{'' if count == 1 else 's'}"
    return words


def _key_exchange(seen: Observation) -> str:
    return "" if seen.cipher_suite is None else suite(seen.cipher_suite).key_exchange


def _suite(seen: Observation) -> str:
    return "none" if seen.cipher_suite is None else suite(seen.cipher_suite).iana_name


def _version(seen: Observation) -> str:
    return "none" if seen.version is None else name_of(ProtocolVersion, seen.version)
