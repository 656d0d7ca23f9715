"""What chains are worth, once everything has been asked that may be asked.

Trust, names, timestamps, keys and rules need the chain alone. Missing issuers, revocation,
renewal information and the DNS need the network beyond the server: each is asked only where
the caller allowed it, and what then could not be told is unknown, with the reason.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import msgspec

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.certificate import CertificateDeployment
from tlsward.model.dns import CaaVerdict, Dane, HostRecords
from tlsward.model.lifetime import RenewalWindow
from tlsward.model.revocation import Revocation
from tlsward.model.served_chain import ServedChain
from tlsward.model.target import Target
from tlsward.net.addresses import literal_family
from tlsward.pki.deployment import deployment, unjudged
from tlsward.pki.issuers import fetched_issuers
from tlsward.pki.library import UnreadableError
from tlsward.pki.lifetime import lifetime
from tlsward.pki.likeliest_path import likeliest_path
from tlsward.pki.lint import lint
from tlsward.pki.stores import PRIVATE, Stores
from tlsward.pki.transparency import LogList
from tlsward.pki.weak_keys import key_weaknesses, shared_moduli
from tlsward.pki.x509 import X509Certificate, read_certificate
from tlsward.scan.means import Means, means_of
from tlsward.scan.settings import ScanSettings


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """Chains with all that is known of them, and the records of the host where asked."""

    deployments: tuple[CertificateDeployment, ...]
    records: HostRecords | None = None


async def judge_chains(
    chains: Sequence[ServedChain],
    target: Target | None,
    settings: ScanSettings,
    stores: Stores,
    now: datetime,
    *,
    seconds: float | None = None,
) -> Judged:
    """Return what each chain is worth at `now`, an aware moment.

    `target` is where they were served, None for chains out of files: CAA is asked about
    their names, but there is no host to have records. `seconds` is how long the network may
    be asked, the settings' deadline where it is None. Never raises for what is in a chain,
    or for what a network or a server does; a defect of ours leaves its own chain unknown.
    """
    async with means_of(settings, seconds=seconds) as means:
        inquiry = Inquiry(settings, stores, _logs(settings.log_list), now, means, target)
        async with asyncio.TaskGroup() as group:
            records = group.create_task(inquiry.known_records())
            judging = [group.create_task(inquiry.judged(chain, records)) for chain in chains]
    deployments = _with_shared_keys([task.result() for task in judging])
    return Judged(deployments=deployments, records=records.result())


class Inquiry:
    """Judges chains one by one, with the means that were allowed."""

    def __init__(
        self,
        settings: ScanSettings,
        stores: Stores,
        logs: LogList,
        now: datetime,
        means: Means,
        target: Target | None,
    ) -> None:
        self._settings = settings
        self._stores = stores
        self._logs = logs
        self._now = now
        self._means = means
        self._target = target

    async def judged(
        self, chain: ServedChain, records: "asyncio.Task[HostRecords | None]"
    ) -> CertificateDeployment:
        """Return what one chain is worth, or that it is unknown for a defect of ours."""
        try:
            return await self.judge(chain, records)
        except Exception as error:  # noqa: BLE001  the other chains, and the scan, must survive it
            return unjudged(
                chain.certificates,
                _defect(error),
                stores=self._stores,
                served_with_sni=chain.served_with_sni,
                served_without_sni=chain.served_without_sni,
                protocols=chain.protocols,
            )

    async def known_records(self) -> HostRecords | None:
        """Return the host's records, or that they are unknown for a defect of ours."""
        try:
            return await self.host_records()
        except Exception as error:  # noqa: BLE001  the chains must survive it
            if self._target is None:
                return None
            reason = _defect(error)
            return HostRecords(
                host=self._target.host,
                port=self._target.port,
                unknowns=dict.fromkeys(("addresses", "caa", "https", "tlsa"), reason),
                reason=reason,
            )

    async def judge(
        self, chain: ServedChain, records: "asyncio.Task[HostRecords | None]"
    ) -> CertificateDeployment:
        """Return what one chain is worth; `records` are those of the host, once they are known."""
        judged = self._alone(chain)
        leaf = _read(chain.certificates[0]) if chain.certificates else None
        if leaf is None:
            return judged
        above = [certificate for der in chain.certificates[1:] if (certificate := _read(der))]
        read = (leaf, *above)
        added: tuple[X509Certificate, ...] = ()
        if self._settings.fetch_issuers and self._means.fetch is not None:
            fetched = await fetched_issuers(read, self._stores, self._means.fetch, self._now)
            added = fetched.certificates
            judged = self._alone(chain, added, not_fetched=fetched.failures)
        path = likeliest_path(leaf, above, self._stores, judged.paths, added)
        trusted = _trusted_by_the_public(judged)
        public = judged.public
        revocation, window, host = await asyncio.gather(
            self._revocation(path, chain, public=public), self._window(leaf), records
        )
        return msgspec.structs.replace(
            judged,
            lifetime=lifetime(leaf, self._now, window=window, public=public),
            key_weaknesses=key_weaknesses(leaf.key),
            lint=lint(
                leaf,
                issuer=path[1] if len(path) > 1 else None,
                public=public,
                now=self._now,
                leaf=self._target is not None,
            ),
            revocation=revocation,
            caa=await self._caa(leaf, path),
            dane=self._dane(read, path, host, trusted=trusted),
        )

    def _alone(
        self,
        chain: ServedChain,
        added: Sequence[X509Certificate] = (),
        not_fetched: Sequence[str] = (),
    ) -> CertificateDeployment:
        return deployment(
            chain.certificates,
            hostname=chain.hostname or "",
            stores=self._stores,
            now=self._now,
            ocsp_response=chain.ocsp_response,
            sct_list=chain.sct_list,
            staple_requested=chain.staple_requested,
            served_with_sni=chain.served_with_sni,
            served_without_sni=chain.served_without_sni,
            protocols=chain.protocols,
            added=added,
            not_fetched=not_fetched,
            logs=self._logs,
        )

    async def _revocation(
        self, path: Sequence[X509Certificate], chain: ServedChain, *, public: bool
    ) -> tuple[Revocation, ...]:
        from tlsward.pki.revocation import chain_revocation

        asked = self._settings.revocation
        found = await chain_revocation(
            path,
            now=self._now,
            fetch=self._means.fetch if asked else None,
            staple=chain.ocsp_response,
            cache=self._means.cache,
            staple_requested=chain.staple_requested,
            public=public,
        )
        # Unasked, a staple tells on its own; that nobody else was asked is no news.
        return found if asked else tuple(each for each in found if each.state in _TOLD)

    async def _window(self, leaf: X509Certificate) -> RenewalWindow | str | None:
        if not self._settings.renewal_information or self._means.fetch is None:
            return None
        from tlsward.pki.renewal_information import directory_url, renewal_window

        directory = self._settings.acme_directory or directory_url(leaf)
        if directory is None:
            return None
        return await renewal_window(leaf, directory, self._means.fetch, self._now)

    async def host_records(self) -> HostRecords | None:
        """Return what the DNS says of the target; None where there is none or it is no name."""
        target, client = self._target, self._means.dns
        if client is None or target is None or literal_family(target.host) is not None:
            return None
        from tlsward.net.host_records import host_records

        return await host_records(client, target.host, target.port, starttls=target.starttls)

    async def _caa(
        self, leaf: X509Certificate, path: Sequence[X509Certificate]
    ) -> tuple[CaaVerdict, ...]:
        client = self._means.dns
        if client is None:
            return ()
        from tlsward.net.host_records import caa_set
        from tlsward.pki.caa import caa_names, caa_verdicts, lookup_name

        names = tuple(dict.fromkeys(lookup_name(name) for name in caa_names(leaf)))
        sets = await asyncio.gather(*(caa_set(client, name) for name in names))
        return caa_verdicts(leaf, dict(zip(names, sets, strict=True)), issuers=path[1:])

    def _dane(
        self,
        read: Sequence[X509Certificate],
        path: Sequence[X509Certificate],
        records: HostRecords | None,
        *,
        trusted: Answer,
    ) -> Dane | None:
        if records is None or self._target is None:
            return None
        from tlsward.pki.dane import dane, reference_names

        return dane(
            records.tlsa,
            read,
            name=records.tlsa_name,
            dnssec=records.tlsa_dnssec,
            trusted=trusted,
            now=self._now,
            paths=[path] if trusted == YES else [],
            hostnames=reference_names(self._target.sni or self._target.host, records.tlsa_name),
            starttls=self._target.starttls,
            error=records.unknowns.get("tlsa"),
        )


#: States of a certificate that a staple can tell, where nobody else was asked.
_TOLD = frozenset({"good", "revoked"})


def _trusted_by_the_public(judged: CertificateDeployment) -> Answer:
    """Return whether a public store trusts it; no only where all of them say so."""
    answers = {answer for store, answer in judged.trust.items() if store != PRIVATE}
    if YES in answers:
        return YES
    return NO if answers == {NO} else UNKNOWN


def _defect(error: Exception) -> str:
    """Have a defect of ours told on stderr with its traceback, and return it in words."""
    words = f"a defect of tlsward: {type(error).__name__}"
    asyncio.get_running_loop().call_exception_handler({"message": words, "exception": error})
    return words


@lru_cache(maxsize=2)
def _logs(octets: bytes | None) -> LogList:
    return LogList.installed() if octets is None else LogList.from_json(octets)


def _read(der: bytes) -> X509Certificate | None:
    try:
        certificate = read_certificate(der)
    except UnreadableError:
        return None
    return certificate if certificate.named else None


def _with_shared_keys(
    deployments: Sequence[CertificateDeployment],
) -> tuple[CertificateDeployment, ...]:
    """Say of keys what only several certificates of one host show: a modulus or prime in common."""
    certificates = [
        certificate
        for each in deployments
        for shown in each.chain
        if (certificate := _read(shown.der))
    ]
    shared = shared_moduli(certificates) if len(deployments) > 1 else {}
    return tuple(
        msgspec.structs.replace(
            each,
            key_weaknesses=(*each.key_weaknesses, *shared.get(each.chain[0].sha256, ())),
        )
        if each.chain
        else each
        for each in deployments
    )
