"""The table of settings: complete, and at one with what it stands for elsewhere."""

import pytest

from tlsward.model.target import STARTTLS_PORTS
from tlsward.report import FORMATS
from tlsward.settings.table import Settings, settings_of, settings_table


def test_every_setting_has_help_that_is_a_sentence():
    for setting in settings_table().values():
        assert setting.row.help.endswith("."), setting.name
        assert setting.row.help[0].isupper() or setting.row.help[0] == "-", setting.name


def test_names_derive():
    setting = settings_table()["target_level"]
    assert setting.option == "--target-level"
    assert setting.variable == "TLSWARD_TARGET_LEVEL"
    assert setting.choices == ("modern", "intermediate", "old")
    assert setting.metavar == "modern|intermediate|old"


def test_kinds():
    kinds = {name: setting.kind for name, setting in settings_table().items()}
    assert kinds["quick"] == "flag"
    assert kinds["only"] == "list"
    assert kinds["max_connections"] == "integer"
    assert kinds["rate"] == "number"
    assert kinds["sni"] == "text"
    assert kinds["starttls"] == "choice"


def test_choices_are_those_of_the_rooms_that_use_them():
    assert set(settings_table()["starttls"].choices) == set(STARTTLS_PORTS)
    assert settings_table()["format"].choices == tuple(FORMATS)


@pytest.mark.parametrize("command", ["scan", "inspect"])
def test_commands_have_settings(command):
    assert {"connect", "sni", "timeout"} <= {setting.name for setting in settings_of(command)}


def test_the_table_has_the_fields_and_no_other():
    assert tuple(settings_table()) == Settings.__struct_fields__
