from tlsward.facts.certificate_compression import (
    certificate_compression_algorithms,
    certificate_compression_name,
)


def test_the_algorithms_of_rfc_8879():
    assert certificate_compression_algorithms() == {1: "zlib", 2: "brotli", 3: "zstd"}


def test_a_number_without_a_name():
    assert certificate_compression_name(2) == "brotli"
    assert certificate_compression_name(0x4000) == "0x4000"
