"""What `tlsward trust update` does: download, check, keep."""

import os
import tempfile
from pathlib import Path
from typing import Literal

import msgspec

from tlsward.cli.exit_codes import COULD_NOT_TELL, HOLDS
from tlsward.cli.output import open_output
from tlsward.cli.root import complain
from tlsward.cli.trust.downloads import DownloadError, data_files, download
from tlsward.cli.trust.keeping import keep
from tlsward.pki.data_package import DATA_FILES, keep_updates_in
from tlsward.pki.data_update import Update, considered
from tlsward.report.escape import printable
from tlsward.report.json_document import encode
from tlsward.settings.home import trust_directory
from tlsward.settings.table import Settings

SCHEMA = "tlsward.trust-update/1"


def run_update(settings: Settings, form: Literal["text", "json"], *, dry_run: bool) -> int:
    """Bring the data of the root stores up to date; return the exit code."""
    with open_output(settings.output) as output:
        try:
            found = _updates(dry_run=dry_run)
        except DownloadError as error:
            complain(f"the index could not be asked: {error}")
            return COULD_NOT_TELL
        if form == "json":
            document = {"schema": SCHEMA, "dry_run": dry_run, "packages": found}
            output.write(msgspec.json.format(encode(document), indent=2) + "\n")
        else:
            output.write("".join(f"{_words(each, dry_run=dry_run)}\n" for each in found))
        output.commit()
    return COULD_NOT_TELL if any(each.reason is not None for each in found) else HOLDS


def _updates(*, dry_run: bool) -> list[Update]:
    found = []
    with tempfile.TemporaryDirectory(prefix="tlsward-") as directory:
        download(list(DATA_FILES), Path(directory))
        for package in DATA_FILES:
            version, files = data_files(package, Path(directory))
            update = considered(package, version, files)
            found.append(update)
            if update.newer and update.reason is None and not dry_run:
                keep(package, version, files)
    if not dry_run:
        keep_updates_in(trust_directory(os.environ))
    return found


def _words(update: Update, *, dry_run: bool) -> str:
    package, offered = printable(update.package), printable(update.offered)
    if not update.newer:
        return f"{package} {update.present}: the newest there is"
    if update.reason is not None:
        return f"{package} {offered}: not taken: {printable(update.reason)}"
    of = "" if update.day is None else f", data of {update.day:%Y-%m-%d}"
    before = f" (now {update.present})" if update.present else ""
    return f"{package} {offered}{of}: {'would be kept' if dry_run else 'kept'}{before}"
