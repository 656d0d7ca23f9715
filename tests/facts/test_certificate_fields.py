"""The sentences on the fields of certificates: whole, plain, and none missing or left over."""

import re
from pathlib import Path

import pytest

from tlsward.facts.certificate_fields import all_fields, field_facts, key_strength

SOURCE = Path(__file__).resolve().parents[2] / "src/tlsward/pki/explanation"
#: Sections whose entries are looked up by what a certificate says.
BY_IDENTIFIER = {
    "attributes",
    "extensions",
    "key_usages",
    "purposes",
    "policies",
    "other_names",
    "statements",
    "statement_types",
    "netscape_types",
    "tls_features",
}
ALL = [(section, entry) for section, found in all_fields().items() for entry in found.values()]


@pytest.mark.parametrize(("section", "entry"), ALL, ids=[f"{s} {e.key}" for s, e in ALL])
def test_an_entry_is_one_plain_sentence(section, entry):
    assert entry.name
    assert entry.meaning[0].isupper()
    assert entry.meaning.endswith(".")
    assert ". " not in entry.meaning or entry.meaning.count(". ") <= 2
    assert len(entry.meaning) < 300


def test_what_the_code_asks_for_is_there():
    code = "\n".join(path.read_text() for path in SOURCE.glob("*.py"))
    asked = set(re.findall(r'explained\(\s*"(\w+)",\s*"(\w+)"', code))
    asked |= {("fields", key) for key in re.findall(r'otherwise="(\w+)"', code)}
    assert len(asked) > 40
    for section, key in asked:
        assert field_facts(section, key) is not None, (section, key)


def test_nothing_is_left_over():
    code = "\n".join(path.read_text() for path in SOURCE.glob("*.py"))
    for section, found in all_fields().items():
        if section not in BY_IDENTIFIER:
            for key in found:
                assert f'"{key}"' in code or re.match(r"[\d.]+$", key), (section, key)


def test_an_unknown_section_is_a_mistake():
    with pytest.raises(KeyError):
        field_facts("nothing", "of it")
    assert field_facts("extensions", "1.2.3") is None


@pytest.mark.parametrize(
    ("algorithm", "size", "bits"),
    [
        ("rsa", 512, 0),
        ("rsa", 1024, 80),
        ("rsa", 2047, 80),
        ("rsa", 2048, 112),
        ("rsa", 4096, 128),
        ("rsa", 16384, 256),
        ("ecdsa", 256, 128),
        ("ecdsa", 521, 256),
        ("ed25519", 256, 128),
        ("ml-dsa", 1, None),
    ],
)
def test_strengths(algorithm, size, bits):
    assert key_strength(algorithm, size) == bits
