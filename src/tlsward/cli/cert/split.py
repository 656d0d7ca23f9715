"""`tlsward cert split`: end entity and chain into separate files."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
import msgspec

from tlsward.cli.exit_codes import COULD_NOT_TELL, HOLDS
from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options, text_or_json
from tlsward.errors import UsageError
from tlsward.settings.table import Settings

if TYPE_CHECKING:
    from tlsward.cli.certificate_source import Source
    from tlsward.cli.new_files import NewFile
    from tlsward.pki.arrangement import Arrangement
    from tlsward.pki.bundle import Bundle
    from tlsward.pki.x509 import X509Certificate
    from tlsward.report.split_files import Split, Written

EPILOG = f"""\b
Of server.pem it writes server.ee.pem, the end entity, and server.chain.pem, what leads up from
it, nearest first: as AWS and others want them. The end entity is found by what certifies
what, so the order in the file does not matter.

\b
Examples:
  tlsward cert split fullchain.pem
  tlsward cert split --with-key server.p12
  tlsward cert split --directory upload example.com
  openssl s_client … -showcerts | tlsward cert split --name server -

Exit codes: 0 the files were written; 2 the call is wrong, and nothing was; 3 the host showed
no certificate, or may have others than those that were written.

{DERIVATION}
"""


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller wants to have written, and where."""

    directory: Path | None = None
    name: str | None = None
    with_root: bool = False
    with_key: bool = False
    force: bool = False


@click.command("split", epilog=EPILOG)
@click.argument("source", metavar="FILE|HOST|-")
@click.option(
    "-d", "--directory", metavar="DIR", help="Write into this directory, not beside the file."
)
@click.option("--name", metavar="STEM", help="Name the files so, not after the file or host.")
@click.option("--with-root", is_flag=True, help="Keep the self-signed root in the chain.")
@click.option(
    "--with-key", is_flag=True, help="Write the private key too, unencrypted, as STEM.key.pem."
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
@text_or_json
@settings_options("cert")
def split(
    source: str,
    directory: str | None,
    name: str | None,
    with_root: bool,
    with_key: bool,
    force: bool,
    form: Literal["text", "json"],
    **given: object,
) -> int:
    """Split a file or what a host serves into end entity and chain."""
    if name is not None and ("/" in name or "\\" in name or name in {"", ".", ".."}):
        raise UsageError(f"--name: {name!r} is no part of a file name; --directory says where")
    choices = Choices(
        directory=None if directory is None else Path(directory),
        name=name,
        with_root=with_root,
        with_key=with_key,
        force=force,
    )
    return run_split(source, choices, form, settings_in_effect(given))


def run_split(argument: str, choices: Choices, form: str, settings: Settings) -> int:
    """Write the files of a source; return the exit code."""
    from tlsward.cli.certificate_source import Unseen, read_source, unseen_words
    from tlsward.cli.new_files import write_new_files
    from tlsward.cli.output import is_terminal, open_output
    from tlsward.cli.root import complain
    from tlsward.report.split_files import render_split, render_split_json

    read = read_source(argument, settings)
    with open_output(settings.output) as output:
        if isinstance(read, Unseen):
            complain(f"{read.name}: {read.reason}")
            if form == "json":
                output.write(render_split_json(read.name, (), read.reason))
                output.commit()
            return COULD_NOT_TELL
        parts, files = _planned(argument, read, choices)
        never = () if argument == "-" or not read.is_file else (Path(argument),)
        write_new_files(files, force=choices.force, never=never)
        unseen = unseen_words(read.missed)
        if form == "json":
            output.write(render_split_json(read.name, parts, unseen))
        else:
            color = settings.output is None and not settings.no_color and is_terminal(sys.stdout)
            output.write(render_split(parts, color=color))
        output.commit()
    if unseen is not None:
        complain(f"{read.name}: {unseen}")
    return HOLDS if unseen is None else COULD_NOT_TELL


def _planned(
    argument: str, source: "Source", choices: Choices
) -> "tuple[list[Split], list[NewFile]]":
    """Return what will be written, in words and in octets; nothing is written here."""
    stem, directory = _place(argument, source, choices)
    splits: list[Split] = []
    files: list[NewFile] = []
    for name, bundle in _bundles(stem, source):
        split, own = _parts(source.name, bundle, directory / name, choices)
        splits.append(split)
        files += own
    return splits, files


def _place(argument: str, source: "Source", choices: Choices) -> tuple[str, Path]:
    """Return the stem of the files' names, and the directory they go to."""
    if source.target is not None:
        # An IPv6 address has colons, which not every file system takes in a name.
        stem, directory = source.target.host.replace(":", "_"), Path()
    elif argument == "-":
        if choices.name is None:
            raise UsageError("standard input has no name: --name says what the files are called")
        stem, directory = choices.name, Path()
    else:
        stem, directory = Path(argument).stem, Path(argument).parent
    directory = choices.directory or directory
    if not directory.is_dir():
        raise UsageError(f"{directory}: no such directory")
    return choices.name or stem, directory


def _bundles(stem: str, source: "Source") -> "list[tuple[str, Bundle]]":
    """Return what is to be split: a file, or each certificate that a host has for its name.

    The first of a host is what a current client gets. The others are told apart by the kind
    of their key. What is served to those alone who name no host is of another host.
    """
    from tlsward.pki.bundle import CERTIFICATE, Bundle
    from tlsward.pki.key_holders import holder_of_certificate

    if source.bundle is not None:
        return [(stem, source.bundle)]
    found: dict[str, Bundle] = {}
    leaves = set()
    for chain in source.chains:
        leaf = chain.certificates[0]
        if leaf in leaves or chain.served_with_sni == "no":
            continue
        leaves.add(leaf)
        key = holder_of_certificate(leaf).key
        kind = "other" if key is None else key.algorithm
        names = [stem, f"{stem}.{kind}", *(f"{stem}.{kind}{n}" for n in range(2, 100))]
        name = next(name for name in names if name not in found)
        certificates = chain.certificates
        order = (CERTIFICATE,) * len(certificates)
        found[name] = Bundle(certificates=certificates, order=order)
    return list(found.items())


def _parts(
    name: str, bundle: "Bundle", base: Path, choices: Choices
) -> "tuple[Split, list[NewFile]]":
    from tlsward.cli.end_entity import arrangement_of
    from tlsward.cli.new_files import NewFile
    from tlsward.pki.armour import armoured_certificate
    from tlsward.report.split_files import Split, Written

    found = arrangement_of(name, bundle)
    chain = (*found.chain, *(found.roots if choices.with_root else ()))
    files = [
        NewFile(path=_with(base, "ee"), content=armoured_certificate(found.end_entity.der)),
    ]
    if chain:
        content = b"".join(armoured_certificate(each.der) for each in chain)
        files.append(NewFile(path=_with(base, "chain"), content=content))
    elif _with(base, "chain").exists():
        raise UsageError(
            f"{_with(base, 'chain')}: it is there, and there is no chain to put into it: remove it"
        )
    if choices.with_key:
        key = _private_key(name, bundle, found)
        files.append(NewFile(path=_with(base, "key"), content=key, private=True))
    return (
        Split(
            end_entity=_written(_with(base, "ee"), [found.end_entity]),
            chain=_written(_with(base, "chain"), chain) if chain else None,
            key=Written(path=str(_with(base, "key"))) if choices.with_key else None,
            left_out=tuple(_left_out(bundle, found, choices)),
        ),
        files,
    )


def _left_out(bundle: "Bundle", found: "Arrangement", choices: Choices) -> "Iterator[str]":
    """Yield in words what goes into no file."""
    from tlsward.pki.distinguished_name import shown_name

    if not choices.with_root:
        for each in found.roots:
            yield f"{shown_name(each.subject)}: the root, which clients have; --with-root keeps it"
    for each in found.unrelated:
        yield f"{shown_name(each.subject)}: it does not lead up from the end entity"
    for each in found.repeated:
        yield f"{shown_name(each.subject)}: it is there twice"
    if bundle.keys and not choices.with_key:
        yield "the private key; --with-key writes it"
    if bundle.requests:
        yield "the certificate request"
    if bundle.public_keys:
        yield "the public key"
    yield from bundle.others


def _private_key(name: str, bundle: "Bundle", found: "Arrangement") -> bytes:
    """Return the end entity's private key as PKCS #8 in PEM. Raises UsageError."""
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    from tlsward.pki.library import UnreadableError, reading

    if not bundle.keys:
        raise UsageError(f"{name}: --with-key: there is no private key in it")
    for key in bundle.keys:
        if key.public_key() == found.end_entity.key.loaded:
            try:
                with reading():
                    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            except UnreadableError as error:
                raise UsageError(f"{name}: --with-key: {error}") from None
    raise UsageError(f"{name}: --with-key: its private key is not that of the end entity")


def _with(base: Path, part: str) -> Path:
    return base.with_name(f"{base.name}.{part}.pem")


def _written(path: Path, certificates: "Sequence[X509Certificate]") -> "Written":
    from tlsward.pki.distinguished_name import shown_name
    from tlsward.report.split_files import Written

    subjects = tuple(shown_name(each.subject) or "(no name)" for each in certificates)
    return Written(path=str(path), subjects=subjects)
