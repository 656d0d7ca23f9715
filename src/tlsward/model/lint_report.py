"""What linting says of all the certificates of a file or a host."""

import msgspec

from tlsward.model.lint import LintFinding


class LintedCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate with its findings, the worst first.

    `role` is leaf, intermediate or root, `public` whether it was held to the rules of
    public authorities and `public_because` why so. `error` says why it could not be read;
    `unchecked` what could not be judged of one that could. Weaknesses of its key are
    findings with ids such as `key.roca`.
    """

    sha256: str
    subject: str = ""
    role: str = ""
    public: bool = False
    public_because: str = ""
    error: str | None = None
    unchecked: tuple[str, ...] = ()
    findings: tuple[LintFinding, ...] = ()


class LintedChain(msgspec.Struct, frozen=True, kw_only=True):
    """One chain as it was served, or the certificates of a file in its order."""

    certificates: tuple[LintedCertificate, ...]
    hostname: str | None = None
    protocols: tuple[str, ...] = ()


class LintReport(msgspec.Struct, frozen=True, kw_only=True):
    """Everything linted at once.

    `level` is the least severity that fails, `fails` whether there is such a finding;
    `reason` says why nothing was seen, `missed` why there may be more than was seen.
    """

    source: str
    level: str
    fails: bool = False
    chains: tuple[LintedChain, ...] = ()
    reason: str | None = None
    missed: tuple[str, ...] = ()
