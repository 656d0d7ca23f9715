"""BREACH: one page shows a surface, or that pages like it have none; never a hole."""

import pytest
from msgspec.structs import replace

from tlsward.assess import assess

PAGE = {
    "state": "yes",
    "status": "200",
    "hsts": "yes",
    "hsts_max_age_seconds": "63072000",
    "compression": "none",
    "content_type": "text/html; charset=utf-8",
    "content_length": "4096",
}


def breach(build, **changed):
    http = {name: said for name, said in {**PAGE, **changed}.items() if said is not None}
    judged = assess(replace(build.tls13_only(), http=http), now=build.NOW)
    [found] = [one for one in judged.vulnerabilities if one.id == "breach"]
    return found.state, found.evidence


def test_nobody_asked(build):
    judged = assess(build.tls13_only(), now=build.NOW)
    [found] = [one for one in judged.vulnerabilities if one.id == "breach"]
    assert (found.state, found.evidence) == ("unknown", "HTTP was not asked for")


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate", "aws-chunked, gzip"])
def test_compression_is_a_surface_and_no_proof(build, coding):
    state, evidence = breach(build, compression=coding)
    assert state == "unknown"
    assert evidence.startswith("affected if ")
    assert coding.rpartition(" ")[2] in evidence


@pytest.mark.parametrize("kind", ["text/html", "TEXT/Html;charset=x", "application/xhtml+xml"])
def test_a_page_that_is_long_and_not_compressed(build, kind):
    assert breach(build, content_type=kind)[0] == "no"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"content_length": "4095"}, "short (4095 octets)"),
        ({"content_length": None}, "how long it is was not told"),
        ({"content_length": "4096, 4096"}, "how long it is was not told"),
        ({"content_length": "\u0664\u0660\u0669\u0666"}, "how long it is was not told"),
        ({"content_type": "image/png"}, "not HTML"),
        # nginx compresses nothing but HTML unless it is told to.
        ({"content_type": "text/plain"}, "not HTML"),
        ({"content_type": "application/json"}, "not HTML"),
        ({"content_type": None}, "not HTML"),
        ({"status": "301"}, "status 301"),
        ({"status": "404"}, "status 404"),
        ({"status": None}, "status unknown"),
        ({"compression": "aws-chunked"}, "the coding of / is not known"),
        ({"compression": None}, "the coding of / is not known"),
        ({"state": "unknown", "reason": "silent"}, "silent"),
        ({"state": "no", "reason": "not an HTTP answer"}, "not an HTTP answer"),
    ],
)
def test_anything_else_is_unknown(build, changed, words):
    state, evidence = breach(build, **changed)
    assert state == "unknown"
    assert words in evidence


def test_a_length_without_end(build):
    assert breach(build, content_length="9" * 5000)[0] == "no"


def test_it_moves_no_level(build):
    for coding in ("gzip", "none"):
        http = {**PAGE, "compression": coding}
        judged = assess(replace(build.tls13_only(), http=http), now=build.NOW)
        assert judged.evaluation.level == assess(build.tls13_only(), now=build.NOW).evaluation.level
