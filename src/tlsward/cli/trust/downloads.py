"""Packages of data brought by the installer that the environment has: pip, or else uv.

Both know the index, the proxy and the credentials that their user configured, and check what
they fetched against the index's hashes. Only files of data are taken out of what they bring;
nothing in it is run.
"""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tlsward.errors import UsageError
from tlsward.pki.data_package import DATA_FILES

#: The longest that the installer may take, in seconds.
LONGEST_DOWNLOAD = 180
#: The largest file of data, in octets; they have 0.3 to 1 MB.
LARGEST_FILE = 32 << 20


class DownloadError(Exception):
    """The installer brought nothing: its last words."""


def download(packages: Sequence[str], directory: Path) -> None:
    """Bring the newest release of each package into a directory. Raises DownloadError.

    UsageError where there is neither pip nor uv.
    """
    for command in _commands(packages, directory):
        try:
            done = subprocess.run(  # noqa: S603 - words of ours, without a shell
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=LONGEST_DOWNLOAD,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise DownloadError(f"it took longer than {LONGEST_DOWNLOAD} seconds") from None
        if done.returncode == 0:
            return
        if "No module named pip" not in done.stderr:
            raise DownloadError(_last_words(done.stderr))
    raise UsageError(
        "trust update needs pip or uv; install one, or update certifi and cryptodatahub as "
        "they were installed"
    )


def _commands(packages: Sequence[str], directory: Path) -> list[list[str]]:
    # A build would run what was fetched.
    only_wheels = ["--no-deps", "--only-binary", ":all:"]
    python = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
    commands = [
        [*python, "--disable-pip-version-check", *only_wheels, "--dest", str(directory), *packages]
    ]
    uv = shutil.which("uv")
    if uv is not None:
        target = ["--python", sys.executable, "--target", str(directory)]
        commands.append([uv, "pip", "install", "--quiet", *only_wheels, *target, *packages])
    return commands


def _last_words(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR", "error"))]
    return (errors or lines or ["it did not say why"])[-1]


def data_files(package: str, directory: Path) -> tuple[str, Mapping[str, bytes]]:
    """Return version and data files of what was brought. Raises DownloadError."""
    for wheel in directory.glob(f"{package}-*.whl"):
        version = wheel.name.split("-")[1]
        return version, _out_of_wheel(wheel, package)
    for metadata in directory.glob(f"{package}-*.dist-info"):
        version = metadata.name.removeprefix(f"{package}-").removesuffix(".dist-info")
        files = {path: directory / package / path for path in DATA_FILES[package]}
        return version, {
            path: file.read_bytes()
            for path, file in files.items()
            if file.is_file() and file.stat().st_size <= LARGEST_FILE
        }
    raise DownloadError(f"the installer brought no {package}")


def _out_of_wheel(wheel: Path, package: str) -> dict[str, bytes]:
    found = {}
    try:
        with zipfile.ZipFile(wheel) as archive:
            for path in DATA_FILES[package]:
                member = f"{package}/{path}"
                if member in archive.namelist():
                    with archive.open(member) as file:
                        # What a header says of a member's size is not believed.
                        octets = file.read(LARGEST_FILE + 1)
                    if len(octets) <= LARGEST_FILE:
                        found[path] = octets
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise DownloadError(f"{wheel.name}: not a wheel: {error}") from None
    return found
