"""Names of certificate compression algorithms (RFC 8879 section 3)."""

from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class _Algorithm(msgspec.Struct, frozen=True, kw_only=True):
    code: int
    name: str
    reference: str


class _AlgorithmFile(DataFile, frozen=True, kw_only=True):
    algorithms: tuple[_Algorithm, ...]


@cache
def certificate_compression_algorithms() -> dict[int, str]:
    """Return the registered algorithms' names by code point. Not to be changed."""
    file = read_data_file("certificate_compression.json", _AlgorithmFile)
    return {algorithm.code: algorithm.name for algorithm in file.algorithms}


def certificate_compression_name(code: int) -> str:
    """Return the name of an algorithm, `0x0004` for one that has none."""
    return certificate_compression_algorithms().get(code, f"0x{code:04X}")
