"""The rules of the house are executable: lint, format, types, layers, the lock."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHECKS = {
    "lint": [sys.executable, "-m", "ruff", "check", "."],
    "format": [sys.executable, "-m", "ruff", "format", "--check", "."],
    "types": [sys.executable, "-m", "mypy"],
    "imports": [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])",
    ],
}
#: Where a locked package may come from: the index itself and the host of its files.
REGISTRY_HOSTS = {"pypi.org", "files.pythonhosted.org"}
MOST_LINES = 600


@pytest.mark.parametrize("check", CHECKS)
def test_the_source_passes(check):
    run = subprocess.run(CHECKS[check], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_lock_names_the_public_registry_alone():
    lock = (ROOT / "uv.lock").read_text()
    assert set(re.findall(r"https?://([^/\"]+)", lock)) <= REGISTRY_HOSTS
    assert "file://" not in lock
    assert set(re.findall(r'source = \{ (?:editable|directory|path) = "([^"]*)"', lock)) == {"."}


def test_the_lock_is_of_the_project_as_it_stands():
    """A name that is missing here was added without `make lock`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    wanted += [requirement for extra in extras for requirement in extra]
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    [own] = [package for package in packages if package["name"] == "tlsward"]
    locked = own["metadata"]["requires-dist"] + own["metadata"]["requires-dev"]["dev"]
    names = {re.split(r"[\[<>=!~; ]", requirement)[0].lower() for requirement in wanted}
    assert names == {entry["name"] for entry in locked}


@pytest.mark.parametrize("name", [".ci/run", "Makefile", "LICENSE", "README.md", "CONTRIBUTING.md"])
def test_the_project_has(name):
    assert (ROOT / name).stat().st_size > 0


def test_no_module_is_longer_than_a_reader_bears():
    lengths = {
        path.relative_to(ROOT): len(path.read_text().splitlines())
        for path in [*ROOT.glob("src/**/*.py"), *ROOT.glob("tests/**/*.py")]
    }
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}
