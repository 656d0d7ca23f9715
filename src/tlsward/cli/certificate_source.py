"""What `tlsward cert` works on: a file, standard input, or what a host serves.

`-` is standard input. A name with a slash, or one of a file that is there, is a file; all
else is a host as `tlsward scan` takes it. To name a host where such a file is, write
`https://HOST`.
"""

import os
import re
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from tlsward.cli.passwords import password_for
from tlsward.errors import UsageError
from tlsward.model.served_chain import ServedChain, ServedChains
from tlsward.model.target import Target
from tlsward.settings.table import Settings

if TYPE_CHECKING:
    from tlsward.pki.bundle import Bundle

__all__ = [
    "STANDARD_INPUT",
    "ServedChain",
    "Source",
    "Unseen",
    "read_file",
    "read_source",
    "unseen_words",
]

STANDARD_INPUT = "-"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
#: Endings of file names that no host has: who writes one means a file, there or not.
_FILE_ENDINGS = frozenset(
    {
        *(".pem", ".crt", ".cer", ".cert", ".der", ".key", ".csr", ".req", ".p7b", ".p7c"),
        *(".p7s", ".p12", ".pfx", ".txt", ".b64", ".pub"),
    }
)


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What was read: `bundle` of a file, `target` of a host, and the chains of either.

    A file gives one chain, its certificates in the file's order, or none where it has keys
    and requests alone; a host one for each distinct chain it serves, and `missed` are
    reasons why it may serve others. `name` is for messages.
    """

    name: str
    chains: tuple[ServedChain, ...] = ()
    bundle: "Bundle | None" = None
    target: Target | None = None
    missed: tuple[str, ...] = ()

    @property
    def is_file(self) -> bool:
        """Whether it is a file or standard input, not a host."""
        return self.target is None


class Unseen(msgspec.Struct, frozen=True, kw_only=True):
    """A host that showed no certificate: why, in words. Exit code 3."""

    name: str
    target: Target
    reason: str


def unseen_words(missed: Sequence[str]) -> str | None:
    """Return in words that a host may have certificates that were not seen; None for no reason."""
    return f"it may have other certificates: {'; '.join(missed)}" if missed else None


def read_source(argument: str, settings: Settings) -> Source | Unseen:
    """Return what an argument of the command line stands for.

    Raises UsageError for a file that cannot be read and an argument that is neither file nor
    host. What a host or the network does is no error: it is Unseen.
    """
    if names_file(argument):
        return _of_file(argument, settings)
    from tlsward.cli.targets import parse_target

    try:
        target = parse_target(argument, starttls=settings.starttls, sni=settings.sni)
    except UsageError as error:
        if _URL.match(argument):
            raise
        raise UsageError(f"{argument}: no file of that name, and no host: {error}") from None
    return _of_host(target, settings)


def names_file(argument: str) -> bool:
    """Whether an argument is a file: by a slash, by being there, or by its ending."""
    if argument == STANDARD_INPUT:
        return True
    if _URL.match(argument):
        return False
    if "/" in argument or "\\" in argument:
        return True
    try:
        there = os.path.lexists(argument)
    except ValueError:  # a null character
        return False
    return there or Path(argument).suffix.lower() in _FILE_ENDINGS


def read_file(name: str) -> bytes:
    """Return the content of a file, or of standard input for `-`; UsageError where it is none.

    No more is read than `read_bundle` takes, and one octet, by which that can tell.
    """
    from tlsward.pki.bundle import MOST_OCTETS

    if name == STANDARD_INPUT:
        return _all_of(sys.stdin.buffer, MOST_OCTETS + 1)
    try:
        with open(name, "rb") as file:  # noqa: PTH123 - `PATH` may be a pipe of the shell
            if stat.S_ISDIR(os.fstat(file.fileno()).st_mode):
                raise IsADirectoryError(0, "it is a directory", name)
            return _all_of(file, MOST_OCTETS + 1)
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise UsageError(f"{name!r}: not a file name") from None


def shown_name(argument: str) -> str:
    """Return what an argument is called in messages."""
    return "standard input" if argument == STANDARD_INPUT else argument


def _of_file(argument: str, settings: Settings) -> Source:
    from tlsward.cli.pkcs12_process import open_pkcs12
    from tlsward.pki.bundle import read_bundle

    name = shown_name(argument)
    bundle = read_bundle(
        read_file(argument),
        name=name,
        password=password_for(name, settings),
        open_pkcs12=open_pkcs12,
    )
    chains = (ServedChain(certificates=bundle.certificates),) if bundle.certificates else ()
    return Source(name=name, chains=chains, bundle=bundle)


def _of_host(target: Target, settings: Settings) -> Source | Unseen:
    from tlsward.cli.scan_run import scan_settings
    from tlsward.net.loop import run
    from tlsward.report.words import target_title
    from tlsward.scan.served_chains import served_chains

    served: ServedChains = run(served_chains(target, scan_settings(settings)))
    name = target_title(served.target)
    if not served.chains:
        return Unseen(name=name, target=served.target, reason=served.reason or "no certificate")
    return Source(name=name, chains=served.chains, target=served.target, missed=served.missed)


def _all_of(file: BinaryIO, limit: int) -> bytes:
    """Read to the end or the limit: a pipe gives less at a time than it is asked for."""
    pieces = []
    left = limit
    while left > 0 and (piece := file.read(min(left, 1 << 20))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)
