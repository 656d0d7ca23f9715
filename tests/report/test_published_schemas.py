"""Documents of other people's formats validate against the schemas they published."""

import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import xmlschema
from referencing import Registry, Resource

from report.servers import SERVERS
from tlsward.report import render
from tlsward.report.comparison import Comparison

SCHEMAS = Path(__file__).resolve().parent / "schemas"
ALL = [build() for build in SERVERS.values()]
CASES = [[], *([one] for one in ALL), ALL]
NAMES = ["none", *SERVERS, "all"]
COMPARISON = Comparison(found=True, new=("tls.protocol.remove:TLSv1",), known=("x",), gone=("y",))


@cache
def validator(name):
    schema = json.loads((SCHEMAS / name).read_text())
    resources = [
        (path.name, Resource.from_contents(json.loads(path.read_text())))
        for path in SCHEMAS.glob("*.json")
    ]
    resources += [
        (f"http://cyclonedx.org/schema/{name.replace('.schema', '.SNAPSHOT.schema')}", resource)
        for name, resource in resources
    ] + [(f"http://cyclonedx.org/schema/{name}", resource) for name, resource in resources]
    registry = Registry().with_resources(resources)
    kind = jsonschema.validators.validator_for(schema)
    return kind(schema, registry=registry, format_checker=kind.FORMAT_CHECKER)


@pytest.mark.parametrize("results", CASES, ids=NAMES)
def test_sarif(results):
    validator("sarif-schema-2.1.0.json").validate(json.loads(render(results, "sarif")))


def test_sarif_against_a_baseline():
    document = json.loads(render(ALL, "sarif", comparisons=[COMPARISON] * len(ALL)))
    validator("sarif-schema-2.1.0.json").validate(document)
    states = {found.get("baselineState") for found in document["runs"][0]["results"]}
    assert states == {"new", "unchanged", None}


@pytest.mark.parametrize("results", CASES, ids=NAMES)
def test_junit(results):
    junit = xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))
    junit.validate(render(results, "junit"))


@pytest.mark.parametrize("results", CASES, ids=NAMES)
def test_cbom(results):
    document = json.loads(render(results, "cbom"))
    validator("bom-1.6.schema.json").validate(document)
    references = {component["bom-ref"] for component in document["components"]}
    assert len(references) == len(document["components"])
    for dependency in document["dependencies"]:
        assert {dependency["ref"], *dependency["dependsOn"]} <= references
