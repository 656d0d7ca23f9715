"""The published schema is the model's, tells every key in words, and holds for results."""

import json
from pathlib import Path

import jsonschema
import pytest

from report.servers import SERVERS
from tlsward.report import render
from tlsward.report.schema import schema_document
from tlsward.report.schema_words import DESCRIPTIONS

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "schema" / "tlsward.scan-1.json"
SCHEMA = json.loads(schema_document())


def test_the_published_schema_is_current():
    assert PUBLISHED.read_text() == schema_document(), (
        "run: tlsward schema scan > docs/schema/tlsward.scan-1.json"
    )


def test_it_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == "urn:tlsward:schema:scan:1"


def test_every_key_is_told_and_none_that_is_not_there():
    keys = {name: set(d.get("properties", ())) for name, d in SCHEMA["$defs"].items()}
    told = {name: set(words) for name, words in DESCRIPTIONS.items()}
    assert told == {name: found for name, found in keys.items() if found}


@pytest.mark.parametrize("server", SERVERS)
def test_results_validate(server):
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.validate(json.loads(render([SERVERS[server]()], "json")))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("server_side_ordering",), "maybe"),
        (("protocols", "TLSv1.2"), None),
        (("schema",), "tlsward.scan/2"),
        (("status",), "done"),
        (("evaluation", "levels", "modern", "met"), True),
    ],
)
def test_what_is_none_of_the_three_values_does_not_validate(path, value):
    document = json.loads(render([SERVERS["weak"]()], "json"))
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(document)


def test_a_document_without_a_key_does_not_validate():
    document = json.loads(render([SERVERS["weak"]()], "json"))
    del document["protocols"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(document)
