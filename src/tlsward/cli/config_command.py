"""`tlsward config`: whether tlsward.toml is right, and where it is not."""

import os
from pathlib import Path

import click

from tlsward.cli.exit_codes import WRONG_CALL
from tlsward.cli.options import CONFIG_VARIABLE, complete_file, read_text
from tlsward.errors import UsageError
from tlsward.settings import file
from tlsward.settings.parse import Value
from tlsward.settings.resolve import resolve
from tlsward.settings.table import settings_table


@click.group(
    "config",
    epilog="""\b
Examples:
  tlsward config check
  tlsward config check staging.toml
""",
)
def config() -> None:
    """Check the settings of tlsward.toml and of the environment."""


@config.command(
    "check",
    epilog="""\b
Examples:
  tlsward config check
  tlsward config check staging.toml && tlsward scan --config staging.toml example.com
""",
)
@click.argument("name", required=False, metavar="[FILE]", shell_complete=complete_file)
def check(name: str | None) -> int:
    """Check a file of settings (./tlsward.toml) and the environment; name every bad line.

    Prints what differs from the defaults and where it was said. Exit code 2 where
    something is wrong.
    """
    name = name or os.environ.get(CONFIG_VARIABLE) or None
    if name is None and not Path(file.FILE_NAME).is_file():
        values: dict[str, Value] = {}
        problems: list[file.Problem] = []
        click.echo(f"no {file.FILE_NAME} here: the defaults hold")
    else:
        name = name or file.FILE_NAME
        values, problems = file.check(read_text(name))
    from tlsward.cli.root import complain

    for problem in problems:
        complain(f"{name}:{problem.line}: {problem.text}")
    settings = resolve({}, os.environ, values)
    known = {setting.variable for setting in settings_table().values()}
    reserved = {CONFIG_VARIABLE, "TLSWARD_HOME"}
    for variable in sorted(os.environ):
        if variable.startswith("TLSWARD_") and variable not in known | reserved:
            raise UsageError(f"{variable}: there is no such setting")
    for setting in settings_table().values():
        in_effect = getattr(settings, setting.name)
        if in_effect != setting.default:
            source = setting.variable if setting.variable in os.environ else name
            shown = "(set)" if setting.name == "proxy" else _shown(in_effect)
            click.echo(f"{setting.name} = {shown}  # {source}")
    return WRONG_CALL if problems else 0


def _shown(value: object) -> str:
    import msgspec

    return msgspec.json.encode(value).decode()
