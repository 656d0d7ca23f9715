"""The lesson on forward secrecy: recordings, one private key, and what it opens of each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from tlsward.facts.groups import group
from tlsward.facts.suites import suite
from tlsward.model.lesson import Arrow, Box, Flow, Ladder, Lesson, Link, Remark, Value
from tlsward.model.recording import Recording
from tlsward.primer.closed import Closed
from tlsward.primer.sessions import Opened, open_session
from tlsward.primer.signed_exchange import signature_holds
from tlsward.primer.telling import Teller, octets
from tlsward.primer.watching import Seen, seen_in
from tlsward.wire.codepoints import ExtensionType, ProtocolVersion, name_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

#: Lines and columns of what was said that are shown.
_MOST_LINES, _MOST_COLUMNS = 24, 100
_OCTETS_SHOWN = 24
#: Messages of a recording that are drawn.
_MOST_MESSAGES = 40


class OpenedRecording(msgspec.Struct, frozen=True, kw_only=True):
    """A recording, what it shows to all, and what it shows to one who has the private key."""

    title: str
    seen: Seen
    outcome: Opened | Closed


def try_key(recording: Recording, key: "RSAPrivateKey", title: str = "") -> OpenedRecording:
    """Return what a private key opens of a recording."""
    seen = seen_in(recording)
    name = title or recording.note or "a session"
    return OpenedRecording(title=name, seen=seen, outcome=open_session(seen, key))


def forward_secrecy(tried: Sequence[OpenedRecording]) -> Lesson:
    """Tell what a stolen private key opens of recordings."""
    tell = Teller("forward-secrecy")
    results: dict[str, object] = {}
    for number, each in enumerate(tried, 1):
        _recorded(tell, each)
        if isinstance(each.outcome, Opened):
            _opened(tell, each.seen, each.outcome)
        else:
            _closed(tell, each.seen, each.outcome)
        results |= _results(number, each)
    return tell.lesson(results, _conclusion([each.outcome for each in tried]))


def _conclusion(outcomes: Sequence[Opened | Closed]) -> str:
    if len(outcomes) > 1:
        return "both"
    (outcome,) = outcomes
    if isinstance(outcome, Opened):
        return "opened"
    if outcome.forward_secret is None:
        return "resumed" if outcome.missing else "unopened"
    return "closed" if outcome.forward_secret else "other-secret"


def _recorded(tell: Teller, each: OpenedRecording) -> None:
    seen = each.seen
    name = "none" if seen.cipher_suite is None else suite(seen.cipher_suite).iana_name
    tell.step("recorded", title=each.title, suite=name, figure=_ladder(tell, seen))


def _ladder(tell: Teller, seen: Seen) -> Ladder:
    rungs: list[Arrow | Remark] = [
        Arrow(
            sender="left" if message.sender == "client" else "right",
            name=message.name,
            note=octets(message.size),
            sealed=message.sealed,
        )
        for message in seen.messages[:_MOST_MESSAGES]
    ]
    more = len(seen.messages) - _MOST_MESSAGES
    if more > 0:
        rungs.append(Remark(text=tell.word("more", count=more)))
    return Ladder(left=tell.word("client"), right=tell.word("server"), rungs=tuple(rungs))


def _opened(tell: Teller, seen: Seen, opened: Opened) -> None:
    tell.step("rsa", figure=_open_figure(tell, opened))
    tell.step(
        "opened",
        octets=len(opened.encrypted_premaster),
        values=[
            Value(name="encrypted", value=_beginning(opened.encrypted_premaster)),
            Value(name="premaster secret", value=opened.premaster.hex(), tone="bad"),
        ],
    )
    hello, answer = seen.client_hello, seen.server_hello
    tell.step(
        "keys",
        mixed=tell.word("transcript" if opened.extended_master_secret else "randoms"),
        values=[
            Value(name="client random", value="" if hello is None else hello.random.hex()),
            Value(name="server random", value="" if answer is None else answer.random.hex()),
            Value(name="master secret", value=opened.master_secret.hex(), tone="bad"),
        ],
    )
    verified = opened.finished_verified
    if verified:
        who = tell.word("who-both") if len(verified) == 2 else verified[0]
        tell.step("verified", who=who)
    for sender, step in (("client", "request"), ("server", "response")):
        said = opened.all_of("client" if sender == "client" else "server")
        if said:
            tell.step(step, quoted=_lines(said))
    if not opened.said and opened.error is None:
        tell.step("nothing-said")
    if opened.error is not None:
        tell.step("broken-off", reason=_sentence(opened.error))


def _closed(tell: Teller, seen: Seen, closed: Closed) -> None:
    if not closed.forward_secret:
        tell.step("unopened", reason=_sentence(closed.reason))
        if closed.missing:
            tell.step("elsewhere", missing=" and ".join(closed.missing))
        return
    exchanged = seen.server_key_exchange
    public = seen.client_key_exchange
    tell.step("ephemeral", figure=_closed_figure(tell), values=_sent(seen))
    if exchanged is not None and exchanged.signature:
        holds = signature_holds(seen)
        words = {True: "holds", False: "does not hold", None: "cannot be computed here"}[holds]
        tell.step(
            "signed",
            values=[
                Value(name="signature", value=_beginning(exchanged.signature)),
                Value(name="check", value=words, tone="good" if holds else "warn"),
            ],
        )
    if public is not None:
        refused = closed.attempt
        tell.step(
            "tried",
            octets=len(public),
            values=[Value(name="decrypted", value=refused, tone="good")] if refused else [],
        )
    missing = " and ".join(closed.missing)
    tell.step("closed", reason=_sentence(closed.reason), missing=missing)
    sent = seen.sealed_octets["client"]
    if sent:
        sealed = [
            each.record.payload
            for each in seen.order
            if not isinstance(each, bytes) and each.sender == "client"
        ]
        values = [Value(name="the last of it", value=_beginning(sealed[-1]))]
        tell.step("sealed", octets=sent, values=values)
    _other_boxes(tell, seen)


def _other_boxes(tell: Teller, seen: Seen) -> None:
    """Tell what else than a private key may open an ephemeral session."""
    if seen.has_ticket:
        tell.step("ticket")
    hello = seen.client_hello
    if hello is not None and hello.extension(ExtensionType.EARLY_DATA) is not None:
        tell.step("early-data")


def _sent(seen: Seen) -> list[Value]:
    values = []
    exchanged = seen.server_key_exchange
    if exchanged is not None:
        name = "" if exchanged.group is None else group(exchanged.group).name
        values.append(Value(name="server sent", value=_beginning(exchanged.public), note=name))
    if seen.client_key_exchange:
        # RFC 8422 section 5.7: one octet of length before the point.
        values.append(Value(name="client sent", value=_beginning(seen.client_key_exchange[1:])))
    return values


def _open_figure(tell: Teller, opened: Opened) -> Flow:
    boxes = ("private-key", "premaster", "master", "traffic-keys", "plaintext")
    notes = {"premaster": (tell.word("box"),)}
    mixed = "so-far" if opened.extended_master_secret else "randoms"
    return Flow(
        boxes=tuple(
            Box(
                title=tell.word(name),
                lines=notes.get(name, ()),
                tone="bad" if name == "plaintext" else ("warn" if name == "private-key" else ""),
            )
            for name in boxes
        ),
        links=(
            Link(label=tell.word("decrypts"), tone="bad"),
            Link(label=tell.word(mixed), tone="bad"),
            Link(tone="bad"),
            Link(label=tell.word("decrypts"), tone="bad"),
        ),
    )


def _closed_figure(tell: Teller) -> Flow:
    return Flow(
        boxes=(
            Box(title=tell.word("private-key"), tone="warn"),
            Box(title=tell.word("missing"), lines=(tell.word("forgotten"),), tone="good"),
            Box(title=tell.word("master")),
            Box(title=tell.word("traffic-keys")),
            Box(title=tell.word("plaintext"), tone="good"),
        ),
        links=(Link(label=tell.word("nothing"), broken=True, tone="good"), *(Link(),) * 3),
    )


def _results(number: int, each: OpenedRecording) -> dict[str, object]:
    outcome, seen = each.outcome, each.seen
    results: dict[str, object] = {
        "title": each.title,
        "version": "none" if seen.version is None else name_of(ProtocolVersion, seen.version),
        "cipher_suite": (
            "none" if seen.cipher_suite is None else suite(seen.cipher_suite).iana_name
        ),
        "opened": "yes" if isinstance(outcome, Opened) else "no",
        "forward_secret": _forward_secret(outcome),
    }
    if isinstance(outcome, Opened):
        results |= {
            "premaster_secret": outcome.premaster,
            "master_secret": outcome.master_secret,
            "extended_master_secret": "yes" if outcome.extended_master_secret else "no",
            "finished_verified": ", ".join(outcome.finished_verified),
            "client_said": outcome.all_of("client").decode("utf-8", "replace"),
            "server_said": outcome.all_of("server").decode("utf-8", "replace"),
        }
    else:
        results |= {"reason": outcome.reason, "missing": ", ".join(outcome.missing)}
    return {f"session_{number}_{name}": value for name, value in results.items()}


def _forward_secret(outcome: Opened | Closed) -> str:
    known = False if isinstance(outcome, Opened) else outcome.forward_secret
    return {True: "yes", False: "no", None: "unknown"}[known]


def _lines(said: bytes) -> tuple[str, ...]:
    lines = said.decode("utf-8", "replace").rstrip().splitlines()
    shown = [
        line if len(line) <= _MOST_COLUMNS else line[:_MOST_COLUMNS] + "…"
        for line in lines[:_MOST_LINES]
    ]
    if len(lines) > _MOST_LINES:
        shown.append(f"… ({len(lines) - _MOST_LINES} more lines)")
    return tuple(shown)


def _beginning(data: bytes) -> str:
    if len(data) <= _OCTETS_SHOWN:
        return data.hex()
    return f"{data[:_OCTETS_SHOWN].hex()}… ({octets(len(data))})"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
