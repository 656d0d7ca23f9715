"""Whatever octets a file has: what is in it or one clear line, in bounded time."""

import importlib.util
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tlsward.pki.bundle import MOST_OCTETS

FUZZ = Path(__file__).resolve().parents[2] / "fuzz"
_spec = importlib.util.spec_from_file_location("fuzz_bundle", FUZZ / "fuzz_bundle.py")
fuzz_bundle = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fuzz_bundle)

FILES = sorted(fuzz_bundle.CORPUS.iterdir())
CONTENTS = {path.name: path.read_bytes() for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_the_fuzzing_corpus(path):
    fuzz_bundle.check(path.read_bytes())


@given(st.binary(max_size=200))
def test_arbitrary_octets(data):
    fuzz_bundle.check(data)
    fuzz_bundle.check(b"\x30" + data)


@given(st.text(alphabet="-BEGINDCRTFA \nKYPV=+/09", max_size=300))
def test_arbitrary_text_that_looks_like_armour(text):
    fuzz_bundle.check(f"-----BEGIN CERTIFICATE-----{text}".encode())


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutated_files(data):
    content = bytearray(CONTENTS[data.draw(st.sampled_from(sorted(CONTENTS)))])
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(content)))
        kind = data.draw(st.sampled_from(["change", "cut", "insert", "remove"]))
        if kind == "cut":
            del content[position:]
        elif kind == "insert":
            content[position:position] = data.draw(st.binary(min_size=1, max_size=8))
        elif kind == "remove":
            del content[position : position + 1]
        elif position < len(content):
            content[position] = data.draw(st.integers(0, 255))
    fuzz_bundle.check(bytes(content))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(sorted(CONTENTS)), min_size=2, max_size=5))
def test_files_one_after_another(names):
    fuzz_bundle.check(b"\n".join(CONTENTS[name] for name in names))


@pytest.mark.parametrize(
    "content",
    [
        b"\x30\x84\x00\xff\xff\xfa" + bytes(MOST_OCTETS - 6),
        b"\x30\x84\x00\xff\xff\xfa" + b"\x30\x80" * ((MOST_OCTETS - 6) // 2),
        b"\x30\x80" * (MOST_OCTETS // 2),
        b"A" * MOST_OCTETS,
        b" " * (MOST_OCTETS - 1) + b"!",
        b"-----BEGIN CERTIFICATE-----\n" * (MOST_OCTETS // 28),
        (b"-----BEGIN A-----\nMAA=\n-----END A-----\n" * (MOST_OCTETS // 40))[:MOST_OCTETS],
        b"-----BEGIN CERTIFICATE-----\n" + b"A: b\n" * (MOST_OCTETS // 6),
        b"\xff\xfe" + b"-\0" * (MOST_OCTETS // 2 - 1),
    ],
    ids=lambda content: repr(content[:30]),
)
def test_the_largest_files(content):
    """Memory stays within a few times the file; a test that takes minutes is cut off."""
    tracemalloc.start()
    fuzz_bundle.check(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * MOST_OCTETS
