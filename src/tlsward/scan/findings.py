"""Everything that one interview found, before it is put into words."""

from typing import TYPE_CHECKING

import msgspec

from tlsward.model.answer import UNKNOWN, Answer, Applicability
from tlsward.model.observation import Observation
from tlsward.probe.certificates import CertificateSightings
from tlsward.probe.enumeration import Enumeration
from tlsward.probe.groups import GroupFindings
from tlsward.probe.knowledge import Knowledge
from tlsward.probe.negotiation import Negotiation
from tlsward.probe.ordering import Ordering
from tlsward.probe.sessions import SessionFindings

if TYPE_CHECKING:
    from tlsward.scan.http_layer import HttpLayer


class Findings(msgspec.Struct, kw_only=True):
    """The answers of the plans; what was not asked has its default."""

    knowledge: Knowledge
    orderings: dict[str, Ordering] = {}
    certificates: CertificateSightings | None = None
    newer_groups: GroupFindings | None = None
    older_groups: GroupFindings | None = None
    curves_fallback: Answer = UNKNOWN
    newer_schemes: Enumeration | None = None
    older_schemes: Enumeration | None = None
    older_extensions: dict[str, Applicability] = {}
    newer_extensions: Negotiation | None = None
    alpn_state: Answer = UNKNOWN
    alpn: tuple[str, ...] = ()
    fallback: tuple[Applicability, str] = (UNKNOWN, "not asked")
    older_sessions: SessionFindings | None = None
    newer_sessions: SessionFindings | None = None
    http: "HttpLayer | None" = None
    failures: list[Observation] = []
    answered: bool = False
    cut_off: bool = False
