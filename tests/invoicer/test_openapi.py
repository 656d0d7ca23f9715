"""The OpenAPI document: what it says, and that the service does what it says."""

import json

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from invoicer.live import live
from tlsward.invoicer.openapi import openapi_document
from tlsward.invoicer.routes import OPERATIONS

DOCUMENT = openapi_document(OPERATIONS)
DOCUMENTED = [(o.method, o.path) for o in OPERATIONS if o.documented]
EXAMPLES = 15


def test_the_document_has_every_operation_of_the_api(house):
    answer = house.client()("GET", "/openapi.json")
    assert answer.json == json.loads(json.dumps(DOCUMENT))
    said = [(m.upper(), path) for path, item in DOCUMENT["paths"].items() for m in item]
    assert sorted(said) == sorted(DOCUMENTED)
    names = [op["operationId"] for item in DOCUMENT["paths"].values() for op in item.values()]
    assert len(names) == len(set(names))


def test_the_schemas_are_schemas():
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with live(tmp_path_factory.mktemp("live")) as running:
        yield running


@pytest.mark.parametrize(("method", "path"), DOCUMENTED)
def test_schemathesis_finds_nothing(served, method, path):
    """No 5xx, no status, media type or body that the document does not name."""
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{served.port}/openapi.json")
    operation = schema[path][method]
    headers = {"Authorization": f"Bearer {served.token()}"}

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case):
        case.call_and_validate(headers=headers)

    check()
