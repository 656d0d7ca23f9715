"""Every command in README.md and docs/ is run, and does what the page says.

The pages speak of the two endpoints of `tlsward demo --serve`: `localhost:8443` with the policy
of 2015 and `localhost:8444` with guideline 6.0's modern level, and of their ca.pem. Here they
stand on free ports; nothing leaves the loopback address.
"""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from docs.console import ROOT, Command, not_printed, pages
from tlsward.sandbox.authority import throw_away_credentials
from tlsward.sandbox.endpoint import LocalEndpoint
from tlsward.sandbox.policy import LOAD_BALANCER_2015, modern_policy

#: Commands that set the project up, and are run by the pipeline rather than by a test.
SET_UP = {"make demo", "make test", "make check", "make bench"}
PAGES = pages()


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """What the pages call localhost:8443 and localhost:8444, and where their CA is."""
    credentials = throw_away_credentials(datetime.now(UTC))
    ca = tmp_path_factory.mktemp("authority") / "ca.pem"
    ca.write_bytes(credentials.root)
    with (
        LocalEndpoint(LOAD_BALANCER_2015, credentials) as weak,
        LocalEndpoint(modern_policy("6.0"), credentials) as modern,
    ):
        yield {":8443": f":{weak.port}", ":8444": f":{modern.port}"}, ca


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """`tlsward` on PATH, and nothing of the caller's own configuration."""
    programs = tmp_path_factory.mktemp("bin")
    tlsward = programs / "tlsward"
    tlsward.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tlsward "$@"\n')
    tlsward.chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TLSWARD_")}
    return {
        **kept,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "HOME": str(tmp_path_factory.mktemp("home")),
        "COLUMNS": "80",
    }


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_page(page, places, environment, tmp_path):
    ports, ca = places
    shutil.copy(ca, tmp_path / "ca.pem")
    for block in page.blocks:
        for command in block:
            if command.text not in SET_UP:
                _check(page.name, command, ports, environment, tmp_path)


def _check(
    page: str, command: Command, ports: dict[str, str], environment: dict[str, str], where: Path
) -> None:
    text = command.text
    for written, real in ports.items():
        text = text.replace(written, real)
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", text],
        cwd=where,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    printed = done.stdout + done.stderr
    for written, real in ports.items():
        printed = printed.replace(real, written)
    told = f"{page}: $ {command.text}\nprinted:\n{printed}"
    assert done.returncode == command.exit_code, told
    assert not_printed(command.shown, printed) == [], told


def test_the_main_pages_have_commands():
    assert "README.md" in {page.name for page in PAGES}
