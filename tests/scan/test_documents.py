"""Every server's result is a valid document in every format with a published schema."""

import asyncio
import json
from datetime import UTC, datetime

import jsonschema
import pytest
import xmlschema

from report.test_published_schemas import SCHEMAS, validator
from servers.cases import servers
from servers.catalogue import CATALOGUE
from servers.laboratory import HOST, NAME
from tlsward.assess import assess
from tlsward.model.target import Target
from tlsward.report import render
from tlsward.report.schema import scan_schema
from tlsward.scan.engine import scan
from tlsward.scan.settings import ScanSettings

#: Enough for a whole scan, for its first round alone, and for something between.
BUDGETS = (1000, 5, 30)


@pytest.fixture(scope="module")
def validators():
    return {
        "json": jsonschema.Draft202012Validator(scan_schema()),
        "sarif": validator("sarif-schema-2.1.0.json"),
        "junit": xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd"),
    }


@servers(CATALOGUE)
@pytest.mark.parametrize("budget", BUDGETS)
def test_a_scan_that_is_whole_or_cut_off_validates(real_server, budget, validators):
    target = Target(
        host=NAME,
        port=real_server.port,
        sni=real_server.sni,
        starttls=real_server.starttls,
        address=HOST,
    )
    settings = ScanSettings(max_connections=budget, quick=budget != BUDGETS[0])
    result = asyncio.run(scan(target, settings))
    judged = assess(result, guideline="6.0", target="intermediate", now=datetime.now(UTC))
    validators["json"].validate(json.loads(render([judged], "json")))
    validators["sarif"].validate(json.loads(render([judged], "sarif")))
    validators["junit"].validate(render([judged], "junit"))
    assert judged.evaluation is not None
    if budget == min(BUDGETS):
        assert judged.status == "incomplete"
        assert judged.evaluation.target is not None
        assert judged.evaluation.target.met is not True
