"""Every certificate of a server, with as few connections as that takes.

A scan finds the certificates on its way, from connections it makes for other reasons. Who
wants nothing but the certificates asks so: for the newest version that is spoken; then, all
at once, for a certificate with another kind of key, for what a client gets that names no
server, and for the next older version. Where one of them brings a chain that is new, it is
asked again without the kind of key that was seen. A server with one certificate that speaks
TLS 1.3 is asked four times.
"""

import msgspec

from tlsward.facts.suites import suite, suites_for
from tlsward.model.observation import FAILURES, Observation, Outcome
from tlsward.probe.certificates import SCHEMES_BY_KEY, WITH_CERTIFICATE
from tlsward.probe.plan import Plan, is_served, reason
from tlsward.probe.probe import EVERYDAY_SCHEMES, EVERYDAY_TLS13_GROUPS, Probe
from tlsward.probe.suites import LONGEST_OFFER, VERSIONS
from tlsward.wire import extensions

#: Newest first: the first version that is served is where certificates are looked for.
TRIED = ("TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1", "SSLv3")
#: Outcomes after which no other version need be offered.
HOPELESS = frozenset(
    {Outcome.UNREACHABLE, Outcome.NOT_TLS, Outcome.STARTTLS_REFUSED, Outcome.OVER_BUDGET}
)
#: So many hellos may go without an answer, each for the whole time-out.
MOST_SILENCES = 2
#: ML-DSA-44, -65 and -87, which no everyday client offers yet and some servers have beside.
POST_QUANTUM_SCHEMES = (0x0904, 0x0905, 0x0906)
#: Rounds after the first: each may bring one more kind of key.
MOST_ROUNDS = 5


class CertificateSighting(msgspec.Struct, frozen=True, kw_only=True):
    """One chain of a server: how it was asked for, and the observation that has it."""

    protocol: str
    named: bool
    stapled: bool
    observation: Observation


class ServedCertificates(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen, in the order of asking; and where nothing was, `reason` says why.

    `unnamed_asked` is whether a hello without a name was answered, by a certificate or by a
    refusal; `missed` are reasons why there may be certificates that were not seen.
    """

    seen: tuple[CertificateSighting, ...] = ()
    unnamed_asked: bool = False
    missed: tuple[str, ...] = ()
    outcome: Outcome = Outcome.SERVED
    reason: str | None = None


class _Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate to ask for: in a version, by name or not, of no kind that was `seen`."""

    protocol: str
    server_name: str | None
    seen: frozenset[str] = frozenset()
    stapled: bool = True

    def probe(self) -> Probe | None:
        """Return the probe that asks for it; None where nothing is left to offer."""
        basis = Probe(
            question="certificates",
            version=VERSIONS[self.protocol],
            cipher_suites=self._suites(),
            server_name=self.server_name,
            bare=self.protocol == "SSLv3",
            extra_extensions=(
                (extensions.status_request(), extensions.signed_certificate_timestamp())
                if self.stapled and self.protocol != "SSLv3"
                else ()
            ),
        )
        if not basis.cipher_suites:
            return None
        if not basis.is_tls13:
            return basis
        more = basis.extra_extensions
        if self.seen:
            # What may have signed the certificates above is another matter (RFC 9846 section
            # 4.2.3), else an ECDSA leaf of an RSA authority would be kept from who wants ECDSA.
            more = (*more, extensions.signature_algorithms_cert(EVERYDAY_SCHEMES))
        return msgspec.structs.replace(
            basis,
            groups=EVERYDAY_TLS13_GROUPS,
            signature_schemes=self._schemes(),
            extra_extensions=more,
        )

    def _suites(self) -> tuple[int, ...]:
        if self.protocol == "TLSv1.3":
            return tuple(facts.code for facts in suites_for(self.protocol))
        wanted = WITH_CERTIFICATE - self.seen
        codes = [f.code for f in suites_for(self.protocol) if f.authentication in wanted]
        return tuple(codes[:LONGEST_OFFER])

    def _schemes(self) -> tuple[int, ...]:
        """Return schemes for the other kinds of key; the list selects the certificate."""
        if not self.seen:
            return EVERYDAY_SCHEMES
        others = [schemes for kind, schemes in SCHEMES_BY_KEY.items() if kind not in self.seen]
        return (*(code for schemes in others for code in schemes), *POST_QUANTUM_SCHEMES)


def served_certificates(server_name: str | None) -> Plan[ServedCertificates]:
    """Ask for every certificate of a server that `server_name` names, None for no name."""
    newest, first = yield from _newest(server_name)
    if first is None:
        return newest
    sightings = list(newest.seen)
    known = {sighting.observation.certificates for sighting in sightings}
    wanted = [*_without_kinds(first, newest.seen[0].observation), *_elsewhere(first)]
    missed: list[str] = []
    unnamed_asked = server_name is None
    for number in range(MOST_ROUNDS + 1):
        asked = [(want, probe) for want in wanted if (probe := want.probe()) is not None]
        if not asked:
            break
        if number == MOST_ROUNDS:
            missed.append(f"it had another one for each of {MOST_ROUNDS} rounds of questions")
            break
        observations = yield [probe for _, probe in asked]
        wanted = []
        for (want, probe), seen in zip(asked, observations, strict=True):
            named = want.server_name is not None
            if seen.outcome in FAILURES:
                missed.append(reason(seen))
                continue
            unnamed_asked |= not named
            if not is_served(probe, seen) or not seen.certificates:
                continue
            sightings.append(_sighting(want, seen))
            if seen.certificates not in known:
                known.add(seen.certificates)
                wanted += _without_kinds(want, seen)
    return ServedCertificates(
        seen=tuple(sightings), unnamed_asked=unnamed_asked, missed=tuple(dict.fromkeys(missed))
    )


def _newest(server_name: str | None) -> Plan[tuple[ServedCertificates, _Wanted | None]]:
    """Ask version by version until one is served; the answer, and what was asked for."""
    refused: list[str] = []
    silences = 0
    seen = Observation(outcome=Outcome.CLOSED)
    # There are stacks that drop the connection where a staple is asked for.
    for stapled in (True, False):
        for protocol in TRIED:
            want = _Wanted(protocol=protocol, server_name=server_name, stapled=stapled)
            probe = want.probe()
            assert probe is not None  # noqa: S101  (every version has suites with certificates)
            (seen,) = yield [probe]
            if is_served(probe, seen) and seen.certificates:
                return ServedCertificates(seen=(_sighting(want, seen),)), want
            if stapled:
                refused.append(f"{protocol}: {reason(seen)}")
            silences += seen.outcome is Outcome.TIMEOUT
            if silences >= MOST_SILENCES or seen.outcome in HOPELESS:
                return _nothing(seen.outcome, refused), None
    return _nothing(seen.outcome, refused), None


def _nothing(outcome: Outcome, refused: list[str]) -> ServedCertificates:
    return ServedCertificates(outcome=outcome, reason="; ".join(refused))


def _without_kinds(want: _Wanted, seen: Observation) -> list[_Wanted]:
    """Return the same again without the kind of key that answered; nothing if it did before."""
    kind = _kind(want, seen)
    if kind is None or kind in want.seen:
        return []
    return [msgspec.structs.replace(want, seen=want.seen | {kind})]


def _kind(want: _Wanted, seen: Observation) -> str | None:
    """Return the kind of key that a certificate was served with, by what proves it."""
    if want.protocol != "TLSv1.3":
        return None if seen.cipher_suite is None else suite(seen.cipher_suite).authentication
    kinds = (k for k, schemes in SCHEMES_BY_KEY.items() if seen.signature_scheme in schemes)
    return next(kinds, None)


def _elsewhere(first: _Wanted) -> list[_Wanted]:
    """Return what may have another certificate: no name, and the next older version."""
    wanted = []
    if first.server_name is not None and first.protocol != "SSLv3":
        wanted.append(msgspec.structs.replace(first, server_name=None))
    if first.protocol == "TLSv1.3":
        wanted.append(msgspec.structs.replace(first, protocol="TLSv1.2"))
    return wanted


def _sighting(want: _Wanted, seen: Observation) -> CertificateSighting:
    return CertificateSighting(
        protocol=want.protocol,
        named=want.server_name is not None,
        stapled=want.stapled and want.protocol != "SSLv3",
        observation=seen,
    )
