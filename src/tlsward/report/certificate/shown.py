"""What is shown of a file or host: its chains, each certificate explained, and its keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tlsward.model.answer import UNKNOWN, Answer
from tlsward.model.certificate import Certificate

if TYPE_CHECKING:
    from tlsward.pki.explanation.certificate import ExplainedCertificate
    from tlsward.pki.explanation.keys import ExplainedKey
    from tlsward.pki.explanation.request import ExplainedRequest


#: Characters of a name in a title; the whole name stands below it.
LONGEST_NAME = 100


class ShownCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate; `explained` is None where it cannot be read, and its `error` says why."""

    certificate: Certificate
    explained: "ExplainedCertificate | None" = None


class ShownChain(msgspec.Struct, frozen=True, kw_only=True):
    """A chain and how it was met, as `model.served_chain` has it."""

    certificates: tuple[ShownCertificate, ...]
    hostname: str | None = None
    protocols: tuple[str, ...] = ()
    served_with_sni: Answer = UNKNOWN
    served_without_sni: Answer = UNKNOWN


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one source.

    `others` are what a file has besides, `missed` what a host may serve besides, in words;
    `reason` says why a host showed nothing.
    """

    name: str
    now: datetime
    chains: tuple[ShownChain, ...] = ()
    requests: tuple["ExplainedRequest", ...] = ()
    keys: tuple["ExplainedKey", ...] = ()
    others: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    reason: str | None = None


def short_name(certificate: Certificate) -> str:
    """Return what a person would call a certificate: its first name, or its subject."""
    names = (*certificate.dns_names, *certificate.ip_addresses)
    name = certificate.subject or certificate.sha256
    if names and not certificate.is_ca:
        name = names[0]
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"


def reception(
    protocols: Sequence[str], with_sni: Answer, without_sni: Answer, hostname: str | None
) -> str:
    """Return in words who gets a chain; empty for that of a file."""
    if hostname is None and not protocols:
        return ""
    words = [f"served in {', '.join(protocols)}"] if protocols else []
    if with_sni == "no" and without_sni == "yes":
        words.append("only to clients that send no server_name")
    elif with_sni == "yes" and without_sni == "no":
        words.append("only to clients that send the server_name")
    elif with_sni == "yes" and without_sni == "yes":
        words.append("to clients with and without server_name")
    return ", ".join(words)
