"""The command line from end to end, against endpoints of our own."""

import json
import socket
import threading
from datetime import UTC, datetime

import jsonschema
import pytest

from report.test_published_schemas import SCHEMAS, validator
from report.test_text import section
from tlsward.cli.root import run
from tlsward.report.schema import scan_schema
from tlsward.sandbox.authority import throw_away_credentials
from tlsward.sandbox.endpoint import LocalEndpoint
from tlsward.sandbox.policy import LOAD_BALANCER_2015, modern_policy


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """The targets of a weak and a modern endpoint, and the options to trust them."""
    credentials = throw_away_credentials(datetime.now(UTC))
    ca = tmp_path_factory.mktemp("authority") / "ca.pem"
    ca.write_bytes(credentials.root)
    with (
        LocalEndpoint(LOAD_BALANCER_2015, credentials) as weak,
        LocalEndpoint(modern_policy("6.0"), credentials) as modern,
    ):
        yield f"localhost:{weak.port}", f"localhost:{modern.port}", ("--ca-file", str(ca))


def test_the_weak_endpoint_is_refused_in_the_words_agreed_on(places, capsys):
    weak, _, trust = places
    code = run(["scan", weak, *trust, "--guideline", "4.0", "--target-level", "modern"])
    lines = section(capsys.readouterr().out, "Analyzers")
    assert code == 1
    assert lines[:2] == [
        'Measured level "non compliant" does not match target level "modern"',
        "* Mozilla evaluation: non compliant",
    ]
    for action in (
        "remove ciphersuites ECDHE-ECDSA-AES128-SHA, ECDHE-ECDSA-AES256-SHA",
        "remove protocols TLSv1, TLSv1.1",
        "consider enabling OCSP stapling",
    ):
        assert f"  - for modern level: {action}" in lines


def test_the_modern_endpoint_passes(places, capsys):
    _, modern, trust = places
    assert run(["scan", modern, *trust, "--target-level", "modern"]) == 0
    assert "* Mozilla evaluation: modern" in capsys.readouterr().out


def test_a_baseline_keeps_what_is_known_and_nothing_else(places, capsys, tmp_path):
    weak, _, trust = places
    before = str(tmp_path / "before.json")
    target = ["scan", weak, *trust, "--target-level", "modern"]
    assert run([*target, "--format", "json", "-o", before]) == 1
    assert run([*target, "--baseline", before]) == 0
    document = json.loads((tmp_path / "before.json").read_text())
    # The server as it was before TLS 1.0 was offered as well.
    document["protocols"]["TLSv1"] = "no"
    for suite in document["cipher_suites"]:
        suite["protocols"] = [name for name in suite["protocols"] if name != "TLSv1"]
    (tmp_path / "before.json").write_text(json.dumps(document))
    capsys.readouterr()
    assert run([*target, "--baseline", before]) == 1
    assert section(capsys.readouterr().out, "Baseline")[0] == "new: tls.protocol.remove:TLSv1"


def test_documents_for_machines_validate(places, capsys):
    weak, modern, trust = places
    call = ["scan", weak, modern, *trust, "--target-level", "modern", "--format"]
    documents = {}
    for form in ("json", "sarif", "cbom"):
        assert run([*call, form]) == 1
        documents[form] = json.loads(capsys.readouterr().out)
    schema = jsonschema.Draft202012Validator(scan_schema())
    for document in documents["json"]:
        schema.validate(document)
    validator("sarif-schema-2.1.0.json").validate(documents["sarif"])
    validator("bom-1.6.schema.json").validate(documents["cbom"])
    import xmlschema

    assert run([*call, "junit"]) == 1
    junit = xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))
    junit.validate(capsys.readouterr().out)


def test_a_scan_that_is_cut_off_is_valid_and_3(places, capsys):
    weak, _, trust = places
    options = ["--max-connections", "9", "--target-level", "modern", "--format", "json"]
    assert run(["scan", weak, *trust, *options]) == 3
    document = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(scan_schema()).validate(document)
    assert document["status"] == "incomplete"
    assert document["unknowns"]


def test_a_bad_host_spoils_nothing_else(places, capsys):
    _, modern, trust = places
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"127.0.0.1:{unused.getsockname()[1]}"
        code = run(["scan", closed, modern, *trust, "--target-level", "modern", "-f", "jsonl"])
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert code == 3
    assert first["status"] == "unreachable"
    verdict = {"level": "modern", "met": True, "hsts_min_age": "not checked"}
    assert second["evaluation"]["target"] == verdict


def answer_in_http(listening):
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


def test_plain_http_and_silence_are_3(capsys):
    with (
        socket.create_server(("127.0.0.1", 0), backlog=100) as http,
        socket.create_server(("127.0.0.1", 0), backlog=100) as silent,
    ):
        thread = threading.Thread(target=answer_in_http, args=(http,))
        thread.start()
        try:
            for server in (http, silent):
                target = f"127.0.0.1:{server.getsockname()[1]}"
                options = ["--timeout", "0.3", "--deadline", "5", "--target-level", "old"]
                assert run(["scan", target, *options]) == 3
        finally:
            http.shutdown(socket.SHUT_RDWR)
            thread.join()
    assert "no TLS there" in capsys.readouterr().out
