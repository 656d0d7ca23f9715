"""A policy of one's own: a version of the guideline with some of it changed.

::

    name = "house"
    guideline = "6.0"

    [levels.modern]
    inherits = "intermediate"
    rsa_key_size = 3072
    groups = ["X25519MLKEM768", "X25519"]
    cipher_suites = {remove = ["ECDHE-RSA-CHACHA20-POLY1305"]}

Each key of a level replaces what the guideline says; a list may also be changed by what
to `add` and what to `remove`. What is judged and how stays the guideline's.
"""

import tomllib
from collections.abc import Callable
from typing import Any, Literal, TypeVar

import msgspec

from tlsward.errors import UsageError
from tlsward.facts.guidelines import Guideline, GuidelineLevel

T = TypeVar("T")

LEVELS = ("modern", "intermediate", "old")


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a policy file says; `levels` are overrides by the name of the level."""

    name: str
    guideline: str = "latest"
    levels: dict[Literal["modern", "intermediate", "old"], dict[str, Any]] = {}


def parse_policy(document: bytes, file: str) -> Policy:
    """Return the policy in a TOML or JSON document; UsageError names the file and the fault."""
    try:
        if document.lstrip()[:1] == b"{":
            content: Any = msgspec.json.decode(document)
        else:
            content = tomllib.loads(document.decode("utf-8"))
    except (msgspec.DecodeError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: neither TOML nor JSON: {error}") from None
    return _convert(content, Policy, file)


def apply_policy(policy: Policy, base: Guideline, file: str) -> Guideline:
    """Return the guideline with the policy's levels; UsageError for what cannot be one."""
    levels = dict(base.levels)
    for name, overrides in policy.levels.items():
        levels[name] = _level(name, overrides, base, file)
    return msgspec.structs.replace(
        base, levels={name: levels[name] for name in LEVELS if name in levels}
    )


def _level(name: str, overrides: dict[str, Any], base: Guideline, file: str) -> GuidelineLevel:
    where = f"{file}: levels.{name}"
    said = dict(overrides)
    parent = said.pop("inherits", name)
    if parent not in base.levels:
        known = ", ".join(base.levels)
        raise UsageError(
            f"{where}: guideline {base.version} has no level {parent!r} to inherit from"
            f" (inherits = one of {known})"
        )
    level: dict[str, Any] = msgspec.to_builtins(base.levels[parent])
    level["name"] = name
    for key, value in said.items():
        if key not in level or key == "name":
            raise UsageError(f"{where}.{key}: there is no such requirement")
        level[key] = (
            _changed(level[key], value, f"{where}.{key}") if isinstance(value, dict) else value
        )
    _check_names(level, where)
    return _convert(level, GuidelineLevel, where)


def _changed(listed: list[str] | None, change: dict[str, Any], where: str) -> object:
    """Return a list with some of it removed and some added; what is no change as it is."""
    if set(change) - {"add", "remove"} or not all(isinstance(v, list) for v in change.values()):
        return change
    for item in change.get("remove", []):
        # Misspelt, it would go on being allowed.
        if item not in (listed or []):
            raise UsageError(f"{where}: {item!r} is not in the list, so it cannot be removed")
    kept = [item for item in listed or [] if item not in change.get("remove", [])]
    return kept + [item for item in change.get("add", []) if item not in kept]


def _check_names(level: dict[str, Any], where: str) -> None:
    """Refuse names nobody knows: a misspelt suite would forbid the one that was meant."""
    from tlsward.facts.groups import group_by_name
    from tlsward.facts.suites import by_iana_name, by_openssl_name
    from tlsward.model.scan_result import PROTOCOLS

    known: dict[str, Callable[[str], bool]] = {
        "protocols": lambda name: name in PROTOCOLS,
        "cipher_suites": lambda name: by_openssl_name(name) is not None,
        "tls13_suites": lambda name: by_iana_name(name) is not None,
        "groups": lambda name: group_by_name(name) is not None,
    }
    for key, is_known in known.items():
        names = level[key]
        for name in names if isinstance(names, list) else []:
            if isinstance(name, str) and not is_known(name):
                raise UsageError(f"{where}.{key}: {name!r} is not known")


def _convert(content: object, kind: type[T], where: str) -> T:
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        raise UsageError(f"{where}: {error}") from None
