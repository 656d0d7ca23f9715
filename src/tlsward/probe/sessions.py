"""Whether and how sessions are resumed: session id, ticket, TLS 1.3 pre-shared key.

These questions need a handshake carried to its end; each takes two, one after the other.
"""

import msgspec

from tlsward.facts.suites import CipherSuiteFacts
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.observation import FAILURES, Observation, Outcome, Resumption
from tlsward.probe.knowledge import Knowledge
from tlsward.probe.plan import Plan, is_served, reason
from tlsward.probe.probe import Goal, Probe
from tlsward.wire import extensions
from tlsward.wire.codepoints import AlertDescription, name_of
from tlsward.wire.hello import Extension


class SessionFindings(msgspec.Struct, kw_only=True):
    """Answers, and the reason where one could not be had."""

    session_id: Answer = UNKNOWN
    ticket: Answer = UNKNOWN
    psk: Answer = UNKNOWN
    early_data: Answer = UNKNOWN
    ticket_lifetime_seconds: int | None = None
    reasons: dict[str, str] = {}


def older_sessions(knowledge: Knowledge) -> Plan[SessionFindings]:
    """Resume a session of TLS 1.2 or older by ticket and by session id."""
    found = SessionFindings(reasons={})
    template = knowledge.older("sessions", _can_be_finished)
    if template is None or template.bare:
        found.session_id = found.ticket = NO if knowledge.lacks_older == YES else UNKNOWN
        return found
    # With extended_master_secret, as every client of today: JSSE does not resume without.
    template = msgspec.structs.replace(
        template, goal=Goal.HANDSHAKE, extra_extensions=(extensions.extended_master_secret(),)
    )
    with_ticket = _also(template, extensions.session_ticket())
    seen_ticket, seen_id = yield [with_ticket, template]
    second: list[tuple[str, Probe]] = []
    if seen_ticket.resumption is not None:
        found.ticket_lifetime_seconds = seen_ticket.ticket_lifetime_seconds
        if seen_ticket.resumption.ticket:
            second.append(("ticket", _offering_ticket(template, seen_ticket.resumption)))
        else:
            found.ticket = NO
    else:
        found.reasons["session.ticket_resumption"] = reason(seen_ticket)
    if seen_id.resumption is not None:
        if seen_id.session_id:
            second.append(("session_id", _offering_id(template, seen_id.resumption)))
        else:
            found.session_id = NO
    else:
        found.reasons["session.session_id_resumption"] = reason(seen_id)
    for _ in range(2):
        if not second:
            break
        observations = yield [probe for _, probe in second]
        for (name, probe), seen in zip(second, observations, strict=True):
            setattr(found, name, _resumed(probe, seen))
        # A server may put a session into its cache after it has sent its last message, and
        # we may be back before that: a "no" is asked again.
        second = [(name, probe) for name, probe in second if getattr(found, name) == NO]
    return found


def _can_be_finished(facts: CipherSuiteFacts) -> bool:
    from tlsward.wire.secrets12 import SUPPORTED_SUITES

    return facts.code in SUPPORTED_SUITES


def _offering_ticket(template: Probe, resumption: Resumption) -> Probe:
    # RFC 5077 section 3.4: with a session id of its own the client can tell resumption apart.
    offered = msgspec.structs.replace(resumption, session_id=resumption.ticket[:16].ljust(32, b"t"))
    return msgspec.structs.replace(
        _also(template, extensions.session_ticket(resumption.ticket)),
        cipher_suites=(resumption.cipher_suite,),
        resumption=offered,
    )


def _also(template: Probe, extension: Extension) -> Probe:
    return msgspec.structs.replace(
        template, extra_extensions=(*template.extra_extensions, extension)
    )


def _offering_id(template: Probe, resumption: Resumption) -> Probe:
    return msgspec.structs.replace(
        template, cipher_suites=(resumption.cipher_suite,), resumption=resumption
    )


def _resumed(probe: Probe, seen: Observation) -> Answer:
    if seen.resumed and seen.outcome is Outcome.SERVED:
        return YES
    return NO if is_served(probe, seen) else UNKNOWN


def newer_sessions(knowledge: Knowledge) -> Plan[SessionFindings]:
    """Resume a TLS 1.3 session by the ticket that followed its handshake."""
    found = SessionFindings(reasons={})
    template = knowledge.newer("sessions")
    if template is None:
        found.psk = found.early_data = NO if knowledge.lacks_newer == YES else UNKNOWN
        return found
    template = msgspec.structs.replace(template, goal=Goal.HANDSHAKE)
    (seen,) = yield [template]
    if seen.resumption is None:
        if seen.alert not in {None, AlertDescription.CLOSE_NOTIFY}:
            # It went on to refuse us, as one does that wants a certificate of the client.
            alert = name_of(AlertDescription, seen.alert or 0)
            found.reasons["session.psk_resumption"] = f"sent the alert {alert} after the handshake"
        elif is_served(template, seen):
            found.psk = found.early_data = NO
        else:
            found.reasons["session.psk_resumption"] = reason(seen)
        return found
    resumption = seen.resumption
    found.ticket_lifetime_seconds = seen.ticket_lifetime_seconds
    found.early_data = YES if resumption.max_early_data_size else NO
    probe = msgspec.structs.replace(
        template,
        cipher_suites=(resumption.cipher_suite,),
        # A share of the group that was agreed on, so that no retry is needed: a second
        # hello would need a binder of its own.
        key_share_groups=(seen.group,) if seen.group is not None else template.key_share_groups,
        resumption=resumption,
        goal=Goal.FLIGHT,
    )
    (seen,) = yield [probe]
    found.psk = _resumed(probe, seen)
    if seen.outcome in FAILURES:
        found.reasons["session.psk_resumption"] = reason(seen)
    return found
