"""From what was written to a value of a setting: one set of rules for every source.

The command line and the environment give text, the file gives values of TOML. What
cannot be a value is a `ValueError` whose message completes "NAME: …"; where it was
written is for the caller to say.
"""

import math

from tlsward.settings.table import Setting

#: What a setting can be.
Value = bool | float | str | tuple[str, ...]

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


def parse_text(setting: Setting, text: str) -> Value:
    """Return the value that a text stands for."""
    stripped = text.strip()
    if setting.kind == "flag":
        return _flag(stripped)
    if setting.kind == "list":
        return tuple(part.strip() for part in stripped.split(",") if part.strip())
    if setting.kind in {"integer", "number"}:
        return _bounded(setting, _number(setting, stripped))
    if not stripped:
        raise ValueError("it is empty")
    return _one_of(setting, stripped) if setting.choices else stripped


def parse_value(setting: Setting, value: object) -> Value:
    """Return the value that a value of TOML stands for."""
    if setting.kind == "flag":
        if not isinstance(value, bool):
            raise ValueError("expected true or false")
        return value
    if isinstance(value, str):
        return parse_text(setting, value)
    if setting.kind == "list":
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            return tuple(value)
        raise ValueError("expected a list of texts")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if setting.kind in {"integer", "number"}:
            return _bounded(setting, value)
        if setting.kind == "choice" or setting.name == "guideline":
            return parse_text(setting, str(value))
    raise ValueError(f"expected {_expected(setting)}")


def _flag(text: str) -> bool:
    word = text.lower()
    if word in TRUE:
        return True
    # An empty variable is how shells unset one for a single command.
    if word in FALSE or not word:
        return False
    raise ValueError(f"expected yes or no, not {text!r}")


def _number(setting: Setting, text: str) -> float:
    digits = text.removesuffix(setting.row.suffix).strip() if setting.row.suffix else text
    try:
        return int(digits) if setting.kind == "integer" else float(digits)
    except ValueError:
        raise ValueError(f"expected {_expected(setting)}, not {text!r}") from None


def _bounded(setting: Setting, number: float) -> float:
    row = setting.row
    if setting.kind == "integer" and not isinstance(number, int):
        raise ValueError(f"expected {_expected(setting)}, not {number}")
    if not math.isfinite(number):
        raise ValueError(f"expected {_expected(setting)}, not {number}")
    if (row.least is not None and number < row.least) or (row.above_zero and number <= 0):
        raise ValueError(f"expected {_expected(setting)}, not {number}")
    return number if setting.kind == "integer" else float(number)


def _one_of(setting: Setting, text: str) -> str:
    if text not in setting.choices:
        raise ValueError(f"expected {_expected(setting)}, not {text!r}")
    return text


def _expected(setting: Setting) -> str:
    """Say in words what the setting may be."""
    if setting.choices:
        *most, last = setting.choices
        return f"{', '.join(most)} or {last}"
    if setting.kind == "integer":
        return "a whole number" + (
            "" if setting.row.least is None else f" from {setting.row.least}"
        )
    if setting.kind == "number":
        return "a number larger than 0" if setting.row.above_zero else "a number"
    return {"flag": "yes or no", "list": "a list of texts"}.get(setting.kind, "a text")
