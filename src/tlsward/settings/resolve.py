"""Where a value comes from: command line before environment before file before default."""

from collections.abc import Mapping
from typing import Any

from tlsward.errors import UsageError
from tlsward.settings.parse import Value, parse_text
from tlsward.settings.table import Setting, Settings, settings_table


def resolve(
    given: Mapping[str, str | bool],
    environment: Mapping[str, str],
    file_values: Mapping[str, Value],
) -> Settings:
    """Return the settings in effect.

    `given` is what the command line said, by name of the setting; `file_values` what
    `file.read` returned. Raises UsageError with one line that names the source.
    """
    values: dict[str, Any] = dict(file_values)
    for setting in settings_table().values():
        text = environment.get(setting.variable)
        if text is not None and (text.strip() or setting.kind in {"flag", "list"}):
            values[setting.name] = _parse(setting, text, setting.variable)
        said = given.get(setting.name)
        if isinstance(said, bool):
            values[setting.name] = said
        elif said is not None:
            values[setting.name] = _parse(setting, said, setting.option)
    return Settings(**values)


def _parse(setting: Setting, text: str, source: str) -> Value:
    try:
        return parse_text(setting, text)
    except ValueError as error:
        raise UsageError(f"{source}: {error}") from None
