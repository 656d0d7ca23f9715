"""Options of the command line, built from the table of settings."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tlsward.errors import UsageError
from tlsward.settings import file
from tlsward.settings.resolve import resolve
from tlsward.settings.table import Setting, Settings, settings_of

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

#: What click calls for the words that may follow.
Completer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem] | list[str]"]

F = TypeVar("F", bound=Callable[..., Any])

CONFIG_VARIABLE = "TLSWARD_CONFIG"
DERIVATION = (
    "Every option is also a variable (--target-level: TLSWARD_TARGET_LEVEL) and a key of "
    "tlsward.toml (target_level). The command line goes first, then the variable, then the file."
)


def settings_options(*commands: str) -> Callable[[F], F]:
    """Return a decorator that gives a command all options the table has for these names."""

    def decorate(function: F) -> F:
        options = [_option(setting) for setting in settings_of(*commands)]
        if any(setting.name == "family" for setting in settings_of(*commands)):
            options += [
                click.option("-4", "only_ipv4", is_flag=True, help="Use IPv4 only."),
                click.option("-6", "only_ipv6", is_flag=True, help="Use IPv6 only."),
            ]
        options.append(
            click.option(
                "--config",
                metavar="FILE",
                shell_complete=_words("config", "FILE"),
                help="Read this file of settings instead of ./tlsward.toml.",
            )
        )
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def text_or_json(function: F) -> F:
    """Give a command `--format text|json`, as its argument `form`."""
    option = click.option(
        *("-f", "--format", "form"),
        type=click.Choice(["text", "json"]),
        default="text",
        help="What to print.  [default: text]",
    )
    return option(function)


def settings_in_effect(given: dict[str, Any]) -> Settings:
    """Return the settings of this call from what click parsed, environment and file."""
    said = dict(given)
    configuration = said.pop("config", None)
    four, six = said.pop("only_ipv4", False), said.pop("only_ipv6", False)
    if four and six:
        raise UsageError("-4 and -6 exclude each other")
    if four or six:
        said["family"] = "4" if four else "6"
    said = {name: value for name, value in said.items() if value not in {None, False}}
    if "@" in str(said.get("proxy", "")):
        raise UsageError(
            "--proxy: a user name and password are seen by all in the process list; "
            "set TLSWARD_PROXY or use --proxy-file"
        )
    name, values = read_configuration(configuration)
    if "@" in str(values.get("proxy", "")):
        raise UsageError(
            f"{name}: proxy: a user name and password do not belong into a file that is shared; "
            "name their file with proxy_file"
        )
    settings = resolve(said, os.environ, values)
    if os.environ.get("NO_COLOR"):
        import msgspec

        settings = msgspec.structs.replace(settings, no_color=True)
    return settings


def read_configuration(given: str | None) -> tuple[str | None, dict[str, Any]]:
    """Return the name of the configuration file and its values; None where there is none."""
    name = given or os.environ.get(CONFIG_VARIABLE) or None
    if name is None:
        if not Path(file.FILE_NAME).is_file():
            return None, {}
        name = file.FILE_NAME
    return name, file.read(read_text(name), name)


def read_text(name: str) -> str:
    """Return the text of a file of the caller; UsageError where it cannot be read."""
    return read_bytes(name).decode("utf-8", errors="replace")


def read_bytes(name: str) -> bytes:
    """Return the content of a file of the caller; UsageError where it cannot be read."""
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise UsageError(f"{name!r}: not a file name") from None


def _option(setting: Setting) -> Callable[[F], F]:
    row = setting.row
    names = ([f"-{row.short}"] if row.short else []) + [setting.option]
    if setting.kind == "flag":
        return click.option(*names, setting.name, is_flag=True, help=row.help)
    return click.option(
        *names,
        setting.name,
        type=click.Choice(setting.choices) if setting.choices else str,
        metavar=None if setting.choices else setting.metavar,
        shell_complete=None if setting.choices else _words(setting.name, setting.metavar),
        help=row.help + _default_words(setting),
    )


def _words(name: str, metavar: str) -> Completer | None:
    """Return what completes the value of an option: file names, or the words that it knows."""
    if metavar == "FILE":
        return complete_file
    if name == "guideline":
        return _complete_guideline
    return _complete_question if name in {"only", "skip"} else None


def complete_file(
    ctx: click.Context,  # noqa: ARG001
    param: click.Parameter,  # noqa: ARG001
    incomplete: str,
) -> "list[CompletionItem]":
    """Have the shell complete names of files."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def _complete_guideline(
    ctx: click.Context,  # noqa: ARG001
    param: click.Parameter,  # noqa: ARG001
    incomplete: str,
) -> list[str]:
    from tlsward.facts.guidelines import guideline_versions

    known = (*guideline_versions(), "latest")
    return [version for version in known if version.startswith(incomplete)]


def _complete_question(
    ctx: click.Context,  # noqa: ARG001
    param: click.Parameter,  # noqa: ARG001
    incomplete: str,
) -> list[str]:
    from tlsward.settings.questions import ALL_QUESTIONS

    before, comma, begun = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in ALL_QUESTIONS if name.startswith(begun)]


def _default_words(setting: Setting) -> str:
    default = setting.default
    if default is None or default == ():
        return ""
    return f"  [default: {default:g}]" if isinstance(default, float) else f"  [default: {default}]"
