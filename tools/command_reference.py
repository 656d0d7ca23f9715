"""Writes docs/reference/cli.md from the commands themselves and the table of settings.

python tools/command_reference.py > docs/reference/cli.md
"""

import inspect
import sys
from collections.abc import Iterator

import click

from tlsward.cli.root import root
from tlsward.settings.table import Setting, settings_of, settings_table

HEAD = """\
# Commands, options, settings

Written by `tools/command_reference.py` from the program itself.

Every option with a variable beside it can be set in three places. The command line goes before
the environment, the environment before `tlsward.toml` in the working directory (or the file that
`--config` or `TLSWARD_CONFIG` names), and that before the default. `tlsward config check` points
at the line that is wrong. [Exit codes](exit-codes.md) are the same for every command.
"""

SETTINGS_HEAD = """\
## Settings

The keys of `tlsward.toml`, with their variables and what they are without being said.

| key | variable | default | value |
|---|---|---|---|
"""

EXAMPLE_HEAD = """
A file:

```toml
target_level = "intermediate"
guideline = "6.0"
timeout = 10
skip = ["sessions"]
ca_file = "ca.pem"
```
"""


def reference() -> str:
    """Return the page."""
    return "\n".join([HEAD, *_commands(root, ("tlsward",)), _settings(), EXAMPLE_HEAD.strip(), ""])


def _commands(command: click.Command, path: tuple[str, ...]) -> Iterator[str]:
    context = click.Context(command, info_name=" ".join(path))
    yield f"## `{' '.join(path)}`\n"
    yield f"```text\n{' '.join(command.get_usage(context).split())}\n```\n"
    yield from _prose(inspect.cleandoc(command.help or ""))
    yield from _options(command, path)
    yield from _prose(inspect.cleandoc(command.epilog or ""))
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from _commands(child, (*path, name))


def _prose(text: str) -> Iterator[str]:
    r"""Turn click's paragraphs into Markdown; those marked with \b keep their lines."""
    for paragraph in filter(None, (part.strip("\n") for part in text.split("\n\n"))):
        if not paragraph.startswith("\b"):
            yield " ".join(paragraph.split()) + "\n"
            continue
        head, *lines = paragraph.removeprefix("\b").strip("\n").split("\n")
        if lines and lines[0].startswith("  "):
            yield f"{head}\n"
            yield "```text\n" + "\n".join(line.removeprefix("  ") for line in lines) + "\n```\n"
        else:
            yield " ".join([head, *lines]) + "\n"


def _options(command: click.Command, path: tuple[str, ...]) -> Iterator[str]:
    names = {" ".join(path[1:]), *path[1:2]}
    own = {setting.option: setting for setting in settings_of(*names)}
    rows = []
    for option in command.params:
        if not isinstance(option, click.Option):
            continue
        setting = next((own[name] for name in option.opts if name in own), None)
        names = ", ".join(f"`{name}`" for name in option.opts)
        value = _value(option, setting)
        known = setting.variable if setting is not None else option.envvar
        variable = f"`{known}`" if known else ""
        words = " ".join((option.help or "").split()).replace("|", "\\|")
        rows.append(f"| {names}{value} | {words} | {variable} |")
    if rows:
        yield "| option | meaning | variable |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def _value(option: click.Option, setting: Setting | None) -> str:
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return " " + " \\| ".join(str(choice) for choice in option.type.choices)
    metavar = setting.metavar if setting is not None else option.metavar or option.type.name
    return f" {metavar}".replace("|", "\\|")


def _settings() -> str:
    rows = [
        f"| `{setting.name}` | `{setting.variable}` | {_default(setting)} | {_kind(setting)} |"
        for setting in settings_table().values()
    ]
    return SETTINGS_HEAD + "\n".join(rows) + "\n"


def _default(setting: Setting) -> str:
    if setting.default is None or setting.default == ():
        return ""
    if isinstance(setting.default, bool):
        return "no"
    return f"{setting.default:g}" if isinstance(setting.default, float) else str(setting.default)


def _kind(setting: Setting) -> str:
    if setting.choices:
        return ", ".join(setting.choices)
    kinds = {
        "flag": "true or false",
        "integer": "a whole number",
        "number": "a number",
        "list": "a list of texts",
    }
    return kinds.get(setting.kind, setting.metavar)


if __name__ == "__main__":
    sys.stdout.write(reference())
